// Package comment is what people write below videos: threads, replies, approval.
package comment

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/markdown"
	"shoal/server/notify"
	"shoal/server/watchword"
	"shoal/shared/api"
)

const longest = 10_000 // characters

// New is a comment to be.
type New struct {
	Video  int64
	Author *account.Viewer
	Parent int64 // the comment it answers; 0 to begin a thread
	Text   string
	Site   string // our public address
}

func (n New) check() error {
	if c := utf8.RuneCountInString(n.Text); strings.TrimSpace(n.Text) == "" || c > longest {
		return fail.Field("text", "A comment has 1 to %d characters.", longest)
	}
	return nil
}

const (
	below = `
	SELECT v.comments_policy, v.privacy, v.uuid::text, c.account_id, a.member_id,
		EXISTS (SELECT FROM channel_collaborator k WHERE k.channel_id = c.id AND k.account_id = @viewer AND k.accepted)
	FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id WHERE v.id = @video`

	parent = `
	SELECT coalesce(thread_id, id), deleted_at IS NOT NULL, held, account_id FROM comment WHERE id = @parent AND video_id = @video FOR KEY SHARE`

	add = `
	WITH n AS (SELECT nextval(pg_get_serial_sequence('comment', 'id')) AS id)
	INSERT INTO comment (id, video_id, account_id, thread_id, parent_id, url, text, by_owner, held) OVERRIDING SYSTEM VALUE
	SELECT n.id, @video, @account, nullif(@thread::bigint, 0), nullif(@parent::bigint, 0), @base || '/comments/' || n.id, @text, @by_owner, @held FROM n
	RETURNING id`

	addTags = `INSERT INTO comment_tag (comment_id, account_id, tag) SELECT @id, nullif(@owner::bigint, 0), t FROM unnest(@tags::text[]) t`
)

// place is the video of a comment, as rules need it.
type place struct {
	policy  int
	privacy int
	uuid    string
	owner   int64  // account
	member  *int64 // of the owner
	helps   bool   // the viewer works on the channel, too
}

func placeOf(ctx context.Context, q db.Q, videoID int64, v *account.Viewer) (p place, err error) {
	var viewer int64
	if v != nil {
		viewer = v.AccountID
	}
	err = q.QueryRow(ctx, below, pgx.NamedArgs{"video": videoID, "viewer": viewer}).Scan(&p.policy, &p.privacy, &p.uuid, &p.owner, &p.member, &p.helps)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "Video not found")
	}
	return p, err
}

// manages tells whether the viewer decides about comments below the video.
func (p place) manages(v *account.Viewer) bool {
	return v != nil && (v.AccountID == p.owner || p.helps || v.IsModerator())
}

// Create adds a comment below a video that its author may see, and lets those know who should.
func Create(ctx context.Context, tx pgx.Tx, n New) (id int64, err error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	p, err := placeOf(ctx, tx, n.Video, n.Author)
	if err != nil {
		return 0, err
	}
	if p.policy == api.CommentsClosed {
		return 0, fail.New(fail.Conflict, "Video comments are disabled for this video.")
	}
	thread, err := n.thread(ctx, tx, p)
	if err != nil {
		return 0, err
	}
	own, all, held, err := n.judge(ctx, tx, p)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, add, pgx.NamedArgs{
		"video": n.Video, "account": n.Author.AccountID, "thread": thread, "parent": n.Parent, "text": n.Text,
		"base": n.Site + "/videos/watch/" + p.uuid, "by_owner": n.Author.AccountID == p.owner, "held": held,
	}).Scan(&id)
	if err != nil {
		return 0, err
	}
	for owner, tags := range map[int64][]string{p.owner: own, 0: all} {
		if _, err := tx.Exec(ctx, addTags, pgx.NamedArgs{"id": id, "owner": owner, "tags": tags}); err != nil {
			return 0, err
		}
	}
	return id, tell(ctx, tx, id, p, told{author: n.Author.AccountID, text: n.Text, fresh: true, open: !held})
}

// thread is where an answer belongs; 0 for a new one.
func (n New) thread(ctx context.Context, tx pgx.Tx, p place) (int64, error) {
	if n.Parent == 0 {
		return 0, nil
	}
	var thread int64
	var deleted, held bool
	var author *int64
	err := tx.QueryRow(ctx, parent, pgx.NamedArgs{"parent": n.Parent, "video": n.Video}).Scan(&thread, &deleted, &held, &author)
	hidden := held && !p.manages(n.Author) && (author == nil || *author != n.Author.AccountID)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && hidden {
		return 0, errAbsent
	}
	if err == nil && deleted {
		err = fail.New(fail.Conflict, "The comment you answer was deleted.")
	}
	return thread, err
}

