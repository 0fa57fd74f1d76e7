package moderation

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// wordless is the reason of a report that comes without one, as some servers send them.
const wordless = "No reason was given."

const twice = `
	SELECT EXISTS (SELECT FROM abuse WHERE reporter_id IS NOT DISTINCT FROM nullif(@reporter::bigint, 0) AND reason = @reason AND state = 1
		AND (@comment::bigint > 0 OR coalesce(video_id, 0) = @video) AND coalesce(comment_id, 0) = @comment AND (@account::bigint = 0 OR flagged_id = @account)
		AND created_at > now() - interval '2 days')`

// AddRemoteReport adds what somebody elsewhere reports. The same again within two days is nothing new. Reasons that are missing or too long
// are no reason to lose a report; the reporter is 0 when the other server does not tell who it is.
func AddRemoteReport(ctx context.Context, tx pgx.Tx, n New) (id int64, err error) {
	n.Reason = strings.TrimSpace(n.Reason)
	if utf8.RuneCountInString(n.Reason) < shortestReason {
		n.Reason = strings.TrimSpace(wordless + " " + n.Reason)
	}
	if r := []rune(n.Reason); len(r) > longestReason {
		n.Reason = string(r[:longestReason])
	}
	if n.StartAt != nil && n.EndAt != nil && *n.EndAt <= *n.StartAt || n.StartAt != nil && *n.StartAt < 0 || n.EndAt != nil && *n.EndAt < 0 {
		n.StartAt, n.EndAt = nil, nil
	}
	var known bool
	args := pgx.NamedArgs{"reporter": n.Reporter, "reason": n.Reason, "video": n.Video, "comment": n.Comment, "account": n.Account}
	if err := tx.QueryRow(ctx, twice, args).Scan(&known); err != nil || known {
		return 0, err
	}
	return Report(ctx, tx, n)
}
