package apub_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/activity/activitytest"
	"shoal/server/comment"
	"shoal/server/follow"
	"shoal/server/outbox"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
)

// teller is the machine that tells others, at work in a world.
type teller struct {
	*world
	last int64 // activity that was looked at
}

func (w *world) tells() *teller {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.ctx)
	m := &outbox.Machine{
		Pool: w.pool, Site: w.server.Site, Log: slog.New(slog.NewTextHandler(&w.log, nil)), Poll: 10 * time.Millisecond, Workers: 1,
		Now: func() time.Time { return time.Now().Add(time.Hour) }, // what may wait is told now
	}
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
	return &teller{world: w}
}

const patience = 30 * time.Second

// told waits until everything was told, and gives what was new.
func (w *teller) told() (out []*activity.Activity) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		var left int
		w.must(w.pool.QueryRow(w.ctx, `SELECT count(*) FROM outbox`).Scan(&left))
		if left == 0 {
			break
		}
		if time.Since(began) > patience {
			w.t.Fatalf("%d facts are not told: %.2000s", left, w.log.String())
		}
	}
	rows, _ := w.pool.Query(w.ctx, `SELECT id, body FROM activity_out WHERE id > $1 ORDER BY id`, w.last)
	var body []byte
	_, err := pgx.ForEachRow(rows, []any{&w.last, &body}, func() error {
		a, err := activity.Read(bytes.Clone(body))
		out = append(out, a)
		return err
	})
	w.must(err)
	return out
}

// stranger is an actor of another server.
func (w *world) stranger(kind, sort, name string) (id int64) {
	w.t.Helper()
	const far = "https://other.example"
	at := far + "/" + name
	w.must(w.pool.QueryRow(w.ctx, `INSERT INTO actor (kind, name, host, url, display_name) VALUES ($1, $2, 'other.example', $3, $2) RETURNING id`, kind, name, at).Scan(&id))
	w.exec(`INSERT INTO actor_remote (actor_id, type, inbox, shared_inbox) VALUES ($1, $2, $3, $4)`, id, sort, at+"/inbox", far+"/inbox")
	if kind == "account" {
		w.exec(`INSERT INTO account (actor_id) VALUES ($1)`, id)
	}
	return id
}

// everything does what can be done here and gives what others hear of it, by a name.
func everything(t *testing.T) (*world, map[string][]byte) {
	t.Helper()
	w := newWorld(t)
	zoe := w.stranger("account", "Person", "zoe")
	films := w.stranger("channel", "Group", "films")
	w.exec(`INSERT INTO follow (follower_id, followed_id, state) SELECT $1, id, 'accepted' FROM actor WHERE host = '' AND kind <> 'instance'`, zoe)
	w.exec(`INSERT INTO channel (actor_id, account_id) SELECT $1, id FROM account WHERE actor_id = $2`, films, zoe)
	var far int64
	w.must(w.pool.QueryRow(w.ctx, `INSERT INTO video (uuid, channel_id, url, local, name, privacy, state, comments_policy)
		SELECT 'aaaaaaaa-0000-4000-8000-000000000001', id, 'https://other.example/v/1', false, 'Far away', 1, 1, 1 FROM channel WHERE actor_id = $1 RETURNING id`, films).Scan(&far))
	m, out := w.tells(), map[string][]byte{}
	hear := func() {
		t.Helper()
		for _, a := range m.told() {
			name := string(a.Type)
			if thing, ok := a.Thing(); ok && thing.Embedded() {
				name += " " + string(thing.Is)
			}
			if out[name] == nil {
				out[name] = a.Raw
			}
			activitytest.Check(t, a.Raw)
		}
	}
	hear()
	w.live()
	hear()
	w.tx(func(tx pgx.Tx) error {
		return video.Update(w.ctx, tx, w.film.ID, api.VideoUpdate{Name: new("Ducks and geese")})
	})
	w.exec(`UPDATE actor SET display_name = 'Ada', updated_at = now() WHERE name = 'ada'`)
	w.exec(`UPDATE actor SET display_name = 'Birds of ada', updated_at = now() WHERE name = 'ada_channel'`)
	hear()
	rate := func(how string) {
		w.must(video.Rate(w.ctx, w.pool, w.bob.AccountID, far, how))
		hear()
	}
	rate("like")
	rate("dislike")
	rate("none")
	w.tx(func(tx pgx.Tx) error { return follow.Subscribe(w.ctx, tx, w.bob.AccountID, films) })
	hear()
	w.must(follow.Unsubscribe(w.ctx, w.pool, w.bob.AccountID, films))
	w.exec(`INSERT INTO follow (follower_id, followed_id, state, url) SELECT $1, id, 'pending', 'https://other.example/follows/7' FROM actor WHERE name = 'peertube'`, zoe)
	w.exec(`UPDATE follow SET state = 'accepted' WHERE url <> ''`)
	hear()
	w.must(outbox.Views(w.ctx, w.pool, outbox.View{Video: far, Viewer: "0f8e"}))
	hear()
	regretted := w.say(w.bob, "Not so good after all.", 0)
	hear()
	w.tx(func(tx pgx.Tx) error { return comment.Delete(w.ctx, tx, w.film.ID, regretted, w.viewer(w.bob)) })
	w.tx(func(tx pgx.Tx) error {
		p, _, err := playlist.Find(w.ctx, tx, w.list.String())
		if err != nil {
			return err
		}
		return playlist.Update(w.ctx, tx, p.ID, api.PlaylistEdit{DisplayName: new("Birds of the pond")}, false, nil)
	})
	hear()
	return w, out
}

// TestWhatWeSendIsTakenByOthers checks every activity that leaves.
func TestWhatWeSendIsTakenByOthers(t *testing.T) {
	_, sent := everything(t)
	for _, name := range []string{
		"Create Video", "Update Video", "Announce", "Create Note", "Create Playlist", "Update Playlist", "Update Person", "Update Group", "Like", "Undo Like",
		"Dislike", "Undo Dislike", "Follow", "Undo Follow", "Accept Follow", "View", "Delete",
	} {
		if sent[name] == nil {
			var have []string
			for k := range sent {
				have = append(have, k)
			}
			t.Errorf("nobody hears %s, but %s", name, strings.Join(have, ", "))
		}
	}
}
