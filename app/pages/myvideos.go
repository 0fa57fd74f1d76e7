package pages

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// MyVideos lists what the signed-in person has published, with all that goes on with it.
type MyVideos struct {
	Rows   []Mine `json:"rows"`
	Total  int64  `json:"total"`
	Start  int    `json:"start,omitempty"`
	Sort   string `json:"sort,omitempty"`
	Search string `json:"search,omitempty"`
	Used   int64  `json:"used"`
	Quota  int64  `json:"quota"`

	busy bool // the rows are being read anew
}

// Mine is a video as its owner's list shows it.
type Mine struct {
	Card       parts.Card      `json:"card"`
	UUID       string          `json:"uuid"`
	Privacy    int             `json:"privacy"`
	Created    time.Time       `json:"created"`
	Processing *api.Processing `json:"processing,omitempty"`
}

// mySorts are the orders of the list, the first one when none is asked for.
var mySorts = []string{"-createdAt", "name", "-views", "-duration"}

// Name is my-videos.
func (p *MyVideos) Name() string { return "my-videos" }

// Load reads one page of the list and how much room is left.
func (p *MyVideos) Load(ctx context.Context, s *session.Session, u *url.URL) error {
	if s.User == nil {
		return refused(s, 401)
	}
	q := u.Query()
	p.Sort, p.Search = q.Get("sort"), strings.TrimSpace(q.Get("search"))
	if !slices.Contains(mySorts, p.Sort) {
		p.Sort = mySorts[0]
	}
	if n, err := strconv.Atoi(q.Get("start")); err == nil && n > 0 && n < 100000 {
		p.Start = n
	}
	p.Quota = s.User.Quota
	return together(
		func() error { return p.read(ctx, s) },
		func() error {
			var used api.Quota
			if err := s.API.Get(ctx, "/api/v1/users/me/video-quota-used", &used); err != nil {
				return nil //nolint:nilerr // the list stands without
			}
			p.Used = used.Used
			return nil
		})
}

func (p *MyVideos) read(ctx context.Context, s *session.Session) error {
	q := url.Values{"start": {strconv.Itoa(p.Start)}, "count": {strconv.Itoa(step)}, "sort": {p.Sort}}
	if p.Search != "" {
		q.Set("search", p.Search)
	}
	var list api.Page[api.Video]
	if err := s.API.Get(ctx, "/api/v1/users/me/videos?"+q.Encode(), &list); err != nil {
		return err
	}
	rows := make([]Mine, len(list.Data))
	for i, v := range list.Data {
		rows[i] = Mine{Card: parts.FromVideo(s.Site, v), UUID: v.UUID, Privacy: v.Privacy.ID, Created: v.CreatedAt.Time, Processing: v.Processing}
	}
	p.Rows, p.Total = rows, list.Total
	return nil
}

// Head keeps search engines away.
func (p *MyVideos) Head(s *session.Session) Head {
	return Head{Title: titled(s, s.T("nav.mine")), Hidden: true, Path: "/my-library/videos"}
}

// State is empty without videos.
func (p *MyVideos) State() string {
	if len(p.Rows) == 0 {
		return "empty"
	}
	return "ready"
}

// Settle lets the rows move as their processing does.
func (p *MyVideos) Settle(s *session.Session) func() {
	return follow(s, func() (ids []string) {
		for _, r := range p.Rows {
			if unfinished(r.state(), r.Processing) {
				ids = append(ids, r.UUID)
			}
		}
		return ids
	}, func(n news) { p.hear(s, n) })
}

func (p *MyVideos) hear(s *session.Session, n news) {
	i := slices.IndexFunc(p.Rows, func(r Mine) bool { return r.UUID == n.UUID })
	if i < 0 {
		if n.State == 0 && !n.Gone {
			p.refresh(s) // one that was uploaded meanwhile
		}
		return
	}
	if n.Gone {
		p.drop(n.UUID)
		return
	}
	r := &p.Rows[i]
	r.Processing = n.Processing
	switch {
	case n.State == api.Published:
		r.Card.State = 0
		p.refresh(s) // picture and length are there now
	case n.State != 0:
		r.Card.State = n.State
	case n.Processing != nil && n.Processing.State == "failed" && r.Card.State != 0:
		r.Card.State = api.TranscodingFailed
	}
	if n.Processing != nil && n.Processing.State == "done" {
		p.refresh(s)
	}
}

// refresh reads the rows anew without touching anything else.
func (p *MyVideos) refresh(s *session.Session) {
	if p.busy {
		return
	}
	p.busy = true
	s.Browser.Go(func() {
		fresh := *p
		err := fresh.read(context.Background(), s)
		s.Browser.Do(func() {
			p.busy = false
			if err == nil {
				p.Rows, p.Total = fresh.Rows, fresh.Total
			}
		})
	})
}

