package pages

import (
	"context"
	"net/url"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// SignIn asks who is there. The form is a plain one: passwords never pass through the app.
type SignIn struct {
	card
	Next    string `json:"next,omitempty"`
	User    string `json:"user,omitempty"`
	Wrong   string `json:"wrong,omitempty"`
	Step    string `json:"step,omitempty"`    // the password was right, the code of the second factor is missing
	Done    string `json:"done,omitempty"`    // what has just been done: password
	Confirm bool   `json:"confirm,omitempty"` // the email address must be confirmed first
	Joins   bool   `json:"joins,omitempty"`   // people may join
	Letters bool   `json:"letters,omitempty"` // letters can be sent
	shown   bool
}

// Name is signin.
func (p *SignIn) Name() string { return "signin" }

// Load remembers where the person wanted to go, and asks what else can be done here.
func (p *SignIn) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	if next := u.Query().Get("next"); Inside(next) {
		p.Next = next
	}
	if u.Query().Get("done") == "password" {
		p.Done = "password"
	}
	return p.Ask(ctx, s)
}

// Ask reads what can be done beside signing in.
func (p *SignIn) Ask(ctx context.Context, s *session.Session) error {
	c, err := configOf(ctx, s)
	p.Joins, p.Letters = c.SignUp.Allowed, c.Email.Enabled
	return err
}

func configOf(ctx context.Context, s *session.Session) (c api.Config, err error) {
	return c, s.API.Get(ctx, "/api/v1/config", &c)
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

// View is one card: name and password, or the code of the second factor.
func (p *SignIn) View(s *session.Session) d.Node {
	if p.Step != "" {
		return p.second(s)
	}
	return d.Div(d.Class("card-page"),
		sheet("/login",
			heading(s.T("signin.title", "site", s.Site.Name)),
			alert(p.Wrong),
			d.When(p.Done == "password", func() d.Item { return good(s.T("signin.done.password")) }),
			hidden("next", p.Next),
			parts.Field{ID: "username", Label: s.T("signin.name"), Input: parts.Line("text", "username", p.User, d.Flag("required", true), d.At("autocomplete", "username webauthn"), d.At("autocapitalize", "none"), d.At("spellcheck", "false"), d.At("dir", "ltr"), d.Test("username"))}.View(s),
			d.Div(d.Class("secret"),
				parts.Field{ID: "password", Label: s.T("password"), Input: d.Input(d.Type(secret(p.shown)), d.Name("password"), d.Flag("required", true), d.At("autocomplete", "current-password"), d.At("dir", "ltr"), d.Test("password"))}.View(s),
				parts.IconButton(eye(p.shown), s.T("password.show"), d.Class("live-only"), d.Aria("pressed", yes(p.shown)), d.On("click", p.show(s)))),
			submit("signin-go", s.T("signin")),
			d.When(p.Letters, func() d.Item {
				return d.P(d.A(d.Href("/forgot-password"), d.Test("forgot"), d.Text(s.T("signin.forgot"))))
			})),
		d.When(p.Confirm && p.Letters, func() d.Item { return sendAgain(s) }),
		d.When(p.Joins, func() d.Item {
			return d.P(d.Class("card-foot"), d.Text(s.T("signin.new")+" "), d.A(d.Href("/signup"), d.Test("signup"), d.Text(s.T("signup"))))
		}))
}

// second asks for the code alone.
func (p *SignIn) second(s *session.Session) d.Node {
	return d.Div(d.Class("card-page"),
		sheet("/login",
			heading(s.T("signin.code.title")), d.P(d.Text(s.T("signin.code.words"))),
			alert(p.Wrong),
			hidden("next", p.Next),
			hidden("step", p.Step),
			parts.Field{ID: "code", Label: s.T("signin.code"), Help: s.T("signin.code.help"), Input: parts.Line("text", "code", "", d.Flag("required", true), d.Flag("autofocus", true),
				d.At("inputmode", "numeric"), d.At("autocomplete", "one-time-code"), d.At("pattern", "[0-9 ]{6,9}"), d.At("maxlength", "9"), d.At("dir", "ltr"), d.Test("code"))}.View(s),
			submit("signin-go", s.T("signin")),
			d.P(d.A(d.Href("/login"), d.Text(s.T("signin.again"))))))
}

// alert says what went wrong, if anything did.
func alert(words string) d.Item {
	return d.When(words != "", func() d.Item {
		return d.Div(d.Class("alert"), d.Role("alert"), parts.Icon("warning-circle"), d.Span(d.Text(words)))
	})
}

// good says what went well.
func good(words string) d.Node {
	return d.Div(d.Class("alert ok"), d.Role("status"), parts.Icon("check-circle"), d.Span(d.Text(words)))
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
	card
	Token string            `json:"token,omitempty"`
	Site  string            `json:"site,omitempty"`
	User  string            `json:"user,omitempty"`
	Email string            `json:"email,omitempty"`
	Wrong map[string]string `json:"wrong,omitempty"` // by field; "" is the whole
}

// Name is setup.
func (p *SetUp) Name() string { return "setup" }

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
		sheet("/setup",
			heading(s.T("setup.title")), d.P(d.Class("quiet"), d.Text(s.T("setup.words"))),
			alert(p.Wrong[""]),
			hidden("token", p.Token),
			field("name", "text", p.Site, "off", d.At("maxlength", "120")),
			field("username", "text", p.User, "username", d.At("autocapitalize", "none"), d.At("spellcheck", "false"), d.At("dir", "ltr"), d.At("pattern", "[a-z0-9_.]+"), d.At("maxlength", "50")),
			field("email", "email", p.Email, "email", d.At("dir", "ltr")),
			field("password", "password", "", "new-password", d.At("minlength", "8"), d.At("dir", "ltr")),
			submit("setup-go", s.T("setup.go"))))
}
