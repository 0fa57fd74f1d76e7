package inbox

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/comment"
	"shoal/server/fail"
	"shoal/server/outbox"
	"shoal/server/playlist"
	"shoal/server/receive"
	"shoal/server/remote"
	"shoal/server/video"
)

// notes are the types that are kept as comments.
var notes = []activity.Type{"Note", "Article", "Page", "Question"}

func (d *deed) create(ctx context.Context) (string, error) {
	gone, err := d.buried(ctx, d.thing.ID)
	if err != nil {
		return "", err
	}
	if gone && d.trust == activity.Whole {
		d.trust = activity.Fetch
	}
	if d.trust != activity.Whole {
		if d.thing.ID == "" {
			return "", errForm
		}
		if d.thing, err = d.Remote.Object(ctx, d.thing.ID); err != nil {
			return "", err
		}
	}
	switch {
	case d.thing.Is == "Video":
		return d.video(ctx, true)
	case slices.Contains(notes, d.thing.Is):
		return d.note(ctx)
	case d.thing.Is == "Playlist":
		return d.playlist(ctx)
	case d.thing.Is == "WatchAction":
		return d.watched(ctx)
	case d.thing.Is == "Tombstone":
		return "it is gone", nil
	}
	return "nothing is known of " + cleaned(string(d.thing.Is[:min(len(d.thing.Is), 50)])), nil
}

// owns tells whether the actor is one of those.
func (d *deed) owns(ids ...activity.ID) bool { return slices.Contains(ids, d.Actor) }

// video keeps a video that its owner describes. Of one that is known, only its owners say something new; where somebody else of
// their server does, that server is asked.
func (d *deed) video(ctx context.Context, tell bool) (string, error) {
	var v activity.Video
	if err := d.thing.Into(&v); err != nil {
		return "", errForm
	}
	o, err := receive.OwnersOf(ctx, d.pool(), v.ID)
	switch {
	case err == nil && o.Local:
		return "", errOurs
	case err == nil && d.trust == activity.Whole && !d.owns(o.Account, o.Channel):
		return d.fetched(ctx, v.ID)
	case err == nil && d.trust == activity.Whole && v.Updated.Before(o.UpdatedAt.Time):
		return "it is older than what is known", nil
	case err != nil && !fail.Is(err, fail.NotFound):
		return "", err
	case err != nil && d.trust == activity.Whole && !slices.ContainsFunc(v.AttributedTo, func(o activity.Owner) bool { return o.ID == d.Actor }):
		return d.fetched(ctx, v.ID)
	}
	_, err = d.Receiver.PutVideo(ctx, v, tell && err != nil && recent(v))
	return "", err
}

// recent tells whether somebody may still care to hear that a video is new.
func recent(v activity.Video) bool { return time.Since(v.Published.Time) < 7*24*time.Hour }

// fetched believes the origin of a video, and nobody else.
func (d *deed) fetched(ctx context.Context, id activity.ID) (string, error) {
	if !activity.SameOrigin(id, d.Actor) {
		return "", errOwner
	}
	t, err := d.Remote.Object(ctx, id)
	if err != nil {
		return "", err
	}
	var v activity.Video
	if t.Is != "Video" || t.Into(&v) != nil {
		return "", errForm
	}
	_, err = d.Receiver.PutVideo(ctx, v, false)
	return "", err
}

func (d *deed) note(ctx context.Context) (string, error) {
	var n activity.Note
	if err := d.thing.Into(&n); err != nil {
		return "", errForm
	}
	if n.AttributedTo != d.Actor {
		return "", errOwner
	}
	if n.InReplyTo == "" || n.Name != "" && n.Content == "" {
		return "it is no comment", nil
	}
	a, err := d.Receiver.PutComment(ctx, n)
	if remote.Spent(err) { // a long way up: not here
		return "a job asks for the thread", d.tx(ctx, func(tx pgx.Tx) error { return receive.Later(ctx, tx, n.ID) })
	}
	if err != nil || !a.Fresh || a.Held {
		return "", err
	}
	s, err := receive.CommentByURL(ctx, d.pool(), n.ID)
	if err != nil {
		return "", err
	}
	return "", d.forward(ctx, s.Video)
}

