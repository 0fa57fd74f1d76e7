package video

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Card is a video as lists show it.
type Card struct {
	ID                    int64
	UUID                  uuid.UUID
	URL                   string
	Local                 bool
	Name                  string
	Description           *string
	Category              *int
	Licence               *int
	Language              *string
	Privacy               int
	NSFW                  bool
	NSFWFlags             int
	NSFWSummary           *string
	Duration              float64 // seconds
	Width                 int
	Height                int
	Views                 int64
	Likes                 int
	Dislikes              int
	Comments              int
	Downloads             int64
	State                 int
	Blocked               bool // by moderators
	WaitTranscoding       bool
	CreatedAt             time.Time
	UpdatedAt             time.Time
	PublishedAt           time.Time
	OriginallyPublishedAt *time.Time
	Channel               Actor
	Account               Actor
	Images                []Image
	Position              *int // seconds, where the viewer stopped
}

// Actor is a channel or account inside a card.
type Actor struct {
	ID          int64 // of the channel or account
	Name        string
	DisplayName string
	URL         string
	Host        string // empty for our own
}

const cardColumns = `v.id, v.uuid, v.url, v.local, v.name, v.description, v.category, v.licence, v.language, v.privacy,
		v.nsfw, v.nsfw_flags, v.nsfw_summary, v.duration, v.width, v.height, v.views, v.likes, v.dislikes, v.comments, v.downloads,
		v.state, v.blocked, v.wait_transcoding, v.created_at, v.updated_at, v.published_at, v.originally_published_at,
		c.id, ca.name, ca.display_name, ca.url, ca.host, a.id, aa.name, aa.display_name, aa.url, aa.host, w.position`

const cardTables = `video v JOIN channel c ON c.id = v.channel_id JOIN actor ca ON ca.id = c.actor_id
		JOIN account a ON a.id = c.account_id JOIN actor aa ON aa.id = a.actor_id
		LEFT JOIN video_watch w ON w.video_id = v.id AND w.member_id = @member`

// fields are where the columns of cardColumns go.
func (c *Card) fields() []any {
	return []any{
		&c.ID, &c.UUID, &c.URL, &c.Local, &c.Name, &c.Description, &c.Category, &c.Licence, &c.Language, &c.Privacy,
		&c.NSFW, &c.NSFWFlags, &c.NSFWSummary, &c.Duration, &c.Width, &c.Height, &c.Views, &c.Likes, &c.Dislikes, &c.Comments, &c.Downloads,
		&c.State, &c.Blocked, &c.WaitTranscoding, &c.CreatedAt, &c.UpdatedAt, &c.PublishedAt, &c.OriginallyPublishedAt,
		&c.Channel.ID, &c.Channel.Name, &c.Channel.DisplayName, &c.Channel.URL, &c.Channel.Host,
		&c.Account.ID, &c.Account.Name, &c.Account.DisplayName, &c.Account.URL, &c.Account.Host, &c.Position,
	}
}

const cards = `SELECT ` + cardColumns + `
	FROM ` + cardTables + ` WHERE v.id = ANY(@ids::bigint[])`

const imagesOf = `SELECT video_id, kind, filename, width, height FROM video_image WHERE video_id = ANY(@ids::bigint[])`

// Cards gives videos in the order of ids, those that are absent left out. member, when not nil, is whose positions are told.
func Cards(ctx context.Context, q db.Q, ids []int64, member *int64) ([]Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var list []Card
	pictures := map[int64][]Image{}
	err := db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(cards, db.Args{"ids": ids, "member": member}).Query(func(rows pgx.Rows) (err error) {
			list, err = pgx.AppendRows(make([]Card, 0, len(ids)), rows, func(row pgx.CollectableRow) (c Card, err error) {
				return c, row.Scan(c.fields()...)
			})
			return err
		})
		b.Queue(imagesOf, db.Args{"ids": ids}).Query(func(rows pgx.Rows) error {
			return collectImages(rows, pictures)
		})
	})
	if err != nil {
		return nil, fmt.Errorf("reading videos: %w", err)
	}
	for i := range list {
		list[i].Images = pictures[list[i].ID]
		slices.SortFunc(list[i].Images, bySize)
	}
	slices.SortFunc(list, func(a, b Card) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return list, nil
}

func collectImages(rows pgx.Rows, into map[int64][]Image) error {
	var id int64
	var i Image
	_, err := pgx.ForEachRow(rows, []any{&id, &i.Kind, &i.Filename, &i.Width, &i.Height}, func() error {
		into[id] = append(into[id], i)
		return nil
	})
	return err
}