func (p *MyVideos) drop(uuid string) {
	p.Rows = slices.DeleteFunc(p.Rows, func(r Mine) bool { return r.UUID == uuid })
}

// state is the video's, Published when the card has none to show.
func (r Mine) state() int {
	if r.Card.State == 0 {
		return api.Published
	}
	return r.Card.State
}

// link is the address of the list with other filters, from its beginning unless pairs say otherwise.
func (p *MyVideos) link(pairs ...string) string {
	q := url.Values{}
	if p.Search != "" {
		q.Set("search", p.Search)
	}
	if p.Sort != mySorts[0] {
		q.Set("sort", p.Sort)
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" && pairs[i+1] != "0" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return "/my-library/videos"
	}
	return "/my-library/videos?" + q.Encode()
}

// View is the list with its filters.
func (p *MyVideos) View(s *session.Session) d.Node {
	return d.Div(d.Class("page my-videos"),
		d.Div(d.Class("page-head"), heading(s.T("nav.mine")), quota(s, p.Used, p.Quota)),
		d.If(len(p.Rows) > 0 || p.Search != "" || p.Start > 0, p.filters(s)),
		p.body(s))
}

func (p *MyVideos) body(s *session.Session) d.Node {
	switch {
	case len(p.Rows) > 0:
		return d.Group{p.table(s), p.pager(s)}
	case p.Search != "":
		return parts.Empty(s, s.T("browse.none.title"), s.T("browse.none.words", "words", p.Search), parts.LinkButton("primary", "", s.T("mine.clear"), "/my-library/videos"))
	case p.Start > 0:
		return parts.Empty(s, s.T("browse.none.title"), s.T("mine.end"), parts.LinkButton("primary", "", s.T("mine.first"), p.link()))
	case s.MayPublish():
		return parts.Empty(s, s.T("mine.empty.title"), s.T("mine.empty.words"), parts.LinkButton("primary", "upload-simple", s.T("publish.first"), "/videos/publish"))
	}
	return parts.Empty(s, s.T("mine.empty.title"), s.T("publish.barred.words"), nil)
}

func (p *MyVideos) filters(s *session.Session) d.Node {
	var orders []parts.Option
	for _, k := range mySorts {
		orders = append(orders, parts.Option{Value: k, Label: s.T("mine.sort." + k)})
	}
	var reorder func(d.Event)
	if s.Live() {
		reorder = func(e d.Event) { s.Browser.Open(p.link("sort", e.Value())) }
	}
	return d.Form(d.Class("mine-filters"), d.Role("search"), d.At("action", "/my-library/videos"), d.Aria("label", s.T("mine.search")),
		d.Div(d.Class("mine-search"), parts.Icon("magnifying-glass"),
			parts.Line("search", "search", p.Search, d.ID("mine-search"), d.Aria("label", s.T("mine.search")), d.At("placeholder", s.T("mine.search")), d.At("enterkeyhint", "search"), d.At("autocomplete", "off"), d.At("maxlength", "200"), d.Test("mine-search"))),
		parts.Button("", "", s.T("search.go"), d.Type("submit")),
		d.Label(d.At("for", "mine-sort"), d.Class("out"), d.Text(s.T("sort"))),
		d.Span(d.Class("select"), parts.Choice("sort", p.Sort, orders, d.ID("mine-sort"), d.On("change", reorder), d.Test("mine-sort"))),
		d.P(d.Class("quiet"), d.Role("status"), d.Text(s.N("videos", p.Total))))
}

// table keeps its roles when narrow screens show its rows as cards.
func (p *MyVideos) table(s *session.Session) d.Node {
	head := func(key, class string) d.Node {
		return d.El("th", d.Role("columnheader"), d.At("scope", "col"), d.Class(class), d.Text(s.T(key)))
	}
	return d.El("table", d.Class("table"), d.Role("table"), d.Aria("label", s.T("nav.mine")),
		d.El("thead", d.Role("rowgroup"), d.El("tr", d.Role("row"),
			head("mine.video", ""), head("mine.state", ""), head("draft.privacy", ""), head("mine.views", "num"), head("mine.date", ""),
			d.El("th", d.Role("columnheader"), d.At("scope", "col"), d.Span(d.Class("out"), d.Text(s.T("mine.actions")))))),
		d.El("tbody", d.Role("rowgroup"), d.Each(p.Rows, func(r Mine) d.Node { return p.row(s, r) })))
}

