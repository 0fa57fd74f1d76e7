package api

import (
	"context"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/job"
	"shoal/server/journal"
	letter "shoal/server/mail"
	"shoal/shared/api"
)

// adminRoutes are what administrators look after, and how visitors reach them.
func (s *Server) adminRoutes(r chi.Router) {
	r.Get("/jobs", s.administrator(s.listJobs))
	r.Get("/jobs/{state}", s.administrator(s.listJobs))
	r.Post("/jobs/pause", s.administrator(s.steerJobs("pause", job.Pause)))
	r.Post("/jobs/resume", s.administrator(s.steerJobs("resume", job.Resume)))
	r.Post("/jobs/{type}/{id}/cancel", s.administrator(s.cancelJob))
	r.Get("/server/logs", s.administrator(s.listLines(journal.Lines)))
	r.Get("/server/audit-logs", s.administrator(s.listLines(journal.Audits)))
	r.Post("/server/logs/client", s.anyone(s.noteClient))
	r.Get("/server/debug", s.administrator(s.showDebug))
	r.Post("/server/debug/run-command", s.administrator(s.runCommand))
	r.Post("/server/contact", s.do(s.contact))
	s.hostRoutes(r)
}

func (s *Server) listJobs(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, down, err := readDated(q)
	if err != nil {
		return err
	}
	page, err := job.List(r.Context(), s.Pool, job.Filter{
		State: chi.URLParam(r, "state"), Kind: q.Get("jobType"), Secret: []string{letter.JobKind, "email-asked"},
		OldFirst: !down, Start: p.Start, Count: p.Count,
	})
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) steerJobs(action string, do func(context.Context, pgx.Tx) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return done(w, s.audited(r, "jobs", action, nil, do))
	}
}

func (s *Server) cancelJob(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	kind := chi.URLParam(r, "type")
	return done(w, s.audited(r, "jobs", "cancel", map[string]any{"type": kind, "id": id}, func(ctx context.Context, tx pgx.Tx) error {
		return job.CancelOne(ctx, tx, kind, id)
	}))
}

func (s *Server) listLines(read func(context.Context, db.Q, journal.Span) ([]api.LogLine, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := r.URL.Query()
		span := journal.Span{Level: q.Get("level")}
		var err error
		if span.From, err = instant(q, "startDate", true); err != nil {
			return err
		}
		if span.To, err = instant(q, "endDate", false); err != nil {
			return err
		}
		lines, err := read(r.Context(), s.Pool, span)
		if err != nil {
			return err
		}
		return answer(w, some(lines))
	}
}

// instant reads a date of the query.
func instant(q url.Values, name string, needed bool) (t time.Time, err error) {
	text := q.Get(name)
	if text == "" && !needed {
		return t, nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err = time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return t, fail.Field(name, "Should be a date, such as 2026-01-31T12:00:00Z.")
}

// Limits of what a page reports, in characters.
const (
	longMessage = 8000
	longStack   = 15_000
	longURL     = 2000
)

// noteClient writes an error of somebody's page into our log.
func (s *Server) noteClient(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Message    string `json:"message"`
		URL        string `json:"url"`
		Level      string `json:"level"`
		StackTrace string `json:"stackTrace"`
		UserAgent  string `json:"userAgent"`
		Meta       string `json:"meta"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	u, err := url.Parse(in.URL)
	switch {
	case in.Message == "" || len(in.Message) > longMessage:
		return fail.Field("message", "Should have 1 to %d characters.", longMessage)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || len(in.URL) > longURL:
		return fail.Field("url", "Should be an address.")
	case in.Level != "error" && in.Level != "warn":
		return fail.Field("level", "Should be error or warn.")
	case len(in.StackTrace) > longStack:
		return fail.Field("stackTrace", "Should have at most %d characters.", longStack)
	case len(in.UserAgent) > longURL:
		return fail.Field("userAgent", "Should have at most %d characters.", longURL)
	case len(in.Meta) > longMessage:
		return fail.Field("meta", "Should have at most %d characters.", longMessage)
	}
	if err := s.Door.Pace(r.Context(), s.Pool, "client-log", account.Place(r), account.Tries{Most: 50, Within: 10 * time.Minute}); err != nil {
		return err
	}
	u.RawQuery, u.Fragment, u.User = "", "", nil // may hold somebody's token
	s.Log.WarnContext(r.Context(), "a page reports", "level", in.Level, "said", in.Message, "url", u.String(), "stack", in.StackTrace, "meta", in.Meta)
	return done(w, nil)
}

func (s *Server) showDebug(w http.ResponseWriter, r *http.Request) error {
	return answer(w, api.Debug{IP: account.OriginOf(r).Address})
}

// commands are those of PeerTube. What they hurry happens here by itself, so there is nothing more to do.
var commands = []string{
	"remove-dandling-resumable-uploads", "remove-expired-user-exports", "process-video-stats-buffer", "process-video-viewers",
	"process-update-videos-scheduler", "process-video-channel-sync-latest", "process-remove-old-stats",
}

func (s *Server) runCommand(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Command string `json:"command"`
		Email   string `json:"email"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Command != "test-emails" {
		if !slices.Contains(commands, in.Command) {
			return fail.Field("command", "There is no such command.")
		}
		return fail.New(fail.NotBuilt, "There is nothing to hurry: this is done by itself, or comes with a later part of Shoal.")
	}
	if err := emailAddress("email", in.Email); err != nil {
		return err
	}
	if err := s.letters(); err != nil {
		return err
	}
	return done(w, s.audited(r, "debug", in.Command, nil, func(ctx context.Context, tx pgx.Tx) error {
		return letter.Send(ctx, tx, letter.Letter{To: in.Email, About: "test"})
	}))
}

func emailAddress(field, text string) error {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 400 {
		return fail.Field(field, "This is not an email address.")
	}
	return nil
}

// contactTries bounds the contact form for one place.
var contactTries = account.Tries{Most: 1, Within: time.Hour}

// contact sends administrators what a visitor wants to say.
func (s *Server) contact(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		FromName  string `json:"fromName"`
		FromEmail string `json:"fromEmail"`
		Subject   string `json:"subject"`
		Body      string `json:"body"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	if !settings.Contact || !s.People.Post.Enabled() || settings.AdminEmail == "" {
		return fail.New(fail.Conflict, "This platform has no contact form.")
	}
	if err := emailAddress("fromEmail", in.FromEmail); err != nil {
		return err
	}
	for _, t := range []struct {
		name, text  string
		least, most int
	}{{"fromName", in.FromName, 1, 120}, {"subject", in.Subject, 1, 120}, {"body", in.Body, 3, 5000}} {
		if n := utf8.RuneCountInString(strings.TrimSpace(t.text)); n < t.least || n > t.most {
			return fail.Field(t.name, "Should have %d to %d characters.", t.least, t.most)
		}
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		err := s.Door.Pace(r.Context(), tx, "contact", account.Place(r), contactTries)
		if fail.Is(err, fail.TooMany) { // as PeerTube says
			return fail.Wrap(fail.Forbidden, err, "You have written a short while ago. Wait an hour before you write again.")
		}
		if err != nil {
			return err
		}
		return letter.Send(r.Context(), tx, letter.Letter{To: settings.AdminEmail, About: "contact", ReplyTo: in.FromEmail, Fields: map[string]string{
			"subject": in.Subject, "name": strings.TrimSpace(in.FromName), "address": in.FromEmail, "answer": strings.TrimSpace(in.Body),
		}})
	}))
}
