package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"shoal/server/seed"
	"shoal/server/video"
	"shoal/shared/api"
)

// filesElsewhere are the files of a video of elsewhere that has no playlist.
func (s *Server) filesElsewhere(d *video.Details) []api.VideoFile {
	out := []api.VideoFile{}
	if d.Local || d.PlaylistID != nil {
		return out
	}
	for _, f := range d.Files {
		out = append(out, s.file(d, f))
	}
	return out
}

// elsewhere puts the addresses of a file in that is on another platform. Its torrent comes through us.
func (s *Server) elsewhere(out api.VideoFile, f video.File) api.VideoFile {
	out.FileURL, out.FileDownloadURL, out.PlaylistURL, out.MagnetURI = f.URL, f.URL, f.Playlist, f.Magnet
	if f.Torrent != "" {
		out.TorrentURL, out.TorrentDownloadURL = s.URL+video.TorrentPath(f.Torrent), s.URL+video.TorrentDownloadPath(f.Torrent)
	}
	return out
}

func (s *Server) trackers(d *video.Details) []string {
	if d.Local {
		return seed.Trackers(s.URL)
	}
	return append([]string{}, d.Elsewhere.Trackers...)
}

// unknownCodecs stands where nothing is known: no browser takes it for media that can be fed in pieces, so the file is played whole.
const unknownCodecs = "unknown"

// playable are the files that a player is told of: of videos of elsewhere those whose playlists were read, or else all, to be played whole.
func playable(d *video.Details) []video.File {
	if d.Local || len(d.Files) == 0 {
		return d.Files
	}
	known := slices.DeleteFunc(slices.Clone(d.Files), func(f video.File) bool { return f.Codecs == "" })
	if slices.ContainsFunc(known, func(f video.File) bool { return f.HasVideo }) || !slices.ContainsFunc(d.Files, func(f video.File) bool { return f.HasVideo }) && len(known) > 0 {
		return known
	}
	all := slices.Clone(d.Files)
	for i := range all {
		all[i].Codecs = unknownCodecs
	}
	return all
}

// Levels reads what the playlists of a video of another platform tell of its files.
type Levels func(ctx context.Context, master string, files []video.File) ([]video.Level, error)

// learned is of which videos playlists are being read, and of which they could not be read lately.
type learned struct {
	flights singleflight.Group
	mu      sync.Mutex
	missed  map[int64]time.Time
}

const (
	againAfter = 10 * time.Minute
	learnWait  = 3 * time.Second // a page waits no longer; the reading goes on
	mostMissed = 10_000
)

// learn reads the playlists of a video of elsewhere when they were not read yet. The video is played whole when that fails.
func (s *Server) learn(ctx context.Context, d *video.Details) {
	if d.Local || s.Levels == nil || d.Elsewhere.Playlist == "" || slices.ContainsFunc(d.Files, func(f video.File) bool { return f.Codecs != "" }) || s.learned.lately(d.ID) {
		return
	}
	id, master, files := d.ID, d.Elsewhere.Playlist, slices.Clone(d.Files)
	ctx, cancel := context.WithTimeout(ctx, learnWait)
	defer cancel()
	done := s.learned.flights.DoChan(master, func() (any, error) {
		ctx := context.WithoutCancel(ctx)
		levels, err := s.Levels(ctx, master, files)
		if err != nil || len(levels) == 0 {
			s.learned.miss(id)
			return nil, err
		}
		return levels, video.Learned(ctx, s.Pool, levels)
	})
	select {
	case r := <-done:
		levels, _ := r.Val.([]video.Level)
		for _, l := range levels {
			l.Into(d.Files)
		}
	case <-ctx.Done():
	}
}

func (l *learned) lately(id int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.missed[id]) < againAfter
}

func (l *learned) miss(id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.missed == nil || len(l.missed) >= mostMissed {
		l.missed = map[int64]time.Time{}
	}
	l.missed[id] = time.Now()
}
