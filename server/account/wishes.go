package account

import (
	"context"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/shared/api"
)

// allWishes adds to what is stored what is not.
func allWishes(stored map[string]int) map[string]int {
	out := make(map[string]int, len(api.NotificationKinds))
	for kind, way := range api.NotificationKinds {
		out[kind] = way
		if w, ok := stored[kind]; ok {
			out[kind] = w
		}
	}
	return out
}

const setWishes = `UPDATE member SET notifications = notifications || $2::jsonb WHERE id = $1`

// SetWishes changes what is given; kinds that nobody knows are passed over.
func SetWishes(ctx context.Context, q db.Q, member int64, in map[string]int) error {
	known := map[string]int{}
	for kind, way := range in {
		if _, ok := api.NotificationKinds[kind]; !ok {
			continue
		}
		if way < 0 || way > api.ByWeb|api.ByMail {
			return fail.Field(kind, "Should be 0 for none, 1 for the web, 2 for mail or 3 for both.")
		}
		known[kind] = way
	}
	_, err := q.Exec(ctx, setWishes, member, known)
	return err
}
