package files

import (
	"net/http"
	"strings"

	"shoal/server/account"
	"shoal/server/video"
)

// pass is how a visitor came to be let in.
type pass struct {
	closed bool   // the file is not for everybody: nobody on the way may keep it
	token  string // of the address, to be put into the addresses of a playlist
}

// may is the one place that decides who gets a file of a video.
func (f *Files) may(r *http.Request, a video.Access) (pass, error) {
	if !a.Closed() {
		return pass{}, nil
	}
	p := pass{closed: true}
	ctx := r.Context()
	if token := r.URL.Query().Get("videoFileToken"); token != "" {
		ok, err := f.Tokens.Opens(ctx, token, a.ID)
		if err != nil || ok {
			p.token = token
			return p, err
		}
	}
	v, err := f.viewer(r)
	if err != nil {
		return p, err
	}
	return p, a.Admit(ctx, f.Pool, video.Visit{
		Viewer: v, Password: r.Header.Get("X-Peertube-Video-Password"), Place: account.Place(r), Guesses: &f.guesses,
	}, false)
}

// viewer is who asks, by token or by the cookie of our pages; nil when nobody is signed in.
func (f *Files) viewer(r *http.Request) (*account.Viewer, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && token != "" {
		return account.ByToken(r.Context(), f.Pool, strings.TrimSpace(token))
	}
	return account.ByCookie(r.Context(), f.Pool, discard{}, r, false)
}

// discard is where a renewed cookie goes: answers that may be kept carry none.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// keep says who may keep the answer. lasting is for names that never mean anything else.
func (p pass) keep(h http.Header, lasting bool) {
	switch {
	case p.closed && lasting:
		h["Cache-Control"] = mine
	case p.closed:
		h["Cache-Control"] = mineNow
	case lasting:
		h["Cache-Control"] = forever
	default:
		h["Cache-Control"] = asked
	}
}

// A day, and not for ever: what becomes private must leave the caches on the way some time.
var (
	forever = []string{"public, max-age=86400, immutable"}
	asked   = []string{"public, no-cache"}
	mine    = []string{"private, max-age=3600"}
	mineNow = []string{"private, no-cache"}
)
