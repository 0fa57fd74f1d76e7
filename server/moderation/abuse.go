package moderation

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/notify"
	"shoal/shared/api"
)

// Limits of what people write to moderators, in characters.
const (
	shortestReason = 2
	longestReason  = 3000
)

// New is a report to be. One of Video, Comment and Account is set.
type New struct {
	Reporter   int64
	Reason     string
	Predefined []string
	Video      int64
	Comment    int64
	Account    int64
	StartAt    *int // seconds of the video
	EndAt      *int
}

func (n New) check() ([]int, error) {
	if err := checkText("reason", n.Reason); err != nil {
		return nil, err
	}
	numbers := []int{}
	for _, p := range n.Predefined {
		i := slices.Index(api.AbuseReasons, p)
		if i < 0 {
			return nil, fail.Field("predefinedReasons", "There is no reason %q to choose.", p)
		}
		if !slices.Contains(numbers, i+1) {
			numbers = append(numbers, i+1)
		}
	}
	given := 0
	for _, id := range []int64{n.Video, n.Comment, n.Account} {
		if id != 0 {
			given++
		}
	}
	if given != 1 {
		return nil, fail.New(fail.Invalid, "Report one video, one comment or one account.")
	}
	for name, at := range map[string]*int{"video.startAt": n.StartAt, "video.endAt": n.EndAt} {
		if at != nil && (*at < 0 || *at > 1<<30) {
			return nil, fail.Field(name, "Should be a number of seconds.")
		}
	}
	if n.StartAt != nil && n.EndAt != nil && *n.EndAt <= *n.StartAt {
		return nil, fail.Field("video.endAt", "Should be greater than startAt.")
	}
	return numbers, nil
}

func checkText(field, text string) error {
	if n := utf8.RuneCountInString(text); n < shortestReason || n > longestReason {
		return fail.Field(field, "Should have %d to %d characters.", shortestReason, longestReason)
	}
	return nil
}

const (
	seenVideo = `
	SELECT v.id, c.account_id, jsonb_build_object('id', v.id, 'uuid', v.uuid, 'name', v.name, 'nsfw', v.nsfw, 'channel', c.id)
	FROM video v JOIN channel c ON c.id = v.channel_id WHERE v.id = @video`

	seenComment = `
	SELECT v.id, c.account_id, jsonb_build_object('id', v.id, 'uuid', v.uuid, 'name', v.name, 'text', c.text, 'comment', c.id, 'thread', coalesce(c.thread_id, c.id))
	FROM comment c JOIN video v ON v.id = c.video_id WHERE c.id = @comment AND c.deleted_at IS NULL`

	seenAccount = `SELECT NULL::bigint, a.id, '{}'::jsonb FROM account a WHERE a.id = @account`

	addAbuse = `
	INSERT INTO abuse (kind, reason, predefined, reporter_id, flagged_id, video_id, comment_id, start_at, end_at, seen)
	VALUES (@kind, @reason, @predefined, nullif(@reporter::bigint, 0), @flagged, @video, nullif(@comment::bigint, 0), @start, @end, @seen)
	RETURNING id`
)

// Report adds a report and lets the moderators know.
func Report(ctx context.Context, tx pgx.Tx, n New) (id int64, err error) {
	numbers, err := n.check()
	if err != nil {
		return 0, err
	}
	kind, what, sql := "account", "Account not found", seenAccount
	switch {
	case n.Video != 0:
		kind, what, sql = "video", "Video not found", seenVideo
	case n.Comment != 0:
		kind, what, sql = "comment", "Comment not found", seenComment
	}
	var videoID, flagged *int64
	var seen json.RawMessage
	err = tx.QueryRow(ctx, sql, pgx.NamedArgs{"video": n.Video, "comment": n.Comment, "account": n.Account}).Scan(&videoID, &flagged, &seen)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fail.New(fail.NotFound, "%s", what)
	}
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, addAbuse, pgx.NamedArgs{
		"kind": kind, "reason": n.Reason, "predefined": numbers, "reporter": n.Reporter, "flagged": flagged,
		"video": videoID, "comment": n.Comment, "start": n.StartAt, "end": n.EndAt, "seen": seen,
	}).Scan(&id)
	if err != nil {
		return 0, err
	}
	moderators, err := notify.Moderators(ctx, tx)
	if err != nil {
		return 0, err
	}
	return id, notify.Add(ctx, tx, notify.Notice{Type: api.NewAbuse, Abuse: id, Fields: map[string]string{"text": n.Reason}}, moderators...)
}

const (
	stateOf = `
	SELECT b.state, r.member_id, b.reporter_id FROM abuse b LEFT JOIN account r ON r.id = b.reporter_id WHERE b.id = @id FOR UPDATE OF b`

	change = `
	UPDATE abuse SET state = coalesce(@state, state), note = CASE WHEN @note::text IS NULL THEN note ELSE nullif(@note, '') END, updated_at = now()
	WHERE id = @id`

	removeAbuse = `DELETE FROM abuse WHERE id = @id`
)

