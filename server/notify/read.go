package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/picture"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// row is a notification as it is kept.
type row struct {
	ID                                               int64
	Type                                             int
	Read                                             bool
	VideoID, CommentID, AbuseID, FollowID, AccountID *int64
	Data                                             []byte
	CreatedAt, UpdatedAt                             time.Time
}

type comment struct {
	ID, ThreadID, VideoID int64
	AccountID             *int64
	Held                  bool
}

type abuse struct {
	ID                                      int64
	Kind                                    string
	State                                   int
	VideoID, CommentID, FlaggedID, ThreadID *int64
}

type follow struct {
	ID                 int64
	State              string
	Follower, Followed int64 // actors
}

type video struct {
	ID      int64
	UUID    uuid.UUID
	Name    string
	State   int
	Channel int64 // actor
}

const (
	byIDs = `
	SELECT id, type, read, video_id, comment_id, abuse_id, follow_id, account_id, data, created_at, updated_at
	FROM notification WHERE id = ANY(@ids::bigint[])`

	commentsByIDs = `
	SELECT id, coalesce(thread_id, id), video_id, account_id, held FROM comment WHERE id = ANY(@ids::bigint[])`

	abusesByIDs = `
	SELECT a.id, a.kind, a.state, a.video_id, a.comment_id, a.flagged_id, coalesce(c.thread_id, c.id)
	FROM abuse a LEFT JOIN comment c ON c.id = a.comment_id WHERE a.id = ANY(@ids::bigint[])`

	followsByIDs = `SELECT id, state, follower_id, followed_id FROM follow WHERE id = ANY(@ids::bigint[])`

	videosByIDs = `
	SELECT v.id, v.uuid, v.name, v.state, c.actor_id FROM video v JOIN channel c ON c.id = v.channel_id WHERE v.id = ANY(@ids::bigint[])`

	actors = `
	SELECT ac.id, coalesce(a.id, ch.id, 0), a.id IS NOT NULL, ac.kind, ac.name, ac.display_name, ac.url, ac.host, ac.avatars
	FROM actor ac LEFT JOIN account a ON a.actor_id = ac.id LEFT JOIN channel ch ON ch.actor_id = ac.id
	WHERE ac.id IN (SELECT unnest(@actors::bigint[]) UNION SELECT o.actor_id FROM account o WHERE o.id = ANY(@accounts::bigint[]))`
)

// pieces are the rows that notifications speak of, by their ids.
type pieces struct {
	comments map[int64]comment
	abuses   map[int64]abuse
	follows  map[int64]follow
	videos   map[int64]video
	actors   map[int64]named
	accounts map[int64]named
}

// named is an actor with its kind.
type named struct {
	api.ActorInfo
	kind string
}

