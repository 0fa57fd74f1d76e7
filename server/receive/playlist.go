package receive

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/playlist"
	"shoal/server/remote"
	"shoal/shared/api"
)

// Limits of playlists of elsewhere.
const (
	mostElements   = 500
	elementsBudget = 3 * mostElements
)

const playlistByURL = `
	SELECT p.id, p.local, ac.url, coalesce(ca.url, '') FROM playlist p JOIN account a ON a.id = p.account_id JOIN actor ac ON ac.id = a.actor_id
	LEFT JOIN channel c ON c.id = p.channel_id LEFT JOIN actor ca ON ca.id = c.actor_id WHERE p.url = @url`

// List is a playlist that we know, with those who speak for it.
type List struct {
	ID      int64
	Local   bool
	Account activity.ID
	Channel activity.ID
}

// PlaylistByURL finds a playlist that we know by its address; fail.NotFound when we do not.
func PlaylistByURL(ctx context.Context, q db.Q, id activity.ID) (l List, err error) {
	err = q.QueryRow(ctx, playlistByURL, pgx.NamedArgs{"url": string(id)}).Scan(&l.ID, &l.Local, &l.Account, &l.Channel)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "Video playlist not found")
	}
	return l, err
}

// Playlist gives the playlist of an address: one that we know, or one that is asked for. Its videos follow by a job.
func (r *Receiver) Playlist(ctx context.Context, id activity.ID) (playlistID int64, err error) {
	l, err := PlaylistByURL(ctx, r.Pool, id)
	if !fail.Is(err, fail.NotFound) {
		return l.ID, err
	}
	t, err := r.Remote.Object(ctx, id)
	if err != nil {
		return 0, err
	}
	var p activity.Playlist
	if t.Is != "Playlist" || t.Into(&p) != nil {
		return 0, errKind
	}
	return r.PutPlaylist(ctx, p)
}

// PutPlaylist keeps a playlist as its own server describes it; what that says must be believed.
func (r *Receiver) PutPlaylist(ctx context.Context, p activity.Playlist) (id int64, err error) {
	u, err := uuid.Parse(p.UUID)
	name := remote.Line(p.Name, longestTitle)
	if err != nil || len(p.UUID) != 36 || name == "" || len(p.AttributedTo) != 1 || !activity.SameOrigin(p.ID, p.AttributedTo[0]) {
		return 0, fail.New(fail.Unprocessable, "The playlist of the other server cannot be used.")
	}
	c, err := r.Remote.Actor(ctx, p.AttributedTo[0])
	if err != nil {
		return 0, err
	}
	if c.Kind != "channel" || c.Local() {
		return 0, fail.New(fail.Unprocessable, "A playlist belongs to a channel.")
	}
	if err := r.heard(ctx, c.AccountID); err != nil {
		return 0, err
	}
	row := playlist.Remote{
		UUID: u, URL: string(p.ID), AccountID: c.AccountID, ChannelID: c.ChannelID, Name: name, Description: textOf(p.Content, longestSupport),
		Privacy: api.PlaylistUnlisted, CreatedAt: past(p.Published), UpdatedAt: past(p.Updated),
	}
	if p.To.Public() {
		row.Privacy = api.PlaylistPublic
	}
	if n := or(p.VideoChannelPosition, 0); n > 0 && n < 1<<20 {
		row.Position = &n
	}
	if i := p.Icon; i != nil && web(i.URL) && remote.Ending(i.MediaType, i.URL) != "" {
		row.Image, row.ImageURL = remote.Filename("playlist "+string(p.ID)+" "+string(i.URL), remote.Ending(i.MediaType, i.URL)), string(i.URL)
		row.ImageWidth, row.ImageHeight = within(i.Width, 1<<14), within(i.Height, 1<<14)
	}
	err = pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		if id, err = playlist.PutRemote(ctx, tx, row); err != nil {
			return err
		}
		return job.Add(ctx, tx, Elements{id}, once)
	})
	return id, err
}

// Elements is the work of asking for the videos of a playlist.
type Elements struct {
	Playlist int64 `json:"playlist"`
}

// Kind implements river.JobArgs.
func (Elements) Kind() string { return "playlist-elements" }

const urlOfPlaylist = `SELECT url FROM playlist WHERE id = @id AND NOT local`

// elements reads the places of a playlist, which must be of its own server, and the videos that stand there.
func (r *Receiver) elements(ctx context.Context, id int64) error {
	var url activity.ID
	err := r.Pool.QueryRow(ctx, urlOfPlaylist, pgx.NamedArgs{"id": id}).Scan(&url)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	type place struct {
		at int
		playlist.RemoteElement
	}
	var all []place
	_, err = r.crawl(ctx, url, mostElements/10, func(t activity.Thing) (bool, error) {
		if !activity.SameOrigin(url, t.ID) {
			return true, nil
		}
		e, videoID, err := r.element(ctx, t)
		if err == nil {
			all = append(all, place{e.Position, playlist.RemoteElement{Video: videoID, Times: playlist.Times{StartAt: e.Start, StopAt: e.Stop}}})
		}
		return len(all) < mostElements, r.skip(err)
	})
	if err != nil && len(all) == 0 {
		r.complain("playlist", string(url), err)
		return nil
	}
	slices.SortStableFunc(all, func(a, b place) int { return a.at - b.at })
	rows := make([]playlist.RemoteElement, len(all))
	for i, p := range all {
		rows[i] = p.RemoteElement
	}
	return pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error { return playlist.FillRemote(ctx, tx, id, rows) })
}

func (r *Receiver) element(ctx context.Context, t activity.Thing) (e activity.PlaylistElement, videoID int64, err error) {
	if !t.Embedded() {
		if t, err = r.Remote.Object(ctx, t.ID); err != nil {
			return e, 0, err
		}
	}
	if t.Is != "PlaylistElement" || t.Into(&e) != nil {
		return e, 0, errKind
	}
	videoID, err = r.Video(ctx, e.URL)
	return e, videoID, err
}
