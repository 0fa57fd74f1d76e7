package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/notify"
	"shoal/shared/api"
)

// Schedule is what will be made of a video later.
type Schedule struct {
	UpdateAt time.Time
	Privacy  int
}

const scheduled = `SELECT update_at, privacy FROM video_schedule WHERE video_id = @id`

// ScheduleOf gives what is planned for a video; nil for nothing.
func ScheduleOf(ctx context.Context, q db.Q, id int64) (*Schedule, error) {
	rows, _ := q.Query(ctx, scheduled, pgx.NamedArgs{"id": id})
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[Schedule])
	if err == pgx.ErrNoRows {
		return nil, nil
	}
	return s, err
}

// checkSchedule refuses what cannot be planned.
func checkSchedule(s api.ScheduleUpdate) error {
	switch {
	case s.UpdateAt == nil && s.Privacy == nil:
		return nil
	case s.UpdateAt == nil:
		return fail.Field("scheduleUpdate.updateAt", "The date of the update is missing.")
	case s.Privacy != nil && *s.Privacy != api.Public && *s.Privacy != api.Unlisted && *s.Privacy != api.Internal:
		return fail.Field("scheduleUpdate.privacy", "A video can become public, unlisted or internal.")
	}
	return nil
}

const (
	schedule = `
	INSERT INTO video_schedule (video_id, update_at, privacy) VALUES (@id, @at, @privacy)
	ON CONFLICT (video_id) DO UPDATE SET update_at = excluded.update_at, privacy = excluded.privacy`

	unschedule = `DELETE FROM video_schedule WHERE video_id = @id`
)

// setSchedule plans an update, or gives it up when none is given.
func setSchedule(ctx context.Context, tx pgx.Tx, id int64, s api.ScheduleUpdate) error {
	if !s.Said() {
		return nil
	}
	if s.UpdateAt == nil {
		_, err := tx.Exec(ctx, unschedule, pgx.NamedArgs{"id": id})
		return err
	}
	privacy := api.Public
	if s.Privacy != nil {
		privacy = *s.Privacy
	}
	if _, err := tx.Exec(ctx, schedule, pgx.NamedArgs{"id": id, "at": *s.UpdateAt, "privacy": privacy}); err != nil {
		return err
	}
	return job.Add(ctx, tx, due{id}, &river.InsertOpts{ScheduledAt: *s.UpdateAt})
}

// due asks for the planned update of a video, if it is still planned and its time has come.
type due struct {
	VideoID int64 `json:"video_id"`
}

// Kind implements river.JobArgs.
func (due) Kind() string { return "video-scheduled" }

// A plan that was put off has a job of its own for its later time; a second of slack is for clocks that differ.
const carryOut = `
	WITH s AS (DELETE FROM video_schedule WHERE video_id = @id AND update_at <= now() + interval '1 second' RETURNING video_id, privacy)
	UPDATE video v SET privacy = s.privacy, updated_at = now(),
		published_at = CASE WHEN v.privacy = 3 AND s.privacy <> 3 AND v.state = 1 THEN now() ELSE v.published_at END
	FROM s WHERE v.id = s.video_id RETURNING v.id`

// RegisterSchedule lets r carry out what was planned.
func RegisterSchedule(r *job.Runner, pool *pgxpool.Pool) {
	job.Register(r, job.Limit{Timeout: time.Minute}, func(ctx context.Context, j *river.Job[due]) error {
		return carry(ctx, pool, j.Args.VideoID)
	})
}

func carry(ctx context.Context, pool *pgxpool.Pool, id int64) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, carryOut, pgx.NamedArgs{"id": id}).Scan(&id)
		if err == pgx.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		if err := SetPasswords(ctx, tx, id, nil); err != nil {
			return err
		}
		return notify.Published(ctx, tx, id)
	})
}
