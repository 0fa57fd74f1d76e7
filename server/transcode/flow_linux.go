package transcode

import (
	"os"

	"golang.org/x/sys/unix"
)

// send asks the kernel to begin writing a range to the disk.
func send(f *os.File, offset, size int64) {
	_ = unix.SyncFileRange(int(f.Fd()), offset, size, unix.SYNC_FILE_RANGE_WRITE)
}
