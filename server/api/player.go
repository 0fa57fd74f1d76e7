package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/video"
)

// playerRoutes are how players look, of a video and of a channel, and in which language the pages speak.
func (s *Server) playerRoutes(r chi.Router) {
	r.Get("/player-settings/videos/{id}", s.anyone(s.showVideoPlayer))
	r.Put("/player-settings/videos/{id}", s.member(s.putVideoPlayer))
	r.Get("/player-settings/video-channels/{handle}", s.do(s.showChannelPlayer))
	r.Put("/player-settings/video-channels/{handle}", s.member(s.putChannelPlayer))
	r.Post("/client-config/update-language", s.do(s.putLanguage))
	r.Post("/client-config/update-interface-language", s.do(s.putLanguage))
}

// look is how a player looks.
type look struct {
	Theme string `json:"theme"`
}

// raw reads whether the settings themselves are asked for or what follows from them, and gives the platform's theme.
func (s *Server) raw(r *http.Request) (raw bool, standard string, err error) {
	given, err := readBool(r.URL.Query(), "raw")
	if err != nil {
		return false, "", err
	}
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return false, "", err
	}
	return given != nil && *given, settings.Player.Theme, nil
}

func (s *Server) showVideoPlayer(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	raw, standard, err := s.raw(r)
	if err != nil {
		return err
	}
	theme, err := video.PlayerTheme(r.Context(), s.Pool, a.ID, raw, standard)
	if err != nil {
		return err
	}
	return answer(w, look{theme})
}

func (s *Server) putVideoPlayer(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	var in look
	if err := read(w, r, &in); err != nil {
		return err
	}
	if err := video.SetPlayerTheme(r.Context(), s.Pool, a.ID, in.Theme); err != nil {
		return err
	}
	return answer(w, in)
}

func (s *Server) showChannelPlayer(w http.ResponseWriter, r *http.Request) error {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return err
	}
	raw, standard, err := s.raw(r)
	if err != nil {
		return err
	}
	theme, err := channel.PlayerTheme(r.Context(), s.Pool, c.ID, raw, standard)
	if err != nil {
		return err
	}
	return answer(w, look{theme})
}

func (s *Server) putChannelPlayer(w http.ResponseWriter, r *http.Request) error {
	c, err := s.editedChannel(r)
	if err != nil {
		return err
	}
	var in look
	if err := read(w, r, &in); err != nil {
		return err
	}
	if err := channel.SetPlayerTheme(r.Context(), s.Pool, c.ID, in.Theme); err != nil {
		return err
	}
	return answer(w, in)
}

const yearOfSeconds = 365 * 24 * 60 * 60

// putLanguage lets the browser remember in which language our pages speak to it; null lets it choose again.
func (s *Server) putLanguage(w http.ResponseWriter, r *http.Request) error {
	if s.origin.Check(r) != nil {
		return fail.New(fail.Forbidden, "This was sent from another site.")
	}
	var in struct {
		Language *string `json:"language"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	c := &http.Cookie{Name: "lang", Path: "/", MaxAge: -1, SameSite: http.SameSiteLaxMode, Secure: s.secure()}
	if in.Language != nil {
		if !languageTag(*in.Language) {
			return fail.Field("language", "Should be a language code.")
		}
		c.Value, c.MaxAge = *in.Language, yearOfSeconds
	}
	http.SetCookie(w, c)
	return done(w, nil)
}

func languageTag(s string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return s != "" && len(s) <= 35
}
