package objects

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/markdown"
	"shoal/server/video"
	"shoal/shared/api"
)

// Whoever is muted by the platform is not heard of here.
const (
	commentOf = `
	SELECT c.url, c.local, c.text, c.held, c.deleted_at, c.created_at, c.updated_at, c.approval, coalesce(p.url, v.url), c.parent_id,
		v.id, v.url, v.local, coalesce(ac.url, ''), oa.url, ca.url,
		EXISTS (SELECT FROM account_block b WHERE b.blocked_id = c.account_id AND b.blocker_id IS NULL)
	FROM comment c JOIN video v ON v.id = c.video_id JOIN channel ch ON ch.id = v.channel_id JOIN actor ca ON ca.id = ch.actor_id
	JOIN account o ON o.id = ch.account_id JOIN actor oa ON oa.id = o.actor_id
	LEFT JOIN account a ON a.id = c.account_id LEFT JOIN actor ac ON ac.id = a.actor_id LEFT JOIN comment p ON p.id = c.parent_id
	WHERE c.id = @id`

	// whom a comment answers, the nearest first
	answered = `
	WITH RECURSIVE up AS (
		SELECT c.id, c.parent_id, c.account_id, 1 AS step FROM comment c WHERE c.id = @parent AND c.deleted_at IS NULL
		UNION ALL SELECT c.id, c.parent_id, c.account_id, up.step + 1 FROM up JOIN comment c ON c.id = up.parent_id WHERE up.step < 100)
	SELECT ac.name, coalesce(nullif(ac.host, ''), split_part(ac.url, '/', 3)), ac.url, min(up.step)
	FROM up JOIN account a ON a.id = up.account_id JOIN actor ac ON ac.id = a.actor_id GROUP BY 1, 2, 3 ORDER BY min(up.step)`

	mentioned = `
	SELECT DISTINCT ac.name, coalesce(nullif(ac.host, ''), split_part(ac.url, '/', 3)), ac.url, 0 FROM unnest(@names::text[], @hosts::text[]) h (name, host)
	JOIN actor ac ON lower(ac.name) = lower(h.name) AND (ac.host = h.host OR ac.host = '' AND (h.host = '' OR h.host = @ours))
	WHERE ac.kind <> 'instance' ORDER BY ac.url`
)

// comment is a comment's row with what it stands below.
type comment struct {
	url               string
	local             bool
	text              string
	held              bool
	deleted           *time.Time
	created, updated  time.Time
	approval, answers string
	parent            *int64
	video             int64
	videoURL          string
	ours              bool // the video
	author            string
	owner, channel    string // of the video
	muted             bool
}

// comment finds a comment that may be seen outside.
func (s Site) comment(ctx context.Context, q db.Q, id int64) (c comment, err error) {
	err = q.QueryRow(ctx, commentOf, pgx.NamedArgs{"id": id}).Scan(&c.url, &c.local, &c.text, &c.held, &c.deleted, &c.created, &c.updated, &c.approval, &c.answers,
		&c.parent, &c.video, &c.videoURL, &c.ours, &c.author, &c.owner, &c.channel, &c.muted)
	if err != nil {
		return c, found(err)
	}
	a, err := video.AccessOf(ctx, q, video.ByNumber(c.video))
	if err != nil {
		return c, err
	}
	// what waits below a video of elsewhere must be read there: its owner decides
	if open := s.shown(a) || !c.ours && a.Privacy <= api.Unlisted; !open || c.muted || c.held && c.ours {
		return c, absent()
	}
	return c, nil
}

// Note is a comment of ours, or the Tombstone where it was; one of the two is nil. They have no context.
func (s Site) Note(ctx context.Context, q db.Q, commentID int64) (*activity.Note, *activity.Tombstone, error) {
	c, err := s.comment(ctx, q, commentID)
	if err != nil {
		return nil, nil, err
	}
	if !c.local {
		return nil, nil, absent()
	}
	at := func(t time.Time) activity.Time { return activity.Time{Time: t} }
	if c.deleted != nil {
		return nil, &activity.Tombstone{
			ID: activity.ID(c.url), Type: "Tombstone", FormerType: "Note", InReplyTo: activity.ID(c.answers),
			Published: at(c.created), Updated: at(c.updated), Deleted: at(*c.deleted),
		}, nil
	}
	n := &activity.Note{
		Type: "Note", ID: activity.ID(c.url), Content: c.text, MediaType: "text/markdown", InReplyTo: activity.ID(c.answers),
		Published: at(c.created), Updated: at(c.updated), URL: activity.Page(c.url), AttributedTo: activity.ID(c.author), Tag: links{},
	}
	if c.ours {
		n.Collection, n.Audience = CommentsID(activity.ID(c.videoURL)), activity.ID(c.channel)
	}
	if n.ReplyApproval = c.approved(); n.Updated.Before(n.Published.Time) {
		n.Updated = n.Published
	}
	return n, nil, s.address(ctx, q, n, c)
}

// approved is where the owner of the video says that the comment may stand.
func (c comment) approved() *activity.ID {
	switch {
	case c.ours:
		return new(ApprovalID(activity.ID(c.url)))
	case c.approval != "":
		return new(activity.ID(c.approval))
	}
	return nil
}

// address says whom a note is for: everybody, the followers of who wrote it, whom it answers and whom it mentions.
func (s Site) address(ctx context.Context, q db.Q, n *activity.Note, c comment) error {
	n.To, n.Cc = activity.IDs{activity.Public}, activity.IDs{}
	if !c.ours {
		n.Cc = append(n.Cc, activity.ID(c.owner))
	}
	n.Cc = append(n.Cc, FollowersID(n.AttributedTo))
	var names, hosts []string
	for _, m := range markdown.Mentions(c.text) {
		h := account.ParseHandle(m)
		names, hosts = append(names, h.Name), append(hosts, h.Host)
	}
	args := pgx.NamedArgs{"parent": c.parent, "names": names, "hosts": hosts, "ours": host(s.URL)}
	for _, sql := range []string{answered, mentioned} {
		rows, _ := q.Query(ctx, sql, args)
		var name, host, url string
		var step int
		_, err := pgx.ForEachRow(rows, []any{&name, &host, &url, &step}, func() error {
			mention(n, "@"+name+"@"+host, activity.ID(url))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func mention(n *activity.Note, name string, id activity.ID) {
	if id == n.AttributedTo || slices.ContainsFunc(n.Tag, func(l activity.Link) bool { return l.Href == id }) {
		return
	}
	n.Tag = append(n.Tag, activity.Link{Type: "Mention", Name: name, Href: id})
	if !slices.Contains(n.Cc, id) {
		n.Cc = append(n.Cc, id)
	}
}

// Approval is the yes of a video's owner to a comment of anybody's below a video of ours, without a context.
func (s Site) Approval(ctx context.Context, q db.Q, commentID int64) (activity.Activity, error) {
	c, err := s.comment(ctx, q, commentID)
	if err != nil {
		return activity.Activity{}, err
	}
	if !c.ours || c.deleted != nil {
		return activity.Activity{}, absent()
	}
	return activity.Activity{
		Type: "ApproveReply", ID: ApprovalID(CommentID(activity.ID(c.videoURL), commentID)), Actor: activity.ID(c.owner),
		InReplyTo: activity.ID(c.answers), Object: activity.Named(activity.ID(c.url)),
	}, nil
}
