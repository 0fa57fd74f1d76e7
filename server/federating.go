package main

import (
	"net/http"

	"shoal/server/apub"
	"shoal/server/apub/objects"
	"shoal/static"
)

// outside is what other servers see of us.
func (s *Server) outside() objects.Site {
	return objects.Site{URL: s.cfg.URL, Instance: s.instance, Unlisted: s.cfg.Federation.Unlisted}
}

// federate opens the addresses of the fediverse; pages answer those who ask for HTML.
func (s *Server) federate(m *http.ServeMux, pages http.Handler) error {
	s.tellOthers()
	documents := &apub.Server{
		Site: s.outside(), Pool: s.db.Pool, Version: version, Source: s.cfg.URL + static.URL("shoal-source.tar.gz"), Off: !s.cfg.Federation.Enabled, Log: s.log,
	}
	if s.cfg.Federation.Secure {
		documents.Verify = apub.Signed(s.remote)
	}
	both := apub.Beside(s.metrics.Count("fediverse", documents), pages)
	for _, root := range apub.Roots {
		m.Handle(root, both)
	}
	s.listen(m)
	return nil
}
