package follow

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/notify"
	"shoal/shared/api"
)

// States of a follow.
const (
	Pending  = "pending"
	Accept   = "accepted"
	Rejected = "rejected"
)

const (
	// What was decided before stays so. That it is asked again is answered again: the answer may not have come.
	receive = `
	INSERT INTO follow (follower_id, followed_id, state, url) VALUES (@follower, @followed, @state, @url)
	ON CONFLICT (follower_id, followed_id) DO UPDATE SET url = excluded.url, updated_at = now() RETURNING id, state, xmax = 0`

	blockedBy = `
	SELECT EXISTS (SELECT FROM account_block b JOIN account f ON f.id = b.blocked_id WHERE f.actor_id = @follower AND (b.blocker_id IS NULL OR b.blocker_id = @owner))
		OR EXISTS (SELECT FROM host_block b JOIN actor f ON f.host = b.host WHERE f.id = @follower AND (b.blocker_id IS NULL OR b.blocker_id = @owner))`

	ownerOf = `
	SELECT coalesce(a.id, o.id, 0), coalesce(a.member_id, o.member_id, 0) FROM actor ac LEFT JOIN account a ON a.actor_id = ac.id
	LEFT JOIN channel c ON c.actor_id = ac.id LEFT JOIN account o ON o.id = c.account_id WHERE ac.id = @followed`

	administrators = `SELECT id FROM member WHERE role = 0 AND NOT blocked ORDER BY id`
)

// Received keeps that an actor of elsewhere follows one of ours, as state unless it is known, and lets those know who should.
// It gives the state that holds. Whom the owner blocks is rejected.
func Received(ctx context.Context, tx pgx.Tx, follower, followed int64, url, state string) (string, error) {
	args := pgx.NamedArgs{"follower": follower, "followed": followed, "url": url, "state": state}
	var owner, member int64
	if err := tx.QueryRow(ctx, ownerOf, args).Scan(&owner, &member); err != nil {
		return "", err
	}
	var blocked, fresh bool
	args["owner"] = owner
	if err := tx.QueryRow(ctx, blockedBy, args).Scan(&blocked); err != nil {
		return "", err
	}
	if blocked {
		args["state"] = Rejected
	}
	var id int64
	if err := tx.QueryRow(ctx, receive, args).Scan(&id, &state, &fresh); err != nil || !fresh || state == Rejected {
		return state, err
	}
	if member != 0 {
		return state, notify.Add(ctx, tx, notify.Notice{Type: api.NewFollow, Follow: id}, member)
	}
	return state, tellAdministrators(ctx, tx, notify.Notice{Type: api.NewInstanceFollower, Follow: id})
}

func tellAdministrators(ctx context.Context, tx pgx.Tx, n notify.Notice) error {
	rows, _ := tx.Query(ctx, administrators)
	members, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	return notify.Add(ctx, tx, n, members...)
}

const answered = `UPDATE follow SET state = @state, updated_at = now() WHERE follower_id = @follower AND followed_id = @followed AND state <> @state`

// Accepted keeps that an actor of elsewhere lets ours follow. fresh tells that it did not before.
func Accepted(ctx context.Context, tx pgx.Tx, follower, followed int64) (fresh bool, err error) {
	tag, err := tx.Exec(ctx, answered, pgx.NamedArgs{"follower": follower, "followed": followed, "state": Accept})
	return tag.RowsAffected() > 0, err
}

// Refused keeps that it does not, or no longer.
func Refused(ctx context.Context, tx pgx.Tx, follower, followed int64) error {
	_, err := tx.Exec(ctx, answered, pgx.NamedArgs{"follower": follower, "followed": followed, "state": Rejected})
	return err
}

const undone = `DELETE FROM follow WHERE follower_id = @follower AND followed_id = @followed`

// Undone ends what an actor of elsewhere follows.
func Undone(ctx context.Context, tx pgx.Tx, follower, followed int64) error {
	if err := Heard(ctx, tx, true); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, undone, pgx.NamedArgs{"follower": follower, "followed": followed}); err != nil {
		return err
	}
	return Heard(ctx, tx, false)
}

const askToo = `
	INSERT INTO follow (follower_id, followed_id, state) VALUES (@follower, @followed, 'pending') ON CONFLICT (follower_id, followed_id) DO NOTHING RETURNING id`

// Back lets our platform follow the one that follows it, and the administrators know.
func Back(ctx context.Context, tx pgx.Tx, ours, theirs int64) error {
	var id int64
	err := tx.QueryRow(ctx, askToo, pgx.NamedArgs{"follower": ours, "followed": theirs}).Scan(&id)
	if err == pgx.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	return tellAdministrators(ctx, tx, notify.Notice{Type: api.AutoInstanceFollow, Follow: id})
}

const followersOf = `
	SELECT follower_id FROM follow f JOIN actor a ON a.id = f.follower_id WHERE f.followed_id = @from AND a.host = '' AND f.state <> 'rejected'`

const follows = `
	INSERT INTO follow (follower_id, followed_id, state) VALUES (@follower, @to, 'pending') ON CONFLICT (follower_id, followed_id) DO NOTHING`

// Moved lets those of ours who follow an actor that moved follow the one it moved to, and the old one no more.
func Moved(ctx context.Context, tx pgx.Tx, from, to int64) error {
	args := pgx.NamedArgs{"from": from, "to": to}
	rows, _ := tx.Query(ctx, followersOf, args)
	ours, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, one := range ours {
		if one != to {
			args["follower"] = one
			if _, err := tx.Exec(ctx, follows, args); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, undone, pgx.NamedArgs{"follower": one, "followed": from}); err != nil {
			return err
		}
	}
	return nil
}
