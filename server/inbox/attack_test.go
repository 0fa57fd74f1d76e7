package inbox_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/follow"
	"shoal/server/httpsig"
	"shoal/server/ldsig"
)

// town is our server and two others: good, where mia has a channel with a film, and bad.
type town struct {
	*world
	good, bad       *peer
	mia, place, ned string // of good
	eve, evil       string // of bad, and its server's actor
	film            string // mia's
}

func newTown(t *testing.T) *town {
	t.Helper()
	c := &town{world: newWorld(t), good: newPeer(t), bad: newPeer(t)}
	var err error
	c.bad.key, err = rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	c.mia, c.ned = c.good.actor("Person", "/accounts/mia", "mia", nil), c.good.actor("Person", "/accounts/ned", "ned", nil)
	c.place = c.good.actor("Group", "/video-channels/mias", "mias", object{"attributedTo": []any{object{"type": "Person", "id": c.mia}}})
	c.eve, c.evil = c.bad.actor("Person", "/users/eve", "eve", nil), c.bad.actor("Application", "/actor", "bad", nil)
	c.film = c.good.film("/videos/watch/1", c.mia, c.place, nil)["id"].(string)
	_, err = c.receiver.Video(c.ctx, idOf(c.film))
	must(t, err)
	c.jobs()
	return c
}

func like(actor, id, film string) object {
	return object{"@context": "https://www.w3.org/ns/activitystreams", "type": "Like", "id": id, "actor": actor, "object": film, "to": []string{actor}}
}

func note(actor, id, to, text string) object {
	return object{
		"type": "Note", "id": id, "attributedTo": actor, "inReplyTo": to, "content": text, "published": "2026-11-22T10:00:00Z", "to": []string{activity.Public}, "cc": []string{},
	}
}

func doing(kind, actor, id string, o any) object {
	return object{"@context": "https://www.w3.org/ns/activitystreams", "type": kind, "id": id, "actor": actor, "object": o, "to": []string{activity.Public}, "cc": []string{}}
}

