package inbox_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/actorkey"
	"shoal/server/comment"
	"shoal/server/follow"
)

// peerTube plays PeerTube from what one said: its documents, with keys of its own.
func peerTube(t *testing.T, w *world) (*peer, []string, []object) {
	t.Helper()
	p := newPeer(t)
	replace := strings.NewReplacer(
		"http://localhost:9000", p.URL, "http://127.0.0.1:9777/users/alice", w.ours("/accounts/alice"), "http://127.0.0.1:9777/channels/fakechan", w.ours("/video-channels/fakechan"),
		"http://127.0.0.1:9777/actor", w.ours("/accounts/peertube"), "http://localhost:9778/actor", w.ours("/accounts/peertube"),
		"http://127.0.0.1:9777", w.URL, "http://localhost:9778", w.URL,
	)
	_, docs := fixtures(t, "../activity/testdata/ap", replace)
	names, said := fixtures(t, "testdata/peertube", replace)
	pem, err := actorkey.Public(p.key.Public())
	must(t, err)
	for _, a := range said {
		if o, ok := a["object"].(object); ok {
			if k, ok := o["publicKey"].(object); ok {
				k["publicKeyPem"] = pem
			}
		}
		if o, ok := a["object"].(object); ok && (a["type"] == "Create" || a["type"] == "Update") {
			docs = append(docs, o)
		}
	}
	for _, d := range docs {
		id, _ := d["id"].(string)
		u, err := url.Parse(id)
		if err != nil || !strings.HasPrefix(id, p.URL) {
			continue
		}
		p.set(u.RequestURI(), d)
		for _, part := range []string{"likes", "dislikes", "shares", "comments", "hasParts"} {
			at, _ := d[part].(string)
			if u, err := url.Parse(at); err == nil && d["type"] == "Video" && p.docs[u.RequestURI()] == nil {
				p.set(u.RequestURI(), object{"id": at, "type": "OrderedCollection", "totalItems": 0})
			}
		}
	}
	for _, a := range []struct{ kind, path, name string }{
		{"Application", "/accounts/peertube", "peertube"}, {"Person", "/accounts/bob", "bob"}, {"Person", "/accounts/carol", "carol"}, {"Group", "/video-channels/bob_channel", "bob_channel"},
	} {
		had, _ := p.docs[a.path].(object)
		more := object{}
		for k, v := range had {
			if k != "publicKey" {
				more[k] = v
			}
		}
		p.actor(a.kind, a.path, a.name, more)
	}
	return p, names, said
}

// What PeerTube said to a follower, all of it in its order, ends in what its pages show.
func TestAllThatPeerTubeSaysIsUnderstood(t *testing.T) {
	w := newWorld(t)
	p, names, said := peerTube(t, w)
	bob, err := w.remote.Actor(w.ctx, idOf(p.URL+"/video-channels/bob_channel"))
	must(t, err)
	server, err := w.remote.Instance(w.ctx, strings.TrimPrefix(p.URL, "http://"))
	if err == nil {
		t.Error("the peer has no NodeInfo, and yet", server.URL)
	}
	server, err = w.remote.Actor(w.ctx, idOf(p.URL+"/accounts/peertube"))
	must(t, err)
	must(t, pgx.BeginFunc(w.ctx, w.pool, func(tx pgx.Tx) error {
		if err := follow.Subscribe(w.ctx, tx, w.alice.AccountID, bob.ID); err != nil {
			return err
		}
		return follow.Back(w.ctx, tx, w.platform, server.ID)
	}))
	_, err = w.pool.Exec(w.ctx, `UPDATE follow SET state = 'pending'`)
	must(t, err)
	film, err := w.receiver.Video(w.ctx, idOf(p.URL+"/videos/watch/92c7bdd7-200e-4d10-be0a-88496c166144"))
	must(t, err)
	w.ourNote(p, film, "/notes/1")
	ignored := map[string]string{}
	for i, a := range said {
		at := "/inbox"
		if a["type"] == "Accept" || a["type"] == "ApproveReply" {
			at = "/accounts/alice/inbox"
		}
		delete(a, "signature") // its keys are not ours to have
		body, err := json.Marshal(a)
		must(t, err)
		status := p.send(w, at, body, a["actor"].(string), nil) // PeerTube 6 names keys by their actors alone
		switch actor := a["actor"].(string); {
		case strings.HasPrefix(actor, w.URL):
			if status != 401 && status != 409 {
				t.Errorf("%s: %d for our own words that come back", names[i], status)
			}
			continue
		case status != 202:
			t.Errorf("%s: %d", names[i], status)
			continue
		}
		w.idle()
		if r := w.reason(); r != "done: " {
			ignored[names[i]] = r
		}
	}
	w.jobs()
	for name, r := range ignored {
		t.Logf("%s: %s", name, r)
		if strings.HasPrefix(r, "failed") {
			t.Errorf("%s: %s", name, r)
		}
	}
	w.want(2, `SELECT count(*) FROM follow f JOIN actor a ON a.id = f.follower_id WHERE a.host = '' AND f.state = 'accepted'`)
	w.want(1, `SELECT count(*) FROM follow f JOIN actor a ON a.id = f.follower_id WHERE a.host <> ''`)
	w.want(1, `SELECT likes FROM video WHERE id = $1`, w.film)
	w.want(1, `SELECT count(*) FROM abuse WHERE video_id = $1`, w.film)
	w.want(1, `SELECT count(*) FROM playlist WHERE NOT local`)
	if got := w.text(`SELECT approval FROM comment WHERE url = $1`, w.ours("/notes/1")); !strings.HasSuffix(got, "/approve-reply") {
		t.Errorf("approval %q", got)
	}
}

// ourNote is a comment of alice's under an address that the records name.
func (w *world) ourNote(p *peer, videoID int64, path string) {
	w.t.Helper()
	viewer := viewerOf(w.alice)
	must(w.t, pgx.BeginFunc(w.ctx, w.pool, func(tx pgx.Tx) error {
		id, err := comment.Create(w.ctx, tx, comment.New{Video: videoID, Author: viewer, Text: "well said", Site: w.URL})
		if err != nil {
			return err
		}
		_, err = tx.Exec(w.ctx, `UPDATE comment SET url = $1 WHERE id = $2`, w.ours(path), id)
		return err
	}))
}
