package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"shoal/app/pages"
	"shoal/app/session"
)

// people takes the forms of those who join, or lost their password; ok is false when the path is of no such form.
func (s *Server) people(w http.ResponseWriter, r *http.Request) (ok bool) {
	switch r.URL.Path {
	case "/signup":
		s.signUp(w, r)
	case "/forgot-password":
		s.forgot(w, r)
	case "/reset-password":
		s.newPassword(w, r)
	case "/verify-account/email":
		s.confirm(w, r)
	case "/verify-account/ask-send-email":
		s.resend(w, r)
	default:
		return false
	}
	return true
}

// say sends what a form says to the API.
func (s *Server) say(r *http.Request, path string, in map[string]any) *answer {
	body, _ := json.Marshal(in) // strings and booleans
	return s.ask(r.Context(), r, http.MethodPost, "/api/v1"+path, "application/json", strings.NewReader(string(body)), int64(len(body)))
}

// anew draws a page on which something was wrong, after it has asked what it needs.
func (s *Server) anew(w http.ResponseWriter, r *http.Request, a *answer, p interface {
	pages.Page
	Ask(context.Context, *session.Session) error
},
) {
	v := s.session(r.Context(), r)
	if err := p.Ask(r.Context(), v); err != nil {
		s.send(w, r, s.trouble(r, v, err))
		return
	}
	s.send(w, r, s.draw(r, v, p, a.status))
}

func (s *Server) signUp(w http.ResponseWriter, r *http.Request) {
	f, v := r.PostForm, s.session(r.Context(), r)
	p := &pages.SignUp{User: f.Get("username"), Email: f.Get("email"), Reason: f.Get("reason"), Wrong: map[string]string{}}
	if err := p.Ask(r.Context(), v); err != nil {
		s.send(w, r, s.trouble(r, v, err))
		return
	}
	path, in := "/users/register", map[string]any{"username": p.User, "email": p.Email, "password": f.Get("password")}
	if p.Asks {
		path, in["registrationReason"] = "/users/registrations/request", p.Reason
	}
	a := s.say(r, path, in)
	if a.status >= 300 {
		why := problem(a)
		for name, bad := range why.InvalidParams {
			p.Wrong[name] = bad.Msg
		}
		if len(p.Wrong) == 0 {
			p.Wrong[""] = why.Detail
		}
		s.send(w, r, s.draw(r, v, p, a.status))
		return
	}
	s.joined(w, r, p)
}

// joined goes on after someone joined or asked to: in, if nothing else is to be done.
func (s *Server) joined(w http.ResponseWriter, r *http.Request, p *pages.SignUp) {
	switch {
	case p.Asks && p.Verifies:
		http.Redirect(w, r, "/signup?sent=asked-verify", http.StatusSeeOther)
	case p.Asks:
		http.Redirect(w, r, "/signup?sent=asked", http.StatusSeeOther)
	case p.Verifies:
		http.Redirect(w, r, "/signup?sent=verify", http.StatusSeeOther)
	default:
		r.PostForm.Set("next", "/")
		s.signIn(w, r)
	}
}

func (s *Server) forgot(w http.ResponseWriter, r *http.Request) {
	email := r.PostForm.Get("email")
	a := s.say(r, "/users/ask-reset-password", map[string]any{"email": email})
	if a.status < 300 {
		http.Redirect(w, r, "/forgot-password?sent", http.StatusSeeOther)
		return
	}
	s.anew(w, r, a, &pages.Forgot{Email: email, Wrong: problem(a).Detail})
}

func (s *Server) newPassword(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	p := &pages.NewPassword{ID: f.Get("userId"), Secret: f.Get("verificationString")}
	a := s.say(r, "/users/"+url.PathEscape(p.ID)+"/reset-password", map[string]any{"verificationString": p.Secret, "password": f.Get("password")})
	if a.status < 300 {
		http.Redirect(w, r, "/login?done=password", http.StatusSeeOther)
		return
	}
	p.Wrong = problem(a).Detail
	s.anew(w, r, a, p)
}

func (s *Server) confirm(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	p := &pages.Confirm{ID: f.Get("userId"), Request: f.Get("registrationId"), Secret: f.Get("verificationString"), Next: f.Get("isPendingEmail") == "true"}
	path, done := "/users/"+url.PathEscape(p.ID)+"/verify-email", "yes"
	if p.Request != "" {
		path, done = "/users/registrations/"+url.PathEscape(p.Request)+"/verify-email", "request"
	}
	a := s.say(r, path, map[string]any{"verificationString": p.Secret, "isPendingEmail": p.Next})
	if a.status < 300 {
		http.Redirect(w, r, "/verify-account/email?done="+done, http.StatusSeeOther)
		return
	}
	p.Wrong = problem(a).Detail
	s.send(w, r, s.draw(r, s.session(r.Context(), r), p, a.status))
}

// resend asks for both letters: whoever types the address need not know whether it is of a member or of a request.
func (s *Server) resend(w http.ResponseWriter, r *http.Request) {
	in := map[string]any{"email": r.PostForm.Get("email")}
	a := s.say(r, "/users/ask-send-verify-email", in)
	if a.status < 300 {
		a = s.say(r, "/users/registrations/ask-send-verify-email", in)
	}
	if a.status < 300 {
		http.Redirect(w, r, "/verify-account/email?done=sent", http.StatusSeeOther)
		return
	}
	p := &pages.Resend{Email: r.PostForm.Get("email"), Wrong: problem(a).Detail}
	s.send(w, r, s.draw(r, s.session(r.Context(), r), p, a.status))
}
