// Package crew is who works on a channel besides its owner, and channels that change hands.
package crew

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
)

// mostCollaborators is how many people can work on one channel, those who did not answer yet included.
const mostCollaborators = 20

const collaboratorColumns = `
	SELECT k.id, k.accepted, k.created_at, k.updated_at, a.id, ac.name, ac.display_name, ac.url, ac.host, ac.avatars
	FROM channel_collaborator k JOIN account a ON a.id = k.account_id JOIN actor ac ON ac.id = a.actor_id`

func scanCollaborator(row pgx.CollectableRow) (c api.Collaborator, err error) {
	var avatars []picture.Kept
	var accepted bool
	a := &c.Account
	err = row.Scan(&c.ID, &accepted, &c.CreatedAt, &c.UpdatedAt, &a.ID, &a.Name, &a.DisplayName, &a.URL, &a.Host, &avatars)
	a.Host, a.Avatars = account.Host(a.Host, a.URL), account.Avatars(avatars, a.URL)
	c.State.ID = 1
	if accepted {
		c.State.ID = 2
	}
	c.State.Label = api.CollaboratorStates[c.State.ID]
	return c, err
}

const collaborators = collaboratorColumns + ` WHERE k.channel_id = $1 ORDER BY k.id`

// Collaborators are the people who work on a channel, or are asked to.
func Collaborators(ctx context.Context, q db.Q, id int64) ([]api.Collaborator, error) {
	rows, _ := q.Query(ctx, collaborators, id)
	return pgx.CollectRows(rows, scanCollaborator)
}

const (
	localAccount = `
	SELECT a.id FROM account a JOIN actor ac ON ac.id = a.actor_id JOIN member m ON m.id = a.member_id
	WHERE lower(ac.name) = lower(@name) AND ac.host = '' AND (@host = '' OR split_part(ac.url, '/', 3) = @host) AND NOT m.blocked AND NOT m.leaving`

	holdChannel = `SELECT account_id FROM channel WHERE id = $1 FOR UPDATE`

	countCollaborators = `SELECT count(*) FROM channel_collaborator WHERE channel_id = $1`

	invite = `
	INSERT INTO channel_collaborator (channel_id, account_id) VALUES ($1, $2)
	ON CONFLICT (channel_id, account_id) DO NOTHING RETURNING id`

	collaborator = collaboratorColumns + ` WHERE k.id = $1`
)

// Invite asks a local account to work on a channel.
func Invite(ctx context.Context, q db.Q, id int64, h account.Handle) (c api.Collaborator, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var owner, who, row int64
		var n int
		if err := tx.QueryRow(ctx, holdChannel, id).Scan(&owner); err != nil {
			return channel.Found(err)
		}
		if err := local(ctx, tx, h, &who); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, countCollaborators, id).Scan(&n); err != nil {
			return err
		}
		switch {
		case who == owner:
			return fail.Field("accountHandle", "The owner of a channel works on it anyway.")
		case n >= mostCollaborators:
			return fail.New(fail.Invalid, "At most %d people can work on a channel.", mostCollaborators)
		}
		err := tx.QueryRow(ctx, invite, id, who).Scan(&row)
		if errors.Is(err, pgx.ErrNoRows) {
			return fail.New(fail.Conflict, "This account was asked already.")
		}
		if err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, collaborator, row)
		if c, err = pgx.CollectExactlyOneRow(rows, scanCollaborator); err != nil {
			return err
		}
		return tellInvited(ctx, tx, id, api.CollaborationAsked, c)
	})
	return c, err
}

func local(ctx context.Context, q db.Q, h account.Handle, id *int64) error {
	err := q.QueryRow(ctx, localAccount, pgx.NamedArgs{"name": h.Name, "host": h.Host}).Scan(id)
	if errors.Is(err, pgx.ErrNoRows) {
		return fail.New(fail.NotFound, "Account not found")
	}
	return err
}

const (
	seeInvitation = `
	SELECT account_id, accepted FROM channel_collaborator WHERE id = @id AND channel_id = @channel FOR UPDATE`

	acceptInvitation = `UPDATE channel_collaborator SET accepted = true, updated_at = now() WHERE id = $1`

	endInvitation = `DELETE FROM channel_collaborator WHERE id = $1`
)

var (
	errCollaborator = fail.New(fail.NotFound, "There is no such collaborator.")
	errInvited      = fail.New(fail.Forbidden, "Only the one who was asked can answer.")
	errAnswered     = fail.New(fail.Invalid, "This was answered already.")
)

// Answer is what an account that was asked says.
func Answer(ctx context.Context, q db.Q, id, collaboratorID, accountID int64, yes bool) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		who, accepted, err := invitation(ctx, tx, id, collaboratorID)
		switch {
		case err != nil:
			return err
		case who != accountID:
			return errInvited
		case accepted:
			return errAnswered
		}
		rows, _ := tx.Query(ctx, collaborator, collaboratorID)
		c, err := pgx.CollectExactlyOneRow(rows, scanCollaborator)
		if err != nil {
			return err
		}
		answer, kind := endInvitation, api.CollaborationRefused
		if yes {
			answer, kind = acceptInvitation, api.CollaborationTaken
			c.State = api.Constant{ID: 2, Label: api.CollaboratorStates[2]}
		}
		if _, err := tx.Exec(ctx, answer, collaboratorID); err != nil {
			return err
		}
		return tellInvited(ctx, tx, id, kind, c)
	})
}

func invitation(ctx context.Context, tx pgx.Tx, id, collaboratorID int64) (who int64, accepted bool, err error) {
	err = tx.QueryRow(ctx, seeInvitation, pgx.NamedArgs{"id": collaboratorID, "channel": id}).Scan(&who, &accepted)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errCollaborator
	}
	return who, accepted, err
}

// EndCollaboration takes someone off a channel; owns is whether the one who asks may do so to others.
func EndCollaboration(ctx context.Context, q db.Q, id, collaboratorID, accountID int64, owns bool) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		who, _, err := invitation(ctx, tx, id, collaboratorID)
		if err != nil {
			return err
		}
		if !owns && who != accountID {
			return fail.New(fail.Forbidden, "Only the channel's owner can end the work of others.")
		}
		_, err = tx.Exec(ctx, endInvitation, collaboratorID)
		return err
	})
}
