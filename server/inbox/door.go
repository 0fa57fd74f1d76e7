package inbox

import (
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/httpsig"
	"shoal/server/remote"
)

// ServeHTTP takes one activity: 202 when it is written down, or was before.
func (in *Inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status, text := in.take(w, r)
	switch {
	case status == http.StatusAccepted:
		w.WriteHeader(status)
		return
	case status == http.StatusTooManyRequests:
		in.Numbers.Limited.Add(1)
		w.Header().Set("Retry-After", "10")
	case status == http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "60")
	case status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	}
	in.Numbers.Refused.Add(1)
	http.Error(w, text, status)
}

// Taking costs more step by step: what is cheap to refuse is refused first.
func (in *Inbox) take(w http.ResponseWriter, r *http.Request) (int, string) {
	ctx := r.Context()
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, "An inbox is posted to."
	}
	place := account.Place(r)
	if !nearby(place) && in.door.places.over(place, in.PerPlace.or(500, 10*time.Second), in.now()) {
		return http.StatusTooManyRequests, "Too many requests from this place."
	}
	if !readable(r.Header.Get("Content-Type")) {
		return http.StatusUnsupportedMediaType, "An activity is application/activity+json."
	}
	if r.ContentLength > maxBody {
		return http.StatusRequestEntityTooLarge, "An activity has at most 500 kB."
	}
	host := keyHost(r.Header)
	if host == "" {
		return http.StatusUnauthorized, "The request is not signed."
	}
	if in.door.hosts.over(place+" "+host, in.PerHost.or(3000, 10*time.Second), in.now()) || in.door.isFull(host) {
		return http.StatusTooManyRequests, "Too many requests of this server."
	}
	if blocked, err := in.blocked(ctx, host); err != nil {
		return in.broken(err)
	} else if blocked {
		return http.StatusForbidden, "This server is blocked."
	}
	if ok, err := in.here(ctx, r.URL.Path); err != nil {
		return in.broken(err)
	} else if !ok {
		return http.StatusNotFound, "There is no such inbox."
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return http.StatusRequestEntityTooLarge, "An activity has at most 500 kB."
		}
		return http.StatusBadRequest, "The request broke off."
	}
	a, err := activity.Read(body)
	if err != nil || a.Type == "" || a.ID == "" || a.Actor == "" {
		return http.StatusBadRequest, "This is no activity."
	}
	return in.judge(ctx, r, body, a)
}

// judge checks who signed, and what they may say.
func (in *Inbox) judge(ctx context.Context, r *http.Request, body []byte, a *activity.Activity) (int, string) {
	if leaves(a) { // servers tell everybody they ever heard of
		if _, err := remote.Known(ctx, in.Pool, a.Actor); fail.Is(err, fail.NotFound) {
			in.Numbers.Ignored.Add(1)
			return http.StatusAccepted, ""
		}
	}
	signed, by, err := in.verify(ctx, r, body)
	if err != nil {
		return in.unsigned(ctx, a, err)
	}
	if in.door.seen(signed, in.now()) {
		in.Numbers.Repeated.Add(1)
		return http.StatusAccepted, ""
	}
	trust, err := activity.Judge(by, a)
	switch {
	case errors.Is(err, activity.ErrForwarded):
		trust = forwarded
	case err != nil:
		return http.StatusForbidden, "This is not theirs to say."
	}
	if in.Remote.Ours(a.Actor) {
		return http.StatusConflict, "This is ours."
	}
	return in.store(ctx, a, trust, signed)
}

// forwarded marks what must be proved before it is believed at all.
const forwarded = activity.Trust(9)

const store = `
	INSERT INTO inbox (hash, lane, type, activity, actor, host, trust, body) VALUES (@hash, @lane, @type, @activity, @actor, @host, @trust, @body)
	ON CONFLICT (hash) DO NOTHING`

func (in *Inbox) store(ctx context.Context, a *activity.Activity, trust activity.Trust, signed *httpsig.Signed) (int, string) {
	tag, err := in.Pool.Exec(ctx, store, db.Args{
		"hash": hashOf(a, signed.Created), "lane": laneOf(a), "type": a.Type, "activity": a.ID, "actor": a.Actor, "host": signed.Key.Host,
		"trust": int16(trust), "body": []byte(a.Raw),
	})
	if err != nil {
		return in.broken(err)
	}
	in.door.remember(signed, in.now()) // not before it is written down: who is answered otherwise tries again
	if tag.RowsAffected() == 0 {
		in.Numbers.Repeated.Add(1)
		return http.StatusAccepted, ""
	}
	in.Numbers.Taken.Add(1)
	in.heard(ctx, signed.Key.Host)
	in.call()
	return http.StatusAccepted, ""
}

// heard lets deliveries to a server go on, since it lives. Once a minute is enough.
func (in *Inbox) heard(ctx context.Context, host string) {
	if in.door.news.over(host, Limit{1, time.Minute}, in.now()) {
		return
	}
	in.Remote.Again(host)
	if err := remote.Heard(ctx, in.Pool, host); err != nil {
		in.Log.Warn("noting that a server lives failed", "host", host, "err", err)
	}
}

