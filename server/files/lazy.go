package files

import (
	"net/http"
	"path"
)

// types are of the files outside the HLS folder, by their ending. Nothing else is served.
var types = map[string][]string{
	".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".png": {"image/png"}, ".webp": {"image/webp"}, ".avif": {"image/avif"},
	".vtt": {"text/vtt; charset=utf-8"}, ".torrent": {"application/x-bittorrent"},
}

// lazy answers pictures, storyboards, captions and torrents.
func (f *Files) lazy(w http.ResponseWriter, r *http.Request, kind, name string) error {
	return f.small(w, r, kind, name, nil)
}

func (f *Files) downloadTorrent(w http.ResponseWriter, r *http.Request, name string) error {
	return f.small(w, r, "torrents", name, func(p piece) { attach(w, p.Title+".torrent") })
}

// small sends a file that has a row of its own; before, when given, adds to the head of the answer.
func (f *Files) small(w http.ResponseWriter, r *http.Request, kind, name string, before func(piece)) error {
	contentType, ok := types[path.Ext(name)]
	if !ok || stores[kind] == "" {
		return absent()
	}
	piece, err := f.piece(r.Context(), kind, name)
	if err != nil {
		return err
	}
	p, err := f.may(r, piece.Access)
	if err != nil {
		return err
	}
	w.Header()["Content-Type"] = contentType
	if before != nil {
		before(piece)
	}
	return f.object(w, r, p, stores[kind]+name)
}
