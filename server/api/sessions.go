package api

import (
	"net/http"

	"shoal/server/account"
	"shoal/server/fail"
)

// lookedAfter is the one of the address, when the viewer may look after their sign-ins: oneself, or whom one moderates.
func (s *Server) lookedAfter(r *http.Request) (int64, error) {
	id, err := rowID(r, "id")
	if err != nil {
		return 0, err
	}
	return id, account.MayManage(r.Context(), s.Pool, viewer(r), id)
}

func (s *Server) listSessions(w http.ResponseWriter, r *http.Request) error {
	id, err := s.lookedAfter(r)
	if err != nil {
		return err
	}
	p, down, err := readDated(r.URL.Query())
	if err != nil {
		return err
	}
	page, err := account.Sessions(r.Context(), s.Pool, id, viewer(r).TokenID, !down, p.Start, p.Count)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := s.lookedAfter(r)
	if err != nil {
		return err
	}
	session, err := rowID(r, "session")
	if err != nil {
		return err
	}
	return done(w, account.EndSession(r.Context(), s.Pool, id, session))
}

// oneself is the number of the address, which must be the viewer's own.
func (s *Server) oneself(r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	if id != viewer(r).MemberID {
		return fail.New(fail.Forbidden, "Only the member can do this.")
	}
	return nil
}

func (s *Server) askTwoFactor(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		CurrentPassword string `json:"currentPassword"`
	}
	if err := s.oneself(r); err != nil {
		return err
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	out, err := s.Door.AskTwoFactor(r.Context(), s.Pool, viewer(r), in.CurrentPassword, account.Place(r))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return answer(w, out)
}

func (s *Server) confirmTwoFactor(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		RequestToken string `json:"requestToken"`
		OTPToken     string `json:"otpToken"`
	}
	if err := s.oneself(r); err != nil {
		return err
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	switch {
	case in.RequestToken == "":
		return fail.Field("requestToken", "Should not be empty.")
	case in.OTPToken == "":
		return fail.Field("otpToken", "Should not be empty.")
	}
	return done(w, s.Door.ConfirmTwoFactor(r.Context(), s.Pool, viewer(r), in.RequestToken, in.OTPToken))
}

func (s *Server) disableTwoFactor(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		CurrentPassword string `json:"currentPassword"`
	}
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	if id != viewer(r).MemberID && !viewer(r).IsAdministrator() {
		return fail.New(fail.Forbidden, "Only the member or an administrator can do this.")
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, s.Door.DisableTwoFactor(r.Context(), s.Pool, viewer(r), id, in.CurrentPassword, account.Place(r)))
}