func TestOnlyWhatIsSignedWellIsTaken(t *testing.T) {
	c := newTown(t)
	film := c.ours("/videos/watch/" + filmID)
	body := func(id string) []byte { b, _ := json.Marshal(like(c.eve, c.bad.id(id), film)); return b }
	resign := func(s httpsig.Signer, b []byte, prepare func(*http.Request)) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Signature")
			r.Header.Del("Digest")
			prepare(r)
			must(t, s.Sign(r, b))
		}
	}
	at := func(d time.Duration) httpsig.Signer {
		return httpsig.Signer{KeyID: c.eve + "#main-key", Key: c.bad.key, Now: func() time.Time { return time.Now().Add(d) }}
	}
	for _, one := range []struct {
		name   string
		want   int
		path   string
		keyID  string
		body   []byte
		change func(r *http.Request, body []byte)
	}{
		{name: "as it should be", want: 202},
		{name: "to a personal inbox", want: 202, path: "/accounts/alice/inbox"},
		{name: "to a channel", want: 202, path: "/video-channels/fakechan/inbox"},
		{name: "to nobody", want: 404, path: "/accounts/nobody/inbox"},
		{name: "to a channel as an account", want: 404, path: "/accounts/fakechan/inbox"},
		{name: "key named by its actor alone", want: 202, keyID: c.eve},
		{name: "by RFC 9421", want: 202, change: func(r *http.Request, b []byte) {
			s := at(0)
			s.Scheme = httpsig.Message
			resign(s, b, func(*http.Request) {})(r)
		}},
		{name: "no signature", want: 401, change: func(r *http.Request, _ []byte) { r.Header.Del("Signature") }},
		{name: "another's key", want: 401, keyID: c.mia + "#main-key"},
		{name: "our own key's name", want: 401, keyID: c.ours("/accounts/alice#main-key")},
		{name: "a key that is not there", want: 401, keyID: c.bad.URL + "/users/nobody#main-key"},
		{name: "a key of another name", want: 401, keyID: c.eve + "#other-key"},
		{name: "no digest", want: 401, change: func(r *http.Request, _ []byte) { r.Header.Del("Digest") }},
		{name: "wrong digest", want: 401, change: func(r *http.Request, _ []byte) { r.Header.Set("Digest", httpsig.Digest([]byte("other"))) }},
		{name: "digest not signed", want: 401, change: func(r *http.Request, _ []byte) {
			r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), " digest", "", 1))
		}},
		{name: "host not signed", want: 401, change: func(r *http.Request, _ []byte) {
			r.Header.Set("Signature", strings.Replace(r.Header.Get("Signature"), " host", "", 1))
		}},
		{name: "old", want: 401, change: func(r *http.Request, b []byte) {
			resign(at(-2*time.Hour), b, func(r *http.Request) { r.Header.Del("Date") })(r)
		}},
		{name: "of the future", want: 401, change: func(r *http.Request, b []byte) {
			resign(at(2*time.Hour), b, func(r *http.Request) { r.Header.Del("Date") })(r)
		}},
		{name: "a little old", want: 202, change: func(r *http.Request, b []byte) {
			resign(at(-25*time.Minute), b, func(r *http.Request) { r.Header.Del("Date") })(r)
		}},
		{name: "for another host", want: 401, change: func(r *http.Request, b []byte) {
			resign(at(0), b, func(r *http.Request) { r.Host = "other.example" })(r)
		}},
		{name: "plain text", want: 415, change: func(r *http.Request, _ []byte) { r.Header.Set("Content-Type", "text/plain") }},
		{name: "any JSON", want: 202, change: func(r *http.Request, b []byte) {
			resign(at(0), b, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })(r)
		}},
		{name: "too large", want: 413, body: []byte(`{"id":"` + strings.Repeat("x", 600<<10) + `"}`)},
		{name: "no JSON", want: 400, body: []byte(`{"id":`)},
		{name: "no id", want: 400, body: []byte(`{"type":"Like","actor":"` + c.eve + `","object":"` + film + `"}`)},
		{name: "graph", want: 400, body: []byte(`{"@graph":[],"type":"Like","id":"` + c.bad.URL + `/g","actor":"` + c.eve + `","object":"` + film + `"}`)},
		{name: "included", want: 400, body: []byte(`{"@included":[],"type":"Like","id":"` + c.bad.URL + `/g","actor":"` + c.eve + `","object":"` + film + `"}`)},
		{name: "an alias of id", want: 400, body: []byte(`{"@id":"x","type":"Like","id":"` + c.bad.URL + `/g","actor":"` + c.eve + `","object":"` + film + `"}`)},
		{name: "a key twice", want: 400, body: []byte(`{"type":"Like","id":"` + c.bad.URL + `/g","actor":"` + c.eve + `","actor":"` + c.mia + `","object":"` + film + `"}`)},
		{name: "deep", want: 400, body: []byte(`{"object":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`)},
		{name: "an id of another host", want: 403, body: bytes.ReplaceAll(body("x"), []byte(c.bad.URL+"/x"), []byte(c.good.URL+"/x"))},
		{name: "an unknown type", want: 202, body: []byte(`{"type":"Foo","id":"` + c.bad.URL + `/foo","actor":"` + c.eve + `","object":"` + film + `"}`)},
	} {
		b := one.body
		if b == nil {
			b = body("likes")
		}
		path, key := one.path, one.keyID
		if path == "" {
			path = "/inbox"
		}
		if key == "" {
			key = c.eve + "#main-key"
		}
		got := c.bad.send(c.world, path, b, key, func(r *http.Request) {
			if one.change != nil {
				one.change(r, b)
			}
		})
		if got != one.want {
			t.Errorf("%s: %d, want %d", one.name, got, one.want)
		}
	}
	c.idle()
	answer, err := http.Get(c.URL + "/inbox")
	must(t, err)
	answer.Body.Close()
	c.want(1, `SELECT likes FROM video WHERE id = $1`, c.world.film)
}

