package feed

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/server/markdown"
	"shoal/server/playlist"
	"shoal/server/seed"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
	"shoal/shared/torrent"
)

const (
	most          = 20  // items of a feed
	mostOfPodcast = 100 // of a podcast, whose programs want more
)

// videos is the feed of all videos, or those of an account or channel.
func (f *Feeds) videos(format string) page {
	return func(ctx context.Context, r *http.Request) (string, []byte, error) {
		if !known(format) {
			return "", nil, errFormat
		}
		q := r.URL.Query()
		out, filter, err := f.about(ctx, q)
		if err == nil {
			filter, err = f.narrow(ctx, q, filter)
		}
		if err == nil {
			out, err = f.fill(ctx, r, out, filter)
		}
		if err != nil {
			return "", nil, err
		}
		return out.encode(format)
	}
}

// fill adds the videos of a list.
func (f *Feeds) fill(ctx context.Context, r *http.Request, out feed, filter video.Filter) (feed, error) {
	if filter.Count == 0 {
		filter.Count = most
	}
	out.Self = f.Site + r.URL.RequestURI()
	cards, err := video.List(ctx, f.Pool, filter)
	if err != nil {
		return out, err
	}
	return out, f.add(ctx, &out, cards)
}

func (f *Feeds) add(ctx context.Context, out *feed, cards []video.Card) error {
	for _, c := range cards {
		d, err := video.One(ctx, f.Pool, video.ByNumber(c.ID), nil)
		if fail.Is(err, fail.NotFound) {
			continue // it went meanwhile
		}
		if err != nil {
			return err
		}
		i := f.item(d)
		if i.Video.Captions, err = f.captions(ctx, d); err != nil {
			return err
		}
		out.Items = append(out.Items, i)
		if i.Published.After(out.Updated) {
			out.Updated = i.Published
		}
	}
	return nil
}

// about is whom a feed is of: the platform, an account or a channel.
func (f *Feeds) about(ctx context.Context, q url.Values) (feed, video.Filter, error) {
	set, err := f.Instance.Settings(ctx)
	if err != nil {
		return feed{}, video.Filter{}, err
	}
	out := feed{Title: set.Name, Link: f.Site, Description: set.ShortDescription, Image: f.Site + f.Icon, Site: f.Site, Updated: time.Unix(0, 0)}
	if c, ok, err := f.channel(ctx, q); err != nil || ok {
		out.of(c.ActorSummary, "/c/"+c.Name+"/videos", c.Description, f.Site)
		return out, video.Filter{Channel: &c.ID}, err
	}
	if a, ok, err := f.account(ctx, q); err != nil || ok {
		out.of(a.ActorSummary, "/a/"+a.Name+"/video-channels", a.Description, f.Site)
		return out, video.Filter{Account: &a.ID}, err
	}
	return out, video.Filter{}, nil
}

func (out *feed) of(a api.ActorSummary, path string, description *string, site string) {
	out.Title, out.Link, out.Description = a.DisplayName, site+path, ""
	if description != nil {
		out.Description = *description
	}
	if n := len(a.Avatars); n > 0 {
		out.Image = a.Avatars[n-1].FileURL
	}
}

func (f *Feeds) channel(ctx context.Context, q url.Values) (c api.Channel, given bool, err error) {
	if id := q.Get("videoChannelId"); id != "" {
		n, err := number("videoChannelId", id)
		if err != nil {
			return c, true, err
		}
		all, err := channel.Many(ctx, f.Pool, []int64{n})
		if err == nil && len(all) == 0 {
			err = fail.New(fail.NotFound, "Video channel not found")
		}
		if err != nil {
			return c, true, err
		}
		return all[0], true, nil
	}
	if name := q.Get("videoChannelName"); name != "" {
		c, err = channel.ByHandle(ctx, f.Pool, account.ParseHandle(name))
		return c, true, err
	}
	return c, false, nil
}

func (f *Feeds) account(ctx context.Context, q url.Values) (a api.Account, given bool, err error) {
	if id := q.Get("accountId"); id != "" {
		n, err := number("accountId", id)
		if err != nil {
			return a, true, err
		}
		all, err := account.Many(ctx, f.Pool, []int64{n})
		a, ok := all[n]
		if err == nil && !ok {
			err = fail.New(fail.NotFound, "Account not found")
		}
		return a, true, err
	}
	if name := q.Get("accountName"); name != "" {
		a, err = account.ByHandle(ctx, f.Pool, account.ParseHandle(name))
		return a, true, err
	}
	return a, false, nil
}

func number(name, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, fail.Field(name, "%s should be a number.", name)
	}
	return n, nil
}

