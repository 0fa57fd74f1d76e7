package inbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/follow"
	"shoal/server/instance"
	"shoal/server/moderation"
)

func TestMastodonAndGoToSocialAreUnderstood(t *testing.T) {
	c := newTown(t)
	ours := c.ours("/videos/watch/" + filmID)
	// Mastodon: content in HTML, mentions as tags, a warning, audiences as it writes them
	n := note(c.eve, c.bad.id("notes"), ours, `<p><span class="h-card"><a href="`+c.ours("/accounts/alice")+`" class="u-url mention">@<span>alice</span></a></span> fine<script>alert(1)</script> <a href="javascript:x()">x</a></p>`)
	n["tag"] = []any{object{"type": "Mention", "href": c.ours("/accounts/alice"), "name": "@alice@ours"}}
	n["sensitive"], n["summary"], n["contentMap"] = true, "ducks <b>", object{"en": "x"}
	n["to"], n["cc"] = []string{c.eve + "/followers"}, []string{activity.Public, c.ours("/accounts/alice")}
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), n))
	text := c.text(`SELECT text FROM comment`)
	if strings.Contains(text, "script") || strings.Contains(text, "alert") || !strings.Contains(text, "fine") || !strings.HasPrefix(text, "<p><strong>ducks &lt;b&gt;") {
		t.Errorf("%q", text)
	}
	c.want(1, `SELECT count(*) FROM notification WHERE type = 2 AND member_id = $1`, c.alice.ID)
	// an edit, an older one, and one that is the last
	for text, at := range map[string]string{"second": "2026-11-22T12:00:00Z", "first": "2026-11-22T11:00:00Z"} {
		n["content"], n["updated"] = text, at
		if text == "first" {
			continue
		}
		c.bad.say(c.world, doing("Update", c.eve, c.bad.id("a"), n))
	}
	n["content"], n["updated"] = "first", "2026-11-22T11:00:00Z"
	c.bad.say(c.world, doing("Update", c.eve, c.bad.id("a"), n))
	if text := c.text(`SELECT text FROM comment`); !strings.Contains(text, "second") {
		t.Errorf("%q", text)
	}
	// a report from the server's own actor about somebody and what they wrote
	flag := doing("Flag", c.evil, c.bad.id("flags"), []any{c.ours("/accounts/alice"), ours, "https://nobody.example/1"})
	flag["content"] = ""
	c.bad.say(c.world, flag)
	c.want(1, `SELECT count(*) FROM abuse WHERE video_id = $1 AND reporter_id IS NULL`, c.world.film)
	// GoToSocial: scalars instead of lists
	g := object{
		"type": "Create", "id": c.bad.id("a"), "actor": c.eve, "to": activity.Public, "cc": c.eve + "/followers",
		"object": object{
			"type": "Note", "id": c.bad.id("notes"), "attributedTo": c.eve, "inReplyTo": ours, "content": "<p>scalar</p>", "published": "2026-11-22T10:00:00Z",
			"to": activity.Public, "cc": c.eve + "/followers", "tag": object{"type": "Mention", "href": c.ours("/accounts/alice")}, "interactionPolicy": object{"canLike": object{"always": activity.Public}},
		},
	}
	c.bad.say(c.world, g)
	c.want(2, `SELECT count(*) FROM comment`)
	// followed, blocked
	c.bad.say(c.world, doing("Follow", c.eve, c.bad.id("f"), c.ours("/video-channels/fakechan")))
	c.want(1, `SELECT count(*) FROM follow WHERE state = 'accepted'`)
	c.bad.say(c.world, doing("Block", c.eve, c.bad.id("b"), c.ours("/video-channels/fakechan")))
	c.want(0, `SELECT count(*) FROM follow`)
	// a vote in a poll, a word to friends, a word about nothing
	for _, change := range []object{{"name": "yes", "content": ""}, {"to": []string{c.ours("/accounts/alice")}, "cc": []string{}}, {"inReplyTo": nil}} {
		n := note(c.eve, c.bad.id("notes"), ours, "words")
		for k, v := range change {
			n[k] = v
		}
		c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), n))
	}
	c.want(2, `SELECT count(*) FROM comment`)
}

