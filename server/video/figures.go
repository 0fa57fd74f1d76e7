package video

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

// Span is a time that figures are asked for; nil is open.
type Span struct{ From, To *time.Time }

func (s Span) args(videoID int64) pgx.NamedArgs {
	return pgx.NamedArgs{"video": videoID, "from": s.From, "to": s.To}
}

// Overall sums up how a video was watched.
type Overall struct {
	Average float64 // seconds of a visit
	Total   int64   // seconds
	Viewers int64
	Peak    int64 // at once
	PeakAt  *time.Time
}

const visited = `
	FROM video_visit WHERE video_id = @video AND (@from::timestamptz IS NULL OR started_at >= @from) AND (@to::timestamptz IS NULL OR started_at <= @to)`

const (
	overall = `SELECT coalesce(avg(watched), 0)::float8, coalesce(sum(watched), 0)::bigint, count(*)` + visited

	peak = `
	WITH step AS (SELECT started_at AS at, 1 AS n` + visited + ` UNION ALL SELECT ended_at, -1` + visited + `),
	level AS (SELECT at, sum(n) OVER (ORDER BY at, n DESC) AS n FROM step)
	SELECT n, at FROM level ORDER BY n DESC, at LIMIT 1`
)

// OverallOf gives the sums of a video.
func OverallOf(ctx context.Context, q db.Q, videoID int64, s Span) (o Overall, err error) {
	if err := q.QueryRow(ctx, overall, s.args(videoID)).Scan(&o.Average, &o.Total, &o.Viewers); err != nil {
		return o, err
	}
	err = q.QueryRow(ctx, peak, s.args(videoID)).Scan(&o.Peak, &o.PeakAt)
	if err == pgx.ErrNoRows {
		err = nil
	}
	return o, err
}

const retention = `
	WITH step AS (
		SELECT lower(r) AS second, 1 AS n FROM video_visit, unnest(sections) AS r WHERE video_id = @video
		UNION ALL SELECT upper(r), -1 FROM video_visit, unnest(sections) AS r WHERE video_id = @video)
	SELECT second, sum(n)::int FROM step GROUP BY second ORDER BY second`

const visits = `SELECT count(*) FROM video_visit WHERE video_id = @video`

// RetentionOf gives, for each of the first seconds of a video, how many percent of its visits have shown it.
func RetentionOf(ctx context.Context, q db.Q, videoID int64, seconds int) ([]float64, error) {
	args := pgx.NamedArgs{"video": videoID}
	var all float64
	if err := q.QueryRow(ctx, visits, args).Scan(&all); err != nil {
		return nil, err
	}
	steps := map[int]int{}
	rows, _ := q.Query(ctx, retention, args)
	var second, n int
	if _, err := pgx.ForEachRow(rows, []any{&second, &n}, func() error {
		steps[second] += n
		return nil
	}); err != nil {
		return nil, err
	}
	out, level := make([]float64, seconds), 0
	for i := range out {
		if level += steps[i]; all > 0 {
			out[i] = float64(level) * 100 / all
		}
	}
	return out, nil
}

// Point is a figure of one part of a time.
type Point struct {
	At    time.Time
	Value float64
}

// Metrics are what Series can tell.
const (
	Viewers   = "viewers"
	WatchTime = "aggregateWatchTime"
)

// steps are the parts into which a time is cut, the coarsest first, each for times at least so long.
var steps = []struct {
	name string
	from time.Duration
}{
	{"1 month", 2 * 365 * 24 * time.Hour},
	{"7 days", 180 * 24 * time.Hour},
	{"1 day", 4 * 24 * time.Hour},
	{"1 hour", 6 * time.Hour},
	{"10 minutes", time.Hour},
	{"1 minute", 0},
}

// longestSeries is the longest time that can be asked for.
const longestSeries = 50 * 365 * 24 * time.Hour

const series = `
	SELECT g.at, (CASE WHEN @metric = 'viewers' THEN count(v.id) ELSE coalesce(sum(v.watched), 0) END)::float8
	FROM generate_series(@from::timestamptz, @to::timestamptz, @step::text::interval) AS g (at)
	LEFT JOIN video_visit v ON v.video_id = @video AND v.started_at >= g.at AND v.started_at < g.at + @step::text::interval AND v.started_at <= @to
	GROUP BY g.at ORDER BY g.at`

// SeriesOf gives how a metric of a video went over a time, and the parts in which it is told.
func SeriesOf(ctx context.Context, q db.Q, videoID int64, metric string, from, to time.Time) (step string, list []Point, err error) {
	length := to.Sub(from)
	if length < 0 || length > longestSeries {
		return "", nil, fail.Field("endDate", "Should be after the start date, and not too far.")
	}
	for _, s := range steps {
		if step = s.name; length >= s.from {
			break
		}
	}
	rows, _ := q.Query(ctx, series, pgx.NamedArgs{"video": videoID, "metric": metric, "from": from, "to": to, "step": step})
	list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Point])
	return step, list, err
}

// Share is how many visits had something in common.
type Share struct {
	Kind  string // client, device or system
	Name  string
	Count int64
}

const shares = `
	SELECT kind, name, count(*) FROM (
		SELECT unnest(ARRAY['client', 'device', 'system']) AS kind, unnest(ARRAY[client, device, system]) AS name` + visited + `) AS s
	WHERE name <> '' GROUP BY kind, name ORDER BY count(*) DESC, name LIMIT 300`

// SharesOf gives with what a video was watched, the most frequent first.
func SharesOf(ctx context.Context, q db.Q, videoID int64, s Span) ([]Share, error) {
	rows, _ := q.Query(ctx, shares, s.args(videoID))
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Share])
}
