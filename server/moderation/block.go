// Package moderation is who is not heard, and what is reported.
package moderation

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// A blocker of 0 is the platform itself.
const (
	blockAccount = `
	INSERT INTO account_block (blocker_id, blocked_id) VALUES (nullif(@blocker::bigint, 0), @blocked)
	ON CONFLICT (coalesce(blocker_id, 0), blocked_id) DO NOTHING`

	unblockAccount = `DELETE FROM account_block WHERE coalesce(blocker_id, 0) = @blocker AND blocked_id = @blocked`

	blockHost = `
	INSERT INTO host_block (blocker_id, host) VALUES (nullif(@blocker::bigint, 0), @host)
	ON CONFLICT (coalesce(blocker_id, 0), host) DO NOTHING`

	unblockHost = `DELETE FROM host_block WHERE coalesce(blocker_id, 0) = @blocker AND host = @host`
)

// BlockAccount keeps a blocker from hearing an account. A second time it does nothing.
func BlockAccount(ctx context.Context, q db.Q, blocker, blocked int64) error {
	if blocker == blocked {
		return fail.New(fail.Conflict, "You cannot block yourself.")
	}
	_, err := q.Exec(ctx, blockAccount, pgx.NamedArgs{"blocker": blocker, "blocked": blocked})
	return err
}

// UnblockAccount ends it; fail.NotFound when there was no block.
func UnblockAccount(ctx context.Context, q db.Q, blocker, blocked int64) error {
	return removed(q.Exec(ctx, unblockAccount, pgx.NamedArgs{"blocker": blocker, "blocked": blocked}))
}

var hostName = regexp.MustCompile(`^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)(:[0-9]{1,5})?$`)

// ParseHost reads the name of a platform, with or without a port.
func ParseHost(text string) (string, error) {
	h := strings.ToLower(strings.TrimSpace(text))
	if len(h) > 255 || !hostName.MatchString(h) {
		return "", fail.Field("host", "Should be the name of a host, such as videos.example.")
	}
	return h, nil
}

// BlockHost keeps a blocker from hearing all of a platform, which must not be own, our own.
func BlockHost(ctx context.Context, q db.Q, blocker int64, host, own string) error {
	if host == own {
		return fail.New(fail.Conflict, "You cannot block the platform you are on.")
	}
	_, err := q.Exec(ctx, blockHost, pgx.NamedArgs{"blocker": blocker, "host": host})
	return err
}

// UnblockHost ends it; fail.NotFound when there was no block.
func UnblockHost(ctx context.Context, q db.Q, blocker int64, host string) error {
	return removed(q.Exec(ctx, unblockHost, pgx.NamedArgs{"blocker": blocker, "host": host}))
}

func removed(tag interface{ RowsAffected() int64 }, err error) error {
	if err == nil && tag.RowsAffected() == 0 {
		return fail.New(fail.NotFound, "There is no such block.")
	}
	return err
}

// Filter says which part of a list of blocks is asked for.
type Filter struct {
	Blocker int64 // 0 for the platform
	Search  string
	Down    bool // the newest first
	Start   int
	Count   int
}

func (f Filter) args() pgx.NamedArgs {
	return pgx.NamedArgs{"blocker": f.Blocker, "search": f.Search, "down": f.Down, "start": f.Start, "count": f.Count}
}

const (
	ofAccounts = `
	FROM account_block b JOIN account a ON a.id = b.blocked_id JOIN actor ac ON ac.id = a.actor_id
	WHERE coalesce(b.blocker_id, 0) = @blocker
		AND (@search = '' OR strpos(plain(ac.name || '@' || ac.host), plain(@search)) > 0 OR strpos(plain(ac.display_name), plain(@search)) > 0)`

	accounts = `SELECT b.blocked_id, b.created_at ` + ofAccounts + `
	ORDER BY CASE WHEN @down::bool THEN -b.id ELSE b.id END LIMIT @count OFFSET @start`

	countAccounts = `SELECT count(*) ` + ofAccounts

	ofHosts = `FROM host_block b WHERE coalesce(b.blocker_id, 0) = @blocker AND (@search = '' OR strpos(b.host, lower(@search)) > 0)`

	hosts = `SELECT b.host, b.created_at ` + ofHosts + `
	ORDER BY CASE WHEN @down::bool THEN -b.id ELSE b.id END LIMIT @count OFFSET @start`

	countHosts = `SELECT count(*) ` + ofHosts
)

