package api

import "github.com/go-chi/chi/v5"

// talkRoutes are what people say to each other, and whom they want to hear.
func (s *Server) talkRoutes(r chi.Router) {
	s.commentRoutes(r)
	s.playlistRoutes(r)
	s.subscriptionRoutes(r)
	s.followerRoutes(r)
	s.followRoutes(r)
	s.historyRoutes(r)
	s.notificationRoutes(r)
	s.abuseRoutes(r)
	s.muteRoutes(r)
	s.wordRoutes(r)
	s.searchRoutes(r)
}
