package outbox

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/apub/objects"
	"shoal/server/playlist"
	"shoal/server/remote"
)

const (
	commentNow = `
	SELECT c.url, c.video_id, c.local, NOT (c.held AND v.local) AND c.deleted_at IS NULL, c.deleted_at IS NOT NULL, coalesce(ac.url, ''), c.approval
	FROM comment c JOIN video v ON v.id = c.video_id LEFT JOIN account a ON a.id = c.account_id LEFT JOIN actor ac ON ac.id = a.actor_id WHERE c.id = @id`

	// who wrote what a comment answers
	answering = `
	WITH RECURSIVE up AS (
		SELECT c.parent_id, 1 AS step FROM comment c WHERE c.id = @id
		UNION ALL SELECT c.parent_id, up.step + 1 FROM up JOIN comment c ON c.id = up.parent_id WHERE up.step < 100)
	SELECT DISTINCT ac.url FROM up JOIN comment c ON c.id = up.parent_id JOIN account a ON a.id = c.account_id JOIN actor ac ON ac.id = a.actor_id`
)

// said is a comment as it is now.
type said struct {
	url      activity.ID
	video    int64
	local    bool
	seen     bool // by everybody
	deleted  bool
	author   activity.ID
	approval string
}

func (t *teller) said(ctx context.Context) (c said, err error) {
	err = t.tx.QueryRow(ctx, commentNow, pgx.NamedArgs{"id": t.fact.Subject}).Scan(&c.url, &c.video, &c.local, &c.seen, &c.deleted, &c.author, &c.approval)
	return c, absent(err)
}

// comment tells what somebody here wrote, or that it is deleted; or that we deleted what somebody elsewhere wrote below a video of ours.
func (t *teller) comment(ctx context.Context) error {
	c, err := t.said(ctx)
	if err != nil {
		return err
	}
	s, err := settingOf(ctx, t.tx, c.video)
	if err != nil {
		return err
	}
	switch {
	case !c.local && c.deleted:
		to, err := t.listeners(ctx, c, s, 0)
		if err != nil {
			return err
		}
		return t.post(ctx, s.owner, t.deletion(s.ownerURL, c.url), to)
	case c.seen:
		return t.createNote(ctx, c, s)
	case c.deleted && t.fact.Data.seen():
		by := t.fact.Data.Actor
		who, err := t.addressOf(ctx, by)
		if err != nil {
			return err
		}
		to, err := t.listeners(ctx, c, s, by)
		if err != nil {
			return err
		}
		return t.post(ctx, by, t.deletion(who, c.url), to)
	}
	return nil
}

func (t *teller) createNote(ctx context.Context, c said, s setting) error {
	a, err := t.Site.CreateNote(ctx, t.tx, t.fact.Subject)
	if err != nil {
		return err
	}
	if t.fact.Data.seen() {
		a.ID += "/approved" // the same again, with the approval that came
	}
	by, err := t.numberOf(ctx, a.Actor)
	if err != nil {
		return err
	}
	to, err := t.listeners(ctx, c, s, by)
	if err != nil {
		return err
	}
	more, err := t.inboxes(ctx, append(append(activity.IDs{}, a.To...), a.Cc...)...) // whom it mentions
	if err != nil {
		return err
	}
	return t.post(ctx, by, a, append(to, more...))
}

// listeners are who hears of a comment: the followers of its author, here actor by, and of those around a video of ours, the owner of the
// video, and who wrote it and what it answers.
func (t *teller) listeners(ctx context.Context, c said, s setting, by int64) ([]string, error) {
	actors := []int64{by}
	if s.local {
		actors = append(actors, s.involved()...)
	}
	to, err := t.followers(ctx, actors...)
	if err != nil {
		return nil, err
	}
	rows, _ := t.tx.Query(ctx, answering, pgx.NamedArgs{"id": t.fact.Subject})
	ids, err := pgx.CollectRows(rows, pgx.RowTo[activity.ID])
	if err != nil {
		return nil, err
	}
	more, err := t.inboxes(ctx, append(ids, s.ownerURL, c.author)...)
	return append(to, more...), err
}

// Approvals are PeerTube's; GoToSocial takes them for a failure of its own.
const understands = `SELECT NOT EXISTS (SELECT FROM remote_host WHERE host = @host AND software NOT IN ('', 'peertube', 'shoal'))`

// approve tells somebody elsewhere that what they wrote below a video of ours may stand.
func (t *teller) approve(ctx context.Context) error {
	c, err := t.said(ctx)
	if err != nil || !c.seen || c.local {
		return err
	}
	var understood bool
	if err := t.tx.QueryRow(ctx, understands, pgx.NamedArgs{"host": remote.Host(c.author)}).Scan(&understood); err != nil || !understood {
		return err
	}
	a, err := t.Site.Approval(ctx, t.tx, t.fact.Subject)
	if err != nil {
		return err
	}
	by, err := t.numberOf(ctx, a.Actor)
	if err != nil {
		return err
	}
	author, err := t.numberOf(ctx, c.author)
	if err != nil {
		return err
	}
	to, err := t.inbox(ctx, author)
	if err != nil {
		return err
	}
	if a.To == nil {
		a.To, a.Cc = activity.IDs{c.author}, activity.IDs{}
	}
	return t.post(ctx, by, a, to)
}

const playlistNow = `
	SELECT p.federated, p.url, a.actor_id, ac.url, coalesce(c.actor_id, 0), coalesce((SELECT id FROM actor WHERE kind = 'instance' AND host = ''), 0)
	FROM playlist p JOIN account a ON a.id = p.account_id JOIN actor ac ON ac.id = a.actor_id LEFT JOIN channel c ON c.id = p.channel_id
	WHERE p.id = @id AND p.local FOR NO KEY UPDATE OF p`

// playlist tells what other servers do not know yet of a playlist of ours.
func (t *teller) playlist(ctx context.Context) error {
	id := t.fact.Subject
	var known bool
	var url, ownerURL activity.ID
	var owner, channel, platform int64
	err := t.tx.QueryRow(ctx, playlistNow, pgx.NamedArgs{"id": id}).Scan(&known, &url, &owner, &ownerURL, &channel, &platform)
	if err != nil {
		return absent(err)
	}
	to, err := t.followers(ctx, owner, channel, platform)
	if err != nil {
		return err
	}
	a, err := t.Site.CreatePlaylist(ctx, t.tx, id)
	if shows, err := isThere(err); err != nil || shows != known {
		if err == nil {
			err = playlist.Told(ctx, t.tx, id, shows)
		}
		switch {
		case err != nil:
			return err
		case shows:
			return t.post(ctx, owner, a, to)
		}
		return t.post(ctx, owner, t.deletion(ownerURL, url), to)
	}
	if !known {
		return nil
	}
	a.Type, a.ID = "Update", objects.UpdateID(url, t.now())
	return t.post(ctx, owner, a, to)
}
