package moderation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// Reports says which reports a list has. Zero values mean any.
type Reports struct {
	Reporter   int64 // account: only its own
	ID         int64
	State      int
	Predefined int
	Kind       string // video, comment or account
	Search     string
	ByReporter string
	OfFlagged  string
	OnVideo    string
	OnChannel  string
	VideoGone  bool
	VideoBlock bool   // the video is blocked
	Sort       string // id, createdAt or state
	Down       bool
	Start      int
	Count      int
}

const (
	ofAbuses = `
	FROM abuse b LEFT JOIN account r ON r.id = b.reporter_id LEFT JOIN actor ra ON ra.id = r.actor_id
	LEFT JOIN account f ON f.id = b.flagged_id LEFT JOIN actor fa ON fa.id = f.actor_id
	LEFT JOIN video v ON v.id = b.video_id LEFT JOIN channel c ON c.id = v.channel_id LEFT JOIN actor ca ON ca.id = c.actor_id
	LEFT JOIN comment co ON co.id = b.comment_id
	WHERE (@reporter::bigint = 0 OR b.reporter_id = @reporter) AND (@id::bigint = 0 OR b.id = @id) AND (@state::int = 0 OR b.state = @state)
		AND (@predefined::int = 0 OR @predefined = ANY(b.predefined)) AND (@kind = '' OR b.kind = @kind)
		AND (@by_reporter = '' OR strpos(plain(ra.name || ' ' || ra.display_name), plain(@by_reporter)) > 0)
		AND (@of_flagged = '' OR strpos(plain(fa.name || ' ' || fa.display_name), plain(@of_flagged)) > 0)
		AND (@on_video = '' OR strpos(plain(coalesce(v.name, b.seen->>'name')), plain(@on_video)) > 0)
		AND (@on_channel = '' OR strpos(plain(ca.name || ' ' || ca.display_name), plain(@on_channel)) > 0)
		AND (NOT @gone::bool OR b.kind = 'video' AND v.id IS NULL) AND (NOT @blocked::bool OR b.kind = 'video' AND v.blocked)
		AND (@search = '' OR strpos(plain(concat_ws(' ', ra.name, ra.display_name, fa.name, fa.display_name, coalesce(v.name, b.seen->>'name'), ca.display_name, b.reason)), plain(@search)) > 0)`

	abuses = `
	SELECT b.id, b.kind, b.reason, b.predefined, b.state, b.note, b.reporter_id, b.flagged_id, b.video_id, b.comment_id, b.start_at, b.end_at, b.seen,
		b.created_at, b.updated_at, v.uuid, v.name, coalesce(v.nsfw, false), coalesce(v.blocked, false), c.id, co.text, coalesce(co.thread_id, co.id), co.deleted_at IS NOT NULL,
		(SELECT count(*) FROM abuse_message m WHERE m.abuse_id = b.id),
		(SELECT count(*) FROM abuse o WHERE o.reporter_id = b.reporter_id), (SELECT count(*) FROM abuse o WHERE o.flagged_id = b.flagged_id),
		(SELECT count(*) FROM abuse o WHERE b.kind = 'video' AND o.kind = 'video' AND o.video_id = b.video_id),
		(SELECT count(*) FROM abuse o WHERE b.kind = 'video' AND o.kind = 'video' AND o.video_id = b.video_id AND o.id <= b.id),
		(SELECT i.filename FROM video_image i WHERE i.video_id = v.id AND i.kind = 'thumbnail' AND i.filename LIKE '%.jpg' ORDER BY i.width LIMIT 1)` + ofAbuses + `
	ORDER BY
		CASE WHEN @sort = 'state' AND @down::bool THEN b.state END DESC, CASE WHEN @sort = 'state' AND NOT @down THEN b.state END,
		CASE WHEN @down THEN -b.id ELSE b.id END
	LIMIT @count OFFSET @start`

	countAbuses = `SELECT count(*) ` + ofAbuses
)

// seen is what is kept of a thing that was reported, for when it is gone.
type seen struct {
	ID      int64     `json:"id"`
	UUID    uuid.UUID `json:"uuid"`
	Name    string    `json:"name"`
	NSFW    bool      `json:"nsfw"`
	Text    string    `json:"text"`
	Comment int64     `json:"comment"`
	Thread  int64     `json:"thread"`
}

// reported is a row of the list.
type reported struct {
	ID                                          int64
	Kind, Reason                                string
	Predefined                                  []int
	State                                       int
	Note                                        *string
	Reporter, Flagged, Video, Comment           *int64
	StartAt, EndAt                              *int
	Seen                                        json.RawMessage
	CreatedAt, UpdatedAt                        time.Time
	UUID                                        *uuid.UUID
	Name                                        *string
	NSFW, Blocked                               bool
	Channel                                     *int64
	Text                                        *string
	Thread                                      *int64
	CommentDeleted                              bool
	Messages, OfReporter, OfFlagged, OnVideo, N int
	Thumbnail                                   *string
}

