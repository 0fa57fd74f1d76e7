// Package mailtest is a mail server for tests: it keeps what it is sent and hands it out.
package mailtest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Letter is one that arrived.
type Letter struct {
	From, To, Subject string
	ReplyTo           string
	Plain, HTML       string
}

// Box is the server and all it was sent.
type Box struct {
	Host string
	Port int

	t       testing.TB
	mu      sync.Mutex
	letters []Letter
	refuse  *smtp.SMTPError
	came    chan struct{}
}

// New starts a server on a port of its own; it ends with the test.
func New(t testing.TB) *Box {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr)
	b := &Box{Host: "127.0.0.1", Port: at.Port, t: t, came: make(chan struct{}, 1000)}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }))
	s.Domain = "mail.example"
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return b
}

// Refuse answers all further letters with a code, 0 to take them again.
func (b *Box) Refuse(code int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = nil
	if code != 0 {
		b.refuse = &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "no"}
	}
}

// Count is how many letters arrived for an address.
func (b *Box) Count(to string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, l := range b.letters {
		if l.To == to {
			n++
		}
	}
	return n
}

const patience = 20 * time.Second

// Take waits for a letter to an address and takes it out of the box.
func (b *Box) Take(to string) Letter {
	b.t.Helper()
	end := time.After(patience)
	for {
		if l, ok := b.take(to); ok {
			return l
		}
		select {
		case <-b.came:
		case <-end:
			b.t.Fatalf("no letter came for %s", to)
		}
	}
}

func (b *Box) take(to string) (Letter, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, l := range b.letters {
		if l.To == to {
			b.letters = append(b.letters[:i:i], b.letters[i+1:]...)
			return l, true
		}
	}
	return Letter{}, false
}

type session struct {
	box  *Box
	from string
	to   []string
}

func (s *session) Reset()        { s.to = nil }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if s.box.refuse != nil {
		return s.box.refuse
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := parse(raw)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	for _, to := range s.to {
		l.From, l.To = s.from, to
		s.box.letters = append(s.box.letters, l)
		s.box.came <- struct{}{}
	}
	return nil
}

func parse(raw []byte) (l Letter, err error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	words := mime.WordDecoder{}
	if l.Subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	l.ReplyTo = m.Header.Get("Reply-To")
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return l, errors.Join(err, errors.New("not an alternative: "+kind))
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return l, err
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.HTML = string(text)
		} else {
			l.Plain = strings.ReplaceAll(string(text), "\r\n", "\n")
		}
	}
}
