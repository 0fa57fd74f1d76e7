package receive

import (
	"encoding/hex"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoal/server/activity"
	"shoal/server/markdown"
	"shoal/server/remote"
	"shoal/server/video"
	"shoal/shared/api"
)

func textOf(s *string, most int) *string {
	if s == nil {
		return nil
	}
	t := remote.Text(*s, most)
	if t == "" {
		return nil
	}
	return &t
}

// plainOf is HTML as words, for texts that are shown as markdown.
func plainOf(page string) string { return remote.Text(markdown.Words(page), longestText) }

// past is a date that is not in the future.
func past(t activity.Time) time.Time {
	if now := time.Now(); t.After(now) || t.IsZero() {
		return now
	}
	return t.Time
}

func stateOf(v activity.Video) int {
	if v.State != nil && (*v.State == api.WaitingForLive || *v.State == api.LiveEnded) {
		return *v.State
	}
	return api.Published
}

// policyOf: what says nothing about comments has none, as PeerTube 8 reads it.
func policyOf(v activity.Video) int {
	switch {
	case v.CommentsPolicy != nil && *v.CommentsPolicy >= api.CommentsOpen && *v.CommentsPolicy <= api.CommentsApproved:
		return *v.CommentsPolicy
	case v.CommentsEnabled != nil && *v.CommentsEnabled:
		return api.CommentsOpen
	}
	return api.CommentsClosed
}

// spdx are licences as PeerTube 8 may name them, without versions.
var spdx = map[string]int{"CC-BY": 1, "CC-BY-SA": 2, "CC-BY-ND": 3, "CC-BY-NC": 4, "CC-BY-NC-SA": 5, "CC-BY-NC-ND": 6, "CC0": 7}

// chosen takes what stands in our lists.
func chosen(v activity.Video, r *video.Remote) {
	if n, ok := number(v.Category); ok && api.Categories[n] != "" {
		r.Category = &n
	}
	if n, ok := number(v.Licence); ok && api.Licences[n] != "" {
		r.Licence = &n
	} else if v.Licence != nil {
		name := strings.TrimRight(v.Licence.Identifier, "0123456789.")
		if n := spdx[strings.TrimSuffix(name, "-")]; n != 0 {
			r.Licence = &n
		}
	}
	if v.Language != nil && isLanguage(v.Language.Identifier) {
		r.Language = &v.Language.Identifier
	}
	for _, t := range v.Tag {
		name := remote.Line(strings.TrimPrefix(t.Name, "#"), 31)
		n := len([]rune(name))
		switch {
		case t.Type == "SensitiveTag" && name == "violent":
			r.NSFWFlags |= 1
		case t.Type == "SensitiveTag" && (name == "explicitSex" || name == "sex"):
			r.NSFWFlags |= 2
		case t.Type == "Hashtag" && n >= 2 && n <= 30 && len(r.Tags) < mostTags && !slices.ContainsFunc(r.Tags, func(o string) bool { return strings.EqualFold(o, name) }):
			r.Tags = append(r.Tags, name)
		}
	}
}

func number(i *activity.Identifier) (int, bool) {
	if i == nil {
		return 0, false
	}
	n, err := strconv.Atoi(i.Identifier)
	return n, err == nil
}

