package api

import (
	"context"
	"net/http"
	"strings"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/shared/api"
)

type viewerKey struct{}

// viewer is who asks; nil when no one is signed in. Only handlers wrapped by anyone or member know it.
func viewer(r *http.Request) *account.Viewer {
	v, _ := r.Context().Value(viewerKey{}).(*account.Viewer)
	return v
}

// anyone is do for handlers that answer differently to who is signed in. A token that is wrong is refused, as PeerTube does,
// so that apps notice that it ended.
func (s *Server) anyone(h handler) http.HandlerFunc {
	return s.do(func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.identify(w, r)
		if err != nil {
			return err
		}
		if v != nil {
			w.Header().Set("Cache-Control", "private, no-cache")
			r = r.WithContext(context.WithValue(r.Context(), viewerKey{}, v))
		}
		return h(w, r)
	})
}

// member is do for handlers that need someone who is signed in.
func (s *Server) member(h handler) http.HandlerFunc { return s.role(api.Member, h) }

var errUnsigned = fail.New(fail.Unauthorized, "Token is invalid").WithCode("unauthorized_request")

func (s *Server) role(role int, h handler) http.HandlerFunc {
	return s.anyone(func(w http.ResponseWriter, r *http.Request) error {
		switch v := viewer(r); {
		case v == nil:
			return errUnsigned
		case !v.Is(role):
			return fail.New(fail.Forbidden, "Your role does not allow this.")
		}
		return h(w, r)
	})
}

// identify finds who asks by the Authorization header or, from our own pages only, by the cookie.
func (s *Server) identify(w http.ResponseWriter, r *http.Request) (*account.Viewer, error) {
	if token := bearer(r); token != "" {
		return account.ByToken(r.Context(), s.Pool, token, account.OriginOf(r))
	}
	if s.origin.Check(r) != nil {
		return nil, nil // another site's page asks for something to be done with our visitor's cookie
	}
	return account.ByCookie(r.Context(), s.Pool, w, r, s.secure())
}

// bearer is the token of the Authorization header (RFC 6750, 2.1), empty when there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (s *Server) secure() bool { return strings.HasPrefix(s.URL, "https:") }
