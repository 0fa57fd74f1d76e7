package apub

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/apub/objects"
)

// asked is one question to the server.
type asked struct {
	*Server
	ctx  context.Context
	page int
}

// with puts the context on a document.
func with[T any](context json.RawMessage, v T, into func(*T) *json.RawMessage, err error) (answer, error) {
	*into(&v) = context
	return answer{v: v}, err
}

func listed(c activity.Collection, err error) (answer, error) {
	return with(activity.ContextBase, c, func(c *activity.Collection) *json.RawMessage { return &c.Context }, err)
}

func done(a activity.Activity, err error) (answer, error) { return answer{v: a}, err }

// actor is an account, a channel or the platform, or a list of it.
func (a asked) actor(parts []string, channel bool) (answer, error) {
	name, _, _ := strings.Cut(parts[0], "@")
	id, kind, err := a.Find(a.ctx, a.Pool, name)
	if err != nil {
		return answer{}, err
	}
	if channel != (kind == "channel") || !a.ours(parts[0]) {
		return answer{}, absent()
	}
	out, err := a.ofActor(id, kind, parts[1:])
	out.open = kind == "instance" && len(parts) == 1
	return out, err
}

func (a asked) ofActor(id int64, kind string, parts []string) (answer, error) {
	if len(parts) == 2 && kind == "account" && (parts[0] == "likes" || parts[0] == "dislikes") {
		return a.rate(id, parts)
	}
	if len(parts) > 1 {
		return answer{}, absent()
	}
	of := ""
	if len(parts) == 1 {
		of = parts[0]
	}
	// a list of somebody who is gone is gone, too
	who, err := a.Actor(a.ctx, a.Pool, id)
	if err != nil {
		return answer{}, err
	}
	switch {
	case of == "" || of == "video-channels" && kind == "account" || of == "videos" && kind == "channel":
		who.Context = activity.ContextActor
		return answer{v: who}, nil
	case of == "followers":
		return listed(a.Followers(a.ctx, a.Pool, id, a.page))
	case of == "following":
		return listed(a.Following(a.ctx, a.Pool, id, a.page))
	case of == "playlists":
		return listed(a.Playlists(a.ctx, a.Pool, id, a.page))
	case of == "outbox":
		return a.outbox(id)
	case of == "player-settings" && kind == "channel":
		p, err := a.ChannelSettings(a.ctx, a.Pool, id)
		return settings(p, err)
	}
	return answer{}, absent()
}

func settings(p activity.PlayerSettings, err error) (answer, error) {
	return with(activity.ContextSettings, p, func(p *activity.PlayerSettings) *json.RawMessage { return &p.Context }, err)
}

// outbox has videos on its pages, and the words for them.
func (a asked) outbox(id int64) (answer, error) {
	c, err := a.Outbox(a.ctx, a.Pool, id, a.page)
	if c.Context = activity.ContextBase; a.page > 0 {
		c.Context = activity.ContextVideo
	}
	return answer{v: c}, err
}

func (a asked) rate(actor int64, parts []string) (answer, error) {
	video, err := number(parts[1])
	if err != nil {
		return answer{}, err
	}
	r, err := a.Rate(a.ctx, a.Pool, actor, video)
	if err == nil && (r.Type == "Like") != (parts[0] == "likes") {
		err = absent()
	}
	return done(r, err)
}

// ours tells whether a handle is of this platform.
func (a asked) ours(handle string) bool {
	_, host, ok := strings.Cut(handle, "@")
	return !ok || strings.EqualFold(host, hostOf(a.URL))
}

const (
	videoOf = `SELECT id, url, local FROM video WHERE uuid = @uuid AND privacy IN (1, 2) AND state = 1 AND NOT blocked`

	playlistOf = `SELECT id, url, local FROM playlist WHERE uuid = @uuid AND privacy IN (1, 2)`

	commentOf = `SELECT c.id, c.url, c.local FROM comment c JOIN video v ON v.id = c.video_id WHERE c.id = @id AND v.uuid = @uuid`
)

// row finds what an address names. What came from elsewhere is there.
func (a asked) row(sql string, args pgx.NamedArgs) (id int64, next string, err error) {
	var local bool
	err = a.Pool.QueryRow(a.ctx, sql, args).Scan(&id, &next, &local)
	if errors.Is(err, pgx.ErrNoRows) {
		err = absent()
	}
	if local {
		next = ""
	}
	return id, next, err
}

