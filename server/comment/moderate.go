package comment

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

// Filter says which comments a list for those who decide has. Zero values mean any.
type Filter struct {
	Owner        int64 // account: comments below its videos, with the tags by its own words; 0 for all, with the platform's
	Video        int64
	Channel      int64
	Author       int64
	Search       string
	ByAuthor     string
	OnVideo      string
	Tags         []string
	Held         *bool
	Local        *bool
	OnLocalVideo *bool
	HideMuted    bool // those whom the platform, or the owner, blocks
	Public       bool // only what everybody may see
	Up           bool // the oldest first
	Start        int
	Count        int
}

const (
	// What is asked of videos, channels and people stands apart: it costs nothing when it is not asked.
	found = `
	FROM comment c
	WHERE c.deleted_at IS NULL AND c.account_id IS NOT NULL
		AND (@owner::bigint = 0 OR c.video_id = ANY(ARRAY(SELECT v.id FROM channel ch JOIN video v ON v.channel_id = ch.id WHERE ch.account_id = @owner)))
		AND (@video::bigint = 0 OR c.video_id = @video)
		AND (@channel::bigint = 0 OR c.video_id = ANY(ARRAY(SELECT v.id FROM video v WHERE v.channel_id = @channel)))
		AND (@author::bigint = 0 OR c.account_id = @author)
		AND (@held::bool IS NULL OR c.held = @held) AND (@local::bool IS NULL OR c.local = @local)
		AND (@on_local::bool IS NULL OR EXISTS (SELECT FROM video v WHERE v.id = c.video_id AND v.local = @on_local))
		AND (@search = '' OR c.plain_text LIKE anywhere(@search))
		AND (@authors::bigint[] IS NULL OR c.account_id = ANY(@authors))
		AND (@by_author = '' OR EXISTS (SELECT FROM account a JOIN actor aa ON aa.id = a.actor_id WHERE a.id = c.account_id
			AND (aa.plain_name LIKE anywhere(@by_author) OR aa.plain_display LIKE anywhere(@by_author))))
		AND (@videos::bigint[] IS NULL OR c.video_id = ANY(@videos))
		AND (@on_video = '' OR EXISTS (SELECT FROM video v WHERE v.id = c.video_id AND v.plain_name LIKE anywhere(@on_video)))
		AND (@tags::text[] IS NULL OR EXISTS (SELECT FROM comment_tag t WHERE t.comment_id = c.id AND coalesce(t.account_id, 0) = @owner AND t.tag = ANY(@tags)))
		AND (NOT @hide_muted::bool OR NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = c.account_id AND coalesce(b.blocker_id, 0) IN (0, @owner))
			AND NOT EXISTS (SELECT FROM account a JOIN actor aa ON aa.id = a.actor_id JOIN host_block h ON h.host = aa.host
				WHERE a.id = c.account_id AND coalesce(h.blocker_id, 0) IN (0, @owner)))
		AND (NOT @public::bool OR NOT c.held AND EXISTS (SELECT FROM video v WHERE v.id = c.video_id
			AND v.state = 1 AND v.privacy IN (1, 2) AND (v.privacy = 1 OR @video > 0) AND v.comments_policy <> 2 AND NOT v.blocked))`

	ids = `SELECT c.id` + found + `
	ORDER BY CASE WHEN NOT @up::bool THEN c.created_at END DESC, CASE WHEN NOT @up THEN c.id END DESC,
		CASE WHEN @up THEN c.created_at END, CASE WHEN @up THEN c.id END
	LIMIT @most`

	some = `SELECT` + found

	authorsNamed = `
	SELECT a.id FROM actor aa JOIN account a ON a.actor_id = aa.id
	WHERE aa.plain_name LIKE anywhere(@name) OR aa.plain_display LIKE anywhere(@name) LIMIT @most`

	videosNamed = `SELECT v.id FROM video v WHERE v.plain_name LIKE anywhere(@name) LIMIT @most`

	comments = `
	SELECT c.id, c.url, c.text, c.local, coalesce(c.thread_id, c.id), c.parent_id, c.created_at, c.updated_at, c.held, c.account_id,
		v.id, v.uuid, v.name, ch.id, ca.name, ca.display_name, ca.url, ca.host, ca.avatars,
		ARRAY(SELECT t.tag FROM comment_tag t WHERE t.comment_id = c.id AND coalesce(t.account_id, 0) = @owner ORDER BY t.tag)
	FROM unnest(@ids::bigint[]) WITH ORDINALITY AS n (id, place) JOIN comment c ON c.id = n.id JOIN video v ON v.id = c.video_id
	JOIN channel ch ON ch.id = v.channel_id JOIN actor ca ON ca.id = ch.actor_id
	WHERE c.account_id IS NOT NULL ORDER BY n.place`
)

