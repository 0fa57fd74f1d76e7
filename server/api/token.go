package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/shared/api"
)

func (s *Server) tokenRoutes(r chi.Router) {
	r.Get("/oauth-clients/local", s.do(s.showClient))
	r.Post("/users/token", s.do(s.issueToken))
	r.Post("/users/revoke-token", s.member(s.revokeToken))
}

func (s *Server) localClient(ctx context.Context) (account.Client, error) {
	return s.client.get(func() (account.Client, error) { return account.LocalClient(ctx, s.Pool) })
}

func (s *Server) showClient(w http.ResponseWriter, r *http.Request) error {
	c, err := s.localClient(r.Context())
	if err != nil {
		return err
	}
	return answer(w, c)
}

// tokenRequest is RFC 6749, 4.3.2 and 6.
type tokenRequest struct {
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	GrantType    string `json:"grant_type"`
	Username     string `json:"username"`
	Password     string `json:"password"`
	RefreshToken string `json:"refresh_token"`
}

func (s *Server) issueToken(w http.ResponseWriter, r *http.Request) error {
	var in tokenRequest
	if err := read(w, r, &in); err != nil {
		return err
	}
	c, err := s.localClient(r.Context())
	if err != nil {
		return err
	}
	if err := in.check(c); err != nil {
		return err
	}
	var out api.Token
	if in.GrantType == "refresh_token" {
		out, err = account.Refresh(r.Context(), s.Pool, in.RefreshToken, account.OriginOf(r))
	} else {
		out, err = s.Door.SignIn(r.Context(), s.Pool, attempt(r, in.Username, in.Password))
	}
	if err != nil {
		return askCode(w, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	return answer(w, out)
}

// otpHeader carries the code of the second factor, and in an answer says that it is needed.
const otpHeader = "X-Peertube-Otp"

func attempt(r *http.Request, name, password string) account.Attempt {
	return account.Attempt{Name: name, Password: password, Place: account.Place(r), Code: r.Header.Get(otpHeader), From: account.OriginOf(r)}
}

// askCode tells apps that the second factor is missing.
func askCode(w http.ResponseWriter, err error) error {
	var e *fail.Error
	if errors.As(err, &e) && e.Code == "missing_two_factor" {
		w.Header().Set(otpHeader, "required; app")
	}
	return err
}

// check speaks the words that apps of PeerTube know.
func (in tokenRequest) check(c account.Client) error {
	switch {
	case in.ClientID == "" || in.ClientSecret == "":
		return oauth("invalid_client", "Invalid client: cannot retrieve client credentials")
	case !c.Is(in.ClientID, in.ClientSecret):
		return oauth("invalid_client", "Invalid client: client is invalid")
	case in.GrantType == "":
		return oauth("invalid_request", "Missing parameter: `grant_type`")
	case in.GrantType != "password" && in.GrantType != "refresh_token":
		return oauth("unsupported_grant_type", "Unsupported grant type: `grant_type` is invalid")
	case in.GrantType == "password" && in.Username == "":
		return oauth("invalid_request", "Missing parameter: `username`")
	case in.GrantType == "password" && in.Password == "":
		return oauth("invalid_request", "Missing parameter: `password`")
	case in.GrantType == "refresh_token" && in.RefreshToken == "":
		return oauth("invalid_request", "Missing parameter: `refresh_token`")
	}
	return nil
}

func oauth(code, text string) error { return fail.New(fail.Invalid, "%s", text).WithCode(code) }

// revokeToken ends the sign-in that the request was made with.
func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := account.Revoke(r.Context(), s.Pool, viewer(r)); err != nil {
		return err
	}
	if bearer(r) == "" {
		account.ClearCookie(w, s.secure())
	}
	return answer(w, struct {
		Success bool `json:"success"`
	}{true})
}
