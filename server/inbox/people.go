package inbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/comment"
	"shoal/server/fail"
	"shoal/server/follow"
	"shoal/server/moderation"
	"shoal/server/receive"
	"shoal/server/remote"
	"shoal/server/video"
	"shoal/shared/api"
)

// Limits of what people elsewhere do.
const (
	mostFlagged  = 20
	viewsPerHour = 2000 // of one video, that one server may tell of
)

// ours finds an actor of ours by its address.
func (d *deed) ours(ctx context.Context, id activity.ID) (remote.Actor, error) {
	a, err := remote.Known(ctx, d.pool(), id)
	if err == nil && !a.Local() {
		err = fail.New(fail.NotFound, "This is no account and no channel of ours.")
	}
	return a, err
}

func (d *deed) follow(ctx context.Context) (string, error) {
	whom, err := d.ours(ctx, d.thing.ID)
	if err != nil {
		return "", err
	}
	set, err := d.Instance.Settings(ctx)
	if err != nil {
		return "", err
	}
	state, may := follow.Accept, set.Follows.Channels
	if whom.Kind == "instance" {
		if may = set.Follows.Platform; set.Follows.Approve {
			state = follow.Pending
		}
	}
	if !may {
		state = follow.Rejected
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		state, err := follow.Received(ctx, tx, d.by.ID, whom.ID, string(d.ID), state)
		if err != nil || state == follow.Rejected || !set.Follows.Back || whom.Kind != "instance" || d.by.Kind != "instance" {
			return err
		}
		return follow.Back(ctx, tx, whom.ID, d.by.ID)
	})
}

// follower is the one of ours whose follow is answered: as the answer repeats it, or as its name tells.
func (d *deed) follower(ctx context.Context) (remote.Actor, error) {
	if d.thing.Is == "Follow" {
		if f, err := d.thing.Activity(); err == nil && f.Actor != "" {
			return d.ours(ctx, f.Actor)
		}
	}
	who, _, ok := strings.Cut(string(d.thing.ID), "/follows/")
	if !ok {
		return remote.Actor{}, fail.New(fail.NotFound, "This answers nothing that is known.")
	}
	return d.ours(ctx, activity.ID(who))
}

func (d *deed) answer(ctx context.Context) (string, error) {
	who, err := d.follower(ctx)
	if err != nil {
		return "", err
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		if d.Type == "Reject" {
			return follow.Refused(ctx, tx, who.ID, d.by.ID)
		}
		fresh, err := follow.Accepted(ctx, tx, who.ID, d.by.ID)
		if err != nil || !fresh {
			return err
		}
		return receive.AskPast(ctx, tx, d.by.ID)
	})
}

const undoing = `
	SELECT 'Follow', followed_id FROM follow WHERE follower_id = @actor AND url = @url
	UNION ALL SELECT CASE WHEN liked THEN 'Like' ELSE 'Dislike' END, video_id FROM video_rate WHERE account_id = @account AND url = @url
	UNION ALL SELECT 'Announce', video_id FROM video_share WHERE actor_id = @actor AND url = @url LIMIT 1`

// undo takes back what the actor did, told whole or by its name.
func (d *deed) undo(ctx context.Context) (string, error) {
	var kind activity.Type
	var about int64
	err := d.pool().QueryRow(ctx, undoing, pgx.NamedArgs{"actor": d.by.ID, "account": d.by.AccountID, "url": string(d.thing.ID)}).Scan(&kind, &about)
	if err == pgx.ErrNoRows && d.thing.Embedded() {
		if kind, about, err = d.undone(ctx); fail.Is(err, fail.NotFound) {
			return "it was not known", nil
		}
	}
	if err == pgx.ErrNoRows {
		return "it was not known", nil
	}
	if err != nil {
		return "", err
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		switch kind {
		case "Follow":
			return follow.Undone(ctx, tx, d.by.ID, about)
		case "Like", "Dislike":
			return video.UnrateRemote(ctx, tx, d.by.AccountID, about, kind == "Like")
		case "Announce":
			return video.UnshareRemote(ctx, tx, about, d.by.ID, string(d.thing.ID))
		}
		return nil
	})
}

// undone reads what is taken back, when its name is not known.
func (d *deed) undone(ctx context.Context) (kind activity.Type, about int64, err error) {
	a, err := d.thing.Activity()
	if err != nil || a.Actor != d.Actor {
		return "", 0, errForm
	}
	t, ok := a.Thing()
	if !ok {
		return "", 0, errForm
	}
	if a.Type == "Follow" {
		whom, err := d.ours(ctx, t.ID)
		return a.Type, whom.ID, err
	}
	id, _, err := d.Receiver.VideoByURL(ctx, t.ID)
	return a.Type, id, err
}

// rate keeps what people think of videos of ours; of others, their own servers count.
func (d *deed) rate(ctx context.Context) (string, error) {
	id, local, err := d.Receiver.VideoByURL(ctx, d.thing.ID)
	if fail.Is(err, fail.NotFound) || err == nil && !local {
		return "it is no video of ours", nil
	}
	if err != nil {
		return "", err
	}
	if d.by.Kind != "account" {
		return "", fail.New(fail.Unprocessable, "Only people like videos.")
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		return video.RateRemote(ctx, tx, d.by.AccountID, id, d.Type == "Like", string(d.ID))
	})
}

