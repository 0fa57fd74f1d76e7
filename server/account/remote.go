package account

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/picture"
)

// Remote is an actor of elsewhere, as its own server describes it.
type Remote struct {
	Kind        string // instance, account or channel
	Name        string
	Host        string
	URL         string
	DisplayName string
	Description *string
	Avatars     []picture.Kept // addresses only
	Banners     []picture.Kept
	CreatedAt   time.Time
}

const (
	addRemoteActor = `
	INSERT INTO actor (kind, name, host, url, display_name, description, avatars, banners, created_at)
	VALUES (@kind, @name, @host, @url, @display, @description, @avatars, @banners, @created) RETURNING id`

	addRemoteAccount = `INSERT INTO account (actor_id) VALUES (@id)`

	updateRemoteActor = `
	UPDATE actor SET name = @name, display_name = @display, description = @description, avatars = @avatars, banners = @banners, updated_at = now()
	WHERE id = @id AND host = @host
		AND (name, display_name, description, avatars, banners) IS DISTINCT FROM (@name, @display, @description, @avatars::jsonb, @banners::jsonb)`
)

func (r Remote) args() pgx.NamedArgs {
	return pgx.NamedArgs{
		"kind": r.Kind, "name": r.Name, "host": r.Host, "url": r.URL, "display": r.DisplayName, "description": r.Description,
		"avatars": r.Avatars, "banners": r.Banners, "created": r.CreatedAt,
	}
}

// AddRemote adds an actor of elsewhere and the account it may be. fail.Conflict when its name is taken.
func AddRemote(ctx context.Context, tx pgx.Tx, r Remote) (actorID int64, err error) {
	if err := tx.QueryRow(ctx, addRemoteActor, r.args()).Scan(&actorID); err != nil {
		return 0, taken(err)
	}
	if r.Kind == "account" {
		_, err = tx.Exec(ctx, addRemoteAccount, pgx.NamedArgs{"id": actorID})
	}
	return actorID, err
}

// UpdateRemote changes what an actor of elsewhere says of itself.
func UpdateRemote(ctx context.Context, q db.Q, actorID int64, r Remote) error {
	args := r.args()
	args["id"] = actorID
	_, err := q.Exec(ctx, updateRemoteActor, args)
	return taken(err)
}
