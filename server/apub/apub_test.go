package apub_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/activity/activitytest"
	"shoal/server/apub/objects"
	"shoal/server/comment"
	"shoal/server/fail"
	"shoal/server/keyring"
	"shoal/server/moderation"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// addresses are all that a living world shows, by what is there.
func (w *world) addresses() map[string]string {
	film := string(objects.VideoID(site, w.film.UUID))
	list := string(objects.PlaylistID(site, w.list))
	var actor, element int64
	w.must(w.pool.QueryRow(w.ctx, `SELECT actor_id FROM channel WHERE id = $1`, w.channel).Scan(&actor))
	w.must(w.pool.QueryRow(w.ctx, `SELECT id FROM playlist_element ORDER BY id LIMIT 1`).Scan(&element))
	platform, _, err := keyring.Instance(w.ctx, w.pool, site)
	w.must(err)
	one, two := fmt.Sprintf("%s/comments/%d", film, w.said[0]), fmt.Sprintf("%s/comments/%d", film, w.said[1])
	out := map[string]string{
		"platform": site + "/accounts/peertube", "account": site + "/accounts/ada", "channel": site + "/video-channels/ada_channel",
		"video": film, "video by its short name": site + "/w/" + shortid.From(w.film.UUID), "video's creation": film + "/activity",
		"likes": film + "/likes", "dislikes": film + "/dislikes", "shares": film + "/announces", "comments": film + "/comments", "chapters": film + "/chapters",
		"settings": film + "/player-settings", "channel's settings": site + "/video-channels/ada_channel/player-settings",
		"likes page": film + "/likes?page=1", "dislikes page": film + "/dislikes?page=1", "shares page": film + "/announces?page=1", "comments page": film + "/comments?page=1",
		"share by the channel": fmt.Sprintf("%s/announces/%d", film, actor), "share by the platform": fmt.Sprintf("%s/announces/%d", film, platform),
		"like": fmt.Sprintf("%s/accounts/bob/likes/%d", site, w.film.ID), "dislike": fmt.Sprintf("%s/accounts/ada/dislikes/%d", site, w.film.ID),
		"comment": one, "answer": two, "comment's creation": one + "/activity", "approval": one + "/approve-reply",
		"playlist": list, "playlist page": list + "?page=1", "playlist's creation": list + "/activity", "element": fmt.Sprintf("%s/videos/%d", list, element),
		"playlist as a page": site + "/w/p/" + shortid.From(w.list), "account, short": site + "/a/ada", "channel, short": site + "/c/ada_channel",
	}
	for _, a := range []string{"accounts/peertube", "accounts/ada", "video-channels/ada_channel"} {
		for _, of := range []string{"followers", "following", "outbox", "playlists"} {
			out[of+" of "+a], out[of+" page of "+a] = site+"/"+a+"/"+of, site+"/"+a+"/"+of+"?page=1"
		}
	}
	return out
}

func TestWhatWeShowIsTakenByOthers(t *testing.T) {
	w := newWorld(t)
	w.live()
	for what, at := range w.addresses() {
		t.Run(what, func(t *testing.T) {
			r := w.get(at).ok()
			if r.head.Get("Content-Type") != "application/activity+json; charset=utf-8" || !strings.Contains(r.head.Get("Vary"), "Accept") {
				t.Errorf("%v", r.head)
			}
			activitytest.Check(t, r.body)
			o := r.object()
			if id := activitytest.Text(o["id"]); w.get(id).status != http.StatusOK {
				t.Errorf("%s calls itself %s, where nothing is", at, id)
			}
		})
	}
}