func TestThreadsAreFollowedUpward(t *testing.T) {
	c := newTown(t)
	at := c.film
	for i := range 8 {
		id := fmt.Sprintf("/notes/%d", i)
		c.bad.set(id, note(c.eve, c.bad.URL+id, at, fmt.Sprint("level ", i)))
		at = c.bad.URL + id
	}
	last := note(c.eve, c.bad.URL+"/notes/last", at, "the last")
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), last))
	c.want(9, `SELECT count(*) FROM comment WHERE video_id = (SELECT id FROM video WHERE url = $1)`, c.film)
	c.want(8, `SELECT replies FROM comment WHERE thread_id IS NULL`)
	// a circle, a thread without end, and one that is only long
	c.bad.set("/notes/a", note(c.eve, c.bad.URL+"/notes/a", c.bad.URL+"/notes/b", "a"))
	c.bad.set("/notes/b", note(c.eve, c.bad.URL+"/notes/b", c.bad.URL+"/notes/a", "b"))
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), note(c.eve, c.bad.URL+"/notes/c", c.bad.URL+"/notes/a", "c")))
	endless := func(w http.ResponseWriter, r *http.Request) bool {
		rest, ok := strings.CutPrefix(r.URL.Path, "/endless/")
		if ok {
			w.Header().Set("Content-Type", activity.ContentType)
			_ = json.NewEncoder(w).Encode(note(c.eve, c.bad.URL+r.URL.Path, c.bad.URL+"/endless/"+rest+"x", "on and on"))
		}
		return ok
	}
	c.bad.wish.Store(&endless)
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), note(c.eve, c.bad.URL+"/notes/d", c.bad.URL+"/endless/x", "d")))
	if r := c.reason(); !strings.Contains(r, "job") {
		t.Error(r)
	}
	c.until("the job gave up", func() bool {
		return c.number(`SELECT count(*) FROM river_job WHERE kind = 'comment-thread' AND state IN ('cancelled', 'discarded')`) == 1
	})
	c.want(9, `SELECT count(*) FROM comment`)
}

func TestThePastIsReadOnceFollowed(t *testing.T) {
	c := newTown(t)
	_, err := c.pool.Exec(c.ctx, `DELETE FROM video WHERE NOT local`)
	must(t, err)
	var items []any
	for i := range 25 {
		path := fmt.Sprintf("/videos/watch/p%d", i)
		c.good.film(path, c.mia, c.place, object{"likes": c.good.URL + path + "/likes", "comments": c.good.URL + path + "/comments", "hasParts": c.good.URL + path + "/chapters"})
		c.good.set(path+"/likes", object{"id": c.good.URL + path + "/likes", "type": "OrderedCollection", "totalItems": 7})
		c.good.set(path+"/chapters", object{"id": c.good.URL + path + "/chapters", "hasPart": []any{object{"name": "One", "startOffset": 0}, object{"name": "Two", "startOffset": 9}, object{"name": "", "startOffset": -1}}})
		said := c.good.set(path+"/n", note(c.ned, c.good.URL+path+"/n", c.good.URL+path, "nice"))
		c.good.set(path+"/comments", object{"id": c.good.URL + path + "/comments", "type": "OrderedCollection", "totalItems": 1, "first": object{"type": "OrderedCollectionPage", "orderedItems": []any{said}}})
		items = append(items, doing("Announce", c.place, c.good.id("announces"), c.good.URL+path))
	}
	items = append(items, doing("Announce", c.eve, c.bad.id("x"), c.film), doing("Like", c.mia, c.good.id("x"), c.film), "nonsense", 7)
	outbox := c.good.URL + "/video-channels/mias/outbox"
	c.good.set("/video-channels/mias/outbox", object{"id": outbox, "type": "OrderedCollection", "totalItems": len(items), "first": outbox + "?page=1"})
	for n := range 3 {
		page := fmt.Sprintf("%s?page=%d", outbox, n+1)
		next := fmt.Sprintf("%s?page=%d", outbox, n+2)
		if n == 2 {
			next = outbox + "?page=1" // in a circle
		}
		c.good.set(fmt.Sprintf("/video-channels/mias/outbox?page=%d", n+1), object{"id": page, "type": "OrderedCollectionPage", "partOf": outbox, "next": next, "orderedItems": items[min(n*10, len(items)):min(n*10+10, len(items))]})
	}
	place, err := c.remote.Actor(c.ctx, idOf(c.place))
	must(t, err)
	must(t, pgx.BeginFunc(c.ctx, c.pool, func(tx pgx.Tx) error { return follow.Subscribe(c.ctx, tx, c.alice.AccountID, place.ID) }))
	_, err = c.pool.Exec(c.ctx, `UPDATE follow SET state = 'pending'`)
	must(t, err)
	for range 2 {
		c.good.say(c.world, doing("Accept", c.place, c.good.id("accepts"), object{"type": "Follow", "id": c.ours("/f"), "actor": c.ours("/accounts/alice"), "object": c.place}))
	}
	c.jobs()
	c.want(25, `SELECT count(*) FROM video WHERE NOT local AND likes = 7`)
	c.want(50, `SELECT count(*) FROM video_chapter`)
	c.want(25, `SELECT count(*) FROM comment`)
	c.want(1, `SELECT count(*) FROM federation_past WHERE state = 'done' AND seen = 28 AND kept = 25 AND total = 29`)
	c.want(0, `SELECT count(*) FROM notification WHERE type = 1`) // the past is no news
}

