package storage_test

import (
	"testing"

	"shoal/server/storage"
	"shoal/server/storage/storagetest"
)

func TestDisk(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storage.Store {
		s, err := storage.Disk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
