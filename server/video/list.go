package video

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// Filter says which videos a list has. A nil field is any.
type Filter struct {
	Member     *int64 // whose positions are told
	Owner      *int64 // account: all its videos, whatever their privacy and state
	All        bool   // all videos whatever their privacy and state, for moderators
	Privacies  []int  // with neither Owner nor All: public when empty
	States     []int  // likewise: published when empty
	Blocked    bool   // likewise: also what moderators blocked
	InState    []int  // only those, also of an owner's
	InPrivacy  []int  // likewise
	Account    *int64
	Channel    *int64
	Subscriber *int64 // account: videos of the channels it follows
	Unmuted    *int64 // account: videos of those whom neither it nor the platform blocks; 0 asks for the platform's blocks alone
	Categories []int
	Licences   []int
	Languages  []string // "_unknown" is a video without one
	TagsOne    []string // at least one of them, in lower case
	TagsAll    []string // all of them, in lower case
	Local      *bool
	NSFW       *bool
	FlagsIn    int     // what has one of these flags is in, whatever NSFW says
	FlagsOut   int     // what has one of these flags is out
	Host       *string // of the channel; empty for our own
	HLS        *bool   // has renditions
	Unwatched  bool    // not in Member's history
	After      *time.Time
	Before     *time.Time // published
	FirstAfter *time.Time // originally published
	FirstUntil *time.Time
	Shortest   *int // seconds
	Longest    *int
	UUIDs      []uuid.UUID
	AutoTags   []string // at least one of these automatic tags
	Search     *string
	Except     *int64 // a video that is left out
	Sort       string // one of Sorts; empty for the newest first
	Start      int
	Count      int

	words words
}

// Sorts are the orders of a list; with a minus before the name the greatest is first.
var Sorts = []string{
	"publishedAt", "createdAt", "originallyPublishedAt", "updatedAt", "views", "likes", "comments", "duration", "name", "trending", "hot", "best", "match",
}

// Limits of lists.
const (
	MaxCount     = 100
	DefaultCount = 15
	MaxStart     = 100_000
)

// CheckSort refuses an unknown order.
func CheckSort(s string) error {
	name := s
	if s != "" && s[0] == '-' {
		name = s[1:]
	}
	if s == "" || slices.Contains(Sorts, name) {
		return nil
	}
	return fail.Field("sort", "Should have a valid sort column")
}

