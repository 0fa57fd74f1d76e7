// Package joining is how people become members: by themselves, or by a request that moderators answer.
package joining

import (
	"context"
	"net/netip"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/server/notify"
	"shoal/shared/api"
)

// Gate says who may join.
type Gate struct {
	Door    *account.Door
	Site    string         // public address of the platform, without a slash at the end
	From    []netip.Prefix // where people may join from; empty for anywhere
	NotFrom []netip.Prefix
}

// Allows tells whether people at an address may join.
func (g *Gate) Allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, n := range g.NotFrom {
		if n.Contains(a) {
			return false
		}
	}
	for _, n := range g.From {
		if n.Contains(a) {
			return true
		}
	}
	return len(g.From) == 0
}

// Newcomer is someone who wants to join.
type Newcomer struct {
	api.Register
	Address netip.Addr
	Place   string // see account.Place
}

// lockJoins makes those who join at once wait for each other, so that they cannot together exceed the number of members.
const (
	lockJoins = `SELECT pg_advisory_xact_lock(hashtext('joining'))`

	countMembers = `SELECT count(*) FROM member`
)

// Full tells whether there are as many members as there may be.
func Full(ctx context.Context, q db.Q, s *instance.Settings) (bool, error) {
	if s.SignUp.Limit < 0 {
		return false, nil
	}
	var n int
	err := q.QueryRow(ctx, countMembers).Scan(&n)
	return n >= s.SignUp.Limit, err
}

func (g *Gate) admit(ctx context.Context, q db.Q, s *instance.Settings, n Newcomer) error {
	switch full, err := Full(ctx, q, s); {
	case err != nil:
		return err
	case !s.SignUp.Open:
		return fail.New(fail.Forbidden, "User registration is not enabled")
	case full:
		return fail.New(fail.Forbidden, "There is no room for more members.")
	case !g.Allows(n.Address):
		return fail.New(fail.Forbidden, "People cannot join from your network.")
	}
	return nil
}

// member is the one that the newcomer becomes.
func (g *Gate) member(s *instance.Settings, n Newcomer) account.New {
	return account.New{
		Site: g.Site, Username: n.Username, Email: n.Email, Password: n.Password, Name: n.DisplayName, Role: api.Member,
		Quota: s.SignUp.Quota, QuotaDaily: s.SignUp.QuotaDaily, NoHistory: !s.SignUp.History,
	}
}

func first(s *instance.Settings, n Newcomer) channel.First {
	c := channel.First{DisplayName: s.SignUp.ChannelName}
	if n.Channel != nil {
		c.Name = n.Channel.Name
		if n.Channel.DisplayName != "" {
			c.DisplayName = n.Channel.DisplayName
		}
	}
	return c
}

// check refuses what the form must have beside what account and channel check.
func (n Newcomer) check() error {
	if n.Channel == nil {
		return nil
	}
	if n.Channel.Name == "" {
		return fail.Field("channel.name", "The channel needs a handle.")
	}
	if utf8.RuneCountInString(n.Channel.DisplayName) > 120 {
		return fail.Field("channel.displayName", "A channel's name has at most 120 characters.")
	}
	return nil
}

// Register makes a member of a newcomer, where everyone may join.
func (g *Gate) Register(ctx context.Context, q db.Q, n Newcomer) (m account.Member, err error) {
	s, err := g.Door.Instance.Settings(ctx)
	if err != nil {
		return m, err
	}
	if err := g.admit(ctx, q, s, n); err != nil {
		return m, err
	}
	if s.SignUp.Approval {
		return m, fail.New(fail.Forbidden, "User registration requires approval")
	}
	if err := n.check(); err != nil {
		return m, err
	}
	who := g.member(s, n)
	verify := s.SignUp.Verify && g.Door.Mail
	if verify {
		who.Verified = new(bool)
	}
	if who, err = hashed(ctx, who); err != nil {
		return m, err
	}
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockJoins); err != nil {
			return err
		}
		if err := g.admit(ctx, tx, s, n); err != nil {
			return err
		}
		if m, err = channel.JoinWith(ctx, tx, who, first(s, n)); err != nil {
			return err
		}
		if err := g.Door.PaceJoins(ctx, tx, n.Place); err != nil {
			return err
		}
		if verify {
			if err := g.Door.AskVerify(ctx, tx, m.ID, false); err != nil {
				return err
			}
		}
		return tellModerators(ctx, tx, notify.Notice{Type: api.NewUser, Account: m.AccountID})
	})
	return m, err
}

// tellModerators lets those who answer requests know.
func tellModerators(ctx context.Context, tx pgx.Tx, n notify.Notice) error {
	moderators, err := notify.Moderators(ctx, tx)
	if err != nil {
		return err
	}
	return notify.Add(ctx, tx, n, moderators...)
}

// hashed does the costly part before a transaction holds anything.
func hashed(ctx context.Context, who account.New) (account.New, error) {
	if err := who.Check(); err != nil {
		return who, err
	}
	var err error
	who.Hash, err = account.Hash(ctx, who.Password)
	return who, err
}