func TestPeopleGetPages(t *testing.T) {
	w := newWorld(t)
	w.live()
	for what, at := range w.addresses() {
		for _, accept := range []string{"text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "", "application/json", "text/html, application/activity+json;q=0.5"} {
			if r := w.get(at, accept); string(r.body) != "a page" || !strings.Contains(r.head.Get("Vary"), "Accept") {
				t.Errorf("%s for %q: %.80s", what, accept, r.body)
			}
		}
	}
	for _, accept := range []string{
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "application/activity+json, text/html;q=0.1", "application/activity+json, text/html",
		"APPLICATION/ACTIVITY+JSON", `application/ld+json;profile="a,b";q=0.9, */*;q=0.1`,
	} {
		if r := w.get(site+"/accounts/ada", accept); r.head.Get("Content-Type") != activity.ContentType {
			t.Errorf("%q: %.80s", accept, r.body)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/accounts/ada", nil)
	r.Header.Set("Accept", activity.ContentType)
	o := httptest.NewRecorder()
	if w.handler.ServeHTTP(o, r); o.Body.String() != "a page" {
		t.Error("a form is not for other servers")
	}
}

// hidden are ways in which a film is not for the world.
var hidden = map[string]func(w *world){
	"private":                func(w *world) { w.exec(`UPDATE video SET privacy = 3`) },
	"internal":               func(w *world) { w.exec(`UPDATE video SET privacy = 4`) },
	"with a password":        func(w *world) { w.exec(`UPDATE video SET privacy = 5`) },
	"unlisted":               func(w *world) { w.exec(`UPDATE video SET privacy = 2`) },
	"waiting for renditions": func(w *world) { w.exec(`UPDATE video SET state = 2`) },
	"planned, private so far": func(w *world) {
		w.exec(`UPDATE video SET privacy = 3`)
		w.exec(`INSERT INTO video_schedule VALUES (1, now() + interval '1 day', 1)`)
	},
	"blocked": func(w *world) {
		w.tx(func(tx pgx.Tx) error { return video.AddBlock(w.ctx, tx, video.Block{VideoID: w.film.ID, Kind: 1}) })
	},
}

// TestNothingLeaks asks for everything about a film that is not for the world.
func TestNothingLeaks(t *testing.T) {
	for how, hide := range hidden {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t)
			w.live()
			hide(w)
			for what, at := range w.addresses() {
				r := w.get(at)
				about := strings.Contains(at, w.film.UUID.String()) || strings.Contains(at, shortid.From(w.film.UUID)) || strings.Contains(at, "likes/") || what == "element"
				if about && r.status != http.StatusNotFound {
					t.Errorf("%s: %d %.200s", what, r.status, r.body)
				}
				for _, secret := range []string{"Ducks", w.film.UUID.String(), "-fragmented", "What a pond"} {
					if strings.Contains(string(r.body), secret) {
						t.Errorf("%s tells %s", what, secret)
					}
				}
			}
			if r := w.get(fmt.Sprintf("/videos/watch/%d", w.film.ID)); r.status != http.StatusNotFound {
				t.Error("numbers of rows name nothing")
			}
		})
	}
}

func TestUnlistedFilmsAreShownWhenTheOperatorWants(t *testing.T) {
	w := newWorld(t)
	w.live()
	hidden["unlisted"](w)
	w.server.Unlisted = true
	o := w.get(string(objects.VideoID(site, w.film.UUID))).object()
	if len(activitytest.List(o["to"]))+len(activitytest.List(o["cc"])) != 0 {
		t.Errorf("an unlisted film is for %v %v", o["to"], o["cc"])
	}
	for _, at := range []string{"/accounts/ada/outbox?page=1", "/accounts/peertube/outbox?page=1", "/video-channels/ada_channel/outbox?page=1"} {
		if strings.Contains(string(w.get(at).ok().body), w.film.UUID.String()) {
			t.Errorf("%s lists it", at)
		}
	}
}

func TestCommentsThatAreNotForTheWorld(t *testing.T) {
	w := newWorld(t)
	w.live()
	at := func(i int) string {
		return fmt.Sprintf("%s/comments/%d", objects.VideoID(site, w.film.UUID), w.said[i])
	}
	held := w.say(w.bob, "Look at my shop", 0)
	w.exec(`UPDATE comment SET held = true WHERE id = $1`, held)
	muted := w.say(w.join("eve"), "Rubbish", 0)
	w.exec(`INSERT INTO account_block (blocked_id) SELECT account_id FROM comment WHERE id = $1`, muted)
	for _, i := range []int{2, 3} {
		for _, tail := range []string{"", "/activity", "/approve-reply"} {
			if r := w.get(at(i) + tail); r.status != http.StatusNotFound {
				t.Errorf("%d%s: %d", i, tail, r.status)
			}
		}
	}
	list := string(w.get(string(objects.CommentsID(objects.VideoID(site, w.film.UUID))) + "?page=1").ok().body)
	if strings.Contains(list, fmt.Sprintf("comments/%d", held)) || strings.Contains(list, fmt.Sprintf("comments/%d\"", muted)) || !strings.Contains(list, at(0)) {
		t.Error(list)
	}
	w.tx(func(tx pgx.Tx) error { return comment.Delete(w.ctx, tx, w.film.ID, w.said[0], w.viewer(w.bob)) })
	r := w.get(at(0)).ok()
	activitytest.Check(t, r.body)
	if o := r.object(); o["type"] != "Tombstone" || o["formerType"] != "Note" || strings.Contains(string(r.body), "pond!") {
		t.Errorf("%s", r.body)
	}
	for _, tail := range []string{"/activity", "/approve-reply"} {
		if r := w.get(at(0) + tail); r.status != http.StatusNotFound {
			t.Errorf("%s of what is gone: %d", tail, r.status)
		}
	}
}

