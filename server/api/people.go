package api

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/joining"
	"shoal/server/journal"
	"shoal/server/mail"
	"shoal/shared/api"
)

// People is what accounts and administration need beside the rest.
type People struct {
	Gate *joining.Gate // made when nil
	Post *mail.Post    // nil when no letters can be sent
}

func (s *Server) preparePeople() {
	s.Door.Mail = s.People.Post.Enabled()
	if s.People.Gate == nil {
		s.People.Gate = &joining.Gate{}
	}
	s.People.Gate.Door, s.People.Gate.Site = s.Door, s.URL
}

// peopleRoutes are those of members, of who joins and of administration.
func (s *Server) peopleRoutes(r chi.Router) {
	s.letterRoutes(r)
	s.meRoutes(r)
	s.memberRoutes(r)
	s.registerRoutes(r)
	s.channelPeopleRoutes(r)
	s.customRoutes(r)
	s.adminRoutes(r)
	s.playerRoutes(r)
	s.awaitedRoutes(r)
}

// audited does something and writes down who did it, both or neither.
func (s *Server) audited(r *http.Request, domain, action string, about map[string]any, do func(ctx context.Context, tx pgx.Tx) error) error {
	return pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		if err := do(r.Context(), tx); err != nil {
			return err
		}
		return journal.Note(r.Context(), tx, viewer(r).Name, domain, action, about)
	})
}

// origin is where a request comes from; it is not valid when that is unknown.
func origin(r *http.Request) netip.Addr {
	a, err := netip.ParseAddr(account.OriginOf(r).Address)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// moderator is do for handlers that need one who moderates; administrator for those that need one who runs the platform.
func (s *Server) moderator(h handler) http.HandlerFunc     { return s.role(api.Moderator, h) }
func (s *Server) administrator(h handler) http.HandlerFunc { return s.role(api.Administrator, h) }

// letters refuses what needs a letter where none can be sent.
func (s *Server) letters() error {
	if s.People.Post.Enabled() {
		return nil
	}
	return fail.New(fail.Conflict, "This platform cannot send letters. Ask its administrators.")
}
