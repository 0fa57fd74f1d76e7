// Package follow is who follows whom: the channels and accounts that people subscribed to.
package follow

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/notify"
	"shoal/shared/api"
)

const (
	byHandle = `
	SELECT id, kind FROM actor
	WHERE lower(name) = lower(@name) AND (host = @host OR host = '' AND split_part(url, '/', 3) = @host) AND kind <> 'instance'`

	add = `
	INSERT INTO follow (follower_id, followed_id, state)
	SELECT a.actor_id, b.id, CASE b.host WHEN '' THEN 'accepted' ELSE 'pending' END FROM account a, actor b WHERE a.id = @account AND b.id = @followed
	ON CONFLICT (follower_id, followed_id) DO NOTHING RETURNING id`

	// Who is told: the owner of the channel or account, unless the follower is muted there.
	owner = `
	SELECT a.member_id FROM account a WHERE a.member_id IS NOT NULL AND a.id <> @account
		AND (a.actor_id = @followed OR a.id IN (SELECT c.account_id FROM channel c WHERE c.actor_id = @followed))
		AND NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = @account AND (b.blocker_id IS NULL OR b.blocker_id = a.id))`
)

// Find gives the actor of a handle.
func Find(ctx context.Context, q db.Q, h account.Handle) (actor int64, kind string, err error) {
	err = q.QueryRow(ctx, byHandle, pgx.NamedArgs{"name": h.Name, "host": h.Host}).Scan(&actor, &kind)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "There is no such channel or account.")
	}
	return actor, kind, err
}

const dropRefusal = `
	DELETE FROM follow f USING account a WHERE a.id = @account AND f.follower_id = a.actor_id AND f.followed_id = @followed AND f.state = 'rejected'`

// Subscribe lets an account follow an actor. One of elsewhere is asked, again if it refused before; otherwise a second time does nothing.
func Subscribe(ctx context.Context, tx pgx.Tx, accountID, actor int64) error {
	var id int64
	args := pgx.NamedArgs{"account": accountID, "followed": actor}
	if _, err := tx.Exec(ctx, dropRefusal, args); err != nil {
		return err
	}
	err := tx.QueryRow(ctx, add, args).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, owner, args)
	members, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	return notify.Add(ctx, tx, notify.Notice{Type: api.NewFollow, Follow: id}, members...)
}

const remove = `
	DELETE FROM follow f USING account a WHERE a.id = @account AND f.follower_id = a.actor_id AND f.followed_id = @followed`

// Unsubscribe ends it; fail.NotFound when there was nothing to end.
func Unsubscribe(ctx context.Context, q db.Q, accountID, actor int64) error {
	tag, err := q.Exec(ctx, remove, pgx.NamedArgs{"account": accountID, "followed": actor})
	if err == nil && tag.RowsAffected() == 0 {
		err = fail.New(fail.NotFound, "You do not follow this channel.")
	}
	return err
}

const exist = `
	SELECT EXISTS (SELECT FROM follow f JOIN account a ON a.actor_id = f.follower_id
		JOIN actor ac ON ac.id = f.followed_id
		WHERE a.id = @account AND f.state <> 'rejected' AND lower(ac.name) = lower(h.name)
			AND (ac.host = h.host OR ac.host = '' AND split_part(ac.url, '/', 3) = h.host))
	FROM unnest(@names::text[], @hosts::text[]) WITH ORDINALITY AS h (name, host, place) ORDER BY place`

// Exist tells of each handle whether the account follows it, or asked to.
func Exist(ctx context.Context, q db.Q, accountID int64, handles []account.Handle) ([]bool, error) {
	names, hosts := make([]string, len(handles)), make([]string, len(handles))
	for i, h := range handles {
		names[i], hosts[i] = h.Name, h.Host
	}
	rows, _ := q.Query(ctx, exist, pgx.NamedArgs{"account": accountID, "names": names, "hosts": hosts})
	return pgx.CollectRows(rows, pgx.RowTo[bool])
}
