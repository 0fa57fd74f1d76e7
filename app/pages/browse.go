package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// step is how many cards come at once.
const step = 24

// Browse is the home page: all videos, narrowed by the filters in the address.
type Browse struct {
	Path   string       `json:"path"`
	Sort   string       `json:"sort"`
	Local  bool         `json:"local,omitempty"`
	Search string       `json:"search,omitempty"`
	Cards  []parts.Card `json:"cards"`
	Total  int64        `json:"total"`
	Start  int          `json:"start,omitempty"` // of the first card

	busy   bool
	failed string
}

// sorts are the orders a person may choose, as the API names them.
var sorts = []string{"-publishedAt", "-trending", "-views", "-likes"}

// Name is browse.
func (p *Browse) Name() string { return "browse" }

// Load reads the first videos.
func (p *Browse) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	q := u.Query()
	p.Path, p.Sort, p.Search = u.Path, q.Get("sort"), strings.TrimSpace(q.Get("search"))
	p.Local = p.scope(s, q.Get("scope")) == "local"
	switch u.Path {
	case "/", "/home":
		p.Path = "/videos/browse"
	case "/videos/trending":
		p.Sort = "-trending"
	case "/videos/most-liked":
		p.Sort = "-likes"
	case "/videos/local":
		p.Local = true
	}
	if !known(p.Sort) {
		p.Sort = sorts[0]
		if p.Search != "" {
			p.Sort = "-match"
		}
	}
	if n, err := strconv.Atoi(q.Get("start")); err == nil && n > 0 && n < 100000 {
		p.Start = n
	}
	page, err := p.read(ctx, s, p.Start)
	if err != nil {
		return err
	}
	p.Total, p.Cards = page.Total, cards(s, page.Data)
	return nil
}

// scope is the address's own, which is remembered, or what was remembered. Nothing in between changes it.
func (p *Browse) scope(s *session.Session, asked string) string {
	if asked == "" {
		return s.Scope
	}
	if s.Live() {
		s.Scope = asked
		s.Browser.Cookie("scope", asked)
	}
	return asked
}

func known(sort string) bool {
	for _, k := range sorts {
		if k == sort {
			return true
		}
	}
	return false
}

func (p *Browse) read(ctx context.Context, s *session.Session, start int) (page api.Page[api.Video], err error) {
	q := url.Values{"start": {strconv.Itoa(start)}, "count": {strconv.Itoa(step)}, "sort": {p.Sort}}
	path := "/api/v1/videos"
	if p.Search != "" {
		path = "/api/v1/search/videos"
		q.Set("search", p.Search)
	}
	if p.Local {
		q.Set("isLocal", "true")
	}
	err = s.API.Get(ctx, path+"?"+q.Encode(), &page)
	return page, err
}

func cards(s *session.Session, videos []api.Video) []parts.Card {
	all := make([]parts.Card, len(videos))
	for i, v := range videos {
		all[i] = parts.FromVideo(s.Site, v)
	}
	return all
}

// Head is open to search engines unless it shows a search.
func (p *Browse) Head(s *session.Session) Head {
	h := Head{Title: s.Site.Name, Description: s.Site.About, Path: p.Path, Hidden: p.Search != ""}
	if p.Search != "" {
		h.Title = titled(s, s.T("browse.found.title", "words", p.Search))
	} else if p.Path != "/videos/browse" {
		h.Title = titled(s, p.title(s))
	}
	return h
}

// State is empty when no video fits.
func (p *Browse) State() string {
	if len(p.Cards) == 0 {
		return "empty"
	}
	return "ready"
}

// Sought is what was searched.
func (p *Browse) Sought() string { return p.Search }

func (p *Browse) title(s *session.Session) string {
	switch {
	case p.Search != "":
		return s.T("browse.found.title", "words", p.Search)
	case p.Path == "/videos/trending":
		return s.T("nav.trending")
	case p.Path == "/videos/local":
		return s.T("nav.local")
	case p.Path == "/videos/recently-added":
		return s.T("sort.-publishedAt")
	case p.Path == "/videos/most-liked":
		return s.T("sort.-likes")
	}
	return s.T("nav.home")
}

// View is a bar of filters and a grid of cards.
func (p *Browse) View(s *session.Session) d.Node {
	return d.Div(d.Class("page wide"),
		d.Div(d.Class("bar-top"), heading(p.title(s), d.Class("small")),
			d.If(p.Search != "", d.P(d.Class("quiet"), d.Role("status"), d.Text(s.N("browse.found", p.Total)))),
			p.filters(s)),
		p.body(s))
}

