package pages

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
)

// Watch is the page of one video.
type Watch struct {
	base
	ID         string          `json:"id"` // as in the address
	UUID       string          `json:"uuid"`
	Short      string          `json:"short"`
	Title      string          `json:"title"`
	Text       string          `json:"text,omitempty"` // description, markdown
	At         time.Time       `json:"at"`
	Views      int64           `json:"views"`
	Seconds    int             `json:"seconds"`
	Width      int             `json:"width"`
	Height     int             `json:"height"`
	Preview    string          `json:"preview,omitempty"`
	Embed      string          `json:"embed,omitempty"`
	Channel    parts.Who       `json:"channel"`
	Account    parts.Who       `json:"account"`
	Followers  int             `json:"followers"`
	Category   string          `json:"category,omitempty"`
	Licence    string          `json:"licence,omitempty"`
	Language   string          `json:"language,omitempty"`
	Tag        string          `json:"lang,omitempty"` // BCP 47 tag of the language
	Tags       []string        `json:"tags,omitempty"`
	Privacy    int             `json:"privacy"`
	StateID    int             `json:"state"`
	NSFW       bool            `json:"nsfw,omitempty"`
	Host       string          `json:"host,omitempty"`
	URL        string          `json:"url"`
	Downloads  []Download      `json:"downloads,omitempty"`
	Support    string          `json:"support,omitempty"`
	Mine       bool            `json:"mine,omitempty"`
	Processing *api.Processing `json:"processing,omitempty"`
	Next       []parts.Card    `json:"next"`
	BootJSON   json.RawMessage `json:"-"` // stands in the page by itself; see api.Boot
	Sources    []Source        `json:"-"` // for browsers that run no WASM
}

// Download is one file a person may keep.
type Download struct {
	Label string `json:"l"`
	URL   string `json:"u"`
	Size  int64  `json:"s"`
}

// Source is what the browser's own player may play.
type Source struct{ URL, Type string }

// Name is watch.
func (p *Watch) Name() string { return "watch" }

// Load reads the video, what the player needs and what to watch next, all at once.
func (p *Watch) Load(ctx context.Context, s *session.Session, _ *url.URL) error {
	var (
		v    api.VideoDetails
		next []parts.Card
		at   = "/api/v1/videos/" + url.PathEscape(p.ID)
	)
	err := together(
		func() error { return s.API.Get(ctx, at, &v) },
		func() error {
			if s.API.Get(ctx, at+"/boot", &p.BootJSON) != nil {
				p.BootJSON = nil // the video itself says why
			}
			return nil
		},
		func() error {
			next = newest(ctx, s)
			return nil
		})
	if err != nil {
		return err
	}
	p.take(s, v)
	for _, n := range next {
		if n.ID != v.ShortUUID && len(p.Next) < 12 {
			p.Next = append(p.Next, n)
		}
	}
	return nil
}

// newest are the videos to go on with; the page stands without them when they do not come.
func newest(ctx context.Context, s *session.Session) []parts.Card {
	build := func() (any, error) {
		var page api.Page[api.Video]
		err := s.API.Get(ctx, "/api/v1/videos?count=13&sort=-publishedAt", &page)
		return cards(s, page.Data), err
	}
	if s.Shared != nil {
		shared := build
		build = func() (any, error) { return s.Shared("newest", shared) }
	}
	found, err := build()
	if err != nil {
		return nil
	}
	list, _ := found.([]parts.Card)
	return list
}

// LoadAlone is Load for the embed page, where nothing stands around the player.
func (p *Watch) LoadAlone(ctx context.Context, s *session.Session) error {
	var v api.VideoDetails
	at := "/api/v1/videos/" + url.PathEscape(p.ID)
	if err := s.API.Get(ctx, at, &v); err != nil {
		return err
	}
	if s.API.Get(ctx, at+"/boot", &p.BootJSON) != nil {
		p.BootJSON = nil
	}
	p.take(s, v)
	return nil
}

