// Package lookup brings here what people name by an address or handle of another platform, and follows who is named so.
package lookup

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/foreign"
	"shoal/server/receive"
	"shoal/server/remote"
	"shoal/server/search"
)

// Lookup asks other platforms for what people name.
type Lookup struct {
	Pool     *pgxpool.Pool
	Remote   *remote.Remote
	Receiver *receive.Receiver
	Site     string // our public address
}

// Found is what was named: a row of a kind of search, or an account or comment.
type Found struct {
	Kind string
	ID   int64
}

// Kinds that search does not have.
const (
	Account = "account"
	Comment = "comment"
)

// Bounds of one look-up.
const (
	within  = 20 * time.Second
	asks    = 20
	hops    = 3    // from a thing to the one that it is about
	longest = 2000 // bytes of an address
)

var errNothing = fail.New(fail.NotFound, "There is nothing at this address that could be shown here.")

// Find gives the id of the row of a kind that an address or handle names, 0 when it names nothing of that kind.
// A server that does not answer is an error, one that has nothing is none.
func (l *Lookup) Find(ctx context.Context, kind, text string) (int64, error) {
	f, err := l.Resolve(ctx, text)
	switch fail.Of(err) {
	case fail.NotFound, fail.Gone, fail.Invalid, fail.Unprocessable, fail.Forbidden:
		return 0, nil
	}
	if err != nil || f.Kind != kind {
		return 0, err
	}
	return f.ID, nil
}

// Resolve gives what an address or a handle names, and brings it here when it was not known.
func (l *Lookup) Resolve(ctx context.Context, text string) (Found, error) {
	ctx, cancel := context.WithTimeout(remote.WithBudget(ctx, asks), within)
	defer cancel()
	text = strings.TrimSpace(text)
	if len(text) > longest {
		return Found{}, errNothing
	}
	if search.IsAddress(text) {
		return l.address(ctx, activity.ID(text))
	}
	h := account.ParseHandle(strings.TrimPrefix(text, "acct:"))
	if h.Name == "" || h.Host == "" {
		return Found{}, errNothing
	}
	a, err := l.Remote.Find(ctx, h.Name, h.Host)
	if err != nil {
		return Found{}, err
	}
	return actor(a)
}

func actor(a remote.Actor) (Found, error) {
	switch {
	case a.ChannelID != 0:
		return Found{search.Channel, a.ChannelID}, nil
	case a.Kind == "account" && a.AccountID != 0:
		return Found{Account, a.AccountID}, nil
	}
	return Found{}, errNothing
}

// address looks among what we have, then asks; what is there may be about something else.
func (l *Lookup) address(ctx context.Context, at activity.ID) (Found, error) {
	for range hops {
		if f, err := l.known(ctx, at); err != nil || f.ID != 0 {
			return f, err
		}
		if l.Remote.Ours(at) {
			return Found{}, errNothing
		}
		t, err := l.Remote.Object(ctx, at)
		if err != nil {
			return Found{}, err
		}
		if !slices.Contains(core, t.Is) {
			if t, err = l.read(t); err != nil {
				return Found{}, err
			}
		}
		f, next, err := l.keep(ctx, t)
		if err != nil || next == "" {
			return f, err
		}
		at = next
	}
	return Found{}, errNothing
}

const knownAccount = `SELECT a.id FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE ac.url = @url OR ac.host = '' AND ac.url = @ours`

// known finds what is here already, our own pages too.
func (l *Lookup) known(ctx context.Context, at activity.ID) (Found, error) {
	for _, kind := range []string{search.Video, search.Channel, search.Playlist} {
		if id, err := search.ByAddress(ctx, l.Pool, kind, l.Site, string(at)); err != nil || id != 0 {
			return Found{kind, id}, err
		}
	}
	if c, err := receive.CommentByURL(ctx, l.Pool, at); err == nil {
		return Found{Comment, c.ID}, nil
	} else if !fail.Is(err, fail.NotFound) {
		return Found{}, err
	}
	var id int64
	ours := l.Site + "/accounts/" + strings.TrimPrefix(string(at), l.Site+"/a/")
	err := l.Pool.QueryRow(ctx, knownAccount, pgx.NamedArgs{"url": string(at), "ours": ours}).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return Found{}, nil
	}
	return Found{Account, id}, err
}

// core are the types that are read as they come.
var core = []activity.Type{"Video", "Playlist", "Note", "Person", "Group", "Service", "Organization", "Application", "Tombstone"}

// read lets the large vocabulary read it. Its names are others afterwards, so its origin is judged again.
func (l *Lookup) read(t activity.Thing) (activity.Thing, error) {
	said, err := foreign.Read(t.Raw)
	if err != nil {
		return t, fail.Wrap(fail.Unprocessable, err, "The other server answered something that we do not understand.")
	}
	said, again, err := activity.Fetched(t.ID, said.Raw)
	if err != nil || again != "" {
		return t, fail.Wrap(fail.Unprocessable, err, "The other server answered something that is not to be believed.")
	}
	return said, nil
}

// keep puts a thing into rows, or tells what it is about.
func (l *Lookup) keep(ctx context.Context, t activity.Thing) (f Found, next activity.ID, err error) {
	switch t.Is {
	case "Video":
		f.Kind = search.Video
		f.ID, err = l.video(ctx, t)
	case "Playlist":
		f.Kind = search.Playlist
		f.ID, err = l.Receiver.Playlist(ctx, t.ID)
	case "Note":
		f.Kind = Comment
		f.ID, err = l.Receiver.Comment(ctx, t.ID)
	case "Person", "Group", "Service", "Organization", "Application":
		var a remote.Actor
		if a, err = l.Receiver.Actor(ctx, t.ID); err == nil {
			f, err = actor(a)
		}
	case "Create", "Update", "Announce", "Add", "View", "Like":
		a, bad := t.Activity()
		if bad != nil {
			return f, "", errNothing
		}
		if o, ok := a.Thing(); ok && o.ID != t.ID {
			return f, o.ID, nil
		}
		return f, "", errNothing
	default:
		err = errNothing
	}
	return f, "", err
}

// video keeps a video whose own address was another one than the page's.
func (l *Lookup) video(ctx context.Context, t activity.Thing) (int64, error) {
	id, _, err := l.Receiver.VideoByURL(ctx, t.ID)
	if !fail.Is(err, fail.NotFound) {
		return id, err
	}
	var v activity.Video
	if err := t.Into(&v); err != nil {
		return 0, fail.Wrap(fail.Unprocessable, err, "The other server describes the video in a way that cannot be read.")
	}
	return l.Receiver.PutVideo(ctx, v, false)
}
