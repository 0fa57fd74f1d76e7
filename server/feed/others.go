package feed

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/comment"
	"shoal/server/fail"
	"shoal/server/markdown"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// comments is the feed of comments below a video, of an account or a channel, or of all.
func (f *Feeds) comments(format string) page {
	return func(ctx context.Context, r *http.Request) (string, []byte, error) {
		if !known(format) {
			return "", nil, errFormat
		}
		out, filter, err := f.talk(ctx, r.URL.Query())
		if err != nil {
			return "", nil, err
		}
		filter.Public, filter.HideMuted, filter.Count = true, true, most
		page, err := comment.List(ctx, f.Pool, filter)
		if err != nil {
			return "", nil, err
		}
		out.Self = f.Site + r.URL.RequestURI()
		for _, c := range page.Data {
			i := item{
				Title: c.Video.Name + " - " + c.Account.DisplayName, HTML: f.whole(c.HTML), Summary: markdown.Words(c.HTML), Author: c.Account.DisplayName, AuthorLink: c.Account.URL,
				Link: f.Site + "/w/" + c.Video.ShortUUID + ";threadId=" + strconv.FormatInt(c.ThreadID, 10) + "#comment-" + strconv.FormatInt(c.ID, 10), Published: c.CreatedAt.Time,
			}
			if out.Items = append(out.Items, i); i.Published.After(out.Updated) {
				out.Updated = i.Published
			}
		}
		return out.encode(format)
	}
}

// talk is what comments are asked for.
func (f *Feeds) talk(ctx context.Context, q url.Values) (feed, comment.Filter, error) {
	out, whose, err := f.about(ctx, q)
	if err != nil {
		return out, comment.Filter{}, err
	}
	filter := comment.Filter{}
	if whose.Channel != nil {
		filter.Channel = *whose.Channel
	}
	if whose.Account != nil {
		filter.Author = *whose.Account
	}
	text := q.Get("videoId")
	if text == "" {
		return out, filter, nil
	}
	if whose.Channel != nil || whose.Account != nil {
		return out, filter, fail.Field("videoId", "Ask for a video, an account or a channel, one of them.")
	}
	ref, err := video.ParseRef(text)
	if err != nil {
		return out, filter, err
	}
	d, err := video.Shown(ctx, f.Pool, ref, video.Visit{})
	if err != nil {
		return out, filter, err
	}
	filter.Video = d.ID
	out.Title, out.Link, out.Description = d.Name, f.Site+"/w/"+shortid.From(d.UUID), ""
	if d.Description != nil {
		out.Description = markdown.Plain(*d.Description)
	}
	return out, filter, nil
}

// subscriptions is the feed of what a member follows, for programs that know the member's private token.
func (f *Feeds) subscriptions(format string) page {
	return func(ctx context.Context, r *http.Request) (string, []byte, error) {
		if !known(format) {
			return "", nil, errFormat
		}
		q := r.URL.Query()
		id, err := number("accountId", q.Get("accountId"))
		if err != nil {
			return "", nil, err
		}
		token, err := uuid.Parse(q.Get("token"))
		if err != nil {
			return "", nil, fail.Field("token", "token is missing or is none.")
		}
		name, err := account.ByFeedToken(ctx, f.Pool, id, token)
		if err != nil {
			return "", nil, err
		}
		out, _, err := f.about(ctx, url.Values{})
		if err != nil {
			return "", nil, err
		}
		out.Title, out.Link = "Subscriptions of "+name, f.Site+"/my-library/video-channels"
		q.Del("token")
		filter, err := f.narrow(ctx, q, video.Filter{Subscriber: &id, Privacies: []int{api.Public, api.Internal}})
		if err != nil {
			return "", nil, err
		}
		filter.Unmuted = &id
		if out, err = f.fill(ctx, r, out, filter); err != nil {
			return "", nil, err
		}
		return out.encode(format)
	}
}

// inMap is how many videos a part of the site map has; the protocol allows 50,000 addresses.
const inMap = 5000

// sites is a site map (sitemaps.org, with Google's extension for videos).
type sites struct {
	XMLName xml.Name `xml:"urlset"`
	Space   string   `xml:"xmlns,attr"`
	Video   string   `xml:"xmlns:video,attr"`
	Pages   []site   `xml:"url"`
}

