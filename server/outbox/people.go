package outbox

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/apub/objects"
)

const ratingNow = `SELECT CASE WHEN liked THEN 'like' ELSE 'dislike' END FROM video_rate WHERE account_id = @account AND video_id = @id`

// rate tells the owner of a video of elsewhere what somebody here thinks of it now.
func (t *teller) rate(ctx context.Context) error {
	d, id := t.fact.Data, t.fact.Subject
	was, now := d.word(), ""
	err := t.tx.QueryRow(ctx, ratingNow, pgx.NamedArgs{"account": d.Account, "id": id}).Scan(&now)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if was == now {
		return nil
	}
	s, err := settingOf(ctx, t.tx, id)
	if err != nil {
		return err
	}
	who, err := t.addressOf(ctx, d.Actor)
	if err != nil {
		return err
	}
	to, err := t.inboxes(ctx, s.ownerURL)
	if err != nil {
		return err
	}
	if was != "" {
		undo, err := undoing(rating(was, who, s, id))
		if err != nil {
			return err
		}
		if err := t.post(ctx, d.Actor, undo, to); err != nil {
			return err
		}
	}
	if now == "" {
		return nil
	}
	return t.post(ctx, d.Actor, rating(now, who, s, id), to)
}

func rating(word string, who activity.ID, s setting, videoID int64) activity.Activity {
	a := activity.Activity{Type: "Like", ID: objects.LikeID(who, videoID), Actor: who, Object: activity.Named(s.url), To: activity.IDs{s.ownerURL}, Cc: activity.IDs{}}
	if word == "dislike" {
		a.Type, a.ID = "Dislike", objects.DislikeID(who, videoID)
	}
	return a
}

const (
	followNow = `SELECT id, state, url FROM follow WHERE follower_id = @follower AND followed_id = @followed`

	inboxOf = `SELECT inbox FROM actor_remote WHERE actor_id = @id`
)

// pair is a follow with the addresses of both sides.
type pair struct {
	row        int64
	state, url string // empty when there is none any more
	by, of     activity.ID
}

func (t *teller) pair(ctx context.Context) (p pair, err error) {
	d := t.fact.Data
	if p.by, err = t.addressOf(ctx, d.Follower); err != nil {
		return p, err
	}
	if p.of, err = t.addressOf(ctx, d.Followed); err != nil {
		return p, err
	}
	err = t.tx.QueryRow(ctx, followNow, pgx.NamedArgs{"follower": d.Follower, "followed": d.Followed}).Scan(&p.row, &p.state, &p.url)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return p, err
}

// inbox is an actor's own: PeerTube takes an answer to a follow nowhere else.
func (t *teller) inbox(ctx context.Context, actor int64) ([]string, error) {
	var inbox string
	err := t.tx.QueryRow(ctx, inboxOf, pgx.NamedArgs{"id": actor}).Scan(&inbox)
	return []string{inbox}, absent(err)
}

// follow tells an actor of elsewhere that one of ours follows it, or does no longer.
func (t *teller) follow(ctx context.Context) error {
	d := t.fact.Data
	p, err := t.pair(ctx)
	was := d.word() != ""
	if err != nil || was == (p.state != "") {
		return err
	}
	to, err := t.inbox(ctx, d.Followed)
	if err != nil {
		return err
	}
	a := activity.Activity{Type: "Follow", ID: objects.FollowID(p.by, d.Followed), Actor: p.by, Object: activity.Named(p.of), To: activity.IDs{p.of}}
	if was {
		if a, err = undoing(a); err != nil {
			return err
		}
	}
	return t.post(ctx, d.Follower, a, to)
}

// answer tells an actor of elsewhere whether it may follow one of ours.
func (t *teller) answer(ctx context.Context) error {
	d := t.fact.Data
	p, err := t.pair(ctx)
	if err != nil || p.state == "pending" {
		return err
	}
	to, err := t.inbox(ctx, d.Follower)
	if err != nil {
		return err
	}
	a := activity.Activity{Type: "Accept", ID: objects.AcceptID(t.Site.URL, p.row), Actor: p.of, To: activity.IDs{p.by}}
	if p.state != "accepted" {
		a.Type, a.ID = "Reject", objects.RejectID(t.Site.URL, t.now())
	}
	if p.url == "" {
		p.url = d.URL
	}
	if p.url == "" {
		p.url = string(objects.FollowID(p.by, d.Followed))
	}
	a.Object, err = activity.Embed(activity.Activity{Type: "Follow", ID: activity.ID(p.url), Actor: p.by, Object: activity.Named(p.of)})
	if err != nil {
		return err
	}
	return t.post(ctx, d.Followed, a, to)
}

const circle = `
	SELECT @id::bigint UNION SELECT id FROM actor WHERE kind = 'instance' AND host = ''
	UNION SELECT c.actor_id FROM account a JOIN channel c ON c.account_id = a.id WHERE a.actor_id = @id`

// actor tells what an actor of ours says of itself: its followers, and those of who shares its videos.
func (t *teller) actor(ctx context.Context) error {
	id := t.fact.Subject
	rows, _ := t.tx.Query(ctx, circle, pgx.NamedArgs{"id": id})
	actors, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	to, err := t.followers(ctx, actors...)
	if err != nil || len(to) == 0 {
		return err
	}
	doc, err := t.Site.Actor(ctx, t.tx, id)
	if err != nil {
		return err
	}
	a, err := t.update(doc.ID, doc.ID, doc)
	if err != nil {
		return err
	}
	a.To, a.Cc = activity.IDs{activity.Public}, activity.IDs{objects.FollowersID(doc.ID)}
	return t.post(ctx, id, a, to)
}

// move tells followers where an actor of ours went.
func (t *teller) move(ctx context.Context) error {
	id := t.fact.Subject
	who, err := t.addressOf(ctx, id)
	if err != nil {
		return err
	}
	to, err := t.followers(ctx, id)
	if err != nil {
		return err
	}
	return t.post(ctx, id, activity.Activity{
		Type: "Move", ID: objects.MoveID(who, t.now()), Actor: who, Object: activity.Named(who), Target: activity.ID(t.fact.Data.URL),
		To: activity.IDs{objects.FollowersID(who)}, Cc: activity.IDs{},
	}, to)
}
