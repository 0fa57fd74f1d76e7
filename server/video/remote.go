package video

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/watchword"
)

// Remote is a video of elsewhere, within the bounds of ours. What belongs to it stays where it is: here are only its addresses.
type Remote struct {
	UUID                  uuid.UUID
	URL                   string // its id in the fediverse
	Page                  string // for people
	ChannelID             int64
	Name                  string
	Description           *string
	Support               *string
	Category              *int
	Licence               *int
	Language              *string
	Privacy               int // public or unlisted
	NSFW                  bool
	NSFWFlags             int
	NSFWSummary           *string
	Tags                  []string
	State                 int
	WaitTranscoding       bool
	Duration              float64 // seconds
	Width, Height         int
	Views                 int64
	Downloads             int64
	CommentsPolicy        int
	DownloadEnabled       bool
	EmbedPolicy           int
	OriginallyPublishedAt *time.Time
	PublishedAt           time.Time
	UpdatedAt             time.Time
	Trackers              []string
	LikesURL              string
	DislikesURL           string
	SharesURL             string
	CommentsURL           string
	ChaptersURL           string
	Playlist              *RemotePlaylist
	Files                 []RemoteFile
	Images                []RemoteImage
	Storyboard            *RemoteStoryboard
	Captions              []RemoteCaption
}

// RemotePlaylist is a master playlist of elsewhere, and the digests of its segments.
type RemotePlaylist struct{ URL, SegmentsURL string }

// RemoteFile is a rendition of elsewhere.
type RemoteFile struct {
	Resolution, Width, Height, FPS int
	Size                           int64 // bytes
	HasAudio, HasVideo             bool
	Filename, Torrent              string // how they are known here
	URL, TorrentURL, Magnet        string
	Infohash                       []byte
}

// RemoteImage is a picture of elsewhere.
type RemoteImage struct {
	Image
	URL string
}

// RemoteStoryboard is a storyboard of elsewhere.
type RemoteStoryboard struct {
	Storyboard
	URL string
}

// RemoteCaption is a caption of elsewhere.
type RemoteCaption struct {
	Caption
	URL string
}

const (
	lockRemote = `SELECT pg_advisory_xact_lock(hashtextextended(@url, 72))`

	oldRemote = `SELECT id, views FROM video WHERE url = @url AND NOT local FOR UPDATE`

	addRemote = `
	INSERT INTO video (uuid, channel_id, url, local, name, description, support, category, licence, language, privacy, nsfw, nsfw_flags, nsfw_summary,
		tags, state, wait_transcoding, duration, width, height, views, downloads, comments_policy, download_enabled, embed_policy,
		originally_published_at, published_at, created_at, updated_at)
	VALUES (@uuid, @channel, @url, false, @name, @description, @support, @category, @licence, @language, @privacy, @nsfw, @nsfw_flags, @nsfw_summary,
		@tags, @state, @wait, @duration, @width, @height, @views, @downloads, @comments, @download, @embed, @originally, @published, now(), @updated)
	ON CONFLICT DO NOTHING RETURNING id`

	changeRemote = `
	UPDATE video SET channel_id = @channel, name = @name, description = @description, support = @support, category = @category, licence = @licence,
		language = @language, privacy = @privacy, nsfw = @nsfw, nsfw_flags = @nsfw_flags, nsfw_summary = @nsfw_summary, tags = @tags, state = @state,
		wait_transcoding = @wait, duration = @duration, width = @width, height = @height, views = @views, downloads = @downloads,
		comments_policy = @comments, download_enabled = @download, embed_policy = @embed, originally_published_at = @originally,
		published_at = @published, updated_at = @updated
	WHERE id = @id`

	putAddresses = `
	INSERT INTO video_remote (video_id, page, trackers, likes_url, dislikes_url, shares_url, comments_url, chapters_url)
	VALUES (@id, @page, @trackers, @likes, @dislikes, @shares, @thread, @chapters)
	ON CONFLICT (video_id) DO UPDATE SET page = excluded.page, trackers = excluded.trackers, likes_url = excluded.likes_url,
		dislikes_url = excluded.dislikes_url, shares_url = excluded.shares_url, comments_url = excluded.comments_url,
		chapters_url = excluded.chapters_url, fetched_at = now()`

	// What a video gained since it was looked at last counts as of today.
	gained = `
	WITH v AS (UPDATE video SET trend = trend + @more WHERE id = @id RETURNING id)
	INSERT INTO video_view (video_id, day, views) SELECT id, current_date, @more FROM v
	ON CONFLICT (video_id, day) DO UPDATE SET views = video_view.views + excluded.views`
)

