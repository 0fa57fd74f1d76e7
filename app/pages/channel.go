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

// Channel is where someone publishes.
type Channel struct {
	Handle    string       `json:"handle"`
	Who       parts.Who    `json:"who"`
	Owner     parts.Who    `json:"owner"`
	Banner    string       `json:"banner,omitempty"`
	Text      string       `json:"text,omitempty"`
	Support   string       `json:"support,omitempty"`
	Followers int          `json:"followers"`
	URL       string       `json:"url"`
	Host      string       `json:"host,omitempty"`
	Mine      bool         `json:"mine,omitempty"`
	Cards     []parts.Card `json:"cards"`
	Total     int64        `json:"total"`
	Share     bool         `json:"share,omitempty"` // its viewers may share
	busy      bool
}

// Name is channel.
func (p *Channel) Name() string { return "channel" }

// Load reads the channel and its newest videos.
func (p *Channel) Load(ctx context.Context, s *session.Session, _ *url.URL) error {
	var c api.Channel
	var videos api.Page[api.Video]
	at := "/api/v1/video-channels/" + url.PathEscape(p.Handle)
	err := together(
		func() error { return s.API.Get(ctx, at, &c) },
		func() error { return s.API.Get(ctx, at+"/videos?sort=-publishedAt&count="+strconv.Itoa(step), &videos) })
	if err != nil {
		return err
	}
	p.Who, p.Followers, p.URL, p.Share = parts.FromActor(s.Site, c.ActorSummary), c.FollowersCount, c.URL, c.P2PEnabled
	if c.OwnerAccount != nil {
		p.Owner = parts.FromActor(s.Site, c.OwnerAccount.ActorSummary)
		p.Mine = s.User != nil && c.IsLocal && c.OwnerAccount.Name == s.User.Name
	}
	if n := len(c.Banners); n > 0 {
		p.Banner = c.Banners[n-1].Path
	}
	if c.Description != nil {
		p.Text = *c.Description
	}
	if c.Support != nil {
		p.Support = *c.Support
	}
	if !c.IsLocal {
		p.Host = c.Host
	}
	p.Cards, p.Total = cards(s, videos.Data), videos.Total
	return nil
}

// Head is open to all.
func (p *Channel) Head(s *session.Session) Head {
	return Head{Title: titled(s, p.Who.Display), Description: plain(p.Text, 200), Path: p.Who.Path(), Image: p.Who.Avatar, Kind: "profile"}
}

// State is empty without videos.
func (p *Channel) State() string {
	if len(p.Cards) == 0 {
		return "empty"
	}
	return "ready"
}

// View is the banner, who it is, and the videos.
func (p *Channel) View(s *session.Session) d.Node {
	return d.Div(d.Class("page wide"),
		d.Div(d.Class("banner-box"), d.If(p.Banner != "", d.Img(d.Src(p.Banner), d.At("alt", ""))), d.If(p.Banner == "", parts.Wave())),
		d.Div(d.Class("identity"),
			parts.Avatar(p.Who, 96),
			d.Div(d.Class("identity-words"),
				heading(p.Who.Display, d.At("dir", "auto")),
				d.P(d.Class("identity-facts"),
					d.El("bdi", d.Class("handle"), d.Text("@"+p.full(s))),
					d.Span(d.Class("dot"), d.Hidden()), d.Span(d.Text(s.N("followers", int64(p.Followers)))),
					d.Span(d.Class("dot"), d.Hidden()), d.Span(d.Text(s.N("videos", p.Total)))),
				d.When(p.Owner.Handle != "", func() d.Item {
					return d.P(d.Class("quiet"), d.Text(s.T("channel.by")+" "), d.A(d.Href("/a/"+p.Owner.Handle), d.At("dir", "auto"), d.Text(p.Owner.Display)))
				})),
			d.Div(d.Class("identity-acts"), d.If(p.Mine, parts.LinkButton("", "film-strip", s.T("nav.mine"), "/my-library/videos")),
				d.If(p.Host != "", parts.LinkButton("", "globe-hemisphere-west", s.T("watch.origin", "host", p.Host), p.URL)))),
		d.When(p.Text != "", func() d.Item {
			return d.Div(d.Class("prose identity-text"), d.At("dir", "auto"), parts.Markdown(p.Text, parts.Reading{}))
		}),
		d.When(p.Mine, func() d.Item { return p.sharing(s) }),
		d.H2(d.Class("part"), d.Text(s.T("videos.title"))),
		p.videos(s))
}

// sharing is the owner's word on whether viewers may share the channel's videos.
func (p *Channel) sharing(s *session.Session) d.Node {
	return parts.Check("channel-share", "p2pEnabled", s.T("channel.share"), s.T("channel.share.help"), p.Share, func(e d.Event) {
		p.share(s, e.Checked())
	}, d.Flag("disabled", !s.Live()), d.Test("channel-share"))
}

func (p *Channel) share(s *session.Session, on bool) {
	p.Share = on
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "PUT", "/api/v1/video-channels/"+url.PathEscape(p.Handle), api.ChannelEdit{P2PEnabled: &on}, nil)
		s.Browser.Do(func() {
			words := s.T("channel.share.kept")
			if err != nil {
				p.Share, words = !on, Reason(s, err)
			}
			s.Browser.Toast(session.Toast{Words: words})
		})
	})
}

func (p *Channel) full(s *session.Session) string {
	if p.Host != "" {
		return p.Who.Handle
	}
	return p.Who.Handle + "@" + s.Site.Host()
}

func (p *Channel) videos(s *session.Session) d.Node {
	if len(p.Cards) == 0 {
		var action d.Item
		if p.Mine {
			action = parts.LinkButton("primary", "upload-simple", s.T("publish.first"), "/videos/publish")
		}
		return parts.Empty(s, s.T("channel.empty.title"), s.T("channel.empty.words"), action)
	}
	return d.Group{parts.GridUnder(s, p.Cards), d.When(s.Live() && int64(len(p.Cards)) < p.Total, func() d.Item {
		return d.Div(d.Class("more"), parts.Button("", "", s.T("more"), d.On("click", p.extend(s)), d.If(p.busy, d.Aria("busy", "true"))))
	})}
}

func (p *Channel) extend(s *session.Session) func(d.Event) {
	return func(d.Event) {
		if p.busy {
			return
		}
		p.busy = true
		s.Browser.Go(func() {
			var page api.Page[api.Video]
			err := s.API.Get(context.Background(), "/api/v1/video-channels/"+url.PathEscape(p.Handle)+"/videos?sort=-publishedAt&count="+strconv.Itoa(step)+"&start="+strconv.Itoa(len(p.Cards)), &page)
			s.Browser.Do(func() {
				p.busy = false
				if err != nil {
					s.Browser.Toast(session.Toast{Words: Reason(s, err)})
					return
				}
				p.Cards, p.Total = append(p.Cards, cards(s, page.Data)...), page.Total
			})
		})
	}
}
