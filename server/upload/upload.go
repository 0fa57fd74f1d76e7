// Package upload takes files in pieces of any size, keeps every acknowledged byte, and ends in a draft video.
package upload

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
)

// Uploads is where files arrive.
type Uploads struct {
	DB      *pgxpool.Pool
	Store   storage.Store
	Folder  string        // for unfinished files; on the store's file system, so that the last request is a rename
	Site    string        // our public address, without a closing slash
	MaxSize int64         // of one file in bytes, 0 for no limit
	Life    time.Duration // of a session after its last piece, 0 for a day
	Idle    time.Duration // a sender that was silent for so long gives way to another one, 0 for 5 seconds
	Reserve int64         // bytes of the disk that uploads leave free

	// Start begins the processing of a new video, in the transaction that makes it.
	Start func(ctx context.Context, tx pgx.Tx, videoID int64) error
	// Restart does so for a video whose file was replaced: what was being made of the old one ends.
	Restart func(ctx context.Context, tx pgx.Tx, videoID int64) error
	// Free tells the bytes that fit into a folder; nil for storage.FreeAt.
	Free func(folder string) (int64, error)

	mu      sync.Mutex
	senders map[string]*sender
}

const (
	defaultLife = 24 * time.Hour
	defaultIdle = 5 * time.Second
)

func (u *Uploads) life() time.Duration {
	if u.Life > 0 {
		return u.Life
	}
	return defaultLife
}

// Session is one file on its way.
type Session struct {
	ID        string
	MemberID  int64
	Filename  string // the person's own name for it
	Size      int64  // bytes
	Received  int64  // bytes that are on disk for good
	Meta      api.VideoUpdate
	VideoID   *int64     // set when complete
	VideoUUID *uuid.UUID // likewise
	Replaces  *int64     // the video whose file it takes the place of; nil for a new video
	CreatedAt time.Time
	ExpiresAt time.Time
}

const (
	begin = `
		INSERT INTO upload (id, member_id, filename, size, meta, expires_at)
		VALUES (@id, @member, @filename, @size, @meta, @expires) RETURNING created_at`
	find = `
		SELECT u.id, u.member_id, u.filename, u.size, u.received, u.meta, u.video_id, v.uuid AS video_uuid, u.replaces, u.created_at, u.expires_at
		FROM upload u LEFT JOIN video v ON v.id = u.video_id WHERE u.id = @id AND u.member_id = @member AND u.expires_at > now()`
	open = `
		SELECT id, member_id, filename, size, received, meta, video_id, NULL::uuid AS video_uuid, replaces, created_at, expires_at
		FROM upload WHERE member_id = @member AND video_id IS NULL AND replaces IS NULL AND expires_at > now() ORDER BY created_at DESC, id LIMIT 100`
	forget = `DELETE FROM upload WHERE id = @id`
)

// Begin opens a session for a file of size bytes.
func (u *Uploads) Begin(ctx context.Context, v *account.Viewer, filename string, size int64, meta api.VideoUpdate) (Session, error) {
	s := Session{ID: uuid.NewString(), MemberID: v.MemberID, Filename: clean(filename), Size: size, ExpiresAt: time.Now().Add(u.life())}
	if size <= 0 {
		return s, fail.Field("x-upload-content-length", "The size of the file must be given, in bytes.")
	}
	if err := checkName(s.Filename); err != nil {
		return s, err
	}
	var err error
	if s.Meta, err = fit(ctx, u.DB, v, s.Filename, meta); err != nil {
		return s, err
	}
	p, err := payerOf(ctx, u.DB, v, nil, s.Meta.ChannelID)
	if err != nil {
		return s, err
	}
	if err := u.room(ctx, v, p, size); err != nil {
		return s, err
	}
	err = u.DB.QueryRow(ctx, begin, pgx.NamedArgs{
		"id": s.ID, "member": s.MemberID, "filename": s.Filename, "size": size, "meta": s.Meta, "expires": s.ExpiresAt,
	}).Scan(&s.CreatedAt)
	return s, err
}

// Find gives a viewer's own session that has not expired.
func (u *Uploads) Find(ctx context.Context, v *account.Viewer, id string) (Session, error) {
	rows, _ := u.DB.Query(ctx, find, pgx.NamedArgs{"id": id, "member": v.MemberID})
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Session])
	if err == pgx.ErrNoRows {
		err = fail.New(fail.NotFound, "There is no such upload, or it has expired.")
	}
	return s, err
}

// Open gives the viewer's unfinished sessions, the newest first.
func (u *Uploads) Open(ctx context.Context, v *account.Viewer) ([]Session, error) {
	rows, _ := u.DB.Query(ctx, open, pgx.NamedArgs{"member": v.MemberID})
	return pgx.CollectRows(rows, pgx.RowToStructByName[Session])
}

// Cancel ends a session and deletes what has arrived. The video of a finished one stays.
func (u *Uploads) Cancel(ctx context.Context, v *account.Viewer, id string) error {
	s, err := u.Find(ctx, v, id)
	if err != nil {
		return err
	}
	return u.discard(ctx, s)
}

// discard forgets a session. The row goes last, so that a crash in between leaves it to the sweep.
func (u *Uploads) discard(ctx context.Context, s Session) error {
	return pgx.BeginFunc(ctx, u.DB, func(tx pgx.Tx) error {
		done, err := lock(ctx, tx, s.ID)
		if err != nil {
			return err
		}
		if !done {
			if err := u.removeFiles(ctx, s); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, forget, pgx.NamedArgs{"id": s.ID})
		return err
	})
}

const lockSession = `SELECT video_id IS NOT NULL FROM upload WHERE id = @id FOR UPDATE`

// lock holds the session until the end of tx and tells whether it is complete.
func lock(ctx context.Context, tx pgx.Tx, id string) (done bool, err error) {
	err = tx.QueryRow(ctx, lockSession, pgx.NamedArgs{"id": id}).Scan(&done)
	if err == pgx.ErrNoRows {
		err = fail.New(fail.NotFound, "There is no such upload, or it has expired.")
	}
	return done, err
}

// removeFiles deletes the bytes of an unfinished session, also those that a crash left in the store.
func (u *Uploads) removeFiles(ctx context.Context, s Session) error {
	for _, path := range []string{u.path(s.ID), u.picture(s.ID, video.Thumbnail), u.picture(s.ID, video.Preview)} {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return u.Store.Delete(ctx, s.key())
}

// path is where the file grows.
func (u *Uploads) path(id string) string { return filepath.Join(u.Folder, id) }

// key is where the whole file goes.
func (s Session) key() string { return "originals/" + s.ID + ending(s.Filename) }
