package account

import (
	"context"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/server/storage"
	"shoal/shared/api"
)

// Sizes of actors' pictures.
var (
	avatarSizes = []picture.Size{{Width: 48, Height: 48}, {Width: 120, Height: 120}, {Width: 600, Height: 600}, {Width: 1500, Height: 1500}}
	bannerSizes = []picture.Size{{Width: 600, Height: 100}, {Width: 1920, Height: 317}}
)

// Avatars are the pictures of an actor as apps read them; url is the actor's.
func Avatars(kept []picture.Kept, url string) []api.Image {
	return picture.Images(kept, picture.Avatars, site(url))
}

// Banners are the wide pictures of an actor as apps read them; url is the actor's.
func Banners(kept []picture.Kept, url string) []api.Image {
	return picture.Images(kept, picture.Banners, site(url))
}

// site is the address of the platform that an actor's address belongs to.
func site(url string) string {
	scheme, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// Pick gives an actor a new avatar or banner, by the folder of the store, and returns its sizes.
func Pick(ctx context.Context, q db.Q, store storage.Store, actor int64, folder string, r io.Reader) ([]picture.Kept, error) {
	sizes, least := avatarSizes, 2
	if folder == picture.Banners {
		sizes, least = bannerSizes, 1
	}
	kept, err := picture.Keep(ctx, store, folder, r, sizes, least)
	if err != nil {
		return nil, err
	}
	if err = replacePictures(ctx, q, actor, folder, kept); err != nil {
		picture.Forget(ctx, store, folder, kept)
	}
	return kept, err
}

// Unpick takes an actor's avatar or banner away.
func Unpick(ctx context.Context, q db.Q, actor int64, folder string) error {
	return replacePictures(ctx, q, actor, folder, []picture.Kept{})
}

const (
	picturesOf = `SELECT avatars, banners FROM actor WHERE id = $1 FOR UPDATE`

	setAvatars = `UPDATE actor SET avatars = $2, updated_at = now() WHERE id = $1`

	setBanners = `UPDATE actor SET banners = $2, updated_at = now() WHERE id = $1`
)

func replacePictures(ctx context.Context, q db.Q, actor int64, folder string, kept []picture.Kept) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var avatars, banners []picture.Kept
		if err := tx.QueryRow(ctx, picturesOf, actor).Scan(&avatars, &banners); err != nil {
			return gone(err)
		}
		old, set := avatars, setAvatars
		if folder == picture.Banners {
			old, set = banners, setBanners
		}
		if _, err := tx.Exec(ctx, set, actor, kept); err != nil {
			return err
		}
		return picture.Drop(ctx, tx, folder, old)
	})
}

// gone turns the absence of a row, since somebody deleted it meanwhile, into a plain refusal.
func gone(err error) error {
	if err == pgx.ErrNoRows {
		return fail.New(fail.NotFound, "There is no such account any more.")
	}
	return err
}
