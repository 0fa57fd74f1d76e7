package inbox_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/channel"
	"shoal/server/db"
	"shoal/server/db/dbtest"
	"shoal/server/fetch"
	"shoal/server/httpsig"
	"shoal/server/inbox"
	"shoal/server/instance"
	"shoal/server/job"
	"shoal/server/keyring"
	"shoal/server/notify"
	"shoal/server/receive"
	"shoal/server/remote"
	"shoal/server/storage"
	"shoal/server/video"
)

type object = map[string]any

// newKey makes a key as servers have them.
var newKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// peer is another server: it serves documents and signs what it posts.
type peer struct {
	*httptest.Server
	t    *testing.T
	key  *rsa.PrivateKey
	mu   sync.Mutex
	docs map[string]any // by path; an int is a status
	gets map[string]int
	wish atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	p := &peer{t: t, key: newKey(), docs: map[string]any{}, gets: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f := p.wish.Load(); f != nil && (*f)(w, r) {
		return
	}
	p.mu.Lock()
	p.gets[r.URL.Path]++
	doc, ok := p.docs[r.URL.RequestURI()]
	p.mu.Unlock()
	if status, is := doc.(int); is || !ok {
		if !is {
			status = http.StatusNotFound
		}
		http.Error(w, "no", status)
		return
	}
	w.Header().Set("Content-Type", activity.ContentType)
	if strings.HasPrefix(r.URL.Path, "/.well-known/") {
		w.Header().Set("Content-Type", "application/jrd+json")
	}
	_ = json.NewEncoder(w).Encode(doc)
}

func (p *peer) set(path string, doc any) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.docs[path] = doc
	return p.URL + path
}

func (p *peer) asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gets[path]
}

// actor adds somebody with the peer's key.
func (p *peer) actor(kind, path, name string, more object) string {
	id := p.URL + path
	pem, err := actorkey.Public(p.key.Public())
	must(p.t, err)
	doc := object{
		"type": kind, "id": id, "inbox": id + "/inbox", "outbox": id + "/outbox", "followers": id + "/followers", "preferredUsername": name, "name": name,
		"endpoints": object{"sharedInbox": p.URL + "/inbox"}, "publicKey": object{"id": id + "#main-key", "owner": id, "publicKeyPem": pem},
	}
	for k, v := range more {
		doc[k] = v
	}
	return p.set(path, doc)
}

// film adds a video in a channel, and describes it.
func (p *peer) film(path, owner, place string, more object) object {
	doc := object{
		"type": "Video", "id": p.URL + path, "name": "A film of elsewhere", "duration": "PT30S", "uuid": uuid.NewString(), "views": 3,
		"published": "2026-11-20T10:00:00.000Z", "updated": "2026-11-20T10:00:00.000Z", "commentsEnabled": true, "sensitive": false,
		"to": []string{activity.Public}, "cc": []string{}, "mediaType": "text/markdown", "content": "words", "tag": []any{},
		"icon":         []any{object{"type": "Image", "url": p.URL + "/t.jpg", "mediaType": "image/jpeg", "width": 280, "height": 157}},
		"url":          []any{object{"type": "Link", "mediaType": "text/html", "href": p.URL + path}},
		"attributedTo": []any{object{"type": "Person", "id": owner}, object{"type": "Group", "id": place}},
	}
	for k, v := range more {
		doc[k] = v
	}
	p.set(path, doc)
	return doc
}

// world is our server.
type world struct {
	*httptest.Server
	t        *testing.T
	ctx      context.Context
	pool     *pgxpool.Pool
	in       *inbox.Inbox
	remote   *remote.Remote
	receiver *receive.Receiver
	instance *instance.Instance
	alice    account.Member
	channel  int64
	film     int64
	platform int64
	stop     context.CancelFunc
	url      string // of the database
	running  sync.WaitGroup
	log      bytes.Buffer
	mu       sync.Mutex
}

func (w *world) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

const filmID = "aaaaaaaa-0000-4000-8000-000000000001"

// newWorld is a server that takes and works.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := newListener(t)
	w.work()
	return w
}

// newListener is a server that takes activities and does not work them.
func newListener(t *testing.T) *world {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	w := &world{t: t, ctx: ctx, stop: cancel, url: dbtest.URL(t)}
	var err error
	w.pool, err = db.Pool(ctx, w.url, 16)
	must(t, err)
	mux := http.NewServeMux()
	w.Server = httptest.NewServer(mux)
	w.URL = strings.Replace(w.URL, "127.0.0.1", "localhost", 1) // another host than the peers'
	log := w.logger()
	client := fetch.New(fetch.Options{UserAgent: "test", AllowPrivate: true})
	w.instance = &instance.Instance{Pool: w.pool}
	w.remote = &remote.Remote{Pool: w.pool, Client: client, Site: w.URL, Signer: func(ctx context.Context) (httpsig.Signer, error) {
		k, err := keyring.Of(ctx, w.pool, w.platform)
		return httpsig.Signer{KeyID: k.ID, Key: k.RSA}, err
	}}
	w.receiver = &receive.Receiver{Pool: w.pool, Remote: w.remote, Site: w.URL, Log: log}
	w.in = &inbox.Inbox{Pool: w.pool, Remote: w.remote, Receiver: w.receiver, Instance: w.instance, Site: w.URL, Log: log}
	mux.Handle("POST /", w.in)
	w.people()
	t.Cleanup(func() {
		cancel()
		w.running.Wait()
		w.Close()
		client.Close()
		w.pool.Close()
		if t.Failed() {
			t.Logf("%.6000s", w.log.String())
		}
	})
	return w
}

