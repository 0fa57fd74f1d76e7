package parts

import (
	d "shoal/app/dom"
	"shoal/app/session"
)

// Empty invites: a line on what belongs here and what to do about it.
func Empty(s *session.Session, title, words string, action d.Item) d.Node {
	return d.Div(d.Class("notice"), d.Div(d.Class("notice-mark"), Logo()), d.H2(d.Text(title)), d.P(d.Text(words)), action)
}

// Trouble says what failed and what can be done; words are the server's own.
func Trouble(s *session.Session, title, words string, again func(d.Event), here string) d.Node {
	return d.Div(d.Class("notice trouble"), d.Role("alert"),
		d.Div(d.Class("notice-mark"), Icon("warning-circle")), d.H2(d.Text(title)), d.P(d.Text(words)),
		LinkButton("primary", "arrow-clockwise", s.T("retry"), here, d.On("click", again), d.Test("retry")))
}

// Skeletons keep the place of n cards while they are on their way.
func Skeletons(n int) d.Node {
	g := make(d.Group, n)
	for i := range g {
		g[i] = d.Div(d.Class("card skeleton"), d.Div(d.Class("thumb")),
			d.Div(d.Class("card-meta"), d.Span(d.Class("avatar")), d.Div(d.Class("card-words"), d.Span(d.Class("line")), d.Span(d.Class("line short")))))
	}
	return d.Div(d.Class("grid"), d.Hidden(), g)
}

// Grid lays cards out; those of the first row load their pictures at once.
func Grid(s *session.Session, cards []Card) d.Node {
	g := make(d.Group, len(cards))
	for i, c := range cards {
		g[i] = VideoCard(s, c, i < 4)
	}
	return d.Div(d.Class("grid"), g)
}

// GridUnder is Grid below a heading of the second level: nothing in it is needed at once.
func GridUnder(s *session.Session, cards []Card) d.Node {
	return d.Div(d.Class("grid under"), d.Each(cards, func(c Card) d.Node { return VideoCard(s, c, false) }))
}
