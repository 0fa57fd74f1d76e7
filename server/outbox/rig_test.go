package outbox

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/apub/objects"
	"shoal/server/channel"
	"shoal/server/db/dbtest"
	"shoal/server/instance"
	"shoal/server/keyring"
	"shoal/server/proof"
	"shoal/server/video"
	"shoal/shared/api"
)

const site = "https://films.example"

// world is a platform with a member, ada, whose account, channel and platform are each followed from another server.
type world struct {
	t        *testing.T
	ctx      context.Context
	pool     *pgxpool.Pool
	m        *Machine
	ada      account.Member
	channel  int64
	platform int64 // actor
	ahead    time.Duration
	log      bytes.Buffer
	seen     int64 // the last activity that was looked at
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), pool: dbtest.New(t)}
	w.m = &Machine{
		Pool: w.pool, Site: objects.Site{URL: site, Instance: &instance.Instance{Pool: w.pool}}, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Now: func() time.Time { return time.Now().Add(w.ahead) },
	}
	w.ada = w.join("ada")
	w.must(w.pool.QueryRow(w.ctx, `SELECT id FROM channel WHERE account_id = $1`, w.ada.AccountID).Scan(&w.channel))
	var err error
	w.platform, _, err = keyring.Instance(w.ctx, w.pool, site)
	w.must(err)
	w.follower("account.example", "Person", w.actorOf(w.ada.AccountID))
	w.follower("channel.example", "Person", w.number(`SELECT actor_id FROM channel WHERE id = $1`, w.channel))
	w.follower("platform.example", "Application", w.platform)
	w.told() // what setting the scene made
	t.Cleanup(func() {
		if t.Failed() && w.log.Len() > 0 {
			t.Logf("%.3000s", w.log.String())
		}
	})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tx(f func(pgx.Tx) error) {
	w.t.Helper()
	w.must(pgx.BeginFunc(w.ctx, w.pool, f))
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	_, err := w.pool.Exec(w.ctx, sql, args...)
	w.must(err)
}

func (w *world) number(sql string, args ...any) (n int64) {
	w.t.Helper()
	w.must(w.pool.QueryRow(w.ctx, sql, args...).Scan(&n))
	return n
}

func (w *world) join(name string) account.Member {
	w.t.Helper()
	m, err := channel.Join(w.ctx, w.pool, account.New{
		Site: site, Username: name, Email: name + "@example.org", Password: "a good password", Role: api.Member, Quota: -1, QuotaDaily: -1,
	})
	w.must(err)
	return m
}

func (w *world) actorOf(accountID int64) int64 {
	return w.number(`SELECT actor_id FROM account WHERE id = $1`, accountID)
}

func viewer(m account.Member) *account.Viewer {
	return &account.Viewer{MemberID: m.ID, AccountID: m.AccountID, Name: m.Username, Role: m.Role}
}

// stranger is an actor of another server, which has one inbox for all.
func (w *world) stranger(host, kind, name string) int64 {
	w.t.Helper()
	url := "https://" + host + "/" + name
	sort := map[string]string{"Person": "account", "Group": "channel", "Application": "instance"}[kind]
	id := w.number(`INSERT INTO actor (kind, name, host, url, display_name) VALUES ($1, $2, $3, $4, $2) RETURNING id`, sort, name, host, url)
	w.exec(`INSERT INTO actor_remote (actor_id, type, inbox, shared_inbox) VALUES ($1, $2, $3, $4)`, id, kind, url+"/inbox", "https://"+host+"/inbox")
	if kind == "Person" {
		w.exec(`INSERT INTO account (actor_id) VALUES ($1)`, id)
	}
	return id
}

func (w *world) follower(host, kind string, of int64) int64 {
	id := w.stranger(host, kind, strings.ToLower(kind))
	w.exec(`INSERT INTO follow (follower_id, followed_id, state) VALUES ($1, $2, 'accepted')`, id, of)
	return id
}

// foreign is a video of another server: of its account owner and its channel films.
func (w *world) foreign(host string) (videoID int64) {
	w.t.Helper()
	owner := w.stranger(host, "Person", "owner")
	group := w.stranger(host, "Group", "films")
	place := w.number(`INSERT INTO channel (actor_id, account_id) SELECT $1, a.id FROM account a WHERE a.actor_id = $2 RETURNING id`, group, owner)
	return w.number(`INSERT INTO video (channel_id, url, local, name, privacy, state) VALUES ($1, $2, false, 'Far away', 1, 1) RETURNING id`, place, "https://"+host+"/v/1")
}

