package picture

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/job"
	"shoal/server/storage"
	"shoal/shared/api"
)

// Kept is a picture in the store, as rows remember it.
type Kept struct {
	Filename  string   `json:"filename"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	CreatedAt api.Time `json:"createdAt"`
	URL       string   `json:"url,omitzero"` // where it is when it is no file of ours
}

// Folders of the store, which are parts of the pictures' addresses too.
const (
	Avatars = "avatars"
	Banners = "banners"
	Logos   = "upload-images"
)

// Root is where pictures are served, before the folder.
const Root = "/lazy-static/"

// Images are kept pictures as apps read them. site is the platform's address.
func Images(kept []Kept, folder, site string) []api.Image {
	out := make([]api.Image, len(kept))
	for i, k := range kept {
		path := Root + folder + "/" + k.Filename
		out[i] = api.Image{Width: k.Width, Height: k.Height, Path: path, FileURL: site + path, CreatedAt: k.CreatedAt, UpdatedAt: k.CreatedAt}
	}
	return out
}

// Keep reads a picture, makes the sizes and puts them into the store. What is not named in a row after that is to be
// thrown away by Forget.
func Keep(ctx context.Context, store storage.Store, folder string, r io.Reader, sizes []Size, least int) ([]Kept, error) {
	made, err := Make(ctx, r, sizes, least)
	if err != nil {
		return nil, err
	}
	kept := make([]Kept, 0, len(made))
	for _, m := range made {
		k := Kept{Filename: uuid.NewString() + m.Ending, Width: m.Width, Height: m.Height, CreatedAt: api.Time{Time: time.Now().UTC()}}
		if _, err := store.Put(ctx, folder+"/"+k.Filename, bytes.NewReader(m.Bytes)); err != nil {
			Forget(ctx, store, folder, kept)
			return nil, err
		}
		kept = append(kept, k)
	}
	return kept, nil
}

// Forget takes pictures that no row names out of the store at once.
func Forget(ctx context.Context, store storage.Store, folder string, kept []Kept) {
	_ = store.Delete(context.WithoutCancel(ctx), keys(folder, kept)...) // a file too many does no harm
}

func keys(folder string, kept []Kept) []string {
	out := make([]string, len(kept))
	for i, k := range kept {
		out[i] = folder + "/" + k.Filename
	}
	return out
}

// gone names pictures that nobody needs any more.
type gone struct {
	Keys []string `json:"keys"`
}

func (gone) Kind() string { return "pictures-gone" }

// Drop deletes pictures by a job after the commit of tx.
func Drop(ctx context.Context, tx pgx.Tx, folder string, kept []Kept) error {
	kept = slices.DeleteFunc(slices.Clone(kept), func(k Kept) bool { return k.URL != "" })
	if len(kept) == 0 {
		return nil
	}
	return job.Add(ctx, tx, gone{keys(folder, kept)})
}

// Register lets r delete dropped pictures.
func Register(r *job.Runner, store storage.Store) {
	job.Register(r, job.Limit{Timeout: time.Minute}, func(ctx context.Context, j *river.Job[gone]) error {
		return store.Delete(ctx, j.Args.Keys...)
	})
}
