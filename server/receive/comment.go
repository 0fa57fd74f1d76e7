package receive

import (
	"context"
	"errors"
	"html"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/comment"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/markdown"
	"shoal/server/remote"
)

// Limits of comments of elsewhere.
const (
	mostLevels     = 100 // upward to the video
	longestNote    = 10_000
	longestMarkup  = 50_000 // bytes of HTML
	threadBudget   = 2*mostLevels + 20
	mostMentions   = 50
	longestWarning = 250
)

const commentByURL = `SELECT id, video_id, deleted_at IS NOT NULL, local FROM comment WHERE url = @url`

// Said is a comment that we know.
type Said struct {
	ID, Video int64
	Deleted   bool
	Local     bool
}

// CommentByURL finds a comment that we know by its address; fail.NotFound when we do not.
func CommentByURL(ctx context.Context, q db.Q, id activity.ID) (s Said, err error) {
	err = q.QueryRow(ctx, commentByURL, pgx.NamedArgs{"url": string(id)}).Scan(&s.ID, &s.Video, &s.Deleted, &s.Local)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fail.New(fail.NotFound, "Video comment thread not found")
	}
	return s, err
}

// Comment gives the comment of an address: one that we know, or one that is asked for with all that it answers.
func (r *Receiver) Comment(ctx context.Context, id activity.ID) (commentID int64, err error) {
	s, err := CommentByURL(ctx, r.Pool, id)
	if !fail.Is(err, fail.NotFound) {
		return s.ID, err
	}
	n, err := r.note(ctx, id)
	if err != nil {
		return 0, err
	}
	a, err := r.PutComment(ctx, n)
	return a.ID, err
}

func (r *Receiver) note(ctx context.Context, id activity.ID) (n activity.Note, err error) {
	t, err := r.Remote.Object(ctx, id)
	if err != nil {
		return n, err
	}
	if !slices.Contains([]activity.Type{"Note", "Article", "Page", "Question"}, t.Is) {
		return n, errKind
	}
	return n, t.Into(&n)
}

// Thread is the work of keeping a comment with all that it answers, when that is too much for the inbox.
type Thread struct {
	URL activity.ID `json:"url"`
}

// Kind implements river.JobArgs.
func (Thread) Kind() string { return "comment-thread" }

// Later lets a job keep a comment.
func Later(ctx context.Context, tx pgx.Tx, id activity.ID) error {
	return job.Add(ctx, tx, Thread{id}, once)
}

// PutComment keeps a comment, which must be believed, below the video that it or what it answers is about. What is not known of
// that is asked for.
func (r *Receiver) PutComment(ctx context.Context, n activity.Note) (a comment.Added, err error) {
	if err := checkNote(n); err != nil {
		return a, err
	}
	chain, videoID, parent, err := r.upward(ctx, n)
	if err != nil {
		return a, err
	}
	for _, n := range slices.Backward(chain) {
		if a, err = r.putOne(ctx, n, videoID, parent); err != nil {
			return a, err
		}
		parent = a.ID
	}
	return a, nil
}

func checkNote(n activity.Note) error {
	switch {
	case n.InReplyTo == "" || n.AttributedTo == "":
		return errKind
	case n.Name != "" && n.Content == "": // a vote in a poll
		return errKind
	case !n.To.Public() && !n.Cc.Public():
		return fail.New(fail.Unprocessable, "What is not for everybody is no comment.")
	case !activity.SameOrigin(n.ID, n.AttributedTo):
		return fail.New(fail.Unprocessable, "The comment is not of its author's server.")
	}
	return nil
}

// upward follows what a comment answers until something that we know, or a video.
func (r *Receiver) upward(ctx context.Context, n activity.Note) (chain []activity.Note, videoID, parent int64, err error) {
	chain = []activity.Note{n}
	seen := map[activity.ID]bool{n.ID: true}
	for at := n.InReplyTo; ; {
		if s, err := CommentByURL(ctx, r.Pool, at); err == nil {
			return chain, s.Video, s.ID, nil
		} else if !fail.Is(err, fail.NotFound) {
			return nil, 0, 0, err
		}
		if id, _, err := r.VideoByURL(ctx, at); err == nil {
			return chain, id, 0, nil
		} else if !fail.Is(err, fail.NotFound) {
			return nil, 0, 0, err
		}
		if seen[at] || len(chain) >= mostLevels {
			return nil, 0, 0, fail.New(fail.Unprocessable, "The thread has no beginning.")
		}
		seen[at] = true
		t, err := r.Remote.Object(ctx, at)
		if err != nil {
			return nil, 0, 0, err
		}
		switch t.Is {
		case "Video":
			id, err := r.Video(ctx, t.ID)
			return chain, id, 0, err
		case "Note":
			var up activity.Note
			if err := t.Into(&up); err != nil {
				return nil, 0, 0, errKind
			}
			if err := checkNote(up); err != nil {
				return nil, 0, 0, err
			}
			chain, at = append(chain, up), up.InReplyTo
		default:
			return nil, 0, 0, errKind
		}
	}
}

func (r *Receiver) putOne(ctx context.Context, n activity.Note, videoID, parent int64) (a comment.Added, err error) {
	by, err := r.Remote.Actor(ctx, n.AttributedTo)
	if err != nil {
		return a, err
	}
	if by.Kind != "account" || by.Local() {
		return a, fail.New(fail.Unprocessable, "Only people write comments.")
	}
	if err := r.heard(ctx, by.AccountID); err != nil {
		return a, err
	}
	text := Markup(n)
	if text == "" {
		return a, fail.New(fail.Unprocessable, "The comment is empty.")
	}
	row := comment.Remote{
		URL: string(n.ID), Video: videoID, Author: by.AccountID, Parent: parent, HTML: text, Mentions: r.mentions(ctx, n),
		Approved: n.ReplyApproval != nil && *n.ReplyApproval != "", CreatedAt: past(n.Published), UpdatedAt: past(n.Published), Site: r.Site,
	}
	if !n.Updated.IsZero() {
		row.UpdatedAt = past(n.Updated)
	}
	err = pgx.BeginFunc(ctx, r.Pool, func(tx pgx.Tx) error {
		a, err = comment.AddRemote(ctx, tx, row)
		return err
	})
	return a, err
}

// Markup is the text of a comment as HTML that does no harm.
func Markup(n activity.Note) string {
	var out string
	if n.MediaType == "text/markdown" || n.MediaType == "text/plain" {
		out = markdown.HTML(remote.Text(n.Content, longestNote))
	} else {
		c := n.Content
		if len(c) > longestMarkup {
			c = strings.ToValidUTF8(c[:longestMarkup], "")
		}
		out = markdown.Safe(c)
	}
	if markdown.Words(out) == "" {
		return ""
	}
	if n.Summary != nil && strings.TrimSpace(*n.Summary) != "" { // a warning about what follows
		out = "<p><strong>" + html.EscapeString(remote.Line(*n.Summary, longestWarning)) + "</strong></p>" + out
	}
	return out
}

// mentions are those of ours whom a comment names by their addresses.
func (r *Receiver) mentions(ctx context.Context, n activity.Note) (out []account.Handle) {
	for _, t := range n.Tag[:min(len(n.Tag), mostMentions)] {
		if t.Type != "Mention" || !r.Remote.Ours(t.Href) {
			continue
		}
		if a, err := remote.Known(ctx, r.Pool, t.Href); err == nil && a.Local() {
			out = append(out, account.Handle{Name: a.Name})
		}
	}
	return out
}