// narrow reads the filters of a feed. Without one, sensitive videos are left out where the platform does so.
func (f *Feeds) narrow(ctx context.Context, q url.Values, filter video.Filter) (video.Filter, error) {
	filter.Sort, filter.Unmuted = q.Get("sort"), new(int64)
	if filter.Sort == "" {
		filter.Sort = "-publishedAt"
	}
	if err := video.CheckSort(filter.Sort); err != nil {
		return filter, err
	}
	for name, to := range map[string]**bool{"nsfw": &filter.NSFW, "isLocal": &filter.Local} {
		if text := q.Get(name); text != "" && text != "both" {
			b, err := strconv.ParseBool(text)
			if err != nil {
				return filter, fail.Field(name, "%s should be true or false.", name)
			}
			*to = &b
		}
	}
	if filter.NSFW == nil && q.Get("nsfw") == "" {
		set, err := f.Instance.Settings(ctx)
		if err != nil {
			return filter, err
		}
		if set.SensitivePolicy == "do_not_list" {
			filter.NSFW = new(bool)
		}
	}
	for name, to := range map[string]*[]int{"categoryOneOf": &filter.Categories, "licenceOneOf": &filter.Licences} {
		for _, text := range append(q[name], q[name+"[]"]...) {
			n, err := number(name, text)
			if err != nil {
				return filter, err
			}
			*to = append(*to, int(min(n, 1<<20)))
		}
	}
	for name, to := range map[string]*[]string{"languageOneOf": &filter.Languages, "tagsOneOf": &filter.TagsOne, "tagsAllOf": &filter.TagsAll} {
		for _, text := range append(q[name], q[name+"[]"]...) {
			if strings.HasPrefix(name, "tags") {
				text = strings.ToLower(text)
			}
			*to = append(*to, text)
		}
	}
	return filter, nil
}

const longestSummary = 500 // characters

// item is a video as feeds show it.
func (f *Feeds) item(d video.Details) item {
	id := d.UUID.String()
	i := item{
		Title: d.Name, Link: f.Site + "/w/" + shortid.From(d.UUID), Author: d.Channel.DisplayName, AuthorLink: f.Site + "/c/" + d.Channel.Name + "/videos",
		Published: d.PublishedAt,
	}
	if d.Description != nil {
		i.HTML, i.Summary = f.whole(markdown.HTML(*d.Description)), markdown.Plain(*d.Description)
		if r := []rune(i.Summary); len(r) > longestSummary {
			i.Summary = string(r[:longestSummary-1]) + "…"
		}
	}
	v := &watchable{
		ID: d.ID, Embed: f.Site + "/videos/embed/" + id, Activity: d.URL, Tags: d.Tags, Sensitive: d.NSFW, Duration: int(math.Round(d.Duration)), Views: d.Views,
		Comments: d.CommentsPolicy != api.CommentsClosed,
	}
	if d.Category != nil {
		v.Category = api.Categories[*d.Category]
	}
	if d.Language != nil {
		v.Language = *d.Language
	}
	i.Video = v
	if d.Privacy != api.Public { // what is not for everybody has no files that everybody can fetch
		return i
	}
	for _, p := range d.Images {
		if strings.HasSuffix(p.Filename, ".jpg") {
			v.Pictures = append([]picture{{f.Site + video.ImagePath(p.Kind, p.Filename), p.Width, p.Height}}, v.Pictures...)
		}
	}
	if d.Master != nil {
		v.Master = f.Site + video.HLSPath(d.UUID, d.Privacy, *d.Master)
	}
	v.Files = f.files(d)
	return i
}

// whole makes links to our own pages understood elsewhere.
func (f *Feeds) whole(html string) string {
	return strings.ReplaceAll(html, `href="/`, `href="`+f.Site+`/`)
}

// files are the renditions, those with picture and sound first.
func (f *Feeds) files(d video.Details) []file {
	var whole, parts []file
	for _, r := range d.Files {
		out := file{
			URL: seed.FileURL(f.Site, d.UUID, r.Filename, d.Privacy), Title: strconv.Itoa(r.Resolution) + "p", Size: r.Size, Height: r.Height, FPS: r.FPS,
			Bitrate: r.Bandwidth, Sound: r.HasAudio, Picture: r.HasVideo,
		}
		if r.Resolution == 0 {
			out.Title, out.Height = "Audio only", 0
		}
		var h torrent.Infohash
		if r.Torrent != "" && copy(h[:], r.Infohash) == len(h) {
			out.Torrent = f.Site + video.TorrentPath(r.Torrent)
			out.Magnet = seed.Magnet(f.Site, d.UUID, d.Name, r.Filename, r.Torrent, h, d.Privacy)
		}
		if out.Sound && out.Picture {
			whole = append(whole, out)
		} else {
			parts = append(parts, out)
		}
	}
	return append(whole, parts...)
}

