package api

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// bootOf is what the player of a page, or of an embed, needs for its first frame.
func (s *Server) bootOf(r *http.Request, d *video.Details, token, tail string) (api.Boot, error) {
	ctx, v := r.Context(), viewer(r)
	extras, err := video.ExtrasOf(ctx, s.Pool, d.ID)
	if err != nil {
		return api.Boot{}, err
	}
	settings, err := s.Instance.Settings(ctx)
	if err != nil {
		return api.Boot{}, err
	}
	for i := range d.Files {
		if at := slices.IndexFunc(extras.Openings, func(o video.Opening) bool { return o.FileID == d.Files[i].ID }); at >= 0 {
			d.Files[i].Opening = extras.Openings[at].Opening
		}
	}
	s.learn(ctx, d)
	b := boot(d, tail)
	b.FileToken, b.IsOwner = token, d.Access().Owner(v)
	embed, _ := strconv.ParseBool(r.URL.Query().Get("embed"))
	b.P2P = d.Shared() && settings.Peering.Enabled
	if b.P2P {
		b.Silence = settings.Peering.Silence
		if embed && !settings.P2P.Embeds || !embed && !settings.P2P.Pages || v != nil && !v.P2P {
			b.Silence = api.SilenceRefuses
		}
	}
	b.Captions, b.Chapters = s.captions(extras.Captions, tail), chapters(extras.Chapters)
	if boards := s.storyboards(extras.Storyboards, tail); len(boards) > 0 {
		b.Storyboard = &boards[0]
	}
	return b, nil
}

// handle is how an actor is named here.
func handle(a video.Actor) string {
	if a.Host == "" {
		return a.Name
	}
	return a.Name + "@" + a.Host
}

// boot is what a player needs of the video itself.
func boot(d *video.Details, tail string) api.Boot {
	b := api.Boot{
		UUID: d.UUID.String(), Title: d.Name, Channel: d.Channel.DisplayName, Handle: handle(d.Channel), Duration: d.Duration, Width: d.Width, Height: d.Height,
		Levels: []api.BootLevel{}, State: d.State, Download: d.DownloadEnabled,
		WatchPath: "/w/" + shortid.From(d.UUID), EmbedPath: "/videos/embed/" + d.UUID.String(),
	}
	if name := poster(d.Images); name != "" {
		b.Poster = video.ImagePath(video.Preview, name) + tail
	}
	if d.Position != nil {
		b.Position = float64(*d.Position)
	}
	if d.Master != nil && len(d.Files) > 0 {
		b.Master = video.HLSPath(d.UUID, d.Privacy, *d.Master)
	}
	if !d.Local {
		b.Master = d.Elsewhere.Playlist
	}
	for _, f := range playable(d) {
		level := bootLevel(d, f)
		switch {
		case f.HasVideo:
			b.Levels = append(b.Levels, level)
		case f.Language == "" && b.AudioOnly == nil:
			b.AudioOnly = &level
		}
		if !f.HasVideo {
			b.Audio = append(b.Audio, api.BootAudio{BootLevel: level, Name: soundName(f), Language: f.Language, Default: len(b.Audio) == 0})
		}
	}
	settleSound(&b)
	slices.SortFunc(b.Levels, func(x, y api.BootLevel) int { return cmp.Compare(x.Bandwidth, y.Bandwidth) })
	if n := len(b.Levels); n > 0 {
		b.Width, b.Height = b.Levels[n-1].Width, b.Levels[n-1].Height
	}
	return b
}

// settleSound keeps the renditions of sound alone as such only when levels come without sound.
func settleSound(b *api.Boot) {
	if b.AudioOnly == nil && len(b.Audio) > 0 {
		b.AudioOnly = &b.Audio[0].BootLevel
	}
	if !slices.ContainsFunc(b.Levels, func(l api.BootLevel) bool { return !l.Muxed }) {
		b.Audio = nil
	}
}

func bootLevel(d *video.Details, f video.File) api.BootLevel {
	l := api.BootLevel{
		Height: f.Height, Width: f.Width, FPS: f.FPS, Bandwidth: f.Bandwidth, Codecs: f.Codecs, Infohash: hex.EncodeToString(f.Infohash),
		File: video.HLSPath(d.UUID, d.Privacy, f.Filename), Playlist: video.HLSPath(d.UUID, d.Privacy, f.Playlist),
		Init: f.Head.Init, First: f.Head.First, Times: f.Head.Times, Muxed: f.HasAudio && f.HasVideo, Opening: f.Opening,
	}
	if !d.Local {
		l.File, l.Playlist = f.URL, f.Playlist
	}
	if l.First == nil {
		l.First, l.Times = []int64{}, []int64{}
	}
	return l
}

func soundName(f video.File) string {
	switch {
	case f.Language == "":
		return "Sound"
	case api.Languages[f.Language] != "":
		return api.Languages[f.Language]
	}
	return f.Language
}

// posterWidth is from how many pixels on a preview is good enough to be looked at before the video plays.
const posterWidth = 640

// poster chooses the smallest good preview, WebP before JPEG; empty when there is none.
func poster(images []video.Image) string {
	var best *video.Image
	for i := range images {
		p := &images[i]
		if p.Kind != video.Preview {
			continue
		}
		if best == nil || best.Width < posterWidth && p.Width > best.Width || p.Width == best.Width && strings.HasSuffix(p.Filename, ".webp") {
			best = p
		}
	}
	if best == nil {
		return ""
	}
	return best.Filename
}
