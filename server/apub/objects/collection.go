package objects

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
)

// mostPages bounds how far somebody leafs: PeerTube crawls no further.
const mostPages = 2000

// page is a part of a collection that is asked for: 0 for the collection itself.
type page struct {
	id     activity.ID // of the whole
	number int
	total  int
}

func (p page) head() activity.Collection {
	c := activity.Collection{ID: p.id, Type: "OrderedCollection", TotalItems: &p.total}
	if p.number == 0 {
		if p.total > 0 {
			c.First = &activity.Thing{ID: PageID(p.id, 1)}
		}
		return c
	}
	c.Type, c.ID, c.PartOf, c.OrderedItems = "OrderedCollectionPage", PageID(p.id, p.number), p.id, activity.List{}
	if p.number > 1 {
		c.Prev = PageID(p.id, p.number-1)
	}
	if p.number*PerPage < p.total && p.number < mostPages {
		c.Next = &activity.Thing{ID: PageID(p.id, p.number+1)}
	}
	return c
}

// cut bounds what is read for a page.
func (p page) cut(args pgx.NamedArgs) pgx.NamedArgs {
	args["count"], args["start"] = PerPage, (p.number-1)*PerPage
	return args
}

// named reads a page of addresses.
func (p page) named(ctx context.Context, q db.Q, sql string, args pgx.NamedArgs) (activity.Collection, error) {
	c := p.head()
	if p.number == 0 {
		return c, nil
	}
	if p.number > mostPages {
		return c, absent()
	}
	rows, _ := q.Query(ctx, sql, p.cut(args))
	ids, err := pgx.CollectRows(rows, pgx.RowTo[activity.ID])
	for _, id := range ids {
		c.OrderedItems = append(c.OrderedItems, activity.Thing{ID: id})
	}
	return c, err
}

const (
	ofActor = `SELECT url, followers, following FROM actor WHERE id = @id AND host = ''`

	followersOf = `
	SELECT a.url FROM follow f JOIN actor a ON a.id = f.follower_id WHERE f.followed_id = @id AND f.state = 'accepted' ORDER BY f.id LIMIT @count OFFSET @start`

	followingOf = `
	SELECT a.url FROM follow f JOIN actor a ON a.id = f.followed_id WHERE f.follower_id = @id AND f.state = 'accepted' ORDER BY f.id LIMIT @count OFFSET @start`

	ofPlaylists = `
	FROM playlist p WHERE p.local AND p.kind = 1 AND p.privacy = 1 AND p.id IN (
		SELECT l.id FROM playlist l JOIN account a ON a.id = l.account_id WHERE a.actor_id = @id
		UNION SELECT l.id FROM playlist l JOIN channel c ON c.id = l.channel_id WHERE c.actor_id = @id) AND p.channel_id IS NOT NULL`

	countPlaylists = `SELECT count(*) ` + ofPlaylists

	playlistsOf = `SELECT p.url ` + ofPlaylists + ` ORDER BY p.id LIMIT @count OFFSET @start`
)

// Followers lists who follows an actor of ours; number is the page, 0 for the list itself. No list of this room has a context.
func (s Site) Followers(ctx context.Context, q db.Q, actorID int64, number int) (activity.Collection, error) {
	var at activity.ID
	var total, other int
	if err := q.QueryRow(ctx, ofActor, pgx.NamedArgs{"id": actorID}).Scan(&at, &total, &other); err != nil {
		return activity.Collection{}, found(err)
	}
	return page{FollowersID(at), number, total}.named(ctx, q, followersOf, pgx.NamedArgs{"id": actorID})
}

// Following lists whom an actor of ours follows.
func (s Site) Following(ctx context.Context, q db.Q, actorID int64, number int) (activity.Collection, error) {
	var at activity.ID
	var total, other int
	if err := q.QueryRow(ctx, ofActor, pgx.NamedArgs{"id": actorID}).Scan(&at, &other, &total); err != nil {
		return activity.Collection{}, found(err)
	}
	return page{FollowingID(at), number, total}.named(ctx, q, followingOf, pgx.NamedArgs{"id": actorID})
}

// Playlists lists the public playlists of an account or channel of ours.
func (s Site) Playlists(ctx context.Context, q db.Q, actorID int64, number int) (activity.Collection, error) {
	var at activity.ID
	var a, b, total int
	args := pgx.NamedArgs{"id": actorID}
	if err := q.QueryRow(ctx, ofActor, args).Scan(&at, &a, &b); err != nil {
		return activity.Collection{}, found(err)
	}
	if err := q.QueryRow(ctx, countPlaylists, args).Scan(&total); err != nil {
		return activity.Collection{}, err
	}
	return page{PlaylistsID(at), number, total}.named(ctx, q, playlistsOf, args)
}

const (
	ratesOf = `
	SELECT CASE WHEN r.url <> '' THEN r.url ELSE a.url || CASE WHEN r.liked THEN '/likes/' ELSE '/dislikes/' END || r.video_id END
	FROM video_rate r JOIN account o ON o.id = r.account_id JOIN actor a ON a.id = o.actor_id
	WHERE r.video_id = @id AND r.liked = @liked ORDER BY r.created_at, r.account_id LIMIT @count OFFSET @start`

	ofShares = `
	FROM (SELECT s.url FROM video_share s WHERE s.video_id = @id
		UNION SELECT v.url || '/announces/' || a.id FROM video v JOIN channel c ON c.id = v.channel_id JOIN actor a ON a.id = c.actor_id OR a.kind = 'instance' AND a.host = ''
		WHERE v.id = @id AND v.local) n`

	countShares = `SELECT count(*) ` + ofShares

	sharesOf = `SELECT n.url ` + ofShares + ` ORDER BY n.url LIMIT @count OFFSET @start`

	ofComments = `
	FROM comment c WHERE c.video_id = @id AND c.deleted_at IS NULL AND NOT c.held
		AND NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = c.account_id AND b.blocker_id IS NULL)
		AND NOT EXISTS (SELECT FROM account a JOIN actor h ON h.id = a.actor_id JOIN host_block b ON b.host = h.host AND b.blocker_id IS NULL WHERE a.id = c.account_id)`

	countComments = `SELECT count(*) ` + ofComments

	commentsOf = `SELECT c.url ` + ofComments + ` ORDER BY c.created_at, c.id LIMIT @count OFFSET @start`
)

