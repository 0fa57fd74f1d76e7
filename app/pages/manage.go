package pages

import (
	"context"
	"net/url"
	"strconv"
	"time"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// Manage changes one of the person's own videos.
type Manage struct {
	base
	ID         string          `json:"id"` // as in the address
	UUID       string          `json:"uuid"`
	Card       parts.Card      `json:"card"`
	Form       Draft           `json:"form"`
	StateID    int             `json:"state"`
	Processing *api.Processing `json:"processing,omitempty"`
	Saved      bool            `json:"saved,omitempty"` // a plain form was stored

	first   *Draft // as it was when the page was opened
	wrong   map[string]string
	unsaved bool
	saving  bool
	savedAt time.Time
	trouble string
	stop    func() // of the timer that saves
}

// Name is manage.
func (p *Manage) Name() string { return "manage" }

// Load reads the video, which must be the person's own.
func (p *Manage) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	if s.User == nil {
		return refused(s, 401)
	}
	var v api.VideoDetails
	if err := s.API.Get(ctx, "/api/v1/videos/"+url.PathEscape(p.ID), &v); err != nil {
		return err
	}
	if !v.IsLocal || v.Account.Name != s.User.Name {
		return refused(s, 403)
	}
	p.take(s, v)
	p.Form, p.Saved = DraftOf(v), u.Query().Has("saved")
	return nil
}

// take reads what the person does not change in the form.
func (p *Manage) take(s *session.Session, v api.VideoDetails) {
	v.Video.State, v.Video.Channel = &v.State, v.Channel.ActorSummary
	p.UUID, p.StateID, p.Processing, p.Card = v.UUID, v.State.ID, v.Processing, parts.FromVideo(s.Site, v.Video)
}

// Head keeps search engines away.
func (p *Manage) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("manage.title", "title", p.Form.Name)), Hidden: true}
}

// Settle hears of the processing, and saves what is not saved yet when the page is left.
func (p *Manage) Settle(s *session.Session) func() {
	first := p.Form
	p.first = &first
	unfollow := follow(s, func() []string {
		if unfinished(p.StateID, p.Processing) {
			return []string{p.UUID}
		}
		return nil
	}, func(n news) { p.hear(s, n) })
	unback := s.Browser.Back(func() { p.save(s) })
	return func() {
		unfollow()
		unback()
		p.save(s)
	}
}

func (p *Manage) hear(s *session.Session, n news) {
	if n.UUID != p.UUID {
		return
	}
	if n.Gone {
		s.Browser.Open("/my-library/videos")
		return
	}
	p.Processing = n.Processing
	was := p.StateID
	switch {
	case n.State != 0:
		p.StateID = n.State
	case n.Processing != nil && n.Processing.State == "failed" && was != api.Published:
		p.StateID = api.TranscodingFailed
	}
	if n.State == api.Published && was != n.State || p.Card.Thumb == "" {
		p.refresh(s)
	}
}

// refresh reads picture and length, which come while the video is processed.
func (p *Manage) refresh(s *session.Session) {
	s.Browser.Go(func() {
		var v api.VideoDetails
		if s.API.Get(context.Background(), "/api/v1/videos/"+url.PathEscape(p.UUID), &v) == nil {
			s.Browser.Do(func() { p.take(s, v) })
		}
	})
}

// View is the form, and beside it the video as it is.
func (p *Manage) View(s *session.Session) d.Node {
	f := form{Draft: &p.Form, wrong: p.wrong}
	var submit func(d.Event)
	if s.Live() {
		f.change = func(name, value string) { p.change(s, name, value) }
		submit = func(e d.Event) { e.Prevent(); p.press(s) }
	}
	return d.Div(d.Class("page manage-page"),
		d.A(d.Class("way-back"), d.Href("/my-library/videos"), parts.Icon("arrow-left"), d.Span(d.Text(s.T("nav.mine")))),
		d.Div(d.Class("page-head"), heading(s.T("manage.head"))),
		d.Div(d.Class("two"),
			p.beside(s),
			d.Form(d.Class("words"), d.At("method", "post"), d.At("action", "/videos/manage/"+p.ID), d.If(s.Live(), d.Flag("novalidate", true)), d.On("submit", submit), d.Test("details"),
				f.view(s), p.bar(s)),
			p.end(s)))
}

// beside is the video as it is, and its processing.
func (p *Manage) beside(s *session.Session) d.Node {
	c := p.Card
	return d.Aside(d.Class("beside"), d.Aria("label", s.T("manage.video")),
		d.Div(d.Class("upload"),
			d.A(d.Class("preview"), d.Href(c.Path()), d.Test("preview"), d.Span(d.Class("out"), d.Text(s.T("manage.watch", "title", p.Form.Name))), parts.Thumb(s, c)),
			d.H2(d.Class("upload-name"), d.At("dir", "auto"), d.Text(p.Form.Name)),
			d.P(d.Class("upload-facts"), d.Span(d.Text(s.N("views", c.Views))), parts.When(s, c.At)),
			d.Div(d.Class("mine-state"), p.chip(s)),
			d.When(p.Processing != nil || p.StateID != api.Published, func() d.Item { return parts.Timeline(s, p.Processing, p.StateID) }),
			d.Div(d.Class("row"),
				d.When(p.failed(), func() d.Item { return p.retry(s) }),
				d.If(playable(p.StateID, p.Processing), parts.LinkButton("", "play", s.T("watch"), c.Path(), d.Test("watch"))),
				p.copy(s))))
}

