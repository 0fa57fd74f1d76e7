package lookup

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/search"
	"shoal/shared/shortid"
)

const (
	videoPage = `SELECT v.uuid, '', '', '' FROM video v WHERE v.id = @id`

	commentPage = `SELECT v.uuid, '', '', '' FROM comment c JOIN video v ON v.id = c.video_id WHERE c.id = @id`

	playlistPage = `SELECT p.uuid, '', '', '' FROM playlist p WHERE p.id = @id`

	channelPage = `SELECT NULL::uuid, ac.name, ac.host, ac.url FROM channel c JOIN actor ac ON ac.id = c.actor_id WHERE c.id = @id`

	accountPage = `SELECT NULL::uuid, ac.name, ac.host, ac.url FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE a.id = @id`
)

// Page is the path of our page of what an address or a handle names.
func (l *Lookup) Page(ctx context.Context, text string) (path string, err error) {
	f, err := l.Resolve(ctx, text)
	if err != nil {
		return "", err
	}
	kinds := map[string]struct{ sql, root string }{
		search.Video: {videoPage, "/w/"}, Comment: {commentPage, "/w/"}, search.Playlist: {playlistPage, "/w/p/"},
		search.Channel: {channelPage, "/c/"}, Account: {accountPage, "/a/"},
	}
	k := kinds[f.Kind]
	var id *uuid.UUID
	var name, host, url string
	if err := l.Pool.QueryRow(ctx, k.sql, pgx.NamedArgs{"id": f.ID}).Scan(&id, &name, &host, &url); err != nil {
		return "", err
	}
	switch {
	case id != nil:
		return k.root + shortid.From(*id), nil
	case host != "":
		return k.root + name + "@" + account.Host(host, url), nil
	}
	return k.root + name, nil
}