// view counts a view of a video of ours. How many watch at this moment is not kept.
func (d *deed) view(ctx context.Context) (string, error) {
	if d.Result != nil || !d.Expires.IsZero() {
		return "it tells who watches now", nil
	}
	id, local, err := d.Receiver.VideoByURL(ctx, d.thing.ID)
	if fail.Is(err, fail.NotFound) || err == nil && !local {
		return "it is no video of ours", nil
	}
	if err != nil {
		return "", err
	}
	if d.views.over(d.by.Host+" "+string(d.thing.ID), Limit{viewsPerHour, time.Hour}, d.now()) {
		return "too many views of one server", nil
	}
	return "", d.once(ctx, func(tx pgx.Tx) error { return video.ViewedElsewhere(ctx, tx, id, 1) })
}

// watched keeps how a video of ours was watched elsewhere.
func (d *deed) watched(ctx context.Context) (string, error) {
	var w activity.WatchAction
	if err := d.thing.Into(&w); err != nil || w.Status != "CompletedActionStatus" {
		return "", errForm
	}
	id, local, err := d.Receiver.VideoByURL(ctx, w.Object)
	if fail.Is(err, fail.NotFound) || err == nil && !local {
		return "it is no video of ours", nil
	}
	if err != nil {
		return "", err
	}
	now := d.now()
	if w.EndTime.Before(w.StartTime.Time) || w.EndTime.After(now.Add(time.Hour)) || now.Sub(w.StartTime.Time) > 7*24*time.Hour {
		return "", errForm
	}
	if d.views.over("watched "+d.by.Host+" "+string(w.Object), Limit{viewsPerHour, time.Hour}, now) {
		return "too many viewers of one server", nil
	}
	var parts []video.Section
	for _, s := range w.Sections {
		if s.Start >= 0 && s.End > s.Start && s.End < 1<<22 {
			parts = append(parts, video.Section{From: s.Start, To: s.End})
		}
	}
	return "", d.once(ctx, func(tx pgx.Tx) error {
		return video.VisitedElsewhere(ctx, tx, id, w.StartTime.Time, w.EndTime.Time, parts)
	})
}

// flag keeps what is reported of ours. Mastodon names an account and its posts together, and speaks for all its people by its
// server's own actor.
func (d *deed) flag(ctx context.Context) (string, error) {
	report := moderation.New{Reporter: d.by.AccountID, Reason: remote.Text(d.Content, 3000), StartAt: d.StartAt, EndAt: d.EndAt}
	if d.by.Kind == "channel" {
		return "", fail.New(fail.Unprocessable, "Channels report nothing.")
	}
	for _, t := range d.Tag {
		if slices.Contains(api.AbuseReasons, t.Name) && len(report.Predefined) < len(api.AbuseReasons) {
			report.Predefined = append(report.Predefined, t.Name)
		}
	}
	var things, people []moderation.New
	for _, t := range d.Object[:min(len(d.Object), mostFlagged)] {
		if !d.Remote.Ours(t.ID) {
			continue
		}
		one := report
		if id, local, err := d.Receiver.VideoByURL(ctx, t.ID); err == nil && local {
			one.Video = id
			things = append(things, one)
		} else if s, err := receive.CommentByURL(ctx, d.pool(), t.ID); err == nil && !s.Deleted {
			one.Comment = s.ID
			things = append(things, one)
		} else if a, err := d.ours(ctx, t.ID); err == nil && a.AccountID != 0 {
			one.Account = a.AccountID
			people = append(people, one)
		}
	}
	if len(things) == 0 {
		things = people
	}
	if len(things) == 0 {
		return "it is about nothing of ours", nil
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		for _, one := range things {
			if _, err := moderation.AddRemoteReport(ctx, tx, one); err != nil {
				return err
			}
		}
		return nil
	})
}

// approve keeps that the owner of a video elsewhere lets a comment stand.
func (d *deed) approve(ctx context.Context) (string, error) {
	rows, _ := d.pool().Query(ctx, ownersOfComment, pgx.NamedArgs{"url": string(d.thing.ID)})
	s, err := pgx.CollectOneRow(rows, pgx.RowToStructByPos[said])
	switch {
	case err == pgx.ErrNoRows:
		return "the comment is not known", nil
	case err != nil:
		return "", err
	case s.OnOurs || !d.owns(s.Owner, s.Place):
		return "", errOwner
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		if s.Local {
			return comment.ApprovedElsewhere(ctx, tx, s.ID, string(d.ID))
		}
		return comment.LetRemote(ctx, tx, s.ID)
	})
}

// move lets those who follow somebody follow them to another address, which must know of the old one.
func (d *deed) move(ctx context.Context) (string, error) {
	to, err := d.Remote.Refresh(ctx, d.Target)
	if err != nil {
		return "", err
	}
	if !slices.Contains(to.AlsoKnownAs, string(d.Actor)) || to.Kind != d.by.Kind {
		return "", fail.New(fail.Forbidden, "The new address knows nothing of the old one.")
	}
	return "", pgx.BeginFunc(ctx, d.pool(), func(tx pgx.Tx) error { // the old address is told that we follow no more
		return follow.Moved(ctx, tx, d.by.ID, to.ID)
	})
}

// block ends what is between somebody and one of ours whom they do not want to hear.
func (d *deed) block(ctx context.Context) (string, error) {
	whom, err := d.ours(ctx, d.thing.ID)
	if err != nil {
		return "", err
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		if err := follow.Undone(ctx, tx, d.by.ID, whom.ID); err != nil {
			return err
		}
		return follow.Refused(ctx, tx, whom.ID, d.by.ID)
	})
}
