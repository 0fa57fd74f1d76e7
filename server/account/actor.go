package account

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
)

// Actor is a name that can be followed and mentioned: an account, a channel or a platform.
type Actor struct {
	Kind        string // instance, account or channel
	Name        string
	Host        string // empty for our own
	URL         string
	DisplayName string
	Description *string
}

const addActor = `
	INSERT INTO actor (kind, name, host, url, display_name, description)
	VALUES (@kind, @name, @host, @url, @display_name, @description) RETURNING id`

// AddActor adds an actor. Accounts and channels share one space of names; fail.Conflict when the name is taken.
func AddActor(ctx context.Context, q db.Q, a Actor) (id int64, err error) {
	err = q.QueryRow(ctx, addActor, pgx.NamedArgs{
		"kind": a.Kind, "name": a.Name, "host": a.Host, "url": a.URL,
		"display_name": a.DisplayName, "description": a.Description,
	}).Scan(&id)
	return id, taken(err)
}

const (
	changeActor = `
	UPDATE actor SET display_name = COALESCE(@display_name, display_name),
	       description = CASE WHEN @describe::bool THEN @description ELSE description END, updated_at = now()
	WHERE id = @id`

	removeActor = `DELETE FROM actor WHERE id = $1 RETURNING avatars, banners`
)

// UpdateActor changes what is not nil; an empty description is taken away.
func UpdateActor(ctx context.Context, q db.Q, id int64, displayName, description *string) error {
	describe := description != nil
	if describe && *description == "" {
		description = nil
	}
	_, err := q.Exec(ctx, changeActor, pgx.NamedArgs{
		"id": id, "display_name": displayName, "describe": describe, "description": description,
	})
	return err
}

// DeleteActor removes an actor and what belongs to it, with its pictures.
func DeleteActor(ctx context.Context, tx pgx.Tx, id int64) error {
	var avatars, banners []picture.Kept
	err := tx.QueryRow(ctx, removeActor, id).Scan(&avatars, &banners)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := picture.Drop(ctx, tx, picture.Avatars, avatars); err != nil {
		return err
	}
	return picture.Drop(ctx, tx, picture.Banners, banners)
}

// taken turns the breach of a unique index into a plain refusal.
func taken(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "23505" {
		return err
	}
	e := fail.Wrap(fail.Conflict, err, "This name is already taken.")
	e.Fields = map[string]string{"name": e.Public}
	switch pg.ConstraintName {
	case "member_email":
		e.Public = "This email address is already used."
		e.Fields = map[string]string{"email": e.Public}
	case "member_username":
		e.Fields = map[string]string{"username": e.Public}
	}
	return e
}

// Host is the host name of an actor: ours is a part of its address.
func Host(host, url string) string {
	if host != "" {
		return host
	}
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ = strings.Cut(rest, "/")
	return host
}
