package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/wasm/sharing"
)

// Sharing is what a person chooses about peer sharing, on this device and for their account.
type Sharing struct {
	base
	Path string `json:"path"`
	Off  bool   `json:"off,omitempty"` // the account's choice
}

// keys of the device, as session.Browser keeps them
var (
	choicesKey = strings.TrimPrefix(sharing.ChoicesKey, "shoal.")
	totalsKey  = strings.TrimPrefix(sharing.TotalsKey, "shoal.")
)

// Name is sharing.
func (p *Sharing) Name() string { return "sharing" }

// Load reads the account's choice; without an account there is nothing to read.
func (p *Sharing) Load(_ context.Context, s *session.Session, _ *url.URL) error {
	if s.User == nil && p.Path != "/settings" {
		return refused(s, 401)
	}
	p.Off = s.User != nil && !s.User.P2P
	return nil
}

// Head keeps search engines away.
func (p *Sharing) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("sharing.title")), Hidden: true}
}

// choices are what this device keeps; the server does not know them.
func (p *Sharing) choices(s *session.Session) sharing.Choices {
	c := sharing.NewChoices()
	if s.Live() {
		c = sharing.ParseChoices(s.Browser.Kept(choicesKey))
	}
	if p.Off {
		c.Answer = sharing.No
	}
	return c
}

// View is one topic a card; every choice holds at once.
func (p *Sharing) View(s *session.Session) d.Node {
	c := p.choices(s)
	return d.Div(d.Class("page narrow sharing-page"),
		heading(s.T("sharing.title")),
		d.P(d.Class("lead quiet"), d.Text(s.T("about.peers.words"))),
		d.If(s.Lite, d.P(d.Class("alert warn"), parts.Icon("info"), d.Span(d.Text(s.T("sharing.lite"))))),
		p.answer(s, c), p.limits(s, c), p.never(s, c), p.totals(s), p.reset(s))
}

func (p *Sharing) answer(s *session.Session, c sharing.Choices) d.Node {
	now := map[sharing.Answer]string{sharing.Unasked: "ask", sharing.Silent: "on"}[c.Answer]
	if now == "" {
		now = string(c.Answer)
	}
	one := func(value string) d.Node {
		id := "share-" + value
		return d.Label(d.Class("option"), d.At("for", id),
			d.Input(d.Type("radio"), d.ID(id), d.Name("answer"), d.At("value", value), d.Flag("checked", now == value), d.Flag("disabled", !s.Live()),
				d.On("change", func(d.Event) { p.say(s, sharing.Answer(value)) }), d.Test(id)),
			d.Span(d.Span(d.Class("check-label"), d.Text(s.T("sharing."+value))), d.Span(d.Class("help"), d.Text(s.T("sharing."+value+".help")))))
	}
	return d.Section(d.Class("sheet"), d.Fieldset(d.Class("field"), d.El("legend", d.H2(d.Text(s.T("sharing.answer")))),
		d.Div(d.Class("options"), one("ask"), one("on"), one("off"))),
		d.If(s.User != nil, d.P(d.Class("help"), d.Text(s.T("sharing.account")))))
}

func (p *Sharing) limits(s *session.Session, c sharing.Choices) d.Node {
	return d.Section(d.Class("sheet"), d.H2(d.Text(s.T("sharing.limits"))),
		d.Div(d.Class("form-body"), d.Div(d.Class("pair"),
			p.choice(s, "upload", "sharing.upload", strconv.FormatInt(c.Upload, 10), numbers(sharing.Uploads, func(n int64) string {
				if n == sharing.NoLimit {
					return s.T("sharing.upload.none")
				}
				return s.T("sharing.upload.bits", "n", strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64))
			})),
			p.choice(s, "cap", "sharing.cap", strconv.FormatInt(c.Cap, 10), numbers(sharing.Caps, func(n int64) string {
				if n == 0 {
					return s.T("sharing.cap.none")
				}
				return s.Words.Bytes(n)
			})),
			p.choice(s, "mobile", "sharing.mobile", c.Mobile, []parts.Option{
				{Value: sharing.MobileNothing, Label: s.T("sharing.mobile.off")}, {Value: sharing.MobileDownload, Label: s.T("sharing.mobile.download")}, {Value: sharing.MobileAll, Label: s.T("sharing.mobile.on")},
			})),
			p.check(s, "battery", s.T("sharing.battery"), s.T("sharing.battery.help"), c.Battery)))
}

func numbers(all []int64, name func(int64) string) []parts.Option {
	out := make([]parts.Option, len(all))
	for i, n := range all {
		out[i] = parts.Option{Value: strconv.FormatInt(n, 10), Label: name(n)}
	}
	return out
}

func (p *Sharing) choice(s *session.Session, name, label, value string, options []parts.Option) d.Node {
	e := parts.Choice(name, value, options, d.ID(name), d.Flag("disabled", !s.Live()), d.On("change", func(e d.Event) { p.set(s, name, e.Value()) }), d.Test(name))
	return d.Div(d.Class("field"), d.Label(d.At("for", name), d.Text(s.T(label))), d.Span(d.Class("select"), e))
}

func (p *Sharing) check(s *session.Session, name, label, help string, on bool) d.Node {
	return d.Label(d.Class("check"), d.At("for", name),
		d.Input(d.Type("checkbox"), d.ID(name), d.Flag("checked", on), d.Flag("disabled", !s.Live()), d.On("change", func(e d.Event) {
			p.set(s, name, map[bool]string{true: "1", false: "0"}[e.Checked()])
		}), d.Test(name)),
		d.Span(d.Span(d.Class("check-label"), d.Text(label)), d.Span(d.Class("help"), d.Text(help))))
}

