package seed

import (
	"context"
	"errors"
	"io"

	"github.com/anacrolix/torrent/metainfo"
	client "github.com/anacrolix/torrent/storage"

	"shoal/server/storage"
)

// stored is a finished file as the client reads it: where it lies, without a copy, and never written.
type stored struct{ object storage.Object }

// OpenTorrent implements the client's storage.
func (s stored) OpenTorrent(context.Context, *metainfo.Info, metainfo.Hash) (client.TorrentImpl, error) {
	return client.TorrentImpl{
		Piece: func(p metainfo.Piece) client.PieceImpl { return piece{s.object, p.Offset()} },
		Close: s.object.Close,
	}, nil
}

type piece struct {
	file   io.ReaderAt
	offset int64
}

var errReadOnly = errors.New("a finished file is not written to")

func (p piece) ReadAt(b []byte, offset int64) (int, error) { return p.file.ReadAt(b, p.offset+offset) }
func (piece) WriteAt([]byte, int64) (int, error)           { return 0, errReadOnly }
func (piece) MarkComplete() error                          { return nil }
func (piece) MarkNotComplete() error                       { return errReadOnly }

// Completion is known: the hashes were made while the file was written.
func (piece) Completion() client.Completion { return client.Completion{Ok: true, Complete: true} }
