package pages

import (
	d "shoal/app/dom"
	"shoal/app/session"
)

// MyVideos lists what the signed-in person has published.
type MyVideos struct{ base }

// Name is my-videos.
func (p *MyVideos) Name() string { return "my-videos" }

// Head keeps search engines away.
func (p *MyVideos) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("nav.mine")), Hidden: true}
}

// View is a table of videos.
func (p *MyVideos) View(s *session.Session) d.Node {
	return d.Div(d.Class("page"), heading(s.T("nav.mine")))
}
