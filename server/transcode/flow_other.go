//go:build !linux

package transcode

import "os"

func send(*os.File, int64, int64) {}