// forward passes on what is about a video of ours; the server it came from knows it.
func (d *deed) forward(ctx context.Context, videoID int64) error {
	return d.tx(ctx, func(tx pgx.Tx) error { return outbox.Forward(ctx, tx, d.raw, videoID, remote.Host(d.Actor)) })
}

func (d *deed) playlist(ctx context.Context) (string, error) {
	var p activity.Playlist
	if err := d.thing.Into(&p); err != nil || len(p.AttributedTo) != 1 {
		return "", errForm
	}
	c, err := d.Remote.Actor(ctx, p.AttributedTo[0])
	if err != nil {
		return "", err
	}
	owner, err := d.ownerOf(ctx, c)
	if err != nil || !d.owns(activity.ID(c.URL), owner) {
		return "", orOwner(err)
	}
	l, err := receive.PlaylistByURL(ctx, d.pool(), p.ID)
	if err == nil && (l.Local || !d.owns(l.Account, l.Channel)) || err != nil && !fail.Is(err, fail.NotFound) {
		return "", orOwner(err)
	}
	_, err = d.Receiver.PutPlaylist(ctx, p)
	return "", err
}

func orOwner(err error) error {
	if err != nil {
		return err
	}
	return errOwner
}

const ownerOf = `SELECT ac.url FROM account a JOIN actor ac ON ac.id = a.actor_id WHERE a.id = @account`

func (d *deed) ownerOf(ctx context.Context, c remote.Actor) (id activity.ID, err error) {
	err = d.pool().QueryRow(ctx, ownerOf, pgx.NamedArgs{"account": c.AccountID}).Scan(&id)
	return id, err
}

func (d *deed) update(ctx context.Context) (string, error) {
	var err error
	if d.trust != activity.Whole {
		if !activity.SameOrigin(d.thing.ID, d.Actor) {
			return "", errOwner
		}
		if d.thing, err = d.Remote.Object(ctx, d.thing.ID); err != nil {
			return "", err
		}
	}
	switch t := d.thing.Is; {
	case t == "Video":
		return d.video(ctx, false)
	case slices.Contains(notes, t):
		return d.noteAgain(ctx)
	case t == "Playlist":
		return d.playlist(ctx)
	case t == "Person" || t == "Group" || t == "Application" || t == "Service" || t == "Organization":
		if d.thing.ID != d.Actor {
			return "", errOwner
		}
		var doc activity.Actor
		if err := d.thing.Into(&doc); err != nil {
			return "", errForm
		}
		defer d.known.forget()
		_, err := d.Remote.Put(ctx, doc)
		return "", err
	}
	return "nothing is known of " + cleaned(string(d.thing.Is[:min(len(d.thing.Is), 50)])), nil
}

// noteAgain changes the words of a comment; one that is not known comes as a new one would.
func (d *deed) noteAgain(ctx context.Context) (string, error) {
	var n activity.Note
	if err := d.thing.Into(&n); err != nil {
		return "", errForm
	}
	if n.AttributedTo != d.Actor {
		return "", errOwner
	}
	s, err := receive.CommentByURL(ctx, d.pool(), n.ID)
	if fail.Is(err, fail.NotFound) {
		return d.note(ctx)
	}
	if err != nil {
		return "", err
	}
	text := receive.Markup(n)
	if text == "" || s.Local {
		return "", errForm
	}
	at := n.Updated.Time
	if at.IsZero() || at.After(d.now()) {
		at = d.now()
	}
	if err := d.tx(ctx, func(tx pgx.Tx) error { return comment.UpdateRemote(ctx, tx, s.ID, text, at, d.Site) }); err != nil {
		return "", err
	}
	return "", d.forward(ctx, s.Video)
}

const ownersOfComment = `
	SELECT c.id, c.video_id, c.local, v.local, coalesce(aa.url, ''), va.url, vc.url FROM comment c JOIN video v ON v.id = c.video_id
	JOIN channel ch ON ch.id = v.channel_id JOIN actor vc ON vc.id = ch.actor_id JOIN account va_ ON va_.id = ch.account_id JOIN actor va ON va.id = va_.actor_id
	LEFT JOIN account a ON a.id = c.account_id LEFT JOIN actor aa ON aa.id = a.actor_id WHERE c.url = @url`

// said is a comment with those who may take it away: its author, and whoever owns the video.
type said struct {
	ID, Video            int64
	Local, OnOurs        bool
	Author, Owner, Place activity.ID
}