func (w *world) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// work begins to work what came, and the jobs.
func (w *world) work() {
	runner := job.New(w.pool, "test", w.logger())
	w.receiver.Register(runner)
	notify.Register(runner, w.pool)
	store, err := storage.Disk(w.t.TempDir())
	must(w.t, err)
	video.Register(runner, store)
	w.running.Go(func() { _ = w.in.Run(w.ctx) })
	w.running.Go(func() { _ = runner.Run(w.ctx) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// people adds the platform's actor, alice, her channel and a film of hers.
func (w *world) people() {
	var err error
	w.platform, _, err = keyring.Instance(w.ctx, w.pool, w.URL)
	must(w.t, err)
	must(w.t, pgx.BeginFunc(w.ctx, w.pool, func(tx pgx.Tx) error {
		w.alice, err = account.Create(w.ctx, tx, account.New{Username: "alice", Password: "a long password", Email: "alice@x.example", Role: 2, Quota: -1, QuotaDaily: -1, Site: w.URL})
		if err != nil {
			return err
		}
		w.channel, err = channel.Create(w.ctx, tx, channel.New{AccountID: w.alice.AccountID, Name: "fakechan", DisplayName: "Fake channel"}, 20)
		if err != nil {
			return err
		}
		v, err := video.Create(w.ctx, tx, video.Draft{ChannelID: w.channel, Name: "A film of ours", UUID: uuid.MustParse(filmID), Site: w.URL, Filename: "f.mp4"})
		if err != nil {
			return err
		}
		w.film = v.ID
		return video.Publish(w.ctx, tx, v.ID)
	}))
}

func (w *world) ours(path string) string { return w.URL + path }

// post sends an activity as an actor of the peer.
func (p *peer) post(w *world, at string, a any) int {
	p.t.Helper()
	body, err := json.Marshal(a)
	must(p.t, err)
	var who struct{ Actor string }
	must(p.t, json.Unmarshal(body, &who))
	return p.send(w, at, body, who.Actor+"#main-key", nil)
}

// send posts bytes under a key; change spoils the request after it was signed.
func (p *peer) send(w *world, at string, body []byte, keyID string, change func(*http.Request)) int {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodPost, w.URL+at, bytes.NewReader(body))
	must(p.t, err)
	r.Header.Set("Content-Type", activity.ContentType)
	must(p.t, httpsig.Signer{KeyID: keyID, Key: p.key}.Sign(r, body))
	if change != nil {
		change(r)
	}
	answer, err := http.DefaultClient.Do(r)
	must(p.t, err)
	defer answer.Body.Close()
	return answer.StatusCode
}

// say posts what must be taken, and waits until it is worked.
func (p *peer) say(w *world, a any) {
	p.t.Helper()
	if status := p.post(w, "/inbox", a); status != http.StatusAccepted {
		b, _ := json.Marshal(a)
		p.t.Fatalf("status %d for %.300s", status, b)
	}
	w.idle()
}

// idle waits until nothing waits.
func (w *world) idle() {
	w.t.Helper()
	w.until("the inbox is worked", func() bool {
		return w.number(`SELECT count(*) FROM inbox WHERE state = 'waiting' AND not_before <= now()`) == 0
	})
}

// jobs waits until no job is under way.
func (w *world) jobs() {
	w.t.Helper()
	w.until("jobs are done", func() bool {
		return w.number(`SELECT count(*) FROM river_job WHERE state IN ('available', 'running', 'scheduled', 'pending') AND kind IN ('video-around', 'video-refresh', 'comment-thread', 'playlist-elements', 'federation-past')`) == 0
	})
}

func (w *world) until(what string, f func() bool) {
	w.t.Helper()
	end := time.Now().Add(40 * time.Second)
	for !f() {
		if time.Now().After(end) {
			w.t.Fatalf("not in time: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (w *world) number(sql string, args ...any) (n int) {
	w.t.Helper()
	must(w.t, w.pool.QueryRow(w.ctx, sql, args...).Scan(&n))
	return n
}

func (w *world) text(sql string, args ...any) (s string) {
	w.t.Helper()
	must(w.t, w.pool.QueryRow(w.ctx, sql, args...).Scan(&s))
	return s
}

// reason is what became of the last activity.
func (w *world) reason() string {
	return w.text(`SELECT state || ': ' || reason FROM inbox ORDER BY id DESC LIMIT 1`)
}

func (w *world) want(n int, sql string, args ...any) {
	w.t.Helper()
	if got := w.number(sql, args...); got != n {
		w.t.Errorf("%d, want %d: %s %v; last: %s", got, n, sql, args, w.reason())
	}
}

// fixtures are the recorded documents of a folder, with hosts replaced.
func fixtures(t *testing.T, folder string, replace *strings.Replacer) (names []string, docs []object) {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, "*.json"))
	must(t, err)
	for _, f := range all {
		b, err := os.ReadFile(f)
		must(t, err)
		var doc object
		must(t, json.Unmarshal([]byte(replace.Replace(string(b))), &doc))
		names, docs = append(names, filepath.Base(f)), append(docs, doc)
	}
	if len(docs) == 0 {
		t.Fatal("no fixtures in", folder)
	}
	return names, docs
}

var count atomic.Int64

// id is a new address of the peer.
func (p *peer) id(what string) string { return fmt.Sprintf("%s/%s/%d", p.URL, what, count.Add(1)) }
