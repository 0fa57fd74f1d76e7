package main

import (
	"context"
	"net/http"

	"shoal/server/fetch"
	"shoal/server/httpsig"
	"shoal/server/inbox"
	"shoal/server/keyring"
	"shoal/server/receive"
	"shoal/server/remote"
)

const outerConns = 12 // for what comes from other servers

// userAgent is how we name ourselves to other servers.
func (s *Server) userAgent() string { return "Shoal/" + version + " (+" + s.cfg.URL + ")" }

// reach makes what asks other servers, keeps what they have, and takes what they tell.
func (s *Server) reach(ctx context.Context) (err error) {
	if s.outer, err = remote.Pool(ctx, s.db.Pool, outerConns); err != nil {
		return err
	}
	s.client = fetch.New(fetch.Options{UserAgent: s.userAgent(), AllowPrivate: s.cfg.Federation.AllowPrivateAddresses})
	s.remote = &remote.Remote{Pool: s.outer, Client: s.client, Site: s.cfg.URL, Signer: s.platformSigner}
	s.receiver = &receive.Receiver{Pool: s.outer, Remote: s.remote, Site: s.cfg.URL, Log: s.log}
	s.inbox = &inbox.Inbox{Pool: s.db.Pool, Work: s.outer, Remote: s.remote, Receiver: s.receiver, Instance: s.instance, Site: s.cfg.URL, Log: s.log}
	return nil
}

// platform is the actor of the whole platform.
func (s *Server) platform(ctx context.Context) (int64, error) {
	id, _, err := keyring.Instance(ctx, s.db.Pool, s.cfg.URL)
	return id, err
}

// platformSigner is what requests to other servers are signed with when nobody else asks.
func (s *Server) platformSigner(ctx context.Context) (httpsig.Signer, error) {
	id, err := s.platform(ctx)
	if err != nil {
		return httpsig.Signer{}, err
	}
	k, err := keyring.Of(ctx, s.db.Pool, id)
	return httpsig.Signer{KeyID: k.ID, Key: k.RSA}, err
}

// listen opens the inboxes.
func (s *Server) listen(m *http.ServeMux) {
	if !s.cfg.Federation.Enabled {
		return
	}
	counted := s.metrics.Count("inbox", s.inbox)
	for _, at := range []string{"/inbox", "/accounts/{name}/inbox", "/a/{name}/inbox", "/video-channels/{name}/inbox", "/c/{name}/inbox"} {
		m.Handle("POST "+at, counted)
	}
	n := &s.inbox.Numbers
	const came = "Activities of other servers that came."
	s.count("shoal_inbox_total", came, n.Taken.Load, "outcome", "taken")
	s.count("shoal_inbox_total", came, n.Repeated.Load, "outcome", "repeated")
	s.count("shoal_inbox_total", came, n.Refused.Load, "outcome", "refused")
	const worked = "Activities of other servers that were worked."
	s.count("shoal_inbox_worked_total", worked, n.Done.Load, "outcome", "done")
	s.count("shoal_inbox_worked_total", worked, n.Ignored.Load, "outcome", "ignored")
	s.count("shoal_inbox_worked_total", worked, n.Failed.Load, "outcome", "failed")
	s.count("shoal_inbox_worked_total", worked, n.Retried.Load, "outcome", "put off")
	s.receiver.Register(s.jobs)
	s.machines = append(s.machines, s.inbox.Run)
}