type site struct {
	Location string     `xml:"loc"`
	Changed  string     `xml:"lastmod,omitempty"`
	Video    *siteVideo `xml:"video:video"`
}

type siteVideo struct {
	Picture     string `xml:"video:thumbnail_loc"`
	Title       string `xml:"video:title"`
	Description string `xml:"video:description"`
	Player      string `xml:"video:player_loc"`
	Duration    int    `xml:"video:duration,omitempty"`
	Published   string `xml:"video:publication_date"`
}

// parts is the list of the parts of a large map.
type parts struct {
	XMLName xml.Name `xml:"sitemapindex"`
	Space   string   `xml:"xmlns,attr"`
	Parts   []site   `xml:"sitemap"`
}

const (
	schema      = "http://www.sitemaps.org/schemas/sitemap/0.9"
	videoSchema = "http://www.google.com/schemas/sitemap-video/1.1"

	countPublic = `SELECT count(*) FROM video WHERE local AND privacy = 1 AND state = 1 AND NOT blocked`

	mapped = `
	SELECT v.uuid, v.name, coalesce(v.description, ''), v.duration, v.updated_at, v.published_at,
		(SELECT i.filename FROM video_image i WHERE i.video_id = v.id AND i.kind = 'thumbnail' AND i.filename LIKE '%.jpg' ORDER BY i.width DESC LIMIT 1)
	FROM video v WHERE v.local AND v.privacy = 1 AND v.state = 1 AND NOT v.blocked ORDER BY v.id LIMIT @count OFFSET @start`

	mappedChannels = `SELECT ac.name FROM channel c JOIN actor ac ON ac.id = c.actor_id WHERE ac.host = '' ORDER BY c.id LIMIT @count`
)

// sitemap tells search engines of the public videos and channels.
func (f *Feeds) sitemap(ctx context.Context, r *http.Request) (string, []byte, error) {
	var total int
	if err := f.Pool.QueryRow(ctx, countPublic).Scan(&total); err != nil {
		return "", nil, err
	}
	part, _ := strconv.Atoi(r.URL.Query().Get("part"))
	if part <= 0 && total > inMap {
		out := parts{Space: schema}
		for i := range (total + inMap - 1) / inMap {
			out.Parts = append(out.Parts, site{Location: f.Site + "/sitemap.xml?part=" + strconv.Itoa(i+1)})
		}
		body, err := document(out)
		return xmlType, body, err
	}
	out := sites{Space: schema, Video: videoSchema}
	if part = max(part, 1); part == 1 {
		for _, path := range []string{"/", "/about", "/videos/browse"} {
			out.Pages = append(out.Pages, site{Location: f.Site + path})
		}
		rows, _ := f.Pool.Query(ctx, mappedChannels, pgx.NamedArgs{"count": inMap})
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return "", nil, err
		}
		for _, n := range names {
			out.Pages = append(out.Pages, site{Location: f.Site + "/c/" + n + "/videos"})
		}
	}
	rows, _ := f.Pool.Query(ctx, mapped, pgx.NamedArgs{"count": inMap, "start": (min(part, 1000) - 1) * inMap})
	var u uuid.UUID
	var name, description string
	var duration float64
	var updated, published time.Time
	var picture *string
	_, err := pgx.ForEachRow(rows, []any{&u, &name, &description, &duration, &updated, &published, &picture}, func() error {
		page := site{Location: f.Site + "/w/" + shortid.From(u), Changed: stamp(updated)}
		if picture != nil {
			if description = markdown.Plain(description); description == "" {
				description = name
			}
			page.Video = &siteVideo{
				Picture: f.Site + video.ImagePath(video.Thumbnail, *picture), Title: name, Description: description,
				Player: f.Site + "/videos/embed/" + u.String(), Duration: int(duration), Published: stamp(published),
			}
		}
		out.Pages, picture = append(out.Pages, page), nil
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	body, err := document(out)
	return xmlType, body, err
}

// security says where to report a weakness (RFC 9116).
func (f *Feeds) security(context.Context, *http.Request) (string, []byte, error) {
	ends := time.Now().UTC().AddDate(0, 3, 0).Truncate(24 * time.Hour)
	text := "Contact: " + f.Site + "/about\nExpires: " + ends.Format(time.RFC3339) + "\nCanonical: " + f.Site + "/.well-known/security.txt\n"
	return "text/plain; charset=utf-8", []byte(text), nil
}
