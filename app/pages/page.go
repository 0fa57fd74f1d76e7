// Package pages is one file a page: what it reads, and how it looks in each of its states.
package pages

import (
	"context"
	"net/url"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
)

// Page is one page on both sides. Its exported fields travel from the server to the browser as JSON, so that the first
// drawing in the browser is the same and asks for nothing again.
type Page interface {
	// Name is what main[data-page] says.
	Name() string
	// Load reads what the page shows. An *api.Err says why there is nothing to show.
	Load(ctx context.Context, s *session.Session, u *url.URL) error
	// Head is what stands in the head of the document.
	Head(s *session.Session) Head
	// State is what main[data-state] says: ready or empty.
	State() string
	// View draws the page.
	View(s *session.Session) d.Node
}

// Head is what a page tells the document, search engines and other sites.
type Head struct {
	Title       string
	Name        string // of what the page shows, without the platform; the title when empty
	Description string
	Path        string // canonical, from / on; empty when there is none
	Image       string
	Hidden      bool   // not for search engines
	Kind        string // of Open Graph; website when empty
}

// Settled is implemented by pages that do something once they stand in the browser; the returned function ends it.
type Settled interface {
	Settle(s *session.Session) (leave func())
}

// Laid is implemented by pages that stand without menus ("plain").
type Laid interface{ Layout() string }

// Sought is implemented by pages that show words in the search field.
type Sought interface{ Sought() string }

// Playing is implemented by pages with a player.
type Playing interface{ Boot() []byte }

// FrameOf is what the shell shows around a page.
func FrameOf(path string, p Page) parts.Frame {
	f := parts.Frame{Page: p.Name(), State: p.State(), Path: strings.TrimSuffix(path, "/")}
	if f.Path == "" || f.Path == "/home" {
		f.Path = "/videos/browse"
	}
	if l, ok := p.(Laid); ok {
		f.Layout = l.Layout()
	}
	if l, ok := p.(Sought); ok {
		f.Search = l.Sought()
	}
	_, f.Player = p.(Playing)
	return f
}

// base gives the answers most pages share.
type base struct{}

func (base) Load(context.Context, *session.Session, *url.URL) error { return nil }
func (base) State() string                                          { return "ready" }

// heading is the title of the page, which takes the focus after a navigation.
func heading(words string, items ...d.Item) *d.Element {
	return d.H1(d.ID("h1"), d.At("tabindex", "-1"), d.Group(items), d.Text(words))
}

// titled is the document's title of a page other than the first.
func titled(s *session.Session, words string) string { return words + " – " + s.Site.Name }
