package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Details is one video with all a player needs.
type Details struct {
	Card
	Support         *string
	Tags            []string
	CommentsPolicy  int
	DownloadEnabled bool
	P2P             bool // viewers may share, as far as the video goes; see Shared
	ChannelP2P      bool // the same as far as its channel goes
	EmbedPolicy     int
	SourceAt        *time.Time // when the file was uploaded
	ChannelMore     More
	AccountMore     More
	MemberID        *int64 // the owner's; nil for videos of elsewhere
	PlaylistID      *int64 // nil before the first rendition
	Master          *string
	SegmentsSHA256  *string
	Files           []File // the biggest first, without Media and SHA256
	Elsewhere       Elsewhere
}

// Elsewhere is where a video of another platform is; all empty for ours.
type Elsewhere struct {
	Page     string // for people
	Trackers []string
	Playlist string // the master
	Segments string // digests of its segments
	Old      bool   // was not looked at for two days
}

// More is what a video's page tells of its channel and account beside a card's Actor.
type More struct {
	Followers   int
	Following   int
	Description *string
	Support     *string // of channels
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

const detailsOf = cardColumns + `, v.support, v.tags, v.comments_policy, v.download_enabled, v.p2p, c.p2p, v.embed_policy, s.created_at,
		ca.followers, ca.following, ca.description, c.support, ca.created_at, ca.updated_at,
		aa.followers, aa.following, aa.description, aa.created_at, aa.updated_at, a.member_id,
		p.id, p.master, p.segments_sha256, coalesce(p.url, ''), coalesce(p.segments_url, ''),
		CASE WHEN r.video_id IS NULL THEN '' ELSE coalesce(nullif(r.page, ''), v.url) END, r.trackers,
		coalesce(r.fetched_at < now() - interval '2 days', false),
		(SELECT json_agg(json_build_object('id', f.id, 'resolution', f.resolution, 'language', f.language, 'filename', f.filename,
			'playlist', f.playlist, 'width', f.width, 'height', f.height, 'fps', f.fps, 'size', f.size, 'bandwidth', f.bandwidth,
			'codecs', f.codecs, 'has_audio', f.has_audio, 'has_video', f.has_video, 'infohash', encode(f.infohash, 'base64'),
			'torrent', f.torrent, 'head', f.head, 'url', f.url, 'torrent_url', f.torrent_url, 'magnet', f.magnet, 'created_at', f.created_at) ORDER BY f.resolution DESC, f.language)
			FROM video_file f WHERE f.video_id = v.id),
		(SELECT json_agg(json_build_object('kind', i.kind, 'filename', i.filename, 'width', i.width, 'height', i.height) ORDER BY i.width, i.filename)
			FROM video_image i WHERE i.video_id = v.id)
	FROM ` + cardTables + ` LEFT JOIN video_source s ON s.video_id = v.id LEFT JOIN video_playlist_hls p ON p.video_id = v.id
		LEFT JOIN video_remote r ON r.video_id = v.id
	WHERE `

const (
	detailsByID   = `SELECT ` + detailsOf + `v.id = @id`
	detailsByUUID = `SELECT ` + detailsOf + `v.uuid = @uuid`
)

// One finds a video with its details. member, when not nil, is whose position is told. Ask See whether it may be shown.
func One(ctx context.Context, q db.Q, r Ref, member *int64) (d Details, err error) {
	sql := detailsByID
	if r.UUID != nil {
		sql = detailsByUUID
	}
	err = db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(sql, db.Args{"id": r.ID, "uuid": r.UUID, "member": member}).QueryRow(func(row pgx.Row) error {
			return row.Scan(d.fields()...)
		})
	})
	for i := range d.Files {
		d.Files[i].VideoID = d.ID
	}
	return d, found(err)
}

// fields are where the columns of details go.
func (d *Details) fields() []any {
	c, a, e := &d.ChannelMore, &d.AccountMore, &d.Elsewhere
	return append(d.Card.fields(),
		&d.Support, &d.Tags, &d.CommentsPolicy, &d.DownloadEnabled, &d.P2P, &d.ChannelP2P, &d.EmbedPolicy, &d.SourceAt,
		&c.Followers, &c.Following, &c.Description, &c.Support, &c.CreatedAt, &c.UpdatedAt,
		&a.Followers, &a.Following, &a.Description, &a.CreatedAt, &a.UpdatedAt, &d.MemberID,
		&d.PlaylistID, &d.Master, &d.SegmentsSHA256, &e.Playlist, &e.Segments, &e.Page, &e.Trackers, &e.Old, &d.Files, &d.Images)
}

// Access is what decides who may see the video.
func (d Details) Access() Access {
	return Access{ID: d.ID, UUID: d.UUID, Privacy: d.Privacy, State: d.State, AccountID: d.Account.ID, Download: d.DownloadEnabled, Blocked: d.Blocked, Duration: d.Duration}
}

// Shown is One for this visitor: refused when they may not see it.
func Shown(ctx context.Context, q db.Q, r Ref, v Visit) (Details, error) {
	var member *int64
	if v.Viewer != nil {
		member = &v.Viewer.MemberID
	}
	d, err := One(ctx, q, r, member)
	if err != nil {
		return d, err
	}
	return d, d.Access().Admit(ctx, q, v, r.Counted())
}
