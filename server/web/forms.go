package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shoal/app/pages"
	"shoal/app/session"
	"shoal/shared/api"
)

// formBytes is the most a form without files may hold.
const formBytes = 64 << 10

// post takes the forms of pages that run nothing, and those that always work so: sign-in, sign-out, set-up.
func (s *Server) post(w http.ResponseWriter, r *http.Request) {
	if err := s.origin.Check(r); err != nil {
		http.Error(w, "This form was sent from another site.", http.StatusForbidden)
		return
	}
	if r.URL.Path == "/videos/publish" { // streams the file on, never parses it here
		s.publish(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, formBytes)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form could not be read.", http.StatusBadRequest)
		return
	}
	if s.people(w, r) {
		return
	}
	id, action := managed(r.URL.Path)
	switch {
	case r.URL.Path == "/login":
		s.signIn(w, r)
	case r.URL.Path == "/logout":
		s.signOut(w, r)
	case r.URL.Path == "/setup":
		s.setUp(w, r)
	case r.URL.Path == "/preferences":
		s.prefer(w, r)
	case id != "" && action == "":
		s.edit(w, r, id)
	case id != "" && action == "delete":
		s.remove(w, r, id)
	case id != "" && action == "retry":
		s.again(w, r, id)
	default:
		s.send(w, r, s.draw(r, s.session(r.Context(), r), &pages.Problem{Status: http.StatusNotFound, Here: r.URL.Path}, http.StatusNotFound))
	}
}

// managed takes /videos/manage/ID and /videos/manage/ID/ACTION apart.
func managed(path string) (id, action string) {
	rest, ok := strings.CutPrefix(path, "/videos/manage/")
	if !ok {
		return "", ""
	}
	id, action, _ = strings.Cut(rest, "/")
	return id, action
}

// signIn hands name and password to the API, whose answer carries the session's cookie.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	next := r.PostForm.Get("next")
	if !pages.Inside(next) {
		next = "/"
	}
	f := r.PostForm
	a := s.say(r, "/session", map[string]any{"username": f.Get("username"), "password": f.Get("password"), "step": f.Get("step"), "code": f.Get("code")})
	if a.status < 300 {
		pass(w, a)
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	p := &pages.SignIn{Next: next, User: f.Get("username")}
	s.refused(r, p, a)
	s.anew(w, r, a, p)
}

// refused says on the page why someone was not let in, or asks for what is missing.
func (s *Server) refused(r *http.Request, p *pages.SignIn, a *answer) {
	v := s.session(r.Context(), r)
	switch why := problem(a); {
	case why.Code == "missing_two_factor":
		p.Step = a.header.Get("X-Shoal-Step")
		if p.Step == "" {
			p.Step = r.PostForm.Get("step")
		}
	case why.Code == "invalid_two_factor":
		p.Step, p.Wrong = r.PostForm.Get("step"), v.T("signin.code.wrong")
	case why.Code == "two_factor_step_ended":
		p.Wrong = v.T("signin.code.late")
	case why.Code == "email_not_verified":
		p.Confirm, p.Wrong = true, v.T("signin.confirm")
	case why.Code != "" && why.Code != "invalid_grant" || a.status != http.StatusBadRequest && a.status != http.StatusUnauthorized:
		p.Wrong = why.Detail
	default:
		p.Wrong = v.T("signin.wrong")
	}
}

// pass gives the browser the cookies of the API's answer.
func pass(w http.ResponseWriter, a *answer) {
	for _, c := range a.header.Values("Set-Cookie") {
		w.Header().Add("Set-Cookie", c)
	}
}

