package crew

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
)

const offer = `INSERT INTO channel_transfer (channel_id, giver_id, taker_id) VALUES ($1, $2, $3) RETURNING id`

// Offer asks a local account to take a channel over.
func Offer(ctx context.Context, q db.Q, id int64, h account.Handle) (transfer int64, err error) {
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var giver, taker int64
		if err := tx.QueryRow(ctx, holdChannel, id).Scan(&giver); err != nil {
			return channel.Found(err)
		}
		if err := local(ctx, tx, h, &taker); err != nil {
			return fail.Wrap(fail.Invalid, err, "There is no such account here.")
		}
		if taker == giver {
			return fail.Field("username", "The channel is theirs already.")
		}
		err := tx.QueryRow(ctx, offer, id, giver, taker).Scan(&transfer)
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "23505" {
			return fail.New(fail.Invalid, "This channel is offered to somebody already.")
		}
		if err != nil {
			return err
		}
		return tellOffer(ctx, tx, transfer, api.ChannelOffered)
	})
	return transfer, err
}

const (
	transferColumns = `
	SELECT t.id, t.state, t.created_at, c.id, ac.name, ac.display_name, ac.url, ac.host, ac.avatars,
	       g.id, ga.name, ga.display_name, ga.url, ga.host, ga.following, ga.followers, ga.created_at, ga.updated_at, ga.description, g.member_id, ga.avatars,
	       k.id, ka.name, ka.display_name, ka.url, ka.host, ka.following, ka.followers, ka.created_at, ka.updated_at, ka.description, k.member_id, ka.avatars,
	       count(*) OVER ()
	FROM channel_transfer t JOIN channel c ON c.id = t.channel_id JOIN actor ac ON ac.id = c.actor_id
	JOIN account g ON g.id = t.giver_id JOIN actor ga ON ga.id = g.actor_id
	JOIN account k ON k.id = t.taker_id JOIN actor ka ON ka.id = k.actor_id`

	transferByID = transferColumns + ` WHERE t.id = $1`

	transfers = transferColumns + `
	WHERE (@account::bigint = 0 OR t.taker_id = @account OR t.giver_id = @account)
	  AND (@channel::bigint = 0 OR t.channel_id = @channel) AND (@state::int = 0 OR t.state = @state)
	ORDER BY CASE WHEN @down::bool THEN -t.id ELSE t.id END LIMIT @count OFFSET @start`
)

// TransferFilter narrows a list of transfers; zero values mean any.
type TransferFilter struct {
	AccountID, ChannelID int64
	State                int
	Down                 bool
	Start, Count         int
}

// Transfers are channels that were offered to somebody.
func Transfers(ctx context.Context, q db.Q, f TransferFilter) (page api.Page[api.Transfer], err error) {
	rows, _ := q.Query(ctx, transfers, pgx.NamedArgs{
		"account": f.AccountID, "channel": f.ChannelID, "state": f.State, "down": f.Down, "start": f.Start, "count": f.Count,
	})
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (api.Transfer, error) { return scanTransfer(row, &page.Total) })
	return page, err
}

var statuses = map[int]string{1: "WAITING", 2: "REFUSED", 3: "ACCEPTED"}

func scanTransfer(row pgx.CollectableRow, total *int64) (t api.Transfer, err error) {
	c := &api.ChannelSummary{}
	var faces, givers, takers []picture.Kept
	g, k := &t.Giver, &t.Taker
	err = row.Scan(&t.ID, &t.State.ID, &t.CreatedAt, &c.ID, &c.Name, &c.DisplayName, &c.URL, &c.Host, &faces,
		&g.ID, &g.Name, &g.DisplayName, &g.URL, &g.Host, &g.FollowingCount, &g.FollowersCount, &g.CreatedAt, &g.UpdatedAt, &g.Description, &g.UserID, &givers,
		&k.ID, &k.Name, &k.DisplayName, &k.URL, &k.Host, &k.FollowingCount, &k.FollowersCount, &k.CreatedAt, &k.UpdatedAt, &k.Description, &k.UserID, &takers,
		total)
	c.Host, c.Avatars = account.Host(c.Host, c.URL), account.Avatars(faces, c.URL)
	g.Host, g.Avatars = account.Host(g.Host, g.URL), account.Avatars(givers, g.URL)
	k.Host, k.Avatars = account.Host(k.Host, k.URL), account.Avatars(takers, k.URL)
	t.State.Label, t.Status, t.Channel = api.TransferStates[t.State.ID], statuses[t.State.ID], c
	return t, err
}

// waiting is a transfer that nobody answered yet.
type waiting struct{ channel, giver, taker int64 }

