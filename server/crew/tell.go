package crew

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/notify"
	"shoal/shared/api"
)

// info is an actor as it stands in a notification.
func info(a api.ActorSummary) api.ActorInfo {
	out := api.ActorInfo{ID: a.ID, Name: a.Name, DisplayName: a.DisplayName, Host: a.Host, Avatars: []api.AvatarInfo{}}
	for _, i := range a.Avatars {
		out.Avatars = append(out.Avatars, api.AvatarInfo{Width: i.Width, Path: i.Path, FileURL: i.FileURL})
	}
	if n := len(out.Avatars); n > 0 {
		out.Avatar = &out.Avatars[n-1]
	}
	return out
}

const ownerOf = `
	SELECT c.id, ac.name, ac.display_name, o.id, oa.name, oa.display_name, o.member_id, (SELECT member_id FROM account WHERE id = @invited)
	FROM channel c JOIN actor ac ON ac.id = c.actor_id JOIN account o ON o.id = c.account_id JOIN actor oa ON oa.id = o.actor_id
	WHERE c.id = @channel`

// tellInvited lets the invited one know that they are asked, or the owner what they answered.
func tellInvited(ctx context.Context, tx pgx.Tx, id int64, kind int, c api.Collaborator) error {
	n := api.NotifiedCollaborate{ID: c.ID, State: c.State, Account: info(c.Account)}
	n.Channel.Avatars, n.ChannelOwner.Avatars = []api.AvatarInfo{}, []api.AvatarInfo{}
	n.Channel.Host, n.ChannelOwner.Host = c.Account.Host, c.Account.Host
	var owner, invited *int64
	err := tx.QueryRow(ctx, ownerOf, pgx.NamedArgs{"channel": id, "invited": c.Account.ID}).Scan(&n.Channel.ID, &n.Channel.Name, &n.Channel.DisplayName,
		&n.ChannelOwner.ID, &n.ChannelOwner.Name, &n.ChannelOwner.DisplayName, &owner, &invited)
	if err != nil {
		return err
	}
	to := owner
	if kind == api.CollaborationAsked {
		to = invited
	}
	return tell(ctx, tx, kind, "videoChannelCollaborator", n, to)
}

// tellOffer lets the taker know that a channel is offered, or the giver what they answered.
func tellOffer(ctx context.Context, tx pgx.Tx, id int64, kind int) error {
	rows, _ := tx.Query(ctx, transferByID, id)
	var total int64
	t, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (api.Transfer, error) { return scanTransfer(row, &total) })
	if err != nil {
		return err
	}
	c := info(*t.Channel)
	n := api.NotifiedOwnership{ID: t.ID, State: t.State, Initiator: info(t.Giver.ActorSummary), NextOwner: info(t.Taker.ActorSummary), Channel: &c}
	to := t.Giver.UserID
	if kind == api.ChannelOffered {
		to = t.Taker.UserID
	}
	return tell(ctx, tx, kind, "changeOwnership", n, to)
}

func tell(ctx context.Context, tx pgx.Tx, kind int, name string, about any, to *int64) error {
	if to == nil {
		return nil
	}
	return notify.Add(ctx, tx, notify.Notice{Type: kind, Data: map[string]any{name: about}}, *to)
}
