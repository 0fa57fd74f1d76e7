// Package delivery brings activities to other servers: each inbox once, in the order of each object, at the pace of each host.
//
// A line is taken by giving it a time before which nobody else takes it: when a node dies, its lines are tried again two minutes
// later. What was answered and not yet noted is then sent twice; receivers know activities by their ids.
package delivery

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/remote"
)

// Item is an activity to deliver.
type Item struct {
	ActorID int64  // who signs the request
	Object  string // what it is about: a host gets what is about one object in its order
	Body    []byte
	To      []string // inboxes
	Low     bool     // may wait for what is not
}

const add = `
	WITH a AS (INSERT INTO activity_out (actor_id, body) VALUES (@actor, @body) RETURNING id),
	d AS (INSERT INTO delivery (activity_id, host, inbox, object, low, parked)
		SELECT a.id, t.host, t.inbox, @object, @low, EXISTS (SELECT FROM remote_host h WHERE h.host = t.host AND (h.paused OR h.open_until IS NOT NULL))
		FROM a, unnest(@hosts::text[], @inboxes::text[]) AS t (host, inbox)
		WHERE NOT EXISTS (SELECT FROM host_block b WHERE b.blocker_id IS NULL AND b.host = t.host)
		ON CONFLICT DO NOTHING RETURNING id)
	SELECT pg_notify('shoal_delivery', '') FROM a`

// Add writes an activity that is delivered if and only if q commits. Hosts that the platform blocks hear nothing.
func Add(ctx context.Context, q db.Q, i Item) error {
	var hosts, inboxes []string
	for _, inbox := range i.To {
		if h := remote.Host(activity.ID(inbox)); h != "" {
			hosts, inboxes = append(hosts, h), append(inboxes, inbox)
		}
	}
	if len(inboxes) == 0 {
		return nil
	}
	_, err := q.Exec(ctx, add, pgx.NamedArgs{"actor": i.ActorID, "body": i.Body, "object": i.Object, "low": i.Low, "hosts": hosts, "inboxes": inboxes})
	return err
}

const (
	// Parked lines are those of hosts that are not asked now. One statement changes so many at most.
	park = `
	UPDATE delivery SET parked = @parked WHERE id IN (
		SELECT id FROM delivery WHERE host = @host AND parked <> @parked ORDER BY id LIMIT 5000 FOR UPDATE)`

	hurry = `UPDATE delivery SET not_before = now() WHERE host = @host AND NOT parked AND not_before > now() + interval '3 minutes'`
)

// settle parks all that is for a host, or lets it go.
func settle(ctx context.Context, q db.Q, host string, parked bool) error {
	for {
		tag, err := q.Exec(ctx, park, pgx.NamedArgs{"host": host, "parked": parked})
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
	}
}

// Pause keeps everything from a host until Resume.
func Pause(ctx context.Context, q db.Q, host string) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if err := remote.Pause(ctx, tx, host); err != nil {
			return err
		}
		return settle(ctx, tx, host, true)
	})
}

const shut = `SELECT EXISTS (SELECT FROM remote_host WHERE host = @host AND (paused OR open_until IS NOT NULL))`

// Resume ends a pause; what waited is delivered in its order.
func Resume(ctx context.Context, q db.Q, host string) error {
	return again(ctx, q, host, remote.Resume)
}

// Retry tries now what waits for a host that failed.
func Retry(ctx context.Context, q db.Q, host string) error {
	return again(ctx, q, host, remote.Retry)
}

func again(ctx context.Context, q db.Q, host string, change func(context.Context, db.Q, string) error) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if err := change(ctx, tx, host); err != nil {
			return err
		}
		var parked bool
		if err := tx.QueryRow(ctx, shut, pgx.NamedArgs{"host": host}).Scan(&parked); err != nil {
			return err
		}
		if !parked {
			if err := settle(ctx, tx, host, false); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, hurry, pgx.NamedArgs{"host": host}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `SELECT pg_notify('shoal_delivery', '')`)
		return err
	})
}
