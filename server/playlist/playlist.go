// Package playlist is lists of videos in an order, among them what people want to watch later.
package playlist

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// Limits of playlists.
const (
	longestName         = 120
	longestDescription  = 1000
	mostOfAccount       = 1000
	mostElements        = 5000
	shortestDescription = 3
)

// Access is what decides about a playlist.
type Access struct {
	ID        int64
	UUID      uuid.UUID
	Privacy   int
	Kind      int
	AccountID int64 // the owner
	ChannelID *int64
	Local     bool
}

const accessOf = `
	SELECT id, uuid, privacy, kind, account_id, channel_id, local FROM playlist
	WHERE (@id::bigint IS NULL OR id = @id) AND (@uuid::uuid IS NULL OR uuid = @uuid)`

var errAbsent = fail.New(fail.NotFound, "Video playlist not found")

// Find gives the playlist that an address names by number, UUID or short UUID.
func Find(ctx context.Context, q db.Q, text string) (Access, bool, error) {
	args := pgx.NamedArgs{"id": nil, "uuid": nil}
	n, err := strconv.ParseInt(text, 10, 64)
	counted := err == nil && n > 0 && len(text) < 20
	if counted {
		args["id"] = n
	} else {
		id, err := shortid.Parse(text)
		if err != nil {
			return Access{}, false, fail.Field("playlistId", "Should be the id of a playlist.")
		}
		args["uuid"] = id
	}
	rows, _ := q.Query(ctx, accessOf, args)
	a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Access])
	if errors.Is(err, pgx.ErrNoRows) {
		err = errAbsent
	}
	return a, counted, err
}

// Owner tells whether v owns the playlist or moderates this place.
func (a Access) Owner(v *account.Viewer) bool {
	return v != nil && (v.AccountID == a.AccountID || v.IsModerator())
}

// See refuses those who may not see the playlist. counted tells that it was named by its number, which can be guessed.
func (a Access) See(v *account.Viewer, counted bool) error {
	switch {
	case a.Owner(v) || a.Privacy == api.PlaylistPublic:
		return nil
	case a.Privacy == api.PlaylistUnlisted && !counted:
		return nil
	case a.Privacy == api.PlaylistUnlisted:
		return errAbsent
	case v == nil:
		return fail.New(fail.Unauthorized, "Please sign in to see this playlist.").WithCode("unauthorized_request")
	}
	return fail.New(fail.Forbidden, "Cannot get this private video playlist.")
}

// Manage refuses those who may not change the playlist; who may not even see it hears that it is absent.
func (a Access) Manage(v *account.Viewer, counted bool) error {
	if a.Local && a.Owner(v) {
		return nil
	}
	if a.See(v, counted) != nil {
		return errAbsent
	}
	return fail.New(fail.Forbidden, "Cannot manage video playlist of another user.")
}

// Picture is a picture of the playlist's own.
type Picture struct {
	Filename      string
	Width, Height int
}

func check(e api.PlaylistEdit) error {
	if e.DisplayName != nil {
		if n := utf8.RuneCountInString(strings.TrimSpace(*e.DisplayName)); n < 1 || n > longestName {
			return fail.Field("displayName", "A playlist's name has 1 to %d characters.", longestName)
		}
	}
	if e.Description != nil && *e.Description != "" {
		if n := utf8.RuneCountInString(*e.Description); n < shortestDescription || n > longestDescription {
			return fail.Field("description", "A description has %d to %d characters.", shortestDescription, longestDescription)
		}
	}
	if e.Privacy != nil && api.PlaylistPrivacies[*e.Privacy] == "" {
		return fail.Field("privacy", "Should be 1, 2 or 3.")
	}
	return nil
}

