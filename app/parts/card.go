package parts

import (
	"strings"
	"time"

	d "shoal/app/dom"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/shared/api"
)

// Card is a video as lists show it, small enough to travel in the page.
type Card struct {
	ID       string    `json:"id"` // short
	Title    string    `json:"t"`
	Seconds  int       `json:"s"`
	Thumb    string    `json:"i,omitempty"`
	Set      string    `json:"is,omitempty"` // srcset of other sizes
	Channel  Who       `json:"c"`
	Views    int64     `json:"v"`
	At       time.Time `json:"a"`
	Host     string    `json:"h,omitempty"`   // only of videos from other platforms
	Privacy  int       `json:"p,omitempty"`   // only when it is not public
	State    int       `json:"st,omitempty"`  // only when it is not published
	Position int       `json:"pos,omitempty"` // seconds, where the person stopped
	NSFW     bool      `json:"n,omitempty"`
	Live     bool      `json:"l,omitempty"`
}

// Who is a channel or an account.
type Who struct {
	Handle  string `json:"h"` // name, with @host when remote
	Display string `json:"d"`
	Avatar  string `json:"a,omitempty"`
}

// FromVideo takes from the API's record what a card shows.
func FromVideo(site session.Site, v api.Video) Card {
	c := Card{
		ID: v.ShortUUID, Title: v.Name, Seconds: v.Duration, Views: v.Views, At: v.PublishedAt.Time, NSFW: v.NSFW, Live: v.IsLive,
		Channel: FromActor(site, v.Channel), Thumb: v.ThumbnailPath,
	}
	if v.ShortUUID == "" {
		c.ID = v.UUID
	}
	if !v.IsLocal {
		c.Host = v.Channel.Host
	}
	if v.Privacy.ID != api.Public {
		c.Privacy = v.Privacy.ID
	}
	if v.State != nil && v.State.ID != api.Published {
		c.State = v.State.ID
	}
	if v.UserHistory != nil {
		c.Position = v.UserHistory.CurrentTime
	}
	c.Thumb, c.Set = pictures(site, v)
	return c
}

// pictures chooses the sizes between which the browser picks; all of one shape, so the box never changes.
func pictures(site session.Site, v api.Video) (src, set string) {
	src = v.ThumbnailPath
	if src == "" {
		src = v.PreviewPath
	}
	var b strings.Builder
	for _, t := range v.Thumbnails {
		if t.Width < 200 || t.Width > 1300 || t.FileURL == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(Local(site, t.FileURL) + " " + itoa(t.Width) + "w")
	}
	return src, b.String()
}

// Local makes an address of this platform relative, so that it works under every name the server answers to.
func Local(site session.Site, address string) string {
	if rest, ok := strings.CutPrefix(address, site.URL); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	return address
}

// FromActor takes from the API's record what a line about its owner shows.
func FromActor(site session.Site, a api.ActorSummary) Who {
	w := Who{Handle: a.Name, Display: a.DisplayName}
	if a.Host != "" && a.Host != site.Host() {
		w.Handle += "@" + a.Host
	}
	if w.Display == "" {
		w.Display = a.Name
	}
	if n := len(a.Avatars); n > 0 {
		w.Avatar = a.Avatars[0].Path
	}
	return w
}

// Path is the page of a channel.
func (w Who) Path() string { return "/c/" + w.Handle }

// Path is the page of the video.
func (c Card) Path() string { return "/w/" + c.ID }

// VideoCard shows one video; early says that its picture is needed at once.
func VideoCard(s *session.Session, c Card, early bool) d.Node {
	return d.Article(d.Class("card"), d.If(c.State != 0, d.Data("state", "soon")),
		thumb(s, c, ranked(early)),
		d.Div(d.Class("card-meta"),
			d.A(d.Class("card-face"), d.Href(c.Channel.Path()), d.At("tabindex", "-1"), d.Hidden(), Avatar(c.Channel, 36)),
			d.Div(d.Class("card-words"),
				d.H2(d.Class("card-title"), d.A(d.Class("stretch"), d.Href(c.Path()), d.At("dir", "auto"), d.Aria("label", c.spoken(s)), d.Text(c.Title))),
				d.P(d.Class("card-by"), d.A(d.Href(c.Channel.Path()), d.At("dir", "auto"), d.Text(c.Channel.Display)), d.When(c.Host != "", func() d.Item { return hostBadge(s, c.Host) })),
				d.P(d.Class("card-facts"),
					d.Span(d.Title(s.N("views", c.Views)), d.Text(s.N("views.short", c.Views))),
					d.Span(d.Class("dot"), d.Hidden()), When(s, c.At)))))
}

