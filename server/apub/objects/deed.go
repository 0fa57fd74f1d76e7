package objects

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/keyring"
	"shoal/shared/api"
)

// Create is an activity by which an object of ours became known; owner is who made it. It has the context.
func Create(owner activity.ID, v any) (activity.Activity, error) {
	things, err := activity.Embed(v)
	if err != nil {
		return activity.Activity{}, err
	}
	t := things[0]
	var of struct {
		To activity.IDs `json:"to"`
		Cc activity.IDs `json:"cc"`
	}
	err = t.Into(&of)
	return activity.Activity{
		Context: ContextOf(t.Is), Type: "Create", ID: CreateID(t.ID), Actor: owner, Object: things, To: of.To, Cc: of.Cc,
	}, err
}

// CreateVideo is the activity by which a video of ours became known.
func (s Site) CreateVideo(ctx context.Context, q db.Q, id int64) (activity.Activity, error) {
	v, err := s.Video(ctx, q, id)
	if err != nil {
		return activity.Activity{}, err
	}
	return Create(v.AttributedTo[0].ID, v)
}

// CreateNote is the activity by which a comment of ours became known.
func (s Site) CreateNote(ctx context.Context, q db.Q, id int64) (activity.Activity, error) {
	n, _, err := s.Note(ctx, q, id)
	if err == nil && n == nil {
		err = absent()
	}
	if err != nil {
		return activity.Activity{}, err
	}
	return Create(n.AttributedTo, n)
}

// CreatePlaylist is the activity by which a playlist of ours became known.
func (s Site) CreatePlaylist(ctx context.Context, q db.Q, id int64) (activity.Activity, error) {
	l, err := s.list(ctx, q, id)
	if err != nil {
		return activity.Activity{}, err
	}
	p, err := s.Playlist(ctx, q, id, 0)
	if err != nil {
		return activity.Activity{}, err
	}
	return Create(activity.ID(l.account), p)
}

const sharer = `
	SELECT a.url, v.url, v.local, v.privacy, oa.url, ca.url, v.published_at FROM video v JOIN channel c ON c.id = v.channel_id JOIN actor ca ON ca.id = c.actor_id
	JOIN account o ON o.id = c.account_id JOIN actor oa ON oa.id = o.actor_id JOIN actor a ON a.id = @actor AND a.host = ''
	WHERE v.id = @id AND (v.local AND (a.kind = 'instance' OR a.id = c.actor_id)
		OR EXISTS (SELECT FROM video_share s WHERE s.video_id = v.id AND s.actor_id = a.id))`

// Announce is the platform or a channel of ours sharing a video, which is one of ours but for old shares of elsewhere. It has the context.
func (s Site) Announce(ctx context.Context, q db.Q, videoID, actorID int64) (activity.Activity, error) {
	ok, err := s.Shows(ctx, q, videoID)
	if err == nil && !ok {
		err = absent()
	}
	if err != nil {
		return activity.Activity{}, err
	}
	var who, what, owner, channel activity.ID
	var local bool
	var privacy int
	a := activity.Activity{Context: activity.ContextBase, Type: "Announce", To: activity.IDs{}, Cc: activity.IDs{}}
	err = q.QueryRow(ctx, sharer, pgx.NamedArgs{"id": videoID, "actor": actorID}).Scan(&who, &what, &local, &privacy, &owner, &channel, &a.Published.Time)
	if err != nil {
		return a, found(err)
	}
	a.ID, a.Actor, a.Object = AnnounceID(what, actorID), who, activity.Named(what)
	if privacy == api.Public && local {
		a.To = activity.IDs{activity.Public, FollowersID(channel), FollowersID(InstanceID(s.URL)), FollowersID(owner)}
	}
	return a, nil
}

const rateOf = `
	SELECT a.url, v.url, r.liked FROM video_rate r JOIN account o ON o.id = r.account_id JOIN actor a ON a.id = o.actor_id JOIN video v ON v.id = r.video_id
	WHERE o.actor_id = @actor AND r.video_id = @id AND a.host = ''`

// Rate is an account of ours, by its actor, that likes a video or does not. It has the context.
func (s Site) Rate(ctx context.Context, q db.Q, actorID, videoID int64) (activity.Activity, error) {
	ok, err := s.Shows(ctx, q, videoID)
	if err == nil && !ok {
		err = absent()
	}
	if err != nil {
		return activity.Activity{}, err
	}
	var who, what activity.ID
	var liked bool
	err = q.QueryRow(ctx, rateOf, pgx.NamedArgs{"id": videoID, "actor": actorID}).Scan(&who, &what, &liked)
	a := activity.Activity{Context: activity.ContextBase, Type: "Like", ID: LikeID(who, videoID), Actor: who, Object: activity.Named(what)}
	if !liked {
		a.Type, a.ID = "Dislike", DislikeID(who, videoID)
	}
	a.To, a.Cc = audience(true, who)
	return a, found(err)
}

const followOf = `
	SELECT f.id, a.url, b.url FROM follow f JOIN actor a ON a.id = f.follower_id JOIN actor b ON b.id = f.followed_id
	WHERE f.follower_id = @follower AND f.followed_id = @followed AND a.host = ''`

// Follow is an actor of ours following another. It has the context.
func (s Site) Follow(ctx context.Context, q db.Q, follower, followed int64) (activity.Activity, error) {
	var id int64
	var who, whom activity.ID
	err := q.QueryRow(ctx, followOf, pgx.NamedArgs{"follower": follower, "followed": followed}).Scan(&id, &who, &whom)
	return activity.Activity{
		Context: activity.ContextBase, Type: "Follow", ID: FollowID(who, followed), Actor: who, Object: activity.Named(whom),
	}, found(err)
}

// Platform is the number of the platform's own actor.
func (s Site) Platform(ctx context.Context, q db.Q) (int64, error) {
	id, _, err := keyring.Instance(ctx, q, s.URL)
	return id, err
}
