package playlist

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/picture"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// Filter says which playlists a list has. Zero values mean any.
type Filter struct {
	IDs      []int64 // these, in any privacy; nil for any
	Account  int64
	Channel  int64
	Channels []string // names, at least one of which it is in
	All      bool     // in any privacy; else public ones
	Kind     int
	Search   string
	Host     string // of the owner; our own is ""
	OneHost  bool
	UUIDs    []uuid.UUID
	NotEmpty bool
	Unmuted  bool   // without owners that Viewer or the platform blocks
	Viewer   int64  // account
	Sort     string // createdAt, updatedAt, displayName, videoChannelPosition or match
	Down     bool
	Start    int
	Count    int
}

const (
	ofPlaylists = `
	JOIN account a ON a.id = p.account_id JOIN actor aa ON aa.id = a.actor_id
	LEFT JOIN channel c ON c.id = p.channel_id LEFT JOIN actor ca ON ca.id = c.actor_id
	WHERE (@ids::bigint[] IS NULL OR p.id = ANY(@ids)) AND (@account::bigint = 0 OR p.account_id = @account) AND (@channel::bigint = 0 OR p.channel_id = @channel)
		AND (@channels::text[] IS NULL OR lower(ca.name) = ANY(@channels)) AND (@all::bool OR p.privacy = 1)
		AND (@kind::int = 0 OR p.kind = @kind) AND (NOT @one_host::bool OR aa.host = @host) AND (@uuids::uuid[] IS NULL OR p.uuid = ANY(@uuids))
		AND (NOT @not_empty::bool OR p.length > 0)
		AND (@search = '' OR plain(p.name) LIKE anywhere(@search) OR plain(@search) <% plain(p.name))
		AND (NOT @unmuted::bool OR NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = p.account_id AND (b.blocker_id IS NULL OR b.blocker_id = @viewer))
			AND NOT EXISTS (SELECT FROM host_block h WHERE h.host = aa.host AND (h.blocker_id IS NULL OR h.blocker_id = @viewer)))`

	picked = `
	FROM playlist p LEFT JOIN LATERAL (
		SELECT i.filename, i.width, i.height FROM playlist_element e JOIN video v ON v.id = e.video_id JOIN video_image i ON i.video_id = v.id
		WHERE e.playlist_id = p.id AND p.image IS NULL AND v.privacy = 1 AND v.state = 1 AND NOT v.blocked AND i.kind = 'thumbnail' AND i.filename LIKE '%.jpg'
		ORDER BY e.position, i.width LIMIT 1) i ON true`

	// Without a picture of its own, a playlist shows that of its first video which everybody may see.
	playlists = `
	SELECT p.id, p.uuid, p.local, p.url, p.name, p.description, p.privacy, p.kind, p.length, p.created_at, p.updated_at, p.channel_position,
		p.image, p.image_width, p.image_height, i.filename, i.width, i.height,
		a.id, aa.name, aa.display_name, aa.url, aa.host, aa.avatars,
		c.id, coalesce(ca.name, ''), coalesce(ca.display_name, ''), coalesce(ca.url, ''), coalesce(ca.host, ''), coalesce(ca.avatars, '[]')` + picked + ofPlaylists + `
	ORDER BY
		CASE @sort::text WHEN '-createdAt' THEN p.created_at WHEN '-updatedAt' THEN p.updated_at END DESC,
		CASE @sort WHEN 'createdAt' THEN p.created_at WHEN 'updatedAt' THEN p.updated_at END,
		CASE @sort WHEN '-displayName' THEN plain(p.name) END DESC, CASE @sort WHEN 'displayName' THEN plain(p.name) END,
		CASE @sort WHEN '-videoChannelPosition' THEN p.channel_position END DESC, CASE @sort WHEN 'videoChannelPosition' THEN p.channel_position END,
		CASE @sort WHEN '-match' THEN word_similarity(plain(@search), plain(p.name)) END DESC,
		p.id DESC
	LIMIT @count OFFSET @start`

	countPlaylists = `SELECT count(*) FROM playlist p ` + ofPlaylists
)

// List is a page of playlists. site is our public address.
func List(ctx context.Context, q db.Q, f Filter, site string) (api.Page[api.Playlist], error) {
	out := api.Page[api.Playlist]{Data: []api.Playlist{}}
	sort := f.Sort
	if f.Down {
		sort = "-" + sort
	}
	args := pgx.NamedArgs{
		"ids": f.IDs, "account": f.Account, "channel": f.Channel, "channels": f.Channels, "all": f.All, "kind": f.Kind, "search": f.Search,
		"host": f.Host, "one_host": f.OneHost, "uuids": f.UUIDs, "not_empty": f.NotEmpty, "unmuted": f.Unmuted, "viewer": f.Viewer,
		"sort": sort, "start": f.Start, "count": f.Count,
	}
	if err := q.QueryRow(ctx, countPlaylists, args).Scan(&out.Total); err != nil {
		return out, err
	}
	rows, _ := q.Query(ctx, playlists, args)
	_, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
		p, err := scan(row, site)
		out.Data = append(out.Data, p)
		return struct{}{}, err
	})
	return out, err
}

func scan(row pgx.CollectableRow, site string) (p api.Playlist, err error) {
	var u uuid.UUID
	var own, other *string
	var width, height int
	var otherWidth, otherHeight *int
	var channel *int64
	var c api.ActorSummary
	var mine, theirs []picture.Kept
	o := &p.OwnerAccount
	err = row.Scan(&p.ID, &u, &p.IsLocal, &p.URL, &p.DisplayName, &p.Description, &p.Privacy.ID, &p.Type.ID, &p.VideosLength, &p.CreatedAt,
		&p.UpdatedAt, &p.ChannelPosition, &own, &width, &height, &other, &otherWidth, &otherHeight,
		&o.ID, &o.Name, &o.DisplayName, &o.URL, &o.Host, &mine, &channel, &c.Name, &c.DisplayName, &c.URL, &c.Host, &theirs)
	if err != nil {
		return p, err
	}
	p.UUID, p.ShortUUID = u.String(), shortid.From(u)
	p.Privacy.Label, p.Type.Label = api.PlaylistPrivacies[p.Privacy.ID], api.PlaylistKinds[p.Type.ID]
	p.EmbedPath = "/video-playlists/embed/" + p.UUID
	p.EmbedURL = site + p.EmbedPath
	o.Host, o.Avatars = account.Host(o.Host, o.URL), account.Avatars(mine, o.URL)
	if channel != nil {
		c.ID, c.Host, c.Avatars = *channel, account.Host(c.Host, c.URL), account.Avatars(theirs, c.URL)
		p.VideoChannel = &c
	}
	p.Thumbnails = []api.Thumbnail{}
	path := ""
	if own != nil {
		path = "/lazy-static/" + Folder + "/" + *own
	} else if other != nil {
		path, width, height = "/lazy-static/thumbnails/"+*other, *otherWidth, *otherHeight
	}
	if path != "" {
		full := site + path
		p.ThumbnailPath, p.ThumbnailURL = &path, &full
		p.Thumbnails = append(p.Thumbnails, api.Thumbnail{Width: width, Height: height, FileURL: full, AspectRatio: "16:9"})
	}
	return p, nil
}
