package pages

import (
	"context"
	"net/url"
	"strconv"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// Person is an account: its channels and all its videos.
type Person struct {
	Handle   string       `json:"handle"`
	Who      parts.Who    `json:"who"`
	Text     string       `json:"text,omitempty"`
	Host     string       `json:"host,omitempty"`
	Channels []parts.Who  `json:"channels"`
	Cards    []parts.Card `json:"cards"`
}

// Name is person.
func (p *Person) Name() string { return "person" }

// Load reads the account, its channels and its newest videos.
func (p *Person) Load(ctx context.Context, s *session.Session, _ *url.URL) error {
	var a api.Account
	var channels api.Page[api.Channel]
	var videos api.Page[api.Video]
	at := "/api/v1/accounts/" + url.PathEscape(p.Handle)
	err := together(
		func() error { return s.API.Get(ctx, at, &a) },
		func() error { return s.API.Get(ctx, at+"/video-channels?count=50", &channels) },
		func() error { return s.API.Get(ctx, at+"/videos?sort=-publishedAt&count="+strconv.Itoa(step), &videos) })
	if err != nil {
		return err
	}
	p.Who = parts.FromActor(s.Site, a.ActorSummary)
	if a.Description != nil {
		p.Text = *a.Description
	}
	if a.Host != s.Site.Host() {
		p.Host = a.Host
	}
	for _, c := range channels.Data {
		p.Channels = append(p.Channels, parts.FromActor(s.Site, c.ActorSummary))
	}
	p.Cards = cards(s, videos.Data)
	return nil
}

// Head is open to all.
func (p *Person) Head(s *session.Session) Head {
	return Head{Title: titled(s, p.Who.Display), Description: plain(p.Text, 200), Path: "/a/" + p.Who.Handle, Image: p.Who.Avatar, Kind: "profile"}
}

// State is empty without videos.
func (p *Person) State() string {
	if len(p.Cards) == 0 {
		return "empty"
	}
	return "ready"
}

// View is who it is, the channels and the videos.
func (p *Person) View(s *session.Session) d.Node {
	return d.Div(d.Class("page wide"),
		d.Div(d.Class("identity"),
			parts.Avatar(p.Who, 96),
			d.Div(d.Class("identity-words"), heading(p.Who.Display, d.At("dir", "auto")),
				d.P(d.Class("identity-facts"), d.El("bdi", d.Class("handle"), d.Text("@"+p.Who.Handle))))),
		d.When(p.Text != "", func() d.Item {
			return d.Div(d.Class("prose identity-text"), d.At("dir", "auto"), parts.Markdown(p.Text, parts.Reading{}))
		}),
		d.When(len(p.Channels) > 0, func() d.Item {
			return d.Group{
				d.H2(d.Class("part"), d.Text(s.T("channels.title"))),
				d.Ul(d.Class("channels"), d.Each(p.Channels, func(w parts.Who) d.Node {
					return d.Li(d.A(d.Href(w.Path()), parts.Avatar(w, 44), d.Span(d.Strong(d.At("dir", "auto"), d.Text(w.Display)), d.El("bdi", d.Class("quiet"), d.Text("@"+w.Handle)))))
				})),
			}
		}),
		d.H2(d.Class("part"), d.Text(s.T("videos.title"))),
		d.When(len(p.Cards) == 0, func() d.Item { return parts.Empty(s, s.T("channel.empty.title"), s.T("channel.empty.words"), nil) }),
		d.If(len(p.Cards) > 0, parts.GridUnder(s, p.Cards)))
}