// never lists the channels whose videos are never shared; the player's panel adds to them.
func (p *Sharing) never(s *session.Session, c sharing.Choices) d.Node {
	return d.Section(d.Class("sheet"), d.H2(d.Text(s.T("sharing.never"))), d.P(d.Text(s.T("sharing.never.words"))),
		d.When(len(c.Never) > 0, func() d.Item {
			return d.Ul(d.Class("never"), d.Each(c.Never, func(handle string) d.Node {
				return d.Li(d.A(d.Href("/c/"+handle), d.El("bdi", d.Text(handle))),
					parts.IconButton("x", s.T("sharing.never.drop", "channel", handle), d.On("click", func(d.Event) {
						p.change(s, func(c *sharing.Choices) { c.SetNever(handle, false) })
					})))
			}))
		}))
}

// totals are what this device has counted.
func (p *Sharing) totals(s *session.Session) d.Node {
	var t sharing.Totals
	if s.Live() {
		t = sharing.ParseTotals(s.Browser.Kept(totalsKey))
	}
	fact := func(key string, n int64) d.Node {
		return d.Div(d.El("dt", d.Text(s.T(key))), d.El("dd", d.Text(s.Words.Bytes(n))))
	}
	share := sharing.Figures{FromServer: t.Server, FromViewers: t.Viewers}.Share()
	return d.Section(d.Class("sheet"), d.H2(d.Text(s.T("sharing.totals"))),
		d.El("dl", d.Class("facts"), d.Test("totals"), fact("sharing.server", t.Server), fact("sharing.viewers", t.Viewers), fact("sharing.sent", t.Sent)),
		parts.Bar(s.T("sharing.share"), float64(share), "peer"),
		d.P(d.Class("quiet"), d.Text(s.T("sharing.share.words", "n", strconv.Itoa(share)))),
		parts.Button("small", "", s.T("sharing.clear"), d.Flag("disabled", t == sharing.Totals{}), d.Test("totals-clear"), d.On("click", func(d.Event) {
			s.Browser.Keep(totalsKey, "")
			s.Browser.Toast(session.Toast{Words: s.T("sharing.cleared")})
		})))
}

func (p *Sharing) reset(s *session.Session) d.Node {
	return d.Section(d.Class("sheet"), d.H2(d.Text(s.T("sharing.reset"))), d.P(d.Text(s.T("sharing.reset.words"))),
		parts.Button("small", "arrow-counter-clockwise", s.T("sharing.reset.do"), d.Flag("disabled", !s.Live()), d.Test("share-reset"), d.On("click", func(d.Event) {
			p.change(s, func(c *sharing.Choices) { c.Answer, c.Never = sharing.Unasked, nil })
			p.account(s, true)
		})))
}

func (p *Sharing) set(s *session.Session, name, value string) {
	p.change(s, func(c *sharing.Choices) { c.Set(name, value) })
}

// change keeps a choice; the player hears of it within a second.
func (p *Sharing) change(s *session.Session, f func(*sharing.Choices)) {
	c := sharing.ParseChoices(s.Browser.Kept(choicesKey))
	f(&c)
	s.Browser.Keep(choicesKey, c.Encode())
	s.Browser.Toast(session.Toast{Words: s.T("sharing.saved")})
}

// say keeps the answer here and, as far as it is yes or no, with the account.
func (p *Sharing) say(s *session.Session, a sharing.Answer) {
	p.change(s, func(c *sharing.Choices) { c.Answer = a })
	p.account(s, a != sharing.No)
}

func (p *Sharing) account(s *session.Session, on bool) {
	if s.User == nil || s.User.P2P == on {
		return
	}
	p.Off, s.User.P2P = !on, on
	TellSharing(s, on)
}

// TellSharing keeps with the account whether the person shares.
func TellSharing(s *session.Session, on bool) {
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "PUT", "/api/v1/users/me", map[string]bool{"p2pEnabled": on}, nil)
		if err != nil {
			s.Browser.Do(func() { s.Browser.Toast(session.Toast{Words: Reason(s, err)}) })
		}
	})
}

// question asks under the player whether the video may be shared. It is seen only while the answer is wanted:
// html[data-sharing=ask], which static/boot.js and the player set.
func (p *Watch) question(s *session.Session) d.Item {
	if !p.shares() {
		return nil
	}
	say := func(on bool) func(d.Event) {
		return func(d.Event) {
			if s.Player != nil {
				s.Player.Share(on)
			}
		}
	}
	return d.Section(d.ID("share-question"), d.Class("ask"), d.Flag("data-notice", true), d.Aria("labelledby", "ask-title"), d.Test("ask"),
		d.H2(d.ID("ask-title"), d.Text(s.T("ask.title"))),
		d.P(d.Text(s.T("ask.text"))),
		d.Div(d.Class("ask-ways"),
			parts.Button("", "", s.T("ask.yes"), d.Test("ask-yes"), d.On("click", say(true))),
			parts.Button("", "", s.T("ask.no"), d.Test("ask-no"), d.On("click", say(false))),
			parts.Button("quiet", "", s.T("ask.more"), d.Test("ask-more"), d.On("click", func(d.Event) {
				if s.Player != nil {
					s.Player.Seen()
				}
			}))))
}
