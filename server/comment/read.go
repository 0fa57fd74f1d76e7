package comment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/markdown"
	"shoal/shared/api"
)

// row is a comment as it is kept.
type row struct {
	ID                    int64
	VideoID               int64
	AccountID             *int64
	ThreadID              *int64
	ParentID              *int64
	URL                   string
	Local                 bool
	Text                  string
	Held                  bool
	Replies, OwnerReplies int
	DeletedAt             *time.Time
	CreatedAt, UpdatedAt  time.Time
}

// Who sees a comment: nobody hears those whom the platform or the viewer blocked; one that waits is seen by its author and by
// those who decide about it. Blocks are looked up for each comment, by (SELECT EXISTS), as a join would read all comments
// of a video for the first few.
const (
	columns = `
	SELECT c.id, c.video_id, c.account_id, c.thread_id, c.parent_id, c.url, c.local, c.text, c.held, c.replies, c.owner_replies,
		c.deleted_at, c.created_at, c.updated_at
	FROM comment c`

	seen = `
		AND (NOT c.held OR @manages::bool OR c.account_id = @viewer::bigint)
		AND NOT (SELECT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = c.account_id AND (b.blocker_id IS NULL OR b.blocker_id = @viewer)))
		AND NOT (SELECT EXISTS (SELECT FROM account ha JOIN actor hh ON hh.id = ha.actor_id JOIN host_block h ON h.host = hh.host
			WHERE ha.id = c.account_id AND hh.host <> '' AND (h.blocker_id IS NULL OR h.blocker_id = @viewer)))`

	begins = `
	WHERE c.video_id = @video AND c.thread_id IS NULL AND (c.deleted_at IS NULL OR c.replies > 0)` + seen

	threads = columns + begins + `
	ORDER BY
		CASE @sort::text WHEN '-createdAt' THEN c.created_at END DESC, CASE @sort WHEN 'createdAt' THEN c.created_at END,
		CASE @sort WHEN '-totalReplies' THEN c.replies END DESC, CASE @sort WHEN 'totalReplies' THEN c.replies END,
		c.id DESC
	LIMIT @count OFFSET @start`

	someThreads = `SELECT FROM comment c` + begins

	countThreads = `SELECT count(*) FROM (SELECT FROM comment c` + begins + ` LIMIT @exactly::bigint) n`

	someOf = `SELECT FROM comment c WHERE c.video_id = @video AND c.deleted_at IS NULL` + seen

	countAll = `SELECT count(*) FROM (SELECT FROM comment c WHERE c.video_id = @video AND c.deleted_at IS NULL` + seen + ` LIMIT @exactly::bigint) n`

	root = columns + ` WHERE c.id = @thread AND c.video_id = @video AND c.thread_id IS NULL` + seen

	answers = columns + ` WHERE c.thread_id = @thread` + seen + ` ORDER BY c.created_at, c.id LIMIT @most`

	one = columns + ` WHERE c.id = @id`
)

// Limits of what is answered of one thread.
const (
	mostAnswers = 5000
	deepest     = 100 // answers below are shown at this depth: apps cannot read what is nested without end
)

// Sorts are the orders of threads.
var Sorts = []string{"createdAt", "totalReplies"}

// Threads is a page of the threads below a video. sort is one of Sorts, with a minus before it for the greatest first.
func Threads(ctx context.Context, q db.Q, videoID int64, v *account.Viewer, sort string, start, count int) (api.Threads, error) {
	out := api.Threads{Page: api.Page[api.Comment]{Data: []api.Comment{}}}
	p, err := placeOf(ctx, q, videoID, v)
	if err != nil || p.policy == api.CommentsClosed {
		return out, err
	}
	args := viewing(v, p)
	args["video"], args["sort"], args["start"], args["count"], args["exactly"] = videoID, sort, start, count, exactly
	var all []row
	var b pgx.Batch
	b.Queue(countThreads, args).QueryRow(func(r pgx.Row) error { return r.Scan(&out.Total) })
	b.Queue(countAll, args).QueryRow(func(r pgx.Row) error { return r.Scan(&out.TotalNotDeleted) })
	b.Queue(threads, args).Query(func(rows pgx.Rows) (err error) {
		all, err = pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		return err
	})
	if err := q.SendBatch(ctx, &b).Close(); err != nil {
		return out, fmt.Errorf("listing threads: %w", err)
	}
	if out.Total, err = db.AtLeast(ctx, q, out.Total, exactly, someThreads, args); err != nil {
		return out, err
	}
	if out.TotalNotDeleted, err = db.AtLeast(ctx, q, out.TotalNotDeleted, exactly, someOf, args); err != nil {
		return out, err
	}
	people, err := authors(ctx, q, all)
	for _, r := range all {
		out.Data = append(out.Data, r.show(people))
	}
	return out, err
}

