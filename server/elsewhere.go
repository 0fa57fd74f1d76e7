package main

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"shoal/server/account"
	"shoal/server/api"
	"shoal/server/fail"
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
	s.finder = &finding.Lookup{Pool: s.db.Pool, Remote: s.remote, Receiver: s.receiver, Site: s.cfg.URL}
	s.finder.Register(s.jobs)
	rest.Lookup, rest.Follow = s.finder.Find, s.finder.Follow
	rest.Levels = mirror.Playlists{Ask: s.remote.Bytes}.Levels
}

// interaction is where other platforms send people of ours who want to do something with what they saw there.
const interaction = "/remote-interaction"

// interact shows what another platform named, to those who are signed in: nobody else makes us ask elsewhere.
func (s *Server) interact(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	v, err := account.ByCookie(r.Context(), s.db.Pool, w, r, strings.HasPrefix(s.cfg.URL, "https://"))
	if err == nil && v == nil {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	page := ""
	if err == nil {
		page, err = s.finder.Page(r.Context(), r.URL.Query().Get("uri"))
	}
	if err == nil {
		http.Redirect(w, r, page, http.StatusSeeOther)
		return
	}
	status, public := http.StatusBadGateway, "Something went wrong on our side."
	var known *fail.Error
	switch errors.As(err, &known); {
	case known == nil:
		status = http.StatusInternalServerError
		s.log.ErrorContext(r.Context(), "remote interaction", "err", err)
	case fail.Is(err, fail.NotFound), fail.Is(err, fail.Gone), fail.Is(err, fail.Invalid):
		status, public = http.StatusNotFound, known.Public
	default:
		public = known.Public
	}
	http.Error(w, public, status)
}