// @sort is a constant when the statement is planned, so each CASE shrinks to one column or to nothing, and an
// index serves the order; so do the words of a search, and what is not looked for costs nothing. Channels are made into a list first: IN beside an OR
// would be asked of every video.
const where = `
	WHERE (@all::bool OR @owner::bigint IS NOT NULL OR v.state = ANY(@states::int[]) AND v.privacy = ANY(@privacies::int[]) AND (@blocked::bool OR NOT v.blocked))
	  AND (@in_state::int[] IS NULL OR v.state = ANY(@in_state))
	  AND (@in_privacy::int[] IS NULL OR v.privacy = ANY(@in_privacy))
	  AND (@owner::bigint IS NULL OR v.channel_id = ANY(ARRAY(SELECT o.id FROM channel o WHERE o.account_id = @owner)))
	  AND (@account::bigint IS NULL OR v.channel_id = ANY(ARRAY(SELECT o.id FROM channel o WHERE o.account_id = @account)))
	  AND (@channel::bigint IS NULL OR v.channel_id = @channel)
	  AND (@subscriber::bigint IS NULL OR v.channel_id = ANY(ARRAY(
		SELECT o.id FROM account me JOIN follow f ON f.follower_id = me.actor_id AND f.state = 'accepted'
		JOIN channel o ON o.actor_id = f.followed_id WHERE me.id = @subscriber)))
	  AND (@unmuted::bigint IS NULL OR v.channel_id NOT IN (
		SELECT o.id FROM account_block b JOIN channel o ON o.account_id = b.blocked_id WHERE b.blocker_id IS NULL OR b.blocker_id = @unmuted
		UNION ALL SELECT o.id FROM host_block h JOIN actor oa ON oa.host = h.host AND oa.kind = 'channel' AND oa.host <> '' JOIN channel o ON o.actor_id = oa.id
		WHERE h.blocker_id IS NULL OR h.blocker_id = @unmuted))
	  AND (@category::int IS NULL OR v.category = @category)
	  AND (@categories::int[] IS NULL OR v.category = ANY(@categories))
	  AND (@licences::int[] IS NULL OR v.licence = ANY(@licences))
	  AND (@language::text IS NULL OR coalesce(v.language, '_unknown') = @language)
	  AND (@languages::text[] IS NULL OR coalesce(v.language, '_unknown') = ANY(@languages))
	  AND (@tags_one::text[] IS NULL OR v.plain_tags && @tags_one)
	  AND (@tags_all::text[] IS NULL OR v.plain_tags @> @tags_all)
	  AND (@local::bool IS NULL OR v.local = @local)
	  AND (@nsfw::bool IS NULL OR v.nsfw = @nsfw OR v.nsfw_flags & @flags_in::int <> 0)
	  AND (@flags_out::int = 0 OR v.nsfw_flags & @flags_out = 0)
	  AND (@host::text IS NULL OR v.channel_id IN (SELECT o.id FROM channel o JOIN actor oa ON oa.id = o.actor_id WHERE oa.host = @host))
	  AND (@hls::bool IS NULL OR @hls = EXISTS (SELECT FROM video_playlist_hls h WHERE h.video_id = v.id))
	  AND (NOT @unwatched::bool OR NOT EXISTS (SELECT FROM video_watch w WHERE w.video_id = v.id AND w.member_id = @member::bigint))
	  AND (@after::timestamptz IS NULL OR v.published_at >= @after)
	  AND (@before::timestamptz IS NULL OR v.published_at <= @before)
	  AND (@first_after::timestamptz IS NULL OR v.originally_published_at >= @first_after)
	  AND (@first_until::timestamptz IS NULL OR v.originally_published_at <= @first_until)
	  AND (@shortest::int IS NULL OR v.duration >= @shortest)
	  AND (@longest::int IS NULL OR v.duration <= @longest)
	  AND (@uuids::uuid[] IS NULL OR v.uuid = ANY(@uuids))
	  AND (@auto_tags::text[] IS NULL OR EXISTS (SELECT FROM video_auto_tag t WHERE t.video_id = v.id AND t.tag = ANY(@auto_tags)))
	  AND (@except::bigint IS NULL OR v.id <> @except)
	  AND (@word1::text IS NULL OR v.plain_name LIKE @word1) AND (@word2::text IS NULL OR v.plain_name LIKE @word2)
	  AND (@word3::text IS NULL OR v.plain_name LIKE @word3) AND (@words::text[] IS NULL OR v.plain_name LIKE ALL(@words))
	  AND (@near::text IS NULL OR v.plain_name LIKE @whole::text OR @near <% v.plain_name)`

const (
	page = `SELECT v.id FROM video v` + where + order + limit

	// The first of each channel that one follows, then the first of these: they are few among all videos.
	followed = `
	SELECT v.id FROM account me JOIN follow f ON f.follower_id = me.actor_id AND f.state = 'accepted' JOIN channel fo ON fo.actor_id = f.followed_id
	CROSS JOIN LATERAL (SELECT v.* FROM video v` + where + ` AND v.channel_id = fo.id` + order + `
		LIMIT @start::bigint + @count::bigint) v
	WHERE me.id = @follower` + order + limit

	// The best of the newest that have the words: what a common word finds could not be compared at all.
	matches = `
	SELECT m.id FROM (SELECT v.id, v.plain_name, v.published_at FROM video v` + where + ` ORDER BY v.published_at DESC, v.id DESC LIMIT @most) m
	ORDER BY word_similarity(@search::text, m.plain_name) DESC, m.published_at DESC, m.id DESC
	LIMIT @count OFFSET @start`

	order = `
	ORDER BY
		CASE @sort::text WHEN '-publishedAt' THEN v.published_at WHEN '-createdAt' THEN v.created_at
			WHEN '-originallyPublishedAt' THEN coalesce(v.originally_published_at, v.published_at) WHEN '-updatedAt' THEN v.updated_at END DESC,
		CASE @sort WHEN 'publishedAt' THEN v.published_at WHEN 'createdAt' THEN v.created_at
			WHEN 'originallyPublishedAt' THEN coalesce(v.originally_published_at, v.published_at) WHEN 'updatedAt' THEN v.updated_at END,
		CASE @sort WHEN '-views' THEN v.views WHEN '-best' THEN v.views + 10 * v.likes + 10 * v.comments END DESC,
		CASE @sort WHEN 'views' THEN v.views WHEN 'best' THEN v.views + 10 * v.likes + 10 * v.comments END,
		CASE @sort WHEN '-likes' THEN v.likes WHEN '-comments' THEN v.comments WHEN '-trending' THEN v.trend END DESC,
		CASE @sort WHEN 'likes' THEN v.likes WHEN 'comments' THEN v.comments WHEN 'trending' THEN v.trend END,
		CASE @sort WHEN '-name' THEN v.plain_name END DESC,
		CASE @sort WHEN 'name' THEN v.plain_name END,
		CASE @sort WHEN '-duration' THEN v.duration WHEN '-hot' THEN hotness(v.views, v.likes, v.comments, v.published_at) END DESC,
		CASE @sort WHEN 'duration' THEN v.duration WHEN 'hot' THEN hotness(v.views, v.likes, v.comments, v.published_at)
			WHEN 'match' THEN word_similarity(coalesce(@search::text, ''), v.plain_name) END,
		v.id DESC`

	limit = ` LIMIT @count OFFSET @start`

	some = `SELECT FROM video v` + where

	count = `SELECT count(*) FROM (SELECT FROM video v` + where + ` LIMIT @exactly::bigint) n`

	// In this order an index alone answers, where many have the words.
	countFound = `SELECT count(*) FROM (SELECT FROM video v` + where + ` ORDER BY v.published_at DESC, v.id DESC LIMIT @exactly::bigint) n`
)