func (f *Feeds) captions(ctx context.Context, d video.Details) (out []caption, err error) {
	if d.Privacy != api.Public {
		return nil, nil
	}
	all, err := video.Captions(ctx, f.Pool, d.ID)
	for _, c := range all {
		out = append(out, caption{f.Site + video.CaptionPath(c.Filename), c.Language})
	}
	return out, err
}

// podcast is the feed of a channel or playlist for podcast programs.
func (f *Feeds) podcast(ctx context.Context, r *http.Request) (string, []byte, error) {
	q := r.URL.Query()
	only := q.Get("enclosurePreference")
	if only != "" && only != "audio-only" && only != "video-only" {
		return "", nil, fail.Field("enclosurePreference", "enclosurePreference should be audio-only or video-only.")
	}
	var out feed
	var err error
	switch {
	case q.Get("videoChannelId") != "" || q.Get("videoChannelName") != "":
		out, err = f.channelPodcast(ctx, r, q)
	case q.Get("playlistId") != "":
		out, err = f.playlistPodcast(ctx, r, q.Get("playlistId"))
	default:
		err = fail.Field("videoChannelId", "Name a channel by videoChannelId or a playlist by playlistId.")
	}
	if err != nil {
		return "", nil, err
	}
	for i := range out.Items {
		v := out.Items[i].Video
		out.Sensitive = out.Sensitive || v.Sensitive
		v.Files = prefer(v.Files, only)
		if v.Chapters, err = f.chaptersOf(ctx, v); err != nil {
			return "", nil, err
		}
	}
	body, err := document(out.podcast())
	return xmlType, body, err
}

// prefer puts sound alone, or picture, first.
func prefer(files []file, only string) []file {
	if only == "" {
		return files
	}
	var first, rest []file
	for _, f := range files {
		if f.Picture == (only == "video-only") {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

const apple = "TV & Film" // the category of Apple's that videos fall into

func (f *Feeds) channelPodcast(ctx context.Context, r *http.Request, q url.Values) (feed, error) {
	c, _, err := f.channel(ctx, q)
	if err != nil {
		return feed{}, err
	}
	set, err := f.Instance.Settings(ctx)
	if err != nil {
		return feed{}, err
	}
	out := f.podcastOf(set)
	out.of(c.ActorSummary, "/c/"+c.Name+"/videos", c.Description, f.Site)
	if o := c.OwnerAccount; o != nil {
		out.Author, out.AuthorLink = o.DisplayName, f.Site+"/a/"+o.Name+"/video-channels"
	}
	return f.fill(ctx, r, out, video.Filter{Channel: &c.ID, Sort: "-publishedAt", Count: mostOfPodcast, Unmuted: new(int64)})
}

func (f *Feeds) podcastOf(set *instance.Settings) feed {
	return feed{Image: f.Site + f.Icon, Site: f.Site, Language: set.Language, Category: apple, Updated: time.Unix(0, 0)}
}

func (f *Feeds) playlistPodcast(ctx context.Context, r *http.Request, id string) (feed, error) {
	a, counted, err := playlist.Find(ctx, f.Pool, id)
	if err == nil {
		err = a.See(nil, counted)
	}
	if err != nil {
		return feed{}, err
	}
	set, err := f.Instance.Settings(ctx)
	if err != nil {
		return feed{}, err
	}
	page, err := playlist.List(ctx, f.Pool, playlist.Filter{IDs: []int64{a.ID}, All: true, Count: 1}, f.Site)
	if err != nil || len(page.Data) == 0 {
		return feed{}, or(err, fail.New(fail.NotFound, "Video playlist not found"))
	}
	p, out := page.Data[0], f.podcastOf(set)
	out.Title, out.Link, out.Self = p.DisplayName, f.Site+"/w/p/"+p.ShortUUID, f.Site+r.URL.RequestURI()
	out.Author, out.AuthorLink = p.OwnerAccount.DisplayName, f.Site+"/a/"+p.OwnerAccount.Name+"/video-channels"
	if p.Description != nil {
		out.Description = *p.Description
	}
	if p.ThumbnailURL != nil {
		out.Image = *p.ThumbnailURL
	}
	all, _, err := playlist.Elements(ctx, f.Pool, a.ID, 0, 0, mostOfPodcast)
	if err != nil {
		return out, err
	}
	var ids []int64
	for _, e := range all {
		if e.VideoID != nil && !e.Muted {
			ids = append(ids, *e.VideoID)
		}
	}
	cards, err := video.Cards(ctx, f.Pool, ids, nil)
	if err != nil {
		return out, err
	}
	seen := cards[:0]
	for _, c := range cards {
		if c.Privacy == api.Public && c.State == api.Published && !c.Blocked {
			seen = append(seen, c)
		}
	}
	return out, f.add(ctx, &out, seen)
}

func or(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
