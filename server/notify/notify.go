// Package notify is one row for each thing that a member should know: in the list, pushed to open pages, and by mail.
package notify

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"shoal/server/hub"
	"shoal/server/mail"
	"shoal/shared/api"
)

// Notice is what is to be told. Zero ids are of nothing.
type Notice struct {
	Type    int // one of api's numbers
	Video   int64
	Comment int64
	Abuse   int64
	Follow  int64
	Account int64
	Data    map[string]any    // more fields of api.Notification by their JSON names, such as "registration"
	Fields  map[string]string // more words for the letter
}

// A setting that is absent has the value of standard; one that no kind decides about has it always.
const add = `
	WITH chosen AS (
		SELECT m.id, m.username, m.email, coalesce(m.settings->>'language', '') AS language, coalesce((m.notifications->>@kind)::int, @standard) AS ways,
			regexp_replace(ac.url, '/accounts/[^/]*$', '') AS site, (m.email_verified IS NOT FALSE) AS reachable
		FROM member m JOIN account a ON a.member_id = m.id JOIN actor ac ON ac.id = a.actor_id
		WHERE m.id = ANY(@members::bigint[]) AND NOT m.blocked
	), added AS (
		INSERT INTO notification (member_id, type, web, video_id, comment_id, abuse_id, follow_id, account_id, data)
		SELECT id, @type, ways & 1 <> 0, nullif(@video::bigint, 0), nullif(@comment::bigint, 0), nullif(@abuse::bigint, 0),
			nullif(@follow::bigint, 0), nullif(@account::bigint, 0), @data::jsonb
		FROM chosen WHERE ways & 3 <> 0
		ON CONFLICT DO NOTHING
		RETURNING id, member_id, web
	)
	SELECT n.id, n.member_id, n.web, c.ways & 2 <> 0 AND c.reachable AS mail, c.username, c.email, c.language, c.site
	FROM added n JOIN chosen c ON c.id = n.member_id ORDER BY n.member_id`

// told is a member whom a notice reached.
type told struct {
	ID, MemberID                    int64
	Web, Mail                       bool
	Username, Email, Language, Site string
}

// Add tells members, each in the ways they chose. The same thing is not told twice.
func Add(ctx context.Context, tx pgx.Tx, n Notice, members ...int64) error {
	if len(members) == 0 {
		return nil
	}
	data, err := json.Marshal(n.Data)
	if err != nil {
		return err
	}
	if n.Data == nil {
		data = []byte("{}")
	}
	kind := api.NotificationKind(n.Type)
	standard, ok := api.NotificationKinds[kind]
	if !ok {
		standard = api.ByWeb | api.ByMail
	}
	rows, _ := tx.Query(ctx, add, pgx.NamedArgs{
		"members": members, "type": n.Type, "kind": kind, "standard": standard, "data": string(data),
		"video": n.Video, "comment": n.Comment, "abuse": n.Abuse, "follow": n.Follow, "account": n.Account,
	})
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[told])
	if err != nil {
		return fmt.Errorf("notifying: %w", err)
	}
	return tell(ctx, tx, n, all)
}

// tell pushes and writes to those whom the notice reached. All see the same, but for the row's id.
func tell(ctx context.Context, tx pgx.Tx, n Notice, all []told) error {
	if len(all) == 0 {
		return nil
	}
	shown, err := read(ctx, tx, []int64{all[0].ID})
	if err != nil {
		return err
	}
	if len(shown) != 1 {
		return fmt.Errorf("notification %d cannot be read", all[0].ID)
	}
	said := shown[0]
	for _, t := range all {
		if said.ID = t.ID; t.Web {
			if err := hub.Send(ctx, tx, t.MemberID, api.Push{Type: "notification", Notification: &said}); err != nil {
				return err
			}
		}
		if t.Mail {
			if err := mail.Send(ctx, tx, letter(n, said, t)); err != nil {
				return err
			}
		}
	}
	return nil
}

const forgetComment = `DELETE FROM notification WHERE comment_id = ANY(@comments::bigint[])`

// ForgetComments takes back what was told of comments that are gone.
func ForgetComments(ctx context.Context, tx pgx.Tx, comments ...int64) error {
	_, err := tx.Exec(ctx, forgetComment, pgx.NamedArgs{"comments": comments})
	return err
}

const moderators = `SELECT id FROM member WHERE role IN (0, 1) AND NOT blocked ORDER BY id`

// Moderators are the members who look after the platform.
func Moderators(ctx context.Context, tx pgx.Tx) ([]int64, error) {
	rows, _ := tx.Query(ctx, moderators)
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}
