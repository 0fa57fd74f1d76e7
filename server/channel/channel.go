// Package channel is where accounts publish: their channels, and the one that every account starts with.
package channel

import (
	"context"
	"errors"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

var handle = regexp.MustCompile(`^[a-zA-Z0-9\-_.:]{1,50}$`)

// New is a channel to be.
type New struct {
	AccountID   int64
	Name        string
	DisplayName string
	Description *string
	Support     *string
	PublicEmail *string
	IsDefault   bool
}

// CheckHandle refuses what cannot be a channel's handle.
func CheckHandle(name string) error {
	if !handle.MatchString(name) {
		return fail.Field("name", "A channel's handle has 1 to 50 letters from a to z, digits, and any of - _ . :")
	}
	return nil
}

func (n New) check() error {
	if err := CheckHandle(n.Name); err != nil {
		return err
	}
	if err := checkEmail(n.PublicEmail); err != nil {
		return err
	}
	return checkTexts(&n.DisplayName, n.Description, n.Support)
}

func checkEmail(email *string) error {
	if email == nil || *email == "" {
		return nil
	}
	if a, err := mail.ParseAddress(*email); err != nil || a.Address != *email || len(*email) > 400 {
		return fail.Field("publicEmail", "This is not an email address.")
	}
	return nil
}

func checkTexts(display, description, support *string) error {
	if display != nil {
		if n := utf8.RuneCountInString(strings.TrimSpace(*display)); n < 1 || n > 120 {
			return fail.Field("displayName", "A channel's name has 1 to 120 characters.")
		}
	}
	if description != nil && utf8.RuneCountInString(*description) > 1000 {
		return fail.Field("description", "A description has at most 1000 characters.")
	}
	if support != nil && utf8.RuneCountInString(*support) > 1000 {
		return fail.Field("support", "The support text has at most 1000 characters.")
	}
	return nil
}

const (
	siteOf = `
	SELECT regexp_replace(ac.url, '/accounts/[^/]*$', ''), (SELECT count(*) FROM channel c WHERE c.account_id = a.id)
	FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE a.id = $1 AND ac.host = '' FOR UPDATE OF a`

	add = `
	INSERT INTO channel (actor_id, account_id, support, is_default, public_email)
	VALUES (@actor, @account, @support, @is_default, @email) RETURNING id`
)

// Create adds a channel of a local account that has fewer than most of them.
func Create(ctx context.Context, q db.Q, n New, most int) (id int64, err error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	err = pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var site string
		var have int
		if err := tx.QueryRow(ctx, siteOf, n.AccountID).Scan(&site, &have); err != nil {
			return err
		}
		if have >= most {
			return fail.New(fail.Invalid, "An account has at most %d channels.", most)
		}
		actor, err := account.AddActor(ctx, tx, account.Actor{
			Kind: "channel", Name: n.Name, URL: site + "/video-channels/" + n.Name,
			DisplayName: strings.TrimSpace(n.DisplayName), Description: Text(n.Description),
		})
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, add, pgx.NamedArgs{
			"actor": actor, "account": n.AccountID, "support": Text(n.Support), "is_default": n.IsDefault, "email": Text(n.PublicEmail),
		}).Scan(&id)
	})
	return id, err
}

// Text is nil for an absent or empty text.
func Text(s *string) *string {
	if s == nil || *s == "" {
		return nil
	}
	return s
}

const free = `
	SELECT name FROM (SELECT $1 || CASE n WHEN 0 THEN '' ELSE '_' || n END AS name, n FROM generate_series(0, 100) n) AS names
	WHERE NOT EXISTS (SELECT FROM actor WHERE lower(actor.name) = lower(names.name) AND host = '') ORDER BY n LIMIT 1`

// CreateDefault adds the channel that an account starts with: ada_channel, or ada_channel_1 when that name is taken.
func CreateDefault(ctx context.Context, q db.Q, accountID int64, username string) (id int64, err error) {
	return createFirst(ctx, q, accountID, username, "Main "+username+" channel")
}

func createFirst(ctx context.Context, q db.Q, accountID int64, username, display string) (id int64, err error) {
	base := username[:min(len(username), 38)] + "_channel"
	var name string
	if err := q.QueryRow(ctx, free, base).Scan(&name); err != nil {
		return 0, err
	}
	return Create(ctx, q, New{
		AccountID: accountID, Name: name, DisplayName: display, IsDefault: true,
	}, 1)
}

