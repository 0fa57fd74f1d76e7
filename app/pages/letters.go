package pages

import (
	"context"
	"net/url"

	d "shoal/app/dom"
	"shoal/app/session"
)

// Forgot asks for the letter whose link lets someone choose a new password.
type Forgot struct {
	card
	Letters bool   `json:"letters,omitempty"`
	Sent    bool   `json:"sent,omitempty"`
	Email   string `json:"email,omitempty"`
	Wrong   string `json:"wrong,omitempty"`
}

// Name is forgot.
func (p *Forgot) Name() string { return "forgot" }

// Load asks whether letters can be sent.
func (p *Forgot) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	p.Sent = u.Query().Has("sent")
	return p.Ask(ctx, s)
}

// Ask reads whether letters can be sent.
func (p *Forgot) Ask(ctx context.Context, s *session.Session) error {
	c, err := configOf(ctx, s)
	p.Letters = c.Email.Enabled
	return err
}

// Head keeps search engines away.
func (p *Forgot) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("forgot.title")), Hidden: true}
}

// View is one card with one field.
func (p *Forgot) View(s *session.Session) d.Node {
	switch {
	case p.Sent:
		return outcome(s, "forgot.sent")
	case !p.Letters:
		return outcome(s, "forgot.none")
	}
	return d.Div(d.Class("card-page"), sheet("/forgot-password",
		heading(s.T("forgot.title")), d.P(d.Text(s.T("forgot.words"))), alert(p.Wrong),
		address(s, p.Email, "", ""),
		submit("forgot-go", s.T("forgot.go")),
		d.P(d.A(d.Href("/login"), d.Text(s.T("signin.again"))))))
}

// NewPassword is what the letter's link opens: a new password, by the secret in the address.
type NewPassword struct {
	card
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Short  int    `json:"short,omitempty"` // characters of the shortest password
	Wrong  string `json:"wrong,omitempty"`
}

// Name is new-password.
func (p *NewPassword) Name() string { return "new-password" }

// Load takes the address apart; whether the secret is good shows when it is used.
func (p *NewPassword) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	p.ID, p.Secret = u.Query().Get("userId"), u.Query().Get("verificationString")
	return p.Ask(ctx, s)
}

// Ask reads how long a password must be.
func (p *NewPassword) Ask(ctx context.Context, s *session.Session) error {
	c, err := configOf(ctx, s)
	p.Short = c.FieldsConstraints.Users.Password.Min
	return err
}

// Head keeps search engines away.
func (p *NewPassword) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("newpassword.title")), Hidden: true}
}

// View is one card with one field.
func (p *NewPassword) View(s *session.Session) d.Node {
	if p.ID == "" || p.Secret == "" {
		return outcome(s, "letter.broken")
	}
	return d.Div(d.Class("card-page"), sheet("/reset-password",
		heading(s.T("newpassword.title")), d.P(d.Text(s.T("newpassword.words"))),
		alert(p.Wrong),
		hidden("userId", p.ID), hidden("verificationString", p.Secret),
		newPassword(s, s.T("newpassword"), p.Short, ""),
		submit("newpassword-go", s.T("newpassword.go")),
		d.When(p.Wrong != "", func() d.Item { return d.P(d.A(d.Href("/forgot-password"), d.Text(s.T("newpassword.again")))) })))
}

// Confirm is what the link in the letter about an address opens. A press confirms: programs that read letters open links too.
type Confirm struct {
	card
	ID      string `json:"id,omitempty"`      // of the member
	Request string `json:"request,omitempty"` // of the request to join, instead
	Secret  string `json:"secret,omitempty"`
	Next    bool   `json:"next,omitempty"` // the address takes the place of another
	Done    string `json:"done,omitempty"` // what happened: yes, request or sent
	Wrong   string `json:"wrong,omitempty"`
}

// Name is confirm.
func (p *Confirm) Name() string { return "confirm" }

// Load takes the address apart.
func (p *Confirm) Load(_ context.Context, _ *session.Session, u *url.URL) error {
	q := u.Query()
	p.ID, p.Request, p.Secret, p.Next = q.Get("userId"), q.Get("registrationId"), q.Get("verificationString"), q.Get("isPendingEmail") == "true"
	switch done := q.Get("done"); done {
	case "yes", "request", "sent":
		p.Done = done
	}
	return nil
}

// Head keeps search engines away.
func (p *Confirm) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("confirm.title")), Hidden: true}
}

// View is one card with one button.
func (p *Confirm) View(s *session.Session) d.Node {
	switch {
	case p.Done == "yes":
		return outcome(s, "confirm.yes")
	case p.Done == "request":
		return outcome(s, "confirm.request")
	case p.Done == "sent":
		return outcome(s, "confirm.sent")
	case p.Secret == "" || p.ID == "" && p.Request == "":
		return outcome(s, "letter.broken")
	}
	return d.Div(d.Class("card-page"), sheet("/verify-account/email",
		heading(s.T("confirm.title")), d.P(d.Text(s.T("confirm.words", "site", s.Site.Name))),
		alert(p.Wrong),
		hidden("userId", p.ID),
		hidden("registrationId", p.Request),
		d.If(p.Next, hidden("isPendingEmail", "true")),
		hidden("verificationString", p.Secret),
		submit("confirm-go", s.T("confirm.go")),
		d.When(p.Wrong != "", func() d.Item { return d.P(d.A(d.Href("/verify-account/ask-send-email"), d.Text(s.T("confirm.again")))) })))
}

// Resend asks for the letter that confirms an address once more.
type Resend struct {
	card
	Email string `json:"email,omitempty"`
	Wrong string `json:"wrong,omitempty"`
}

// Name is resend.
func (p *Resend) Name() string { return "resend" }

// Head keeps search engines away.
func (p *Resend) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("resend.title")), Hidden: true}
}

// View is one card with one field.
func (p *Resend) View(s *session.Session) d.Node {
	return d.Div(d.Class("card-page"), sheet("/verify-account/ask-send-email",
		heading(s.T("resend.title")), d.P(d.Text(s.T("resend.words"))), alert(p.Wrong),
		address(s, p.Email, "", ""),
		submit("resend-go", s.T("resend.go")),
		d.P(d.A(d.Href("/login"), d.Text(s.T("signin.again"))))))
}

// sendAgain offers the letter to someone who could not sign in without it.
func sendAgain(s *session.Session) d.Node {
	return d.P(d.Class("card-foot"), d.A(d.Href("/verify-account/ask-send-email"), d.Test("resend"), d.Text(s.T("confirm.again"))))
}