// Compact is a card in a row, as beside a video.
func Compact(s *session.Session, c Card) d.Node {
	return d.Article(d.Class("card compact"),
		thumb(s, c, last),
		d.Div(d.Class("card-words"),
			d.H3(d.Class("card-title"), d.A(d.Class("stretch"), d.Href(c.Path()), d.At("dir", "auto"), d.Aria("label", c.spoken(s)), d.Text(c.Title))),
			d.P(d.Class("card-by"), d.A(d.Href(c.Channel.Path()), d.At("dir", "auto"), d.Text(c.Channel.Display))),
			d.P(d.Class("card-facts"),
				d.Span(d.Text(s.N("views.short", c.Views))), d.Span(d.Class("dot"), d.Hidden()), When(s, c.At))))
}

// spoken is the name that a screen reader says, the title first.
func (c Card) spoken(s *session.Session) string {
	return s.T("card.spoken", "title", c.Title, "length", s.Words.Spoken(c.Seconds), "channel", c.Channel.Display, "when", s.Words.Ago(c.At, s.Now))
}

// rank is when a picture may come.
type rank int

const (
	usual rank = iota // when it is about to be seen
	first             // at once
	last              // after the film's first frame; static/boot.js or the app fetches it then
)

func ranked(early bool) rank {
	if early {
		return first
	}
	return usual
}

func thumb(s *session.Session, c Card, when rank) d.Node {
	source, set := "src", "srcset"
	if when == last && !s.Live() && !s.Lite {
		source, set = "data-src", "data-srcset"
	}
	return d.Div(d.Class("thumb"),
		d.When(c.Thumb != "", func() d.Item {
			return d.Img(d.At(source, c.Thumb), d.At("alt", ""), d.Num("width", 320), d.Num("height", 180),
				d.If(c.Set != "", d.At(set, c.Set)),
				d.If(c.Set != "", d.At("sizes", "(max-width: 479px) 100vw, 320px")),
				d.If(when != first, d.At("loading", "lazy")), d.If(when == first, d.At("fetchpriority", "high")), d.At("decoding", "async"))
		}),
		d.If(c.Thumb == "", Wave()),
		d.When(c.Privacy != 0 || c.State != 0, func() d.Item { return d.Div(d.Class("thumb-chips"), stateChip(s, c.State), privacyChip(s, c.Privacy)) }),
		d.When(c.Live, func() d.Item { return d.Span(d.Class("chip live"), d.Text(s.T("live"))) }),
		d.When(!c.Live && c.Seconds > 0, func() d.Item { return d.Span(d.Class("length"), d.Text(text.Clock(c.Seconds))) }),
		d.When(c.Position > 0 && c.Seconds > 0, func() d.Item {
			return d.Span(d.Class("seen"), d.Style("inline-size:"+itoa(min(100, c.Position*100/c.Seconds))+"%"))
		}))
}

// Thumb is the picture alone, where state and privacy stand in words beside it.
func Thumb(s *session.Session, c Card) d.Node {
	c.Privacy, c.State, c.Position = 0, 0, 0
	return thumb(s, c, usual)
}

func hostBadge(s *session.Session, host string) d.Node {
	return d.Span(d.Class("host"), d.Title(s.T("card.from", "host", host)), Icon("globe-hemisphere-west"), d.El("bdi", d.Text(host)))
}

// When is a moment, relative when it is near, with the exact time behind it.
func When(s *session.Session, t time.Time) d.Node {
	if t.IsZero() {
		return d.Group{}
	}
	return d.El("time", d.At("datetime", t.UTC().Format(time.RFC3339)), d.Title(s.Words.Exact(t)), d.Text(s.Words.Ago(t, s.Now)))
}
