package outbox

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/apub/objects"
	"shoal/server/fail"
	"shoal/server/keyring"
	"shoal/shared/api"
)

// isThere tells whether a thing may be seen, of the error that came of asking for it.
func isThere(err error) (bool, error) {
	if fail.Is(err, fail.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// view tells that a video was viewed, or how many watch it.
func (t *teller) view(ctx context.Context) error {
	d := t.fact.Data
	if d.Watching != nil && t.now().After(d.Until) {
		return nil
	}
	s, err := settingOf(ctx, t.tx, t.fact.Subject)
	if err != nil {
		return err
	}
	a := activity.Activity{
		Type: "View", ID: objects.ViewID(t.Site.URL, t.fact.Subject, d.Viewer), Actor: objects.InstanceID(t.Site.URL),
		Object: activity.Named(s.url), To: activity.IDs{s.ownerURL}, Cc: activity.IDs{},
	}
	if d.Watching != nil {
		a.Expires, a.Result = activity.Time{Time: d.Until}, &activity.Result{Type: "InteractionCounter", Interaction: "WatchAction", Count: *d.Watching}
	}
	by, _, err := keyring.Instance(ctx, t.tx, t.Site.URL)
	if err != nil {
		return err
	}
	if !s.local {
		to, err := t.inboxes(ctx, s.ownerURL)
		if err != nil {
			return err
		}
		return t.send(ctx, by, a, to, true)
	}
	if shows, err := t.Site.Shows(ctx, t.tx, t.fact.Subject); err != nil || !shows {
		return err
	}
	a.To, a.Cc = activity.IDs{activity.Public}, activity.IDs{objects.FollowersID(a.Actor), objects.FollowersID(s.ownerURL)}
	to, err := t.followers(ctx, s.involved()...)
	if err != nil {
		return err
	}
	return t.send(ctx, by, a, to, true)
}

const visit = `
	SELECT video_id, started_at, ended_at, watched,
		coalesce((SELECT array_agg(lower(s) ORDER BY lower(s)) FROM unnest(sections) s), '{}')::int[],
		coalesce((SELECT array_agg(upper(s) ORDER BY lower(s)) FROM unnest(sections) s), '{}')::int[]
	FROM video_visit WHERE id = @id`

// visits makes ids of rows that have only numbers.
var visits = uuid.MustParse("6c3f5f0e-6e0b-4b59-9a31-0c41d2f6a6b4")

func watchID(what string) uuid.UUID { return uuid.NewSHA1(visits, []byte(what)) }

// watch tells the server of a video how long somebody here watched it.
func (t *teller) watch(ctx context.Context) error {
	id := t.fact.Subject
	var videoID int64
	var from, to time.Time
	var seconds int
	var starts, ends []int
	if err := t.tx.QueryRow(ctx, visit, pgx.NamedArgs{"id": id}).Scan(&videoID, &from, &to, &seconds, &starts, &ends); err != nil {
		return absent(err)
	}
	s, err := settingOf(ctx, t.tx, videoID)
	if err != nil || s.local {
		return err
	}
	by, who, err := keyring.Instance(ctx, t.tx, t.Site.URL)
	if err != nil {
		return err
	}
	name := watchID(t.Site.URL + t.fact.Object)
	w := activity.WatchAction{
		ID: objects.WatchID(t.Site.URL, name), Type: "WatchAction", StartTime: activity.Time{Time: from}, EndTime: activity.Time{Time: to},
		Duration: activity.Seconds(seconds), Object: s.url, UUID: name.String(), Status: "CompletedActionStatus",
		To: activity.IDs{s.ownerURL}, Cc: activity.IDs{},
	}
	for i := range starts {
		w.Sections = append(w.Sections, activity.Section{Start: starts[i], End: ends[i]})
	}
	a, err := objects.Create(activity.ID(who), w)
	if err != nil {
		return err
	}
	inboxes, err := t.inboxes(ctx, s.ownerURL)
	if err != nil {
		return err
	}
	return t.send(ctx, by, a, inboxes, true)
}

const report = `
	SELECT ra.id, ra.url, fa.url, b.reason, b.predefined, b.start_at, b.end_at,
		CASE b.kind WHEN 'video' THEN v.url WHEN 'comment' THEN c.url ELSE fa.url END
	FROM abuse b JOIN account r ON r.id = b.reporter_id JOIN actor ra ON ra.id = r.actor_id JOIN account f ON f.id = b.flagged_id JOIN actor fa ON fa.id = f.actor_id
	LEFT JOIN video v ON v.id = b.video_id LEFT JOIN comment c ON c.id = b.comment_id WHERE b.id = @id AND ra.host = '' AND fa.host <> ''`

// flag tells the server of what was reported.
func (t *teller) flag(ctx context.Context) error {
	var by int64
	var flagged activity.ID
	var object *activity.ID
	var reasons []int
	id := t.fact.Subject
	a := activity.Activity{Type: "Flag", ID: objects.FlagID(t.Site.URL, id), MediaType: "text/markdown", Cc: activity.IDs{}, Tag: activity.Many[activity.Link]{}}
	err := t.tx.QueryRow(ctx, report, pgx.NamedArgs{"id": id}).Scan(&by, &a.Actor, &flagged, &a.Content, &reasons, &a.StartAt, &a.EndAt, &object)
	if err != nil || object == nil {
		return absent(err)
	}
	for _, r := range reasons {
		if r >= 1 && r <= len(api.AbuseReasons) {
			a.Tag = append(a.Tag, activity.Link{Type: "Hashtag", Name: api.AbuseReasons[r-1]})
		}
	}
	a.Object, a.To = activity.Named(*object), activity.IDs{flagged}
	to, err := t.inboxes(ctx, flagged)
	if err != nil {
		return err
	}
	return t.post(ctx, by, a, to)
}