func (f Filter) args() db.Args {
	if f.Privacies == nil {
		f.Privacies = []int{api.Public}
	}
	if f.States == nil {
		f.States = []int{api.Published}
	}
	if f.Sort == "" {
		f.Sort = "-publishedAt"
	}
	if f.Count <= 0 || f.Count > MaxCount {
		f.Count = DefaultCount
	}
	args := db.Args{
		"owner": f.Owner, "all": f.All, "privacies": f.Privacies, "account": f.Account, "channel": f.Channel,
		"subscriber": f.Subscriber, "unmuted": f.Unmuted,
		"category": nil, "categories": f.Categories, "licences": f.Licences, "language": nil, "languages": f.Languages, "tags_one": f.TagsOne, "tags_all": f.TagsAll,
		"in_state": f.InState, "in_privacy": f.InPrivacy,
		"states": f.States, "blocked": f.Blocked, "flags_in": f.FlagsIn, "flags_out": f.FlagsOut, "host": f.Host, "hls": f.HLS,
		"unwatched": f.Unwatched, "member": f.Member, "after": f.After, "before": f.Before, "first_after": f.FirstAfter, "first_until": f.FirstUntil,
		"shortest": f.Shortest, "longest": f.Longest, "uuids": f.UUIDs,
		"local": f.Local, "nsfw": f.NSFW, "except": f.Except, "auto_tags": f.AutoTags, "sort": f.Sort, "count": f.Count, "start": f.Start,
	}
	// With one alone an index gives them in order.
	if len(f.Categories) == 1 {
		args["category"], args["categories"] = f.Categories[0], nil
	}
	if len(f.Languages) == 1 {
		args["language"], args["languages"] = f.Languages[0], nil
	}
	f.words.into(args)
	return args
}

// List gives a page of videos.
func List(ctx context.Context, q db.Q, f Filter) ([]Card, error) {
	if err := f.read(ctx, q); err != nil {
		return nil, err
	}
	sql, args := page, f.args()
	if f.Sort == "-match" && f.Search != nil {
		sql, args["most"] = matches, max(mostMatches, f.Start+f.Count)
	} else if f.Subscriber != nil {
		sql, args["follower"], args["subscriber"] = followed, f.Subscriber, nil
	}
	rows, _ := q.Query(ctx, sql, args)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("listing videos: %w", err)
	}
	return Cards(ctx, q, ids, f.Member)
}

// How far lists are counted; longer ones are estimated. Every word or tag looked for makes counting dearer.
const (
	exactly       = 3_000
	exactlyFound  = 500
	mostMatches   = 150 // among which the best are looked for
	enoughMatches = 5   // that have the very words, else similar ones are shown, too
)

// Count gives how many videos all pages have together: exactly, or nearly where they are many.
func Count(ctx context.Context, q db.Q, f Filter) (n int64, err error) {
	if err := f.read(ctx, q); err != nil {
		return 0, err
	}
	sql, most, args := count, int64(exactly), f.args()
	if f.Search != nil || len(f.TagsOne)+len(f.TagsAll) > 0 {
		sql, most = countFound, exactlyFound
	}
	args["exactly"] = most
	if err := q.QueryRow(ctx, sql, args).Scan(&n); err != nil {
		return 0, err
	}
	return db.AtLeast(ctx, q, n, most, some, f.args())
}