func viewing(v *account.Viewer, p place) pgx.NamedArgs {
	args := pgx.NamedArgs{"viewer": int64(0), "manages": p.manages(v)}
	if v != nil {
		args["viewer"] = v.AccountID
	}
	return args
}

// Thread is a comment that begins a thread, with all below it.
func Thread(ctx context.Context, q db.Q, videoID, id int64, v *account.Viewer) (api.ThreadTree, error) {
	p, err := placeOf(ctx, q, videoID, v)
	if err != nil {
		return api.ThreadTree{}, err
	}
	if p.policy == api.CommentsClosed {
		return api.ThreadTree{}, errAbsent
	}
	args := viewing(v, p)
	args["video"], args["thread"], args["most"] = videoID, id, mostAnswers
	var all []row
	for _, sql := range []string{root, answers} {
		rows, _ := q.Query(ctx, sql, args)
		part, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		if err != nil {
			return api.ThreadTree{}, err
		}
		if all = append(all, part...); len(all) == 0 {
			return api.ThreadTree{}, errAbsent
		}
	}
	people, err := authors(ctx, q, all)
	return tree(all, people), err
}

// tree puts answers below what they answer; all begins with the root and has parents before their answers. What answers
// something unseen is left out.
func tree(all []row, people map[int64]api.Account) api.ThreadTree {
	type node struct {
		api.ThreadTree
		children []*node
		depth    int
		up       *node
	}
	nodes := map[int64]*node{}
	for i, r := range all {
		n := &node{ThreadTree: api.ThreadTree{Comment: r.show(people)}}
		if i > 0 {
			if r.ParentID == nil || nodes[*r.ParentID] == nil {
				continue
			}
			n.up = nodes[*r.ParentID]
			if n.depth = n.up.depth + 1; n.depth > deepest {
				n.up, n.depth = n.up.up, deepest
			}
			n.up.children = append(n.up.children, n)
		}
		nodes[r.ID] = n
	}
	var pack func(n *node) api.ThreadTree
	pack = func(n *node) api.ThreadTree {
		n.Children = make([]api.ThreadTree, 0, len(n.children))
		for _, c := range n.children {
			n.Children = append(n.Children, pack(c))
		}
		return n.ThreadTree
	}
	return pack(nodes[all[0].ID])
}

// One is a comment as its author sees it.
func One(ctx context.Context, q db.Q, id int64) (api.Comment, error) {
	rows, _ := q.Query(ctx, one, pgx.NamedArgs{"id": id})
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return api.Comment{}, err
	}
	people, err := authors(ctx, q, []row{r})
	return r.show(people), err
}

func authors(ctx context.Context, q db.Q, all []row) (map[int64]api.Account, error) {
	ids := make([]int64, 0, len(all))
	for _, r := range all {
		if r.AccountID != nil && r.DeletedAt == nil {
			ids = append(ids, *r.AccountID)
		}
	}
	return account.Many(ctx, q, ids)
}

func (r row) show(people map[int64]api.Account) api.Comment {
	c := api.Comment{
		ID: r.ID, URL: r.URL, Text: r.Text, ThreadID: r.ID, InReplyTo: r.ParentID, VideoID: r.VideoID,
		CreatedAt: api.Time{Time: r.CreatedAt}, UpdatedAt: api.Time{Time: r.UpdatedAt}, Held: r.Held, Replies: r.Replies, OwnerReplies: r.OwnerReplies,
	}
	if r.ThreadID != nil {
		c.ThreadID = *r.ThreadID
	}
	if r.DeletedAt != nil {
		c.DeletedAt, c.IsDeleted, c.Text = &api.Time{Time: *r.DeletedAt}, true, ""
		return c
	}
	c.HTML = render(r.Text, r.Local)
	if r.AccountID != nil {
		if a, ok := people[*r.AccountID]; ok {
			c.Account = &a
		}
	}
	return c
}

func render(text string, local bool) string {
	if local {
		return markdown.HTML(text)
	}
	return markdown.Safe(text)
}

const videoOf = `SELECT c.video_id FROM comment c WHERE c.id = @id AND c.deleted_at IS NULL` + seen

// VideoOf is the video of a comment that a viewer can see.
func VideoOf(ctx context.Context, q db.Q, id int64, v *account.Viewer) (videoID int64, err error) {
	args := viewing(v, place{})
	args["id"] = id
	err = q.QueryRow(ctx, videoOf, args).Scan(&videoID)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "Comment not found")
	}
	return videoID, err
}
