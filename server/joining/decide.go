package joining

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/mail"
	"shoal/shared/api"
)

// Decision is what moderators answer to a request.
type Decision struct {
	Accept bool
	Answer string // to the newcomer
	Silent bool   // no letter is sent
}

// request is one as it is decided upon.
type request struct {
	State                                  int
	Username, Email, Password              string
	EmailVerified                          *bool
	DisplayName, ChannelName, ChannelShown *string
}

const (
	hold = `
	SELECT state, username, email, password, email_verified, display_name, channel_name, channel_display_name AS channel_shown
	FROM registration WHERE id = $1 FOR UPDATE`

	decide = `
	UPDATE registration SET state = @state, response = NULLIF(@answer, ''), member_id = @member, decided_at = now(), updated_at = now(),
	       password = CASE WHEN @state = 3 THEN '' ELSE password END, proof_hash = NULL
	WHERE id = @id`
)

// Decide answers a request: accepted, the newcomer is a member at once. It gives the member's number, 0 for none.
func (g *Gate) Decide(ctx context.Context, q db.Q, id int64, d Decision) (member int64, err error) {
	if d.Answer = strings.TrimSpace(d.Answer); utf8.RuneCountInString(d.Answer) > 3000 {
		return 0, fail.Field("moderationResponse", "An answer has at most 3000 characters.")
	}
	if d.Answer == "" && !d.Silent {
		return 0, fail.Field("moderationResponse", "The newcomer should read why.")
	}
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, hold, id)
		r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[request])
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return errAbsent
		case err != nil:
			return err
		case r.State != 1:
			return fail.New(fail.Conflict, "This request was answered already.")
		}
		state, about := 2, "rejected"
		var made *int64
		if d.Accept {
			state, about = 3, "accepted"
			m, err := g.take(ctx, tx, r)
			if err != nil {
				return err
			}
			member, made = m.ID, &m.ID
		}
		if _, err := tx.Exec(ctx, decide, pgx.NamedArgs{"id": id, "state": state, "answer": d.Answer, "member": made}); err != nil {
			return err
		}
		if d.Silent || !g.Door.Mail {
			return nil
		}
		return mail.Send(ctx, tx, mail.Letter{To: r.Email, About: about, Fields: map[string]string{
			"name": r.Username, "answer": d.Answer, "link": g.Site + "/login",
		}})
	})
	return member, err
}

// take makes the member that a request asks for.
func (g *Gate) take(ctx context.Context, tx pgx.Tx, r request) (account.Member, error) {
	s, err := g.Door.Instance.Settings(ctx)
	if err != nil {
		return account.Member{}, err
	}
	n := Newcomer{Register: api.Register{Username: r.Username, Email: r.Email, DisplayName: text(r.DisplayName)}}
	who := g.member(s, n)
	who.Hash, who.Verified = r.Password, r.EmailVerified
	c := channel.First{Name: text(r.ChannelName), DisplayName: text(r.ChannelShown)}
	if c.DisplayName == "" {
		c.DisplayName = s.SignUp.ChannelName
	}
	return channel.JoinWith(ctx, tx, who, c)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

const remove = `DELETE FROM registration WHERE id = $1`

// Delete forgets a request. A member who came of it stays.
func Delete(ctx context.Context, q db.Q, id int64) error {
	tag, err := q.Exec(ctx, remove, id)
	if err == nil && tag.RowsAffected() == 0 {
		err = errAbsent
	}
	return err
}
