package files

import (
	"context"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/mirror"
	"shoal/server/picture"
	"shoal/server/playlist"
	"shoal/server/seed"
)

const torrentType = "application/x-bittorrent"

// types are of the files outside the HLS folder, by their ending. Nothing else is served.
var types = map[string][]string{
	".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".png": {"image/png"}, ".webp": {"image/webp"}, ".avif": {"image/avif"},
	".vtt": {"text/vtt; charset=utf-8"}, ".torrent": {torrentType},
}

// lazy answers pictures, storyboards, captions and torrents.
func (f *Files) lazy(w http.ResponseWriter, r *http.Request, kind, name string) error {
	if slices.Contains(faces, kind) {
		return f.face(w, r, kind, name)
	}
	return f.small(w, r, kind, name, nil)
}

// faces are the folders of pictures of people, channels, playlists and the platform, which everyone may see.
var faces = []string{picture.Avatars, picture.Banners, picture.Logos, playlist.Folder}

func (f *Files) face(w http.ResponseWriter, r *http.Request, kind, name string) error {
	contentType, ok := types[path.Ext(name)]
	if !ok || !strings.HasPrefix(contentType[0], "image/") {
		return absent()
	}
	w.Header()["Content-Type"] = contentType
	err := f.object(w, r, pass{}, kind+"/"+name)
	if !fail.Is(err, fail.NotFound) || f.Mirror == nil {
		return err
	}
	at, err := f.faceElsewhere(r.Context(), kind, name)
	if err != nil {
		return err
	}
	return f.copied(w, r, pass{}, mirror.Picture, at)
}

const (
	avatarElsewhere = `
	SELECT k.url FROM actor a, jsonb_to_recordset(a.avatars) AS k (filename text, url text)
	WHERE a.avatars @> jsonb_build_array(jsonb_build_object('filename', @name::text)) AND a.host <> '' AND k.filename = @name AND k.url <> '' LIMIT 1`

	bannerElsewhere = `
	SELECT k.url FROM actor a, jsonb_to_recordset(a.banners) AS k (filename text, url text)
	WHERE a.banners @> jsonb_build_array(jsonb_build_object('filename', @name::text)) AND a.host <> '' AND k.filename = @name AND k.url <> '' LIMIT 1`

	playlistElsewhere = `SELECT image_url FROM playlist WHERE image = @name AND image_url <> '' LIMIT 1`
)

// faceElsewhere is where a picture is that is none of ours.
func (f *Files) faceElsewhere(ctx context.Context, kind, name string) (at string, err error) {
	sql := map[string]string{picture.Avatars: avatarElsewhere, picture.Banners: bannerElsewhere, playlist.Folder: playlistElsewhere}[kind]
	if sql == "" {
		return "", absent()
	}
	return f.elsewhere.get(kind+"/"+name, func() (at string, err error) {
		err = f.Pool.QueryRow(ctx, sql, pgx.NamedArgs{"name": name}).Scan(&at)
		return at, found(err)
	})
}

// kinds are what the mirror takes for what has a row of its own.
var kinds = map[string]mirror.Kind{
	"thumbnails": mirror.Picture, "previews": mirror.Picture, "storyboards": mirror.Storyboard, "video-captions": mirror.Caption, "torrents": mirror.Torrent,
}

// copied sends our copy of something of elsewhere, as what it is and not as what its name says.
func (f *Files) copied(w http.ResponseWriter, r *http.Request, p pass, kind mirror.Kind, at string) error {
	if f.Mirror == nil {
		return absent()
	}
	c, err := f.Mirror.Open(r.Context(), kind, activity.ID(at))
	if err != nil {
		return err
	}
	defer c.Close()
	h := w.Header()
	h["Content-Type"] = []string{c.Type}
	p.keep(h, true)
	http.ServeContent(w, r, "", c.ModTime, c.File)
	return nil
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
	if piece.URL != "" {
		return f.copied(w, r, p, kinds[kind], piece.URL)
	}
	if kind == "torrents" {
		return f.torrent(w, r, p, piece, name)
	}
	return f.object(w, r, p, stores[kind]+name)
}

const fileOfTorrent = `SELECT filename FROM video_file WHERE video_id = @video AND torrent = @name`

// torrent sends a torrent file with the present addresses of tracker and web seed: they change with the privacy of the video.
func (f *Files) torrent(w http.ResponseWriter, r *http.Request, p pass, of piece, name string) error {
	return f.text(w, r, p, "", torrentType, func() (string, error) {
		var file string
		err := f.Pool.QueryRow(r.Context(), fileOfTorrent, pgx.NamedArgs{"video": of.ID, "name": name}).Scan(&file)
		if err != nil {
			return "", found(err)
		}
		o, err := f.Store.Open(r.Context(), stores["torrents"]+name)
		if err != nil {
			return "", err
		}
		defer o.Close()
		old, err := io.ReadAll(o)
		if err != nil {
			return "", err
		}
		b, err := seed.Readdress(old, f.Site, seed.FileURL(f.Site, of.UUID, file, of.Privacy))
		return string(b), err
	})
}