func (p *MyVideos) row(s *session.Session, r Mine) d.Node {
	cell := func(key string, items ...d.Item) d.Node {
		return d.El("td", d.Role("cell"), d.If(key != "", d.Data("name", s.T(key))), d.Group(items))
	}
	failed := r.state() == api.TranscodingFailed || r.Processing != nil && r.Processing.State == "failed"
	return d.El("tr", d.Role("row"), d.Test("mine"), d.Data("id", r.UUID), d.If(failed, d.Class("failed")),
		cell("", d.Div(d.Class("mine"), parts.Thumb(s, r.Card), d.Span(d.Class("mine-title"), d.A(d.Class("stretch"), d.Href(r.Card.Path()), d.At("dir", "auto"), d.Text(r.Card.Title))))),
		cell("", d.Div(d.Class("mine-state"), progress(s, r.state(), r.Privacy, r.Processing))),
		cell("", d.Span(d.Class("privacy"), parts.Icon(parts.PrivacyIcon(r.Privacy)), d.Span(d.Text(s.T("privacy."+strconv.Itoa(r.Privacy)))))),
		d.El("td", d.Role("cell"), d.Class("num"), d.Data("name", s.T("mine.views")), d.Text(s.Words.Count(r.Card.Views))),
		cell("", parts.When(s, r.Created)),
		cell("", d.Div(d.Class("acts"),
			d.When(failed, func() d.Item { return p.retry(s, r) }),
			d.A(d.Class("icon-button"), d.Href("/videos/manage/"+r.Card.ID), d.Aria("label", s.T("mine.edit", "title", r.Card.Title)), d.Title(s.T("edit")), d.Test("edit"), parts.Icon("pencil-simple")),
			ask(s, question{
				id: "delete-" + r.Card.ID, icon: "trash", label: s.T("mine.delete", "title", r.Card.Title), test: "delete", small: true,
				title: s.T("delete.title", "title", r.Card.Title), words: s.T("delete.words"), yes: s.T("delete.yes"), no: s.T("cancel"),
				action: "/videos/manage/" + r.Card.ID + "/delete", do: func() { p.remove(s, r) },
			}))))
}

// progress is the state of a video in a few words, with a bar while it is being processed and the reason when that failed.
func progress(s *session.Session, state, privacy int, p *api.Processing) d.Node {
	switch {
	case state == api.TranscodingFailed || p != nil && p.State == "failed":
		return d.Group{parts.Chip("bad", "warning-circle", s.T("state.failed")), d.P(d.Class("mine-why"), d.Text(parts.Failure(s, p)))}
	case p != nil && p.State == "running":
		percent := parts.Percent(p)
		words := s.T("state.percent", "n", strconv.Itoa(int(percent)))
		return d.Group{parts.Chip("busy", "hourglass", words), parts.Bar(s.T("processing"), percent, "small")}
	case p != nil && p.State == "waiting":
		return parts.Chip("busy", "hourglass", parts.Progress(s, p))
	case state == api.Published:
		return ready(s, privacy)
	}
	return parts.Chip("busy", "hourglass", s.T("state.processing"))
}

// ready says that nothing is left to be done; what nobody else can see is not called published.
func ready(s *session.Session, privacy int) d.Node {
	if privacy == api.Private {
		return parts.Chip("", "check-circle", s.T("state.ready"))
	}
	return parts.Chip("ok", "check-circle", s.T("state.published"))
}

// retry is a form, so that it works without the app too.
func (p *MyVideos) retry(s *session.Session, r Mine) d.Node {
	var again func(d.Event)
	if s.Live() {
		again = func(e d.Event) {
			e.Prevent()
			retry(s, r.UUID, func() {
				p.hear(s, news{UUID: r.UUID, State: api.ToTranscode, Processing: &api.Processing{State: "waiting"}})
			})
		}
	}
	return d.Form(d.At("method", "post"), d.At("action", "/videos/manage/"+r.Card.ID+"/retry"), d.On("submit", again),
		parts.Button("small", "arrow-clockwise", s.T("retry"), d.Type("submit"), d.Test("retry")))
}

// remove deletes for good; the row goes when the server has done so.
func (p *MyVideos) remove(s *session.Session, r Mine) {
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "DELETE", "/api/v1/videos/"+url.PathEscape(r.UUID), nil, nil)
		s.Browser.Do(func() {
			if err != nil && api.Status(err) != 404 {
				s.Browser.Toast(session.Toast{Words: Reason(s, err)})
				return
			}
			p.drop(r.UUID)
			p.Total--
			s.Browser.Toast(session.Toast{Words: s.T("delete.done", "title", plain(r.Card.Title, 40))})
			s.Browser.Focus("h1")
		})
	})
}

func (p *MyVideos) pager(s *session.Session) d.Node {
	next := p.Start + step
	if p.Start == 0 && int64(next) >= p.Total {
		return d.Group{}
	}
	return d.Nav(d.Class("pager"), d.Aria("label", s.T("mine.pages")),
		d.When(p.Start > 0, func() d.Item {
			return parts.LinkButton("", "caret-left", s.T("mine.newer"), p.link("start", strconv.Itoa(max(0, p.Start-step))))
		}),
		d.When(int64(next) < p.Total, func() d.Item {
			return parts.LinkButton("", "caret-right", s.T("mine.older"), p.link("start", strconv.Itoa(next)), d.Test("older"))
		}))
}