func (a asked) video(parts []string) (answer, error) {
	_, u, err := named(parts[0])
	if err != nil {
		return answer{}, err
	}
	if len(parts) >= 3 && parts[1] == "comments" {
		return a.comment(u, parts[2:])
	}
	id, next, err := a.row(videoOf, pgx.NamedArgs{"uuid": u})
	if err != nil || next != "" {
		if len(parts) > 1 {
			err = absent()
		}
		return answer{next: next}, err
	}
	if len(parts) == 3 && parts[1] == "announces" {
		actor, err := number(parts[2])
		if err != nil {
			return answer{}, err
		}
		return done(a.Announce(a.ctx, a.Pool, id, actor))
	}
	if len(parts) > 2 {
		return answer{}, absent()
	}
	return a.ofVideo(id, strings.Join(parts[1:], ""))
}

func (a asked) ofVideo(id int64, of string) (answer, error) {
	switch of {
	case "":
		v, err := a.Video(a.ctx, a.Pool, id)
		return with(activity.ContextVideo, v, func(v *activity.Video) *json.RawMessage { return &v.Context }, err)
	case "activity":
		return done(a.CreateVideo(a.ctx, a.Pool, id))
	case "likes", "dislikes":
		return listed(a.Likes(a.ctx, a.Pool, id, of == "likes", a.page))
	case "announces":
		return listed(a.Shares(a.ctx, a.Pool, id, a.page))
	case "comments":
		return listed(a.Comments(a.ctx, a.Pool, id, a.page))
	case "chapters":
		c, err := a.Chapters(a.ctx, a.Pool, id)
		return with(activity.ContextChapters, c, func(c *activity.Chapters) *json.RawMessage { return &c.Context }, err)
	case "player-settings":
		return settings(a.VideoSettings(a.ctx, a.Pool, id))
	}
	return answer{}, absent()
}

// comment is a comment below the video with a UUID, its Create or its approval.
func (a asked) comment(video uuid.UUID, parts []string) (answer, error) {
	n, err := number(parts[0])
	if err != nil || len(parts) > 2 {
		return answer{}, absent()
	}
	id, next, err := a.row(commentOf, pgx.NamedArgs{"id": n, "uuid": video})
	if err != nil {
		return answer{}, err
	}
	switch strings.Join(parts[1:], "") {
	case "":
		if next != "" {
			return answer{next: next}, nil
		}
		note, tomb, err := a.Note(a.ctx, a.Pool, id)
		if tomb != nil {
			return with(activity.ContextBase, *tomb, func(t *activity.Tombstone) *json.RawMessage { return &t.Context }, err)
		}
		if err != nil {
			return answer{}, err
		}
		return with(activity.ContextComment, *note, func(n *activity.Note) *json.RawMessage { return &n.Context }, nil)
	case "activity":
		return done(a.CreateNote(a.ctx, a.Pool, id))
	case "approve-reply":
		yes, err := a.Approval(a.ctx, a.Pool, id)
		yes.Context = objects.ContextOf("ApproveReply")
		return done(yes, err)
	}
	return answer{}, absent()
}

func (a asked) playlist(parts []string) (answer, error) {
	_, u, err := named(parts[0])
	if err != nil {
		return answer{}, err
	}
	id, next, err := a.row(playlistOf, pgx.NamedArgs{"uuid": u})
	switch {
	case err != nil:
		return answer{}, err
	case len(parts) == 1 && next != "":
		return answer{next: next}, nil
	case len(parts) == 1:
		p, err := a.Playlist(a.ctx, a.Pool, id, a.page)
		return with(activity.ContextPlaylist, p, func(p *activity.Playlist) *json.RawMessage { return &p.Context }, err)
	case len(parts) == 2 && parts[1] == "activity":
		return done(a.CreatePlaylist(a.ctx, a.Pool, id))
	case len(parts) == 3 && parts[1] == "videos":
		element, err := number(parts[2])
		if err != nil {
			return answer{}, err
		}
		e, err := a.PlaylistElement(a.ctx, a.Pool, id, element)
		return with(activity.ContextPlaylist, e, func(e *activity.PlaylistElement) *json.RawMessage { return &e.Context }, err)
	}
	return answer{}, absent()
}
