// Package video keeps videos and all that hangs on one: files, pictures, captions, chapters, passwords, views, places where people stopped, and the lists.
package video

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// Video names a video.
type Video struct {
	ID   int64
	UUID uuid.UUID
}

// Draft is a video before its first rendition.
type Draft struct {
	ChannelID             int64
	Name                  string
	Privacy               int // 0 for public
	Description           *string
	Support               *string
	Category              *int
	Licence               *int
	Language              *string
	NSFW                  bool
	NSFWFlags             int
	NSFWSummary           *string
	Tags                  []string
	CommentsPolicy        int // 0 for everybody
	DownloadEnabled       *bool
	P2P                   *bool
	WaitTranscoding       *bool
	OriginallyPublishedAt *time.Time
	Passwords             []string
	Schedule              api.ScheduleUpdate

	UUID     uuid.UUID // zero for a new one
	Site     string    // our public address, without a closing slash
	Filename string    // the person's own name of the file
	Key      string    // where the file is in storage
	Size     int64     // of the file, in bytes
}

const create = `
	INSERT INTO video (uuid, channel_id, url, name, description, support, category, licence, language, privacy,
		nsfw, nsfw_flags, nsfw_summary, tags, state, wait_transcoding, comments_policy, download_enabled, p2p, originally_published_at)
	VALUES (@uuid, @channel, @url, @name, @description, @support, @category, @licence, @language, @privacy,
		@nsfw, @nsfw_flags, @nsfw_summary, @tags, @state, coalesce(@wait::bool, true), @comments, coalesce(@download::bool, true), coalesce(@p2p::bool, true), @originally)
	RETURNING id`

const createSource = `
	INSERT INTO video_source (video_id, filename, key, size) VALUES (@id, @filename, @key, @size)`

// Create adds a draft and its source; the video waits for its first rendition.
func Create(ctx context.Context, tx pgx.Tx, d Draft) (Video, error) {
	v := Video{UUID: d.UUID}
	if v.UUID == uuid.Nil {
		v.UUID = uuid.New()
	}
	if d.Privacy == 0 {
		d.Privacy = api.Public
	}
	if d.CommentsPolicy == 0 {
		d.CommentsPolicy = 1
	}
	if d.Tags == nil {
		d.Tags = []string{}
	}
	err := tx.QueryRow(ctx, create, pgx.NamedArgs{
		"uuid": v.UUID, "channel": d.ChannelID, "url": d.Site + "/videos/watch/" + v.UUID.String(), "name": d.Name,
		"description": d.Description, "support": d.Support, "category": d.Category, "licence": d.Licence, "language": d.Language,
		"privacy": d.Privacy, "nsfw": d.NSFW, "nsfw_flags": d.NSFWFlags, "nsfw_summary": d.NSFWSummary, "tags": d.Tags,
		"state": api.ToTranscode, "wait": d.WaitTranscoding, "comments": d.CommentsPolicy, "download": d.DownloadEnabled, "p2p": d.P2P,
		"originally": d.OriginallyPublishedAt,
	}).Scan(&v.ID)
	if err != nil {
		return v, err
	}
	_, err = tx.Exec(ctx, createSource, pgx.NamedArgs{"id": v.ID, "filename": d.Filename, "key": d.Key, "size": d.Size})
	if err != nil {
		return v, err
	}
	if err := SetPasswords(ctx, tx, v.ID, d.Passwords); err != nil {
		return v, err
	}
	if err := setSchedule(ctx, tx, v.ID, d.Schedule); err != nil {
		return v, err
	}
	if err := rewriteChapters(ctx, tx, v.ID, "", or(d.Description)); err != nil {
		return v, err
	}
	return v, hold(ctx, tx, v.ID, true)
}

// Ref is how an address names a video: by number, UUID or short id. Exactly one field is set.
type Ref struct {
	ID   *int64
	UUID *uuid.UUID
}

// Counted tells that the video is named by its number, which can be guessed.
func (r Ref) Counted() bool { return r.ID != nil }

// ByNumber names a video by its number.
func ByNumber(id int64) Ref { return Ref{ID: &id} }

// ParseRef reads the {id} of an address.
func ParseRef(s string) (Ref, error) {
	if n, ok := number(s); ok {
		return Ref{ID: &n}, nil
	}
	id, err := shortid.Parse(s)
	if err != nil {
		return Ref{}, fail.Field("id", "Should have a valid video id (id, short UUID or UUID)")
	}
	return Ref{UUID: &id}, nil
}

// number reads a plain decimal that fits a bigint; short ids are longer.
func number(s string) (int64, bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, n > 0
}

func absent() error { return fail.New(fail.NotFound, "Video not found") }

// found turns the absence of a row into NotFound.
func found(err error) error {
	if err == pgx.ErrNoRows {
		return absent()
	}
	return err
}

// touched runs a statement that must change one video.
func touched(ctx context.Context, q db.Q, sql string, args pgx.NamedArgs) error {
	tag, err := q.Exec(ctx, sql, args)
	if err == nil && tag.RowsAffected() == 0 {
		return absent()
	}
	return err
}
