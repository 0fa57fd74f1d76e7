package video

import (
	"time"

	"github.com/google/uuid"
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
		v.state, v.wait_transcoding, v.created_at, v.updated_at, v.published_at, v.originally_published_at,
		c.id, ca.name, ca.display_name, ca.url, ca.host, a.id, aa.name, aa.display_name, aa.url, aa.host,
		(SELECT json_agg(json_build_object('kind', i.kind, 'filename', i.filename, 'width', i.width, 'height', i.height) ORDER BY i.width, i.filename)
			FROM video_image i WHERE i.video_id = v.id),
		(SELECT w.position FROM video_watch w WHERE w.video_id = v.id AND w.member_id = @member)`

const cardTables = `video v JOIN channel c ON c.id = v.channel_id JOIN actor ca ON ca.id = c.actor_id
		JOIN account a ON a.id = c.account_id JOIN actor aa ON aa.id = a.actor_id`

// fields are where the columns of cardColumns go.
func (c *Card) fields() []any {
	return []any{
		&c.ID, &c.UUID, &c.URL, &c.Local, &c.Name, &c.Description, &c.Category, &c.Licence, &c.Language, &c.Privacy,
		&c.NSFW, &c.NSFWFlags, &c.NSFWSummary, &c.Duration, &c.Width, &c.Height, &c.Views, &c.Likes, &c.Dislikes, &c.Comments, &c.Downloads,
		&c.State, &c.WaitTranscoding, &c.CreatedAt, &c.UpdatedAt, &c.PublishedAt, &c.OriginallyPublishedAt,
		&c.Channel.ID, &c.Channel.Name, &c.Channel.DisplayName, &c.Channel.URL, &c.Channel.Host,
		&c.Account.ID, &c.Account.Name, &c.Account.DisplayName, &c.Account.URL, &c.Account.Host,
		&c.Images, &c.Position,
	}
}