func TestListsThatLeadElsewhereAreNotFollowed(t *testing.T) {
	c := newTown(t)
	film := c.good.film("/videos/watch/2", c.mia, c.place, object{"comments": c.good.URL + "/c2", "shares": c.good.URL + "/s2"})
	c.good.set("/c2", object{"id": c.good.URL + "/c2", "type": "OrderedCollection", "first": c.ours("/inbox")})
	c.good.set("/s2", object{"id": c.good.URL + "/s2", "type": "OrderedCollection", "first": c.bad.URL + "/list"})
	c.bad.set("/list", object{"id": c.bad.URL + "/list", "type": "OrderedCollectionPage", "orderedItems": []any{}})
	c.good.say(c.world, doing("Create", c.mia, c.good.id("a"), film))
	c.jobs()
	if n := c.bad.asked("/list"); n != 0 {
		t.Errorf("another server was asked %d times", n)
	}
}

func TestHostileFilmsLoseTheirParts(t *testing.T) {
	c := newTown(t)
	film := c.good.film("/videos/watch/3", c.mia, c.place, object{
		"name": "  Ducks\u202e and\n\u0007 geese " + strings.Repeat("x", 300), "content": strings.Repeat("y", 30_000), "views": -5,
		"category": object{"identifier": "999", "name": "x"}, "licence": object{"identifier": "CC-BY-SA-4.0"}, "language": object{"identifier": "en'; DROP TABLE video; --"},
		"tag":              []any{object{"type": "Hashtag", "name": "#ducks"}, object{"type": "Hashtag", "name": "x"}, object{"type": "Hashtag", "name": "Ducks"}, "odd", 7, object{"type": "SensitiveTag", "name": "violent"}},
		"icon":             []any{object{"type": "Image", "url": "javascript:alert(1)", "mediaType": "image/png"}, object{"type": "Image", "url": "https://x.example/a.svg", "mediaType": "image/svg+xml"}},
		"subtitleLanguage": []any{object{"identifier": "../../etc", "url": c.good.URL + "/x.vtt"}, object{"identifier": "en", "url": "file:///etc/passwd"}, object{"identifier": "fr", "url": []any{object{"type": "Link", "mediaType": "text/vtt", "href": c.good.URL + "/fr.vtt"}}}},
		"preview":          []any{object{"type": "Image", "rel": []any{"storyboard"}, "url": []any{object{"mediaType": "image/jpeg", "href": c.good.URL + "/s.jpg", "width": 1 << 30, "height": 5, "tileWidth": 0, "tileDuration": "PT0S"}}}},
		"likes":            c.bad.URL + "/likes", "aspectRatio": -4,
		"url": []any{
			object{"type": "Link", "mediaType": "text/html", "href": "javascript:alert(1)"},
			object{"type": "Link", "mediaType": "video/mp4", "href": c.good.URL + "/a.mp4", "height": 720, "width": 1280, "size": -3, "fps": 1 << 40},
			object{"type": "Link", "mediaType": "video/mp4", "href": "ftp://x.example/a.mp4", "height": 360},
			object{"type": "Link", "mediaType": "video/mp4", "href": c.good.URL + "/b.mp4", "height": -720},
			object{"type": "Link", "mediaType": "application/x-bittorrent;x-scheme-handler/magnet", "href": "magnet:?xt=urn:btih:zz", "height": 720},
			object{"type": "Link", "name": "tracker-http", "rel": []any{"tracker", "http"}, "href": "javascript:x"},
		},
	})
	c.good.say(c.world, doing("Create", c.mia, c.good.id("a"), film))
	got := c.text(`SELECT concat_ws('|', length(name), left(name, 15), length(description), views, category, licence, language, array_to_string(tags, ','), nsfw_flags, likes_url, page, array_length(trackers, 1),
		(SELECT count(*) FROM video_file f WHERE f.video_id = v.id AND size = 0), (SELECT count(*) FROM video_image i WHERE i.video_id = v.id),
		(SELECT string_agg(language, ',') FROM video_caption i WHERE i.video_id = v.id), (SELECT count(*) FROM video_storyboard i WHERE i.video_id = v.id))
		FROM video v JOIN video_remote r ON r.video_id = v.id WHERE url = $1`, film["id"])
	if want := `120|Ducks and geese|10000|0|2|ducks|1|||1|0|fr|0`; got != want {
		t.Errorf("%s, want %s; %s", got, want, c.reason())
	}
	for name, change := range map[string]object{
		"no UUID": {"uuid": "x"}, "another's UUID": {"uuid": filmID}, "no name": {"name": "x"}, "no channel": {"attributedTo": []any{object{"type": "Person", "id": c.mia}}},
		"no date": {"published": "soon"}, "no length that makes sense": {"duration": "PT9999999S"}, "a channel of another server": {"attributedTo": []any{object{"type": "Group", "id": c.evil}}},
	} {
		bad := c.good.film("/videos/watch/"+strings.ReplaceAll(name, " ", "-"), c.mia, c.place, change)
		c.good.post(c.world, "/inbox", doing("Create", c.mia, c.good.id("a"), bad))
		c.idle()
		if n := c.number(`SELECT count(*) FROM video WHERE url = $1`, bad["id"]); n != 0 {
			t.Errorf("%s was taken", name)
		}
	}
	// an actor whose inbox says something to databases and pages
	odd := c.good.actor("Person", "/users/odd", "odd", object{"inbox": c.good.URL + "/inbox?q=');DROP%20TABLE%20follow;--", "name": "<img src=x onerror=alert(1)>\u202e", "summary": "<p>one</p><script>x</script>"})
	c.good.say(c.world, doing("Follow", odd, c.good.id("f"), c.ours("/video-channels/fakechan")))
	c.want(1, `SELECT count(*) FROM follow`)
	if got := c.text(`SELECT display_name || '|' || description FROM actor WHERE url = $1`, odd); got != "<img src=x onerror=alert(1)>|one" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsGoneStaysGone(t *testing.T) {
	c := newTown(t)
	ours := c.ours("/videos/watch/" + filmID)
	// the deletion comes first
	n := note(c.eve, c.bad.URL+"/notes/1", ours, "gone")
	c.bad.say(c.world, doing("Delete", c.eve, c.bad.id("d"), n["id"]))
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), n))
	c.want(0, `SELECT count(*) FROM comment`)
	c.bad.set("/notes/1", n) // its server has it again
	c.bad.say(c.world, doing("Create", c.eve, c.bad.id("a"), n))
	c.want(1, `SELECT count(*) FROM comment`)
	// a film, made private and public again
	c.good.say(c.world, doing("Delete", c.mia, c.good.id("d"), object{"id": c.film, "type": "Tombstone"}))
	c.want(0, `SELECT count(*) FROM video WHERE url = $1`, c.film)
	c.good.set("/videos/watch/1", 404)
	c.good.say(c.world, doing("Announce", c.place, c.good.id("a"), c.film))
	c.want(0, `SELECT count(*) FROM video WHERE url = $1`, c.film)
	film := c.good.film("/videos/watch/1", c.mia, c.place, nil)
	c.good.say(c.world, doing("Create", c.mia, c.good.id("a"), film))
	c.want(1, `SELECT count(*) FROM video WHERE url = $1`, c.film)
	// people leave, with what is theirs; whoever was never heard of is not asked for
	c.bad.say(c.world, like(c.eve, c.bad.id("l"), ours))
	c.good.set("/accounts/mia", 410)
	c.good.set("/video-channels/mias", 410)
	c.good.say(c.world, doing("Delete", c.mia, c.good.id("d"), c.mia))
	c.want(0, `SELECT count(*) FROM video WHERE NOT local`)
	c.want(0, `SELECT count(*) FROM actor WHERE url IN ($1, $2)`, c.mia, c.place)
	c.bad.say(c.world, doing("Delete", c.eve, c.bad.id("d"), c.eve))
	c.want(0, `SELECT likes FROM video WHERE id = $1`, c.world.film)
	stranger := c.bad.URL + "/users/stranger"
	if got := c.bad.post(c.world, "/inbox", doing("Delete", stranger, c.bad.id("d"), stranger)); got != 202 || c.bad.asked("/users/stranger") > 0 {
		t.Errorf("%d, asked %d times", got, c.bad.asked("/users/stranger"))
	}
}

