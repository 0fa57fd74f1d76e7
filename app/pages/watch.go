package pages

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

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
	Origins    []string        `json:"-"` // of other platforms that the player asks
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
		v    api.VideoPage
		next []parts.Card
		at   = "/api/v1/videos/" + url.PathEscape(p.ID) + "/page"
	)
	err := together(
		func() error { return s.API.Get(ctx, at, &v) },
		func() error {
			next = newest(ctx, s)
			return nil
		})
	if err != nil {
		return err
	}
	p.take(s, v)
	for _, n := range next {
		if n.ID != v.Video.ShortUUID && len(p.Next) < 12 {
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
	var v api.VideoPage
	if err := s.API.Get(ctx, "/api/v1/videos/"+url.PathEscape(p.ID)+"/page?embed=true", &v); err != nil {
		return err
	}
	p.take(s, v)
	return nil
}

func (p *Watch) take(s *session.Session, page api.VideoPage) {
	v := page.Video
	p.BootJSON = page.Boot
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
	p.Origins = origins(s, v)
	for _, l := range v.StreamingPlaylists {
		if l.PlaylistURL != "" {
			p.Sources = append(p.Sources, Source{parts.Local(s.Site, l.PlaylistURL), "application/vnd.apple.mpegurl"})
		}
		files = append(files, l.Files...)
	}
	listed := map[string]bool{"": true} // owners are told of a file twice
	for _, f := range files {
		if listed[f.FileURL] {
			continue
		}
		listed[f.FileURL] = true
		if v.DownloadEnabled && f.FileDownloadURL != "" {
			p.Downloads = append(p.Downloads, download(s, v, f, files))
		}
		if f.HasVideo && f.HasAudio {
			p.Sources = append(p.Sources, Source{parts.Local(s.Site, f.FileURL), "video/mp4"})
		}
	}
}

// download is a file to keep. Of ours it is put together while it is sent, with an index and, where the file has none, with sound.
func download(s *session.Session, v api.VideoDetails, f api.VideoFile, all []api.VideoFile) Download {
	if !v.IsLocal || !f.HasVideo {
		return Download{f.Resolution.Label, parts.Local(s.Site, f.FileDownloadURL), f.Size}
	}
	ids, size := strconv.FormatInt(f.ID, 10), f.Size
	sound := slices.IndexFunc(all, func(o api.VideoFile) bool { return o.HasAudio && !o.HasVideo })
	if !f.HasAudio && sound >= 0 {
		ids, size = ids+","+strconv.FormatInt(all[sound].ID, 10), size+all[sound].Size
	}
	return Download{f.Resolution.Label, "/download/videos/generate/" + v.UUID + "?videoFileIds=" + ids, size}
}

// mostOrigins bounds how far a page is opened for a video of elsewhere.
const mostOrigins = 4

// origins are where the media of a video of elsewhere comes from; none for our own.
func origins(s *session.Session, v api.VideoDetails) (out []string) {
	if v.IsLocal {
		return nil
	}
	add := func(address string) {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" && !(u.Scheme == "http" && strings.HasPrefix(s.Site.URL, "http:")) || !hostOnly(u.Host) {
			return
		}
		if o := u.Scheme + "://" + u.Host; o != s.Site.URL && len(out) < mostOrigins && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	files := v.Files
	for _, l := range v.StreamingPlaylists {
		add(l.PlaylistURL)
		files = append(files, l.Files...)
	}
	for _, f := range files {
		add(f.FileURL)
		add(f.PlaylistURL)
	}
	return out
}

// hostOnly tells whether a host may stand in a policy: a name or an address, perhaps with a port.
func hostOnly(host string) bool {
	return host != "" && !strings.ContainsFunc(host, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(".-:[]", c))
	})
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

// told is what the page itself needs to know of the player's start.
type told struct {
	Poster   string `json:"poster"`
	Autoplay bool   `json:"autoplay"`
	P2P      bool   `json:"p2p"`
	Silence  string `json:"silence"`
}

// Before gives what stands until the first frame: the player's own picture, so that only one is fetched, and none when
// the film plays by itself. static/boot.js decides alike.
func (p *Watch) Before(query url.Values) (poster string) {
	t := told{Poster: p.Preview}
	_ = json.Unmarshal(p.BootJSON, &t) // nothing to play: the picture alone
	if query.Has("autoplay") {
		v := query.Get("autoplay")
		t.Autoplay = v != "0" && v != "false" && v != "no"
	}
	if t.Autoplay {
		return ""
	}
	return cmp.Or(t.Poster, p.Preview)
}

// shares tells whether viewers of this video may share it.
func (p *Watch) shares() bool {
	var t told
	return json.Unmarshal(p.BootJSON, &t) == nil && t.P2P
}

// Tall tells whether the picture stands upright.
func (p *Watch) Tall() bool { return p.Height > p.Width }
