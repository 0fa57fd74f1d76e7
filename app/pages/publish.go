// Being written by the engineer of the creator pages (publish, my videos, manage); others please leave these files alone.

package pages

import (
	d "shoal/app/dom"
	"shoal/app/session"
)

// Publish takes video files and asks what belongs to them.
type Publish struct{ base }

// Name is publish.
func (p *Publish) Name() string { return "publish" }

// Head keeps search engines away.
func (p *Publish) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("publish")), Hidden: true}
}

// View is the drop field.
func (p *Publish) View(s *session.Session) d.Node {
	return d.Div(d.Class("page"), heading(s.T("publish")))
}