// Likes lists the likes of a video of ours, or its dislikes.
func (s Site) Likes(ctx context.Context, q db.Q, videoID int64, liked bool, number int) (activity.Collection, error) {
	f, err := s.film(ctx, q, videoID)
	if err != nil {
		return activity.Collection{}, err
	}
	p := page{LikesID(activity.ID(f.URL)), number, f.Likes}
	if !liked {
		p = page{DislikesID(activity.ID(f.URL)), number, f.Dislikes}
	}
	return p.named(ctx, q, ratesOf, pgx.NamedArgs{"id": videoID, "liked": liked})
}

// Shares lists who shared a video of ours.
func (s Site) Shares(ctx context.Context, q db.Q, videoID int64, number int) (activity.Collection, error) {
	if _, err := s.Platform(ctx, q); err != nil { // which shares each
		return activity.Collection{}, err
	}
	return s.below(ctx, q, videoID, number, SharesID, countShares, sharesOf)
}

// Comments lists what everybody may read below a video of ours.
func (s Site) Comments(ctx context.Context, q db.Q, videoID int64, number int) (activity.Collection, error) {
	return s.below(ctx, q, videoID, number, CommentsID, countComments, commentsOf)
}

func (s Site) below(ctx context.Context, q db.Q, videoID int64, number int, id func(activity.ID) activity.ID, count, items string) (activity.Collection, error) {
	f, err := s.film(ctx, q, videoID)
	if err != nil {
		return activity.Collection{}, err
	}
	p, args := page{id: id(activity.ID(f.URL)), number: number}, pgx.NamedArgs{"id": videoID}
	if err := q.QueryRow(ctx, count, args).Scan(&p.total); err != nil {
		return activity.Collection{}, err
	}
	return p.named(ctx, q, items, args)
}

const (
	seen = `v.local AND v.privacy = 1 AND v.state = 1 AND NOT v.blocked`

	byPlatform = `FROM video v WHERE ` + seen

	byChannel = `FROM video v JOIN channel c ON c.id = v.channel_id WHERE c.actor_id = @id AND ` + seen

	byAccount = `FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id WHERE a.actor_id = @id AND ` + seen

	newest = ` ORDER BY v.published_at DESC, v.id DESC LIMIT @count OFFSET @start`

	countByPlatform = `SELECT count(*) FROM (SELECT ` + byPlatform + ` LIMIT @most) n`
	countByChannel  = `SELECT count(*) FROM (SELECT ` + byChannel + ` LIMIT @most) n`
	countByAccount  = `SELECT count(*) FROM (SELECT ` + byAccount + ` LIMIT @most) n`

	saidByPlatform = `SELECT v.id ` + byPlatform + newest
	saidByChannel  = `SELECT v.id ` + byChannel + newest
	saidByAccount  = `SELECT v.id ` + byAccount + newest

	kindOf = `SELECT url, kind FROM actor WHERE id = @id AND host = ''`
)

// said are how many videos an actor of each kind speaks of, no further than people leaf, and which.
var said = map[string]struct{ count, items string }{
	"instance": {countByPlatform, saidByPlatform}, "channel": {countByChannel, saidByChannel}, "account": {countByAccount, saidByAccount},
}

// Outbox lists the videos that an account of ours made, or that a channel or the platform shares, the newest first.
func (s Site) Outbox(ctx context.Context, q db.Q, actorID int64, number int) (activity.Collection, error) {
	var at activity.ID
	var kind string
	args := pgx.NamedArgs{"id": actorID}
	if err := q.QueryRow(ctx, kindOf, args).Scan(&at, &kind); err != nil {
		return activity.Collection{}, found(err)
	}
	args["most"] = mostPages * PerPage
	p := page{id: OutboxID(at), number: number}
	if err := q.QueryRow(ctx, said[kind].count, args).Scan(&p.total); err != nil {
		return activity.Collection{}, err
	}
	c := p.head()
	if number == 0 {
		return c, nil
	}
	if number > mostPages {
		return c, absent()
	}
	rows, _ := q.Query(ctx, said[kind].items, p.cut(args))
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return c, err
	}
	for _, id := range ids {
		if err := s.say(ctx, q, &c, kind, id, actorID); err != nil {
			return c, err
		}
	}
	return c, nil
}

// say adds what an actor says of a video.
func (s Site) say(ctx context.Context, q db.Q, c *activity.Collection, kind string, videoID, actorID int64) (err error) {
	var a activity.Activity
	if kind == "account" {
		a, err = s.CreateVideo(ctx, q, videoID)
	} else {
		a, err = s.Announce(ctx, q, videoID, actorID)
	}
	if err != nil {
		return missing(err)
	}
	a.Context = nil // it stands on the page
	things, err := activity.Embed(a)
	c.OrderedItems = append(c.OrderedItems, things...)
	return err
}
