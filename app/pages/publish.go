package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/app/uploading"
	"shoal/shared/api"
)

// Publish takes video files and asks what belongs to them. The form stands beside the upload and never waits for it.
type Publish struct {
	Barred bool            `json:"barred,omitempty"` // the person may not upload
	Rules  uploading.Rules `json:"rules"`
	Blank  Draft           `json:"blank"`
	Open   []api.Upload    `json:"open,omitempty"` // unfinished ones of earlier visits

	desk  *desk
	alive bool     // the app has taken over from the page that the server drew
	early []d.File // picked before that
}

// Name is publish.
func (p *Publish) Name() string { return "publish" }

// State is forbidden for people without the right.
func (p *Publish) State() string {
	if p.Barred {
		return "forbidden"
	}
	return "ready"
}

// Load reads the limits and what was not finished. The form stands even when these cannot be read.
func (p *Publish) Load(ctx context.Context, s *session.Session, _ *url.URL) error {
	p.alive = s.Live()
	if s.User == nil {
		return refused(s, 401)
	}
	if p.Barred = !s.MayPublish(); p.Barred {
		return nil
	}
	var c api.Config
	c.Defaults.Publish.Privacy, c.Defaults.Publish.CommentsPolicy, c.Defaults.Publish.DownloadEnabled = api.Public, 1, true
	var q api.Quota
	var me api.User
	var open api.Page[api.Upload]
	err := together(
		func() error { return s.API.Get(ctx, "/api/v1/users/me", &me) },
		func() error { return pass(s.API.Get(ctx, "/api/v1/config", &c)) },
		func() error { return pass(s.API.Get(ctx, "/api/v1/users/me/video-quota-used", &q)) },
		func() error { return pass(s.API.Get(ctx, "/api/v1/videos/uploads", &open)) })
	if err != nil {
		return err
	}
	p.Rules = uploading.Rules{Endings: c.Video.File.Extensions, Quota: me.VideoQuota, Daily: me.VideoQuotaDaily, Used: q.Used, UsedDaily: q.UsedDaily}
	p.Blank, p.Open = NewDraft(s, c.Defaults), open.Data
	return nil
}

// pass lets a page stand without an answer that it can do without.
func pass(error) error { return nil }

// refused is why a page cannot be shown, known before the server is asked.
func refused(s *session.Session, status int) error {
	return &api.Err{Problem: api.Problem{Status: status, Detail: s.T("problem." + strconv.Itoa(status) + ".words")}}
}

// Head keeps search engines away.
func (p *Publish) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("publish")), Hidden: true, Path: "/videos/publish"}
}

// Settle takes up what earlier visits left, and listens for files and for the server.
func (p *Publish) Settle(s *session.Session) func() {
	if p.Barred {
		return func() {}
	}
	k := p.take(s)
	k.shown, k.say = true, ""
	if !p.alive {
		s.Browser.Do(p.wake)
	}
	undrop := s.Browser.Dropped(k.add)
	unfollow := follow(s, k.wanted, k.hear)
	return func() {
		undrop()
		unfollow()
		k.shown = false
	}
}

// wake goes on with what was typed and picked before the app was there.
func (p *Publish) wake() {
	p.alive = true
	if p.desk.form != p.desk.blank {
		p.desk.at = 0
	}
	p.desk.add(p.early)
}

// take gives the desk of the tab, with what earlier visits left on it.
func (p *Publish) take(s *session.Session) *desk {
	if p.desk == nil {
		p.desk = deskOf(s, p.Rules, p.Blank)
		p.desk.restore(p.Open)
	}
	return p.desk
}

// View is the form, and beside it the files.
func (p *Publish) View(s *session.Session) d.Node {
	switch {
	case p.Barred:
		return d.Div(d.Class("page"), heading(s.T("publish"), d.Class("out")), parts.Empty(s, s.T("publish.barred.title"), s.T("publish.barred.words"), parts.LinkButton("primary", "", s.T("problem.home"), "/videos/browse")))
	case !p.alive: // also the first drawing in the browser, so that what was typed and picked meanwhile finds its place
		return d.Div(d.Class("page publish-page"), p.top(s), p.plain(s))
	}
	k := p.take(s)
	return d.Div(d.Class("page publish-page"), p.top(s),
		d.Form(d.Class("two"+several(k)), d.Flag("novalidate", true), d.On("submit", func(e d.Event) { e.Prevent() }),
			d.Div(d.Class("beside files"), d.Role("region"), d.Aria("label", s.T("publish.files")),
				d.Each(k.items, func(it *item) d.Node { return it.card(s, len(k.items) > 1) }),
				p.refusals(s),
				p.drop(s)),
			p.words(s)),
		d.P(d.Class("out"), d.Role("status"), d.Test("upload-said"), d.Text(k.say)),
		d.Div(d.Class("drop-veil"), d.Hidden(), parts.Icon("cloud-arrow-up"), d.Span(d.Text(s.T("publish.drop")))))
}

