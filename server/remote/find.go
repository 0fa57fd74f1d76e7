package remote

import (
	"context"
	"net/url"
	"strings"

	"shoal/server/activity"
	"shoal/server/discovery"
	"shoal/server/fail"
)

const longestDiscovery = 64 << 10 // bytes

var discoveryTypes = []string{"application/jrd+json", "application/json", "application/activity+json", "text/json"}

// Find gives an actor by its name and server: one that we know, or the one that WebFinger tells.
func (r *Remote) Find(ctx context.Context, name, host string) (Actor, error) {
	host = strings.ToLower(host)
	if host == "" || host == r.OwnHost() {
		return ByHandle(ctx, r.Pool, name, "")
	}
	a, err := ByHandle(ctx, r.Pool, name, host)
	if err == nil {
		return r.Actor(ctx, activity.ID(a.URL))
	}
	if !fail.Is(err, fail.NotFound) {
		return a, err
	}
	id, err := r.finger(ctx, name, host)
	if err != nil {
		return a, err
	}
	return r.Actor(ctx, id)
}

// finger asks a server for the address of one of its actors. It must be on that server.
func (r *Remote) finger(ctx context.Context, name, host string) (activity.ID, error) {
	if !handle.MatchString(name) {
		return "", fail.New(fail.NotFound, "There is no such account or channel.")
	}
	base, err := r.base(host)
	if err != nil {
		return "", err
	}
	resource := url.QueryEscape("acct:" + name + "@" + host)
	answer, err := r.Bytes(ctx, base+"/.well-known/webfinger?resource="+activity.ID(resource), discoveryTypes, longestDiscovery)
	if err != nil {
		return "", err
	}
	self, err := discovery.Self(answer.Body)
	if err != nil {
		return "", fail.Wrap(fail.Unprocessable, err, "The other server names no such account.")
	}
	if _, err := activity.Origin(activity.ID(self)); err != nil {
		return "", fail.Wrap(fail.Unprocessable, err, "The other server names no such account.")
	}
	return activity.ID(self), nil
}

// base is the address of a server by its name. Where our own is plain http, as in labs, so are those on private addresses.
func (r *Remote) base(host string) (activity.ID, error) {
	scheme := "https://"
	if r.plain(host) {
		scheme = "http://"
	}
	base := activity.ID(scheme + host)
	if strings.ContainsAny(host, "/?#@\\") || Host(base) == "" {
		return "", fail.New(fail.Invalid, "This is no name of a server.")
	}
	return base, nil
}

// plain tells whether a server is to be asked by http: only ours being so, too, shows that this is a lab.
func (r *Remote) plain(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return strings.HasPrefix(r.Site, "http://") && (name == "localhost" || strings.HasSuffix(name, ".localhost") || strings.HasPrefix(name, "127.") || strings.HasPrefix(name, "10.") ||
		strings.HasPrefix(name, "192.168.") || strings.HasPrefix(name, "172.") || strings.HasPrefix(host, "["))
}

// Instance gives the actor of a server itself: the one that its NodeInfo links to, or the one of PeerTube's name.
func (r *Remote) Instance(ctx context.Context, host string) (Actor, error) {
	host = strings.ToLower(host)
	base, err := r.base(host)
	if err != nil {
		return Actor{}, err
	}
	answer, err := r.Bytes(ctx, base+"/.well-known/nodeinfo", discoveryTypes, longestDiscovery)
	if err == nil {
		if id, err := discovery.Application(answer.Body); err == nil && activity.SameOrigin(base, activity.ID(id)) {
			return r.instance(ctx, activity.ID(id))
		}
	} else if fail.Is(err, fail.Unavailable) || fail.Is(err, fail.Forbidden) {
		return Actor{}, err
	}
	id, err := r.finger(ctx, "peertube", host)
	if err != nil {
		return Actor{}, err
	}
	return r.instance(ctx, id)
}

func (r *Remote) instance(ctx context.Context, id activity.ID) (Actor, error) {
	a, err := r.Actor(ctx, id)
	if err == nil && a.Kind != "instance" {
		err = fail.New(fail.Unprocessable, "This server does not speak for itself.")
	}
	return a, err
}
