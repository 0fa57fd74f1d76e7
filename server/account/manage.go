package account

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

var errNotYours = fail.New(fail.Forbidden, "A moderator can only manage members who are neither moderators nor administrators.")

// MayMake tells whether a viewer may give someone a role: a moderator only the least.
func (v *Viewer) MayMake(role int) error {
	if v.IsAdministrator() || v.IsModerator() && role == api.Member {
		return nil
	}
	return errNotYours
}

const (
	lockMember = `SELECT role, email, blocked FROM member WHERE id = $1 AND NOT leaving FOR UPDATE`

	lastAdmin = `
	SELECT NOT EXISTS (SELECT FROM member WHERE role = 0 AND NOT blocked AND NOT leaving AND id <> $1)`

	lockAdmins = `SELECT pg_advisory_xact_lock(hashtext('administrators'))`
)

// hold locks a member whom the viewer may manage. away is whether they are about to lose their rights: someone must be left.
func (v *Viewer) hold(ctx context.Context, tx pgx.Tx, member int64, away bool) (email string, blocked bool, err error) {
	if _, err := tx.Exec(ctx, lockAdmins); err != nil {
		return "", false, err
	}
	var role int
	if err := tx.QueryRow(ctx, lockMember, member).Scan(&role, &email, &blocked); err != nil {
		return "", false, missing(err)
	}
	if v.MemberID != member {
		if err := v.MayMake(role); err != nil {
			return "", false, err
		}
	}
	if !away || role != api.Administrator {
		return email, blocked, nil
	}
	var last bool
	if err := tx.QueryRow(ctx, lastAdmin, member).Scan(&last); err != nil || last {
		return "", false, or(err, fail.New(fail.Invalid, "The last administrator stays."))
	}
	return email, blocked, nil
}

const editMember = `
	UPDATE member SET email = COALESCE(@email, email), role = COALESCE(@role, role), quota = COALESCE(@quota, quota),
	       quota_daily = COALESCE(@quota_daily, quota_daily), admin_flags = COALESCE(@flags, admin_flags),
	       email_verified = COALESCE(@verified, CASE WHEN lower(COALESCE(@email, email)) <> lower(email) THEN NULL ELSE email_verified END),
	       pending_email = CASE WHEN @email::text IS NULL THEN pending_email END
	WHERE id = @id`

// Edit changes what is given of a member. A new role or password ends their sign-ins.
func (d *Door) Edit(ctx context.Context, q db.Q, v *Viewer, member int64, in api.UserEdit) error {
	if err := v.checkEdit(in); err != nil {
		return err
	}
	var phc string
	if in.Password != nil {
		var err error
		if phc, err = Hash(ctx, *in.Password); err != nil {
			return err
		}
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		away := in.Role != nil && *in.Role != api.Administrator
		if _, _, err := v.hold(ctx, tx, member, away); err != nil {
			return err
		}
		if phc != "" {
			if err := d.newWord(ctx, tx, member, phc, v.TokenID); err != nil {
				return err
			}
		}
		if in.Role != nil {
			if err := RevokeAll(ctx, tx, member, v.TokenID); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, editMember, pgx.NamedArgs{
			"id": member, "email": in.Email, "role": in.Role, "quota": in.VideoQuota, "quota_daily": in.VideoQuotaDaily,
			"flags": in.AdminFlags, "verified": in.EmailVerified,
		})
		return taken(err)
	})
}

func (v *Viewer) checkEdit(in api.UserEdit) error {
	if in.Role != nil {
		if *in.Role < api.Administrator || *in.Role > api.Member {
			return fail.Field("role", "There is no such role.")
		}
		if err := v.MayMake(*in.Role); err != nil {
			return err
		}
	}
	for name, quota := range map[string]*int64{"videoQuota": in.VideoQuota, "videoQuotaDaily": in.VideoQuotaDaily} {
		if quota != nil && *quota < -1 {
			return fail.Field(name, "A quota is a number of bytes, or -1 for no limit.")
		}
	}
	if in.AdminFlags != nil && (*in.AdminFlags < 0 || *in.AdminFlags > 1) {
		return fail.Field("adminFlags", "Should be 0 or 1.")
	}
	if in.PluginAuth != nil && *in.PluginAuth != "" {
		return fail.Field("pluginAuth", "There is no such extension.")
	}
	if in.Email != nil {
		return checkEmail(*in.Email)
	}
	return nil
}

const setBlocked = `UPDATE member SET blocked = @blocked, blocked_reason = @reason WHERE id = @id`

// Block keeps a member out, and tells them why.
func (d *Door) Block(ctx context.Context, q db.Q, v *Viewer, member int64, reason string) error {
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) > 500 {
		return fail.Field("reason", "A reason has at most 500 characters.")
	}
	if v.MemberID == member {
		return fail.New(fail.Invalid, "You cannot block yourself.")
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		_, blocked, err := v.hold(ctx, tx, member, true)
		if err != nil {
			return err
		}
		var why *string
		if reason != "" {
			why = &reason
		}
		if _, err := tx.Exec(ctx, setBlocked, pgx.NamedArgs{"id": member, "blocked": true, "reason": why}); err != nil {
			return err
		}
		if err := RevokeAll(ctx, tx, member, 0); err != nil || blocked {
			return err
		}
		return d.tell(ctx, tx, member, "blocked", "/login", map[string]string{"answer": reason})
	})
}

// Unblock lets a member in again.
func (d *Door) Unblock(ctx context.Context, q db.Q, v *Viewer, member int64) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		_, blocked, err := v.hold(ctx, tx, member, false)
		if err != nil || !blocked {
			return err
		}
		if _, err := tx.Exec(ctx, setBlocked, pgx.NamedArgs{"id": member, "blocked": false, "reason": nil}); err != nil {
			return err
		}
		return d.tell(ctx, tx, member, "unblocked", "/login", nil)
	})
}

const setLeaving = `UPDATE member SET leaving = true WHERE id = $1`

// Leave marks a member as leaving: from now on nobody can sign in as them or see their page. A job does the rest.
func Leave(ctx context.Context, tx pgx.Tx, v *Viewer, member int64) error {
	if _, _, err := v.hold(ctx, tx, member, true); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, setLeaving, member); err != nil {
		return err
	}
	return RevokeAll(ctx, tx, member, 0)
}

const (
	leaving = `
	SELECT a.id, a.actor_id FROM member m JOIN account a ON a.member_id = m.id WHERE m.id = $1 AND m.leaving`

	forgetMember = `DELETE FROM member WHERE id = $1`
)

// Leaving is the account of a member who leaves; ok is false when there is none any more.
func Leaving(ctx context.Context, q db.Q, member int64) (account int64, ok bool, err error) {
	var actor int64
	err = q.QueryRow(ctx, leaving, member).Scan(&account, &actor)
	if err == pgx.ErrNoRows {
		return 0, false, nil
	}
	return account, err == nil, err
}

// Forget deletes a member who leaves, whose channels are gone already, with all rows that belong to them.
func Forget(ctx context.Context, tx pgx.Tx, member int64) error {
	var account, actor int64
	err := tx.QueryRow(ctx, leaving, member).Scan(&account, &actor)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	if err := DeleteActor(ctx, tx, actor); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, forgetMember, member)
	return err
}
