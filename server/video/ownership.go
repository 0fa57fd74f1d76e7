package video

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/notify"
	"shoal/shared/api"
)

// States of an offer.
const (
	OfferWaiting  = 1
	OfferRefused  = 2
	OfferAccepted = 3
)

// Offer is a video that somebody wants to give to another account.
type Offer struct {
	ID        int64
	VideoID   int64
	GiverID   int64 // accounts
	TakerID   int64
	State     int
	CreatedAt time.Time
	Giver     string // user names, in lists
	Taker     string
}

const takerOf = `
	SELECT a.id, a.member_id, g.id AS giver FROM account a JOIN actor ac ON ac.id = a.actor_id, video v JOIN channel c ON c.id = v.channel_id JOIN account g ON g.id = c.account_id
	WHERE lower(ac.name) = lower(@name) AND ac.host = '' AND a.member_id IS NOT NULL AND v.id = @video`

const give = `INSERT INTO video_ownership (video_id, giver_id, taker_id) VALUES (@video, @giver, @taker) RETURNING id`

// Give offers a video to another account of ours.
func Give(ctx context.Context, tx pgx.Tx, videoID int64, username string) error {
	var taker, member, giver int64
	err := tx.QueryRow(ctx, takerOf, pgx.NamedArgs{"name": username, "video": videoID}).Scan(&taker, &member, &giver)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fail.Field("username", "There is no such account here; a video cannot be given to one of another platform.")
	case err != nil:
		return err
	case taker == giver:
		return fail.Field("username", "The video is theirs already.")
	}
	var id int64
	err = tx.QueryRow(ctx, give, pgx.NamedArgs{"video": videoID, "giver": giver, "taker": taker}).Scan(&id)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return fail.New(fail.Invalid, "This video is offered to somebody already.")
	}
	if err != nil {
		return err
	}
	return tellOffer(ctx, tx, api.VideoOffered, Offer{ID: id, VideoID: videoID, GiverID: giver, TakerID: taker, State: OfferWaiting})
}

const parties = `
	SELECT a.id, a.member_id, ac.name, ac.display_name FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE a.id = ANY(@accounts::bigint[])`

// tellOffer lets the other side know.
func tellOffer(ctx context.Context, tx pgx.Tx, kind int, o Offer) error {
	v, _, err := about(ctx, tx, o.VideoID)
	if err != nil {
		return err
	}
	n := api.NotifiedOwnership{ID: o.ID, State: api.Constant{ID: o.State, Label: api.TransferStates[o.State]}, Video: &v}
	rows, _ := tx.Query(ctx, parties, pgx.NamedArgs{"accounts": []int64{o.GiverID, o.TakerID}})
	var to, id int64
	var member *int64
	var name, display string
	_, err = pgx.ForEachRow(rows, []any{&id, &member, &name, &display}, func() error {
		who, reads := &n.Initiator, o.TakerID
		if id == o.TakerID {
			who = &n.NextOwner
		}
		if kind != api.VideoOffered {
			reads = o.GiverID
		}
		who.ID, who.Name, who.DisplayName = id, name, display
		if id == reads && member != nil {
			to = *member
		}
		return nil
	})
	if err != nil || to == 0 {
		return err
	}
	return notify.Add(ctx, tx, notify.Notice{Type: kind, Video: o.VideoID, Data: map[string]any{"changeOwnership": n}}, to)
}

const holdOffer = `SELECT id, video_id, giver_id, taker_id, state, created_at, '' AS giver, '' AS taker FROM video_ownership WHERE id = @id FOR UPDATE`

// OfferOf gives an offer that nobody answered yet, and keeps others from it until the end of tx.
func OfferOf(ctx context.Context, tx pgx.Tx, id int64) (Offer, error) {
	rows, _ := tx.Query(ctx, holdOffer, pgx.NamedArgs{"id": id})
	o, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Offer])
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return o, fail.New(fail.NotFound, "There is no such offer of a video.")
	case err == nil && o.State != OfferWaiting:
		return o, fail.New(fail.Invalid, "This offer has been answered already.")
	}
	return o, err
}

// answerable is OfferOf for the one to whom it was made.
func answerable(ctx context.Context, tx pgx.Tx, id, accountID int64) (Offer, error) {
	o, err := OfferOf(ctx, tx, id)
	if err == nil && o.TakerID != accountID {
		err = fail.New(fail.Forbidden, "Only the one to whom the video is offered can answer.")
	}
	return o, err
}

