package storage

import (
	"io/fs"
	"os"
	"time"
)

// File is an Object on disk.
type File struct {
	*os.File
	info fs.FileInfo
}

// Size is the file's length in bytes.
func (f *File) Size() int64 { return f.info.Size() }

// ModTime is when it was last written.
func (f *File) ModTime() time.Time { return f.info.ModTime() }