func TestModerationHoldsForThoseOfElsewhere(t *testing.T) {
	c := newTown(t)
	ours := c.ours("/videos/watch/" + filmID)
	say := func(from *peer, by, text string) string {
		n := note(by, from.id("notes"), ours, text)
		from.say(c.world, doing("Create", by, from.id("a"), n))
		return n["id"].(string)
	}
	_, err := c.pool.Exec(c.ctx, `UPDATE video SET comments_policy = 3 WHERE id = $1`, c.world.film)
	must(t, err)
	held := say(c.bad, c.eve, "please")
	c.want(1, `SELECT count(*) FROM comment WHERE url = $1 AND held`, held)
	_, err = c.pool.Exec(c.ctx, `UPDATE video SET comments_policy = 2 WHERE id = $1`, c.world.film)
	must(t, err)
	say(c.bad, c.eve, "closed")
	c.want(1, `SELECT count(*) FROM comment`)
	_, err = c.pool.Exec(c.ctx, `UPDATE video SET comments_policy = 1, privacy = 3 WHERE id = $1`, c.world.film)
	must(t, err)
	say(c.bad, c.eve, "private")
	c.bad.say(c.world, like(c.eve, c.bad.id("l"), ours))
	c.want(1, `SELECT count(*) FROM comment`)
	c.want(0, `SELECT likes FROM video WHERE id = $1`, c.world.film)
	_, err = c.pool.Exec(c.ctx, `UPDATE video SET privacy = 1 WHERE id = $1`, c.world.film)
	must(t, err)
	_, err = c.pool.Exec(c.ctx, `INSERT INTO watched_words (account_id, name, words) VALUES ($1, 'rude', '{nincompoop}'); `, c.alice.AccountID)
	must(t, err)
	_, err = c.pool.Exec(c.ctx, `INSERT INTO tag_policy (account_id, tag) VALUES ($1, 'rude')`, c.alice.AccountID)
	must(t, err)
	fine := say(c.bad, c.eve, "you are kind")
	c.want(1, `SELECT count(*) FROM comment WHERE url = $1 AND NOT held`, fine)
	rude := say(c.bad, c.eve, "you nincompoop")
	c.want(1, `SELECT count(*) FROM comment WHERE url = $1 AND held`, rude)
	edit := note(c.eve, fine, ours, "no: you nincompoop")
	edit["updated"] = "2026-11-22T12:00:00Z"
	c.bad.say(c.world, doing("Update", c.eve, c.bad.id("a"), edit))
	c.want(1, `SELECT count(*) FROM comment WHERE url = $1 AND held`, fine)
	// alice does not hear ned; the platform does not hear eve, and then nothing of her server
	ned, err := c.remote.Actor(c.ctx, idOf(c.ned))
	must(t, err)
	eve, err := c.remote.Actor(c.ctx, idOf(c.eve))
	must(t, err)
	must(t, moderation.BlockAccount(c.ctx, c.pool, c.alice.AccountID, ned.AccountID))
	before := c.number(`SELECT count(*) FROM notification`)
	say(c.good, c.ned, "hello @alice")
	c.want(before, `SELECT count(*) FROM notification`)
	c.good.say(c.world, doing("Follow", c.ned, c.good.id("f"), c.ours("/video-channels/fakechan")))
	c.want(1, `SELECT count(*) FROM follow WHERE state = 'rejected'`)
	must(t, moderation.BlockAccount(c.ctx, c.pool, 0, eve.AccountID))
	c.until("the block holds", func() bool { // within seconds
		c.bad.say(c.world, doing("View", c.eve, c.bad.id("v"), ours))
		return strings.Contains(c.reason(), "blocked")
	})
	all := c.number(`SELECT count(*) FROM comment`)
	say(c.bad, c.eve, "again")
	c.want(all, `SELECT count(*) FROM comment`)
	must(t, moderation.BlockHost(c.ctx, c.pool, 0, strings.TrimPrefix(c.bad.URL, "http://"), "x"))
	c.until("the block of a server holds", func() bool { return c.bad.post(c.world, "/inbox", like(c.eve, c.bad.id("l"), ours)) == 403 })
	c.good.say(c.world, doing("Announce", c.place, c.good.id("a"), c.bad.film("/videos/watch/1", c.eve, c.evil, nil)["id"]))
	c.want(2, `SELECT count(*) FROM video`)
	if n := c.bad.asked("/videos/watch/1"); n > 0 {
		t.Errorf("a blocked server was asked %d times", n)
	}
}

