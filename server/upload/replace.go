package upload

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
)

const beginReplacing = `
	INSERT INTO upload (id, member_id, filename, size, meta, expires_at, replaces)
	VALUES (@id, @member, @filename, @size, '{}', @expires, @video) RETURNING created_at`

// Replace opens a session for a file that takes the place of a video's. The caller has asked whether the viewer may.
func (u *Uploads) Replace(ctx context.Context, v *account.Viewer, a video.Access, filename string, size int64) (Session, error) {
	s := Session{ID: uuid.NewString(), MemberID: v.MemberID, Filename: clean(filename), Size: size, ExpiresAt: time.Now().Add(u.life()), Replaces: &a.ID}
	if size <= 0 {
		return s, fail.Field("x-upload-content-length", "The size of the file must be given, in bytes.")
	}
	if err := checkName(s.Filename); err != nil {
		return s, err
	}
	if err := a.Replaceable(); err != nil {
		return s, err
	}
	p, err := payerOf(ctx, u.DB, v, &a.ID, nil)
	if err != nil {
		return s, err
	}
	if err := u.room(ctx, v, p, size); err != nil {
		return s, err
	}
	err = u.DB.QueryRow(ctx, beginReplacing, pgx.NamedArgs{
		"id": s.ID, "member": s.MemberID, "filename": s.Filename, "size": size, "expires": s.ExpiresAt, "video": a.ID,
	}).Scan(&s.CreatedAt)
	return s, err
}

// replaceVideo gives the whole file to the video, and begins its processing anew.
func (u *Uploads) replaceVideo(ctx context.Context, tx pgx.Tx, s *Session) error {
	if err := video.Replace(ctx, tx, *s.Replaces, s.Filename, s.key(), s.Size); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, complete, pgx.NamedArgs{"id": s.ID, "video": *s.Replaces}); err != nil {
		return err
	}
	return u.Restart(ctx, tx, *s.Replaces)
}

// FindReplacing is Find for a session that replaces the file of this video.
func (u *Uploads) FindReplacing(ctx context.Context, v *account.Viewer, id string, videoID int64) error {
	s, err := u.Find(ctx, v, id)
	if err == nil && (s.Replaces == nil || *s.Replaces != videoID) {
		err = fail.New(fail.NotFound, "There is no such upload, or it has expired.")
	}
	return err
}
