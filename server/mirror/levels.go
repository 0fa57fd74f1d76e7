package mirror

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"shoal/server/activity"
	"shoal/server/fetch"
	"shoal/server/video"
	"shoal/shared/hls"
)

// Playlists reads the playlists of videos of elsewhere, so that pages can tell a player what it needs before the first byte.
type Playlists struct {
	Ask func(ctx context.Context, at activity.ID, types []string, most int64) (*fetch.Answer, error)
}

const (
	playlistMax  = 4 << 20 // bytes; of a day in segments of four seconds, with room
	mostLevels   = 20
	levelsWithin = 6 * time.Second
)

var playlistTypes = []string{"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl", "text/plain", unknown}

// Levels gives what the playlists tell of the files of a video. Files that they do not name, or that are not of one piece, are left
// out: those are played whole.
func (p Playlists) Levels(ctx context.Context, master string, files []video.File) ([]video.Level, error) {
	ctx, cancel := context.WithTimeout(ctx, levelsWithin)
	defer cancel()
	text, at, err := p.read(ctx, master)
	if err != nil {
		return nil, err
	}
	m, err := hls.ParseMaster(text)
	if err != nil {
		return nil, err
	}
	parts := partsOf(m)
	levels := make([]*video.Level, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() { levels[i] = p.level(ctx, at, part, files) })
	}
	all.Wait()
	var out []video.Level
	for _, l := range levels {
		if l != nil && !slices.ContainsFunc(out, func(o video.Level) bool { return o.FileID == l.FileID }) {
			out = append(out, *l)
		}
	}
	return out, nil
}

// partsOf are the variants of a master, and its renditions of sound as variants of their own. The bits and codecs of sound that has a
// rendition are taken off the pictures that go with it.
func partsOf(m hls.Master) []hls.Variant {
	var out []hls.Variant
	spoken := map[string]string{}
	for _, v := range m.Variants {
		if v.AudioGroup != "" {
			var sound string
			if v.Codecs, sound = split(v.Codecs); sound != "" {
				spoken[v.AudioGroup] = sound
			}
		}
		out = append(out, v)
	}
	for _, t := range m.Audio {
		if t.URI != "" && !slices.ContainsFunc(out, func(v hls.Variant) bool { return v.URI == t.URI }) {
			out = append(out, hls.Variant{URI: t.URI, Codecs: spoken[t.Group]})
		}
	}
	return out[:min(len(out), mostLevels)]
}

// split takes codecs of pictures and of sound apart.
func split(codecs string) (picture, sound string) {
	var pictures, sounds []string
	for c := range strings.SplitSeq(codecs, ",") {
		if c = strings.TrimSpace(c); isSound(c) {
			sounds = append(sounds, c)
		} else if c != "" {
			pictures = append(pictures, c)
		}
	}
	return strings.Join(pictures, ","), strings.Join(sounds, ",")
}

func isSound(codec string) bool {
	name, _, _ := strings.Cut(strings.ToLower(codec), ".")
	return slices.Contains([]string{"mp4a", "opus", "ac-3", "ec-3", "flac", "mp3"}, name)
}

// level reads one media playlist; nil when it is of no file that we know.
func (p Playlists) level(ctx context.Context, master *url.URL, v hls.Variant, files []video.File) *video.Level {
	address, err := master.Parse(v.URI)
	if err != nil {
		return nil
	}
	text, at, err := p.read(ctx, address.String())
	if err != nil {
		return nil
	}
	m, err := hls.ParseMedia(text)
	if err != nil || len(m.Segments) == 0 || m.Init.Offset != 0 || m.Init.Size == 0 || m.Segments[0].Offset != m.Init.Size {
		return nil
	}
	where, err := at.Parse(m.URI)
	if err != nil {
		return nil
	}
	f := fileAt(where, files)
	if f == nil || !plainCodecs(v.Codecs) {
		return nil
	}
	picture, sound := split(v.Codecs)
	l := &video.Level{
		FileID: f.ID, Playlist: address.String(), Bandwidth: v.Bandwidth, Codecs: v.Codecs, HasAudio: sound != "", HasVideo: picture != "",
		Width: v.Width, Height: v.Height, FPS: int(v.FrameRate + 0.5), Media: m,
	}
	if l.Bandwidth <= 0 {
		l.Bandwidth = f.Bandwidth
	}
	return l
}

const longestCodecs = 100

// plainCodecs refuses what cannot be names of codecs (RFC 6381).
func plainCodecs(s string) bool {
	return s != "" && len(s) <= longestCodecs && !strings.ContainsFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("., -+/", c))
	})
}

// fileAt is the file at an address. Stores of objects have them elsewhere than the documents say, under the same names.
func fileAt(at *url.URL, files []video.File) *video.File {
	for i := range files {
		if files[i].URL == at.String() {
			return &files[i]
		}
	}
	for i := range files {
		if u, err := url.Parse(files[i].URL); err == nil && path.Base(u.Path) == path.Base(at.Path) && len(path.Base(u.Path)) > 4 {
			return &files[i]
		}
	}
	return nil
}

// read asks for a playlist, and tells where it came from in the end.
func (p Playlists) read(ctx context.Context, at string) (string, *url.URL, error) {
	answer, err := p.Ask(ctx, activity.ID(at), playlistTypes, playlistMax)
	if err != nil {
		return "", nil, err
	}
	u, err := url.Parse(answer.URL)
	return string(answer.Body), u, err
}
