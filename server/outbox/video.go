package outbox

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/apub/objects"
	"shoal/server/video"
	"shoal/shared/api"
)

const (
	// locked, so that it changes either before or after it is told
	videoState = `SELECT federated, privacy, blocked FROM video WHERE id = @id AND local FOR NO KEY UPDATE`

	channelsSharing = `
	SELECT a.id, a.url FROM video_share s JOIN actor a ON a.id = s.actor_id WHERE s.video_id = @id AND a.host = '' AND a.kind = 'channel' AND a.id <> @channel`
)

// video tells what other servers do not know yet of a video of ours.
func (t *teller) video(ctx context.Context) error {
	id := t.fact.Subject
	var known, blocked bool
	var privacy int
	if err := t.tx.QueryRow(ctx, videoState, pgx.NamedArgs{"id": id}).Scan(&known, &privacy, &blocked); err != nil {
		return absent(err)
	}
	shows, err := t.Site.Shows(ctx, t.tx, id)
	if err != nil {
		return err
	}
	s, err := settingOf(ctx, t.tx, id)
	if err != nil {
		return err
	}
	private := privacy != api.Public && (privacy != api.Unlisted || !t.Site.Unlisted)
	switch {
	case shows && !known:
		return t.createVideo(ctx, id, s)
	case shows:
		return t.updateVideo(ctx, id, s)
	case known && (private || blocked): // not while a new file is made ready
		return t.deleteVideo(ctx, id, s)
	}
	return nil
}

func (t *teller) createVideo(ctx context.Context, id int64, s setting) error {
	if err := video.Told(ctx, t.tx, id, true); err != nil {
		return err
	}
	a, err := t.Site.CreateVideo(ctx, t.tx, id)
	if err != nil {
		return err
	}
	to, err := t.followers(ctx, s.owner)
	if err != nil {
		return err
	}
	if err := t.post(ctx, s.owner, a, to); err != nil {
		return err
	}
	for _, by := range []int64{s.platform, s.channel} {
		if err := t.announce(ctx, id, by, s); err != nil {
			return err
		}
	}
	return nil
}

func (t *teller) announce(ctx context.Context, id, by int64, s setting) error {
	if err := video.ShareOurs(ctx, t.tx, id, by, string(objects.AnnounceID(s.url, by))); err != nil {
		return err
	}
	a, err := t.Site.Announce(ctx, t.tx, id, by)
	if err != nil {
		return err
	}
	to, err := t.followers(ctx, s.involved()...)
	if err != nil {
		return err
	}
	return t.post(ctx, by, a, to)
}

func (t *teller) updateVideo(ctx context.Context, id int64, s setting) error {
	if err := t.moveVideo(ctx, id, s); err != nil {
		return err
	}
	to, err := t.followers(ctx, s.involved()...)
	if err != nil || len(to) == 0 {
		return err
	}
	v, err := t.Site.Video(ctx, t.tx, id)
	if err != nil {
		return err
	}
	a, err := t.update(s.ownerURL, v.ID, v)
	if err != nil {
		return err
	}
	a.To, a.Cc = v.To, v.Cc
	return t.post(ctx, s.owner, a, to)
}

// update is a change of an object; no two have the same id.
func (t *teller) update(actor, id activity.ID, v any) (activity.Activity, error) {
	things, err := activity.Embed(v)
	a := activity.Activity{Type: "Update", ID: objects.UpdateID(id, t.now()), Actor: actor, Object: things}
	if err == nil {
		a.Context = objects.ContextOf(things[0].Is)
	}
	return a, err
}

// moveVideo has the channel announce a video that came from another one.
func (t *teller) moveVideo(ctx context.Context, id int64, s setting) error {
	rows, _ := t.tx.Query(ctx, channelsSharing, pgx.NamedArgs{"id": id, "channel": s.channel})
	type channel struct {
		ID  int64
		URL activity.ID
	}
	old, err := pgx.CollectRows(rows, pgx.RowToStructByPos[channel])
	if err != nil || len(old) == 0 {
		return err
	}
	for _, c := range old {
		to, err := t.followers(ctx, append(s.involved(), c.ID)...)
		if err != nil {
			return err
		}
		audience := activity.IDs{activity.Public, objects.FollowersID(c.URL), objects.FollowersID(s.channelURL), objects.FollowersID(s.ownerURL)}
		share := activity.Activity{Type: "Announce", ID: objects.AnnounceID(s.url, c.ID), Actor: c.URL, Object: activity.Named(s.url), To: audience, Cc: activity.IDs{}}
		undo, err := undoing(share)
		if err != nil {
			return err
		}
		if err := t.post(ctx, c.ID, undo, to); err != nil {
			return err
		}
		if err := video.UnshareOurs(ctx, t.tx, id, c.ID); err != nil {
			return err
		}
	}
	return t.announce(ctx, id, s.channel, s)
}

// undoing takes an activity back; the whole of it comes along, as PeerTube wants it.
func undoing(a activity.Activity) (activity.Activity, error) {
	a.Context = nil
	things, err := activity.Embed(a)
	return activity.Activity{Type: "Undo", ID: objects.UndoID(a.ID), Actor: a.Actor, Object: things, To: a.To, Cc: a.Cc}, err
}

func (t *teller) deleteVideo(ctx context.Context, id int64, s setting) error {
	if err := video.Told(ctx, t.tx, id, false); err != nil {
		return err
	}
	if err := video.UnshareOurs(ctx, t.tx, id, 0); err != nil {
		return err
	}
	to, err := t.followers(ctx, s.involved()...)
	if err != nil {
		return err
	}
	return t.post(ctx, s.owner, t.deletion(s.ownerURL, s.url), to)
}

// deletion is the end of an object.
func (t *teller) deletion(actor, object activity.ID) activity.Activity {
	id := objects.DeleteID(object)
	if !activity.SameOrigin(actor, object) {
		id = objects.TakenAwayID(actor, object)
	}
	return activity.Activity{
		Type: "Delete", ID: id, Actor: actor, Object: activity.Named(object),
		To: activity.IDs{activity.Public, objects.FollowersID(actor)}, Cc: activity.IDs{},
	}
}

// gone tells the end of something of which no row is left: the line knows who must hear it.
func (t *teller) gone(ctx context.Context) error {
	d := t.fact.Data
	by, who := d.Actor, activity.ID("")
	if t.fact.Kind == "actor-gone" {
		by, who = t.fact.Subject, activity.ID(d.URL)
	} else {
		var err error
		if who, err = t.addressOf(ctx, by); err != nil {
			return err // whose it was is gone, too, and that is told
		}
	}
	return t.post(ctx, by, t.deletion(who, activity.ID(d.URL)), d.Inboxes)
}
