package outbox

import (
	"context"

	"shoal/server/activity"
	"shoal/server/apub/objects"
)

// videoSettings tells how the player shows a video of ours.
func (t *teller) videoSettings(ctx context.Context) error {
	s, err := settingOf(ctx, t.tx, t.fact.Subject)
	if err != nil {
		return err
	}
	p, err := t.Site.VideoSettings(ctx, t.tx, t.fact.Subject)
	if err != nil {
		return err
	}
	return t.settings(ctx, s.owner, s.ownerURL, p, s.involved())
}

// channelSettings tells how the player shows the videos of a channel of ours.
func (t *teller) channelSettings(ctx context.Context) error {
	id := t.fact.Subject
	p, err := t.Site.ChannelSettings(ctx, t.tx, id)
	if err != nil {
		return err
	}
	platform, err := t.Site.Platform(ctx, t.tx)
	if err != nil {
		return err
	}
	return t.settings(ctx, id, p.Object, p, []int64{id, platform})
}

func (t *teller) settings(ctx context.Context, by int64, who activity.ID, p activity.PlayerSettings, involved []int64) error {
	to, err := t.followers(ctx, involved...)
	if err != nil {
		return err
	}
	a, err := t.update(who, p.ID, p)
	if err != nil {
		return err
	}
	a.To, a.Cc = activity.IDs{activity.Public}, activity.IDs{objects.FollowersID(who)}
	return t.post(ctx, by, a, to)
}