func TestNotesCallWhomTheyAnswer(t *testing.T) {
	w := newWorld(t)
	w.live()
	o := w.get(fmt.Sprintf("%s/comments/%d", objects.VideoID(site, w.film.UUID), w.said[1])).object()
	tag := activitytest.List(o["tag"])
	if len(tag) != 1 || fmt.Sprint(tag[0]) != fmt.Sprint(map[string]any{"type": "Mention", "href": site + "/accounts/bob", "name": "@bob@films.example"}) {
		t.Errorf("%v", tag)
	}
	if fmt.Sprint(o["cc"]) != fmt.Sprint([]any{site + "/accounts/ada/followers", site + "/accounts/bob"}) {
		t.Errorf("%v", o["cc"])
	}
}

func TestPlaylistsShowWhatEverybodyMaySee(t *testing.T) {
	w := newWorld(t)
	w.live()
	secret := w.add(uuid.New(), "A secret", api.Private)
	w.tx(func(tx pgx.Tx) error {
		p, _, err := playlist.Find(w.ctx, tx, w.list.String())
		if err == nil {
			_, err = playlist.Add(w.ctx, tx, p.ID, secret.ID, playlist.Times{})
		}
		return err
	})
	o := w.get(w.addresses()["playlist page"]).object()
	if o["totalItems"] != 1.0 || len(activitytest.List(o["orderedItems"])) != 1 {
		t.Errorf("%v", o)
	}
	if r := w.get(fmt.Sprintf("/video-playlists/%s/videos/2", w.list)); r.status != http.StatusNotFound {
		t.Errorf("%d %s", r.status, r.body)
	}
	all := w.addresses()
	for _, privacy := range []int{api.PlaylistPrivate, api.PlaylistUnlisted} {
		w.exec(`UPDATE playlist SET privacy = $1 WHERE uuid = $2`, privacy, w.list)
		for _, what := range []string{"playlist", "playlist page", "element", "playlist's creation", "playlist as a page"} {
			if r := w.get(all[what]); r.status != http.StatusNotFound {
				t.Errorf("%s: %d", what, r.status)
			}
		}
	}
	var later uuid.UUID
	w.must(w.pool.QueryRow(w.ctx, `SELECT uuid FROM playlist WHERE kind = 2 LIMIT 1`).Scan(&later))
	if r := w.get("/video-playlists/" + later.String()); r.status != http.StatusNotFound {
		t.Error("what is to be watched later is nobody's business")
	}
}

func TestWhoLeavesIsGone(t *testing.T) {
	w := newWorld(t)
	w.live()
	w.exec(`UPDATE member SET leaving = true WHERE username = 'ada'`)
	for _, at := range []string{"/accounts/ada", "/accounts/ada/outbox", "/accounts/ada/followers?page=1", "/video-channels/ada_channel", "/.well-known/webfinger?resource=acct:ada@films.example"} {
		if r := w.get(at); r.status != http.StatusNotFound {
			t.Errorf("%s: %d %.100s", at, r.status, r.body)
		}
	}
}

func TestStrangersAreSentWhereThingsAre(t *testing.T) {
	w := newWorld(t)
	w.live()
	const far = "https://other.example/videos/watch/1"
	w.exec(`UPDATE video SET local = false, url = $1`, far)
	if r := w.get("/videos/watch/" + w.film.UUID.String()); r.status != http.StatusFound || r.head.Get("Location") != far {
		t.Errorf("%d %v", r.status, r.head)
	}
	if r := w.get("/videos/watch/" + w.film.UUID.String() + "/likes"); r.status != http.StatusNotFound {
		t.Error(r.status)
	}
	w.exec(`UPDATE video SET privacy = 3`)
	if r := w.get("/videos/watch/" + w.film.UUID.String()); r.status != http.StatusNotFound {
		t.Error(r.status)
	}
}

