package comment

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/follow"
	"shoal/server/markdown"
	"shoal/server/notify"
	"shoal/shared/api"
)

// Remote is a comment of elsewhere.
type Remote struct {
	URL       string // its id in the fediverse
	Video     int64
	Author    int64 // account
	Parent    int64 // the comment it answers; 0 for one that begins a thread
	HTML      string
	Mentions  []account.Handle // of ours
	Approved  bool             // by the owner of the video, where that is elsewhere
	CreatedAt time.Time
	UpdatedAt time.Time
	Site      string // our public address
}

// Added tells what became of a comment of elsewhere.
type Added struct {
	ID    int64
	Fresh bool // it was not known
	Held  bool // it waits for approval
}

const (
	lockRemote = `SELECT pg_advisory_xact_lock(hashtextextended(@url, 73))`

	knownRemote = `SELECT id, held FROM comment WHERE url = @url`

	openVideo = `SELECT local, NOT local OR state = 1 AND privacy IN (1, 2) AND NOT blocked FROM video WHERE id = @video`

	addRemote = `
	INSERT INTO comment (video_id, account_id, thread_id, parent_id, url, local, text, by_owner, held, created_at, updated_at)
	VALUES (@video, @account, nullif(@thread::bigint, 0), nullif(@parent::bigint, 0), @url, false, @text, @by_owner, @held, @created, @updated)
	RETURNING id`

	parentOfRemote = `SELECT coalesce(thread_id, id), held FROM comment WHERE id = @parent AND video_id = @video FOR KEY SHARE`
)

// AddRemote adds a comment of elsewhere below a video that everybody may see. What is known already stays as it is.
func AddRemote(ctx context.Context, tx pgx.Tx, n Remote) (a Added, err error) {
	args := pgx.NamedArgs{"url": n.URL, "video": n.Video, "parent": n.Parent}
	if _, err := tx.Exec(ctx, lockRemote, args); err != nil {
		return a, err
	}
	err = tx.QueryRow(ctx, knownRemote, args).Scan(&a.ID, &a.Held)
	if !errors.Is(err, pgx.ErrNoRows) {
		return a, err
	}
	var local, open bool
	if err := tx.QueryRow(ctx, openVideo, args).Scan(&local, &open); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return a, err
	}
	p, err := placeOf(ctx, tx, n.Video, nil)
	switch {
	case err != nil:
		return a, err
	case !open:
		return a, fail.New(fail.NotFound, "Video not found")
	case p.policy == api.CommentsClosed:
		return a, fail.New(fail.Conflict, "Video comments are disabled for this video.")
	}
	var thread int64
	var hidden bool
	if n.Parent != 0 {
		if err := tx.QueryRow(ctx, parentOfRemote, args).Scan(&thread, &hidden); err != nil {
			return a, err
		}
	}
	text := markdown.Words(n.HTML)
	own, all, held, err := New{Text: text, Site: n.Site}.judge(ctx, tx, p)
	if err != nil {
		return a, err
	}
	byOwner := n.Author == p.owner
	if !local {
		held = p.policy == api.CommentsApproved && !n.Approved
	}
	a.Fresh, a.Held = true, hidden || held && !byOwner
	err = tx.QueryRow(ctx, addRemote, pgx.NamedArgs{
		"video": n.Video, "account": n.Author, "thread": thread, "parent": n.Parent, "url": n.URL, "text": n.HTML, "by_owner": byOwner, "held": a.Held,
		"created": n.CreatedAt, "updated": n.UpdatedAt,
	}).Scan(&a.ID)
	if err != nil {
		return a, err
	}
	for owner, tags := range map[int64][]string{p.owner: own, 0: all} {
		if _, err := tx.Exec(ctx, addTags, pgx.NamedArgs{"id": a.ID, "owner": owner, "tags": tags}); err != nil {
			return a, err
		}
	}
	return a, tell(ctx, tx, a.ID, p, told{author: n.Author, text: text, fresh: true, open: !a.Held, foreign: true, mentions: n.Mentions})
}

const (
	heldRemote = `SELECT video_id, held FROM comment WHERE id = @id AND NOT local AND deleted_at IS NULL AND updated_at <= @at FOR NO KEY UPDATE`

	changeRemote = `UPDATE comment SET text = @text, held = held OR @held, updated_at = @at WHERE id = @id`
)

// UpdateRemote changes the words of a comment of elsewhere; older ones than those known are ignored. New words may have to wait
// for approval although the old ones did not.
func UpdateRemote(ctx context.Context, tx pgx.Tx, id int64, html string, at time.Time, site string) error {
	var videoID int64
	var was bool
	err := tx.QueryRow(ctx, heldRemote, pgx.NamedArgs{"id": id, "at": at}).Scan(&videoID, &was)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := placeOf(ctx, tx, videoID, nil)
	if err != nil {
		return err
	}
	own, all, held, err := New{Text: markdown.Words(html), Site: site}.judge(ctx, tx, p)
	if err != nil {
		return err
	}
	held = held && p.policy != api.CommentsApproved // who was approved stays so, but for words that are watched
	if _, err := tx.Exec(ctx, changeRemote, pgx.NamedArgs{"id": id, "text": html, "held": held, "at": at}); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, dropTags, pgx.NamedArgs{"ids": []int64{id}}); err != nil {
		return err
	}
	for owner, tags := range map[int64][]string{p.owner: own, 0: all} {
		if _, err := tx.Exec(ctx, addTags, pgx.NamedArgs{"id": id, "owner": owner, "tags": tags}); err != nil {
			return err
		}
	}
	return nil
}

const emptyLiving = `UPDATE comment SET deleted_at = now(), updated_at = now(), text = '' WHERE id = @id AND deleted_at IS NULL`

// DeleteRemote empties a comment whose author, or the owner of whose video, took it away elsewhere. What answers it stays.
func DeleteRemote(ctx context.Context, tx pgx.Tx, id int64) error {
	if err := follow.Heard(ctx, tx, true); err != nil { // whoever passes it on passes on what came
		return err
	}
	if _, err := tx.Exec(ctx, emptyLiving, pgx.NamedArgs{"id": id}); err != nil {
		return err
	}
	if err := follow.Heard(ctx, tx, false); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, dropTags, pgx.NamedArgs{"ids": []int64{id}}); err != nil {
		return err
	}
	return notify.ForgetComments(ctx, tx, id)
}

const setApproval = `UPDATE comment SET approval = @url, held = false WHERE id = @id AND local AND deleted_at IS NULL AND (approval, held) IS DISTINCT FROM (@url, false)`

// ApprovedElsewhere keeps where the owner of a video of elsewhere said yes to a comment of ours.
func ApprovedElsewhere(ctx context.Context, tx pgx.Tx, id int64, url string) error {
	_, err := tx.Exec(ctx, setApproval, pgx.NamedArgs{"id": id, "url": url})
	return err
}

const letRemote = `UPDATE comment SET held = false WHERE id = @id AND NOT local AND held`

// LetRemote shows a comment of elsewhere below a video of elsewhere, since its owner approved of it.
func LetRemote(ctx context.Context, tx pgx.Tx, id int64) error {
	_, err := tx.Exec(ctx, letRemote, pgx.NamedArgs{"id": id})
	return err
}
