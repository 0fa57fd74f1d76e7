package pages

import (
	"context"
	"net/url"
	"strconv"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
)

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
