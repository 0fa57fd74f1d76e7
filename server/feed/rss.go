package feed

import (
	"encoding/xml"
	"strings"
	"time"
)

// rss is version 2.0 with the extensions of Media RSS, Podcasting 2.0 and Apple's podcasts. The prefixes are declared at the root.
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Spaces  []xml.Attr `xml:",any,attr"`
	Channel rssChannel `xml:"channel"`
}

var spaces = []xml.Attr{
	space("dc", "http://purl.org/dc/elements/1.1/"), space("content", "http://purl.org/rss/1.0/modules/content/"),
	space("atom", "http://www.w3.org/2005/Atom"), space("media", "http://search.yahoo.com/mrss/"),
}

var podcastSpaces = append([]xml.Attr{
	space("podcast", "https://podcastindex.org/namespace/1.0"), space("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
}, spaces...)

func space(prefix, name string) xml.Attr {
	return xml.Attr{Name: xml.Name{Local: "xmlns:" + prefix}, Value: name}
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language,omitempty"`
	Built       string    `xml:"lastBuildDate"`
	Docs        string    `xml:"docs"`
	Generator   string    `xml:"generator"`
	Image       *image    `xml:"image"`
	Self        selfLink  `xml:"atom:link"`
	Medium      string    `xml:"podcast:medium,omitempty"`
	Locked      string    `xml:"podcast:locked,omitempty"`
	Person      *person   `xml:"podcast:person"`
	Author      string    `xml:"itunes:author,omitempty"`
	Owner       *owner    `xml:"itunes:owner"`
	Category    *textAttr `xml:"itunes:category"`
	Explicit    string    `xml:"itunes:explicit,omitempty"`
	Cover       *href     `xml:"itunes:image"`
	Items       []rssItem `xml:"item"`
}

type image struct {
	Title string `xml:"title"`
	URL   string `xml:"url"`
	Link  string `xml:"link"`
}

type selfLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type person struct {
	Href string `xml:"href,attr"`
	Name string `xml:",chardata"`
}

type owner struct {
	Name  string `xml:"itunes:name"`
	Email string `xml:"itunes:email,omitempty"`
}

type textAttr struct {
	Text string `xml:"text,attr"`
}

type href struct {
	Href string `xml:"href,attr"`
}

type guid struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type enclosure struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr"`
	Length int64  `xml:"length,attr"`
}

type rssItem struct {
	Title       string       `xml:"title"`
	Link        string       `xml:"link"`
	GUID        guid         `xml:"guid"`
	Published   string       `xml:"pubDate"`
	Description string       `xml:"description,omitempty"`
	Content     string       `xml:"content:encoded,omitempty"`
	Creator     string       `xml:"dc:creator,omitempty"`
	Category    string       `xml:"category,omitempty"`
	Enclosure   *enclosure   `xml:"enclosure"`
	Community   *community   `xml:"media:community"`
	Embed       *urlAttr     `xml:"media:embed"`
	Player      *urlAttr     `xml:"media:player"`
	Group       *mediaGroup  `xml:"media:group"`
	Pictures    []mediaImage `xml:"media:thumbnail"`
	Rating      string       `xml:"media:rating,omitempty"`
	MediaTitle  *plainText   `xml:"media:title"`
	MediaText   *plainText   `xml:"media:description"`

	Person     *person       `xml:"podcast:person"`
	Interact   *interact     `xml:"podcast:socialInteract"`
	Transcript []transcript  `xml:"podcast:transcript"`
	Chapters   *chapters     `xml:"podcast:chapters"`
	Others     []alternative `xml:"podcast:alternateEnclosure"`
	Duration   int           `xml:"itunes:duration,omitempty"`
	Explicit   string        `xml:"itunes:explicit,omitempty"`
	Cover      *href         `xml:"itunes:image"`
}

type community struct {
	Statistics struct {
		Views int64 `xml:"views,attr"`
	} `xml:"media:statistics"`
}

type urlAttr struct {
	URL string `xml:"url,attr"`
}

type plainText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type mediaImage struct {
	URL    string `xml:"url,attr"`
	Width  int    `xml:"width,attr,omitempty"`
	Height int    `xml:"height,attr,omitempty"`
}

type mediaGroup struct {
	Peers    []peerLink     `xml:"media:peerLink"`
	Contents []mediaContent `xml:"media:content"`
}

type peerLink struct {
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type mediaContent struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Medium   string `xml:"medium,attr"`
	Size     int64  `xml:"fileSize,attr"`
	Height   int    `xml:"height,attr,omitempty"`
	FPS      int    `xml:"framerate,attr,omitempty"`
	Duration int    `xml:"duration,attr"`
	Default  bool   `xml:"isDefault,attr"`
}

type interact struct {
	URI      string `xml:"uri,attr"`
	Protocol string `xml:"protocol,attr"`
	Account  string `xml:"accountUrl,attr"`
}

type transcript struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr"`
	Rel      string `xml:"rel,attr"`
}

