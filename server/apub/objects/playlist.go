package objects

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/playlist"
	"shoal/server/video"
)

// PerPage is how many items a page of a collection has, as in PeerTube.
const PerPage = 10

// A playlist without a picture of its own shows that of its first video which everybody may see.
const (
	playlistOf = `
	SELECT p.uuid, p.url, p.name, p.description, p.privacy, p.created_at, p.updated_at, p.channel_position, aa.url, ca.url,
		coalesce(p.image, ''), p.image_width, p.image_height, coalesce(i.filename, ''), coalesce(i.width, 0), coalesce(i.height, 0)
	FROM playlist p JOIN account a ON a.id = p.account_id JOIN actor aa ON aa.id = a.actor_id
	JOIN channel c ON c.id = p.channel_id JOIN actor ca ON ca.id = c.actor_id
	LEFT JOIN LATERAL (
		SELECT i.filename, i.width, i.height FROM playlist_element e JOIN video v ON v.id = e.video_id JOIN video_image i ON i.video_id = v.id
		WHERE e.playlist_id = p.id AND v.local AND v.privacy = 1 AND v.state = 1 AND NOT v.blocked AND i.kind = 'thumbnail' AND i.filename LIKE '%.jpg'
		ORDER BY e.position, i.width LIMIT 1) i ON true
	WHERE p.id = @id AND p.local AND p.kind = 1 AND (p.privacy = 1 OR p.privacy = 2 AND @unlisted::bool)`

	ofPlaylist = `
	FROM playlist_element e JOIN playlist p ON p.id = e.playlist_id JOIN video v ON v.id = e.video_id
	WHERE e.playlist_id = @id AND v.state = 1 AND NOT v.blocked AND (v.privacy = 1 OR v.privacy = 2 AND (@unlisted::bool OR NOT v.local))`

	countElements = `SELECT count(*) ` + ofPlaylist

	elementsOf = `SELECT e.id ` + ofPlaylist + ` ORDER BY e.position LIMIT @count OFFSET @start`

	elementOf = `SELECT p.url, v.url, e.position, e.start_at, e.stop_at ` + ofPlaylist + ` AND e.id = @element`
)

// list is a playlist's row.
type list struct {
	uuid             uuid.UUID
	url, name        string
	description      *string
	privacy          int
	created, updated time.Time
	position         *int
	account, channel string
	image            string
	width, height    int
	first            video.Image // the picture of the first video
}

func (s Site) list(ctx context.Context, q db.Q, id int64) (l list, err error) {
	l.first.Kind = video.Thumbnail
	err = q.QueryRow(ctx, playlistOf, s.args(id)).Scan(&l.uuid, &l.url, &l.name, &l.description, &l.privacy, &l.created, &l.updated, &l.position, &l.account, &l.channel,
		&l.image, &l.width, &l.height, &l.first.Filename, &l.first.Width, &l.first.Height)
	return l, found(err)
}

func (s Site) args(id int64) pgx.NamedArgs {
	return pgx.NamedArgs{"id": id, "unlisted": s.Unlisted, "count": PerPage, "start": 0, "element": int64(0)}
}

// Playlist is a playlist of ours without a context; page is 0 for itself and from 1 on for its pages.
func (s Site) Playlist(ctx context.Context, q db.Q, id int64, page int) (activity.Playlist, error) {
	l, err := s.list(ctx, q, id)
	if err != nil {
		return activity.Playlist{}, err
	}
	var total int
	if err := q.QueryRow(ctx, countElements, s.args(id)).Scan(&total); err != nil {
		return activity.Playlist{}, err
	}
	p := s.playlistObject(l, total)
	if page == 0 {
		p.First = PageID(p.ID, 1)
		return p, nil
	}
	whole := p.ID
	p.ID, p.PartOf, p.OrderedItems = PageID(whole, page), whole, activity.IDs{}
	if page > 1 {
		p.Prev = PageID(whole, page-1)
	}
	if page*PerPage < total {
		p.Next = PageID(whole, page+1)
	}
	args := s.args(id)
	args["start"] = (page - 1) * PerPage
	rows, _ := q.Query(ctx, elementsOf, args)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	for _, e := range ids {
		p.OrderedItems = append(p.OrderedItems, ElementID(whole, e))
	}
	return p, err
}

func (s Site) playlistObject(l list, total int) activity.Playlist {
	p := activity.Playlist{
		Type: "Playlist", ID: activity.ID(l.url), TotalItems: &total, Name: l.name, Content: l.description, MediaType: "text/markdown", UUID: l.uuid.String(),
		Published: activity.Time{Time: l.created}, Updated: activity.Time{Time: l.updated}, AttributedTo: activity.IDs{activity.ID(l.channel)},
		VideoChannelPosition: l.position,
	}
	p.To, p.Cc = audience(l.privacy == 1, activity.ID(l.account))
	switch {
	case l.image != "":
		p.Icon = &activity.Image{
			Type: "Image", URL: activity.ID(s.URL + "/lazy-static/" + playlist.Folder + "/" + l.image), MediaType: pictureType(l.image), Width: &l.width, Height: &l.height,
		}
	case l.first.Filename != "":
		p.Icon = new(s.picture(l.first))
	}
	return p
}

// PlaylistElement is a place in a playlist of ours, without a context.
func (s Site) PlaylistElement(ctx context.Context, q db.Q, playlistID, elementID int64) (activity.PlaylistElement, error) {
	if _, err := s.list(ctx, q, playlistID); err != nil {
		return activity.PlaylistElement{}, err
	}
	args := s.args(playlistID)
	args["element"] = elementID
	e := activity.PlaylistElement{Type: "PlaylistElement"}
	var of string
	err := q.QueryRow(ctx, elementOf, args).Scan(&of, &e.URL, &e.Position, &e.Start, &e.Stop)
	e.ID = ElementID(activity.ID(of), elementID)
	return e, found(err)
}
