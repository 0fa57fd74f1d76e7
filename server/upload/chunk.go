package upload

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/shared/api"
)

// checkpoint is after how many bytes a long piece is made durable and acknowledged in between.
const checkpoint = 64 << 20

// Progress is the answer to a piece: the video when the file is complete, else how much has arrived.
type Progress struct {
	Received int64
	Video    *api.VideoUploaded
}

// Chunk takes a piece of a file. What is acknowledged is on disk. Bytes that have arrived before are passed over, so a piece
// may be sent again or overlap; one that leaves a gap is a Conflict. abort, which may be nil, makes reading body fail at once.
// Progress.Received is right also when there is an error.
func (u *Uploads) Chunk(ctx context.Context, v *account.Viewer, id string, r Range, body io.Reader, abort func()) (Progress, error) {
	s, err := u.Find(ctx, v, id)
	if err != nil {
		return Progress{}, err
	}
	if s.VideoID != nil {
		return Progress{Received: s.Size, Video: s.uploaded()}, nil
	}
	if r.Total >= 0 && r.Total != s.Size || r.Size() > s.Size || r.To >= s.Size {
		return Progress{Received: s.Received}, fail.New(fail.Conflict, "The file has %d bytes by its announcement, and not by this piece.", s.Size)
	}
	if r.Ask && s.Received < s.Size {
		return Progress{Received: s.Received}, nil
	}
	me, err := u.enter(ctx, id, abort)
	if err != nil {
		return Progress{Received: s.Received}, err
	}
	defer u.leave(id, me)
	if s, err = u.Find(ctx, v, id); err != nil { // another sender may have brought some
		return Progress{}, err
	}
	if s.VideoID == nil && s.Received < s.Size {
		if err := u.take(ctx, &s, r, me.watch(body)); err != nil {
			return Progress{Received: s.Received}, err
		}
	}
	if s.VideoID == nil && s.Received == s.Size {
		if err := u.finish(context.WithoutCancel(ctx), v, &s); err != nil {
			return Progress{Received: s.Received}, err
		}
	}
	p := Progress{Received: s.Received}
	if s.VideoID != nil {
		p.Video = s.uploaded()
	}
	return p, nil
}

func (s Session) uploaded() *api.VideoUploaded {
	out := &api.VideoUploaded{}
	out.Video.ID = *s.VideoID
	if s.VideoUUID != nil {
		out.Video.UUID, out.Video.ShortUUID = s.VideoUUID.String(), short(*s.VideoUUID)
	}
	return out
}

// take writes the new bytes of a piece behind those that are there.
func (u *Uploads) take(ctx context.Context, s *Session, r Range, body io.Reader) (err error) {
	f, err := u.file(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if r.From > s.Received {
		return fail.New(fail.Conflict, "%d bytes have arrived; the next piece starts there, not at %d.", s.Received, r.From)
	}
	if r.To < s.Received {
		_, _ = io.CopyN(io.Discard, body, r.Size())
		return nil
	}
	if _, err := io.CopyN(io.Discard, body, s.Received-r.From); err != nil {
		return cut(err)
	}
	for s.Received <= r.To {
		n, err := io.CopyN(io.NewOffsetWriter(f, s.Received), body, min(checkpoint, r.To+1-s.Received))
		if n > 0 {
			err = errors.Join(u.keep(context.WithoutCancel(ctx), s, f, n), err)
		}
		if err != nil {
			return cut(err)
		}
	}
	return nil
}

// cut gives a piece that ended early, or found no space, a kind of its own.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return fail.Wrap(fail.Invalid, err, "The piece ended before its last byte.")
	}
	return full(err)
}

// file opens the growing file, cut back to what was acknowledged. Should it be shorter, the session goes back.
func (u *Uploads) file(ctx context.Context, s *Session) (*os.File, error) {
	f, err := os.OpenFile(u.path(s.ID), os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, full(err)
	}
	info, err := f.Stat()
	if err == nil && info.Size() < s.Received {
		s.Received = 0 // its bytes cannot be trusted either
		err = u.received(ctx, s)
	}
	if err == nil && info.Size() > s.Received {
		err = f.Truncate(s.Received)
	}
	if err == nil && s.Received == 0 {
		err = syncFolder(u.Folder)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// keep makes n more bytes durable, first the bytes and then their number. When the disk is full they are cut off again.
func (u *Uploads) keep(ctx context.Context, s *Session, f *os.File, n int64) error {
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Truncate(s.Received))
	}
	s.Received += n
	return u.received(ctx, s)
}

const setReceived = `UPDATE upload SET received = @received, expires_at = @expires WHERE id = @id AND video_id IS NULL`

func (u *Uploads) received(ctx context.Context, s *Session) error {
	s.ExpiresAt = time.Now().Add(u.life())
	tag, err := u.DB.Exec(ctx, setReceived, pgx.NamedArgs{"id": s.ID, "received": s.Received, "expires": s.ExpiresAt})
	if err == nil && tag.RowsAffected() == 0 {
		_ = os.Remove(u.path(s.ID)) // cancelled while this piece was on its way
		return fail.New(fail.NotFound, "There is no such upload, or it was cancelled.")
	}
	return err
}