func TestKeysAndTheirOwnersNameEachOther(t *testing.T) {
	c := newTown(t)
	pem, err := actorkey.Public(c.bad.key.Public())
	must(t, err)
	stolen := func(path string, doc object) string { return c.bad.set(path, doc) }
	film := c.ours("/videos/watch/" + filmID)
	for name, keyID := range map[string]string{
		"a document that says the key is mia's": stolen("/keys/1", object{"id": c.bad.URL + "/keys/1", "type": "CryptographicKey", "owner": c.mia, "publicKeyPem": pem}),
		"an actor whose key is mia's": stolen("/users/fake", object{
			"id": c.bad.URL + "/users/fake", "type": "Person", "preferredUsername": "fake", "inbox": c.bad.URL + "/users/fake/inbox",
			"publicKey": object{"id": c.bad.URL + "/users/fake#main-key", "owner": c.mia, "publicKeyPem": pem},
		}) + "#main-key",
		"an actor whose id is mia's": stolen("/users/mask", object{
			"id": c.mia, "type": "Person", "preferredUsername": "mia", "inbox": c.mia + "/inbox", "publicKey": object{"id": c.mia + "#main-key", "owner": c.mia, "publicKeyPem": pem},
		}) + "#main-key",
		"a document of an owner who knows nothing of it": stolen("/keys/2", object{"id": c.bad.URL + "/keys/2", "owner": c.eve, "publicKeyPem": pem}),
	} {
		body, _ := json.Marshal(like(c.mia, c.good.id("likes"), film))
		if got := c.bad.send(c.world, "/inbox", body, keyID, nil); got != 401 {
			t.Errorf("%s: %d", name, got)
		}
	}
	c.want(0, `SELECT count(*) FROM inbox`)
	// GoToSocial's way: the key has a document of its own, which shows a part of its owner
	bob := c.bad.actor("Person", "/users/bob", "bob", object{"publicKey": object{"id": c.bad.URL + "/users/bob/main-key", "owner": c.bad.URL + "/users/bob", "publicKeyPem": pem}})
	stolen("/users/bob/main-key", object{"id": bob, "type": "Person", "preferredUsername": "bob", "publicKey": object{"id": bob + "/main-key", "owner": bob, "publicKeyPem": pem}})
	body, _ := json.Marshal(like(bob, c.bad.id("likes"), film))
	if got := c.bad.send(c.world, "/inbox", body, bob+"/main-key", nil); got != 202 {
		t.Errorf("GoToSocial: %d", got)
	}
	c.idle()
	c.want(1, `SELECT likes FROM video WHERE id = $1`, c.world.film)
	// a new key is asked for once
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	c.bad.key = key
	c.bad.actor("Person", "/users/eve", "eve", nil)
	for i := range 3 {
		before := c.bad.asked("/users/eve")
		c.bad.say(c.world, like(c.eve, c.bad.id("likes"), film))
		if more := c.bad.asked("/users/eve") - before; more > 1 || i > 0 && more > 0 {
			t.Errorf("asked %d times", more)
		}
	}
	c.want(2, `SELECT likes FROM video WHERE id = $1`, c.world.film)
	c.bad.key, err = rsa.GenerateKey(rand.Reader, 2048) // and not again for one that does not fit
	must(t, err)
	before := c.bad.asked("/users/eve")
	for range 5 {
		if got := c.bad.post(c.world, "/inbox", like(c.eve, c.bad.id("likes"), film)); got != 401 {
			t.Errorf("a wrong key: %d", got)
		}
	}
	if more := c.bad.asked("/users/eve") - before; more > 0 {
		t.Errorf("asked %d times for a key that was asked for a moment ago", more)
	}
}