const (
	lockAccount = `SELECT id FROM account WHERE id = @account FOR NO KEY UPDATE`

	countOf = `SELECT count(*) FROM playlist WHERE account_id = @account`

	channelOf = `SELECT account_id FROM channel WHERE id = @channel FOR NO KEY UPDATE`

	create = `
	INSERT INTO playlist (uuid, url, account_id, channel_id, channel_position, name, description, privacy, image, image_width, image_height)
	VALUES (@uuid, @url, @account, @channel,
		CASE WHEN @channel::bigint IS NOT NULL THEN (SELECT coalesce(max(channel_position), 0) + 1 FROM playlist WHERE channel_id = @channel) END,
		@name, nullif(@description::text, ''), @privacy, @image, @width, @height)
	RETURNING id`
)

// ownChannel checks a channel that a playlist is to go into, and keeps others from adding to it meanwhile.
func ownChannel(ctx context.Context, tx pgx.Tx, channelID, accountID int64) error {
	var owner int64
	err := tx.QueryRow(ctx, channelOf, pgx.NamedArgs{"channel": channelID}).Scan(&owner)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && owner != accountID {
		return fail.Field("videoChannelId", "You have no such channel.")
	}
	return err
}

func needsChannel(privacy int, channel *int64) error {
	if privacy == api.PlaylistPublic && channel == nil {
		return fail.Field("videoChannelId", "A public playlist belongs to a channel.")
	}
	return nil
}

// Create adds a playlist of an account. site is our public address.
func Create(ctx context.Context, tx pgx.Tx, accountID int64, site string, e api.PlaylistEdit, p *Picture) (id int64, u uuid.UUID, err error) {
	if e.DisplayName == nil {
		return 0, u, fail.Field("displayName", "A playlist needs a name.")
	}
	if err := check(e); err != nil {
		return 0, u, err
	}
	privacy := api.PlaylistPrivate
	if e.Privacy != nil {
		privacy = *e.Privacy
	}
	if err := needsChannel(privacy, e.ChannelID); err != nil {
		return 0, u, err
	}
	args := pgx.NamedArgs{"account": accountID}
	if _, err := tx.Exec(ctx, lockAccount, args); err != nil {
		return 0, u, err
	}
	var n int
	if err := tx.QueryRow(ctx, countOf, args).Scan(&n); err != nil {
		return 0, u, err
	}
	if n >= mostOfAccount {
		return 0, u, fail.New(fail.Invalid, "An account has at most %d playlists.", mostOfAccount)
	}
	if e.ChannelID != nil {
		if err := ownChannel(ctx, tx, *e.ChannelID, accountID); err != nil {
			return 0, u, err
		}
	}
	u = uuid.New()
	if p == nil {
		p = &Picture{}
	}
	err = tx.QueryRow(ctx, create, pgx.NamedArgs{
		"uuid": u, "url": site + "/video-playlists/" + u.String(), "account": accountID, "channel": e.ChannelID,
		"name": strings.TrimSpace(*e.DisplayName), "description": e.Description, "privacy": privacy,
		"image": text(p.Filename), "width": p.Width, "height": p.Height,
	}).Scan(&id)
	return id, u, err
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

const (
	locked = `
	SELECT privacy, kind, account_id, channel_id, image, channel_position FROM playlist WHERE id = @id FOR UPDATE`

	update = `
	UPDATE playlist SET name = coalesce(@name, name), description = CASE WHEN @description::text IS NULL THEN description ELSE nullif(@description, '') END,
		privacy = @privacy, channel_id = @channel, channel_position = CASE
			WHEN @channel::bigint IS NULL THEN NULL
			WHEN channel_id = @channel THEN channel_position
			ELSE (SELECT coalesce(max(o.channel_position), 0) + 1 FROM playlist o WHERE o.channel_id = @channel) END,
		image = coalesce(@image, image), image_width = CASE WHEN @image::text IS NULL THEN image_width ELSE @width END,
		image_height = CASE WHEN @image IS NULL THEN image_height ELSE @height END, updated_at = now()
	WHERE id = @id`

	closeGap = `UPDATE playlist SET channel_position = channel_position - 1 WHERE channel_id = @channel AND channel_position > @position`
)

// held is a playlist that nobody else changes until the end of the transaction.
type held struct {
	Privacy   int
	Kind      int
	AccountID int64
	ChannelID *int64
	Image     *string
	Position  *int `db:"channel_position"` // among those of the channel
}

func lock(ctx context.Context, tx pgx.Tx, id int64) (held, error) {
	rows, _ := tx.Query(ctx, locked, pgx.NamedArgs{"id": id})
	l, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[held])
	if errors.Is(err, pgx.ErrNoRows) {
		err = errAbsent
	}
	return l, err
}

