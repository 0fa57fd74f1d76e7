package remote

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
)

// States of a host.
const (
	Working     = "working"
	Failing     = "failing"     // the last delivery did not arrive
	Unreachable = "unreachable" // it is left alone for a while
	Dead        = "dead"        // for two weeks nothing arrived
	Paused      = "paused"      // by an administrator
	Unknown     = "unknown"     // nothing was sent yet
)

// States are all of them, and HostSorts the orders of hosts.
var (
	States    = []string{Working, Failing, Unreachable, Dead, Paused, Unknown}
	HostSorts = []string{"host", "queue", "lastSuccessAt", "lastReceiptAt", "lastErrorAt", "successRate"}
)

// Health is how it goes with another server.
type Health struct {
	Host          string
	Software      string
	Version       string
	Signatures    string // how it wants to be signed to
	State         string
	Blocked       bool  // by the platform
	Queue         int64 // deliveries that wait
	OldestAt      *time.Time
	Successes     int64
	Misses        int64
	Failures      int // in a row
	FailingSince  *time.Time
	NextTryAt     *time.Time
	LastSuccessAt *time.Time
	LastReceiptAt *time.Time
	LastError     string
	LastErrorAt   *time.Time
}

// HostFilter asks for a page of hosts.
type HostFilter struct {
	Host         string // exactly
	Search       string
	State        string
	Sort         string // one of HostSorts
	Down         bool
	Start, Count int
}

const healthOf = `
	FROM (SELECT h.host, h.software, h.version, h.scheme AS signatures,
		CASE WHEN h.paused THEN 'paused' WHEN h.failing_since < now() - interval '14 days' THEN 'dead' WHEN h.open_until IS NOT NULL THEN 'unreachable'
			WHEN h.failures > 0 THEN 'failing' WHEN h.last_success_at IS NOT NULL THEN 'working' ELSE 'unknown' END AS state,
		EXISTS (SELECT FROM host_block b WHERE b.blocker_id IS NULL AND b.host = h.host) AS blocked,
		coalesce(d.n, 0) AS queue, d.oldest AS oldest_at, h.successes, h.misses, h.failures, h.failing_since,
		h.open_until AS next_try_at, h.last_success_at, h.last_receipt_at, h.last_error, h.last_error_at
		FROM remote_host h LEFT JOIN (SELECT host, count(*) AS n, min(created_at) AS oldest FROM delivery GROUP BY host) d ON d.host = h.host
		WHERE (@host::text = '' OR h.host = @host) AND (@search::text = '' OR strpos(h.host, lower(@search)) > 0)) x
	WHERE (@state::text = '' OR x.state = @state)`

const hostPage = `
	SELECT *` + healthOf + `
	ORDER BY
		CASE WHEN @down::bool THEN CASE @sort::text WHEN 'queue' THEN queue::float8 WHEN 'successRate' THEN successes / nullif(successes + misses, 0)::float8 END END DESC NULLS LAST,
		CASE @sort WHEN 'queue' THEN queue::float8 WHEN 'successRate' THEN successes / nullif(successes + misses, 0)::float8 END,
		CASE WHEN @down THEN CASE @sort WHEN 'lastSuccessAt' THEN last_success_at WHEN 'lastReceiptAt' THEN last_receipt_at WHEN 'lastErrorAt' THEN last_error_at END END DESC NULLS LAST,
		CASE @sort WHEN 'lastSuccessAt' THEN last_success_at WHEN 'lastReceiptAt' THEN last_receipt_at WHEN 'lastErrorAt' THEN last_error_at END,
		CASE WHEN @down AND @sort = 'host' THEN host END DESC, host
	LIMIT @count OFFSET @start`

const countHosts = `SELECT count(*)` + healthOf

// Hosts gives a page of hosts, and how many there are in all.
func Hosts(ctx context.Context, q db.Q, f HostFilter) (list []Health, total int64, err error) {
	if f.State != "" && !slices.Contains(States, f.State) {
		return nil, 0, fail.Field("state", "There is no state %q.", f.State)
	}
	args := pgx.NamedArgs{"host": f.Host, "search": f.Search, "state": f.State, "sort": f.Sort, "down": f.Down, "count": f.Count, "start": f.Start}
	if err := q.QueryRow(ctx, countHosts, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, hostPage, args)
	list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Health])
	return list, total, err
}