// Accounts is a page of the accounts that a blocker blocks. by is the blocker as an account.
func Accounts(ctx context.Context, q db.Q, f Filter, by api.Account) (api.Page[api.AccountBlock], error) {
	p := api.Page[api.AccountBlock]{Data: []api.AccountBlock{}}
	if err := q.QueryRow(ctx, countAccounts, f.args()).Scan(&p.Total); err != nil {
		return p, err
	}
	rows, _ := q.Query(ctx, accounts, f.args())
	var ids []int64
	var times []time.Time
	var id int64
	var at time.Time
	_, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error {
		ids, times = append(ids, id), append(times, at)
		return nil
	})
	if err != nil {
		return p, err
	}
	all, err := account.Many(ctx, q, ids)
	for i, id := range ids {
		p.Data = append(p.Data, api.AccountBlock{By: by, Blocked: all[id], CreatedAt: api.Time{Time: times[i]}})
	}
	return p, err
}

// Hosts is a page of the platforms that a blocker blocks. by is the blocker as an account.
func Hosts(ctx context.Context, q db.Q, f Filter, by api.Account) (api.Page[api.HostBlock], error) {
	p := api.Page[api.HostBlock]{Data: []api.HostBlock{}}
	if err := q.QueryRow(ctx, countHosts, f.args()).Scan(&p.Total); err != nil {
		return p, err
	}
	rows, _ := q.Query(ctx, hosts, f.args())
	b := api.HostBlock{By: by}
	_, err := pgx.ForEachRow(rows, []any{&b.Blocked.Host, &b.CreatedAt}, func() error {
		p.Data = append(p.Data, b)
		return nil
	})
	return p, err
}

const (
	accountStatus = `
	SELECT coalesce(bool_or(b.id IS NOT NULL AND b.blocker_id IS NULL), false), coalesce(bool_or(b.blocker_id = @viewer), false)
	FROM unnest(@names::text[], @hosts::text[]) WITH ORDINALITY AS h (name, host, place)
	LEFT JOIN actor ac ON lower(ac.name) = lower(h.name) AND ac.kind = 'account' AND (ac.host = h.host OR ac.host = '' AND split_part(ac.url, '/', 3) = h.host)
	LEFT JOIN account a ON a.actor_id = ac.id
	LEFT JOIN account_block b ON b.blocked_id = a.id AND (b.blocker_id IS NULL OR b.blocker_id = @viewer)
	GROUP BY h.place ORDER BY h.place`

	hostStatus = `
	SELECT coalesce(bool_or(b.id IS NOT NULL AND b.blocker_id IS NULL), false), coalesce(bool_or(b.blocker_id = @viewer), false)
	FROM unnest(@hosts::text[]) WITH ORDINALITY AS h (host, place)
	LEFT JOIN host_block b ON b.host = h.host AND (b.blocker_id IS NULL OR b.blocker_id = @viewer)
	GROUP BY h.place ORDER BY h.place`
)

// Status tells who of handles and hosts is blocked by the platform and by the viewer, whose account is 0 when nobody is signed in.
func Status(ctx context.Context, q db.Q, viewer int64, handles, hosts []string) (api.BlockStatus, error) {
	out := api.BlockStatus{Accounts: map[string]api.Blocked{}, Hosts: map[string]api.Blocked{}}
	names, places, lower := []string{}, []string{}, []string{}
	for _, h := range handles {
		p := account.ParseHandle(h)
		names, places = append(names, p.Name), append(places, p.Host)
	}
	for _, h := range hosts {
		lower = append(lower, strings.ToLower(h))
	}
	ask := func(sql string, args pgx.NamedArgs, of []string, to map[string]api.Blocked) error {
		rows, _ := q.Query(ctx, sql, args)
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[api.Blocked])
		for i, b := range all {
			to[of[i]] = b
		}
		return err
	}
	if err := ask(accountStatus, pgx.NamedArgs{"viewer": viewer, "names": names, "hosts": places}, handles, out.Accounts); err != nil {
		return out, err
	}
	return out, ask(hostStatus, pgx.NamedArgs{"viewer": viewer, "hosts": lower}, hosts, out.Hosts)
}
