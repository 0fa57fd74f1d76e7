package pages

import (
	"context"
	"net/url"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
)

// SignIn asks who is there. The form is a plain one: passwords never pass through the app.
type SignIn struct {
	base
	Next  string `json:"next,omitempty"`
	User  string `json:"user,omitempty"`
	Wrong string `json:"wrong,omitempty"`
	shown bool
}

// Name is signin.
func (p *SignIn) Name() string { return "signin" }

// Layout is without menus.
func (p *SignIn) Layout() string { return "plain" }

// Load remembers where the person wanted to go.
func (p *SignIn) Load(_ context.Context, _ *session.Session, u *url.URL) error {
	if next := u.Query().Get("next"); Inside(next) {
		p.Next = next
	}
	return nil
}

// Inside tells whether an address is a path of this platform, so that nobody is sent elsewhere after signing in.
func Inside(next string) bool {
	u, err := url.Parse(next)
	return err == nil && u.Host == "" && u.Scheme == "" && strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") && !strings.ContainsAny(next, "\\\r\n\t")
}

// Head keeps search engines away.
func (p *SignIn) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("signin")), Hidden: true, Path: "/login"}
}

// View is one card with two fields.
func (p *SignIn) View(s *session.Session) d.Node {
	return d.Div(d.Class("card-page"),
		d.Form(d.Class("sheet form"), d.At("method", "post"), d.At("action", "/login"), d.Data("hard", "true"),
			heading(s.T("signin.title", "site", s.Site.Name)),
			d.When(p.Wrong != "", func() d.Item {
				return d.Div(d.Class("alert"), d.Role("alert"), parts.Icon("warning-circle"), d.Span(d.Text(p.Wrong)))
			}),
			d.If(p.Next != "", d.Input(d.Type("hidden"), d.Name("next"), d.At("value", p.Next))),
			parts.Field{ID: "username", Label: s.T("signin.name"), Input: parts.Line("text", "username", p.User, d.Flag("required", true), d.At("autocomplete", "username webauthn"), d.At("autocapitalize", "none"), d.At("spellcheck", "false"), d.At("dir", "ltr"), d.Test("username"))}.View(s),
			d.Div(d.Class("secret"),
				parts.Field{ID: "password", Label: s.T("password"), Input: d.Input(d.Type(secret(p.shown)), d.Name("password"), d.Flag("required", true), d.At("autocomplete", "current-password"), d.At("dir", "ltr"), d.Test("password"))}.View(s),
				parts.IconButton(eye(p.shown), s.T("password.show"), d.Class("live-only"), d.Aria("pressed", yes(p.shown)), d.On("click", p.show(s)))),
			d.Button(d.Class("button primary full"), d.Type("submit"), d.Test("signin-go"), d.Text(s.T("signin")))))
}

func secret(shown bool) string {
	if shown {
		return "text"
	}
	return "password"
}

func eye(shown bool) string {
	if shown {
		return "eye-slash"
	}
	return "eye"
}

func (p *SignIn) show(s *session.Session) func(d.Event) {
	if !s.Live() {
		return nil
	}
	return func(d.Event) { p.shown = !p.shown }
}

// SetUp makes the first administrator, once, through the link that the server printed.
type SetUp struct {
	base
	Token string            `json:"token,omitempty"`
	Site  string            `json:"site,omitempty"`
	User  string            `json:"user,omitempty"`
	Email string            `json:"email,omitempty"`
	Wrong map[string]string `json:"wrong,omitempty"` // by field; "" is the whole
}

// Name is setup.
func (p *SetUp) Name() string { return "setup" }

// Layout is without menus.
func (p *SetUp) Layout() string { return "plain" }

// Load makes sure that the link is good before anything is typed.
func (p *SetUp) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	p.Token, p.Site = u.Query().Get("token"), s.Site.Name
	return s.API.Get(ctx, "/api/v1/setup?token="+url.QueryEscape(p.Token), nil)
}

// Head keeps search engines away.
func (p *SetUp) Head(s *session.Session) Head {
	return Head{Title: s.T("setup.title"), Hidden: true}
}

// View is one card with four fields.
func (p *SetUp) View(s *session.Session) d.Node {
	field := func(id, kind, value, complete string, items ...d.Item) d.Node {
		return parts.Field{
			ID: id, Label: s.T("setup." + id), Help: s.T("setup." + id + ".help"), Wrong: p.Wrong[id],
			Input: parts.Line(kind, id, value, d.Flag("required", true), d.At("autocomplete", complete), d.Group(items)),
		}.View(s)
	}
	return d.Div(d.Class("card-page"),
		d.Form(d.Class("sheet form"), d.At("method", "post"), d.At("action", "/setup"), d.Data("hard", "true"),
			heading(s.T("setup.title")), d.P(d.Class("quiet"), d.Text(s.T("setup.words"))),
			d.When(p.Wrong[""] != "", func() d.Item {
				return d.Div(d.Class("alert"), d.Role("alert"), parts.Icon("warning-circle"), d.Span(d.Text(p.Wrong[""])))
			}),
			d.Input(d.Type("hidden"), d.Name("token"), d.At("value", p.Token)),
			field("name", "text", p.Site, "off", d.At("maxlength", "120")),
			field("username", "text", p.User, "username", d.At("autocapitalize", "none"), d.At("spellcheck", "false"), d.At("dir", "ltr"), d.At("pattern", "[a-z0-9_.]+"), d.At("maxlength", "50")),
			field("email", "email", p.Email, "email", d.At("dir", "ltr")),
			field("password", "password", "", "new-password", d.At("minlength", "8"), d.At("dir", "ltr")),
			d.Button(d.Class("button primary full"), d.Type("submit"), d.Test("setup-go"), d.Text(s.T("setup.go")))))
}
