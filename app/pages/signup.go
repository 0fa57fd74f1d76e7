package pages

import (
	"context"
	"net/url"
	"strconv"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
)

// SignUp is where people join: at once, or by a request that moderators answer.
type SignUp struct {
	card
	Open     bool              `json:"open"`            // people may join
	Here     bool              `json:"here"`            // and from where this one is
	Asks     bool              `json:"asks,omitempty"`  // moderators decide
	Age      int               `json:"age,omitempty"`   // years one must have
	Short    int               `json:"short,omitempty"` // characters of the shortest password
	Sent     string            `json:"sent,omitempty"`  // what happened already: verify or asked
	User     string            `json:"user,omitempty"`
	Email    string            `json:"email,omitempty"`
	Reason   string            `json:"reason,omitempty"`
	Wrong    map[string]string `json:"wrong,omitempty"`    // by field; "" is the whole
	Verifies bool              `json:"verifies,omitempty"` // a letter is sent to whoever joins
}

// Name is signup.
func (p *SignUp) Name() string { return "signup" }

// Load asks whether people may join, and how.
func (p *SignUp) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	switch sent := u.Query().Get("sent"); sent {
	case "verify", "asked", "asked-verify":
		p.Sent = sent
	}
	return p.Ask(ctx, s)
}

// Ask reads who may join.
func (p *SignUp) Ask(ctx context.Context, s *session.Session) error {
	c, err := configOf(ctx, s)
	p.Open, p.Here, p.Asks, p.Age = c.SignUp.Allowed, c.SignUp.AllowedForCurrentIP, c.SignUp.RequiresApproval, c.SignUp.MinimumAge
	p.Short, p.Verifies = c.FieldsConstraints.Users.Password.Min, c.SignUp.RequiresEmailVerification
	return err
}

// State is empty where nobody may join.
func (p *SignUp) State() string {
	if p.Sent == "" && (!p.Open || !p.Here) {
		return "empty"
	}
	return "ready"
}

// Head is open to search engines where people may join.
func (p *SignUp) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("signup")), Hidden: !p.Open, Path: "/signup"}
}

// View is one card.
func (p *SignUp) View(s *session.Session) d.Node {
	switch {
	case p.Sent != "":
		return outcome(s, "signup."+p.Sent)
	case !p.Open:
		return outcome(s, "signup.closed")
	case !p.Here:
		return outcome(s, "signup.elsewhere")
	}
	return d.Div(d.Class("card-page"), p.form(s),
		d.P(d.Class("card-foot"), d.Text(s.T("signup.member")+" "), d.A(d.Href("/login"), d.Text(s.T("signin")))))
}

func (p *SignUp) form(s *session.Session) d.Node {
	return sheet("/signup",
		heading(s.T("signup.title", "site", s.Site.Name)),
		d.When(p.Asks, func() d.Item { return d.P(d.Text(s.T("signup.asks"))) }),
		d.When(p.Age > 0, func() d.Item { return d.P(d.Text(s.T("signup.age", "n", strconv.Itoa(p.Age)))) }),
		alert(p.Wrong[""]),
		parts.Field{ID: "username", Label: s.T("signup.username"), Help: s.T("signup.username.help"), Wrong: p.Wrong["username"], Input: parts.Line("text", "username", p.User, d.Flag("required", true),
			d.At("autocomplete", "username"), d.At("autocapitalize", "none"), d.At("spellcheck", "false"), d.At("dir", "ltr"), d.At("pattern", "[a-zA-Z0-9_.]+"), d.At("maxlength", "50"), d.Test("username"))}.View(s),
		address(s, p.Email, s.T("signup.email.help"), p.Wrong["email"]),
		newPassword(s, s.T("password"), p.Short, p.Wrong["password"]),
		d.When(p.Asks, func() d.Item {
			return parts.Field{ID: "reason", Label: s.T("signup.reason"), Help: s.T("signup.reason.help"), Wrong: p.Wrong["registrationReason"], Input: parts.Lines("reason", p.Reason, 4, d.Flag("required", true), d.At("maxlength", "3000"), d.Test("reason"))}.View(s)
		}),
		submit("signup-go", p.press(s)))
}

func (p *SignUp) press(s *session.Session) string {
	if p.Asks {
		return s.T("signup.ask")
	}
	return s.T("signup")
}

// outcome is a card that says what happened, and leads back.
func outcome(s *session.Session, key string) d.Node {
	return d.Div(d.Class("card-page"), d.Div(d.Class("sheet form"),
		heading(s.T(key+".title")), d.P(d.Text(s.T(key+".words"))),
		d.Div(d.Class("row"), parts.LinkButton("", "", s.T("problem.home"), "/videos/browse"), parts.LinkButton("quiet", "", s.T("signin"), "/login"))))
}