func (r Remote) args() pgx.NamedArgs {
	return pgx.NamedArgs{
		"uuid": r.UUID, "channel": r.ChannelID, "url": r.URL, "name": r.Name, "description": r.Description, "support": r.Support,
		"category": r.Category, "licence": r.Licence, "language": r.Language, "privacy": r.Privacy, "nsfw": r.NSFW, "nsfw_flags": r.NSFWFlags,
		"nsfw_summary": r.NSFWSummary, "tags": r.Tags, "state": r.State, "wait": r.WaitTranscoding, "duration": r.Duration,
		"width": r.Width, "height": r.Height, "views": r.Views, "downloads": r.Downloads, "comments": r.CommentsPolicy, "download": r.DownloadEnabled,
		"embed": r.EmbedPolicy, "originally": r.OriginallyPublishedAt, "published": r.PublishedAt, "updated": r.UpdatedAt,
		"page": r.Page, "trackers": r.Trackers, "likes": r.LikesURL, "dislikes": r.DislikesURL, "shares": r.SharesURL,
		"thread": r.CommentsURL, "chapters": r.ChaptersURL,
	}
}

// PutRemote adds a video of elsewhere, or changes it to what its server says of it now. fresh tells that it was not known.
// fail.Conflict when its UUID is that of another one. site is our own address, by which links elsewhere are told.
func PutRemote(ctx context.Context, tx pgx.Tx, r Remote, site string) (id int64, fresh bool, err error) {
	args := r.args()
	if _, err := tx.Exec(ctx, lockRemote, args); err != nil {
		return 0, false, err
	}
	var views int64
	switch err = tx.QueryRow(ctx, oldRemote, args).Scan(&id, &views); err {
	case nil:
		args["id"] = id
		if _, err := tx.Exec(ctx, changeRemote, args); err != nil {
			return 0, false, err
		}
		if more := r.Views - views; more > 0 {
			if _, err := tx.Exec(ctx, gained, pgx.NamedArgs{"id": id, "more": min(more, 1<<30)}); err != nil {
				return 0, false, err
			}
		}
	case pgx.ErrNoRows:
		fresh = true
		if err := tx.QueryRow(ctx, addRemote, args).Scan(&id); err == pgx.ErrNoRows {
			return 0, false, fail.New(fail.Conflict, "Another video has this UUID.")
		} else if err != nil {
			return 0, false, err
		}
	default:
		return 0, false, err
	}
	args["id"] = id
	if _, err := tx.Exec(ctx, putAddresses, args); err != nil {
		return 0, false, err
	}
	if err := r.parts(ctx, tx, id); err != nil {
		return 0, false, err
	}
	return id, fresh, r.judge(ctx, tx, id, site)
}

const openVideo = `SELECT NOT blocked FROM video WHERE id = @id`

// judge gives the video its automatic tags; it waits for a moderator where the platform asks for that.
func (r Remote) judge(ctx context.Context, tx pgx.Tx, id int64, site string) error {
	words := r.Name
	if r.Description != nil {
		words += "\n" + *r.Description
	}
	review, err := watchword.TagVideo(ctx, tx, id, site, words)
	if err != nil || !review {
		return err
	}
	var open bool
	if err := tx.QueryRow(ctx, openVideo, pgx.NamedArgs{"id": id}).Scan(&open); err != nil || !open {
		return err
	}
	return AddBlock(ctx, tx, Block{VideoID: id, Kind: BlockedFirst})
}