func (p *Watch) take(s *session.Session, v api.VideoDetails) {
	p.UUID, p.Short, p.Title, p.At, p.Views = v.UUID, v.ShortUUID, v.Name, v.PublishedAt.Time, v.Views
	p.Seconds, p.Preview, p.Embed = v.Duration, v.PreviewPath, v.EmbedPath
	p.Channel, p.Account = parts.FromActor(s.Site, v.Channel.ActorSummary), parts.FromActor(s.Site, v.Account.ActorSummary)
	p.Followers, p.Tags, p.Privacy, p.StateID, p.NSFW, p.URL = v.Channel.FollowersCount, v.Tags, v.Privacy.ID, v.State.ID, v.NSFW, v.URL
	p.Width, p.Height = shape(v)
	p.Mine = s.User != nil && v.IsLocal && v.Account.Name == s.User.Name
	p.Processing = v.Processing
	if v.Description != nil {
		p.Text = *v.Description
	}
	if v.Support != nil {
		p.Support = *v.Support
	}
	if v.Category.ID != nil {
		p.Category = v.Category.Label
	}
	if v.Licence.ID != nil {
		p.Licence = v.Licence.Label
	}
	if v.Language.ID != nil {
		p.Language, p.Tag = v.Language.Label, *v.Language.ID
	}
	if !v.IsLocal {
		p.Host = v.Channel.Host
	}
	p.files(s, v)
}

// files lists what may be downloaded, and what a browser without WASM may play.
func (p *Watch) files(s *session.Session, v api.VideoDetails) {
	files := v.Files
	for _, l := range v.StreamingPlaylists {
		if l.PlaylistURL != "" {
			p.Sources = append(p.Sources, Source{parts.Local(s.Site, l.PlaylistURL), "application/vnd.apple.mpegurl"})
		}
		files = append(files, l.Files...)
	}
	for _, f := range files {
		if v.DownloadEnabled && f.FileDownloadURL != "" {
			p.Downloads = append(p.Downloads, Download{f.Resolution.Label, parts.Local(s.Site, f.FileDownloadURL), f.Size})
		}
		if f.FileURL != "" && f.HasVideo && f.HasAudio {
			p.Sources = append(p.Sources, Source{parts.Local(s.Site, f.FileURL), "video/mp4"})
		}
	}
}

// shape is the picture's width and height, 16 by 9 until they are known.
func shape(v api.VideoDetails) (w, h int) {
	for _, l := range v.StreamingPlaylists {
		for _, f := range l.Files {
			if f.Width > w {
				w, h = f.Width, f.Height
			}
		}
	}
	if w == 0 || h == 0 {
		if v.AspectRatio != nil && *v.AspectRatio > 0.2 && *v.AspectRatio < 5 {
			return int(*v.AspectRatio * 1080), 1080
		}
		return 1280, 720
	}
	return w, h
}

// Head has all that other sites show of a video.
func (p *Watch) Head(s *session.Session) Head {
	return Head{
		Title: p.Title + " – " + p.Channel.Display + " – " + s.Site.Name, Name: p.Title, Description: plain(p.Text, 200), Path: "/w/" + p.Short, Image: p.Preview,
		Kind: "video.other", Hidden: p.Privacy != api.Public || p.StateID != api.Published,
	}
}

// Boot is what the player starts from.
func (p *Watch) Boot() []byte { return p.BootJSON }

// Poster is the picture that stands until the first frame: the player's own choice, so that only one is fetched.
func (p *Watch) Poster() string {
	var b struct {
		Poster string `json:"poster"`
	}
	if json.Unmarshal(p.BootJSON, &b) == nil && b.Poster != "" {
		return b.Poster
	}
	return p.Preview
}

// Starts tells whether the film plays by itself, so that no poster is needed; static/boot.js decides alike.
func (p *Watch) Starts(query url.Values) bool {
	if query.Has("autoplay") {
		v := query.Get("autoplay")
		return v != "0" && v != "false" && v != "no"
	}
	var b struct {
		Autoplay bool `json:"autoplay"`
	}
	return json.Unmarshal(p.BootJSON, &b) == nil && b.Autoplay
}

// Tall tells whether the picture stands upright.
func (p *Watch) Tall() bool { return p.Height > p.Width }

