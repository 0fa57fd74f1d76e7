package upload

import (
	"context"
	"errors"
	"os"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

func short(id uuid.UUID) string { return shortid.From(id) }

const (
	lockMember = `SELECT id FROM member WHERE id = @member FOR UPDATE`
	freshMeta  = `SELECT meta FROM upload WHERE id = @id`
	complete   = `UPDATE upload SET video_id = @video, received = size WHERE id = @id`
)

// finish moves the whole file into the store and makes its video and job in one transaction. Killed anywhere in between,
// the next try finds the file in one of its two places and goes on.
func (u *Uploads) finish(ctx context.Context, v *account.Viewer, s *Session) error {
	refused := false
	err := pgx.BeginFunc(ctx, u.DB, func(tx pgx.Tx) error {
		done, err := lock(ctx, tx, s.ID)
		if err != nil || done {
			return err
		}
		if err := u.quotaAtEnd(ctx, tx, v, s); err != nil {
			refused = fail.Is(err, fail.TooLarge)
			return err
		}
		if err := u.adopt(ctx, s); err != nil {
			return err
		}
		if s.Replaces != nil {
			return u.replaceVideo(ctx, tx, s)
		}
		return u.makeVideo(ctx, tx, v, s)
	})
	switch {
	case refused:
		return errors.Join(err, u.discard(ctx, *s))
	case errors.Is(err, errLost):
		s.Received = 0
		return errors.Join(err, u.received(ctx, s))
	case err != nil:
		return err
	}
	for kind := range sizes {
		_ = os.Remove(u.picture(s.ID, kind)) // the sweep finds what stays
	}
	*s, err = u.Find(ctx, v, s.ID)
	return err
}

// quotaAtEnd asks again for what other uploads have used in the meantime; one after the other, so that two cannot both be the last.
func (u *Uploads) quotaAtEnd(ctx context.Context, tx pgx.Tx, v *account.Viewer, s *Session) error {
	var meta api.VideoUpdate
	if err := tx.QueryRow(ctx, freshMeta, pgx.NamedArgs{"id": s.ID}).Scan(&meta); err != nil {
		return err
	}
	p, err := payerOf(ctx, tx, v, s.Replaces, meta.ChannelID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, lockMember, pgx.NamedArgs{"member": p.MemberID}); err != nil {
		return err
	}
	total, day, err := video.QuotaUsed(ctx, tx, p.MemberID)
	if err != nil {
		return err
	}
	return p.quota(total, day, s.Size)
}

// adopt moves the file into the store, unless an earlier try has done so.
func (u *Uploads) adopt(ctx context.Context, s *Session) error {
	info, err := os.Stat(u.path(s.ID))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return u.adopted(ctx, s)
	case err != nil:
		return err
	case info.Size() != s.Size:
		return errLost
	}
	return full(u.Store.Adopt(ctx, s.key(), u.path(s.ID)))
}

func (u *Uploads) adopted(ctx context.Context, s *Session) error {
	o, err := u.Store.Open(ctx, s.key())
	if fail.Is(err, fail.NotFound) {
		return errLost
	}
	if err != nil {
		return err
	}
	defer o.Close()
	if o.Size() != s.Size {
		return errLost
	}
	return nil
}

// errLost starts a session over whose bytes are gone.
var errLost = fail.New(fail.Conflict, "The bytes of this upload are lost; send the file again from the start.")

func (u *Uploads) makeVideo(ctx context.Context, tx pgx.Tx, v *account.Viewer, s *Session) error {
	var meta api.VideoUpdate
	if err := tx.QueryRow(ctx, freshMeta, pgx.NamedArgs{"id": s.ID}).Scan(&meta); err != nil {
		return err
	}
	if mayUse(ctx, tx, v, *meta.ChannelID) != nil {
		meta.ChannelID = nil // it is gone: the first of the others
	}
	meta, err := fit(ctx, tx, v, s.Filename, meta)
	if err != nil {
		return err
	}
	d := video.DraftOf(meta)
	d.Site, d.Filename, d.Key, d.Size = u.Site, s.Filename, s.key(), s.Size
	made, err := video.Create(ctx, tx, d)
	if err != nil {
		return err
	}
	if err := u.adoptPictures(ctx, tx, s.ID, made.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, complete, pgx.NamedArgs{"id": s.ID, "video": made.ID}); err != nil {
		return err
	}
	return u.Start(ctx, tx, made.ID)
}
