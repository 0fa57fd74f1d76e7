package upload

import (
	"context"
	"errors"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/storage"
	"shoal/server/video"
)

// A session claims disk space only while somebody is sending, or anybody could claim all of it by opening sessions.
const underway = `
	SELECT count(*) FILTER (WHERE member_id = @member), coalesce(sum(size) FILTER (WHERE member_id = @member), 0)::bigint,
		coalesce(sum(size - received) FILTER (WHERE expires_at > @lively), 0)::bigint
	FROM upload WHERE video_id IS NULL AND expires_at > now()`

const (
	mostOpen = 200 // sessions of one member
	lively   = 15 * time.Minute
)

// room refuses a file that the limits, the quotas or the disk have no place for; what other sessions still bring counts.
func (u *Uploads) room(ctx context.Context, v *account.Viewer, size int64) error {
	if u.MaxSize > 0 && size > u.MaxSize {
		return tooBig(u.MaxSize)
	}
	var open int
	var mine, all int64
	args := pgx.NamedArgs{"member": v.MemberID, "lively": time.Now().Add(u.life() - lively)}
	if err := u.DB.QueryRow(ctx, underway, args).Scan(&open, &mine, &all); err != nil {
		return err
	}
	if open >= mostOpen {
		return fail.New(fail.TooMany, "You have %d unfinished uploads. Finish or cancel some first.", open)
	}
	total, day, err := video.QuotaUsed(ctx, u.DB, v.MemberID)
	if err != nil {
		return err
	}
	if err := quota(v, total+mine, day+mine, size); err != nil {
		return err
	}
	free, err := u.free()
	if err != nil {
		return err
	}
	if free-all-u.Reserve < size {
		return noSpace(nil)
	}
	return nil
}

func (u *Uploads) free() (int64, error) {
	if u.Free != nil {
		return u.Free(u.Folder)
	}
	return storage.FreeAt(u.Folder)
}

func quota(v *account.Viewer, total, day, size int64) error {
	if v.Quota >= 0 && total+size > v.Quota || v.QuotaDaily >= 0 && day+size > v.QuotaDaily {
		return fail.New(fail.TooLarge, "The user video quota is exceeded with this video.").WithCode("quota_reached")
	}
	return nil
}

func tooBig(most int64) error {
	return fail.New(fail.TooLarge, "The file is larger than the %d MB that are allowed here.", most>>20).WithCode("max_file_size_reached")
}

func noSpace(err error) error { return fail.Wrap(fail.NoSpace, err, "The server's disk is full.") }

// full gives "no space left" a kind and words of its own.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return noSpace(err)
	}
	return err
}
