package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	d "shoal/app/dom"
	"shoal/app/pages"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/shared/api"
)

// cookie of a signed-in person; see server/account.
const cookie = "shoal_session"

// bots read pages and run nothing.
var bots = regexp.MustCompile(`(?i)bot|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|embedly`)

// lite tells whether the visit wants a page that runs nothing.
func lite(r *http.Request) bool {
	return r.URL.Query().Get("wasm") == "false" || bots.MatchString(r.UserAgent())
}

func signedIn(r *http.Request) bool {
	c, err := r.Cookie(cookie)
	return err == nil && c.Value != ""
}

// page answers with a page; what guests see is made once for all who ask within a moment.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	if scope := r.URL.Query().Get("scope"); scope == "local" || scope == "federated" {
		http.SetCookie(w, &http.Cookie{Name: "scope", Value: scope, Path: "/", MaxAge: year, SameSite: http.SameSiteLaxMode, Secure: s.secure})
	}
	if signedIn(r) {
		s.send(w, r, s.make(r.Context(), r))
		return
	}
	encoding := encodingOf(r)
	key := strings.Join([]string{encoding, r.Host, r.URL.RequestURI(), languageOf(r), themeOf(r), scopeOf(r), flag(railOf(r)), flag(lite(r))}, "\n")
	s.send(w, r, s.pages.get(key, s.Now, func() kept[*document] {
		return s.make(context.WithoutCancel(r.Context()), r).keep(encoding) // others wait for it as well
	}))
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// session is who is here, with the API in process.
func (s *Server) session(ctx context.Context, r *http.Request) *session.Session {
	lang := languageOf(r)
	out := &session.Session{API: s.client(r), Words: text.For(lang), Lite: lite(r)}
	out.Facts = session.Facts{Site: s.Site(ctx), Lang: out.Words.Lang, Theme: themeOf(r), Rail: railOf(r), Scope: scopeOf(r), Now: s.Now().UTC()}
	if !signedIn(r) {
		out.Shared = func(key string, build func() (any, error)) (any, error) { return s.shared(key, build) }
	} else {
		var u api.User
		if out.API.Get(ctx, "/api/v1/users/me", &u) == nil {
			out.User = session.FromUser(u)
		}
	}
	return out
}

// shared keeps what a list gave for the other pages of guests that show the same one.
func (s *Server) shared(key string, build func() (any, error)) (any, error) {
	var err error
	v := s.lists.get(key, s.Now, func() (k kept[any]) {
		if k.value, err = build(); err == nil {
			k.life = moment
		}
		return k
	})
	return v, err
}

// make loads and draws the page of the address.
func (s *Server) make(ctx context.Context, r *http.Request) *document {
	v := s.session(ctx, r)
	p := pages.Find(r.URL.Path)
	if p == nil {
		return s.draw(r, v, &pages.Problem{Status: http.StatusNotFound, Here: r.URL.RequestURI()}, http.StatusNotFound)
	}
	if err := p.Load(ctx, v, r.URL); err != nil {
		return s.trouble(r, v, err)
	}
	return s.draw(r, v, p, http.StatusOK)
}

// trouble draws why there is nothing to show, under the status the API gave.
func (s *Server) trouble(r *http.Request, v *session.Session, err error) *document {
	status := api.Status(err)
	if status == http.StatusUnauthorized && r.Method != http.MethodPost {
		return &document{status: http.StatusSeeOther, next: "/login?next=" + url.QueryEscape(r.URL.RequestURI())}
	}
	if status < 400 {
		s.Log.ErrorContext(r.Context(), "page failed", "path", r.URL.Path, "err", err)
		status = http.StatusInternalServerError
		err = &api.Err{Problem: api.Problem{Status: status, Detail: v.T("problem.500.words")}}
	}
	return s.draw(r, v, pages.NewProblem(v, err, r.URL.RequestURI()), status)
}

