package upload

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Whole is a file that came in one request, before what belongs to it is known.
type Whole struct {
	u        *Uploads
	id       string
	filename string
	size     int64
	payer    payer
}

// Receive takes a whole file. channelID is where it goes, nil as long as it is not known. Close deletes it unless Video was called.
func (u *Uploads) Receive(ctx context.Context, v *account.Viewer, channelID *int64, filename string, r io.Reader) (*Whole, error) {
	w := &Whole{u: u, id: uuid.NewString(), filename: clean(filename)}
	err := checkName(w.filename)
	if err != nil {
		return nil, err
	}
	if w.payer, err = payerOf(ctx, u.DB, v, nil, channelID); err != nil {
		return nil, err
	}
	if err := u.room(ctx, v, w.payer, 1); err != nil {
		return nil, err
	}
	err = w.write(ctx, v, r)
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *Whole) write(ctx context.Context, v *account.Viewer, r io.Reader) (err error) {
	f, err := os.OpenFile(w.u.path(w.id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return full(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	body := readFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		return n, ended(err)
	})
	for {
		n, err := io.CopyN(f, body, checkpoint)
		w.size += n
		if err != nil && !errors.Is(err, io.EOF) {
			return cut(err)
		}
		if w.u.MaxSize > 0 && w.size > w.u.MaxSize {
			return tooBig(w.u.MaxSize)
		}
		if err := w.u.room(ctx, v, w.payer, w.size); fail.Is(err, fail.TooLarge) {
			return err
		}
		if err != nil {
			return errors.Join(full(f.Sync()), syncFolder(w.u.Folder))
		}
	}
}

// Close deletes the file unless it has become a video.
func (w *Whole) Close() error {
	err := os.Remove(w.u.path(w.id))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

const beginWhole = `
	INSERT INTO upload (id, member_id, filename, size, received, meta, expires_at)
	VALUES (@id, @member, @filename, @size, @size, @meta, now() + interval '1 hour')`

// Video makes the draft video of the file. picture is a thumbnail, or nil.
func (w *Whole) Video(ctx context.Context, v *account.Viewer, meta api.VideoUpdate, picture io.Reader) (*api.VideoUploaded, error) {
	if w.size == 0 {
		return nil, fail.Field("videofile", "The file is empty.")
	}
	meta, err := fit(ctx, w.u.DB, v, w.filename, meta)
	if err != nil {
		return nil, err
	}
	_, err = w.u.DB.Exec(ctx, beginWhole, pgx.NamedArgs{"id": w.id, "member": v.MemberID, "filename": w.filename, "size": w.size, "meta": meta})
	if err != nil {
		return nil, err
	}
	if picture != nil {
		if err := w.u.Picture(ctx, v, w.id, picture); err != nil {
			return nil, errors.Join(err, w.u.Cancel(ctx, v, w.id))
		}
	}
	s, err := w.u.Find(ctx, v, w.id)
	if err != nil {
		return nil, err
	}
	if err := w.u.finish(context.WithoutCancel(ctx), v, &s); err != nil {
		return nil, errors.Join(err, w.u.discard(context.WithoutCancel(ctx), s))
	}
	return s.uploaded(), nil
}
