// Package search is questions across channels and addresses, whatever room their rows are of.
package search

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/shared/shortid"
)

// Channels says which channels are looked for. Zero values mean any.
type Channels struct {
	Text    string
	Handles []account.Handle
	Host    string // of the channel; our own is ""
	OneHost bool
	Viewer  int64  // account whose blocks hold beside those of the platform
	Sort    string // createdAt, or match
	Down    bool
	Start   int
	Count   int
}

const (
	ofChannels = `
	FROM channel c JOIN actor ac ON ac.id = c.actor_id
	WHERE ac.kind = 'channel'
		AND (@text = '' OR ac.plain_name LIKE anywhere(@text)
			OR ac.plain_display LIKE anywhere(@text)
			OR @near::bool AND plain(@text) <% ac.plain_display)
		AND (NOT @one_host::bool OR ac.host = @host)
		AND (@names::text[] IS NULL OR EXISTS (SELECT FROM unnest(@names, @hosts::text[]) h (name, host)
			WHERE lower(ac.name) = lower(h.name) AND (ac.host = h.host OR ac.host = '' AND split_part(ac.url, '/', 3) = h.host)))
		AND NOT EXISTS (SELECT FROM account_block b WHERE b.blocked_id = c.account_id AND (b.blocker_id IS NULL OR b.blocker_id = @viewer::bigint))
		AND NOT EXISTS (SELECT FROM host_block h WHERE h.host = ac.host AND (h.blocker_id IS NULL OR h.blocker_id = @viewer))`

	channels = `SELECT c.id ` + ofChannels + `
	ORDER BY CASE WHEN @down::bool THEN ac.created_at END DESC, CASE WHEN NOT @down THEN ac.created_at END, c.id
	LIMIT @count OFFSET @start`

	// The best of the newest that have the words.
	matches = `
	SELECT m.id FROM (SELECT c.id, ac.plain_name, ac.plain_display, ac.created_at ` + ofChannels + ` ORDER BY c.id DESC LIMIT @most) m
	ORDER BY greatest(word_similarity(plain(@text), m.plain_display), similarity(plain(@text), m.plain_name)) DESC,
		CASE WHEN @down::bool THEN m.created_at END DESC, CASE WHEN NOT @down THEN m.created_at END, m.id
	LIMIT @count OFFSET @start`

	someChannels = `SELECT ` + ofChannels

	countChannels = `SELECT count(*) FROM (SELECT ` + ofChannels + ` LIMIT @exactly::bigint) n`
)

const (
	exactly       = 500 // as far as is counted; more are estimated
	mostMatches   = 150 // among which the best are looked for
	enoughMatches = 5   // that have the very words, else similar ones are shown, too
)

// Find gives the ids of a page of channels, and how many there are in all.
func (c Channels) Find(ctx context.Context, q db.Q) (ids []int64, total int64, err error) {
	args := pgx.NamedArgs{
		"text": c.Text, "near": false, "one_host": c.OneHost, "host": c.Host, "viewer": c.Viewer,
		"names": nil, "hosts": nil, "exactly": exactly,
	}
	if c.Handles != nil {
		names, hosts := []string{}, []string{}
		for _, h := range c.Handles {
			names, hosts = append(names, h.Name), append(hosts, h.Host)
		}
		args["names"], args["hosts"] = names, hosts
	}
	if total, err = c.total(ctx, q, args); err != nil {
		return nil, 0, err
	}
	sql := channels
	if c.Sort == "match" {
		sql = matches
		args["most"] = max(mostMatches, c.Start+c.Count)
	}
	args["down"], args["start"], args["count"] = c.Down, c.Start, c.Count
	rows, _ := q.Query(ctx, sql, args)
	ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	return ids, total, err
}

// total counts, and lets similar names in where few have the words.
func (c Channels) total(ctx context.Context, q db.Q, args pgx.NamedArgs) (n int64, err error) {
	if err := q.QueryRow(ctx, countChannels, args).Scan(&n); err != nil {
		return 0, err
	}
	if c.Text != "" && n < enoughMatches {
		args["near"] = true
		err = q.QueryRow(ctx, countChannels, args).Scan(&n)
	}
	if err != nil {
		return 0, err
	}
	return db.AtLeast(ctx, q, n, exactly, someChannels, args)
}

// Kinds of things that have addresses.
const (
	Video    = "video"
	Channel  = "channel"
	Playlist = "playlist"
)

// IsAddress tells whether somebody looks for a page rather than for words.
func IsAddress(text string) bool {
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

const (
	byURL = `
	SELECT v.id FROM video v WHERE @kind = 'video' AND (v.url = @url OR v.uuid = @uuid::uuid)
	UNION ALL SELECT p.id FROM playlist p WHERE @kind = 'playlist' AND (p.url = @url OR p.uuid = @uuid)
	UNION ALL SELECT c.id FROM channel c JOIN actor ac ON ac.id = c.actor_id WHERE @kind = 'channel' AND (ac.url = @url OR ac.host = '' AND lower(ac.name) = lower(@name))
	LIMIT 1`
)

// ByAddress gives the video, channel or playlist of an address of one of its pages, at home or as other platforms name it;
// 0 when we know none. site is our public address.
func ByAddress(ctx context.Context, q db.Q, kind, site, address string) (id int64, err error) {
	args := pgx.NamedArgs{"kind": kind, "url": strings.TrimSuffix(address, "/"), "uuid": (*uuid.UUID)(nil), "name": ""}
	if rest, ours := strings.CutPrefix(address, site+"/"); ours {
		if u, err := url.Parse(rest); err == nil {
			rest, _, _ = strings.Cut(u.Path, ";")
		}
		name := page(kind, strings.Split(strings.Trim(rest, "/"), "/"))
		if u, err := shortid.Parse(name); err == nil && kind != Channel {
			args["uuid"] = &u
		}
		args["name"] = name
	}
	err = q.QueryRow(ctx, byURL, args).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return id, err
}

// page is the name in the path of one of our pages; empty when it is a page of another kind.
func page(kind string, path []string) string {
	prefixes := map[string][][]string{
		Video:    {{"videos", "watch"}, {"videos", "embed"}, {"w"}},
		Playlist: {{"videos", "watch", "playlist"}, {"video-playlists", "embed"}, {"w", "p"}, {"video-playlists"}},
		Channel:  {{"video-channels"}, {"c"}},
	}
	for _, p := range prefixes[kind] {
		if len(path) > len(p) && strings.Join(path[:len(p)], "/") == strings.Join(p, "/") {
			return path[len(p)]
		}
	}
	return ""
}