// View is the place of the player, what belongs to the video, and what comes next.
func (p *Watch) View(s *session.Session) d.Node {
	return d.Div(d.Class("watch"),
		d.Div(d.ID("player-slot"), d.Class("slot"), d.At("tabindex", "-1")),
		d.Div(d.Class("watch-main"),
			heading(p.Title, d.Class("watch-title"), d.At("dir", "auto"), langOf(p.Tag)),
			p.strip(s),
			d.Div(d.Class("watch-row"), p.owner(s), p.actions(s)),
			p.panel(s),
			p.about(s),
			p.facts(s)),
		d.Aside(d.Class("watch-next"), d.Aria("label", s.T("watch.next")),
			d.H2(d.Text(s.T("watch.next"))),
			d.When(len(p.Next) == 0, func() d.Item { return d.P(d.Class("quiet"), d.Text(s.T("watch.next.none"))) }),
			d.Each(p.Next, func(c parts.Card) d.Node { return parts.Compact(s, c) })))
}

func langOf(tag string) d.Item { return d.If(tag != "", d.Lang(tag)) }

// strip tells what is particular: not public, being processed, failed, from elsewhere.
func (p *Watch) strip(s *session.Session) d.Item {
	var g d.Group
	if p.StateID != api.Published {
		g = append(g, parts.Timeline(s, p.Processing, p.StateID))
	}
	if p.Privacy != api.Public {
		k := strconv.Itoa(p.Privacy)
		g = append(g, d.P(d.Class("strip-line"), parts.Icon(parts.PrivacyIcon(p.Privacy)), d.Span(d.Text(s.T("privacy."+k+".words")))))
	}
	if p.NSFW {
		g = append(g, d.P(d.Class("strip-line"), parts.Icon("warning"), d.Span(d.Text(s.T("watch.nsfw")))))
	}
	if p.Host != "" {
		g = append(g, d.P(d.Class("strip-line"), parts.Icon("globe-hemisphere-west"), d.A(d.Href(p.URL), d.At("rel", "noopener"), d.Text(s.T("watch.origin", "host", p.Host)))))
	}
	if len(g) == 0 {
		return nil
	}
	return d.Div(d.Class("strip"), g)
}

func (p *Watch) owner(s *session.Session) d.Node {
	return d.Div(d.Class("owner"),
		d.A(d.Href(p.Channel.Path()), d.At("tabindex", "-1"), d.Hidden(), parts.Avatar(p.Channel, 44)),
		d.Div(d.Class("owner-words"),
			d.A(d.Class("owner-name"), d.Href(p.Channel.Path()), d.At("dir", "auto"), d.Text(p.Channel.Display)),
			d.Span(d.Class("quiet"), d.Text(s.N("followers", int64(p.Followers))))))
}

func (p *Watch) actions(s *session.Session) d.Node {
	return d.Div(d.Class("actions"),
		parts.Button("", "share-network", s.T("share"), d.At("popovertarget", "share"), d.Test("share")),
		d.When(len(p.Downloads) > 0, func() d.Item { return p.download(s) }),
		d.If(p.Mine, parts.LinkButton("", "pencil-simple", s.T("edit"), "/videos/manage/"+p.Short, d.Test("edit"))))
}

func yes(on bool) string {
	if on {
		return "true"
	}
	return "false"
}

func (p *Watch) download(s *session.Session) d.Node {
	return d.Details(d.Class("drop"),
		d.Summary(d.Class("button"), d.Test("download"), parts.Icon("download-simple"), d.Span(d.Text(s.T("download")))),
		d.Div(d.Class("drop-menu"), d.Each(p.Downloads, func(f Download) d.Node {
			return d.A(d.Class("menu-item"), d.Href(f.URL), d.Flag("download", true), d.Span(d.Text(f.Label)), d.Span(d.Class("quiet end"), d.Text(s.Words.Bytes(f.Size))))
		})))
}