const (
	settleOffer = `UPDATE video_ownership SET state = @state WHERE id = @id`

	withdrawOffer = `DELETE FROM video_ownership WHERE id = @id`

	takeVideo = `
	UPDATE video SET channel_id = @channel, updated_at = now() WHERE id = @video AND EXISTS (SELECT FROM channel WHERE id = @channel AND account_id = @taker)`

	sizeOf = `SELECT coalesce((SELECT size FROM video_source WHERE video_id = @video AND key <> ''), 0)::bigint`
)

// Take is the yes of the one to whom a video is offered; it goes into a channel of theirs.
func Take(ctx context.Context, tx pgx.Tx, id int64, v *account.Viewer, channelID int64) error {
	o, err := answerable(ctx, tx, id, v.AccountID)
	if err != nil {
		return err
	}
	var size int64
	if err := tx.QueryRow(ctx, sizeOf, pgx.NamedArgs{"video": o.VideoID}).Scan(&size); err != nil {
		return err
	}
	used, day, err := QuotaUsed(ctx, tx, v.MemberID)
	if err != nil {
		return err
	}
	if v.Quota >= 0 && used+size > v.Quota || v.QuotaDaily >= 0 && day+size > v.QuotaDaily {
		return fail.New(fail.TooLarge, "There is no room for this video in your quota.").WithCode("quota_reached")
	}
	tag, err := tx.Exec(ctx, takeVideo, pgx.NamedArgs{"video": o.VideoID, "channel": channelID, "taker": v.AccountID})
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return fail.Field("channelId", "This channel is not yours.")
	}
	return settle(ctx, tx, o, OfferAccepted, api.VideoTaken)
}

func settle(ctx context.Context, tx pgx.Tx, o Offer, state, notice int) error {
	if _, err := tx.Exec(ctx, settleOffer, pgx.NamedArgs{"id": o.ID, "state": state}); err != nil {
		return err
	}
	o.State = state
	return tellOffer(ctx, tx, notice, o)
}

// Refuse is the no of the one to whom a video is offered.
func Refuse(ctx context.Context, tx pgx.Tx, id, accountID int64) error {
	o, err := answerable(ctx, tx, id, accountID)
	if err != nil {
		return err
	}
	return settle(ctx, tx, o, OfferRefused, api.VideoRefused)
}

// Withdraw takes an offer back.
func Withdraw(ctx context.Context, q db.Q, id int64) error {
	_, err := q.Exec(ctx, withdrawOffer, pgx.NamedArgs{"id": id})
	return err
}

// OfferFilter asks for a page of offers; nil is any.
type OfferFilter struct {
	Taker, Video *int64
	State        *int
	Oldest       bool // first
	Start, Count int
}

const offerWhere = `
	FROM video_ownership o JOIN account g ON g.id = o.giver_id JOIN actor ga ON ga.id = g.actor_id JOIN account t ON t.id = o.taker_id JOIN actor ta ON ta.id = t.actor_id
	WHERE (@taker::bigint IS NULL OR o.taker_id = @taker) AND (@video::bigint IS NULL OR o.video_id = @video) AND (@state::int IS NULL OR o.state = @state)`

const (
	offerPage = `SELECT o.id, o.video_id, o.giver_id, o.taker_id, o.state, o.created_at, ga.name AS giver, ta.name AS taker` + offerWhere + `
	ORDER BY CASE WHEN @oldest::bool THEN o.id END, o.id DESC LIMIT @count OFFSET @start`

	countOffers = `SELECT count(*)` + offerWhere
)

// Offers gives a page of offers and how many there are in all.
func Offers(ctx context.Context, q db.Q, f OfferFilter) (list []Offer, total int64, err error) {
	args := pgx.NamedArgs{"taker": f.Taker, "video": f.Video, "state": f.State, "oldest": f.Oldest, "start": f.Start, "count": f.Count}
	if err := q.QueryRow(ctx, countOffers, args).Scan(&total); err != nil {
		return nil, 0, err
	}
	rows, _ := q.Query(ctx, offerPage, args)
	list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Offer])
	return list, total, err
}
