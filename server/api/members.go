package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/journal"
	"shoal/server/leaving"
	"shoal/shared/api"
)

// memberRoutes are what moderators do about members, and members about their own sign-ins.
func (s *Server) memberRoutes(r chi.Router) {
	r.Get("/users", s.moderator(s.listMembers))
	r.Post("/users", s.moderator(s.createMember))
	r.Get("/users/autocomplete", s.do(s.completeName))
	r.Get("/users/{id}", s.moderator(s.showMember))
	r.Put("/users/{id}", s.moderator(s.editMember))
	r.Delete("/users/{id}", s.moderator(s.deleteMember))
	r.Post("/users/{id}/block", s.moderator(s.blockMember))
	r.Post("/users/{id}/unblock", s.moderator(s.unblockMember))
	r.Get("/users/{id}/token-sessions", s.member(s.listSessions))
	r.Post("/users/{id}/token-sessions/{session}/revoke", s.member(s.endSession))
	r.Post("/users/{id}/two-factor/request", s.member(s.askTwoFactor))
	r.Post("/users/{id}/two-factor/confirm-request", s.member(s.confirmTwoFactor))
	r.Post("/users/{id}/two-factor/disable", s.member(s.disableTwoFactor))
}

func (s *Server) listMembers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text, p, err := readFound(q)
	if err != nil {
		return err
	}
	f := account.Search{Text: text, Start: p.Start, Count: p.Count}
	if f.Sort, f.Down, err = readSort(q, "createdAt", account.MemberSorts...); err != nil {
		return err
	}
	if f.Blocked, err = readBool(q, "blocked"); err != nil {
		return err
	}
	if text := q.Get("role"); text != "" {
		role, err := strconv.Atoi(text)
		if err != nil || role < api.Administrator || role > api.Member {
			return fail.Field("role", "There is no such role.")
		}
		f.Role = &role
	}
	page, err := account.Members(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) createMember(w http.ResponseWriter, r *http.Request) error {
	var in api.UserCreate
	if err := read(w, r, &in); err != nil {
		return err
	}
	n, err := s.newMember(r, in)
	if err != nil {
		return err
	}
	var out api.UserCreated
	err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		m, err := channel.JoinWith(r.Context(), tx, n, channel.First{Name: in.ChannelName})
		if err != nil {
			return err
		}
		out.User.ID, out.User.Account.ID = m.ID, m.AccountID
		if in.Password == "" {
			if err := s.Door.AskReset(r.Context(), tx, m.ID, true); err != nil {
				return err
			}
		}
		return journal.Note(r.Context(), tx, viewer(r).Name, "users", "create", map[string]any{"new-user-id": m.ID, "new-user-username": m.Username, "new-user-role": m.Role})
	})
	if err != nil {
		return err
	}
	return answer(w, out)
}

func (s *Server) newMember(r *http.Request, in api.UserCreate) (n account.New, err error) {
	switch {
	case in.Role == nil:
		return n, fail.Field("role", "A role is needed.")
	case in.Password == "" && !s.Door.Mail:
		return n, fail.Field("password", "A password is needed, since no letter can be sent to choose one.")
	}
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return n, err
	}
	n = account.New{
		Site: s.URL, Username: in.Username, Email: in.Email, Password: in.Password, Role: *in.Role, Flags: in.AdminFlags,
		Quota: settings.SignUp.Quota, QuotaDaily: settings.SignUp.QuotaDaily, NoHistory: !settings.SignUp.History,
	}
	if in.VideoQuota != nil {
		n.Quota = *in.VideoQuota
	}
	if in.VideoQuotaDaily != nil {
		n.QuotaDaily = *in.VideoQuotaDaily
	}
	if n.Password == "" {
		n.Password = rand.Text() // nobody knows it
	}
	if err := n.Check(); err != nil {
		return n, err
	}
	if err := viewer(r).MayMake(*in.Role); err != nil {
		return n, err
	}
	n.Hash, err = account.Hash(r.Context(), n.Password)
	return n, err
}

func (s *Server) completeName(w http.ResponseWriter, r *http.Request) error {
	beginning := r.URL.Query().Get("search")
	if beginning == "" {
		return fail.Field("search", "Should not be empty.")
	}
	names, err := account.Names(r.Context(), s.Pool, beginning)
	if err != nil {
		return err
	}
	return answer(w, names)
}

func (s *Server) showMember(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	stats, err := readBool(r.URL.Query(), "withStats")
	if err != nil {
		return err
	}
	u, err := account.ByID(r.Context(), s.Pool, id, stats != nil && *stats)
	if err != nil {
		return err
	}
	if u.VideoChannels, err = channel.Owned(r.Context(), s.Pool, u.Account.ID); err != nil {
		return err
	}
	return answer(w, u)
}

func (s *Server) editMember(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	var in api.UserEdit
	if err := read(w, r, &in); err != nil {
		return err
	}
	about := map[string]any{"user-id": id}
	for name, given := range map[string]bool{"role": in.Role != nil, "email": in.Email != nil, "password": in.Password != nil, "quota": in.VideoQuota != nil} {
		if given {
			about[name] = "changed"
		}
	}
	return done(w, s.audited(r, "users", "update", about, func(ctx context.Context, tx pgx.Tx) error {
		return s.Door.Edit(ctx, tx, viewer(r), id, in)
	}))
}

func (s *Server) deleteMember(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	return done(w, s.audited(r, "users", "delete", map[string]any{"user-id": id}, func(ctx context.Context, tx pgx.Tx) error {
		return leaving.Account(ctx, tx, viewer(r), id)
	}))
}

func (s *Server) blockMember(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		Reason string `json:"reason"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, s.audited(r, "users", "block", map[string]any{"user-id": id, "reason": in.Reason}, func(ctx context.Context, tx pgx.Tx) error {
		return s.Door.Block(ctx, tx, viewer(r), id, in.Reason)
	}))
}

func (s *Server) unblockMember(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	return done(w, s.audited(r, "users", "unblock", map[string]any{"user-id": id}, func(ctx context.Context, tx pgx.Tx) error {
		return s.Door.Unblock(ctx, tx, viewer(r), id)
	}))
}
