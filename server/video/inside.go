package video

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/db"
)

// Inside is what moderators are told of a video in lists, beside its details.
type Inside struct {
	Details
	Captions     []Caption
	Source       *SourceFile // nil for videos of elsewhere
	AutoTags     []string
	Schedule     *Schedule
	OwnerBlocked bool // by the platform
	HostBlocked  bool // likewise
}

// SourceFile is what is known of an uploaded file.
type SourceFile struct {
	Filename string          `json:"filename"`
	Size     int64           `json:"size"` // bytes
	Probe    json.RawMessage `json:"probe"`
}

const (
	detailsByIDs = `SELECT ` + detailsOf + `v.id = ANY(@ids::bigint[])`

	insides = `
	SELECT v.id,
		(SELECT json_agg(json_build_object('Language', t.language, 'Filename', t.filename, 'Automatic', t.automatic, 'UpdatedAt', t.updated_at) ORDER BY t.language)
			FROM video_caption t WHERE t.video_id = v.id),
		(SELECT json_build_object('filename', s.filename, 'size', s.size, 'probe', s.probe) FROM video_source s WHERE s.video_id = v.id),
		ARRAY(SELECT t.tag FROM video_auto_tag t WHERE t.video_id = v.id ORDER BY t.tag), p.update_at, p.privacy,
		EXISTS (SELECT FROM account_block b WHERE b.blocked_id = c.account_id AND b.blocker_id IS NULL),
		EXISTS (SELECT FROM host_block h WHERE h.host = ca.host AND h.blocker_id IS NULL)
	FROM video v JOIN channel c ON c.id = v.channel_id JOIN actor ca ON ca.id = c.actor_id LEFT JOIN video_schedule p ON p.video_id = v.id
	WHERE v.id = ANY(@ids::bigint[])`
)

// Insides gives what moderators are told, by the ids of videos.
func Insides(ctx context.Context, q db.Q, ids []int64) (map[int64]Inside, error) {
	out := make(map[int64]Inside, len(ids))
	args := db.Args{"ids": ids, "member": nil}
	err := db.Fixed(ctx, q, func(b *pgx.Batch) {
		b.Queue(detailsByIDs, args).Query(func(rows pgx.Rows) error {
			_, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n Inside, err error) {
				if err = row.Scan(n.fields()...); err == nil {
					out[n.ID] = n
				}
				return n, err
			})
			return err
		})
		b.Queue(insides, args).Query(func(rows pgx.Rows) error {
			_, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) { return struct{}{}, more(row, out) })
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("reading what is inside of videos: %w", err)
	}
	return out, nil
}

// more adds a row of insides to the video that it speaks of.
func more(row pgx.CollectableRow, to map[int64]Inside) error {
	var id int64
	var n Inside
	var at *time.Time
	var privacy *int
	if err := row.Scan(&id, &n.Captions, &n.Source, &n.AutoTags, &at, &privacy, &n.OwnerBlocked, &n.HostBlocked); err != nil {
		return err
	}
	if at != nil && privacy != nil {
		n.Schedule = &Schedule{UpdateAt: *at, Privacy: *privacy}
	}
	n.Details = to[id].Details
	to[id] = n
	return nil
}