const seeTransfer = `SELECT channel_id, giver_id, taker_id, state FROM channel_transfer WHERE id = $1 FOR UPDATE`

func holdTransfer(ctx context.Context, tx pgx.Tx, id int64) (w waiting, err error) {
	var state int
	err = tx.QueryRow(ctx, seeTransfer, id).Scan(&w.channel, &w.giver, &w.taker, &state)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		err = fail.New(fail.NotFound, "There is no such offer of a channel.")
	case err == nil && state != 1:
		err = errAnswered
	}
	return w, err
}

const (
	settleTransfer = `UPDATE channel_transfer SET state = $2 WHERE id = $1`

	cancelTransfer = `DELETE FROM channel_transfer WHERE id = $1`
)

// Refuse is the taker's no.
func Refuse(ctx context.Context, q db.Q, id, accountID int64) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		w, err := holdTransfer(ctx, tx, id)
		if err == nil && w.taker != accountID {
			err = errTaker
		}
		if err == nil {
			_, err = tx.Exec(ctx, settleTransfer, id, 2)
		}
		if err == nil {
			err = tellOffer(ctx, tx, id, api.ChannelRefused)
		}
		return err
	})
}

var errTaker = fail.New(fail.Forbidden, "Only the one to whom the channel is offered can answer.")

// Withdraw takes an offer back; any is for those who may manage all channels.
func Withdraw(ctx context.Context, q db.Q, id, accountID int64, any bool) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		w, err := holdTransfer(ctx, tx, id)
		if err == nil && w.giver != accountID && !any {
			err = fail.New(fail.Forbidden, "Only the channel's owner can take the offer back.")
		}
		if err == nil {
			_, err = tx.Exec(ctx, cancelTransfer, id)
		}
		return err
	})
}

const (
	lockOwners = `SELECT id FROM account WHERE id IN ($1, $2) ORDER BY id FOR UPDATE`

	owns = `SELECT count(*) FROM channel WHERE account_id = $1`

	room = `
	SELECT m.quota < 0 OR m.quota >= COALESCE((SELECT sum(s.size) FROM video_source s JOIN video v ON v.id = s.video_id
	  JOIN channel c ON c.id = v.channel_id WHERE c.account_id = a.id OR c.id = @channel), 0)
	FROM account a JOIN member m ON m.id = a.member_id WHERE a.id = @taker`

	endOwn = `DELETE FROM channel_collaborator WHERE channel_id = @channel AND account_id = @taker`
)

// Accept is the taker's yes: the channel is theirs, with its videos. An account has at most most channels.
func Accept(ctx context.Context, q db.Q, id, accountID int64, most int) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		w, err := holdTransfer(ctx, tx, id)
		if err != nil {
			return err
		}
		if w.taker != accountID {
			return errTaker
		}
		if err := w.check(ctx, tx, most); err != nil {
			return err
		}
		if err := channel.Give(ctx, tx, w.channel, w.giver, w.taker); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, endOwn, pgx.NamedArgs{"channel": w.channel, "taker": w.taker}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, settleTransfer, id, 3); err != nil {
			return err
		}
		for who, action := range map[int64]int{w.giver: channel.GivenAway, w.taker: channel.TakenOver} {
			if err := channel.Note(ctx, tx, channel.Done{ChannelID: w.channel, AccountID: who, Action: action, Target: channel.AChannel}); err != nil {
				return err
			}
		}
		return tellOffer(ctx, tx, id, api.ChannelTaken)
	})
}

// check refuses what cannot be taken over.
func (w waiting) check(ctx context.Context, tx pgx.Tx, most int) error {
	if _, err := tx.Exec(ctx, lockOwners, w.giver, w.taker); err != nil {
		return err
	}
	var owner int64
	var given, taken int
	var fits bool
	if err := tx.QueryRow(ctx, holdChannel, w.channel).Scan(&owner); err != nil {
		return channel.Found(err)
	}
	for of, n := range map[int64]*int{w.giver: &given, w.taker: &taken} {
		if err := tx.QueryRow(ctx, owns, of).Scan(n); err != nil {
			return err
		}
	}
	if err := tx.QueryRow(ctx, room, pgx.NamedArgs{"channel": w.channel, "taker": w.taker}).Scan(&fits); err != nil {
		return err
	}
	switch {
	case owner != w.giver:
		return errAnswered
	case given < 2:
		return fail.New(fail.Conflict, "An account keeps its last channel.")
	case taken >= most:
		return fail.New(fail.Conflict, "An account has at most %d channels.", most)
	case !fits:
		return fail.New(fail.TooLarge, "The channel's videos do not fit into your quota.").WithCode("quota_reached")
	}
	return nil
}
