package delivery

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"shoal/server/httpsig"
)

// line is one delivery that this node has taken.
type line struct {
	ID         int64
	ActivityID int64
	Host       string
	Inbox      string
	Attempts   int // this one too
	CreatedAt  time.Time
	ActorID    int64
	Scheme     string
	Sure       bool // about the scheme
	Trusted    bool // the host answered the last time
	Again      bool // its host failed before and is tried with this one
	Body       []byte
}

func (l *line) scheme() httpsig.Scheme {
	if l.Scheme == "rfc9421" {
		return httpsig.Message
	}
	return httpsig.Cavage // which everybody understands
}

const (
	// Of each object only the oldest line that is left; of a host that is not known to answer one line, and no more such hosts than
	// there is room for: others must not wait for them.
	claim = `
	WITH looked AS (
		SELECT d.id, d.host, d.object, coalesce(h.failures = 0 AND h.last_success_at IS NOT NULL, false) AS trusted
		FROM delivery d LEFT JOIN remote_host h ON h.host = d.host
		WHERE NOT d.parked AND d.not_before <= @now AND d.host <> ALL(@busy::text[])
			AND (@slow::int > 0 OR h.failures = 0 AND h.last_success_at IS NOT NULL) AND h.paused IS NOT TRUE AND h.open_until IS NULL
		ORDER BY d.low, d.not_before, d.id LIMIT @window),
	placed AS (
		SELECT l.id, l.trusted, row_number() OVER (PARTITION BY l.host ORDER BY l.id) AS place FROM looked l
		WHERE NOT EXISTS (SELECT FROM delivery o WHERE o.host = l.host AND o.object = l.object AND o.id < l.id)),
	counted AS (
		SELECT p.id, p.trusted, row_number() OVER (PARTITION BY p.trusted ORDER BY p.id) AS n FROM placed p
		WHERE p.place <= CASE WHEN p.trusted THEN @batch::int ELSE 1 END),
	taken AS (
		SELECT d.id, c.trusted FROM delivery d JOIN counted c ON c.id = d.id
		WHERE (c.trusted OR c.n <= @slow) AND NOT d.parked AND d.not_before <= @now
		ORDER BY d.id LIMIT @room FOR UPDATE OF d SKIP LOCKED),
	changed AS (
		UPDATE delivery d SET attempts = d.attempts + 1, not_before = @now::timestamptz + interval '2 minutes'
		FROM taken t WHERE d.id = t.id RETURNING d.id, d.activity_id, d.host, d.inbox, d.attempts, d.created_at, t.trusted)
	SELECT c.id, c.activity_id, c.host, c.inbox, c.attempts, c.created_at, a.actor_id, coalesce(h.scheme, '') AS scheme,
		coalesce(h.scheme_at > @now::timestamptz - interval '7 days', false) AS sure, c.trusted, false AS again, NULL::bytea AS body
	FROM changed c JOIN activity_out a ON a.id = c.activity_id LEFT JOIN remote_host h ON h.host = c.host ORDER BY c.host, c.id`

	bodies = `SELECT id, body FROM activity_out WHERE id = ANY(@ids::bigint[])`
)

// take takes lines and sets to work on them. It tells whether there may be more.
func (m *Machine) take(ctx context.Context, g *errgroup.Group) (more bool, err error) {
	room, slow, busy := m.room()
	if room <= 0 || ctx.Err() != nil {
		return false, nil
	}
	rows, _ := m.Pool.Query(ctx, claim, pgx.NamedArgs{"now": m.now(), "busy": busy, "slow": slow, "window": window, "batch": batch, "room": room})
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByName[line])
	if err != nil || len(lines) == 0 {
		return false, err
	}
	return true, m.work(ctx, g, lines)
}

// room is how many lines may be taken, and how many of them for hosts that are not known to answer.
func (m *Machine) room() (room, slow int, busy []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	busy = make([]string, 0, len(m.hosts))
	for h := range m.hosts {
		busy = append(busy, h)
	}
	return 4*m.Workers - m.rows, max(cap(m.slow)-m.tried, 0), busy
}

// work brings the lines of each host on their way side by side.
func (m *Machine) work(ctx context.Context, g *errgroup.Group, lines []line) error {
	if err := m.load(ctx, lines); err != nil {
		return err // they are taken up again later
	}
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].Host == lines[0].Host {
			n++
		}
		mine := lines[:n]
		lines = lines[n:]
		m.enter(mine)
		g.Go(func() error {
			m.host(ctx, mine)
			m.results <- mine[0].Host
			return nil
		})
	}
	return nil
}

func (m *Machine) enter(lines []line) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hosts[lines[0].Host] = true
	m.count(lines[0], len(lines))
}

func (m *Machine) count(l line, n int) {
	m.rows += n
	if !l.Trusted {
		m.tried += n
	}
}

// load gives the lines their bytes; lines of one activity share them.
func (m *Machine) load(ctx context.Context, lines []line) error {
	seen := map[int64][]byte{}
	var ids []int64
	for _, l := range lines {
		if _, ok := seen[l.ActivityID]; !ok {
			ids, seen[l.ActivityID] = append(ids, l.ActivityID), nil
		}
	}
	rows, _ := m.Pool.Query(ctx, bodies, pgx.NamedArgs{"ids": ids})
	var id int64
	var body []byte
	_, err := pgx.ForEachRow(rows, []any{&id, &body}, func() error {
		seen[id], body = body, nil
		return nil
	})
	for i := range lines {
		lines[i].Body = seen[lines[i].ActivityID]
	}
	return err
}