// remove takes away what the actor owns. What is not known is remembered as gone.
func (d *deed) remove(ctx context.Context) (string, error) {
	id := d.thing.ID
	o, err := receive.OwnersOf(ctx, d.pool(), id)
	if err == nil {
		if o.Local || !d.owns(o.Account, o.Channel) && !d.proven(id) {
			return "", errOwner
		}
		if err := d.bury(ctx, id); err != nil {
			return "", err
		}
		return "", d.tx(ctx, func(tx pgx.Tx) error { return receive.Vanish(ctx, tx, o.VideoID) })
	}
	if !fail.Is(err, fail.NotFound) {
		return "", err
	}
	rows, _ := d.pool().Query(ctx, ownersOfComment, pgx.NamedArgs{"url": string(id)})
	s, err := pgx.CollectOneRow(rows, pgx.RowToStructByPos[said])
	if err == nil {
		return d.removeComment(ctx, id, s)
	}
	if err != pgx.ErrNoRows {
		return "", err
	}
	l, err := receive.PlaylistByURL(ctx, d.pool(), id)
	if err == nil {
		if l.Local || !d.owns(l.Account, l.Channel) && !d.proven(id) {
			return "", errOwner
		}
		return "", d.tx(ctx, func(tx pgx.Tx) error { return playlist.DeleteRemote(ctx, tx, l.ID) })
	}
	if !fail.Is(err, fail.NotFound) {
		return "", err
	}
	if !activity.SameOrigin(id, d.Actor) {
		return "", errOwner
	}
	return "it was not known", d.bury(ctx, id)
}

// proven tells whether the origin of a thing said itself that it is gone.
func (d *deed) proven(id activity.ID) bool {
	return d.held && d.trust == activity.Name && d.Signature == nil && len(d.Proof) == 0 && activity.SameOrigin(id, d.Actor)
}

func (d *deed) removeComment(ctx context.Context, id activity.ID, s said) (string, error) {
	mine := d.Actor == s.Author && !s.Local
	host := !s.OnOurs && d.owns(s.Owner, s.Place)
	if !mine && !host && !(d.proven(id) && !s.Local) {
		return "", errOwner
	}
	err := d.tx(ctx, func(tx pgx.Tx) error {
		if err := comment.DeleteRemote(ctx, tx, s.ID); err != nil || !s.OnOurs {
			return err
		}
		return outbox.Forward(ctx, tx, d.raw, s.Video, remote.Host(d.Actor))
	})
	if err == nil {
		err = d.bury(ctx, id)
	}
	return "", err
}

// announce keeps that a channel or a server shares a video; people's are of no meaning to us.
func (d *deed) announce(ctx context.Context) (string, error) {
	if d.by.Kind == "account" {
		return "people share nothing here", nil
	}
	if inner, err := d.thing.Activity(); err == nil && (inner.Type == "Create" || inner.Type == "Update") {
		t, ok := inner.Thing() // as groups do (FEP-1b12): its own server is asked
		if !ok || t.ID == "" {
			return "", errForm
		}
		_, err := d.Receiver.Comment(ctx, t.ID)
		return "", err
	}
	if d.thing.ID == "" {
		return "", errForm
	}
	id, local, err := d.Receiver.VideoByURL(ctx, d.thing.ID)
	if fail.Is(err, fail.NotFound) {
		if d.Remote.Ours(d.thing.ID) {
			return "it is no video of ours", nil
		}
		id, err = d.announced(ctx)
	}
	if err != nil {
		return "", err
	}
	return "", d.tx(ctx, func(tx pgx.Tx) error {
		fresh, err := video.ShareRemote(ctx, tx, id, d.by.ID, string(d.ID))
		if err != nil || !fresh || !local {
			return err
		}
		return outbox.Forward(ctx, tx, d.raw, id, remote.Host(d.Actor))
	})
}

// announced asks for a video that is new to us. Who follows its channel hears of it.
func (d *deed) announced(ctx context.Context) (int64, error) {
	t, err := d.Remote.Object(ctx, d.thing.ID)
	if err != nil {
		return 0, err
	}
	var v activity.Video
	if t.Is != "Video" || t.Into(&v) != nil {
		return 0, errForm
	}
	return d.Receiver.PutVideo(ctx, v, recent(v))
}