func (in *Inbox) broken(err error) (int, string) {
	in.Log.Error("taking an activity failed", "err", err)
	return http.StatusServiceUnavailable, "Try again later."
}

// verify checks the signature, with the key asked for again if it does not fit: keys change.
func (in *Inbox) verify(ctx context.Context, r *http.Request, body []byte) (signed *httpsig.Signed, by activity.ID, err error) {
	site, err := url.Parse(in.Site)
	if err != nil {
		return nil, "", err
	}
	var id httpsig.KeyID
	v := httpsig.Verifier{Scheme: site.Scheme, Host: site.Host, Now: in.Now}
	v.Key = func(ctx context.Context, k httpsig.KeyID) (key crypto.PublicKey, err error) {
		id = k
		by, key, err = in.Remote.Signed(ctx, k)
		return key, err
	}
	ctx = remote.WithBudget(ctx, 6)
	signed, err = v.Verify(ctx, r, body)
	if isKind(err, httpsig.Wrong) {
		v.Key = func(ctx context.Context, k httpsig.KeyID) (key crypto.PublicKey, err error) {
			by, key, err = in.Remote.AgainKey(ctx, id)
			return key, err
		}
		if again, err2 := v.Verify(ctx, r, body); err2 == nil {
			return again, by, nil
		}
	}
	return signed, by, err
}

func isKind(err error, k httpsig.Kind) bool {
	var e *httpsig.Error
	return errors.As(err, &e) && e.Kind == k
}

// unsigned answers what could not be verified. Somebody who leaves may have no key any more: then their server says so.
func (in *Inbox) unsigned(ctx context.Context, a *activity.Activity, err error) (int, string) {
	if isKind(err, httpsig.Keyless) {
		switch {
		case leaves(a) && remote.Vanished(err):
			if _, err := in.Remote.Refresh(ctx, a.Actor); remote.Vanished(err) {
				return http.StatusAccepted, ""
			}
		case fail.Is(err, fail.Unavailable), fail.Is(err, fail.Internal):
			return http.StatusServiceUnavailable, "The key of the signature cannot be asked for now."
		}
	}
	return http.StatusUnauthorized, "The signature is not good: " + reason(err)
}

// reason is what the other side may know of a refusal.
func reason(err error) string {
	var e *httpsig.Error
	if errors.As(err, &e) {
		return e.Text
	}
	return "it cannot be checked"
}

// leaves tells whether somebody says of themselves that they are gone.
func leaves(a *activity.Activity) bool {
	t, ok := a.Thing()
	return a.Type == "Delete" && ok && t.ID == a.Actor
}

func readable(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/json" || strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json"))
}

var keyIDs = regexp.MustCompile(`(?i)keyid\s*=\s*"([^"]{1,1000})"`)

// keyHost is the server of the key that a signature names, before anything of it is believed.
func keyHost(h http.Header) string {
	for _, name := range []string{"Signature-Input", "Signature", "Authorization"} {
		if m := keyIDs.FindStringSubmatch(h.Get(name)); m != nil {
			id, err := httpsig.ParseKeyID(m[1])
			if err == nil {
				return id.Host
			}
		}
	}
	return ""
}

const inboxOf = `SELECT EXISTS (SELECT FROM actor WHERE lower(name) = lower(@name) AND host = '' AND (@kind = 'channel') = (kind = 'channel'))`

// here tells whether there is an inbox at a path: the one that all share, or that of an actor of ours.
func (in *Inbox) here(ctx context.Context, path string) (ok bool, err error) {
	if path == "/inbox" {
		return true, nil
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) != 3 || parts[2] != "inbox" {
		return false, nil
	}
	kind := map[string]string{"accounts": "account", "a": "account", "video-channels": "channel", "c": "channel"}[parts[0]]
	if kind == "" {
		return false, nil
	}
	err = in.Pool.QueryRow(ctx, inboxOf, pgx.NamedArgs{"name": parts[1], "kind": kind}).Scan(&ok)
	return ok, err
}

// nearby tells whether a place is this machine: also all visitors, where a proxy does not say who they are.
func nearby(place string) bool {
	a, err := netip.ParseAddr(place)
	if err != nil {
		if host, _, e := net.SplitHostPort(place); e == nil {
			a, err = netip.ParseAddr(host)
		} else if p, e := netip.ParsePrefix(place); e == nil {
			a, err = p.Addr(), nil
		}
	}
	return err == nil && (a.Unmap().IsLoopback() || place == "::/64")
}

// fingerprint names one signature once.
func fingerprint(s *httpsig.Signed) string {
	h := sha256.New()
	h.Write([]byte(s.Key.Full + "\x00" + strconv.FormatInt(s.Created.Unix(), 10) + "\x00"))
	h.Write(s.Signature)
	return string(h.Sum(nil))
}
