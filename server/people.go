package main

import (
	"context"
	"log/slog"
	"net/url"

	"shoal/server/api"
	"shoal/server/config"
	"shoal/server/joining"
	"shoal/server/journal"
	"shoal/server/leaving"
	"shoal/server/mail"
	"shoal/server/picture"
)

// keepJournal lets what is logged from here on be read by administrators, too.
func (s *Server) keepJournal() {
	s.journal = &journal.Journal{Pool: s.db.Pool}
	s.log = slog.New(s.journal.Handler(s.log.Handler()))
}

// welcome makes what accounts need: letters, who may join, and the jobs of those who leave.
func (s *Server) welcome(rest *api.Server) {
	c := s.cfg
	post := &mail.Post{
		Host: c.Mail.Host, Port: c.Mail.Port, Username: c.Mail.Username, Password: c.Mail.Password, TLS: c.Mail.TLS, From: c.Mail.From,
		Look: s.look,
	}
	if u, err := url.Parse(c.URL); err == nil {
		post.Helo = u.Hostname()
		if post.From == "" {
			post.From = "shoal@" + u.Hostname()
		}
	}
	rest.People = api.People{
		Post: post,
		Gate: &joining.Gate{From: config.Networks(c.Accounts.JoinFrom), NotFrom: config.Networks(c.Accounts.JoinNotFrom)},
	}
	post.Register(s.jobs)
	rest.Door.Register(s.jobs, s.db.Pool)
	picture.Register(s.jobs, s.store)
	leaving.Register(s.jobs, s.db.Pool)
}

// look is how letters look at present.
func (s *Server) look(ctx context.Context) (mail.Look, error) {
	i, err := s.instance.Settings(ctx)
	if err != nil {
		return mail.Look{}, err
	}
	look := mail.Look{Site: i.Name, URL: s.cfg.URL, Signature: i.Mail.Signature}
	if i.Mail.Prefix != "" {
		look.Prefix = i.Mail.Prefix + " "
	}
	return look, nil
}
