// Package activitytest is what other software wants of documents of the fediverse, as checks that tests run on all that we write.
package activitytest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"shoal/server/ldsig"
)

// Check complains of a document with a context that some of the others would refuse, and of what is embedded in it.
func Check(t testing.TB, body []byte) {
	t.Helper()
	for _, why := range Problems(body) {
		t.Errorf("%s\n%.300s", why, body)
	}
}

// Problems are what Check complains of.
func Problems(body []byte) []string {
	var o Object
	if err := json.Unmarshal(body, &o); err != nil {
		return []string{err.Error()}
	}
	var r reasons
	if len(body) > 500_000 {
		r = append(r, "more bytes than PeerTube reads")
	}
	if o["signature"] != nil || o["proof"] != nil { // it would be signed no more; a proof is over the letters alone
		delete(o, "signature")
		delete(o, "proof")
		body, _ = json.Marshal(o)
	}
	if _, err := ldsig.Sign(body, "https://a.example/actor", key(), time.Unix(0, 0)); err != nil {
		r = append(r, fmt.Sprintf("nobody can sign it: %v", err))
	}
	object(&r, o)
	return r
}

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

var activities = map[string]bool{
	"Create": true, "Update": true, "Delete": true, "Announce": true, "Like": true, "Dislike": true, "Undo": true, "Follow": true, "Accept": true,
	"Reject": true, "View": true, "Flag": true, "Move": true, "ApproveReply": true, "Download": true,
}

func object(r *reasons, o Object) {
	address(r, o, "id")
	switch kind := Text(o["type"]); {
	case kind == "Video":
		film(r, o)
	case kind == "Person" || kind == "Group" || kind == "Application":
		actor(r, o)
	case kind == "Note":
		note(r, o)
	case kind == "Tombstone":
		r.no(Text(o["formerType"]) == "" || !date(o["deleted"]), "a Tombstone without what it was and since when")
	case kind == "Playlist":
		playlist(r, o)
	case kind == "PlaylistElement":
		address(r, o, "url")
		r.no(!whole(o["position"]), "position")
	case strings.HasPrefix(kind, "OrderedCollection"):
		collection(r, o)
	case activities[kind]:
		act(r, o, kind)
	case kind == "PlayerSettings":
		address(r, o, "object")
	case kind == "" && o["hasPart"] != nil:
		lists(r, o, "hasPart")
	default:
		r.no(true, "nobody knows what it is: "+kind)
	}
}

// lists must be lists: PeerTube before 8 drops what has single values there.
func lists(r *reasons, o Object, names ...string) {
	for _, n := range names {
		_, ok := o[n].([]any)
		r.no(!ok, n+" is no list")
	}
}

func address(r *reasons, o Object, name string) {
	at := Text(o[name])
	r.no(hostOf(at) == "" || len(at) >= 2000 || !strings.HasPrefix(at, "http"), name+" is no address: "+at)
}

func actor(r *reasons, o Object) {
	for _, name := range []string{"inbox", "outbox", "followers", "following", "url"} {
		address(r, o, name)
		r.no(hostOf(o[name]) != hostOf(o["id"]), name+" is of another server")
	}
	r.no(Text(o["preferredUsername"]) == "" || strings.Trim(Text(o["preferredUsername"]), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") != "", "preferredUsername")
	r.no(Text(o["name"]) == "", "name")
	k, _ := o["publicKey"].(Object)
	r.no(k["id"] != Text(o["id"])+"#main-key" || k["owner"] != o["id"], "the key is not where PeerTube looks for it")
	r.no(!strings.HasPrefix(Text(k["publicKeyPem"]), "-----BEGIN PUBLIC KEY-----") || len(Text(k["publicKeyPem"])) > 5000, "the key is not written as PeerTube wants it")
	if o["type"] == "Group" {
		owners := List(o["attributedTo"])
		r.no(len(owners) == 0, "a channel of nobody")
		for _, p := range owners {
			p, _ := p.(Object)
			r.no(p["type"] != "Person" || hostOf(p["id"]) != hostOf(o["id"]), "attributedTo")
		}
	}
	for _, i := range append(List(o["icon"]), List(o["image"])...) {
		i, _ := i.(Object)
		r.no(i["type"] != "Image" || Text(i["mediaType"]) == "" || !whole(i["width"]) || !whole(i["height"]), "a picture without type or size")
		address(r, i, "url")
	}
}

func public(o Object) bool {
	for _, a := range append(List(o["to"]), List(o["cc"])...) {
		if a == "https://www.w3.org/ns/activitystreams#Public" {
			return true
		}
	}
	return false
}

func note(r *reasons, o Object) {
	lists(r, o, "to", "cc", "tag")
	r.no(Text(o["content"]) == "", "content")
	r.no(!date(o["published"]), "published")
	r.no(Text(o["updated"]) < Text(o["published"]), "updated before published")
	r.no(!public(o), "a comment that is not for everybody")
	address(r, o, "inReplyTo")
	address(r, o, "attributedTo")
	r.no(hostOf(o["attributedTo"]) != hostOf(o["id"]), "its author is of another server")
}

func playlist(r *reasons, o Object) {
	lists(r, o, "to", "cc", "attributedTo")
	r.no(len(List(o["attributedTo"])) != 1, "not exactly one channel")
	r.no(!whole(o["totalItems"]), "totalItems")
	r.no(!uuids.MatchString(Text(o["uuid"])), "uuid")
	r.no(Text(o["name"]) == "", "name")
	r.no(!date(o["published"]) || !date(o["updated"]), "dates")
}

func collection(r *reasons, o Object) {
	r.no(!whole(o["totalItems"]), "totalItems")
	if o["type"] == "OrderedCollectionPage" {
		lists(r, o, "orderedItems")
		address(r, o, "partOf")
	}
	for _, i := range List(o["orderedItems"]) {
		if i, ok := i.(Object); ok {
			object(r, i)
		}
	}
}

func act(r *reasons, o Object, kind string) {
	address(r, o, "actor")
	r.no(hostOf(o["actor"]) != hostOf(o["id"]), "its actor is of another server")
	for _, name := range []string{"to", "cc"} {
		if _, said := o[name]; said {
			lists(r, o, name)
		}
	}
	inner, embedded := o["object"].(Object)
	r.no(!embedded && Text(o["object"]) == "", "no one object")
	switch kind {
	case "Create", "Update":
		r.no(!embedded, "the object is not embedded: PeerTube drops it")
		lists(r, o, "to", "cc")
	case "Undo", "Accept", "Reject":
		r.no(!embedded && kind != "Reject", "the activity is not embedded")
	case "Announce":
		r.no(!date(o["published"]), "no date: GoToSocial")
		lists(r, o, "to", "cc")
	}
	if embedded && Text(inner["type"]) != "WatchAction" && Text(inner["type"]) != "CacheFile" {
		object(r, inner)
	}
}