const change = `
	UPDATE channel SET support = CASE WHEN @set_support::bool THEN @support ELSE support END, p2p = coalesce(@p2p, p2p),
	       public_email = CASE WHEN @set_email::bool THEN @email ELSE public_email END
	WHERE id = @id RETURNING actor_id`

// Update changes what in gives of a channel.
func Update(ctx context.Context, q db.Q, id int64, in api.ChannelEdit) error {
	if err := checkTexts(in.DisplayName, in.Description, in.Support); err != nil {
		return err
	}
	if err := checkEmail(in.PublicEmail); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var actor int64
		err := tx.QueryRow(ctx, change, pgx.NamedArgs{
			"id": id, "set_support": in.Support != nil, "support": Text(in.Support), "p2p": in.P2PEnabled,
			"set_email": in.PublicEmail != nil, "email": Text(in.PublicEmail),
		}).Scan(&actor)
		if err != nil {
			return Found(err)
		}
		return account.UpdateActor(ctx, tx, actor, in.DisplayName, in.Description)
	})
}

const (
	hold = `SELECT id FROM channel WHERE id = $1 FOR UPDATE`

	videosOf = `SELECT id FROM video WHERE channel_id = $1 ORDER BY id`
)

// Videos are the ids of a channel's videos. Until the transaction ends, none can be added.
func Videos(ctx context.Context, tx pgx.Tx, id int64) ([]int64, error) {
	if _, err := tx.Exec(ctx, hold, id); err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, videosOf, id)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

const (
	siblings = `
	SELECT (SELECT count(*) FROM channel o WHERE o.account_id = c.account_id),
	       EXISTS (SELECT FROM video v WHERE v.channel_id = c.id)
	FROM channel c JOIN account a ON a.id = c.account_id WHERE c.id = $1 FOR UPDATE OF a`

	remove = `DELETE FROM channel WHERE id = $1 RETURNING actor_id, account_id, is_default`

	promote = `
	UPDATE channel SET is_default = true
	WHERE id = (SELECT id FROM channel WHERE account_id = $1 ORDER BY id LIMIT 1)`
)

// Delete removes a channel without videos; the last one of an account stays.
func Delete(ctx context.Context, q db.Q, id int64) error { return erase(ctx, q, id, false) }

// DeleteLeaving is Delete for an account that goes itself, with its last channel.
func DeleteLeaving(ctx context.Context, q db.Q, id int64) error { return erase(ctx, q, id, true) }

// Found says of an absent row that there is no such channel.
func Found(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return fail.New(fail.NotFound, "Video channel not found")
	}
	return err
}

func erase(ctx context.Context, q db.Q, id int64, leaving bool) error {
	return pgx.BeginFunc(ctx, q, func(tx pgx.Tx) error {
		var all int
		var videos, first bool
		if err := tx.QueryRow(ctx, siblings, id).Scan(&all, &videos); err != nil {
			return Found(err)
		}
		switch {
		case all < 2 && !leaving:
			return fail.New(fail.Conflict, "Cannot remove the last channel of this user")
		case videos:
			return fail.New(fail.Conflict, "This channel has videos. They are to be deleted or moved first.")
		}
		var actor, owner int64
		if err := tx.QueryRow(ctx, remove, id).Scan(&actor, &owner, &first); err != nil {
			return err
		}
		if first {
			if _, err := tx.Exec(ctx, promote, owner); err != nil {
				return err
			}
		}
		return account.DeleteActor(ctx, tx, actor)
	})
}

const (
	give = `UPDATE channel SET account_id = @taker, is_default = false WHERE id = @channel`

	hasDefault = `SELECT EXISTS (SELECT FROM channel WHERE account_id = $1 AND is_default)`
)

// Give hands a channel to another account. The giver's next channel takes the place of a default one.
func Give(ctx context.Context, tx pgx.Tx, id, giver, taker int64) error {
	if _, err := tx.Exec(ctx, give, pgx.NamedArgs{"channel": id, "taker": taker}); err != nil {
		return err
	}
	var has bool
	if err := tx.QueryRow(ctx, hasDefault, giver).Scan(&has); err != nil || has {
		return err
	}
	_, err := tx.Exec(ctx, promote, giver)
	return err
}