type alternative struct {
	Type    string          `xml:"type,attr"`
	Length  int64           `xml:"length,attr,omitempty"`
	Bitrate int64           `xml:"bitrate,attr,omitempty"`
	Height  int             `xml:"height,attr,omitempty"`
	Title   string          `xml:"title,attr"`
	Default bool            `xml:"default,attr"`
	Sources []podcastSource `xml:"podcast:source"`
}

type podcastSource struct {
	URI  string `xml:"uri,attr"`
	Type string `xml:"contentType,attr,omitempty"`
}

func date(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }

func (f feed) rss() rss {
	out := rss{Version: "2.0", Spaces: spaces, Channel: f.head()}
	for _, i := range f.Items {
		out.Channel.Items = append(out.Channel.Items, i.rss())
	}
	return out
}

func (f feed) head() rssChannel {
	c := rssChannel{
		Title: f.Title, Link: f.Link, Description: f.Description, Language: f.Language, Built: date(f.Updated),
		Docs: "https://www.rssboard.org/rss-specification", Generator: "Shoal - " + f.Site,
		Self: selfLink{f.Self, "self", "application/rss+xml"},
	}
	if f.Image != "" {
		c.Image = &image{f.Title, f.Image, f.Link}
	}
	return c
}

func (i item) rss() rssItem {
	out := rssItem{
		Title: i.Title, Link: i.Link, GUID: guid{true, i.Link}, Published: date(i.Published), Description: i.Summary, Content: i.HTML, Creator: i.Author,
	}
	v := i.Video
	if v == nil {
		return out
	}
	out.Category, out.Community = v.Category, &community{}
	out.Community.Statistics.Views = v.Views
	out.Embed, out.Player = &urlAttr{v.Embed}, &urlAttr{i.Link}
	out.MediaTitle, out.MediaText = &plainText{"plain", i.Title}, &plainText{"plain", i.Summary}
	if out.Rating = "nonadult"; v.Sensitive {
		out.Rating = "adult"
	}
	for _, p := range v.Pictures {
		out.Pictures = append(out.Pictures, mediaImage(p))
	}
	if len(v.Files) == 0 {
		return out
	}
	out.Enclosure = &enclosure{v.Files[0].URL, v.Files[0].kind(), v.Files[0].Size}
	out.Group = &mediaGroup{}
	for n, file := range v.Files {
		if file.Torrent != "" {
			out.Group.Peers = append(out.Group.Peers, peerLink{"application/x-bittorrent", file.Torrent})
		}
		medium, _, _ := strings.Cut(file.kind(), "/")
		out.Group.Contents = append(out.Group.Contents, mediaContent{
			file.URL, file.kind(), medium, file.Size, file.Height, file.FPS, v.Duration, n == 0,
		})
	}
	return out
}

// podcast is the feed for podcast programs.
func (f feed) podcast() rss {
	out := rss{Version: "2.0", Spaces: podcastSpaces, Channel: f.head()}
	c := &out.Channel
	c.Medium, c.Locked, c.Author, c.Owner = "video", "no", f.Author, &owner{f.Author, f.Email}
	c.Person, c.Explicit = &person{f.AuthorLink, f.Author}, explicit(f.Sensitive)
	if f.Image != "" {
		c.Cover = &href{f.Image}
	}
	if f.Category != "" {
		c.Category = &textAttr{f.Category}
	}
	for _, i := range f.Items {
		if i.Video != nil && len(i.Video.Files) > 0 {
			c.Items = append(c.Items, i.podcast())
		}
	}
	return out
}

func explicit(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}

func (i item) podcast() rssItem {
	v := i.Video
	out := rssItem{
		Title: i.Title, Link: i.Link, GUID: guid{true, i.Link}, Published: date(i.Published), Description: i.Summary, Content: i.HTML, Creator: i.Author,
		Person: &person{i.AuthorLink, i.Author}, Duration: v.Duration, Explicit: explicit(v.Sensitive),
		Enclosure: &enclosure{v.Files[0].URL, v.Files[0].kind(), v.Files[0].Size},
	}
	if v.Comments {
		out.Interact = &interact{v.Activity, "activitypub", i.AuthorLink}
	}
	for _, c := range v.Captions {
		out.Transcript = append(out.Transcript, transcript{c.URL, "text/vtt", c.Language, "captions"})
	}
	if v.Chapters != "" {
		out.Chapters = &chapters{v.Chapters, chaptersType}
	}
	if len(v.Pictures) > 0 {
		out.Cover = &href{v.Pictures[0].URL}
	}
	for n, file := range v.Files {
		a := alternative{file.kind(), file.Size, file.Bitrate, file.Height, file.Title, n == 0, []podcastSource{{URI: file.URL}}}
		if file.Torrent != "" {
			a.Sources = append(a.Sources, podcastSource{file.Torrent, "application/x-bittorrent"}, podcastSource{URI: file.Magnet})
		}
		out.Others = append(out.Others, a)
	}
	if v.Master != "" {
		out.Others = append(out.Others, alternative{Type: "application/x-mpegURL", Title: "HLS", Sources: []podcastSource{{URI: v.Master}}})
	}
	return out
}
