package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

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
