package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed fill.sql
var fillSQL string

// size is how big a platform is.
type size struct{ videos, people, comments int }

// fill writes the rows. Triggers and checks of references sleep meanwhile, and indexes are made at the end, as one loads a
// dump; what triggers would have counted is counted by the steps.
func fill(ctx context.Context, conn *pgx.Conn, site string, s size) error {
	indexes, err := dropIndexes(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'; SELECT setseed(0.5)`); err != nil {
		return err
	}
	values := strings.NewReplacer("$VIDEOS", strconv.Itoa(s.videos), "$PEOPLE", strconv.Itoa(s.people), "$COMMENTS", strconv.Itoa(s.comments), "$SITE", site)
	for _, step := range strings.Split(fillSQL, "-- step: ")[1:] {
		name, sql, _ := strings.Cut(step, "\n")
		if err := timed(name, func() error {
			_, err := conn.Exec(ctx, values.Replace(sql))
			return err
		}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for i, sql := range indexes {
		if err := timed(fmt.Sprintf("index %d of %d", i+1, len(indexes)), func() error {
			_, err := conn.Exec(ctx, sql)
			return err
		}); err != nil {
			return err
		}
	}
	return timed("vacuum", func() error {
		_, err := conn.Exec(ctx, `VACUUM ANALYZE`)
		return err
	})
}

func timed(name string, do func() error) error {
	began := time.Now()
	fmt.Fprintf(os.Stderr, "  %s …", name)
	err := do()
	fmt.Fprintf(os.Stderr, " %.1f s\n", time.Since(began).Seconds())
	return err
}

const plainIndexes = `
	SELECT i.indexname, i.indexdef FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname JOIN pg_index x ON x.indexrelid = c.oid
	WHERE i.schemaname = 'public' AND NOT x.indisunique AND i.tablename = ANY($1)`

var filled = []string{"member", "actor", "account", "channel", "video", "video_file", "video_image", "video_view", "follow", "comment", "notification"}

// dropIndexes takes away those that hold nothing together, and gives what makes them again.
func dropIndexes(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, plainIndexes, filled)
	if err != nil {
		return nil, err
	}
	var names, made []string
	var name, def string
	if _, err := pgx.ForEachRow(rows, []any{&name, &def}, func() error {
		names, made = append(names, pgx.Identifier{name}.Sanitize()), append(made, def)
		return nil
	}); err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "DROP INDEX "+strings.Join(names, ", "))
	return made, err
}
