package api

import "github.com/go-chi/chi/v5"

func (s *Server) uploadRoutes(chi.Router) {}