// How far lists are counted; longer ones are estimated. Every word looked for makes counting dearer.
const (
	exactly      = 300
	exactlyFound = 100
)

func (f Filter) exactly() int {
	if f.Search+f.ByAuthor+f.OnVideo != "" {
		return exactlyFound
	}
	return exactly
}

// few is how many people or videos of a name are found first; where there are more, each comment is asked.
const few = 500

// named gives the ids that have a name, when they are few, and else the name again.
func named(ctx context.Context, q db.Q, sql, name string) (ids []int64, rest string, err error) {
	if name == "" {
		return nil, "", nil
	}
	rows, _ := q.Query(ctx, sql, pgx.NamedArgs{"name": name, "most": few + 1})
	ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	if len(ids) > few {
		return nil, name, err
	}
	return ids, "", err
}

// find gives the ids of a page, and how many comments all pages have together.
func (f Filter) find(ctx context.Context, q db.Q) (page []int64, total int64, err error) {
	authors, byAuthor, err := named(ctx, q, authorsNamed, f.ByAuthor)
	if err != nil {
		return nil, 0, err
	}
	videos, onVideo, err := named(ctx, q, videosNamed, f.OnVideo)
	if err != nil {
		return nil, 0, err
	}
	most := max(f.exactly(), f.Start+f.Count)
	args := pgx.NamedArgs{
		"owner": f.Owner, "video": f.Video, "channel": f.Channel, "author": f.Author, "search": f.Search, "by_author": byAuthor, "authors": authors,
		"on_video": onVideo, "videos": videos, "tags": f.Tags, "held": f.Held, "local": f.Local, "on_local": f.OnLocalVideo, "hide_muted": f.HideMuted,
		"public": f.Public, "up": f.Up, "most": most,
	}
	rows, _ := q.Query(ctx, ids, args)
	all, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, 0, err
	}
	total, err = db.AtLeast(ctx, q, int64(len(all)), int64(most), some, args)
	return all[min(f.Start, len(all)):min(f.Start+f.Count, len(all))], total, err
}

// List is a page of comments for those who decide about them.
func List(ctx context.Context, q db.Q, f Filter) (api.Page[api.ModeratedComment], error) {
	out := api.Page[api.ModeratedComment]{Data: []api.ModeratedComment{}}
	page, total, err := f.find(ctx, q)
	if err != nil {
		return out, err
	}
	out.Total = total
	var local bool
	var author int64
	var authors []int64
	var id uuid.UUID
	var c api.ModeratedComment
	var kept []picture.Kept
	to := &c.Video.Channel
	err = db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(comments, db.Args{"ids": page, "owner": f.Owner}).Query(func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{
				&c.ID, &c.URL, &c.Text, &local, &c.ThreadID, &c.InReplyTo, &c.CreatedAt, &c.UpdatedAt, &c.Held, &author,
				&c.Video.ID, &id, &c.Video.Name, &to.ID, &to.Name, &to.DisplayName, &to.URL, &to.Host, &kept, &c.AutomaticTags,
			}, func() error {
				c.HTML, c.Video.UUID, c.Video.ShortUUID = render(c.Text, local), id.String(), shortid.From(id)
				to.Host, to.Avatars = account.Host(to.Host, to.URL), account.Avatars(kept, to.URL)
				authors, out.Data = append(authors, author), append(out.Data, c)
				kept, c.AutomaticTags, c.InReplyTo = nil, nil, nil
				return nil
			})
			return err
		})
	})
	if err != nil {
		return out, err
	}
	people, err := account.Many(ctx, q, authors)
	for i := range out.Data {
		out.Data[i].Account = people[authors[i]]
	}
	return out, err
}