func problem(a *answer) api.Problem {
	var p api.Problem
	if json.Unmarshal(a.body.Bytes(), &p) != nil || p.Detail == "" {
		p.Detail = http.StatusText(a.status)
	}
	return p
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	a := s.ask(r.Context(), r, http.MethodDelete, "/api/v1/session", "application/json", http.NoBody, 0)
	pass(w, a)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (s *Server) setUp(w http.ResponseWriter, r *http.Request) {
	f := r.PostForm
	body, _ := json.Marshal(map[string]string{
		"token": f.Get("token"), "name": f.Get("name"), "username": f.Get("username"), "email": f.Get("email"), "password": f.Get("password"),
	})
	a := s.ask(r.Context(), r, http.MethodPost, "/api/v1/setup", "application/json", strings.NewReader(string(body)), int64(len(body)))
	if a.status < 300 {
		r.PostForm.Set("next", "/")
		s.signIn(w, r)
		return
	}
	why := problem(a)
	p := &pages.SetUp{Token: f.Get("token"), Site: f.Get("name"), User: f.Get("username"), Email: f.Get("email"), Wrong: map[string]string{}}
	for name, bad := range why.InvalidParams {
		p.Wrong[name] = bad.Msg
	}
	if len(p.Wrong) == 0 {
		p.Wrong[""] = why.Detail
	}
	s.send(w, r, s.draw(r, s.session(r.Context(), r), p, a.status))
}

const year = 365 * 24 * 3600 // seconds

// prefer remembers theme and width of the menu on the device; the app in the browser may read and write them too.
func (s *Server) prefer(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"theme", "rail"} {
		switch value := r.PostForm.Get(name); value {
		case "light", "dark", "wide":
			http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: year, SameSite: http.SameSiteLaxMode, Secure: s.secure})
		case "system", "narrow":
			http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, SameSite: http.SameSiteLaxMode, Secure: s.secure})
		}
	}
	http.Redirect(w, r, back(r), http.StatusSeeOther)
}

// back is the page the form stood on, if it was one of ours.
func back(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || !pages.Inside(u.RequestURI()) {
		return "/"
	}
	return u.RequestURI()
}

// publish passes a form with a file to the API as it streams in.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) {
	a := s.ask(r.Context(), r, http.MethodPost, "/api/v1/videos/upload", r.Header.Get("Content-Type"), r.Body, r.ContentLength)
	v := s.session(r.Context(), r)
	if a.status >= 300 {
		s.send(w, r, s.trouble(r, v, &api.Err{Problem: withStatus(problem(a), a.status)}))
		return
	}
	var done api.VideoUploaded
	if json.Unmarshal(a.body.Bytes(), &done) != nil {
		http.Redirect(w, r, "/my-library/videos", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/w/"+url.PathEscape(done.Video.ShortUUID), http.StatusSeeOther)
}

func withStatus(p api.Problem, status int) api.Problem {
	p.Status = status
	return p
}

// edit stores the form of the manage page.
func (s *Server) edit(w http.ResponseWriter, r *http.Request, id string) {
	v := s.session(r.Context(), r)
	f := r.PostForm
	err := v.API.Send(r.Context(), http.MethodPut, "/api/v1/videos/"+url.PathEscape(id), pages.Changes(func(name string) (string, bool) {
		return f.Get(name), f.Has(name)
	}), nil)
	s.after(w, r, v, err, "/videos/manage/"+url.PathEscape(id)+"?saved="+strconv.FormatInt(s.Now().Unix(), 10))
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request, id string) {
	v := s.session(r.Context(), r)
	err := v.API.Send(r.Context(), http.MethodDelete, "/api/v1/videos/"+url.PathEscape(id), nil, nil)
	s.after(w, r, v, err, "/my-library/videos")
}

func (s *Server) again(w http.ResponseWriter, r *http.Request, id string) {
	v := s.session(r.Context(), r)
	err := v.API.Send(r.Context(), http.MethodPost, "/api/v1/videos/"+url.PathEscape(id)+"/transcoding", nil, nil)
	s.after(w, r, v, err, "/videos/manage/"+url.PathEscape(id))
}

func (s *Server) after(w http.ResponseWriter, r *http.Request, v *session.Session, err error, next string) {
	if err != nil {
		s.send(w, r, s.trouble(r, v, err))
		return
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}
