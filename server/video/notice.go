package video

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/notify"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

const subject = `
	SELECT v.id, v.uuid, v.name, v.state, a.member_id FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id WHERE v.id = @id`

// about is how notices name a video, and its owner; nil for videos of elsewhere.
func about(ctx context.Context, tx pgx.Tx, id int64) (v api.VideoInfo, ownerID *int64, err error) {
	var u uuid.UUID
	err = tx.QueryRow(ctx, subject, pgx.NamedArgs{"id": id}).Scan(&v.ID, &u, &v.Name, &v.State.ID, &ownerID)
	v.UUID, v.ShortUUID, v.State.Label = u.String(), shortid.From(u), api.States[v.State.ID]
	return v, ownerID, found(err)
}

// tellBlock lets the owner know of a block that came or went; moderators hear of those that wait for them.
func tellBlock(ctx context.Context, tx pgx.Tx, kind int, id, blockID int64) error {
	v, to, err := about(ctx, tx, id)
	if err != nil {
		return err
	}
	var members []int64
	if kind == api.VideoAutoBlocked {
		if members, err = notify.Moderators(ctx, tx); err != nil {
			return err
		}
	} else if to != nil {
		members = []int64{*to}
	}
	n := notify.Notice{Type: kind, Video: id}
	if kind != api.MyVideoUnblocked {
		n.Data = map[string]any{"videoBlacklist": api.NotifiedBlock{ID: blockID, Video: v}}
	}
	return notify.Add(ctx, tx, n, members...)
}
