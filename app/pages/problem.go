package pages

import (
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// Problem is what stands in place of a page that cannot be shown.
type Problem struct {
	base
	Status int    `json:"status"` // of HTTP, 0 when the server was not reached
	Words  string `json:"words,omitempty"`
	Here   string `json:"here"` // address that was asked for
	Video  bool   `json:"video,omitempty"`

	Again func(d.Event) `json:"-"`
}

// NewProblem is the page for what Load said.
func NewProblem(s *session.Session, err error, here string) *Problem {
	p := &Problem{Status: api.Status(err), Here: here, Video: strings.HasPrefix(here, "/w/")}
	if p.Status >= 400 && p.Status != 404 {
		p.Words = Reason(s, err)
	}
	return p
}

// Reason is what to tell a person about an error: the server's own sentence, or that it was not reached.
func Reason(s *session.Session, err error) string {
	if api.Status(err) == 0 {
		return s.T("error.network")
	}
	return err.Error()
}

// Name is problem.
func (p *Problem) Name() string { return "problem" }

// State follows the status.
func (p *Problem) State() string {
	switch p.Status {
	case 0:
		return "offline"
	case 401, 403, 451:
		return "forbidden"
	}
	return "error"
}

// Head keeps search engines away.
func (p *Problem) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T(p.key()+".title")), Hidden: true}
}

func (p *Problem) key() string {
	switch {
	case p.Status == 0:
		return "problem.offline"
	case p.Status == 401:
		return "problem.401"
	case p.Status == 403:
		return "problem.403"
	case p.Status == 404 && p.Video:
		return "problem.404.video"
	case p.Status == 404 || p.Status == 400:
		return "problem.404"
	case p.Status == 410:
		return "problem.410"
	case p.Status == 451:
		return "problem.451"
	case p.Status == 429 || p.Status == 503:
		return "problem.busy"
	}
	return "problem.500"
}

// Title is what happened, in a few words.
func (p *Problem) Title(s *session.Session) string { return s.T(p.key() + ".title") }

// Text says more: the server's own sentence when it gave one.
func (p *Problem) Text(s *session.Session) string {
	if p.Words != "" {
		return p.Words
	}
	return s.T(p.key() + ".words")
}

// View says what happened and the way out.
func (p *Problem) View(s *session.Session) d.Node {
	return d.Div(d.Class("page"),
		d.Div(d.Class("notice whole"),
			d.Div(d.Class("notice-art"), parts.Astray()),
			heading(p.Title(s)),
			d.P(d.Text(p.Text(s))),
			d.Div(d.Class("row"), p.ways(s)),
			d.When(p.Status == 404 && !p.Video, func() d.Item { return p.look(s) })))
}

func (p *Problem) ways(s *session.Session) d.Item {
	home := parts.LinkButton("", "", s.T("problem.home"), "/videos/browse")
	again := parts.LinkButton("primary", "arrow-clockwise", s.T("retry"), p.Here, d.On("click", p.Again), d.Test("retry"))
	switch p.State() {
	case "forbidden":
		if s.User == nil && p.Status != 451 {
			return d.Group{parts.LinkButton("primary", "sign-in", s.T("signin"), "/login?next="+escape(p.Here)), home}
		}
		return home
	case "offline":
		return d.Group{again, home}
	}
	if p.Status >= 429 && p.Status != 451 {
		return d.Group{again, home}
	}
	return parts.LinkButton("primary", "", s.T("problem.home"), "/videos/browse")
}

// look searches for the words of the address that led nowhere.
func (p *Problem) look(s *session.Session) d.Node {
	path, _, _ := strings.Cut(p.Here, "?")
	words := strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '-' || r == '_' || r == '.' }), " ")
	if len(words) > 80 {
		words = ""
	}
	return d.Form(d.Class("look"), d.At("action", "/videos/browse"), d.Role("search"), d.Aria("label", s.T("problem.look")), d.Aria("labelledby", "look-label"),
		d.Label(d.ID("look-label"), d.At("for", "look"), d.Text(s.T("problem.look"))),
		d.Div(d.Class("row"), parts.Line("search", "search", words, d.ID("look")), parts.SubmitButton("", "magnifying-glass", s.T("search.go"))))
}
