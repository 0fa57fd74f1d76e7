package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Password opens a video with password protection.
type Password struct {
	ID        int64
	Password  string
	CreatedAt time.Time
}

// Locked refuses what concerns passwords where a video has none.
func (a Access) Locked() error {
	if a.Privacy != api.PasswordProtected {
		return fail.New(fail.Invalid, "The video is not password protected.")
	}
	return nil
}

const passwordPage = `
	SELECT id, password, created_at FROM video_password WHERE video_id = @id
	ORDER BY CASE WHEN @newest::bool THEN id END DESC, id LIMIT @count OFFSET @start`

const countPasswords = `SELECT count(*) FROM video_password WHERE video_id = @id`

// PasswordPage gives some passwords of a video and how many there are in all.
func PasswordPage(ctx context.Context, q db.Q, id int64, newest bool, start, count int) (list []Password, total int64, err error) {
	args := pgx.NamedArgs{"id": id, "newest": newest, "start": start, "count": count}
	if err := q.QueryRow(ctx, countPasswords, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, passwordPage, args)
	list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Password])
	return list, total, err
}

const lockVideo = `SELECT privacy FROM video WHERE id = @id FOR UPDATE`

// lockPasswords keeps others from changing the passwords until the end of tx.
func lockPasswords(ctx context.Context, tx pgx.Tx, id int64) error {
	var a Access
	if err := tx.QueryRow(ctx, lockVideo, pgx.NamedArgs{"id": id}).Scan(&a.Privacy); err != nil {
		return found(err)
	}
	return a.Locked()
}

// ReplacePasswords sets all passwords of a video, at least one.
func ReplacePasswords(ctx context.Context, tx pgx.Tx, id int64, list []string) error {
	if err := checkPasswords("passwords", list); err != nil {
		return err
	}
	if len(list) == 0 {
		return fail.Field("passwords", "A video with password protection needs at least one password.")
	}
	if err := lockPasswords(ctx, tx, id); err != nil {
		return err
	}
	return SetPasswords(ctx, tx, id, list)
}

// AddPassword adds one password to those of a video.
func AddPassword(ctx context.Context, tx pgx.Tx, id int64, password string) error {
	if err := lockPasswords(ctx, tx, id); err != nil {
		return err
	}
	list, err := Passwords(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := checkPasswords("password", append(list, password)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, addPasswords, pgx.NamedArgs{"id": id, "passwords": []string{password}})
	return err
}

const removePassword = `DELETE FROM video_password WHERE video_id = @id AND id = @password`

// RemovePassword takes one password away; the last one stays.
func RemovePassword(ctx context.Context, tx pgx.Tx, id, passwordID int64) error {
	if err := lockPasswords(ctx, tx, id); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, removePassword, pgx.NamedArgs{"id": id, "password": passwordID})
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return fail.New(fail.NotFound, "There is no such password of this video.")
	}
	if mustHavePassword(ctx, tx, id) != nil {
		return fail.New(fail.Forbidden, "The last password of a protected video cannot be removed.")
	}
	return nil
}

// checkPasswords looks at the passwords of one video.
func checkPasswords(field string, list []string) error {
	if len(list) > mostPasswords {
		return fail.Field(field, "A video has at most %d passwords.", mostPasswords)
	}
	seen := map[string]bool{}
	for _, p := range list {
		if !fits(p, 2, longestPassword) {
			return fail.Field(field, "A password has 2 to %d characters.", longestPassword)
		}
		if seen[p] {
			return fail.Field(field, "Each password is given once.")
		}
		seen[p] = true
	}
	return nil
}