// Found is a page of reports, with the channels of their videos by the reports' ids.
type Found struct {
	api.Page[api.Abuse]
	Channels map[int64]int64 // report to channel
}

// List is a page of reports. When Reporter is set, what only moderators see is left out.
func List(ctx context.Context, q db.Q, f Reports) (Found, error) {
	out := Found{Page: api.Page[api.Abuse]{Data: []api.Abuse{}}, Channels: map[int64]int64{}}
	args := pgx.NamedArgs{
		"reporter": f.Reporter, "id": f.ID, "state": f.State, "predefined": f.Predefined, "kind": f.Kind, "search": f.Search,
		"by_reporter": f.ByReporter, "of_flagged": f.OfFlagged, "on_video": f.OnVideo, "on_channel": f.OnChannel, "gone": f.VideoGone, "blocked": f.VideoBlock,
		"sort": f.Sort, "down": f.Down, "start": f.Start, "count": f.Count,
	}
	if err := q.QueryRow(ctx, countAbuses, args).Scan(&out.Total); err != nil {
		return out, err
	}
	rows, _ := q.Query(ctx, abuses, args)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[reported])
	if err != nil {
		return out, err
	}
	var ids []int64
	for _, r := range all {
		for _, id := range []*int64{r.Reporter, r.Flagged} {
			if id != nil {
				ids = append(ids, *id)
			}
		}
		if r.Channel != nil {
			out.Channels[r.ID] = *r.Channel
		}
	}
	people, err := account.Many(ctx, q, ids)
	if err != nil {
		return out, err
	}
	for _, r := range all {
		a, err := r.show(people, f.Reporter == 0)
		if err != nil {
			return out, err
		}
		out.Data = append(out.Data, a)
	}
	return out, nil
}

func (r reported) show(people map[int64]api.Account, moderating bool) (api.Abuse, error) {
	a := api.Abuse{
		ID: r.ID, Reason: r.Reason, Predefined: []string{}, State: api.Constant{ID: r.State, Label: api.AbuseStates[r.State]},
		Messages: r.Messages, CreatedAt: api.Time{Time: r.CreatedAt}, UpdatedAt: api.Time{Time: r.UpdatedAt},
		Flagged: person(people, r.Flagged),
	}
	for _, p := range r.Predefined {
		if p >= 1 && p <= len(api.AbuseReasons) {
			a.Predefined = append(a.Predefined, api.AbuseReasons[p-1])
		}
	}
	if moderating {
		a.Reporter, a.Note = person(people, r.Reporter), &r.Note
		a.ReportsOfReporter, a.ReportsOfFlagged = &r.OfReporter, &r.OfFlagged
	}
	var was seen
	if err := json.Unmarshal(r.Seen, &was); err != nil {
		return a, err
	}
	switch r.Kind {
	case "video":
		a.Video = r.video(was, moderating)
	case "comment":
		a.Comment = r.comment(was)
	}
	return a, nil
}

func (r reported) video(was seen, moderating bool) *api.AbuseVideo {
	v := &api.AbuseVideo{
		ID: was.ID, UUID: was.UUID.String(), ShortUUID: shortid.From(was.UUID), Name: was.Name, NSFW: was.NSFW,
		Deleted: r.UUID == nil, Blacklisted: r.Blocked, StartAt: r.StartAt, EndAt: r.EndAt, Thumbnails: []api.Thumbnail{},
	}
	if r.Name != nil {
		v.Name, v.NSFW = *r.Name, r.NSFW
	}
	if r.Thumbnail != nil {
		v.ThumbnailPath = "/lazy-static/thumbnails/" + *r.Thumbnail
	}
	if moderating {
		v.CountReports, v.NthReport = r.OnVideo, r.N
	}
	return v
}

func (r reported) comment(was seen) *api.AbuseComment {
	c := &api.AbuseComment{ID: was.Comment, ThreadID: was.Thread, Text: was.Text, Deleted: r.Comment == nil || r.CommentDeleted}
	if r.Text != nil && !r.CommentDeleted {
		c.Text = *r.Text
	}
	c.Video.ID, c.Video.UUID, c.Video.ShortUUID, c.Video.Name = was.ID, was.UUID.String(), shortid.From(was.UUID), was.Name
	if r.Name != nil {
		c.Video.Name = *r.Name
	}
	return c
}

func person(people map[int64]api.Account, id *int64) *api.Account {
	if id == nil {
		return nil
	}
	if a, ok := people[*id]; ok {
		return &a
	}
	return nil
}
