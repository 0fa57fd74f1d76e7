package upload

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	_ "image/png" // what people send
	"io"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // likewise

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/storage"
	"shoal/server/video"
)

// Limits of a picture that somebody sends.
const (
	maxPicture = 8 << 20 // bytes
	maxPixels  = 50_000_000
)

// sizes of the pictures that are made, in JPEG so that every app can show them.
var sizes = map[string]image.Point{video.Thumbnail: {X: 280, Y: 157}, video.Preview: {X: 850, Y: 480}}

// picture is where a picture waits for its session's end.
func (u *Uploads) picture(id, kind string) string { return filepath.Join(u.Folder, id+"."+kind) }

// Picture keeps a thumbnail for the video of a session.
func (u *Uploads) Picture(ctx context.Context, v *account.Viewer, id string, r io.Reader) error {
	s, err := u.Find(ctx, v, id)
	if err != nil || s.VideoID != nil {
		return err
	}
	made, err := shrink(r)
	if err != nil {
		return err
	}
	for kind, b := range made {
		if err := os.WriteFile(u.picture(id, kind), b, 0o640); err != nil {
			return full(err)
		}
	}
	return nil
}

// SetPicture replaces the thumbnail and preview of a video; the old files are deleted after the commit.
func SetPicture(ctx context.Context, tx pgx.Tx, store storage.Store, videoID int64, r io.Reader) error {
	made, err := shrink(r)
	if err != nil {
		return err
	}
	old, err := video.ClearImages(ctx, tx, videoID)
	if err != nil {
		return err
	}
	for kind, b := range made {
		if err := addPicture(ctx, tx, store, videoID, kind, bytes.NewReader(b)); err != nil {
			return err
		}
	}
	return video.Drop(ctx, tx, old...)
}

func addPicture(ctx context.Context, q db.Q, store storage.Store, videoID int64, kind string, r io.Reader) error {
	name := uuid.NewString() + ".jpg"
	if _, err := store.Put(ctx, "images/"+name, r); err != nil {
		return err
	}
	return video.ChooseImage(ctx, q, videoID, video.Image{Kind: kind, Filename: name, Width: sizes[kind].X, Height: sizes[kind].Y})
}

// adoptPictures gives the video the pictures that came with its session.
func (u *Uploads) adoptPictures(ctx context.Context, tx pgx.Tx, id string, videoID int64) error {
	for kind := range sizes {
		f, err := os.Open(u.picture(id, kind))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		err = addPicture(ctx, tx, u.Store, videoID, kind, f)
		if f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// shrink makes the pictures of all kinds.
func shrink(r io.Reader) (map[string][]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxPicture+1))
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "The picture could not be read.")
	}
	if len(b) > maxPicture {
		return nil, fail.New(fail.TooLarge, "A picture has at most %d MB.", maxPicture>>20).WithCode("max_file_size_reached")
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width <= 0 || c.Height <= 0 || c.Width*c.Height > maxPixels {
		return nil, fail.Wrap(fail.Unsupported, err, "The picture should be a JPEG, PNG or WebP of at most %d megapixels.", maxPixels/1_000_000)
	}
	src, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fail.Wrap(fail.Unsupported, err, "The picture is damaged.")
	}
	out := map[string][]byte{}
	for kind, size := range sizes {
		dst := image.NewRGBA(image.Rectangle{Max: size})
		draw.ApproxBiLinear.Scale(dst, dst.Bounds(), src, cover(src.Bounds(), size), draw.Src, nil)
		var w bytes.Buffer
		if err := jpeg.Encode(&w, dst, &jpeg.Options{Quality: 85}); err != nil {
			return nil, err
		}
		out[kind] = w.Bytes()
	}
	return out, nil
}

// cover is the middle of r that has the shape of size.
func cover(r image.Rectangle, size image.Point) image.Rectangle {
	w, h := r.Dx(), r.Dy()
	if w*size.Y > h*size.X {
		w = max(1, h*size.X/size.Y)
	} else {
		h = max(1, w*size.Y/size.X)
	}
	at := r.Min.Add(image.Pt((r.Dx()-w)/2, (r.Dy()-h)/2))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(w, h))}
}
