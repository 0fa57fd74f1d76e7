//go:build !linux

package ffmpeg

import (
	"os"
	"os/exec"
)

// Elsewhere than on Linux a child is only stopped with the context; it is not bounded.

func detach(*exec.Cmd, int) {}

func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func (t *Tool) bound(int) {}

func memory() int64 { return 0 }

func widen(*os.File) {}
