package pages

import (
	"strconv"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// View is the place of the player, what belongs to the video, and what comes next.
func (p *Watch) View(s *session.Session) d.Node {
	return d.Div(d.Class("watch"),
		d.Div(d.ID("player-slot"), d.Class("slot"), d.At("tabindex", "-1")),
		d.Div(d.Class("watch-main"),
			heading(p.Title, d.Class("watch-title"), d.At("dir", "auto"), langOf(p.Tag)),
			p.question(s),
			p.strip(s),
			d.Div(d.Class("watch-row"), p.owner(s), p.actions(s)),
			p.panel(s),
			p.about(s),
			p.facts(s)),
		d.Aside(d.Class("watch-next"), d.Aria("label", s.T("watch.next")),
			d.H2(d.Text(s.T("watch.next"))),
			d.When(len(p.Next) == 0, func() d.Item { return d.P(d.Class("quiet"), d.Text(s.T("watch.next.none"))) }),
			d.Each(p.Next, func(c parts.Card) d.Node { return parts.Compact(s, c) })))
}

func langOf(tag string) d.Item { return d.If(tag != "", d.Lang(tag)) }

// strip tells what is particular: not public, being processed, failed, from elsewhere.
func (p *Watch) strip(s *session.Session) d.Item {
	var g d.Group
	if p.StateID != api.Published {
		g = append(g, parts.Timeline(s, p.Processing, p.StateID))
	}
	if p.Privacy != api.Public {
		k := strconv.Itoa(p.Privacy)
		g = append(g, d.P(d.Class("strip-line"), parts.Icon(parts.PrivacyIcon(p.Privacy)), d.Span(d.Text(s.T("privacy."+k+".words")))))
	}
	if p.NSFW {
		g = append(g, d.P(d.Class("strip-line"), parts.Icon("warning"), d.Span(d.Text(s.T("watch.nsfw")))))
	}
	if p.Host != "" {
		g = append(g, d.P(d.Class("strip-line"), parts.Icon("globe-hemisphere-west"), d.A(d.Href(p.URL), d.At("rel", "noopener"), d.Text(s.T("watch.origin", "host", p.Host)))))
	}
	if len(g) == 0 {
		return nil
	}
	return d.Div(d.Class("strip"), g)
}

func (p *Watch) owner(s *session.Session) d.Node {
	return d.Div(d.Class("owner"),
		d.A(d.Href(p.Channel.Path()), d.At("tabindex", "-1"), d.Hidden(), parts.Avatar(p.Channel, 44)),
		d.Div(d.Class("owner-words"),
			d.A(d.Class("owner-name"), d.Href(p.Channel.Path()), d.At("dir", "auto"), d.Text(p.Channel.Display)),
			d.Span(d.Class("quiet"), d.Text(s.N("followers", int64(p.Followers))))))
}

func (p *Watch) actions(s *session.Session) d.Node {
	return d.Div(d.Class("actions"),
		parts.Button("", "share-network", s.T("share"), d.At("popovertarget", "share"), d.Test("share")),
		d.When(len(p.Downloads) > 0, func() d.Item { return p.download(s) }),
		d.If(p.Mine, parts.LinkButton("", "pencil-simple", s.T("edit"), "/videos/manage/"+p.Short, d.Test("edit"))))
}

func yes(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

func (p *Watch) download(s *session.Session) d.Node {
	return d.Details(d.Class("drop"),
		d.Summary(d.Class("button"), d.Test("download"), parts.Icon("download-simple"), d.Span(d.Text(s.T("download")))),
		d.Div(d.Class("drop-menu"), d.Each(p.Downloads, func(f Download) d.Node {
			return d.A(d.Class("menu-item"), d.Href(f.URL), d.Flag("download", true), d.Span(d.Text(f.Label)), d.Span(d.Class("quiet end"), d.Text(s.Words.Bytes(f.Size))))
		})))
}

// panel is where the link and the embed code are taken from. It opens without any script.
func (p *Watch) panel(s *session.Session) d.Node {
	link := s.Site.URL + "/w/" + p.Short
	code := `<iframe src="` + s.Site.URL + `/videos/embed/` + p.Short + `" width="560" height="315" allowfullscreen></iframe>`
	row := func(id, label, value string) d.Node {
		return d.Div(d.Class("field"), d.Label(d.At("for", id), d.Text(label)),
			d.Div(d.Class("row"), parts.Line("text", id, value, d.ID(id), d.Flag("readonly", true), d.At("dir", "ltr")),
				parts.Button("live-only", "copy", s.T("copy"), d.On("click", p.copy(s, value)))))
	}
	return d.Div(d.ID("share"), d.Class("sheet-pop"), d.At("popover", "auto"),
		d.Div(d.Class("sheet-head"), d.H2(d.Text(s.T("share"))), parts.IconButton("x", s.T("close"), d.At("popovertarget", "share"), d.At("popovertargetaction", "hide"))),
		row("share-link", s.T("share.link"), link), row("share-embed", s.T("share.embed"), code))
}

func (p *Watch) copy(s *session.Session, words string) func(d.Event) {
	if !s.Live() {
		return nil
	}
	return func(d.Event) {
		s.Browser.Copy(words)
		s.Browser.Toast(session.Toast{Words: s.T("copied")})
	}
}

func (p *Watch) about(s *session.Session) d.Node {
	return d.Div(d.Class("about-box"),
		d.P(d.Class("about-facts"), d.Strong(d.Title(s.Words.Full(p.Views)), d.Text(s.N("views", p.Views))), d.Text(" "), d.Strong(parts.When(s, p.At))),
		d.When(p.Text != "", func() d.Item {
			return d.Group{
				d.If(p.folds(s), d.Input(d.Type("checkbox"), d.ID("fold"), d.Class("out fold"), d.Aria("label", s.T("more.read")))),
				d.Div(d.Class("prose"), d.At("dir", "auto"), langOf(p.Tag), parts.Markdown(p.Text, parts.Reading{Path: "/w/" + p.Short, Seek: p.seek(s)})),
				d.If(p.folds(s), d.Label(d.Class("text-button"), d.At("for", "fold"), d.Hidden(), d.Span(d.Class("if-shut"), d.Text(s.T("more.read"))), d.Span(d.Class("if-open"), d.Text(s.T("less"))))),
			}
		}),
		d.When(len(p.Tags) > 0, func() d.Item {
			return d.Ul(d.Class("tags"), d.Each(p.Tags, func(t string) d.Node {
				return d.Li(d.A(d.Href("/videos/browse?search="+escape(t)), d.El("bdi", d.Text("#"+t))))
			}))
		}))
}

// folds tells whether only the first lines of the description are shown. A box in the page folds it, not a script.
func (p *Watch) folds(s *session.Session) bool {
	return !s.Lite && (len(p.Text) > 280 || strings.Count(p.Text, "\n") > 3)
}

func (p *Watch) seek(s *session.Session) func(int) {
	if !s.Live() || s.Player == nil {
		return nil
	}
	return func(at int) { s.Player.Seek(float64(at)) }
}

func (p *Watch) facts(s *session.Session) d.Node {
	var g d.Group
	fact := func(key, value string) {
		if value != "" {
			g = append(g, d.Div(d.El("dt", d.Text(s.T(key))), d.El("dd", d.Text(value))))
		}
	}
	fact("fact.published", s.Words.Exact(p.At))
	fact("fact.category", p.Category)
	fact("fact.licence", p.Licence)
	fact("fact.language", p.Language)
	fact("fact.by", p.Account.Display)
	return d.El("dl", d.Class("facts"), g)
}

// Settle hears of the processing while it goes on, and fetches the page anew when the video can be played.
func (p *Watch) Settle(s *session.Session) func() {
	if !p.Mine || p.StateID == api.Published {
		return func() {}
	}
	return follow(s, func() []string {
		if unfinished(p.StateID, p.Processing) {
			return []string{p.UUID}
		}
		return nil
	}, func(n news) {
		if n.UUID != p.UUID {
			return
		}
		if n.Processing != nil {
			p.Processing = n.Processing
		}
		if n.State == api.Published {
			s.Browser.Load("/w/" + p.Short)
		}
	})
}