var errNoAbuse = fail.New(fail.NotFound, "Abuse not found")

// Decide changes the state of a report and the moderators' own note, and lets the reporter know of a new state.
func Decide(ctx context.Context, tx pgx.Tx, id int64, state *int, note *string) error {
	if state != nil && api.AbuseStates[*state] == "" {
		return fail.Field("state", "Should be 1, 2 or 3.")
	}
	if note != nil && *note != "" {
		if err := checkText("moderationComment", *note); err != nil {
			return err
		}
	}
	var old int
	var member, reporter *int64
	err := tx.QueryRow(ctx, stateOf, pgx.NamedArgs{"id": id}).Scan(&old, &member, &reporter)
	if errors.Is(err, pgx.ErrNoRows) {
		return errNoAbuse
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, change, pgx.NamedArgs{"id": id, "state": state, "note": note}); err != nil {
		return err
	}
	if state == nil || *state == old || *state == api.AbusePending || member == nil {
		return nil
	}
	return notify.Add(ctx, tx, notify.Notice{Type: api.AbuseChanged, Abuse: id}, *member)
}

// Remove takes a report away.
func Remove(ctx context.Context, q db.Q, id int64) error {
	tag, err := q.Exec(ctx, removeAbuse, pgx.NamedArgs{"id": id})
	if err == nil && tag.RowsAffected() == 0 {
		return errNoAbuse
	}
	return err
}

const (
	messages = `SELECT id, message, by_moderator, created_at, account_id FROM abuse_message WHERE abuse_id = @abuse ORDER BY id LIMIT 1000`

	addMessage = `
	INSERT INTO abuse_message (abuse_id, account_id, by_moderator, message) VALUES (@abuse, @account, @moderator, @message) RETURNING id`

	removeMessage = `
	DELETE FROM abuse_message WHERE id = @id AND abuse_id = @abuse AND (@any::bool OR account_id = @account)`

	messageThere = `SELECT EXISTS (SELECT FROM abuse_message WHERE id = @id AND abuse_id = @abuse)`

	reporterOf = `SELECT reporter_id FROM abuse WHERE id = @id`
)

// Reporter is the account that made a report; nil when it is gone or of elsewhere.
func Reporter(ctx context.Context, q db.Q, id int64) (reporter *int64, err error) {
	err = q.QueryRow(ctx, reporterOf, pgx.NamedArgs{"id": id}).Scan(&reporter)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errNoAbuse
	}
	return reporter, err
}

// Message is a line of the talk as it is kept.
type Message struct {
	ID          int64
	Text        string
	ByModerator bool
	CreatedAt   api.Time
	AccountID   *int64
}

// Messages are the talk about a report.
func Messages(ctx context.Context, q db.Q, abuse int64) ([]Message, error) {
	rows, _ := q.Query(ctx, messages, pgx.NamedArgs{"abuse": abuse})
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Message])
}

// Say adds a line and lets the other side know: the reporter, or the moderators.
func Say(ctx context.Context, tx pgx.Tx, abuse, accountID int64, text string) error {
	if err := checkText("message", text); err != nil {
		return err
	}
	var state int
	var member, reporter *int64
	err := tx.QueryRow(ctx, stateOf, pgx.NamedArgs{"id": abuse}).Scan(&state, &member, &reporter)
	if errors.Is(err, pgx.ErrNoRows) {
		return errNoAbuse
	}
	if err != nil {
		return err
	}
	byModerator := reporter == nil || *reporter != accountID
	var id int64
	err = tx.QueryRow(ctx, addMessage, pgx.NamedArgs{"abuse": abuse, "account": accountID, "moderator": byModerator, "message": text}).Scan(&id)
	if err != nil {
		return err
	}
	var to []int64
	if byModerator && member != nil {
		to = []int64{*member}
	} else if !byModerator {
		if to, err = notify.Moderators(ctx, tx); err != nil {
			return err
		}
		to = slices.DeleteFunc(to, func(m int64) bool { return member != nil && m == *member })
	}
	return notify.Add(ctx, tx, notify.Notice{Type: api.AbuseMessageNew, Abuse: abuse, Fields: map[string]string{"text": text}}, to...)
}

// Unsay takes a line back: one's own, or with any anybody's.
func Unsay(ctx context.Context, q db.Q, abuse, id, accountID int64, every bool) error {
	args := pgx.NamedArgs{"id": id, "abuse": abuse, "account": accountID, "any": every}
	tag, err := q.Exec(ctx, removeMessage, args)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	var there bool
	if err := q.QueryRow(ctx, messageThere, args).Scan(&there); err != nil {
		return err
	}
	if there {
		return fail.New(fail.Forbidden, "This message is somebody else's.")
	}
	return fail.New(fail.NotFound, "Abuse message not found")
}