func (p *Browse) body(s *session.Session) d.Node {
	switch {
	case len(p.Cards) > 0:
		return d.Group{parts.Grid(s, p.Cards), p.more(s)}
	case p.Search != "":
		return parts.Empty(s, s.T("browse.none.title"), s.T("browse.none.words", "words", p.Search), parts.LinkButton("primary", "", s.T("browse.clear"), "/videos/browse?scope=federated"))
	case p.Local || p.Start > 0:
		return parts.Empty(s, s.T("browse.none.title"), s.T("browse.none.local"), parts.LinkButton("primary", "", s.T("browse.clear"), "/videos/browse?scope=federated"))
	case s.MayPublish():
		return parts.Empty(s, s.T("browse.empty.title"), s.T("browse.empty.words"), parts.LinkButton("primary", "upload-simple", s.T("publish.first"), "/videos/publish"))
	case s.User == nil:
		return parts.Empty(s, s.T("browse.empty.title"), s.T("browse.empty.guest"), parts.LinkButton("primary", "", s.T("signin"), "/login"))
	}
	return parts.Empty(s, s.T("browse.empty.title"), s.T("browse.empty.guest"), nil)
}

func (p *Browse) filters(s *session.Session) d.Node {
	one := func(on bool, words, href, test string) d.Node {
		return d.A(d.Class("pick"), d.Href(href), d.If(on, d.Aria("current", "true")), d.Test(test), d.Text(words))
	}
	order := p.Sort
	if p.Search != "" {
		order = ""
	}
	return d.Div(d.Class("filters"),
		d.Div(d.Class("picks"), d.Role("group"), d.Aria("label", s.T("scope")),
			one(!p.Local, s.T("scope.all"), p.link("sort", p.Sort, "scope", "federated"), "scope-all"),
			one(p.Local, s.T("scope.local"), p.link("sort", p.Sort, "scope", "local"), "scope-local")),
		d.Form(d.Class("order"), d.At("action", "/videos/browse"),
			d.Label(d.At("for", "order"), d.Class("out"), d.Text(s.T("sort"))),
			d.Span(d.Class("select"), parts.Choice("sort", order, p.orders(s), d.ID("order"), d.Test("sort"), d.On("change", p.reorder(s)))),
			d.Input(d.Type("hidden"), d.Name("scope"), d.At("value", scope(p.Local))),
			d.If(p.Search != "", d.Input(d.Type("hidden"), d.Name("search"), d.At("value", p.Search))),
			d.If(s.Lite, d.Button(d.Class("button small"), d.Type("submit"), d.Text(s.T("apply"))))))
}

func (p *Browse) orders(s *session.Session) []parts.Option {
	var all []parts.Option
	if p.Search != "" {
		all = append(all, parts.Option{Value: "", Label: s.T("sort.match")})
	}
	for _, k := range sorts {
		all = append(all, parts.Option{Value: k, Label: s.T("sort." + k)})
	}
	return all
}

func (p *Browse) reorder(s *session.Session) func(d.Event) {
	if !s.Live() {
		return nil
	}
	return func(e d.Event) { s.Browser.Open(p.link("sort", e.Value(), "scope", scope(p.Local))) }
}

func scope(local bool) string {
	if local {
		return "local"
	}
	return "federated"
}

// link is the address of this list with other filters.
func (p *Browse) link(pairs ...string) string {
	q := url.Values{}
	if p.Search != "" {
		q.Set("search", p.Search)
	}
	for i := 0; i < len(pairs); i += 2 {
		if v := pairs[i+1]; v != "" && !(pairs[i] == "sort" && (v == sorts[0] || v == "-match")) {
			q.Set(pairs[i], v)
		}
	}
	if len(q) == 0 {
		return "/videos/browse"
	}
	return "/videos/browse?" + q.Encode()
}

func (p *Browse) more(s *session.Session) d.Node {
	next := p.Start + len(p.Cards)
	if int64(next) >= p.Total {
		return d.Group{}
	}
	if p.failed != "" {
		return parts.Trouble(s, s.T("browse.more.failed"), p.failed, p.extend(s), p.link("start", strconv.Itoa(next)))
	}
	return d.Div(d.Class("more"), d.A(d.Class("button"), d.Href(p.link("sort", p.Sort, "scope", scope(p.Local), "start", strconv.Itoa(next))),
		d.On("click", p.extend(s)), d.If(p.busy, d.Aria("busy", "true")), d.Test("more"), d.Text(s.T("more"))))
}

// extend puts the next cards under the present ones.
func (p *Browse) extend(s *session.Session) func(d.Event) {
	if !s.Live() {
		return nil
	}
	return func(e d.Event) {
		e.Prevent()
		if p.busy {
			return
		}
		p.busy, p.failed = true, ""
		s.Browser.Go(func() {
			page, err := p.read(context.Background(), s, p.Start+len(p.Cards))
			s.Browser.Do(func() {
				p.busy = false
				if err != nil {
					p.failed = Reason(s, err)
					return
				}
				p.Cards, p.Total = append(p.Cards, cards(s, page.Data)...), page.Total
			})
		})
	}
}
