package transcode

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// States of a processing and of a rendition.
const (
	waiting = "waiting"
	running = "running"
	isDone  = "done"
	failed  = "failed"
)

const setState = `
	INSERT INTO processing (video_id, state, reason, detail) VALUES (@video, @state, @reason, @detail)
	ON CONFLICT (video_id) DO UPDATE SET state = excluded.state, reason = excluded.reason, detail = excluded.detail, updated_at = now(),
		created_at = CASE WHEN excluded.state = 'waiting' THEN now() ELSE processing.created_at END`

func set(ctx context.Context, q db.Q, videoID int64, state, reason, detail string) error {
	_, err := q.Exec(ctx, setState, pgx.NamedArgs{"video": videoID, "state": state, "reason": reason, "detail": detail})
	return err
}

const wanted = `SELECT state FROM processing WHERE video_id = @video FOR UPDATE`

// begin marks the work on a video as running, and refuses when nobody wants it any more.
func begin(ctx context.Context, tx pgx.Tx, videoID int64) error {
	var state string
	err := tx.QueryRow(ctx, wanted, pgx.NamedArgs{"video": videoID}).Scan(&state)
	if err == pgx.ErrNoRows || err == nil && (state == failed || state == isDone) {
		return gone(videoID)
	}
	if err != nil {
		return err
	}
	return set(ctx, tx, videoID, running, "", "")
}

func gone(videoID int64) error {
	return fail.New(fail.Gone, "Nothing is to be made of video %d any more.", videoID)
}

const listed = `
	INSERT INTO rendition (video_id, name, position, state)
	SELECT @video, name, position, 'waiting' FROM unnest(@names::text[]) WITH ORDINALITY AS u (name, position)
	ON CONFLICT (video_id, name) DO UPDATE SET position = excluded.position, updated_at = now(),
		state = CASE WHEN rendition.state = 'done' THEN 'done' ELSE 'waiting' END,
		percent = CASE WHEN rendition.state = 'done' THEN 100 ELSE 0 END, speed = 0, time_left = 0`

const unlisted = `DELETE FROM rendition WHERE video_id = @video AND name <> ALL(@names::text[])`

// list says what will be made, in order; what is done stays so.
func list(ctx context.Context, tx pgx.Tx, videoID int64, names []string) error {
	args := pgx.NamedArgs{"video": videoID, "names": names}
	if _, err := tx.Exec(ctx, unlisted, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, listed, args)
	return err
}

const advance = `
	UPDATE rendition SET state = 'running', percent = @percent, speed = @speed, time_left = @left, updated_at = now()
	WHERE video_id = @video AND name = ANY(@names::text[]) AND state <> 'done'`

// tell notes how far some renditions are.
func tell(ctx context.Context, q db.Q, videoID int64, names []string, percent, speed float64, left int) error {
	_, err := q.Exec(ctx, advance, pgx.NamedArgs{"video": videoID, "names": names, "percent": percent, "speed": speed, "left": left})
	return err
}

const finish = `
	UPDATE rendition SET state = 'done', percent = 100, speed = 0, time_left = 0, updated_at = now() WHERE video_id = @video AND name = @name`

func done(ctx context.Context, q db.Q, videoID int64, name string) error {
	_, err := q.Exec(ctx, finish, pgx.NamedArgs{"video": videoID, "name": name})
	return err
}

const giveUp = `UPDATE rendition SET state = 'failed', speed = 0, time_left = 0, updated_at = now()
	WHERE video_id = @video AND state <> 'done' AND (@name = '' OR name = @name)`

// abandon marks one rendition, or all that are not done, as failed.
func abandon(ctx context.Context, q db.Q, videoID int64, name string) error {
	_, err := q.Exec(ctx, giveUp, pgx.NamedArgs{"video": videoID, "name": name})
	return err
}

const forgetRenditions = `DELETE FROM rendition WHERE video_id = @video`

const forget = `DELETE FROM processing WHERE video_id = @video`

const states = `
	SELECT p.video_id, p.state, p.reason, p.detail,
		CASE WHEN p.state = 'waiting' THEN
			1 + (SELECT count(*) FROM processing o WHERE o.state = 'running' OR o.state = 'waiting' AND (o.created_at, o.video_id) < (p.created_at, p.video_id))
		ELSE 0 END AS place,
		coalesce((SELECT jsonb_agg(jsonb_build_object('name', r.name, 'state', r.state, 'percent', r.percent, 'speed', r.speed, 'timeLeft', r.time_left)
			ORDER BY r.position) FROM rendition r WHERE r.video_id = p.video_id), '[]') AS renditions
	FROM processing p WHERE p.video_id = ANY(@videos::bigint[])`

// OfMany tells how far the processing of videos is; those that were never processed are not among the answers.
func OfMany(ctx context.Context, q db.Q, videoIDs []int64) (map[int64]*api.Processing, error) {
	rows, err := q.Query(ctx, states, pgx.NamedArgs{"videos": videoIDs})
	if err != nil {
		return nil, err
	}
	all := map[int64]*api.Processing{}
	var id int64
	var p api.Processing
	_, err = pgx.ForEachRow(rows, []any{&id, &p.State, &p.Reason, &p.Detail, &p.Place, &p.Renditions}, func() error {
		one := p
		one.Renditions = append([]api.Rendition{}, p.Renditions...)
		all[id] = &one
		return nil
	})
	return all, err
}

// Of tells how far the processing of a video is; nil when it was never processed.
func Of(ctx context.Context, q db.Q, videoID int64) (*api.Processing, error) {
	all, err := OfMany(ctx, q, []int64{videoID})
	return all[videoID], err
}
