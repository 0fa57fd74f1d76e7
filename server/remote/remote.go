// Package remote is the actors and servers of elsewhere: found, kept, refreshed, and believed no further than their origin goes.
package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/fetch"
	"shoal/server/httpsig"
)

// Remote asks other servers, in the name of our own platform's actor, and keeps what it learns of actors.
type Remote struct {
	Pool   *pgxpool.Pool
	Client *fetch.Client
	Site   string                                        // our public address
	Signer func(context.Context) (httpsig.Signer, error) // our platform's actor
	Now    func() time.Time                              // nil for the clock

	flights singleflight.Group
	absent  memory[error] // what could not be had lately, by address
	keys    memory[believed]
	forced  memory[struct{}] // keys that were asked for again lately
	hosts   hosts
}

// How long things are remembered.
const (
	fresh       = 48 * time.Hour // actors and objects; PeerTube's time
	goneFor     = time.Hour      // an address that does not exist
	brokenFor   = 5 * time.Minute
	keyFor      = 10 * time.Minute
	forcedEvery = 5 * time.Minute
)

func (r *Remote) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

// Host is the server of an address, in lower case, with the port when it is none of the scheme's own; empty when it is no address.
func Host(id activity.ID) string {
	origin, err := activity.Origin(id)
	if err != nil {
		return ""
	}
	_, host, _ := strings.Cut(origin, "://")
	return host
}

// Ours tells whether an address is one of our own.
func (r *Remote) Ours(id activity.ID) bool { return activity.SameOrigin(id, activity.ID(r.Site)) }

// OwnHost is the name of our own server.
func (r *Remote) OwnHost() string { return Host(activity.ID(r.Site)) }

const blocked = `SELECT EXISTS (SELECT FROM host_block WHERE blocker_id IS NULL AND host = @host)`

// Blocked tells whether the platform hears nothing from a server.
func (r *Remote) Blocked(ctx context.Context, host string) (is bool, err error) {
	err = r.Pool.QueryRow(ctx, blocked, pgx.NamedArgs{"host": host}).Scan(&is)
	return is, err
}

// Object asks for a thing at its own address. Its id is where it came from in the end, and its owners are of that origin.
func (r *Remote) Object(ctx context.Context, id activity.ID) (t activity.Thing, err error) {
	for range 2 {
		answer, err := r.get(ctx, id)
		if err != nil {
			return t, err
		}
		var again activity.ID
		if t, again, err = activity.Fetched(activity.ID(answer.URL), answer.Body); err != nil {
			return t, fail.Wrap(fail.Unprocessable, err, "The other server answered something that is not to be believed.")
		}
		if again == "" {
			return t, nil
		}
		id = again
	}
	return t, fail.New(fail.Unprocessable, "The other server says at each address that the thing is at another one.")
}

// may refuses addresses that nobody should ask: our own, and those of servers the platform hears nothing from.
func (r *Remote) may(ctx context.Context, id activity.ID) (host string, err error) {
	host = Host(id)
	switch {
	case host == "":
		return "", fail.New(fail.Invalid, "This is no address of another server.")
	case r.Ours(id):
		return "", fail.New(fail.NotFound, "There is no such thing here.")
	}
	is, err := r.Blocked(ctx, host)
	if err == nil && is {
		err = fail.New(fail.Forbidden, "This server is blocked.")
	}
	return host, err
}

// get asks once in the way the host is known to want to be signed to, and if that is refused in the other way.
func (r *Remote) get(ctx context.Context, id activity.ID) (*fetch.Answer, error) {
	host, err := r.may(ctx, id)
	if err != nil {
		return nil, err
	}
	scheme, known := httpsig.Cavage, false
	if scheme, known, err = SchemeOf(ctx, r.Pool, host); err != nil {
		return nil, err
	}
	answer, err := r.knock(ctx, host, id, scheme)
	if refused(err) {
		other := httpsig.Message
		if scheme == httpsig.Message {
			other = httpsig.Cavage
		}
		if second, err2 := r.knock(ctx, host, id, other); err2 == nil {
			return second, Learned(ctx, r.Pool, host, other)
		}
		if known {
			err = errors.Join(err, Learned(ctx, r.Pool, host, scheme))
		}
	}
	return answer, said(err)
}

func (r *Remote) knock(ctx context.Context, host string, id activity.ID, scheme httpsig.Scheme) (*fetch.Answer, error) {
	signer, err := r.Signer(ctx)
	if err != nil {
		return nil, err
	}
	signer.Scheme = scheme
	return r.spend(ctx, host, func() (*fetch.Answer, error) {
		return r.Client.Object(ctx, string(id), signer.Sign)
	})
}

// Bytes asks for something that is no document of the fediverse, such as chapters or a picture.
func (r *Remote) Bytes(ctx context.Context, id activity.ID, types []string, most int64) (*fetch.Answer, error) {
	host, err := r.may(ctx, id)
	if err != nil {
		return nil, err
	}
	answer, err := r.spend(ctx, host, func() (*fetch.Answer, error) {
		return r.Client.Do(ctx, fetch.Request{URL: string(id), Types: types, Max: most})
	})
	return answer, said(err)
}

// refused tells whether the other side may not have liked the signature.
func refused(err error) bool {
	var e *fetch.Error
	return errors.As(err, &e) && e.Kind == fetch.Status &&
		(e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden)
}

// said gives an error its kind: what is gone, what trying again may mend, and what not.
func said(err error) error {
	var e *fetch.Error
	switch {
	case err == nil || !errors.As(err, &e):
		return err
	case e.Kind == fetch.Status && e.Status == http.StatusGone:
		return fail.Wrap(fail.Gone, err, "The other server says that it is gone.")
	case fetch.Gone(err):
		return fail.Wrap(fail.NotFound, err, "The other server does not have it.")
	case e.Kind == fetch.Unreached, e.Kind == fetch.Slow, e.Kind == fetch.Status && (e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout):
		return fail.Wrap(fail.Unavailable, err, "The other server does not answer.")
	}
	return fail.Wrap(fail.Unprocessable, err, "The other server gives no answer that can be used.")
}

// Vanished tells whether an error says that there is nothing there any more.
func Vanished(err error) bool { return err != nil && fetch.Gone(err) }

// remember keeps for a while that an address brought nothing.
func (r *Remote) remember(id activity.ID, err error) {
	life := brokenFor
	if Vanished(err) {
		life = goneFor
	}
	if k := fail.Of(err); k == fail.Internal || errors.Is(err, context.Canceled) || errors.Is(err, errBudget) {
		return // our own trouble says nothing of theirs
	}
	r.absent.put(string(id), fmt.Errorf("asked lately: %w", err), r.now().Add(life))
}