// isLanguage: a tag of BCP 47, as far as its signs go.
func isLanguage(s string) bool {
	return len(s) >= 2 && len(s) <= 20 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

// web tells whether an address is one that browsers load. Files may lie on other servers than the video.
func web(id activity.ID) bool {
	_, err := activity.Origin(id)
	return err == nil
}

const (
	torrentType = "application/x-bittorrent"
	magnetType  = "application/x-bittorrent;x-scheme-handler/magnet"
	hlsType     = "application/x-mpegURL"
)

// files takes the renditions of the playlist, or the single files where there is no playlist.
func files(v activity.Video, r *video.Remote) {
	list := filesAmong(v, v.URL)
	for _, l := range v.URL {
		switch {
		case strings.EqualFold(l.MediaType, hlsType) && web(l.Href) && r.Playlist == nil:
			r.Playlist = &video.RemotePlaylist{URL: string(l.Href)}
			for _, t := range l.Tag {
				if t.Name == "sha256" && web(t.Href) {
					r.Playlist.SegmentsURL = string(t.Href)
				}
			}
			if of := filesAmong(v, l.Tag); len(of) > 0 {
				list = of
			}
		case slices.Contains(l.Rel, "tracker") && len(r.Trackers) < mostTrackers && isTracker(l.Href):
			r.Trackers = append(r.Trackers, string(l.Href))
		}
	}
	r.Files = list
	for _, f := range list {
		if f.Width*f.Height > r.Width*r.Height {
			r.Width, r.Height = f.Width, f.Height
		}
	}
	if a := v.AspectRatio; r.Width == 0 && a != nil && *a > 0.05 && *a < 20 {
		r.Width, r.Height = int(math.Round(1080**a)), 1080
	}
}

func isTracker(id activity.ID) bool {
	u, err := url.Parse(string(id))
	return err == nil && len(id) < 500 && u.Host != "" && u.User == nil && slices.Contains([]string{"http", "https", "ws", "wss"}, u.Scheme)
}

// filesAmong finds files among links, with the torrents that go with them: of the same height and rate, and of magnets the same height.
func filesAmong(v activity.Video, links []activity.Link) []video.RemoteFile {
	var out []video.RemoteFile
	for _, l := range links {
		if len(out) == mostFiles || !strings.HasPrefix(l.MediaType, "video/") && l.MediaType != "audio/mp4" || !web(l.Href) || or(l.Height, -1) < 0 {
			continue
		}
		f := fileOf(v, l)
		for _, t := range links {
			if or(t.Height, -1) != or(l.Height, -1) {
				continue
			}
			if t.MediaType == torrentType && or(t.FPS, 0) == or(l.FPS, 0) && web(t.Href) && f.TorrentURL == "" {
				f.TorrentURL, f.Torrent = string(t.Href), remote.Filename(string(v.ID)+" "+string(t.Href), ".torrent")
			}
			if t.MediaType == magnetType && f.Magnet == "" {
				f.Magnet, f.Infohash = magnet(string(t.Href))
			}
		}
		if i := slices.IndexFunc(out, func(o video.RemoteFile) bool { return o.Resolution == f.Resolution }); i < 0 {
			out = append(out, f)
		} else if f.FPS > out[i].FPS {
			out[i] = f
		}
	}
	return out
}

func fileOf(v activity.Video, l activity.Link) video.RemoteFile {
	const side, rate = 1 << 15, 1000
	f := video.RemoteFile{
		Width: within(l.Width, side), Height: within(l.Height, side), FPS: within(l.FPS, rate), Size: max(or(l.Size, 0), 0),
		HasAudio: true, HasVideo: or(l.Height, 0) > 0, URL: string(l.Href), Filename: remote.Filename(string(v.ID)+" "+string(l.Href), ending(l.MediaType)),
	}
	f.Resolution = f.Height
	if f.Width > 0 {
		f.Resolution = min(f.Width, f.Height)
	} else if a := v.AspectRatio; a != nil && *a > 0.05 && *a < 20 {
		f.Width = int(math.Round(float64(f.Height) * *a))
	}
	sound, picture, said := false, false, false
	for _, p := range l.Attachment {
		if p.Name == "ffprobe_codec_type" {
			said, sound, picture = true, sound || p.Value == "audio", picture || p.Value == "video"
		}
	}
	if said {
		f.HasAudio, f.HasVideo = sound, picture && f.HasVideo
	}
	return f
}

func within(n *int, most int) int {
	if n == nil || *n < 0 || *n > most {
		return 0
	}
	return *n
}

func ending(mediaType string) string {
	switch mediaType {
	case "video/webm":
		return ".webm"
	case "video/ogg":
		return ".ogv"
	case "audio/mp4":
		return ".m4a"
	}
	return ".mp4"
}

// magnet reads a magnet link with one infohash of BitTorrent 1.
func magnet(s string) (string, []byte) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "magnet" || len(s) > 4000 {
		return "", nil
	}
	hash, ok := strings.CutPrefix(u.Query().Get("xt"), "urn:btih:")
	raw, err := hex.DecodeString(hash)
	if !ok || err != nil || len(raw) != 20 {
		return "", nil
	}
	return s, raw
}

// pictures takes the still ones: the widest is the player's, the others are for cards. A single one is both.
func pictures(v activity.Video, r *video.Remote) {
	type still struct {
		video.Image
		url, ending string
	}
	var all []still
	for _, i := range v.Icon[:min(len(v.Icon), mostImages)] {
		if e := remote.Ending(i.MediaType, i.URL); e != "" && web(i.URL) {
			all = append(all, still{video.Image{Width: within(i.Width, 1<<14), Height: within(i.Height, 1<<14)}, string(i.URL), e})
		}
	}
	slices.SortStableFunc(all, func(a, b still) int { return a.Width - b.Width })
	add := func(kind string, s still) {
		s.Kind, s.Filename = kind, remote.Filename(kind+" "+string(v.ID)+" "+s.url, s.ending)
		if !slices.ContainsFunc(r.Images, func(o video.RemoteImage) bool { return o.Filename == s.Filename }) {
			r.Images = append(r.Images, video.RemoteImage{Image: s.Image, URL: s.url})
		}
	}
	for i, s := range all {
		if i < len(all)-1 || len(all) == 1 {
			add(video.Thumbnail, s)
		}
		if i == len(all)-1 {
			add(video.Preview, s)
		}
	}
	storyboard(v, r)
}

func storyboard(v activity.Video, r *video.Remote) {
	for _, p := range v.Preview {
		if !slices.Contains(p.Rel, "storyboard") {
			continue
		}
		for _, l := range p.URL {
			s := video.Storyboard{
				TotalWidth: within(l.Width, 1<<15), TotalHeight: within(l.Height, 1<<15), SpriteWidth: within(l.TileWidth, 1<<12),
				SpriteHeight: within(l.TileHeight, 1<<12), SpriteDuration: float64(or(l.TileDuration, 0)),
			}
			e := remote.Ending(l.MediaType, l.Href)
			if e == "" || !web(l.Href) || s.SpriteWidth == 0 || s.SpriteHeight == 0 || s.SpriteDuration <= 0 || s.TotalWidth < s.SpriteWidth || s.TotalHeight < s.SpriteHeight {
				continue
			}
			s.Filename = remote.Filename("storyboard "+string(v.ID)+" "+string(l.Href), e)
			r.Storyboard = &video.RemoteStoryboard{Storyboard: s, URL: string(l.Href)}
			return
		}
	}
}

func captions(v activity.Video, r *video.Remote) {
	for _, c := range v.SubtitleLanguage {
		if len(r.Captions) == mostCaptions || !isLanguage(c.Identifier) ||
			slices.ContainsFunc(r.Captions, func(o video.RemoteCaption) bool { return o.Language == c.Identifier }) {
			continue
		}
		for _, l := range c.URL {
			if (l.MediaType == "" || l.MediaType == "text/vtt") && web(l.Href) {
				r.Captions = append(r.Captions, video.RemoteCaption{
					Caption: video.Caption{Language: c.Identifier, Automatic: or(c.Automatic, false), Filename: remote.Filename("caption "+string(v.ID)+" "+string(l.Href), ".vtt")},
					URL:     string(l.Href),
				})
				break
			}
		}
	}
}