// leaveChannel closes the gap that a playlist leaves among those of its channel.
func (l held) leaveChannel(ctx context.Context, tx pgx.Tx) error {
	if l.ChannelID == nil || l.Position == nil {
		return nil
	}
	_, err := tx.Exec(ctx, closeGap, pgx.NamedArgs{"channel": *l.ChannelID, "position": *l.Position})
	return err
}

// Update changes what is given. noChannel takes the playlist out of its channel.
func Update(ctx context.Context, tx pgx.Tx, id int64, e api.PlaylistEdit, noChannel bool, p *Picture) error {
	if err := check(e); err != nil {
		return err
	}
	l, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if l.Kind == api.PlaylistWatchLater {
		return fail.New(fail.Invalid, "Watch later cannot be changed.")
	}
	privacy, channel := l.Privacy, l.ChannelID
	if e.Privacy != nil {
		privacy = *e.Privacy
	}
	if e.ChannelID != nil {
		channel = e.ChannelID
		if err := ownChannel(ctx, tx, *channel, l.AccountID); err != nil {
			return err
		}
	} else if noChannel {
		channel = nil
	}
	if err := needsChannel(privacy, channel); err != nil {
		return err
	}
	if p == nil {
		p = &Picture{}
	}
	_, err = tx.Exec(ctx, update, pgx.NamedArgs{
		"id": id, "name": trimmed(e.DisplayName), "description": e.Description, "privacy": privacy, "channel": channel,
		"image": text(p.Filename), "width": p.Width, "height": p.Height,
	})
	if err != nil {
		return err
	}
	if l.ChannelID != nil && (channel == nil || *channel != *l.ChannelID) {
		if err := l.leaveChannel(ctx, tx); err != nil {
			return err
		}
	}
	if p.Filename != "" {
		return drop(ctx, tx, l.Image)
	}
	return nil
}

func trimmed(s *string) *string {
	if s == nil {
		return nil
	}
	t := strings.TrimSpace(*s)
	return &t
}

// Folder is where pictures of playlists are in the store.
const Folder = "playlists"

func drop(ctx context.Context, tx pgx.Tx, image *string) error {
	if image == nil {
		return nil
	}
	return picture.Drop(ctx, tx, Folder, []picture.Kept{{Filename: *image}})
}

const remove = `DELETE FROM playlist WHERE id = @id`

// Delete takes a playlist away with its elements; Watch later stays.
func Delete(ctx context.Context, tx pgx.Tx, id int64) error {
	l, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if l.Kind == api.PlaylistWatchLater {
		return fail.New(fail.Invalid, "Cannot delete a watch later playlist.")
	}
	if _, err := tx.Exec(ctx, remove, pgx.NamedArgs{"id": id}); err != nil {
		return err
	}
	if err := l.leaveChannel(ctx, tx); err != nil {
		return err
	}
	return drop(ctx, tx, l.Image)
}

const special = `SELECT id, name, kind FROM playlist WHERE account_id = @account AND kind = 2`

// Special are the playlists that everyone has.
func Special(ctx context.Context, q db.Q, accountID int64) ([]api.SpecialPlaylist, error) {
	rows, _ := q.Query(ctx, special, pgx.NamedArgs{"account": accountID})
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[api.SpecialPlaylist])
	if all == nil {
		all = []api.SpecialPlaylist{}
	}
	return all, err
}
