package objects

import (
	"context"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// shortest is how many letters a description has at least; PeerTube takes no video with fewer.
const shortest = 3

// film is a video of ours that may be seen outside, with all that is told of it.
type film struct {
	video.Details
	captions    []video.Caption
	storyboards []video.Storyboard
}

// shown tells whether other servers may know of a video.
func (s Site) shown(a video.Access) bool {
	return a.State == api.Published && !a.Blocked && (a.Privacy == api.Public || a.Privacy == api.Unlisted && s.Unlisted)
}

// Shows tells whether other servers may know of a video of ours now; of elsewhere, whether it is for everybody.
func (s Site) Shows(ctx context.Context, q db.Q, videoID int64) (bool, error) {
	a, err := video.AccessOf(ctx, q, video.Ref{ID: &videoID})
	return err == nil && s.shown(a), err
}

func (s Site) film(ctx context.Context, q db.Q, id int64) (f film, err error) {
	if f.Details, err = video.One(ctx, q, video.Ref{ID: &id}, nil); err != nil {
		return f, err
	}
	if !f.Local || !s.shown(f.Access()) {
		return f, absent()
	}
	if f.captions, err = video.Captions(ctx, q, id); err != nil {
		return f, err
	}
	f.storyboards, err = video.Storyboards(ctx, q, id)
	return f, err
}

// Video is a video of ours, without a context.
func (s Site) Video(ctx context.Context, q db.Q, id int64) (activity.Video, error) {
	f, err := s.film(ctx, q, id)
	if err != nil {
		return activity.Video{}, err
	}
	return s.video(f), nil
}

func (s Site) video(f film) activity.Video {
	id, owner := activity.ID(f.URL), activity.ID(f.Account.URL)
	v := activity.Video{
		Type: "Video", ID: id, Name: f.Name, Duration: activity.Seconds(math.Round(f.Duration)), UUID: f.UUID.String(),
		Views: int(f.Views), Sensitive: f.NSFW, Summary: f.NSFWSummary, WaitTranscoding: f.WaitTranscoding,
		State: new(f.State), CommentsEnabled: new(f.CommentsPolicy != api.CommentsClosed), CommentsPolicy: new(f.CommentsPolicy),
		DownloadEnabled: new(f.DownloadEnabled), Downloads: new(int(f.Downloads)),
		Published: activity.Time{Time: f.PublishedAt}, Updated: activity.Time{Time: f.UpdatedAt},
		Tag: tags(f.Tags, f.NSFWFlags), MediaType: "text/markdown", Content: long(f.Description), Support: f.Support,
		SubtitleLanguage: s.captions(f), Icon: s.icons(f), Preview: s.previews(f), AspectRatio: ratio(f.Width, f.Height), URL: s.links(f),
		Likes: LikesID(id), Dislikes: DislikesID(id), Shares: SharesID(id), Comments: CommentsID(id), Replies: CommentsID(id),
		Collection: CommentsID(id), HasParts: ChaptersID(id), PlayerSettings: SettingsID(id), Audience: activity.ID(f.Channel.URL),
		AttributedTo: activity.Many[activity.Owner]{{Type: "Person", ID: owner}, {Type: "Group", ID: activity.ID(f.Channel.URL)}},
	}
	v.To, v.Cc = audience(f.Privacy == api.Public, owner)
	if v.Updated.Before(v.Published.Time) { // GoToSocial would take it for broken
		v.Updated = v.Published
	}
	if f.OriginallyPublishedAt != nil {
		v.OriginallyPublishedAt = activity.Time{Time: *f.OriginallyPublishedAt}
	}
	if f.SourceAt != nil {
		v.UploadDate = activity.Time{Time: *f.SourceAt}
	}
	if f.CommentsPolicy != api.CommentsOpen {
		v.CanReply = new(activity.ID(activity.Public)) // so PeerTube says that replies are not for everybody
	}
	if f.EmbedPolicy == api.EmbedAll { // absent: no site may
		v.EmbedURL = activity.ID(s.URL + "/videos/embed/" + shortid.From(f.UUID))
	}
	v.Attachment = s.attachments(f, v.Icon)
	choices(&v, f)
	return v
}

// choices are what is chosen from lists.
func choices(v *activity.Video, f film) {
	if f.Category != nil {
		v.Category = &activity.Identifier{Identifier: strconv.Itoa(*f.Category), Name: api.Categories[*f.Category]}
	}
	if f.Licence != nil {
		v.Licence = &activity.Identifier{Identifier: strconv.Itoa(*f.Licence), Name: api.Licences[*f.Licence]}
	}
	if f.Language != nil {
		v.Language = &activity.Identifier{Identifier: *f.Language, Name: api.Languages[*f.Language]}
	}
}

// flags are what makes a video sensitive, as PeerTube 7.2 names it.
var flags = []struct {
	bit  int
	name string
}{{1, "violent"}, {2, "explicitSex"}}

func tags(words []string, sensitive int) activity.Many[activity.Link] {
	out := activity.Many[activity.Link]{}
	for _, w := range words {
		out = append(out, activity.Link{Type: "Hashtag", Name: w})
	}
	for _, f := range flags {
		if sensitive&f.bit != 0 {
			out = append(out, activity.Link{Type: "SensitiveTag", Name: f.name})
		}
	}
	return out
}

// long is a text that PeerTube would take.
func long(text *string) *string {
	if text == nil || utf8.RuneCountInString(*text) < shortest {
		return nil
	}
	return text
}

func ratio(width, height int) *float64 {
	if width <= 0 || height <= 0 {
		return nil
	}
	const places = 10_000
	return new(math.Round(float64(width)/float64(height)*places) / places)
}

// Chapters are the parts of a video of ours, without a context.
func (s Site) Chapters(ctx context.Context, q db.Q, id int64) (activity.Chapters, error) {
	f, err := s.film(ctx, q, id)
	if err != nil {
		return activity.Chapters{}, err
	}
	list, err := video.Chapters(ctx, q, id)
	out := activity.Chapters{ID: ChaptersID(activity.ID(f.URL)), HasPart: activity.Many[activity.Chapter]{}}
	for i, c := range list {
		end := max(int(math.Round(f.Duration)), c.Timecode)
		if i+1 < len(list) {
			end = list[i+1].Timecode
		}
		out.HasPart = append(out.HasPart, activity.Chapter{Name: c.Title, Start: c.Timecode, End: end})
	}
	return out, err
}

// VideoSettings are how the player shows a video of ours, without a context.
func (s Site) VideoSettings(ctx context.Context, q db.Q, id int64) (activity.PlayerSettings, error) {
	f, err := s.film(ctx, q, id)
	if err != nil {
		return activity.PlayerSettings{}, err
	}
	theme, err := video.PlayerTheme(ctx, q, id, true, "")
	return activity.PlayerSettings{Type: "PlayerSettings", ID: SettingsID(activity.ID(f.URL)), Object: activity.ID(f.URL), Theme: theme}, err
}

const channelTheme = `
	SELECT a.url, c.player_theme FROM channel c JOIN actor a ON a.id = c.actor_id WHERE a.id = @actor AND a.host = ''`

// ChannelSettings are how the player shows the videos of a channel of ours, without a context.
func (s Site) ChannelSettings(ctx context.Context, q db.Q, actorID int64) (activity.PlayerSettings, error) {
	var at activity.ID
	p := activity.PlayerSettings{Type: "PlayerSettings"}
	err := q.QueryRow(ctx, channelTheme, pgx.NamedArgs{"actor": actorID}).Scan(&at, &p.Theme)
	p.ID, p.Object = SettingsID(at), at
	return p, found(err)
}