// panel is where the link and the embed code are taken from. It opens without any script.
func (p *Watch) panel(s *session.Session) d.Node {
	link := s.Site.URL + "/w/" + p.Short
	code := `<iframe src="` + s.Site.URL + `/videos/embed/` + p.Short + `" width="560" height="315" allowfullscreen></iframe>`
	row := func(id, label, value string) d.Node {
		return d.Div(d.Class("field"), d.Label(d.At("for", id), d.Text(label)),
			d.Div(d.Class("row"), parts.Line("text", id, value, d.ID(id), d.Flag("readonly", true), d.At("dir", "ltr")),
				parts.Button("live-only", "copy", s.T("copy"), d.On("click", p.copy(s, value)))))
	}
	return d.Div(d.ID("share"), d.Class("sheet-pop"), d.At("popover", "auto"),
		d.Div(d.Class("sheet-head"), d.H2(d.Text(s.T("share"))), parts.IconButton("x", s.T("close"), d.At("popovertarget", "share"), d.At("popovertargetaction", "hide"))),
		row("share-link", s.T("share.link"), link), row("share-embed", s.T("share.embed"), code))
}

func (p *Watch) copy(s *session.Session, words string) func(d.Event) {
	if !s.Live() {
		return nil
	}
	return func(d.Event) {
		s.Browser.Copy(words)
		s.Browser.Toast(session.Toast{Words: s.T("copied")})
	}
}

func (p *Watch) about(s *session.Session) d.Node {
	return d.Div(d.Class("about-box"),
		d.P(d.Class("about-facts"), d.Strong(d.Title(s.Words.Full(p.Views)), d.Text(s.N("views", p.Views))), d.Text(" "), d.Strong(parts.When(s, p.At))),
		d.When(p.Text != "", func() d.Item {
			return d.Group{
				d.If(p.folds(s), d.Input(d.Type("checkbox"), d.ID("fold"), d.Class("out fold"), d.Aria("label", s.T("more.read")))),
				d.Div(d.Class("prose"), d.At("dir", "auto"), langOf(p.Tag), parts.Markdown(p.Text, parts.Reading{Path: "/w/" + p.Short, Seek: p.seek(s)})),
				d.If(p.folds(s), d.Label(d.Class("text-button"), d.At("for", "fold"), d.Hidden(), d.Span(d.Class("if-shut"), d.Text(s.T("more.read"))), d.Span(d.Class("if-open"), d.Text(s.T("less"))))),
			}
		}),
		d.When(len(p.Tags) > 0, func() d.Item {
			return d.Ul(d.Class("tags"), d.Each(p.Tags, func(t string) d.Node {
				return d.Li(d.A(d.Href("/videos/browse?search="+escape(t)), d.El("bdi", d.Text("#"+t))))
			}))
		}))
}

// folds tells whether only the first lines of the description are shown. A box in the page folds it, not a script.
func (p *Watch) folds(s *session.Session) bool {
	return !s.Lite && (len(p.Text) > 280 || strings.Count(p.Text, "\n") > 3)
}

func (p *Watch) seek(s *session.Session) func(int) {
	if !s.Live() || s.Player == nil {
		return nil
	}
	return func(at int) { s.Player.Seek(float64(at)) }
}

func (p *Watch) facts(s *session.Session) d.Node {
	var g d.Group
	fact := func(key, value string) {
		if value != "" {
			g = append(g, d.Div(d.El("dt", d.Text(s.T(key))), d.El("dd", d.Text(value))))
		}
	}
	fact("fact.published", s.Words.Exact(p.At))
	fact("fact.category", p.Category)
	fact("fact.licence", p.Licence)
	fact("fact.language", p.Language)
	fact("fact.by", p.Account.Display)
	return d.El("dl", d.Class("facts"), g)
}

// Settle hears of the processing while it goes on, and fetches the page anew when the video can be played.
func (p *Watch) Settle(s *session.Session) func() {
	if !p.Mine || p.StateID == api.Published {
		return func() {}
	}
	return follow(s, func() []string {
		if unfinished(p.StateID, p.Processing) {
			return []string{p.UUID}
		}
		return nil
	}, func(n news) {
		if n.UUID != p.UUID {
			return
		}
		if n.Processing != nil {
			p.Processing = n.Processing
		}
		if n.State == api.Published {
			s.Browser.Load("/w/" + p.Short)
		}
	})
}
