package main

import (
	"path/filepath"

	"shoal/server/api"
	"shoal/server/files"
	finding "shoal/server/lookup"
	"shoal/server/mirror"
)

// lookAround lets people find and see what is on other platforms.
func (s *Server) lookAround(rest *api.Server, media *files.Files) {
	if !s.cfg.Federation.Enabled {
		return
	}
	media.Mirror = &mirror.Mirror{Folder: filepath.Join(s.cfg.Data, "mirror"), Most: int64(s.cfg.Federation.Mirror), Ask: s.remote.Bytes}
	look := &finding.Lookup{Pool: s.db.Pool, Remote: s.remote, Receiver: s.receiver, Site: s.cfg.URL}
	look.Register(s.jobs)
	rest.Lookup, rest.Follow = look.Find, look.Follow
	rest.Levels = mirror.Playlists{Ask: s.remote.Bytes}.Levels
}
