package mail

import (
	"context"
	"errors"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"

	"shoal/server/job"
)

// Post hands letters to a mail server.
type Post struct {
	Host     string // empty: letters cannot be sent
	Port     int
	Username string // empty to send without signing in
	Password string
	TLS      string // start: STARTTLS is needed; always: TLS from the first byte; never
	From     string // address of the sender
	Helo     string // the name we greet with
	Look     func(context.Context) (Look, error)
}

// Enabled tells whether letters can be sent.
func (p *Post) Enabled() bool { return p != nil && p.Host != "" }

const dialTime = 20 * time.Second

func (p *Post) deliver(ctx context.Context, l Letter) error {
	if !p.Enabled() {
		return job.Cancel(errors.New("no mail server is configured"))
	}
	look, err := p.Look(ctx)
	if err != nil {
		return err
	}
	w, err := write(l, look)
	if err != nil {
		return job.Cancel(err)
	}
	m, err := p.message(l, look, w)
	if err != nil {
		return job.Cancel(fmt.Errorf("addressing a letter: %w", err))
	}
	c, err := p.client()
	if err != nil {
		return job.Cancel(fmt.Errorf("the mail server's settings: %w", err))
	}
	return lasting(c.DialAndSendWithContext(ctx, m))
}

// lasting marks refusals (SMTP 5xx) that another try would meet again.
func lasting(err error) error {
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 && !refused.IsTemp() {
		return job.Cancel(err)
	}
	return err
}

func (p *Post) message(l Letter, look Look, w written) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.FromFormat(oneLine(look.Site), p.From); err != nil {
		return nil, err
	}
	if err := m.To(l.To); err != nil {
		return nil, err
	}
	if l.ReplyTo != "" {
		if err := m.ReplyTo(l.ReplyTo); err != nil {
			return nil, err
		}
	}
	m.Subject(w.subject)
	m.SetDate()
	m.SetMessageID()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence is told to us
	m.SetBodyString(gomail.TypeTextPlain, w.plain)
	m.AddAlternativeString(gomail.TypeTextHTML, w.html)
	return m, nil
}

func (p *Post) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(p.Port), gomail.WithTimeout(dialTime)}
	if p.Helo != "" {
		options = append(options, gomail.WithHELO(p.Helo))
	}
	switch p.TLS {
	case "always":
		options = append(options, gomail.WithSSL())
	case "never":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if p.Username != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(p.Username), gomail.WithPassword(p.Password))
	}
	return gomail.NewClient(p.Host, options...)
}