// film makes a video of ada's that is published.
func (w *world) film(privacy int) (v video.Video) {
	w.t.Helper()
	id := uuid.New()
	w.tx(func(tx pgx.Tx) (err error) {
		v, err = video.Create(w.ctx, tx, video.Draft{UUID: id, ChannelID: w.channel, Site: site, Name: "Ducks", Privacy: privacy, Filename: "a.mp4", Key: "originals/" + id.String(), Size: 5})
		if err != nil {
			return err
		}
		for _, i := range []video.Image{{Kind: video.Thumbnail, Filename: id.String() + "-t.jpg", Width: 280, Height: 157}, {Kind: video.Preview, Filename: id.String() + "-p.jpg", Width: 850, Height: 480}} {
			if err := video.AddImage(w.ctx, tx, v.ID, i); err != nil {
				return err
			}
		}
		return video.Publish(w.ctx, tx, v.ID)
	})
	return v
}

// told reads all facts, also those that wait, and gives what became of them: who says what to whom.
func (w *world) told() (out []string) {
	w.t.Helper()
	w.ahead += 20 * time.Minute
	for {
		more, err := w.m.one(w.ctx)
		w.must(err)
		if !more {
			break
		}
	}
	if n := w.number(`SELECT count(*) FROM outbox`); n != 0 {
		w.t.Fatalf("%d facts could not be told: %.2000s", n, w.log.String())
	}
	rows, _ := w.pool.Query(w.ctx, `SELECT a.id, a.body, array_agg(d.inbox ORDER BY d.inbox) FROM activity_out a JOIN delivery d ON d.activity_id = a.id WHERE a.id > $1 GROUP BY a.id ORDER BY a.id`, w.seen)
	var body []byte
	var to []string
	_, err := pgx.ForEachRow(rows, []any{&w.seen, &body, &to}, func() error {
		out = append(out, w.sentence(body)+" → "+strings.Join(to, " "))
		body, to = nil, nil
		return nil
	})
	w.must(err)
	return out
}

// sentence is an activity in short; every one is checked against what PeerTube takes.
func (w *world) sentence(body []byte) string {
	w.t.Helper()
	a, err := activity.Read(body)
	w.must(err)
	var raw map[string]json.RawMessage
	w.must(json.Unmarshal(body, &raw))
	for _, k := range []string{"to", "cc"} {
		if v, ok := raw[k]; ok && v[0] != '[' {
			w.t.Errorf("%s of %s is no array", k, a.Type)
		}
	}
	if a.ID == "" || len(a.ID) > 2000 || a.Published.IsZero() || raw["@context"] == nil {
		w.t.Errorf("%s", body)
	}
	if signed := a.Signature != nil; signed != passedOn(*a) {
		w.t.Errorf("%s: its own signature: %v", a.Type, signed)
	}
	if proved, err := proof.Open(body, w.m.Now()); (err == nil) == passedOn(*a) || err == nil && proved.Verify(w.proofKey(a.Actor)) != nil {
		w.t.Errorf("%s: its proof: %v", a.Type, err)
	}
	thing, _ := a.Thing()
	what := short(thing.ID)
	if thing.Embedded() {
		what = string(thing.Is) + " " + what
	}
	if a.Type == "Undo" {
		inner, err := thing.Activity()
		w.must(err)
		in, _ := inner.Thing()
		what = string(inner.Type) + " of " + short(in.ID)
	}
	return fmt.Sprintf("%s: %s %s", short(a.Actor), a.Type, what)
}

func (w *world) proofKey(of activity.ID) ed25519.PublicKey {
	k, err := keyring.Of(w.ctx, w.pool, w.number(`SELECT id FROM actor WHERE url = $1`, string(of)))
	w.must(err)
	return k.Ed25519.Public().(ed25519.PublicKey)
}

func short(id activity.ID) string {
	s := strings.TrimPrefix(strings.TrimPrefix(string(id), site), "https://")
	if i := strings.Index(s, "/videos/watch/"); i == 0 && len(s) >= 50 {
		s = "/v" + s[50:]
	}
	if i := strings.Index(s, "/video-playlists/"); i == 0 && len(s) >= 53 {
		s = "/p" + s[53:]
	}
	return s
}

func (w *world) expect(what string, want ...string) {
	w.t.Helper()
	got := w.told()
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// the inboxes of servers
const (
	atAccount  = "https://account.example/inbox"
	atChannel  = "https://channel.example/inbox"
	atPlatform = "https://platform.example/inbox"
	all        = atAccount + " " + atChannel + " " + atPlatform
)