func several(k *desk) string {
	if len(k.items) > 1 {
		return " several"
	}
	return ""
}

func (p *Publish) top(s *session.Session) d.Node {
	rules := p.Rules
	if p.desk != nil {
		rules = p.desk.rules
	}
	return d.Div(d.Class("page-head"), heading(s.T("publish")), quota(s, rules.Used, rules.Quota))
}

// quota is how much room is left, only for people who have a limit.
func quota(s *session.Session, used, most int64) d.Node {
	if most < 0 {
		return d.Group{}
	}
	percent, kind := 100.0, "small"
	if most > 0 {
		percent = min(100, float64(used)*100/float64(most))
	}
	if percent >= 90 {
		kind += " bad"
	}
	words := s.T("quota", "used", s.Words.Bytes(used), "most", s.Words.Bytes(most))
	return d.Div(d.Class("quota"), d.Test("quota"), d.Span(d.Text(words)), parts.Bar(words, percent, kind))
}

// plain is the page without the app: one file and its words in one form that the browser sends by itself.
func (p *Publish) plain(s *session.Session) d.Node {
	f := form{Draft: &p.Blank, new: true, plain: true}
	var add func(d.Event)
	if s.Live() {
		k := p.take(s)
		f.change = k.change
		add = func(e d.Event) {
			if p.alive {
				k.add(e.Files())
				return
			}
			p.early = e.Files()
		}
	}
	return d.Form(d.Class("two"), d.At("method", "post"), d.At("action", "/videos/publish"), d.At("enctype", "multipart/form-data"), d.Data("hard", "true"),
		d.Div(d.Class("beside files"),
			d.Div(d.Class("sheet"), d.Div(d.Class("field"),
				d.Label(d.At("for", "videofile"), d.Text(s.T("publish.file")), d.Span(d.Class("required"), d.Text(s.T("required")))),
				d.Input(d.Type("file"), d.ID("videofile"), d.Name("videofile"), d.Flag("required", true), d.At("accept", accept(p.Rules.Endings)), d.Aria("describedby", "videofile-help"), d.On("change", add), d.Test("file")),
				d.P(d.Class("help"), d.ID("videofile-help"), d.Text(s.T("publish.plain")))))),
		d.Div(d.Class("words"), f.view(s),
			d.Div(d.Class("save-bar"), d.Span(d.Class("said"), d.Text(s.T("publish.plain.go"))), parts.Button("primary", "upload-simple", s.T("publish"), d.At("type", "submit"), d.Test("publish-go")))))
}

func accept(endings []string) string {
	return strings.Join(append([]string{"video/*", "audio/*"}, endings...), ",")
}

// drop is where files are picked; smaller once there are some.
func (p *Publish) drop(s *session.Session) d.Node {
	k := p.desk
	add := func(e d.Event) { k.add(e.Files()) }
	field := d.Input(d.Type("file"), d.ID("file"), d.Flag("multiple", true), d.At("accept", accept(k.rules.Endings)), d.Aria("label", s.T("publish.pick")), d.On("change", add), d.Test("file"),
		d.If(k.wrong["file"] != "", d.Aria("describedby", "file-wrong")))
	if len(k.items) > 0 {
		return d.Div(d.Class("pick-file more"), parts.Icon("plus"), d.Span(d.Text(s.T("publish.more"))), field)
	}
	return d.Group{
		d.Div(d.Class("pick-file"+wrongly(k.wrong["file"])),
			d.Div(d.Class("art"), parts.Icon("cloud-arrow-up")),
			d.H2(d.Text(s.T("publish.drop.title"))),
			d.P(d.Text(s.T("publish.drop.words"))),
			d.Span(d.Class("button primary"), d.Hidden(), parts.Icon("file-video"), d.Span(d.Text(s.T("publish.pick")))),
			field),
		d.When(k.wrong["file"] != "", func() d.Item {
			return d.P(d.Class("wrong"), d.ID("file-wrong"), parts.Icon("warning-circle"), d.Span(d.Text(k.wrong["file"])))
		}),
	}
}