const (
	setRemotePlaylist = `
	INSERT INTO video_playlist_hls (video_id, master, segments_sha256, url, segments_url) VALUES (@id, @master, @sha256, @url, @segments)
	ON CONFLICT (video_id) DO UPDATE SET url = excluded.url, segments_url = excluded.segments_url
		WHERE (video_playlist_hls.url, video_playlist_hls.segments_url) IS DISTINCT FROM (excluded.url, excluded.segments_url)`

	dropRemotePlaylist = `DELETE FROM video_playlist_hls WHERE video_id = @id`

	// Rows of what is the same stay, so that their ids do.
	dropRemoteFiles = `DELETE FROM video_file WHERE video_id = @id AND NOT (filename = ANY(@names::text[]))`

	addRemoteFile = `
	INSERT INTO video_file (video_id, resolution, filename, playlist, width, height, fps, size, bandwidth, codecs, has_audio, has_video, infohash,
		torrent, media, sha256, url, torrent_url, magnet)
	VALUES (@id, @resolution, @filename, '', @width, @height, @fps, @size, @bandwidth, '', @audio, @video, @infohash, @torrent, '{}', '[]', @url, @torrent_url, @magnet)
	ON CONFLICT (filename) DO UPDATE SET resolution = excluded.resolution, width = excluded.width, height = excluded.height, fps = excluded.fps,
		size = excluded.size, bandwidth = excluded.bandwidth, has_audio = excluded.has_audio, has_video = excluded.has_video,
		infohash = excluded.infohash, torrent = excluded.torrent, torrent_url = excluded.torrent_url, magnet = excluded.magnet`

	dropRemoteImages = `DELETE FROM video_image WHERE video_id = @id AND NOT (filename = ANY(@names::text[]))`

	addRemoteImage = `
	INSERT INTO video_image (video_id, kind, filename, width, height, url) VALUES (@id, @kind, @filename, @width, @height, @url)
	ON CONFLICT (filename) DO UPDATE SET kind = excluded.kind, width = excluded.width, height = excluded.height`

	dropRemoteStoryboard = `DELETE FROM video_storyboard WHERE video_id = @id AND filename <> @filename`

	addRemoteStoryboard = `
	INSERT INTO video_storyboard (video_id, filename, total_width, total_height, sprite_width, sprite_height, sprite_duration, url)
	VALUES (@id, @filename, @total_width, @total_height, @sprite_width, @sprite_height, @sprite_duration, @url) ON CONFLICT DO NOTHING`

	dropRemoteCaptions = `DELETE FROM video_caption WHERE video_id = @id AND NOT (filename = ANY(@names::text[]))`

	addRemoteCaption = `
	INSERT INTO video_caption (video_id, language, filename, automatic, url) VALUES (@id, @language, @filename, @automatic, @url)
	ON CONFLICT (filename) DO UPDATE SET automatic = excluded.automatic`
)

// parts replaces what hangs on the video.
func (r Remote) parts(ctx context.Context, tx pgx.Tx, id int64) error {
	b := &pgx.Batch{}
	if p := r.Playlist; p != nil {
		b.Queue(setRemotePlaylist, pgx.NamedArgs{"id": id, "master": "master.m3u8", "sha256": "segments-sha256.json", "url": p.URL, "segments": p.SegmentsURL})
	} else {
		b.Queue(dropRemotePlaylist, pgx.NamedArgs{"id": id})
	}
	names := make([]string, len(r.Files))
	for i, f := range r.Files {
		names[i] = f.Filename
	}
	b.Queue(dropRemoteFiles, pgx.NamedArgs{"id": id, "names": names})
	for _, f := range r.Files {
		b.Queue(addRemoteFile, pgx.NamedArgs{
			"id": id, "resolution": f.Resolution, "filename": f.Filename, "width": f.Width, "height": f.Height, "fps": f.FPS, "size": f.Size,
			"bandwidth": r.bandwidth(f), "audio": f.HasAudio, "video": f.HasVideo, "infohash": or0(f.Infohash), "torrent": f.Torrent,
			"url": f.URL, "torrent_url": f.TorrentURL, "magnet": f.Magnet,
		})
	}
	names = make([]string, len(r.Images))
	for i, p := range r.Images {
		names[i] = p.Filename
	}
	b.Queue(dropRemoteImages, pgx.NamedArgs{"id": id, "names": names})
	for _, p := range r.Images {
		b.Queue(addRemoteImage, pgx.NamedArgs{"id": id, "kind": p.Kind, "filename": p.Filename, "width": p.Width, "height": p.Height, "url": p.URL})
	}
	filename := ""
	if s := r.Storyboard; s != nil {
		filename = s.Filename
	}
	b.Queue(dropRemoteStoryboard, pgx.NamedArgs{"id": id, "filename": filename})
	if s := r.Storyboard; s != nil {
		b.Queue(addRemoteStoryboard, pgx.NamedArgs{
			"id": id, "filename": s.Filename, "total_width": s.TotalWidth, "total_height": s.TotalHeight,
			"sprite_width": s.SpriteWidth, "sprite_height": s.SpriteHeight, "sprite_duration": s.SpriteDuration, "url": s.URL,
		})
	}
	names = make([]string, len(r.Captions))
	for i, c := range r.Captions {
		names[i] = c.Filename
	}
	b.Queue(dropRemoteCaptions, pgx.NamedArgs{"id": id, "names": names})
	for _, c := range r.Captions {
		b.Queue(addRemoteCaption, pgx.NamedArgs{"id": id, "language": c.Language, "filename": c.Filename, "automatic": c.Automatic, "url": c.URL})
	}
	return tx.SendBatch(ctx, b).Close()
}

// bandwidth of a rendition, as far as its size tells: bits per second.
func (r Remote) bandwidth(f RemoteFile) int64 {
	if r.Duration <= 0 {
		return 0
	}
	return int64(float64(f.Size) * 8 / r.Duration)
}

