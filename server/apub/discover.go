package apub

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"shoal/server/apub/objects"
	"shoal/server/discovery"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/server/keyring"
	"shoal/server/video"
)

// discover answers the documents by which others find us.
func (s *Server) discover(w http.ResponseWriter, r *http.Request) error {
	switch r.URL.Path {
	case "/.well-known/webfinger":
		return s.webfinger(w, r)
	case "/.well-known/nodeinfo":
		return document(w, "application/json; charset=utf-8", discovery.NodeInfos(s.URL, string(objects.InstanceID(s.URL))))
	case "/.well-known/host-meta":
		write(w, http.StatusOK, discovery.HostMetaType, lasts, discovery.HostMeta(s.URL))
		return nil
	case "/nodeinfo/2.0.json", "/nodeinfo/2.0":
		return s.nodeinfo(w, r, "2.0")
	case "/nodeinfo/2.1.json", "/nodeinfo/2.1":
		return s.nodeinfo(w, r, "2.1")
	}
	return absent()
}

func document(w http.ResponseWriter, kind string, v any) error {
	body, err := json.Marshal(v)
	if err == nil {
		write(w, http.StatusOK, kind, lasts, body)
	}
	return err
}

// webfinger tells who a handle is, or an address of ours (RFC 7033). The bare platform is its own actor (FEP-d556).
func (s *Server) webfinger(w http.ResponseWriter, r *http.Request) error {
	resource := r.URL.Query().Get("resource")
	name, ok := s.meant(resource)
	if !ok {
		return fail.Field("resource", "Should be acct:name@%s.", hostOf(s.URL))
	}
	id, kind, err := s.Find(r.Context(), s.Pool, name)
	if err != nil {
		return err
	}
	a, err := s.Actor(r.Context(), s.Pool, id)
	if err != nil {
		return err
	}
	page := map[string]string{"account": s.URL + "/a/" + a.PreferredUsername, "channel": s.URL + "/c/" + a.PreferredUsername, "instance": s.URL + "/about"}[kind]
	return document(w, discovery.WebFingerType, discovery.WebFinger(resource, string(a.ID), page, s.URL))
}

// meant is the name that a resource speaks of.
func (s *Server) meant(resource string) (string, bool) {
	rest, isURL := strings.CutPrefix(resource, s.URL)
	if !isURL {
		name, host, ok := discovery.Handle(resource)
		return name, ok && strings.EqualFold(host, hostOf(s.URL)) && !strings.HasPrefix(resource, "http")
	}
	if rest == "" || rest == "/" {
		return keyring.Platform, true
	}
	for _, root := range []string{"/accounts/", "/video-channels/", "/a/", "/c/", "/@"} {
		if name, ok := strings.CutPrefix(rest, root); ok && name != "" && !strings.ContainsAny(name, "/?#@") {
			return name, true
		}
	}
	return "", false
}

func hostOf(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	return u.Host
}

// usage is counted at most once in a while: strangers can ask for it as often as they like.
type usage struct {
	mu    sync.Mutex
	at    time.Time
	value discovery.Usage
}

const counted = time.Minute

const people = `
	SELECT count(*), count(*) FILTER (WHERE u.at > now() - interval '30 days'), count(*) FILTER (WHERE u.at > now() - interval '180 days')
	FROM member m LEFT JOIN LATERAL (SELECT greatest(max(t.last_used_at), m.last_login_at) AS at FROM token t WHERE t.member_id = m.id) u ON true`

func (u *usage) get(ctx context.Context, s *Server) (discovery.Usage, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.at.IsZero() && time.Since(u.at) < counted {
		return u.value, nil
	}
	of := &u.value.Users
	if err := s.Pool.QueryRow(ctx, people).Scan(&of.Total, &of.ActiveMonth, &of.ActiveHalfyear); err != nil {
		return u.value, err
	}
	videos, err := video.Total(ctx, s.Pool)
	if err != nil {
		return u.value, err
	}
	u.value.LocalPosts, u.value.LocalComments = int(videos.Local), int(videos.LocalComments)
	u.at = time.Now()
	return u.value, nil
}

func (s *Server) nodeinfo(w http.ResponseWriter, r *http.Request, schema string) error {
	ctx := r.Context()
	used, err := s.usage.get(ctx, s)
	if err != nil {
		return err
	}
	set := instance.Default()
	if s.Instance != nil {
		if set, err = s.Instance.Settings(ctx); err != nil {
			return err
		}
	}
	n := discovery.Describe(schema, s.Version, s.Source, set.SignUp.Open, used, set.Name, set.ShortDescription)
	return document(w, strings.Replace(discovery.NodeInfoType, "2.0", schema, 1), n)
}