func TestNobodySpeaksInAnothersName(t *testing.T) {
	c := newTown(t)
	ours := c.ours("/videos/watch/" + filmID)
	must(t, pgx.BeginFunc(c.ctx, c.pool, func(tx pgx.Tx) error {
		a, err := c.remote.Actor(c.ctx, idOf(c.place))
		if err != nil {
			return err
		}
		return follow.Subscribe(c.ctx, tx, c.alice.AccountID, a.ID)
	}))
	_, err := c.pool.Exec(c.ctx, `UPDATE follow SET state = 'pending'`)
	must(t, err)
	c.good.say(c.world, like(c.mia, c.good.URL+"/likes/mia", ours))
	said := note(c.mia, c.good.id("notes"), ours, "hello")
	c.good.say(c.world, doing("Create", c.mia, c.good.id("a"), said))
	c.want(1, `SELECT count(*) FROM comment`)
	lie := c.good.film("/videos/watch/1", c.mia, c.place, nil)
	lied := object{}
	for k, v := range lie {
		lied[k] = v
	}
	lied["name"], lied["updated"] = "All lies", "2026-11-23T10:00:00Z"
	for _, one := range []struct {
		name string
		from *peer
		say  object
		want int
	}{
		{"a like of another's, forwarded", c.bad, like(c.ned, c.good.id("likes"), ours), 202},
		{"a comment of another's, forwarded", c.bad, doing("Create", c.ned, c.good.id("a"), note(c.ned, c.good.id("notes"), ours, "lies")), 202},
		{"a comment of another server inside", c.bad, doing("Create", c.eve, c.bad.id("a"), note(c.ned, c.good.id("notes"), ours, "lies")), 202},
		{"a comment in another's name of the same server", c.good, doing("Create", c.ned, c.good.id("a"), note(c.mia, c.good.id("notes"), ours, "lies")), 202},
		{"a film of another server inside", c.bad, doing("Create", c.eve, c.bad.id("a"), lied), 202},
		{"an update of another server's film", c.bad, doing("Update", c.eve, c.bad.id("a"), lied), 403},
		{"an update by another of the same server", c.good, doing("Update", c.ned, c.good.id("a"), lied), 202},
		{"an update forwarded without proof", c.bad, doing("Update", c.mia, c.good.id("a"), lied), 202},
		{"a deletion by another server", c.bad, doing("Delete", c.eve, c.bad.id("a"), c.film), 202},
		{"a deletion by another of the same server", c.good, doing("Delete", c.ned, c.good.id("a"), c.film), 202},
		{"a deletion forwarded of what is there", c.bad, doing("Delete", c.mia, c.good.id("a"), c.film), 202},
		{"a deletion of ours", c.bad, doing("Delete", c.eve, c.bad.id("a"), ours), 202},
		{"a deletion of another's comment", c.bad, doing("Delete", c.eve, c.bad.id("a"), said["id"]), 202},
		{"a deletion of another actor", c.bad, doing("Delete", c.eve, c.bad.id("a"), c.mia), 202},
		{"a deletion of our actor", c.bad, doing("Delete", c.eve, c.bad.id("a"), c.ours("/accounts/alice")), 202},
		{"an undo of another's like", c.bad, doing("Undo", c.eve, c.bad.id("a"), like(c.mia, c.good.URL+"/likes/mia", ours)), 403},
		{"an undo of another's like by name", c.good, doing("Undo", c.ned, c.good.id("a"), c.good.URL+"/likes/mia"), 202},
		{"an answer for another", c.bad, doing("Accept", c.eve, c.bad.id("a"), object{"type": "Follow", "id": c.ours("/f/1"), "actor": c.ours("/accounts/alice"), "object": c.place}), 403},
		{"an answer by name", c.bad, doing("Accept", c.eve, c.bad.id("a"), c.ours("/accounts/alice/follows/1")), 202},
		{"an update of another actor", c.bad, doing("Update", c.eve, c.bad.id("a"), object{"type": "Person", "id": c.mia, "preferredUsername": "mia", "inbox": c.eve}), 403},
		{"an update of another actor of the same server", c.good, doing("Update", c.ned, c.good.id("a"), object{"type": "Person", "id": c.mia, "preferredUsername": "mia", "inbox": c.ned}), 403},
		{"an announce by a person", c.bad, doing("Announce", c.eve, c.bad.id("a"), ours), 202},
		{"an announce in another's name", c.bad, doing("Announce", c.place, c.good.id("a"), ours), 202},
		{"a like by a server", c.bad, like(c.evil, c.bad.id("likes"), ours), 202},
		{"a move of another", c.bad, object{"type": "Move", "id": c.bad.id("a"), "actor": c.eve, "object": c.mia, "target": c.eve}, 403},
		{"a move to who knows nothing of it", c.bad, object{"type": "Move", "id": c.bad.id("a"), "actor": c.eve, "object": c.eve, "target": c.mia}, 202},
		{"a follow of another", c.bad, doing("Follow", c.eve, c.bad.id("a"), c.mia), 202},
		{"a follow in our name", c.bad, doing("Follow", c.ours("/accounts/alice"), c.ours("/f"), c.eve), 409},
		{"an approval of another's comment", c.bad, doing("ApproveReply", c.eve, c.bad.id("a"), said["id"]), 202},
	} {
		body, err := json.Marshal(one.say)
		must(t, err)
		key := one.say["actor"].(string)
		if one.from == c.bad {
			key = c.eve
			if one.say["actor"] == c.evil {
				key = c.evil
			}
		}
		if got := one.from.send(c.world, "/inbox", body, key+"#main-key", nil); got != one.want {
			t.Errorf("%s: %d, want %d", one.name, got, one.want)
		}
		c.idle()
		state := fmt.Sprint(
			c.text(`SELECT string_agg(name, ',' ORDER BY id) FROM video`), c.number(`SELECT likes FROM video WHERE id = $1`, c.world.film),
			c.text(`SELECT string_agg(text, ',') FROM comment`), c.number(`SELECT count(*) FROM follow WHERE state = 'accepted'`),
			c.number(`SELECT count(*) FROM follow`), c.number(`SELECT count(*) FROM video_share`),
			c.text(`SELECT string_agg(r.inbox, ',') FROM actor_remote r JOIN actor a ON a.id = r.actor_id WHERE a.url = '`+c.mia+`'`),
			c.number(`SELECT count(*) FROM actor WHERE host = ''`),
		)
		if want := "A film of ours,A film of elsewhere1hello010" + c.mia + "/inbox3"; strings.ReplaceAll(state, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Fatalf("%s: %s; %s", one.name, state, c.reason())
		}
	}
}

