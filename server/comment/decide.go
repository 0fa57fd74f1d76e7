package comment

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/notify"
)

const (
	held = `
	SELECT account_id, text, held, deleted_at IS NOT NULL FROM comment WHERE id = @id AND video_id = @video FOR NO KEY UPDATE`

	empty = `UPDATE comment SET deleted_at = now(), updated_at = now(), text = '' WHERE id = @id`

	approve = `UPDATE comment SET held = false, updated_at = now() WHERE id = @id`

	dropTags = `DELETE FROM comment_tag WHERE comment_id = ANY(@ids::bigint[])`
)

// state is a comment that is about to change; its row is locked.
type state struct {
	author        *int64
	text          string
	held, deleted bool
}

func hold(ctx context.Context, tx pgx.Tx, videoID, id int64) (s state, err error) {
	err = tx.QueryRow(ctx, held, pgx.NamedArgs{"id": id, "video": videoID}).Scan(&s.author, &s.text, &s.held, &s.deleted)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errAbsent
	}
	return s, err
}

// Delete empties a comment: its author, the owner of the video and moderators can. What answers it stays.
func Delete(ctx context.Context, tx pgx.Tx, videoID, id int64, v *account.Viewer) error {
	p, err := placeOf(ctx, tx, videoID, v)
	if err != nil {
		return err
	}
	s, err := hold(ctx, tx, videoID, id)
	if err != nil {
		return err
	}
	mine := s.author != nil && *s.author == v.AccountID
	switch {
	case s.held && !mine && !p.manages(v):
		return errAbsent
	case s.deleted:
		return fail.New(fail.Conflict, "This comment is already deleted")
	case !mine && !p.manages(v):
		return fail.New(fail.Forbidden, "Cannot remove video comment of another user")
	}
	if _, err := tx.Exec(ctx, empty, pgx.NamedArgs{"id": id}); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, dropTags, pgx.NamedArgs{"ids": []int64{id}}); err != nil {
		return err
	}
	return notify.ForgetComments(ctx, tx, id)
}

// Approve lets everybody see a comment that waited; the owner of the video and moderators can.
func Approve(ctx context.Context, tx pgx.Tx, videoID, id int64, v *account.Viewer) error {
	p, err := placeOf(ctx, tx, videoID, v)
	if err != nil {
		return err
	}
	s, err := hold(ctx, tx, videoID, id)
	switch {
	case err != nil:
		return err
	case !p.manages(v) && s.held && (s.author == nil || *s.author != v.AccountID):
		return errAbsent
	case !p.manages(v):
		return fail.New(fail.Forbidden, "Cannot approve comments below a video of another user")
	case s.deleted || !s.held:
		return fail.New(fail.Invalid, "This comment does not wait for approval.")
	}
	if _, err := tx.Exec(ctx, approve, pgx.NamedArgs{"id": id}); err != nil || s.author == nil {
		return err
	}
	return tell(ctx, tx, id, p, told{author: *s.author, text: s.text, open: true})
}

const emptyAll = `
	UPDATE comment c SET deleted_at = now(), updated_at = now(), text = ''
	WHERE c.id IN (SELECT o.id FROM comment o WHERE o.account_id = @author AND o.deleted_at IS NULL
		AND (@owner::bigint = 0 OR o.video_id IN (SELECT v.id FROM video v JOIN channel ch ON ch.id = v.channel_id WHERE ch.account_id = @owner
			OR @together::bool AND EXISTS (SELECT FROM channel_collaborator k WHERE k.channel_id = ch.id AND k.account_id = @owner AND k.accepted)))
		ORDER BY o.id LIMIT @most)
	RETURNING c.id`

// mostAtOnce bounds the locks of one transaction.
const mostAtOnce = 1000

// Sweep is the work of emptying comments of an author: those below an owner's videos, or with owner 0 all.
type Sweep struct {
	Author   int64 `json:"author"`
	Owner    int64 `json:"owner"`
	Together bool  `json:"together"` // also below videos of channels the owner only works on
}

// Kind implements river.JobArgs.
func (Sweep) Kind() string { return "comments-of" }

// DeleteAllOf empties the first comments of an author, and lets a job do the rest.
func DeleteAllOf(ctx context.Context, tx pgx.Tx, s Sweep) error {
	more, err := s.some(ctx, tx)
	if err == nil && more {
		err = job.Add(ctx, tx, s)
	}
	return err
}

// Register lets r do it.
func Register(r *job.Runner, pool *pgxpool.Pool) {
	job.Register(r, job.Limit{Timeout: 10 * time.Minute}, func(ctx context.Context, j *river.Job[Sweep]) error {
		for more := true; more; {
			err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) (err error) {
				more, err = j.Args.some(ctx, tx)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// some does a part, and tells whether there may be more.
func (s Sweep) some(ctx context.Context, tx pgx.Tx) (more bool, err error) {
	rows, _ := tx.Query(ctx, emptyAll, pgx.NamedArgs{"author": s.Author, "owner": s.Owner, "together": s.Together, "most": mostAtOnce})
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, dropTags, pgx.NamedArgs{"ids": ids}); err != nil {
		return false, err
	}
	return len(ids) == mostAtOnce, notify.ForgetComments(ctx, tx, ids...)
}
