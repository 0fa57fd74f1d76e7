package follow

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

const (
	dropRefused = `DELETE FROM follow WHERE follower_id = @follower AND followed_id = @followed AND state = 'rejected'`

	ask = `
	INSERT INTO follow (follower_id, followed_id, state) VALUES (@follower, @followed, 'pending') ON CONFLICT (follower_id, followed_id) DO NOTHING`
)

// Ask lets an actor of ours follow one of elsewhere, which is asked whether it may. Who was refused asks again.
func Ask(ctx context.Context, tx pgx.Tx, follower, followed int64) error {
	args := pgx.NamedArgs{"follower": follower, "followed": followed}
	if _, err := tx.Exec(ctx, dropRefused, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, ask, args)
	return err
}

// Platform says which follows of our own platform are listed. Zero values mean any.
type Platform struct {
	Filter
	Followers bool   // who follows us; otherwise whom we follow
	State     string // pending, accepted or rejected
	Type      string // of the other actor: Application, Group or Person
}

const (
	ofPlatform = `
	FROM follow f JOIN actor a ON a.id = f.follower_id JOIN actor b ON b.id = f.followed_id
		JOIN actor o ON o.id = CASE WHEN @followers::bool THEN a.id ELSE b.id END LEFT JOIN actor_remote r ON r.actor_id = o.id
	WHERE (SELECT id FROM actor WHERE kind = 'instance' AND host = '') = CASE WHEN @followers THEN b.id ELSE a.id END
		AND (@state = '' OR f.state = @state)
		AND (@type = '' OR @type = coalesce(r.type, CASE o.kind WHEN 'instance' THEN 'Application' WHEN 'channel' THEN 'Group' ELSE 'Person' END))
		AND (@search = '' OR strpos(plain(o.name), plain(@search)) > 0
			OR strpos(lower(CASE o.host WHEN '' THEN split_part(o.url, '/', 3) ELSE o.host END), lower(@search)) > 0)`

	platformFollows = `
	SELECT f.id, f.state, f.created_at, f.updated_at,
		a.id, a.url, a.name, a.host, a.avatars, a.banners, a.following, a.followers, a.created_at,
		b.id, b.url, b.name, b.host, b.avatars, b.banners, b.following, b.followers, b.created_at ` + ofPlatform + `
	ORDER BY
		CASE WHEN @sort = 'state' AND @down::bool THEN f.state END DESC, CASE WHEN @sort = 'state' AND NOT @down THEN f.state END,
		CASE WHEN @down THEN f.created_at END DESC, CASE WHEN NOT @down THEN f.created_at END, CASE WHEN @down THEN -f.id ELSE f.id END
	LIMIT @count OFFSET @start`

	countPlatform = `SELECT count(*) ` + ofPlatform
)

// OfPlatform lists whom our platform follows, or who follows it.
func OfPlatform(ctx context.Context, q db.Q, p Platform) (page api.Page[api.Follow], err error) {
	args := pgx.NamedArgs{
		"followers": p.Followers, "state": p.State, "type": p.Type, "search": p.Search, "sort": p.Sort, "down": p.Down, "start": p.Start, "count": p.Count,
	}
	if err := q.QueryRow(ctx, countPlatform, args).Scan(&page.Total); err != nil {
		return page, err
	}
	rows, _ := q.Query(ctx, platformFollows, args)
	page.Data, err = pgx.CollectRows(rows, scanFollow)
	return page, err
}

const (
	// A server by its name alone is its own actor.
	withPlatform = `
	SELECT f.id FROM follow f JOIN actor o ON o.id = CASE WHEN @followers::bool THEN f.follower_id ELSE f.followed_id END
	WHERE (SELECT id FROM actor WHERE kind = 'instance' AND host = '') = CASE WHEN @followers THEN f.followed_id ELSE f.follower_id END
		AND (o.host = @host OR o.host = '' AND split_part(o.url, '/', 3) = @host)
		AND (CASE WHEN @name = '' THEN o.kind = 'instance' ELSE lower(o.name) = lower(@name) END)
	FOR UPDATE OF f`

	setState = `UPDATE follow SET state = @state, updated_at = now() WHERE id = @id AND state <> @state`

	end = `DELETE FROM follow WHERE id = @id`
)

// with finds the follow between our platform and another actor; without a name it is the actor of the server itself.
func with(ctx context.Context, tx pgx.Tx, followers bool, h account.Handle) (id int64, err error) {
	err = tx.QueryRow(ctx, withPlatform, pgx.NamedArgs{"followers": followers, "name": h.Name, "host": h.Host}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		who := h.Host
		if h.Name != "" {
			who = h.Name + "@" + h.Host
		}
		if followers {
			return 0, fail.New(fail.NotFound, "Follower %s not found.", who)
		}
		return 0, fail.New(fail.NotFound, "Following %s not found.", who)
	}
	return id, err
}

// Unfollow ends that our platform follows somebody.
func Unfollow(ctx context.Context, tx pgx.Tx, h account.Handle) error {
	id, err := with(ctx, tx, false, h)
	if err == nil {
		_, err = tx.Exec(ctx, end, pgx.NamedArgs{"id": id})
	}
	return err
}

// Answer lets a follower of our platform follow it, or not.
func Answer(ctx context.Context, tx pgx.Tx, h account.Handle, state string) error {
	id, err := with(ctx, tx, true, h)
	if err == nil {
		_, err = tx.Exec(ctx, setState, pgx.NamedArgs{"id": id, "state": state})
	}
	return err
}

// Drop ends that somebody follows our platform; they are told.
func Drop(ctx context.Context, tx pgx.Tx, h account.Handle) error {
	id, err := with(ctx, tx, true, h)
	if err == nil {
		_, err = tx.Exec(ctx, end, pgx.NamedArgs{"id": id})
	}
	return err
}

const actorOf = `SELECT actor_id FROM channel WHERE id = @id`

// ActorOf is the actor of a channel.
func ActorOf(ctx context.Context, q db.Q, channelID int64) (actor int64, err error) {
	err = q.QueryRow(ctx, actorOf, pgx.NamedArgs{"id": channelID}).Scan(&actor)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "There is no such channel.")
	}
	return actor, err
}