func TestOddAddressesAreRefused(t *testing.T) {
	w := newWorld(t)
	w.live()
	film := string(objects.VideoID(site, w.film.UUID))
	for _, at := range []string{
		"/accounts/nobody", "/accounts/ada_channel", "/video-channels/ada", "/accounts/ada@other.example", "/accounts/ada/nonsense", "/accounts/ada/likes/0",
		"/accounts/ada/likes/x", "/accounts/ada/likes/01", fmt.Sprintf("/accounts/ada/likes/%d", w.film.ID), "/accounts/ada/followers/1", "/videos/watch/x",
		film + "/comments/99999", film + "/comments/x", film + "/announces/99999", film + "/announces/1/2", film + "/likes?page=0", film + "/likes?page=-1", film + "/likes?page=x",
		film + "/comments?page=99999999", "/video-playlists/x", "/video-playlists/" + uuid.NewString(), "/videos/watch/" + uuid.NewString(), "/nodeinfo/3.0.json",
		"/accounts/" + strings.Repeat("a", 300), "/accounts/a%00b", "/videos/watch/" + uuid.NewString() + "/comments/" + fmt.Sprint(w.said[0]),
	} {
		if r := w.get(at); r.status != http.StatusNotFound || !strings.Contains(r.head.Get("Content-Type"), "problem+json") {
			t.Errorf("%.80s: %d %.100s", at, r.status, r.body)
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("%.500s", w.log.String())
	}
}

func TestSecureModeAsksForSignatures(t *testing.T) {
	w := newWorld(t)
	w.live()
	w.server.Verify = func(r *http.Request) error {
		if r.Header.Get("Signature") == "good" {
			return nil
		}
		return fail.New(fail.Unauthorized, "Please sign your request.")
	}
	for what, at := range w.addresses() {
		want := http.StatusUnauthorized
		if what == "platform" {
			want = http.StatusOK
		}
		if r := w.get(at); r.status != want {
			t.Errorf("%s: %d", what, r.status)
		}
		r := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(at, site), nil)
		r.Header.Set("Accept", activity.ContentType)
		r.Header.Set("Signature", "good")
		o := httptest.NewRecorder()
		if w.handler.ServeHTTP(o, r); o.Code != http.StatusOK || what != "platform" && o.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s, signed: %d %v", what, o.Code, o.Header())
		}
	}
	if r := w.get("/accounts/nobody"); r.status != http.StatusUnauthorized {
		t.Errorf("whether somebody is here is told to strangers: %d", r.status)
	}
}

func TestAPlatformThatFederatesWithNobody(t *testing.T) {
	w := newWorld(t)
	w.live()
	w.server.Off = true
	for what, at := range w.addresses() {
		if r := w.get(at); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", what, r.status)
		}
		if r := w.get(at, "text/html"); string(r.body) != "a page" {
			t.Errorf("%s: no page", what)
		}
	}
	for _, at := range []string{"/.well-known/webfinger?resource=acct:ada@films.example", "/.well-known/nodeinfo", "/nodeinfo/2.0.json", "/.well-known/host-meta"} {
		if r := w.get(at); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", at, r.status)
		}
	}
}

func TestTroubleOfOursIsNotTold(t *testing.T) {
	w := newWorld(t)
	w.pool.Close()
	r := w.get("/accounts/ada")
	if r.status != http.StatusInternalServerError || strings.Contains(string(r.body), "closed pool") || !strings.Contains(w.log.String(), "closed pool") {
		t.Errorf("%d %s", r.status, r.body)
	}
	w.log.Reset()
}

func TestWhoIsMutedIsNotHeardOf(t *testing.T) {
	w := newWorld(t)
	w.live()
	w.must(moderation.BlockAccount(w.ctx, w.pool, 0, w.bob.AccountID))
	if r := w.get(w.addresses()["comment"]); r.status != http.StatusNotFound {
		t.Error(r.status)
	}
}