func wrongly(words string) string {
	if words != "" {
		return " bad"
	}
	return ""
}

func (p *Publish) refusals(s *session.Session) d.Item {
	if len(p.desk.refused) == 0 {
		return nil
	}
	return d.Div(d.Class("alert refused"), d.Role("alert"), d.Test("refused"), parts.Icon("warning-circle"),
		d.Ul(d.Each(p.desk.refused, func(r refusal) d.Node {
			return d.Li(d.Strong(d.At("dir", "auto"), d.Text(r.name)), d.Text(" "), d.Text(r.words))
		})),
		parts.IconButton("x", s.T("close"), d.On("click", func(d.Event) { p.desk.refused = nil })))
}

// words is the form of the file that is chosen, or of the one that is to come.
func (p *Publish) words(s *session.Session) d.Node {
	k := p.desk
	it := k.current()
	f := form{Draft: &k.form, new: true, wrong: k.wrong, change: k.change}
	name := ""
	if it != nil {
		f = form{Draft: &it.form, new: true, wrong: it.wrong, change: it.change}
		name = it.name()
	}
	return d.Div(d.Class("words"), d.Role("group"), d.Aria("label", s.T("publish.details")), d.Test("details"),
		d.When(len(k.items) > 1 && name != "", func() d.Item {
			return d.P(d.Class("form-of"), parts.Icon("file-video"), d.Span(d.Text(s.T("publish.details.of")), d.Text(" "), d.Strong(d.At("dir", "auto"), d.Text(name))))
		}),
		f.view(s),
		p.bar(s, it))
}

// lacking is what a press on Publish says before there is a file.
func (p *Publish) lacking(s *session.Session) {
	wrong, _ := p.desk.form.Missing(s, false)
	wrong["file"] = s.T("publish.nofile")
	p.desk.wrong = wrong
	s.Browser.Focus("file")
}

// bar has what was saved and what happens next. The button is never switched off: pressed, it says what is missing.
func (p *Publish) bar(s *session.Session, it *item) d.Node {
	press := func(f func()) d.Node { // Enter in a field does not press it
		return parts.Button("primary", "upload-simple", s.T("publish"), d.On("click", func(d.Event) { f() }), d.Test("publish-go"))
	}
	if it == nil {
		return d.Div(d.Class("save-bar"), d.Span(d.Class("said"), d.Text(s.T("draft.start"))), press(func() { p.lacking(s) }))
	}
	if !it.publish {
		return d.Div(d.Class("save-bar"), it.said(s), press(it.release))
	}
	if it.state == api.Published && !it.saving {
		return d.Div(d.Class("save-bar good"), d.Test("is-published"), d.Span(d.Class("said"), parts.Icon("check-circle"), d.Strong(d.Text(s.T("publish.done."+privacyOr(it.form.Privacy))))),
			parts.LinkButton("primary", "play", s.T("watch"), "/w/"+it.short))
	}
	return d.Div(d.Class("save-bar"), d.Test("will-publish"),
		d.Span(d.Class("said"), parts.Icon("check-circle"), d.Span(d.Strong(d.Text(s.T("publish.will"))), d.When(it.trouble != "", func() d.Item { return d.Span(d.Class("bad"), d.Text(" "+it.trouble)) }))),
		parts.Button("", "", s.T("publish.withdraw"), d.On("click", func(d.Event) { it.withdraw() }), d.Test("withdraw")))
}

// privacyOr is the privacy for words about it.
func privacyOr(p string) string {
	if p == "" {
		return number(api.Public)
	}
	return p
}

// said tells whether the words are safe.
func (it *item) said(s *session.Session) d.Node {
	icon, words, kind := "", s.T("draft.quiet"), ""
	switch {
	case it.away:
		icon, words = "wifi-slash", s.T("draft.kept")
	case it.trouble != "":
		icon, words, kind = "warning-circle", it.trouble, " bad"
	case it.unsaved || it.saving:
		icon, words = "pencil-simple", s.T("draft.saving")
	case !it.savedAt.IsZero():
		icon, words = "check-circle", s.T("draft.saved", "time", it.savedAt.Format("15:04"))
	}
	return d.Span(d.Class("said"+kind), d.Test("draft-said"), d.When(icon != "", func() d.Item { return parts.Icon(icon) }), d.Span(d.Text(words)))
}
