package pages

import (
	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
)

// About says what this platform is and where its source code is.
type About struct{ base }

// Name is about.
func (p *About) Name() string { return "about" }

// Head is open to all.
func (p *About) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("nav.about")), Description: s.Site.About, Path: "/about"}
}

// View is facts first.
func (p *About) View(s *session.Session) d.Node {
	return d.Div(d.Class("page narrow"),
		d.Div(d.Class("about-top"), parts.Logo(), heading(s.Site.Name)),
		d.When(s.Site.About != "", func() d.Item { return d.Div(d.Class("prose lead"), parts.Markdown(s.Site.About, parts.Reading{})) }),
		d.Section(d.Class("sheet"), d.H2(d.Text(s.T("about.what"))), d.P(d.Text(s.T("about.what.words"))), d.P(d.Text(s.T("about.federation")))),
		d.Section(d.Class("sheet"), d.H2(d.Text(s.T("about.peers"))), d.P(d.Text(s.T("about.peers.words"))), d.P(d.Text(s.T("about.peers.choice"))), d.P(parts.LinkButton("", "", s.T("about.peers.choose"), "/settings", d.Test("about-sharing")))),
		d.Section(d.Class("sheet"), d.H2(d.Text(s.T("about.software"))),
			d.P(d.Text(s.T("about.software.words", "version", s.Site.Version))),
			d.When(s.Site.Source != "", func() d.Item {
				return d.P(d.A(d.Class("button"), d.Href(s.Site.Source), d.At("rel", "noopener"), parts.Icon("code"), d.Span(d.Text(s.T("source")))))
			})))
}

// Offline is what the service worker keeps for when there is no network.
type Offline struct{ base }

// Name is offline.
func (p *Offline) Name() string { return "offline" }

// State is offline.
func (p *Offline) State() string { return "offline" }

// Head keeps search engines away.
func (p *Offline) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("problem.offline.title")), Hidden: true}
}

// View says so, and offers another try.
func (p *Offline) View(s *session.Session) d.Node {
	return d.Div(d.Class("page"), d.Div(d.Class("notice whole"), d.Div(d.Class("notice-art"), parts.Astray()),
		heading(s.T("problem.offline.title")), d.P(d.Text(s.T("problem.offline.words"))),
		d.Div(d.Class("row"), d.A(d.Class("button primary"), d.Href(""), d.ID("again"), parts.Icon("arrow-clockwise"), d.Span(d.Text(s.T("retry")))))))
}
