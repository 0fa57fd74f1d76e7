package feed

import (
	"encoding/json"
	"encoding/xml"
	"time"
)

// Media types of the formats.
const (
	rssType  = "application/rss+xml; charset=utf-8"
	atomType = "application/atom+xml; charset=utf-8"
	jsonType = "application/json; charset=utf-8"
	xmlType  = "application/xml; charset=utf-8"
)

// encode writes a feed in a format of an address.
func (f feed) encode(format string) (kind string, body []byte, err error) {
	switch format {
	case "xml", "rss", "rss2":
		kind, body, err = rssType, nil, nil
		if format == "xml" {
			kind = xmlType
		}
		body, err = document(f.rss())
	case "atom", "atom1":
		kind = atomType
		body, err = document(f.atom())
	case "json", "json1":
		kind = jsonType
		body, err = json.Marshal(f.json())
	default:
		err = errFormat
	}
	return kind, body, err
}

// known tells whether encode takes a format.
func known(format string) bool {
	switch format {
	case "xml", "rss", "rss2", "atom", "atom1", "json", "json1":
		return true
	}
	return false
}

func document(v any) ([]byte, error) {
	b, err := xml.MarshalIndent(v, "", "  ")
	return append([]byte(xml.Header), b...), err
}

// atomFeed is RFC 4287.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Updated  string      `xml:"updated"`
	Author   atomPerson  `xml:"author"`
	Links    []atomLink  `xml:"link"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Logo     string      `xml:"logo,omitempty"`
	Entries  []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr,omitempty"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Length int64  `xml:"length,attr,omitempty"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomEntry struct {
	Title     string     `xml:"title"`
	ID        string     `xml:"id"`
	Links     []atomLink `xml:"link"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Summary   string     `xml:"summary,omitempty"`
	Content   atomText   `xml:"content"`
	Author    atomPerson `xml:"author"`
	Category  *atomCateg `xml:"category"`
}

type atomCateg struct {
	Term string `xml:"term,attr"`
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (f feed) atom() atomFeed {
	out := atomFeed{
		ID: f.Link, Title: f.Title, Updated: stamp(f.Updated), Author: atomPerson{Name: f.Title}, Subtitle: f.Description, Logo: f.Image,
		Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: f.Link}, {Rel: "self", Type: "application/atom+xml", Href: f.Self}},
	}
	for _, i := range f.Items {
		e := atomEntry{
			Title: i.Title, ID: i.Link, Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: i.Link}}, Published: stamp(i.Published), Updated: stamp(i.Published),
			Summary: i.Summary, Content: atomText{"html", i.HTML}, Author: atomPerson{i.Author, i.AuthorLink},
		}
		if v := i.Video; v != nil {
			if v.Category != "" {
				e.Category = &atomCateg{v.Category}
			}
			for _, file := range v.Files[:min(1, len(v.Files))] {
				e.Links = append(e.Links, atomLink{Rel: "enclosure", Type: file.kind(), Href: file.URL, Length: file.Size})
			}
		}
		out.Entries = append(out.Entries, e)
	}
	return out
}

// jsonFeed is version 1.1 of jsonfeed.org, with the author of version 1 beside.
type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	Home        string     `json:"home_page_url"`
	Self        string     `json:"feed_url"`
	Description string     `json:"description"`
	Icon        string     `json:"icon"`
	Author      jsonPerson `json:"author"`
	Items       []jsonItem `json:"items"`
}

type jsonPerson struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonItem struct {
	ID          string       `json:"id"`
	URL         string       `json:"url"`
	Title       string       `json:"title"`
	Summary     string       `json:"summary,omitempty"`
	HTML        string       `json:"content_html"`
	Image       string       `json:"image,omitempty"`
	Published   string       `json:"date_published"`
	Modified    string       `json:"date_modified"`
	Author      jsonPerson   `json:"author"`
	Tags        []string     `json:"tags,omitempty"`
	Attachments []attachment `json:"attachments,omitempty"`
}

type attachment struct {
	Title    string `json:"title"`
	URL      string `json:"url"`
	Kind     string `json:"mime_type"`
	Size     int64  `json:"size_in_bytes"`
	Duration int    `json:"duration_in_seconds,omitempty"`
}

func (f feed) json() jsonFeed {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1", Title: f.Title, Home: f.Link, Self: f.Self, Description: f.Description, Icon: f.Image,
		Author: jsonPerson{Name: f.Title, URL: f.Link}, Items: []jsonItem{},
	}
	for _, i := range f.Items {
		j := jsonItem{
			ID: i.Link, URL: i.Link, Title: i.Title, Summary: i.Summary, HTML: i.HTML, Published: stamp(i.Published), Modified: stamp(i.Published),
			Author: jsonPerson{i.Author, i.AuthorLink},
		}
		if v := i.Video; v != nil {
			j.Tags = v.Tags
			if len(v.Pictures) > 0 {
				j.Image = v.Pictures[0].URL
			}
			for _, file := range v.Files {
				j.Attachments = append(j.Attachments, attachment{file.Title, file.URL, file.kind(), file.Size, v.Duration})
				if file.Torrent != "" {
					j.Attachments = append(j.Attachments, attachment{Title: file.Title, URL: file.Torrent, Kind: "application/x-bittorrent", Size: file.Size})
				}
			}
		}
		out.Items = append(out.Items, j)
	}
	return out
}
