package channel

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/picture"
	"shoal/shared/api"
)

// What is done in a channel, as PeerTube counts it.
const (
	Created         = 1
	Updated         = 2
	Deleted         = 3
	CaptionsUpdated = 4
	ChaptersUpdated = 5
	PasswordsSet    = 6
	StudioAsked     = 7
	SourceReplaced  = 8
	ElementsUpdated = 9
	GivenAway       = 10
	TakenOver       = 11
)

// What it is done to.
const (
	AVideo    = 1
	APlaylist = 2
	AChannel  = 3
	ASync     = 4
	AnImport  = 5
)

var (
	actions = map[int]string{
		Created: "Created", Updated: "Updated", Deleted: "Deleted", CaptionsUpdated: "Updated captions", ChaptersUpdated: "Updated chapters",
		PasswordsSet: "Updated passwords", StudioAsked: "Asked for studio changes", SourceReplaced: "Replaced the file",
		ElementsUpdated: "Updated elements", GivenAway: "Gave the channel away", TakenOver: "Took the channel over",
	}
	targets = map[int]string{AVideo: "Video", APlaylist: "Playlist", AChannel: "Channel", ASync: "Channel synchronization", AnImport: "Video import"}
	keys    = map[int]string{AVideo: "video", APlaylist: "playlist", ASync: "channelSync", AnImport: "videoImport"}
)

// Done is something that somebody did in a channel.
type Done struct {
	ChannelID int64
	AccountID int64
	Action    int
	Target    int
	TargetID  int64          // 0 for the channel itself
	About     map[string]any // what the target is called: id, name, uuid, shortUUID, url, isLive …
	Details   map[string]any
}

const noteDone = `
	INSERT INTO channel_activity (channel_id, account_id, action, target, target_id, about, details)
	VALUES (@channel, @account, @action, @target, @target_id, @about, @details)`

// Note writes down what somebody did in a channel, in the transaction that does it.
func Note(ctx context.Context, q db.Q, d Done) error {
	if d.About == nil {
		d.About = map[string]any{}
	}
	if d.Details == nil {
		d.Details = map[string]any{}
	}
	_, err := q.Exec(ctx, noteDone, pgx.NamedArgs{
		"channel": d.ChannelID, "account": d.AccountID, "action": d.Action, "target": d.Target, "target_id": d.TargetID,
		"about": d.About, "details": d.Details,
	})
	return err
}

const activities = `
	SELECT y.id, y.action, y.target, y.about, y.details, y.created_at, c.id, ac.name, ac.display_name, ac.url,
	       a.id, COALESCE(aa.name, ''), COALESCE(aa.display_name, ''), COALESCE(aa.url, ''), COALESCE(aa.host, ''), COALESCE(aa.avatars, '[]'),
	       count(*) OVER ()
	FROM channel_activity y JOIN channel c ON c.id = y.channel_id JOIN actor ac ON ac.id = c.actor_id
	LEFT JOIN account a ON a.id = y.account_id LEFT JOIN actor aa ON aa.id = a.actor_id
	WHERE y.channel_id = @channel ORDER BY CASE WHEN @down::bool THEN -y.id ELSE y.id END LIMIT @count OFFSET @start`

// Activities are what was done in a channel.
func Activities(ctx context.Context, q db.Q, id int64, down bool, start, count int) (page api.Page[api.Activity], err error) {
	rows, _ := q.Query(ctx, activities, pgx.NamedArgs{"channel": id, "down": down, "start": start, "count": count})
	page.Data, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (api.Activity, error) { return scanActivity(row, &page.Total) })
	return page, err
}

func scanActivity(row pgx.CollectableRow, total *int64) (y api.Activity, err error) {
	var who *int64
	var a api.ActorSummary
	var faces []picture.Kept
	var about map[string]any
	err = row.Scan(&y.ID, &y.Action.ID, &y.TargetType.ID, &about, &y.Details, &y.CreatedAt, &y.Channel.ID, &y.Channel.Name,
		&y.Channel.DisplayName, &y.Channel.URL, &who, &a.Name, &a.DisplayName, &a.URL, &a.Host, &faces, total)
	if who != nil {
		a.ID, a.Host, a.Avatars = *who, account.Host(a.Host, a.URL), account.Avatars(faces, a.URL)
		y.Account = &a
	}
	y.Action.Label, y.TargetType.Label = actions[y.Action.ID], targets[y.TargetType.ID]
	switch keys[y.TargetType.ID] {
	case "video":
		y.Video = about
	case "playlist":
		y.Playlist = about
	case "channelSync":
		y.ChannelSync = about
	case "videoImport":
		y.VideoImport = about
	}
	return y, err
}
