package upload

import (
	"context"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/db"
	"shoal/server/fail"
)

// payer is whose quota a file takes: that of the owner of the channel, whoever sends it.
type payer struct {
	MemberID   int64
	Quota      int64 // bytes, -1 for no limit
	QuotaDaily int64 // likewise
}

const (
	paysForChannel = `
	SELECT m.id AS member_id, m.quota, m.quota_daily FROM channel c JOIN account a ON a.id = c.account_id JOIN member m ON m.id = a.member_id
	WHERE c.id = @id AND (a.id = @account OR EXISTS (SELECT FROM channel_collaborator k WHERE k.channel_id = c.id AND k.account_id = @account AND k.accepted))`

	paysForVideo = `
	SELECT m.id AS member_id, m.quota, m.quota_daily FROM video v JOIN channel c ON c.id = v.channel_id JOIN account a ON a.id = c.account_id
	JOIN member m ON m.id = a.member_id WHERE v.id = @id`
)

func pays(ctx context.Context, q db.Q, sql string, id int64, v *account.Viewer) (payer, error) {
	rows, _ := q.Query(ctx, sql, pgx.NamedArgs{"id": id, "account": v.AccountID})
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[payer])
}

// mayUse refuses channels that the viewer neither owns nor works on.
func mayUse(ctx context.Context, q db.Q, v *account.Viewer, channelID int64) error {
	_, err := pays(ctx, q, paysForChannel, channelID, v)
	if err == pgx.ErrNoRows {
		return fail.Field("channelId", "This channel is not yours.")
	}
	return err
}

// payerOf is who pays for a file: the owner of the video that it replaces, or of the channel it is for; the viewer, while there
// is none that they may use.
func payerOf(ctx context.Context, q db.Q, v *account.Viewer, replaces, channelID *int64) (p payer, err error) {
	switch {
	case replaces != nil:
		p, err = pays(ctx, q, paysForVideo, *replaces, v)
	case channelID != nil:
		p, err = pays(ctx, q, paysForChannel, *channelID, v)
	default:
		err = pgx.ErrNoRows
	}
	if err == pgx.ErrNoRows || err == nil && p.MemberID == v.MemberID {
		return payer{v.MemberID, v.Quota, v.QuotaDaily}, nil
	}
	return p, err
}
