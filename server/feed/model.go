package feed

import "time"

// feed is a list of things as all formats need it.
type feed struct {
	Title, Link, Self, Description, Image string
	Author, AuthorLink, Email, Language   string
	Category                              string
	Sensitive                             bool
	Updated                               time.Time
	Site                                  string
	Items                                 []item
}

// item is a video or a comment.
type item struct {
	Title, Link, HTML, Summary string
	Author, AuthorLink         string
	Published                  time.Time
	Video                      *watchable // nil for comments
}

// watchable is what an item tells of a video.
type watchable struct {
	Embed, Activity, Category, Language string
	Tags                                []string
	Sensitive                           bool
	Duration                            int // seconds
	Views                               int64
	Comments                            bool
	Pictures                            []picture
	Files                               []file // the best for a player that takes one comes first
	Master                              string
	Captions                            []caption
	ID                                  int64
	Chapters                            string // address of their list; empty for none
}

type picture struct {
	URL           string
	Width, Height int
}

type file struct {
	URL, Torrent, Magnet, Title string
	Size                        int64
	Height, FPS                 int
	Bitrate                     int64
	Sound, Picture              bool
}

// kind is the media type of a file: its sound alone is audio.
func (f file) kind() string {
	if f.Picture {
		return "video/mp4"
	}
	return "audio/mp4"
}

type caption struct{ URL, Language string }
