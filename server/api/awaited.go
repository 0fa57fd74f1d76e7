package api

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"shoal/shared/api"
)

// awaited are the operations, but those of videos, that come with later parts of Shoal: who may ask, and what they are told until then.
var awaited = []struct {
	role  int // nobody less gets further than a refusal
	what  string
	paths []string // method and path
}{
	{api.Member, "Importing from other platforms is not a part of Shoal yet.", []string{
		"POST /video-channel-syncs", "DELETE /video-channel-syncs/{id}", "POST /video-channel-syncs/{id}/sync",
	}},
	{api.Member, "Archives of accounts are not a part of Shoal yet.", []string{
		"POST /users/{id}/imports/import-resumable", "PUT /users/{id}/imports/import-resumable", "DELETE /users/{id}/imports/import-resumable",
		"GET /users/{id}/imports/latest", "POST /users/{id}/exports/request", "DELETE /users/{id}/exports/{export}",
	}},
	{api.Administrator, "Copies of videos of elsewhere are not a part of Shoal yet.", []string{
		"PUT /server/redundancy/{host}", "POST /server/redundancy/videos", "DELETE /server/redundancy/videos/{id}",
	}},
	{api.Administrator, "Extensions are not a part of Shoal yet.", []string{
		"GET /plugins/available", "POST /plugins/install", "POST /plugins/update", "POST /plugins/uninstall", "GET /plugins/{name}",
		"PUT /plugins/{name}/settings", "GET /plugins/{name}/registered-settings",
	}},
	{api.Administrator, "Remote runners are not a part of Shoal yet.", []string{
		"POST /runners/registration-tokens/generate", "DELETE /runners/registration-tokens/{id}", "DELETE /runners/{id}",
		"POST /runners/jobs/{id}/cancel", "DELETE /runners/jobs/{id}",
	}},
	{nobody, "Remote runners are not a part of Shoal yet.", []string{
		"POST /runners/register", "POST /runners/unregister", "POST /runners/jobs/request", "POST /runners/jobs/{id}/accept",
		"POST /runners/jobs/{id}/abort", "POST /runners/jobs/{id}/update", "POST /runners/jobs/{id}/error", "POST /runners/jobs/{id}/success",
		"POST /runners/jobs/{id}/files/videos/{video}/max-quality", "POST /runners/jobs/{id}/files/videos/{video}/max-quality/audio",
		"POST /runners/jobs/{id}/files/videos/{video}/thumbnails/max-quality", "POST /runners/jobs/{id}/files/videos/{video}/previews/max-quality",
		"POST /runners/jobs/{id}/files/videos/{video}/studio/task-files/{filename}",
	}},
	{nobody, "Extensions are not a part of Shoal yet.", []string{"GET /plugins/{name}/public-settings"}},
}

// nobody is the role of those who need none.
const nobody = -1

// empty are the lists of those parts: there is nothing in them.
var empty = map[string]int{
	"/accounts/{name}/video-channel-syncs": nobody,
	"/users/{id}/exports":                  api.Member,
	"/server/redundancy/videos":            api.Administrator, "/plugins": api.Administrator, "/runners": api.Administrator,
	"/runners/jobs": api.Administrator, "/runners/registration-tokens": api.Administrator,
}

func (s *Server) awaitedRoutes(r chi.Router) {
	for _, l := range awaited {
		for _, p := range l.paths {
			method, path, _ := strings.Cut(p, " ")
			r.Method(method, path, s.atLeast(l.role, notBuilt(l.what)))
		}
	}
	for path, role := range empty {
		r.Get(path, s.atLeast(role, s.listNone))
	}
}

func (s *Server) atLeast(role int, h handler) http.HandlerFunc {
	if role == nobody {
		return s.do(h)
	}
	return s.role(role, h)
}
