package outbox

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/db"
	"shoal/server/delivery"
	"shoal/server/fail"
	"shoal/server/remote"
)

const addFact = `
	WITH f AS (INSERT INTO outbox (kind, object, subject, data) VALUES (@kind, @object, @subject, @data) RETURNING id)
	SELECT pg_notify('shoal_outbox', '') FROM f`

func add(ctx context.Context, q db.Q, kind, object string, subject int64, more map[string]any) error {
	text, err := json.Marshal(more)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, addFact, pgx.NamedArgs{"kind": kind, "object": object, "subject": subject, "data": json.RawMessage(text)})
	return err
}

// View is somebody here who watches a video.
type View struct {
	Video    int64
	Viewer   string // made up for each, in letters of addresses
	Watching *int   // how many watch now; nil for one view to be counted
}

// watchingFor is how long a number of viewers is good, as in PeerTube.
const watchingFor = 2 * time.Minute

// Views tells the server of a video that it was viewed, or how many watch it now; of a video of ours, the followers.
func Views(ctx context.Context, q db.Q, v View) error {
	return add(ctx, q, "view", "view:"+strconv.FormatInt(v.Video, 10)+":"+v.Viewer, v.Video,
		map[string]any{"viewer": v.Viewer, "watching": v.Watching, "until": time.Now().Add(watchingFor)})
}

const addView = `
	WITH f AS (INSERT INTO outbox (kind, object, subject, data)
		SELECT 'view', 'view:' || v.id || ':' || @viewer, v.id, jsonb_build_object('viewer', @viewer::text) FROM video v WHERE v.id = @video AND NOT v.local RETURNING id)
	SELECT pg_notify('shoal_outbox', '') FROM f`

// Viewed tells the server of a video that it was viewed here once. For videos of ours it does nothing: their counts are told by themselves.
func Viewed(ctx context.Context, q db.Q, videoID int64) error {
	_, err := q.Exec(ctx, addView, pgx.NamedArgs{"video": videoID, "viewer": rand.Text()})
	return err
}

// Approve tells somebody elsewhere that a comment of theirs may stand. What makes a comment seen tells it by itself.
func Approve(ctx context.Context, q db.Q, commentID int64) error {
	return add(ctx, q, "approve", "comment:"+strconv.FormatInt(commentID, 10), commentID, nil)
}

// Flag tells another server of a report. A new report tells it by itself.
func Flag(ctx context.Context, q db.Q, abuseID int64) error {
	return add(ctx, q, "flag", "flag:"+strconv.FormatInt(abuseID, 10), abuseID, nil)
}

// Move tells the followers of an actor of ours where it went.
func Move(ctx context.Context, q db.Q, actorID int64, target activity.ID) error {
	return add(ctx, q, "move", "actor:"+strconv.FormatInt(actorID, 10), actorID, map[string]any{"url": target})
}

const forwarding = `SELECT followers_inboxes(@actors::bigint[])`

// Forward passes on, as it came, what somebody elsewhere said about a video of ours; not to the host it came from.
// It is signed by the platform: it must carry a signature of its own, or be asked for at its origin.
func Forward(ctx context.Context, q db.Q, body []byte, videoID int64, exceptHost string) error {
	s, err := settingOf(ctx, q, videoID)
	switch {
	case fail.Is(err, fail.NotFound) || err == nil && (!s.local || s.platform == 0):
		return nil
	case err != nil:
		return err
	}
	var to []string
	if err := q.QueryRow(ctx, forwarding, pgx.NamedArgs{"actors": s.involved()}).Scan(&to); err != nil {
		return err
	}
	to = slices.DeleteFunc(to, func(inbox string) bool { return remote.Host(activity.ID(inbox)) == exceptHost })
	return delivery.Add(ctx, q, delivery.Item{ActorID: s.platform, Object: "video:" + strconv.FormatInt(videoID, 10), Body: body, To: to})
}
