package main

import "net/http"

// federate opens the addresses of the fediverse; pages answer those who ask for HTML.
func (s *Server) federate(m *http.ServeMux, pages http.Handler) error {
	return nil
}
