package objects

import (
	"cmp"
	"encoding/hex"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"shoal/server/activity"
	"shoal/server/seed"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
	"shoal/shared/torrent"
)

type links = activity.Many[activity.Link]

// links are where a video is: its page for people first, as Mastodon wants it, the playlist with its files, the tracker.
func (s Site) links(f film) links {
	out := links{
		{Type: "Link", MediaType: "text/html", Href: activity.ID(s.URL + "/w/" + shortid.From(f.UUID))},
		{Type: "Link", MediaType: "text/html", Href: activity.ID(f.URL)},
	}
	if f.Master != nil {
		out = append(out, s.playlist(f))
	}
	for _, at := range seed.Trackers(s.URL) {
		kind, _, _ := strings.Cut(at, ":")
		kind = map[string]string{"http": "http", "https": "http", "ws": "websocket", "wss": "websocket"}[kind]
		out = append(out, activity.Link{Type: "Link", Name: "tracker-" + kind, Rel: activity.Many[string]{"tracker", kind}, Href: activity.ID(at)})
	}
	return out
}

// playlist is the HLS form. Everything it offers is a tag of it.
func (s Site) playlist(f film) activity.Link {
	of := func(name string) activity.ID { return activity.ID(s.URL + video.HLSPath(f.UUID, f.Privacy, name)) }
	p := activity.Link{Type: "Link", MediaType: "application/x-mpegURL", Href: of(*f.Master), Tag: links{}}
	files := told(f.Files)
	for _, file := range files {
		if len(file.Infohash) == len(torrent.Infohash{}) {
			p.Tag = append(p.Tag, activity.Link{Type: "Infohash", Name: hex.EncodeToString(file.Infohash)})
		}
	}
	if f.SegmentsSHA256 != nil {
		p.Tag = append(p.Tag, activity.Link{Type: "Link", Name: "sha256", MediaType: "application/json", Href: of(*f.SegmentsSHA256)})
	}
	for _, file := range files {
		p.Tag = append(p.Tag, s.file(f, file)...)
	}
	return p
}

// told are the files that others hear of, the biggest first: one of each resolution and rate, since PeerTube has no room for
// sound in several languages. Its players find those in the playlist.
func told(all []video.File) []video.File {
	type shape struct{ resolution, fps int }
	seen := map[shape]bool{}
	return slices.DeleteFunc(slices.Clone(all), func(f video.File) bool {
		s := shape{f.Resolution, f.FPS}
		was := seen[s]
		seen[s] = true
		return was
	})
}

// file is a rendition: itself, what is known of it, and its torrent.
func (s Site) file(f film, file video.File) links {
	media := "video/mp4"
	if !file.HasVideo {
		media = "audio/mp4"
	}
	link := func(media, href string) activity.Link {
		return activity.Link{Type: "Link", MediaType: media, Href: activity.ID(href), Height: &file.Height, Width: &file.Width, FPS: &file.FPS}
	}
	itself := link(media, s.URL+video.HLSPath(f.UUID, f.Privacy, file.Filename))
	itself.Size, itself.Attachment = &file.Size, properties(file)
	metadata := link("application/json", s.URL+"/api/v1/videos/"+f.UUID.String()+"/metadata/"+strconv.FormatInt(file.ID, 10))
	metadata.Rel = activity.Many[string]{"metadata", media}
	var h torrent.Infohash
	if file.Torrent == "" || copy(h[:], file.Infohash) != len(h) {
		return links{itself, metadata}
	}
	return links{
		itself, metadata, link("application/x-bittorrent", s.URL+video.TorrentPath(file.Torrent)),
		link("application/x-bittorrent;x-scheme-handler/magnet", seed.Magnet(s.URL, f.UUID, f.Name, file.Filename, file.Torrent, h, f.Privacy)),
	}
}

func properties(file video.File) (out activity.Many[activity.Property]) {
	add := func(name, value string) {
		out = append(out, activity.Property{Type: "PropertyValue", Name: name, Value: value})
	}
	if file.HasAudio {
		add("ffprobe_codec_type", "audio")
	}
	if file.HasVideo {
		add("ffprobe_codec_type", "video")
	}
	add("peertube_format_flag", "fragmented")
	return out
}

// icons are a small and a big picture, as JPEG where there is one: PeerTube before 8 takes no other.
func (s Site) icons(f film) activity.Many[activity.Image] {
	out := activity.Many[activity.Image]{}
	for _, kind := range []string{video.Thumbnail, video.Preview} {
		if i, ok := picked(f.Images, kind); ok {
			out = append(out, s.picture(i))
		}
	}
	return out
}

func (s Site) picture(i video.Image) activity.Image {
	return activity.Image{
		Type: "Image", URL: activity.ID(s.URL + video.ImagePath(i.Kind, i.Filename)), MediaType: pictureType(i.Filename), Width: &i.Width, Height: &i.Height,
	}
}

// picked is the smallest JPEG of a kind, else the smallest of any form.
func picked(all []video.Image, kind string) (video.Image, bool) {
	of := slices.DeleteFunc(slices.Clone(all), func(i video.Image) bool { return i.Kind != kind })
	if len(of) == 0 {
		return video.Image{}, false
	}
	return slices.MinFunc(of, func(a, b video.Image) int {
		return cmp.Or(cmp.Compare(foreign(a), foreign(b)), cmp.Compare(a.Width, b.Width), strings.Compare(a.Filename, b.Filename))
	}), true
}

// foreign is 0 for a JPEG.
func foreign(i video.Image) int {
	if pictureType(i.Filename) == "image/jpeg" {
		return 0
	}
	return 1
}

func (s Site) previews(f film) (out activity.Many[activity.Storyboard]) {
	for _, b := range f.storyboards {
		out = append(out, activity.Storyboard{Type: "Image", Rel: activity.Many[string]{"storyboard"}, URL: links{{
			MediaType: pictureType(b.Filename), Href: activity.ID(s.URL + video.StoryboardPath(b.Filename)),
			Width: &b.TotalWidth, Height: &b.TotalHeight, TileWidth: &b.SpriteWidth, TileHeight: &b.SpriteHeight,
			TileDuration: new(activity.Seconds(max(1, math.Round(b.SpriteDuration)))),
		}}})
	}
	return out
}

func (s Site) captions(f film) activity.Many[activity.Caption] {
	out := activity.Many[activity.Caption]{}
	for _, c := range f.captions {
		if path.Ext(c.Filename) != ".vtt" {
			continue
		}
		out = append(out, activity.Caption{
			Identifier: c.Language, Name: api.Languages[c.Language], Automatic: new(c.Automatic),
			URL: activity.Links{{Type: "Link", MediaType: "text/vtt", Href: activity.ID(s.URL + video.CaptionPath(c.Filename))}},
		})
	}
	return out
}

// attachments are what those show who know no videos: the page for Lemmy, the picture for Mastodon and GoToSocial.
func (s Site) attachments(f film, icons activity.Many[activity.Image]) links {
	out := links{{Type: "Link", MediaType: "text/html", Href: activity.ID(s.URL + "/w/" + shortid.From(f.UUID))}}
	if len(icons) > 0 {
		i := icons[len(icons)-1]
		out = append(out, activity.Link{Type: "Image", MediaType: i.MediaType, URL: i.URL, Name: f.Name, Width: i.Width, Height: i.Height})
	}
	return out
}
