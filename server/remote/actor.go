package remote

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/fail"
)

// Actor is one of elsewhere, or of ours: those have neither inbox nor key here.
type Actor struct {
	ID          int64
	Kind        string // instance, account or channel
	Name        string
	Host        string // empty for our own
	URL         string // its id in the fediverse
	DisplayName string
	AccountID   int64 // its account, or that of its owner; 0 without one
	ChannelID   int64 // 0 unless it is a channel
	MemberID    int64 // of ours, whose it is
	Type        string
	Inbox       string
	SharedInbox string
	Outbox      string
	Followers   string // address of the collection
	Playlists   string
	Page        string
	KeyID       string
	Key         string // PEM
	MultikeyID  string
	Multikey    string
	AlsoKnownAs []string
	MovedTo     string
	FetchedAt   time.Time
}

// Local tells whether it is one of ours.
func (a Actor) Local() bool { return a.Host == "" }

// Deliver is where messages for it go: the inbox that all of its server share, if there is one.
func (a Actor) Deliver() string {
	if a.SharedInbox != "" {
		return a.SharedInbox
	}
	return a.Inbox
}

const (
	actorColumns = `
	SELECT ac.id, ac.kind, ac.name, ac.host, ac.url, ac.display_name, coalesce(a.id, c.account_id, 0), coalesce(c.id, 0), coalesce(a.member_id, o.member_id, 0),
		coalesce(r.type, ''), coalesce(r.inbox, ''), coalesce(r.shared_inbox, ''), coalesce(r.outbox, ''), coalesce(r.followers_url, ''),
		coalesce(r.playlists_url, ''), coalesce(r.page, ''), coalesce(r.key_id, ''), coalesce(r.key, ''), coalesce(r.multikey_id, ''),
		coalesce(r.multikey, ''), coalesce(r.also_known_as, '{}'), coalesce(r.moved_to, ''), coalesce(r.fetched_at, ac.updated_at)
	FROM actor ac LEFT JOIN actor_remote r ON r.actor_id = ac.id LEFT JOIN account a ON a.actor_id = ac.id
		LEFT JOIN channel c ON c.actor_id = ac.id LEFT JOIN account o ON o.id = c.account_id `

	byURL    = actorColumns + `WHERE ac.url = @url`
	byID     = actorColumns + `WHERE ac.id = @id`
	byHandle = actorColumns + `WHERE lower(ac.name) = lower(@name) AND ac.host = @host`
	byKey    = actorColumns + `WHERE r.key_id = @key OR r.multikey_id = @key OR ac.url = @key AND r.actor_id IS NOT NULL LIMIT 1`
)

// Known gives an actor that we know by its address; fail.NotFound when we do not.
func Known(ctx context.Context, q db.Q, id activity.ID) (Actor, error) {
	return one(ctx, q, byURL, pgx.NamedArgs{"url": string(id)})
}

// ByID gives the actor of a row.
func ByID(ctx context.Context, q db.Q, id int64) (Actor, error) {
	return one(ctx, q, byID, pgx.NamedArgs{"id": id})
}

// ByHandle gives an actor that we know by its name and server.
func ByHandle(ctx context.Context, q db.Q, name, host string) (Actor, error) {
	return one(ctx, q, byHandle, pgx.NamedArgs{"name": name, "host": host})
}

func one(ctx context.Context, q db.Q, sql string, args pgx.NamedArgs) (Actor, error) {
	rows, _ := q.Query(ctx, sql, args)
	a, err := pgx.CollectOneRow(rows, pgx.RowToStructByPos[Actor])
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "There is no such account or channel.")
	}
	return a, err
}

// Actor gives an actor by its address: the one that we know when it is fresh, else what its server says. One whose server
// says that it is gone goes with all that is its own; one that cannot be asked stays as it was.
func (r *Remote) Actor(ctx context.Context, id activity.ID) (Actor, error) {
	return r.actor(ctx, id, false)
}

// Refresh is Actor that asks again in any case.
func (r *Remote) Refresh(ctx context.Context, id activity.ID) (Actor, error) {
	r.absent.forget(string(id))
	a, err := Known(ctx, r.Pool, id)
	if err != nil && !fail.Is(err, fail.NotFound) || err == nil && a.Local() {
		return a, err
	}
	return r.ask(ctx, id, false)
}

func (r *Remote) actor(ctx context.Context, id activity.ID, owner bool) (Actor, error) {
	a, err := Known(ctx, r.Pool, id)
	if err == nil && (a.Local() || r.now().Sub(a.FetchedAt) < fresh) {
		return a, nil
	}
	known := err == nil
	if !known && !fail.Is(err, fail.NotFound) {
		return a, err
	}
	if why, lately := r.absent.get(string(id), r.now()); lately {
		if known {
			return a, nil
		}
		return a, why
	}
	asked, err := r.ask(ctx, id, owner)
	if err != nil && known && !Vanished(err) {
		return a, nil // it stays as it was
	}
	return asked, err
}

// ask fetches an actor and keeps it. Of many who ask for one at once, one goes.
func (r *Remote) ask(ctx context.Context, id activity.ID, owner bool) (Actor, error) {
	type outcome struct{ Actor }
	v, err, _ := r.flights.Do(string(id), func() (any, error) {
		a, err := r.fetch(ctx, id, owner)
		if err != nil {
			r.remember(id, err)
		}
		if Vanished(err) {
			err = errors.Join(err, r.Forget(ctx, id))
		}
		return outcome{a}, err
	})
	if err != nil {
		return Actor{}, err
	}
	return v.(outcome).Actor, nil
}

func (r *Remote) fetch(ctx context.Context, id activity.ID, owner bool) (Actor, error) {
	t, err := r.Object(ctx, id)
	if err != nil {
		return Actor{}, err
	}
	var doc activity.Actor
	if err := t.Into(&doc); err != nil {
		return Actor{}, fail.Wrap(fail.Unprocessable, err, "This is no account and no channel.")
	}
	return r.keep(ctx, doc, owner)
}

// Put keeps what an actor says of itself, in a message that is believed whole.
func (r *Remote) Put(ctx context.Context, doc activity.Actor) (Actor, error) {
	return r.keep(ctx, doc, false)
}

const channelsOf = `
	SELECT c.actor_id FROM channel c JOIN account a ON a.id = c.account_id JOIN actor ac ON ac.id = a.actor_id WHERE ac.url = @url AND ac.host <> ''
	UNION ALL SELECT id FROM actor WHERE url = @url AND host <> ''`

// Forget takes an actor of elsewhere away with all that is its own; what is unknown or ours stays.
func (r *Remote) Forget(ctx context.Context, id activity.ID) error {
	r.keys.forgetAll(func(b believed) bool { return b.actor == id })
	return pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error { return forget(ctx, tx, id) })
}

func forget(ctx context.Context, tx pgx.Tx, id activity.ID) error {
	rows, _ := tx.Query(ctx, channelsOf, pgx.NamedArgs{"url": string(id)})
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	for _, actor := range ids {
		if err == nil {
			err = account.DeleteActor(ctx, tx, actor)
		}
	}
	return err
}