// draw writes the whole document.
func (s *Server) draw(r *http.Request, v *session.Session, p pages.Page, status int) *document {
	frame := pages.FrameOf(r.URL.Path, p)
	watch, _ := p.(*pages.Watch)
	b := make([]byte, 0, 48<<10)
	b = s.head(b, r, v, p)
	b = d.Append(b, parts.Shell(v, frame, p.View(v)))
	b = s.tail(b, r, v, p, watch)
	return &document{status: status, body: b, csp: widen(s.custom(r.Context()).allow(s.csp), watch), brief: watch != nil && (watch.StateID != api.Published || watch.Processing != nil)}
}

// widen lets the player of a video of elsewhere ask where it is.
func widen(policy string, watch *pages.Watch) string {
	if watch == nil || len(watch.Origins) == 0 {
		return policy
	}
	more := " " + strings.Join(watch.Origins, " ")
	return strings.NewReplacer("; connect-src 'self'", "; connect-src 'self'"+more, "; media-src 'self'", "; media-src 'self'"+more).Replace(policy)
}

// tail is what follows the page: the player's place, the state for the browser and the first script.
func (s *Server) tail(b []byte, r *http.Request, v *session.Session, p pages.Page, watch *pages.Watch) []byte {
	small := lite(r)
	b = d.Append(b, host(v, watch, small, r.URL.Query()))
	if small {
		return append(b, "</body></html>"...)
	}
	state, err := json.Marshal(struct {
		Facts session.Facts `json:"facts"`
		Name  string        `json:"name"`
		Page  pages.Page    `json:"page"`
	}{v.Facts, p.Name(), p})
	if err != nil {
		s.Log.Error("page does not become JSON", "page", p.Name(), "err", err)
		return append(b, "</body></html>"...)
	}
	b = append(b, `<script id="state" type="application/json" data-wasm="`+asset("app.wasm")+`" data-player-css="`+asset("player.css")+`">`...)
	b = append(b, harmless(state)...)
	b = append(b, `</script>`...)
	if watch == nil || len(watch.BootJSON) == 0 { // else the boot script asks for them
		b = append(b, `<script defer src="`+asset("wasm_exec.js")+`"></script><script defer src="`+asset("app.js")+`"></script>`...)
	}
	return append(b, "</body></html>"...)
}

// boot is the script that starts the film, and what it reads. It comes before the stylesheets: scripts behind them wait
// until they are here.
func (s *Server) boot(b []byte, p *pages.Watch, programs string) []byte {
	if p == nil || len(p.BootJSON) == 0 {
		return b
	}
	b = append(b, `<script id="boot" type="application/json" `+programs+`>`...)
	b = append(b, harmless(p.BootJSON)...)
	return append(b, `</script><script>`+s.scripts.boot+`</script>`...)
}

// host is the player's place beside the app, which a change of pages does not touch. The boot script brings the media
// element of a film that is about to start.
func host(v *session.Session, p *pages.Watch, small bool, query url.Values) d.Node {
	mode, poster := "hidden", ""
	var inside d.Item
	switch {
	case p == nil || !small && len(p.BootJSON) == 0:
		inside = element()
	case small:
		inside = element(d.At("poster", p.Preview), d.Flag("controls", true), d.Each(p.Sources, func(f pages.Source) d.Node {
			return d.El("source", d.Src(f.URL), d.Type(f.Type))
		}))
	default:
		poster = p.Before(query)
	}
	if p != nil && (len(p.BootJSON) > 0 || len(p.Sources) > 0) {
		mode = "page"
	}
	return d.Div(d.ID("player-host"), d.Data("mode", mode), d.Data("p2p", "off"), d.If(poster != "", d.Data("poster", poster)),
		d.At("tabindex", "-1"), d.Role("region"), d.Aria("label", v.T("player.region")), inside)
}

func element(more ...d.Item) d.Item {
	return d.El("video", append([]d.Item{d.ID("player-video"), d.Flag("playsinline", true), d.At("preload", "none")}, more...)...)
}

// harmless keeps JSON from ending its script element: without "<" nothing does.
func harmless(j []byte) []byte {
	if bytes.IndexByte(j, '<') < 0 {
		return j
	}
	var out bytes.Buffer
	json.HTMLEscape(&out, j)
	return out.Bytes()
}
