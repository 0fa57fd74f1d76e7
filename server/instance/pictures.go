package instance

import (
	"context"
	"errors"
	"io"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/server/storage"
	"shoal/shared/api"
)

// Pictures are those of the platform itself, by kind.
type Pictures map[string][]picture.Kept

// frame is in which sizes and where a kind of picture is kept.
type frame struct {
	folder string
	sizes  []picture.Size
	least  int
}

// frames are all kinds of pictures.
var frames = map[string]frame{
	"avatar":        {picture.Avatars, []picture.Size{{Width: 48, Height: 48}, {Width: 120, Height: 120}, {Width: 600, Height: 600}, {Width: 1500, Height: 1500}}, 2},
	"banner":        {picture.Banners, []picture.Size{{Width: 600, Height: 100}, {Width: 1920, Height: 317}}, 1},
	"favicon":       {picture.Logos, []picture.Size{{Width: 32, Height: 32}, {Width: 192, Height: 192}, {Width: 512, Height: 512}}, 3},
	"header-wide":   {picture.Logos, []picture.Size{{Width: 258, Height: 68}, {Width: 1032, Height: 272}}, 1},
	"header-square": {picture.Logos, []picture.Size{{Width: 48, Height: 48}, {Width: 192, Height: 192}}, 1},
	"opengraph":     {picture.Logos, []picture.Size{{Width: 1200, Height: 650}}, 1},
}

// LogoKinds are the kinds that are logos.
var LogoKinds = []string{"favicon", "header-wide", "header-square", "opengraph"}

const readPictures = `SELECT pictures FROM instance`

// ReadPictures are the platform's own pictures.
func ReadPictures(ctx context.Context, q db.Q) (p Pictures, err error) {
	err = q.QueryRow(ctx, readPictures).Scan(&p)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return p, err
}

// Images are the pictures of a kind as apps read them.
func (p Pictures) Images(kind, site string) []api.Image {
	return picture.Images(p[kind], frames[kind].folder, site)
}

// CheckKind refuses what is no kind of picture.
func CheckKind(kind string) error {
	if _, ok := frames[kind]; !ok {
		return fail.Field("logoType", "There is no such picture.")
	}
	return nil
}

// Pick gives the platform a new picture of a kind.
func Pick(ctx context.Context, q db.Q, store storage.Store, kind string, r io.Reader) error {
	if err := CheckKind(kind); err != nil {
		return err
	}
	f := frames[kind]
	kept, err := picture.Keep(ctx, store, f.folder, r, f.sizes, f.least)
	if err != nil {
		return err
	}
	if err = replacePicture(ctx, q, kind, kept); err != nil {
		picture.Forget(ctx, store, f.folder, kept)
	}
	return err
}

// Unpick takes the picture of a kind away.
func Unpick(ctx context.Context, q db.Q, kind string) error {
	if err := CheckKind(kind); err != nil {
		return err
	}
	return replacePicture(ctx, q, kind, nil)
}

const (
	lockPictures = `SELECT pictures FROM instance FOR UPDATE`

	setPictures = `UPDATE instance SET pictures = $1`
)

func replacePicture(ctx context.Context, q db.Q, kind string, kept []picture.Kept) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, start, random(32)); err != nil {
			return err
		}
		var all Pictures
		if err := tx.QueryRow(ctx, lockPictures).Scan(&all); err != nil {
			return err
		}
		old := all[kind]
		delete(all, kind)
		if len(kept) > 0 {
			all[kind] = kept
		}
		if _, err := tx.Exec(ctx, setPictures, all); err != nil {
			return err
		}
		return picture.Drop(ctx, tx, frames[kind].folder, old)
	})
}