// some reads rows by ids into a map.
func some[T any](ctx context.Context, q db.Q, sql string, ids []int64, id func(T) int64) (map[int64]T, error) {
	out := map[int64]T{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, _ := q.Query(ctx, sql, pgx.NamedArgs{"ids": ids})
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	for _, t := range all {
		out[id(t)] = t
	}
	return out, err
}

// read gives notifications in the order of ids, with what they speak of.
func read(ctx context.Context, q db.Q, ids []int64) ([]api.Notification, error) {
	rows, _ := q.Query(ctx, byIDs, pgx.NamedArgs{"ids": ids})
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return nil, fmt.Errorf("reading notifications: %w", err)
	}
	slices.SortFunc(all, func(a, b row) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	p, err := gather(ctx, q, all)
	if err != nil {
		return nil, fmt.Errorf("reading what notifications speak of: %w", err)
	}
	out := make([]api.Notification, len(all))
	for i, r := range all {
		if out[i], err = p.show(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func gather(ctx context.Context, q db.Q, all []row) (p pieces, err error) {
	var comments, abuses, follows, videos, actorIDs, accounts []int64
	note := func(to *[]int64, id *int64) {
		if id != nil {
			*to = append(*to, *id)
		}
	}
	for _, r := range all {
		note(&comments, r.CommentID)
		note(&abuses, r.AbuseID)
		note(&follows, r.FollowID)
		note(&videos, r.VideoID)
		note(&accounts, r.AccountID)
	}
	if p.comments, err = some(ctx, q, commentsByIDs, comments, func(c comment) int64 { return c.ID }); err != nil {
		return p, err
	}
	if p.abuses, err = some(ctx, q, abusesByIDs, abuses, func(a abuse) int64 { return a.ID }); err != nil {
		return p, err
	}
	if p.follows, err = some(ctx, q, followsByIDs, follows, func(f follow) int64 { return f.ID }); err != nil {
		return p, err
	}
	for _, c := range p.comments {
		videos = append(videos, c.VideoID)
		note(&accounts, c.AccountID)
	}
	for _, a := range p.abuses {
		note(&videos, a.VideoID)
		note(&accounts, a.FlaggedID)
	}
	if p.videos, err = some(ctx, q, videosByIDs, videos, func(v video) int64 { return v.ID }); err != nil {
		return p, err
	}
	for _, v := range p.videos {
		actorIDs = append(actorIDs, v.Channel)
	}
	for _, f := range p.follows {
		actorIDs = append(actorIDs, f.Follower, f.Followed)
	}
	return p, p.name(ctx, q, actorIDs, accounts)
}

func (p *pieces) name(ctx context.Context, q db.Q, actorIDs, accounts []int64) error {
	p.actors, p.accounts = map[int64]named{}, map[int64]named{}
	if len(actorIDs)+len(accounts) == 0 {
		return nil
	}
	rows, _ := q.Query(ctx, actors, pgx.NamedArgs{"actors": actorIDs, "accounts": accounts})
	var id int64
	var person bool
	var url string
	var n named
	var kept []picture.Kept
	_, err := pgx.ForEachRow(rows, []any{&id, &n.ID, &person, &n.kind, &n.Name, &n.DisplayName, &url, &n.Host, &kept}, func() error {
		n.Host, n.Avatars, n.Avatar = account.Host(n.Host, url), []api.AvatarInfo{}, nil
		for _, i := range account.Avatars(kept, url) {
			n.Avatars = append(n.Avatars, api.AvatarInfo{Width: i.Width, Path: i.Path, FileURL: i.FileURL})
			n.Avatar = &n.Avatars[len(n.Avatars)-1]
		}
		kept = nil
		p.actors[id] = n
		if person {
			p.accounts[n.ID] = n
		}
		return nil
	})
	return err
}

// show puts a row and what it speaks of together.
func (p *pieces) show(r row) (api.Notification, error) {
	n := api.Notification{Data: map[string]any{}}
	if err := json.Unmarshal(r.Data, &n); err != nil {
		return n, err
	}
	n.ID, n.Type, n.Read = r.ID, r.Type, r.Read
	n.CreatedAt, n.UpdatedAt = api.Time{Time: r.CreatedAt}, api.Time{Time: r.UpdatedAt}
	if v, ok := pick(p.videos, r.VideoID); ok {
		n.Video = &api.VideoOf{VideoInfo: info(v), Channel: p.actors[v.Channel].ActorInfo}
		if n.VideoBlock == nil && (r.Type == api.MyVideoBlocked || r.Type == api.VideoAutoBlocked) {
			n.VideoBlock = &api.NotifiedBlock{ID: v.ID, Video: info(v)}
		}
	}
	if c, ok := pick(p.comments, r.CommentID); ok {
		a, _ := pick(p.accounts, c.AccountID)
		n.Comment = &api.NotifiedComment{ID: c.ID, ThreadID: c.ThreadID, Account: a.ActorInfo, Video: info(p.videos[c.VideoID]), Held: c.Held}
	}
	if a, ok := pick(p.abuses, r.AbuseID); ok {
		n.Abuse = p.report(a)
	}
	if a, ok := pick(p.accounts, r.AccountID); ok {
		n.Account = &a.ActorInfo
	}
	if f, ok := pick(p.follows, r.FollowID); ok {
		to := p.actors[f.Followed]
		n.Follow = &api.NotifiedFollow{ID: f.ID, State: f.State, Follower: p.actors[f.Follower].ActorInfo}
		n.Follow.Following.Type, n.Follow.Following.Name = to.kind, to.Name
		n.Follow.Following.DisplayName, n.Follow.Following.Host = to.DisplayName, to.Host
	}
	return n, nil
}

func (p *pieces) report(a abuse) *api.NotifiedAbuse {
	out := &api.NotifiedAbuse{ID: a.ID, State: a.State}
	v, ok := pick(p.videos, a.VideoID)
	switch {
	case a.Kind == "comment" && ok && a.ThreadID != nil:
		out.Comment = &api.AbuseOfComment{ThreadID: *a.ThreadID, Video: info(v)}
	case a.Kind == "video" && ok:
		i := info(v)
		out.Video = &i
	case a.Kind == "account":
		if f, ok := pick(p.accounts, a.FlaggedID); ok {
			out.Account = &f.ActorInfo
		}
	}
	return out
}

func pick[T any](m map[int64]T, id *int64) (t T, ok bool) {
	if id == nil {
		return t, false
	}
	t, ok = m[*id]
	return t, ok
}

func info(v video) api.VideoInfo {
	return api.VideoInfo{
		ID: v.ID, UUID: v.UUID.String(), ShortUUID: shortid.From(v.UUID), Name: v.Name,
		State: api.Constant{ID: v.State, Label: api.States[v.State]},
	}
}