// end deletes the video, after a question.
func (p *Manage) end(s *session.Session) d.Node {
	return d.Div(d.Class("danger-row"), ask(s, question{
		id: "delete", icon: "trash", label: s.T("delete.video"), test: "delete",
		title: s.T("delete.title", "title", p.Form.Name), words: s.T("delete.words"), yes: s.T("delete.yes"), no: s.T("cancel"),
		action: "/videos/manage/" + p.ID + "/delete", do: func() { p.remove(s) },
	}))
}

func (p *Manage) chip(s *session.Session) d.Item {
	if p.StateID == api.Published && p.Processing == nil {
		privacy, _ := strconv.Atoi(p.Form.Privacy)
		return ready(s, privacy)
	}
	return nil
}

func (p *Manage) failed() bool {
	return p.StateID == api.TranscodingFailed || p.Processing != nil && p.Processing.State == "failed"
}

func (p *Manage) copy(s *session.Session) d.Node {
	return parts.Button("", "link", s.T("manage.copy"), d.Class("live-only"), d.On("click", func(d.Event) {
		s.Browser.Copy(s.Site.URL + p.Card.Path())
		s.Browser.Toast(session.Toast{Words: s.T("copied")})
	}))
}

func (p *Manage) retry(s *session.Session) d.Node {
	var again func(d.Event)
	if s.Live() {
		again = func(e d.Event) {
			e.Prevent()
			retry(s, p.UUID, func() { p.StateID, p.Processing = api.ToTranscode, &api.Processing{State: "waiting"} })
		}
	}
	return d.Form(d.At("method", "post"), d.At("action", "/videos/manage/"+p.ID+"/retry"), d.On("submit", again),
		parts.Button("primary", "arrow-clockwise", s.T("retry"), d.Type("submit"), d.Test("retry")))
}

// bar tells whether the words are safe, saves them at once, or takes them back.
func (p *Manage) bar(s *session.Session) d.Node {
	icon, words, kind := "", s.T("manage.auto"), ""
	switch {
	case p.trouble != "":
		icon, words, kind = "warning-circle", p.trouble, " bad"
	case p.unsaved || p.saving:
		icon, words = "pencil-simple", s.T("draft.saving")
	case !p.savedAt.IsZero():
		icon, words = "check-circle", s.T("manage.saved", "time", p.savedAt.Format("15:04"))
	case p.Saved:
		icon, words = "check-circle", s.T("manage.stored")
	case !s.Live():
		words = ""
	}
	return d.Div(d.Class("save-bar"),
		d.Span(d.Class("said"+kind), d.Role("status"), d.Test("draft-said"), d.When(icon != "", func() d.Item { return parts.Icon(icon) }), d.Span(d.Text(words))),
		d.When(p.first != nil && *p.first != p.Form, func() d.Item {
			return parts.Button("quiet", "arrow-counter-clockwise", s.T("manage.undo"), d.On("click", func(d.Event) { p.undo(s) }), d.Test("undo"))
		}),
		parts.Button("primary", "", s.T("save"), d.Type("submit"), d.Test("save")))
}

func (p *Manage) change(s *session.Session, name, value string) {
	p.Form.Set(name, value)
	delete(p.wrong, name)
	p.unsaved, p.trouble = true, ""
	p.later(s, saveAfter)
}

// undo gives back the words with which the page was opened.
func (p *Manage) undo(s *session.Session) {
	p.Form, p.wrong, p.trouble = *p.first, nil, ""
	p.unsaved = true
	p.save(s)
}

func (p *Manage) later(s *session.Session, wait time.Duration) {
	if p.stop != nil {
		p.stop()
	}
	p.stop = s.Browser.After(wait, func() { p.save(s) })
}

// kept tells whether the video has a password that the form does not know.
func (p *Manage) kept() bool {
	return p.first != nil && p.first.Privacy == strconv.Itoa(api.PasswordProtected)
}

// press saves at once, or moves to what is missing.
func (p *Manage) press(s *session.Session) {
	var first string
	if p.wrong, first = p.Form.Missing(s, p.kept()); first != "" {
		s.Browser.Focus(first)
		return
	}
	p.unsaved = true
	p.save(s)
}

func (p *Manage) save(s *session.Session) {
	if p.saving || !p.unsaved {
		return
	}
	if wrong, first := p.Form.Missing(s, p.kept()); first != "" {
		p.wrong, p.trouble = wrong, s.T("manage.missing")
		return
	}
	p.saving, p.unsaved = true, false
	body := p.Form.Update()
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "PUT", "/api/v1/videos/"+url.PathEscape(p.UUID), body, nil)
		s.Browser.Do(func() { p.answered(s, err) })
	})
}

func (p *Manage) answered(s *session.Session, err error) {
	p.saving = false
	if err == nil {
		p.savedAt, p.trouble, p.Saved = time.Now(), "", false
		if p.unsaved {
			p.later(s, saveAfter)
		}
		return
	}
	p.unsaved, p.trouble = true, Reason(s, err)
	p.wrong = merge(p.wrong, invalid(err))
	if status := api.Status(err); status == 0 || status == 429 || status >= 500 {
		p.later(s, saveAgain)
	}
}

func (p *Manage) remove(s *session.Session) {
	p.unsaved = false
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "DELETE", "/api/v1/videos/"+url.PathEscape(p.UUID), nil, nil)
		s.Browser.Do(func() {
			if err != nil && api.Status(err) != 404 {
				s.Browser.Toast(session.Toast{Words: Reason(s, err)})
				return
			}
			s.Browser.Toast(session.Toast{Words: s.T("delete.done", "title", plain(p.Form.Name, 40))})
			s.Browser.Open("/my-library/videos")
		})
	})
}