var errAbsent = fail.New(fail.NotFound, "Video comment thread not found")

// judge gives the automatic tags by the owner's and by the platform's words, and whether the comment waits for approval.
func (n New) judge(ctx context.Context, tx pgx.Tx, p place) (own, all []string, held bool, err error) {
	if own, err = watchword.Tags(ctx, tx, p.owner, n.Site, n.Text); err != nil {
		return nil, nil, false, err
	}
	if all, err = watchword.Tags(ctx, tx, 0, n.Site, n.Text); err != nil || p.manages(n.Author) {
		return own, all, false, err
	}
	asks, err := watchword.Policy(ctx, tx, p.owner)
	held = p.policy == api.CommentsApproved || slices.ContainsFunc(own, func(t string) bool { return slices.Contains(asks, t) })
	return own, all, held, err
}

// told is what happened to a comment.
type told struct {
	author      int64
	text        string
	fresh, open bool // it was just written; everybody can see it
	foreign     bool // it came from elsewhere, which tells whom it mentions
	mentions    []account.Handle
}

const (
	// Those who do not want to hear the author are left out.
	called = `
	SELECT DISTINCT a.member_id FROM unnest(@names::text[], @hosts::text[]) h (name, host)
	JOIN actor ac ON lower(ac.name) = lower(h.name) AND ac.host = '' AND (h.host = '' OR split_part(ac.url, '/', 3) = h.host)
	JOIN account a ON a.actor_id = ac.id OR a.id IN (SELECT c.account_id FROM channel c WHERE c.actor_id = ac.id)
	WHERE a.member_id IS NOT NULL AND a.id <> @author
		AND NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = @author AND (b.blocker_id IS NULL OR b.blocker_id = a.id))
		AND NOT EXISTS (SELECT FROM host_block b JOIN actor h ON h.host = b.host JOIN account ha ON ha.actor_id = h.id
			WHERE ha.id = @author AND (b.blocker_id IS NULL OR b.blocker_id = a.id))`

	hears = `
	SELECT NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = @author AND (b.blocker_id IS NULL OR b.blocker_id = @owner))
		AND NOT EXISTS (SELECT FROM host_block b JOIN actor h ON h.host = b.host JOIN account ha ON ha.actor_id = h.id
			WHERE ha.id = @author AND (b.blocker_id IS NULL OR b.blocker_id = @owner))`
)

// tell lets the owner of the video know of a comment, and once it is open those whom it mentions.
func tell(ctx context.Context, tx pgx.Tx, id int64, p place, t told) error {
	words := map[string]string{"text": markdown.Plain(t.text)}
	args := pgx.NamedArgs{"author": t.author, "owner": p.owner}
	if t.fresh && p.member != nil && t.author != p.owner {
		var hears_ bool
		if err := tx.QueryRow(ctx, hears, args).Scan(&hears_); err != nil {
			return err
		}
		if hears_ {
			if err := notify.Add(ctx, tx, notify.Notice{Type: api.NewComment, Comment: id, Fields: words}, *p.member); err != nil {
				return err
			}
		}
	}
	if !t.open || p.privacy == api.Private || p.privacy == api.PasswordProtected {
		return nil
	}
	var names, hosts []string
	for _, h := range t.handles() {
		names, hosts = append(names, h.Name), append(hosts, h.Host)
	}
	if len(names) == 0 {
		return nil
	}
	args["names"], args["hosts"] = names, hosts
	rows, _ := tx.Query(ctx, called, args)
	members, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	members = slices.DeleteFunc(members, func(m int64) bool { return p.member != nil && m == *p.member })
	return notify.Add(ctx, tx, notify.Notice{Type: api.Mention, Comment: id, Fields: words}, members...)
}

// handles are those whom the comment mentions. Words of elsewhere do not tell the server of a name.
func (t told) handles() []account.Handle {
	if t.foreign {
		return t.mentions
	}
	var out []account.Handle
	for _, m := range markdown.Mentions(t.text) {
		out = append(out, account.ParseHandle(m))
	}
	return out
}
