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
	SELECT count(*) FILTER (WHERE u.member_id = @member), coalesce(sum(u.size) FILTER (WHERE coalesce(a.member_id, u.member_id) = @payer), 0)::bigint,
		coalesce(sum(u.size - u.received) FILTER (WHERE u.expires_at > @lively), 0)::bigint
	FROM upload u LEFT JOIN video v ON v.id = u.replaces LEFT JOIN channel c ON c.id = coalesce(v.channel_id, (u.meta->>'channelId')::bigint)
	LEFT JOIN account a ON a.id = c.account_id
	WHERE u.video_id IS NULL AND u.expires_at > now()`

const (
	mostOpen = 200 // sessions of one member
	lively   = 15 * time.Minute
)

// room refuses a file that the limits, the payer's quotas or the disk have no place for; what other sessions still bring counts.
func (u *Uploads) room(ctx context.Context, v *account.Viewer, p payer, size int64) error {
	if u.MaxSize > 0 && size > u.MaxSize {
		return tooBig(u.MaxSize)
	}
	var open int
	var theirs, all int64
	args := pgx.NamedArgs{"member": v.MemberID, "payer": p.MemberID, "lively": time.Now().Add(u.life() - lively)}
	if err := u.DB.QueryRow(ctx, underway, args).Scan(&open, &theirs, &all); err != nil {
		return err
	}
	if open >= mostOpen {
		return fail.New(fail.TooMany, "You have %d unfinished uploads. Finish or cancel some first.", open)
	}
	total, day, err := video.QuotaUsed(ctx, u.DB, p.MemberID)
	if err != nil {
		return err
	}
	if err := p.quota(total+theirs, day+theirs, size); err != nil {
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

func (p payer) quota(total, day, size int64) error {
	if p.Quota >= 0 && total+size > p.Quota || p.QuotaDaily >= 0 && day+size > p.QuotaDaily {
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