func TestFollowsGoByTheSettings(t *testing.T) {
	c := newTown(t)
	platform := c.ours("/accounts/peertube")
	set := func(f instance.Follows) {
		must(t, c.instance.Change(c.ctx, func(s *instance.Settings) { s.Follows = f }))
	}
	set(instance.Follows{Platform: true, Approve: true, Channels: true, Back: true})
	c.bad.say(c.world, doing("Follow", c.evil, c.bad.id("f"), platform))
	c.want(1, `SELECT count(*) FROM follow f JOIN actor a ON a.id = f.followed_id WHERE a.host = '' AND f.state = 'pending'`)
	c.want(1, `SELECT count(*) FROM follow f JOIN actor a ON a.id = f.follower_id WHERE a.host = '' AND f.state = 'pending'`)
	set(instance.Follows{})
	c.good.say(c.world, doing("Follow", c.mia, c.good.id("f"), platform))
	c.good.say(c.world, doing("Follow", c.mia, c.good.id("f"), c.ours("/accounts/alice")))
	c.want(2, `SELECT count(*) FROM follow WHERE state = 'rejected'`)
	set(instance.Follows{Platform: true, Channels: true})
	f := doing("Follow", c.ned, c.good.id("f"), c.ours("/accounts/alice"))
	c.good.say(c.world, f)
	c.want(1, `SELECT count(*) FROM notification WHERE type = 10`)
	c.want(1, `SELECT count(*) FROM follow WHERE state = 'accepted'`)
	c.good.say(c.world, doing("Undo", c.ned, c.good.id("u"), f["id"])) // by its name alone
	c.want(0, `SELECT count(*) FROM follow WHERE state = 'accepted'`)
}

func TestThoseWhoMoveAreFollowed(t *testing.T) {
	c := newTown(t)
	mia, err := c.remote.Actor(c.ctx, idOf(c.place))
	must(t, err)
	must(t, pgx.BeginFunc(c.ctx, c.pool, func(tx pgx.Tx) error { return follow.Subscribe(c.ctx, tx, c.alice.AccountID, mia.ID) }))
	owner := c.bad.actor("Person", "/accounts/mia", "mia", nil)
	moved := c.bad.actor("Group", "/video-channels/mias", "mias", object{"attributedTo": []any{object{"type": "Person", "id": owner}}, "alsoKnownAs": []string{c.place}})
	c.good.say(c.world, object{"type": "Move", "id": c.good.id("m"), "actor": c.place, "object": c.place, "target": moved})
	c.want(1, `SELECT count(*) FROM follow f JOIN actor a ON a.id = f.followed_id WHERE a.url = $1 AND f.state = 'pending'`, moved)
	c.want(1, `SELECT count(*) FROM follow`)
}
