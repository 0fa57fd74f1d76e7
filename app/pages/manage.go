package pages

import (
	d "shoal/app/dom"
	"shoal/app/session"
)

// Manage changes one of the person's own videos.
type Manage struct {
	base
	ID string `json:"id"` // as in the address
}

// Name is manage.
func (p *Manage) Name() string { return "manage" }

// Head keeps search engines away.
func (p *Manage) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("edit")), Hidden: true}
}

// View is the form.
func (p *Manage) View(s *session.Session) d.Node {
	return d.Div(d.Class("page"), heading(s.T("edit")))
}