func or0(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

const setCounts = `
	UPDATE video SET likes = coalesce(@likes, likes), dislikes = coalesce(@dislikes, dislikes)
	WHERE id = @id AND NOT local AND (likes, dislikes) IS DISTINCT FROM (coalesce(@likes, likes), coalesce(@dislikes, dislikes))`

// Counted keeps how many like and dislike a video of elsewhere, as its server counts; nil is not known.
func Counted(ctx context.Context, q db.Q, id int64, likes, dislikes *int) error {
	_, err := q.Exec(ctx, setCounts, pgx.NamedArgs{"id": id, "likes": likes, "dislikes": dislikes})
	return err
}

const touchRemote = `UPDATE video_remote SET fetched_at = now() WHERE video_id = @id`

// Looked notes that a video of elsewhere was asked for, whatever came of it.
func Looked(ctx context.Context, q db.Q, id int64) error {
	_, err := q.Exec(ctx, touchRemote, pgx.NamedArgs{"id": id})
	return err
}

const (
	rateRemote = `
	INSERT INTO video_rate (account_id, video_id, liked, url) SELECT @account, id, @liked, @url FROM video
	WHERE id = @video AND local AND state = 1 AND privacy IN (1, 2) AND NOT blocked
	ON CONFLICT (account_id, video_id) DO UPDATE SET liked = excluded.liked, url = excluded.url, created_at = now()
		WHERE (video_rate.liked, video_rate.url) IS DISTINCT FROM (excluded.liked, excluded.url)`

	unrateRemote = `DELETE FROM video_rate WHERE account_id = @account AND video_id = @video AND liked = @liked`
)

// RateRemote keeps what somebody elsewhere thinks of a video of ours that everybody may see; url is what they call their like or dislike.
func RateRemote(ctx context.Context, tx pgx.Tx, accountID, videoID int64, liked bool, url string) error {
	args := db.Args{"account": accountID, "video": videoID, "liked": liked, "url": url}
	_, err := tx.Exec(ctx, rateRemote, args)
	return err
}

// UnrateRemote takes a like or dislike back.
func UnrateRemote(ctx context.Context, q db.Q, accountID, videoID int64, liked bool) error {
	_, err := q.Exec(ctx, unrateRemote, pgx.NamedArgs{"account": accountID, "video": videoID, "liked": liked})
	return err
}

const (
	share = `
	INSERT INTO video_share (video_id, actor_id, url) VALUES (@video, @actor, @url) ON CONFLICT DO NOTHING RETURNING id`

	unshare = `DELETE FROM video_share WHERE actor_id = @actor AND (video_id = @video OR url = @url)`
)

// ShareRemote keeps that an actor shares a video; url is that of the announce. fresh tells that it was not known.
func ShareRemote(ctx context.Context, q db.Q, videoID, actorID int64, url string) (fresh bool, err error) {
	var id int64
	err = q.QueryRow(ctx, share, pgx.NamedArgs{"video": videoID, "actor": actorID, "url": url}).Scan(&id)
	if err == pgx.ErrNoRows {
		return false, nil
	}
	return err == nil, err
}

// UnshareRemote ends it, by the video or by the address of the announce.
func UnshareRemote(ctx context.Context, q db.Q, videoID, actorID int64, url string) error {
	_, err := q.Exec(ctx, unshare, pgx.NamedArgs{"video": videoID, "actor": actorID, "url": url})
	return err
}

const (
	remoteVisit = `
	INSERT INTO video_visit (video_id, started_at, ended_at, watched, sections)
	SELECT id, @started, @ended, @watched, @sections::text::int4multirange FROM video WHERE id = @video AND local`

	viewedMany = `
	WITH v AS (UPDATE video SET views = views + @more, trend = trend + @more WHERE id = @id AND local RETURNING id)
	INSERT INTO video_view (video_id, day, views) SELECT id, current_date, @more FROM v
	ON CONFLICT (video_id, day) DO UPDATE SET views = video_view.views + excluded.views`
)

// ViewedElsewhere counts views that other servers tell of a video of ours.
func ViewedElsewhere(ctx context.Context, q db.Q, id int64, more int) error {
	_, err := q.Exec(ctx, viewedMany, pgx.NamedArgs{"id": id, "more": more})
	return err
}

// Section is a part of a video that was watched, in seconds.
type Section struct{ From, To int }

// VisitedElsewhere keeps how somebody elsewhere watched a video of ours.
func VisitedElsewhere(ctx context.Context, q db.Q, videoID int64, started, ended time.Time, watched []Section) error {
	s := sight{}
	for _, w := range watched[:min(len(watched), mostSections)] {
		s.sections = append(s.sections, span{w.From, w.To})
	}
	text, seconds := s.sum()
	if seconds == 0 {
		return nil
	}
	_, err := q.Exec(ctx, remoteVisit, pgx.NamedArgs{"video": videoID, "started": started, "ended": ended, "watched": seconds, "sections": text})
	return err
}
