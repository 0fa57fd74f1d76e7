package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/notify"
	"shoal/server/watchword"
	"shoal/shared/api"
)

// Kinds of blocks.
const (
	BlockedByHand = 1
	BlockedFirst  = 2 // every video of somebody waits for a moderator's first look
)

// Block takes a video away from the public until it is taken back.
type Block struct {
	ID           int64
	VideoID      int64
	Kind         int
	Reason       *string
	InternalNote *string // of moderators, for themselves
	Unfederated  bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Lengths of texts about a block, in characters.
const (
	shortestReason = 2
	longestReason  = 300
)

// CheckBlock refuses texts that are too short or too long; empty ones are none.
func CheckBlock(reason, note *string) error {
	for _, c := range []struct {
		field string
		text  *string
	}{{"reason", reason}, {"internalNote", note}} {
		if t := text(c.text); t != nil && !fits(*t, shortestReason, longestReason) {
			return fail.Field(c.field, "%s has %d to %d characters.", c.field, shortestReason, longestReason)
		}
	}
	return nil
}

const addBlock = `
	WITH v AS (UPDATE video SET blocked = true WHERE id = @video RETURNING id)
	INSERT INTO video_block (video_id, kind, reason, internal_note, unfederated) SELECT id, @kind, @reason, @note, @unfederated FROM v
	ON CONFLICT (video_id) DO NOTHING RETURNING id`

// AddBlock blocks a video; Conflict when it is blocked.
func AddBlock(ctx context.Context, tx pgx.Tx, b Block) error {
	err := tx.QueryRow(ctx, addBlock, pgx.NamedArgs{
		"video": b.VideoID, "kind": b.Kind, "reason": text(b.Reason), "note": text(b.InternalNote), "unfederated": b.Unfederated,
	}).Scan(&b.ID)
	if err == pgx.ErrNoRows {
		return fail.New(fail.Conflict, "This video is blocked already.")
	}
	if err != nil {
		return err
	}
	notice := api.MyVideoBlocked
	if b.Kind == BlockedFirst {
		notice = api.VideoAutoBlocked
	}
	return tellBlock(ctx, tx, notice, b.VideoID, b.ID)
}

const mustWait = `
	SELECT coalesce((SELECT (settings->>'reviewVideos')::bool FROM instance), false), m.role = 2 AND m.admin_flags & 1 = 0, NOT v.blocked,
		regexp_replace(v.url, '/videos/watch/[^/]*$', ''), concat_ws(E'\n', v.name, v.description)
	FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id JOIN member m ON m.id = a.member_id WHERE v.id = @id`

// hold gives a video its automatic tags, and blocks it until a moderator has looked at it where the platform asks for that:
// of all new ones, or of those with certain tags.
func hold(ctx context.Context, tx pgx.Tx, id int64, fresh bool) error {
	var all, judged, open bool
	var site, words string
	err := tx.QueryRow(ctx, mustWait, pgx.NamedArgs{"id": id}).Scan(&all, &judged, &open, &site, &words)
	if err == pgx.ErrNoRows {
		return nil // of elsewhere
	}
	if err != nil {
		return err
	}
	tagged, err := watchword.TagVideo(ctx, tx, id, site, words)
	if err != nil || !judged || !open || !tagged && !(all && fresh) {
		return err
	}
	return AddBlock(ctx, tx, Block{VideoID: id, Kind: BlockedFirst})
}

const changeBlock = `
	UPDATE video_block SET reason = coalesce(@reason, reason), internal_note = coalesce(@note, internal_note), updated_at = now() WHERE video_id = @video`

// ChangeBlock changes the texts that are given.
func ChangeBlock(ctx context.Context, q db.Q, videoID int64, reason, note *string) error {
	tag, err := q.Exec(ctx, changeBlock, pgx.NamedArgs{"video": videoID, "reason": text(reason), "note": text(note)})
	return unblocked(tag.RowsAffected(), err)
}

func unblocked(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fail.New(fail.NotFound, "This video is not blocked.")
	}
	return err
}

const removeBlock = `
	WITH b AS (DELETE FROM video_block WHERE video_id = @video RETURNING video_id)
	UPDATE video SET blocked = false FROM b WHERE id = b.video_id`

// RemoveBlock gives a video back to the public.
func RemoveBlock(ctx context.Context, tx pgx.Tx, videoID int64) error {
	tag, err := tx.Exec(ctx, removeBlock, pgx.NamedArgs{"video": videoID})
	if err := unblocked(tag.RowsAffected(), err); err != nil {
		return err
	}
	if err := tellBlock(ctx, tx, api.MyVideoUnblocked, videoID, 0); err != nil {
		return err
	}
	return notify.Published(ctx, tx, videoID)
}

const blocksOf = `
	SELECT id, video_id, kind, reason, internal_note, unfederated, created_at, updated_at FROM video_block WHERE video_id = ANY(@videos::bigint[])`

// BlocksOf gives the blocks of videos by their ids; most have none.
func BlocksOf(ctx context.Context, q db.Q, videos ...int64) (map[int64]Block, error) {
	rows, _ := q.Query(ctx, blocksOf, pgx.NamedArgs{"videos": videos})
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Block])
	out := map[int64]Block{}
	for _, b := range list {
		out[b.VideoID] = b
	}
	return out, err
}

// BlockFilter asks for a page of blocks.
type BlockFilter struct {
	Kind         *int
	Search       *string
	Sort         string // one of BlockSorts
	Down         bool   // the greatest first
	Start, Count int
}

// BlockSorts are the orders of blocks.
var BlockSorts = []string{"id", "name", "duration", "views", "likes", "dislikes", "uuid", "createdAt"}

const blockWhere = `
	FROM video_block b JOIN video v ON v.id = b.video_id
	WHERE (@kind::int IS NULL OR b.kind = @kind)
	  AND (@search::text IS NULL OR v.plain_name LIKE anywhere(@search))`

const blockPage = `
	SELECT b.id, b.video_id, b.kind, b.reason, b.internal_note, b.unfederated, b.created_at, b.updated_at` + blockWhere + `
	ORDER BY
		CASE WHEN @down::bool THEN CASE @sort::text WHEN 'id' THEN b.id WHEN 'views' THEN v.views WHEN 'likes' THEN v.likes WHEN 'dislikes' THEN v.dislikes END END DESC,
		CASE @sort WHEN 'id' THEN b.id WHEN 'views' THEN v.views WHEN 'likes' THEN v.likes WHEN 'dislikes' THEN v.dislikes END,
		CASE WHEN @down AND @sort = 'duration' THEN v.duration END DESC,
		CASE WHEN @sort = 'duration' THEN v.duration END,
		CASE WHEN @down THEN CASE @sort WHEN 'name' THEN v.plain_name WHEN 'uuid' THEN v.uuid::text END END DESC,
		CASE @sort WHEN 'name' THEN v.plain_name WHEN 'uuid' THEN v.uuid::text END,
		CASE WHEN @down THEN b.created_at END DESC, b.created_at, b.id
	LIMIT @count OFFSET @start`

const countBlocks = `SELECT count(*)` + blockWhere

// Blocks gives a page of blocks and how many there are in all.
func Blocks(ctx context.Context, q db.Q, f BlockFilter) (list []Block, total int64, err error) {
	args := pgx.NamedArgs{"kind": f.Kind, "search": f.Search, "sort": f.Sort, "down": f.Down, "start": f.Start, "count": f.Count}
	if err := q.QueryRow(ctx, countBlocks, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, blockPage, args)
	list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Block])
	return list, total, err
}