func TestForwardedActivitiesAreProvedOrAskedFor(t *testing.T) {
	c := newTown(t)
	ours := c.ours("/videos/watch/" + filmID)
	context := []any{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1", object{"RsaSignature2017": "https://w3id.org/security#RsaSignature2017"}}
	signed := func(a object, at time.Time) []byte {
		a["@context"] = context
		b, err := json.Marshal(a)
		must(t, err)
		b, err = ldsig.Sign(b, a["actor"].(string), c.good.key, at)
		must(t, err)
		return b
	}
	send := func(b []byte) {
		t.Helper()
		if got := c.bad.send(c.world, "/inbox", b, c.evil+"#main-key", nil); got != 202 {
			t.Fatalf("%d", got)
		}
		c.idle()
	}
	good := signed(like(c.ned, c.good.id("likes"), ours), time.Now())
	send(good)
	c.want(1, `SELECT likes FROM video WHERE id = $1`, c.world.film)
	turned := bytes.Replace(signed(like(c.mia, c.good.id("likes"), ours), time.Now()), []byte(`"Like"`), []byte(`"Dislike"`), 1)
	send(turned)
	send(signed(like(c.mia, c.good.id("likes"), ours), time.Now().Add(-72*time.Hour)))
	send(bytes.Replace(good, []byte(c.ned), []byte(c.mia), 1))
	c.want(1, `SELECT count(*) FROM video_rate`)
	// without a signature its origin is asked
	told := like(c.mia, c.good.URL+"/likes/9", ours)
	b, _ := json.Marshal(told)
	send(b)
	c.want(1, `SELECT count(*) FROM video_rate`)
	told["id"] = c.good.URL + "/likes/10"
	c.good.set("/likes/10", told)
	b, _ = json.Marshal(told)
	send(b)
	c.want(2, `SELECT count(*) FROM video_rate`)
	n := note(c.ned, c.good.URL+"/notes/77", ours, "as it was told")
	c.good.set("/notes/77", note(c.ned, c.good.URL+"/notes/77", ours, "as it is"))
	b, _ = json.Marshal(doing("Create", c.ned, c.good.id("a"), n))
	send(b)
	if got := c.text(`SELECT text FROM comment`); got != "as it is" {
		t.Errorf("%q", got)
	}
	c.good.set("/notes/77", object{"type": "Tombstone", "id": c.good.URL + "/notes/77"})
	b, _ = json.Marshal(doing("Delete", c.ned, c.good.id("a"), c.good.URL+"/notes/77"))
	send(b)
	c.want(1, `SELECT count(*) FROM comment WHERE deleted_at IS NOT NULL`)
}

func TestRepetitionsAreNothingNew(t *testing.T) {
	c := newTown(t)
	ours := c.ours("/videos/watch/" + filmID)
	view, _ := json.Marshal(doing("View", c.evil, c.bad.id("views"), ours))
	var same http.Header
	for range 3 {
		got := c.bad.send(c.world, "/inbox", view, c.evil+"#main-key", func(r *http.Request) {
			if same == nil {
				same = r.Header.Clone()
			}
			r.Header = same.Clone()
		})
		if got != 202 {
			t.Errorf("%d", got)
		}
	}
	c.idle()
	c.want(1, `SELECT views FROM video WHERE id = $1`, c.world.film)
	flag := doing("Flag", c.eve, c.bad.id("flags"), ours)
	flag["content"] = "not nice"
	for range 3 {
		c.bad.say(c.world, flag)
	}
	c.want(1, `SELECT count(*) FROM abuse`)
	a := like(c.eve, c.bad.URL+"/likes/1", ours)
	c.bad.say(c.world, a)
	c.bad.say(c.world, doing("Undo", c.eve, c.bad.id("undo"), a))
	c.want(0, `SELECT likes FROM video WHERE id = $1`, c.world.film)
	c.until("the clock shows another second", func() bool { // the name of a like is the same for ever: another date tells it is a new one
		c.bad.say(c.world, a)
		return c.number(`SELECT likes FROM video WHERE id = $1`, c.world.film) == 1
	})
}
