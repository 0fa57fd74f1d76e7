package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/activity"
	"shoal/server/channel"
	"shoal/server/comment"
	"shoal/server/follow"
	"shoal/server/leaving"
	"shoal/server/moderation"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
)

func TestALifeOfAVideo(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.expect("it is published",
		"/accounts/ada: Create Video /v → "+atAccount,
		"/accounts/peertube: Announce /v → "+all,
		"/video-channels/ada_channel: Announce /v → "+all)
	edit := func(u api.VideoUpdate) {
		w.tx(func(tx pgx.Tx) error { return video.Update(w.ctx, tx, v.ID, u) })
	}
	edit(api.VideoUpdate{Name: new("Geese")})
	edit(api.VideoUpdate{Tags: []string{"geese"}})
	w.tx(func(tx pgx.Tx) error {
		return video.SetChapters(w.ctx, tx, v.ID, []video.Chapter{{Timecode: 0, Title: "One"}, {Timecode: 5, Title: "Two"}})
	})
	w.expect("it is edited three times", "/accounts/ada: Update Video /v → "+all)
	edit(api.VideoUpdate{Name: new("Geese")})
	w.expect("nothing is changed")
	bob := w.join("bob")
	w.told()
	w.must(video.Rate(w.ctx, w.pool, bob.AccountID, v.ID, video.Like))
	w.expect("it is liked", "/accounts/ada: Update Video /v → "+all)
	other, err := channel.Create(w.ctx, w.pool, channel.New{AccountID: w.ada.AccountID, Name: "birds", DisplayName: "Birds"}, 20)
	w.must(err)
	w.told()
	edit(api.VideoUpdate{ChannelID: &other})
	w.expect("it goes to another channel",
		"/video-channels/ada_channel: Undo Announce of /v → "+all,
		"/video-channels/birds: Announce /v → "+atAccount+" "+atPlatform,
		"/accounts/ada: Update Video /v → "+atAccount+" "+atPlatform)
	edit(api.VideoUpdate{ChannelID: &w.channel})
	w.told()
	edit(api.VideoUpdate{Privacy: new(api.Private)})
	w.expect("it becomes private", "/accounts/ada: Delete /v → "+all)
	edit(api.VideoUpdate{Name: new("Nobody hears of this")})
	w.expect("a private one is edited")
	edit(api.VideoUpdate{Privacy: new(api.Public)})
	if got := w.told(); len(got) != 3 {
		t.Error(got)
	}
	w.tx(func(tx pgx.Tx) error {
		return video.AddBlock(w.ctx, tx, video.Block{VideoID: v.ID, Kind: video.BlockedByHand})
	})
	w.expect("it is blocked", "/accounts/ada: Delete /v → "+all)
	w.tx(func(tx pgx.Tx) error { return video.RemoveBlock(w.ctx, tx, v.ID) })
	if got := w.told(); len(got) != 3 {
		t.Error(got)
	}
	w.tx(func(tx pgx.Tx) error { _, err := video.Delete(w.ctx, tx, v.ID); return err })
	w.expect("it is deleted", "/accounts/ada: Delete /v → "+all)
}

func TestWhatIsNotForEverybodyIsNotTold(t *testing.T) {
	w := newWorld(t)
	for _, privacy := range []int{api.Private, api.Unlisted, api.Internal} {
		v := w.film(privacy)
		w.expect("published")
		w.tx(func(tx pgx.Tx) error { return video.Update(w.ctx, tx, v.ID, api.VideoUpdate{Name: new("Other")}) })
		w.tx(func(tx pgx.Tx) error {
			_, err := comment.Create(w.ctx, tx, comment.New{Video: v.ID, Author: viewer(w.ada), Text: "secret", Site: site})
			return err
		})
		w.expect("edited")
		w.tx(func(tx pgx.Tx) error { _, err := video.Delete(w.ctx, tx, v.ID); return err })
		w.expect("deleted")
	}
	w.m.Site.Unlisted = true
	w.film(api.Unlisted)
	if got := w.told(); len(got) != 3 {
		t.Error(got)
	}
}

func TestViewsWriteFewLines(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.told()
	for range 300 {
		w.must(video.Viewed(w.ctx, w.pool, v.ID))
	}
	if n := w.number(`SELECT count(*) FROM outbox`); n != 1 {
		t.Errorf("%d lines for 300 views", n)
	}
	w.expect("views", "/accounts/ada: Update Video /v → "+all)
	w.must(video.Viewed(w.ctx, w.pool, v.ID))
	w.expect("one view more")
	w.must(Viewed(w.ctx, w.pool, v.ID))
	w.expect("one that was counted")
	w.must(Views(w.ctx, w.pool, View{Video: v.ID, Viewer: "abc"}))
	w.must(Views(w.ctx, w.pool, View{Video: v.ID, Viewer: "abc", Watching: new(3)}))
	w.ahead = -20 * time.Minute
	w.expect("of ours", "/accounts/peertube: View /v → "+all, "/accounts/peertube: View /v → "+all)
}

func TestAboutVideosOfElsewhere(t *testing.T) {
	w := newWorld(t)
	far := w.foreign("far.example")
	w.expect("it comes")
	const at = " → https://far.example/inbox"
	rate := func(r string) { w.must(video.Rate(w.ctx, w.pool, w.ada.AccountID, far, r)) }
	rate(video.Like)
	w.expect("a like", "/accounts/ada: Like far.example/v/1"+at)
	rate(video.Dislike)
	w.expect("another mind", "/accounts/ada: Undo Like of far.example/v/1"+at, "/accounts/ada: Dislike far.example/v/1"+at)
	rate(video.NoRating)
	w.expect("no mind", "/accounts/ada: Undo Dislike of far.example/v/1"+at)
	rate(video.Like)
	rate(video.NoRating)
	w.expect("back and forth")
	w.must(Viewed(w.ctx, w.pool, far))
	w.expect("a view", "/accounts/peertube: View far.example/v/1"+at)
	w.exec(`INSERT INTO video_visit (video_id, started_at, ended_at, watched, sections) VALUES ($1, now(), now(), 7, '{[1,4),[6,10)}')`, far)
	w.expect("a visit", "/accounts/peertube: Create WatchAction /videos/local-viewer/"+w.lastWatch()+at)
	w.tx(func(tx pgx.Tx) error {
		_, err := moderation.Report(w.ctx, tx, moderation.New{Reporter: w.ada.AccountID, Reason: "It is rude.", Predefined: []string{api.AbuseReasons[0]}, Video: far})
		return err
	})
	w.expect("a report", "/accounts/ada: Flag far.example/v/1"+at)
	w.exec(`UPDATE video SET name = 'Other', likes = 5 WHERE id = $1`, far)
	w.exec(`DELETE FROM video WHERE id = $1`, far)
	w.expect("it changes and goes")
}

func (w *world) lastWatch() string {
	id := w.number(`SELECT max(id) FROM video_visit`)
	return watchID(fmt.Sprint(site, "watch:", id)).String()
}

func TestComments(t *testing.T) {
	w := newWorld(t)
	far, v := w.foreign("far.example"), w.film(api.Public)
	w.told()
	say := func(videoID, parent int64, text string) (id int64) {
		w.tx(func(tx pgx.Tx) (err error) {
			id, err = comment.Create(w.ctx, tx, comment.New{Video: videoID, Author: viewer(w.ada), Parent: parent, Text: text, Site: site})
			return err
		})
		return id
	}
	noteOf := func(id int64) string {
		var url activity.ID
		w.must(w.pool.QueryRow(w.ctx, `SELECT url FROM comment WHERE id = $1`, id).Scan(&url))
		return short(url)
	}
	c := say(far, 0, "Nice")
	w.expect("below a video of elsewhere", "/accounts/ada: Create Note "+noteOf(c)+" → "+atAccount+" https://far.example/inbox")
	w.exec(`UPDATE comment SET approval = 'https://far.example/approval' WHERE id = $1`, c)
	w.expect("its owner approves", "/accounts/ada: Create Note "+noteOf(c)+" → "+atAccount+" https://far.example/inbox")
	w.tx(func(tx pgx.Tx) error { return comment.Delete(w.ctx, tx, far, c, viewer(w.ada)) })
	w.expect("it is deleted", "/accounts/ada: Delete "+noteOf(c)+" → "+atAccount+" https://far.example/inbox")

	eve := w.stranger("eve.example", "Person", "eve")
	theirs := w.number(`INSERT INTO comment (video_id, account_id, url, local, text) SELECT $1, a.id, 'https://eve.example/n/1', false, 'Hm' FROM account a WHERE a.actor_id = $2 RETURNING id`, v.ID, eve)
	w.expect("somebody elsewhere writes", "/accounts/ada: ApproveReply eve.example/n/1 → https://eve.example/eve/inbox")
	mine := say(v.ID, theirs, "Well @owner@far.example")
	w.expect("an answer", "/accounts/ada: Create Note "+noteOf(mine)+" → "+atAccount+" "+atChannel+" https://eve.example/inbox https://far.example/inbox "+atPlatform)
	w.tx(func(tx pgx.Tx) error { return comment.Delete(w.ctx, tx, v.ID, theirs, viewer(w.ada)) })
	w.expect("the owner deletes it", "/accounts/ada: Delete eve.example/n/1 → "+atAccount+" "+atChannel+" https://eve.example/inbox "+atPlatform)

	held := w.number(`INSERT INTO comment (video_id, account_id, url, local, text, held) SELECT $1, a.id, 'https://eve.example/n/2', false, 'Hm', true FROM account a WHERE a.actor_id = $2 RETURNING id`, v.ID, eve)
	w.expect("one that waits")
	w.tx(func(tx pgx.Tx) error { return comment.Approve(w.ctx, tx, v.ID, held, viewer(w.ada)) })
	w.expect("it is approved", "/accounts/ada: ApproveReply eve.example/n/2 → https://eve.example/eve/inbox")
	w.tx(func(tx pgx.Tx) error {
		if err := follow.Heard(w.ctx, tx, true); err != nil {
			return err
		}
		_, err := tx.Exec(w.ctx, `UPDATE comment SET deleted_at = now(), text = '' WHERE id = $1`, held)
		return err
	})
	w.expect("its author deletes it")
	w.tx(func(tx pgx.Tx) error {
		return Forward(w.ctx, tx, []byte(`{"type":"Delete","id":"https://eve.example/d","actor":"https://eve.example/eve"}`), v.ID, "channel.example")
	})
	if n := w.number(`SELECT count(*) FROM delivery d JOIN activity_out a ON a.id = d.activity_id WHERE a.actor_id = $1 AND host IN ('account.example', 'platform.example') AND a.id > $2`, w.platform, w.seen); n != 2 {
		t.Error(n)
	}
}

func TestFollows(t *testing.T) {
	w := newWorld(t)
	group := w.stranger("far.example", "Group", "films")
	ada := w.actorOf(w.ada.AccountID)
	const at = " → https://far.example/films/inbox"
	w.exec(`INSERT INTO follow (follower_id, followed_id, state) VALUES ($1, $2, 'pending')`, ada, group)
	w.expect("a subscription", "/accounts/ada: Follow far.example/films"+at)
	w.exec(`UPDATE follow SET state = 'accepted' WHERE follower_id = $1 AND followed_id = $2`, ada, group)
	w.expect("it is accepted")
	w.must(follow.Unsubscribe(w.ctx, w.pool, w.ada.AccountID, group))
	w.expect("it ends", "/accounts/ada: Undo Follow of far.example/films"+at)

	eve := w.stranger("eve.example", "Person", "eve")
	const there = " → https://eve.example/eve/inbox"
	url := "https://eve.example/follows/1"
	w.exec(`INSERT INTO follow (follower_id, followed_id, state, url) VALUES ($1, $2, 'pending', $3)`, eve, ada, url)
	w.expect("somebody asks")
	w.exec(`UPDATE follow SET state = 'accepted' WHERE follower_id = $1`, eve)
	w.expect("yes", "/accounts/ada: Accept Follow eve.example/follows/1"+there)
	w.exec(`UPDATE follow SET state = 'rejected' WHERE follower_id = $1`, eve)
	w.expect("no", "/accounts/ada: Reject Follow eve.example/follows/1"+there)
	w.exec(`UPDATE follow SET state = 'accepted' WHERE follower_id = $1`, eve)
	w.told()
	w.exec(`DELETE FROM follow WHERE follower_id = $1`, eve)
	w.expect("no longer", "/accounts/ada: Reject Follow eve.example/follows/1"+there)
	w.exec(`INSERT INTO follow (follower_id, followed_id, state, url) VALUES ($1, $2, 'accepted', $3)`, eve, ada, url)
	w.told()
	w.tx(func(tx pgx.Tx) error { return follow.Undone(w.ctx, tx, eve, ada) })
	w.expect("they end it themselves")
}

func TestProfiles(t *testing.T) {
	w := newWorld(t)
	ada := w.actorOf(w.ada.AccountID)
	w.must(account.UpdateActor(w.ctx, w.pool, ada, new("Ada L."), nil))
	w.expect("the account", "/accounts/ada: Update Person /accounts/ada → "+all)
	w.exec(`UPDATE channel SET support = 'Bread' WHERE id = $1`, w.channel)
	w.expect("the channel", "/video-channels/ada_channel: Update Group /video-channels/ada_channel → "+atChannel+" "+atPlatform)
	_, err := w.m.Site.Instance.Settings(w.ctx) // which makes the row
	w.must(err)
	w.exec(`UPDATE instance SET settings = settings || '{"name": "Ducks"}'`)
	w.expect("the platform", "/accounts/peertube: Update Application /accounts/peertube → "+atPlatform)
	w.exec(`UPDATE actor SET followers = followers + 1 WHERE id = $1`, ada)
	w.expect("a count")
	w.must(Move(w.ctx, w.pool, ada, "https://new.example/ada"))
	w.expect("it moves", "/accounts/ada: Move /accounts/ada → "+atAccount)
}

func TestPlayers(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.told()
	w.tx(func(tx pgx.Tx) error { return video.SetPlayerTheme(w.ctx, tx, v.ID, "lucide") })
	w.expect("of a video", "/accounts/ada: Update PlayerSettings /v/player-settings → "+all)
	w.must(channel.SetPlayerTheme(w.ctx, w.pool, w.channel, "lucide"))
	w.expect("of a channel", "/video-channels/ada_channel: Update PlayerSettings /video-channels/ada_channel/player-settings → "+atChannel+" "+atPlatform)
}

func TestPlaylists(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.told()
	var id int64
	w.tx(func(tx pgx.Tx) (err error) {
		id, _, err = playlist.Create(w.ctx, tx, w.ada.AccountID, site, api.PlaylistEdit{DisplayName: new("Birds"), Privacy: new(api.PlaylistPublic), ChannelID: &w.channel}, nil)
		return err
	})
	w.expect("new", "/accounts/ada: Create Playlist /p → "+all)
	w.exec(`INSERT INTO playlist_element (playlist_id, video_id, position) VALUES ($1, $2, 1)`, id, v.ID)
	w.exec(`INSERT INTO playlist_element (playlist_id, video_id, position) VALUES ($1, $2, 2)`, id, v.ID)
	w.expect("filled", "/accounts/ada: Update Playlist /p → "+all)
	w.exec(`UPDATE playlist SET privacy = 3 WHERE id = $1`, id)
	w.expect("private", "/accounts/ada: Delete /p → "+all)
	w.exec(`UPDATE playlist SET privacy = 1 WHERE id = $1`, id)
	w.expect("again", "/accounts/ada: Create Playlist /p → "+all)
	w.tx(func(tx pgx.Tx) error { return playlist.Delete(w.ctx, tx, id) })
	w.expect("gone", "/accounts/ada: Delete /p → "+all)
}

func TestWhoIsGoneIsTold(t *testing.T) {
	w := newWorld(t)
	far := w.foreign("far.example")
	w.film(api.Public)
	ada := w.actorOf(w.ada.AccountID)
	w.must(video.Rate(w.ctx, w.pool, w.ada.AccountID, far, video.Like))
	group := w.number(`SELECT actor_id FROM channel WHERE id = $1`, w.channel)
	for _, id := range []int64{ada, group} { // as those did who follow
		if _, err := w.m.Keys(w.ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	_, err := channel.Create(w.ctx, w.pool, channel.New{AccountID: w.ada.AccountID, Name: "birds", DisplayName: "Birds"}, 20)
	w.must(err)
	w.told()
	w.tx(func(tx pgx.Tx) error { return leaving.Channel(w.ctx, tx, w.channel) })
	w.expect("the channel goes",
		"/accounts/ada: Delete /v → "+all,
		"/video-channels/ada_channel: Delete /video-channels/ada_channel → "+atChannel+" "+atPlatform)
	w.tx(func(tx pgx.Tx) error { return account.DeleteActor(w.ctx, tx, ada) })
	w.expect("the account goes", "/accounts/ada: Delete /accounts/ada → "+atAccount+" https://far.example/inbox "+atPlatform)
	signer, err := w.m.Keys(w.ctx, ada)
	if err != nil || signer.KeyID != site+"/accounts/ada#main-key" {
		t.Error(signer.KeyID, err)
	}
	if body := w.body(ada); !strings.Contains(body, `"creator":"`+site+`/accounts/ada"`) {
		t.Error(body)
	}
}

func (w *world) body(actor int64) (text string) {
	w.must(w.pool.QueryRow(w.ctx, `SELECT convert_from(body, 'UTF8') FROM activity_out WHERE actor_id = $1 ORDER BY id DESC LIMIT 1`, actor).Scan(&text))
	return text
}

func TestAFactIsThereIfAndOnlyIfTheChangeIs(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.told()
	tx, err := w.pool.Begin(w.ctx)
	w.must(err)
	w.must(video.Update(w.ctx, tx, v.ID, api.VideoUpdate{Name: new("Never")}))
	w.must(tx.Rollback(w.ctx))
	w.expect("rolled back")
}

func TestAFactThatCannotBeToldWaits(t *testing.T) {
	w := newWorld(t)
	w.exec(`INSERT INTO outbox (kind, object) VALUES ('nonsense', 'x')`)
	for range 3 {
		if _, err := w.m.one(w.ctx); err != nil {
			t.Fatal(err)
		}
		w.ahead += time.Hour
	}
	if n := w.number(`SELECT attempts FROM outbox WHERE last_error <> ''`); n != 3 {
		t.Error(n)
	}
	w.ahead += 15 * 24 * time.Hour
	if _, err := w.m.one(w.ctx); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT count(*) FROM outbox`); n != 0 {
		t.Error(n)
	}
}

func TestManyNodesTellEachThingOnceAndInOrder(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.told()
	ctx, cancel := context.WithCancel(w.ctx)
	var nodes sync.WaitGroup
	for range 3 {
		m := *w.m
		m.Now, m.Poll, m.Log = nil, 10*time.Millisecond, slog.New(slog.DiscardHandler)
		nodes.Go(func() {
			if err := m.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range 30 {
		w.tx(func(tx pgx.Tx) error {
			return video.Update(w.ctx, tx, v.ID, api.VideoUpdate{Name: new(fmt.Sprint("Name ", i))})
		})
	}
	w.tx(func(tx pgx.Tx) error { _, err := video.Delete(w.ctx, tx, v.ID); return err })
	for end := time.Now().Add(30 * time.Second); w.number(`SELECT count(*) FROM outbox`) > 0; {
		if time.Now().After(end) {
			t.Fatal("facts are left")
		}
	}
	cancel()
	nodes.Wait()
	got := w.told()
	if len(got) == 0 || len(got) > 31 || !strings.Contains(got[len(got)-1], "Delete") {
		t.Error(got)
	}
	last := -1
	rows, _ := w.pool.Query(w.ctx, `SELECT convert_from(body, 'UTF8') FROM activity_out WHERE convert_from(body, 'UTF8') LIKE '%"Update"%' ORDER BY id`)
	bodies, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	for _, b := range bodies {
		_, name, _ := strings.Cut(b, `"name":"Name `)
		var n int
		if _, err := fmt.Sscanf(name, "%d", &n); err != nil || n < last {
			t.Errorf("%d after %d: %v", n, last, err)
		}
		last = n
	}
}

func TestNothingIsKeptWhenNobodyFederates(t *testing.T) {
	w := newWorld(t)
	v := w.film(api.Public)
	w.m.Off = true
	w.expect("switched off")
	w.m.Off = false
	w.expect("switched on")
	w.tx(func(tx pgx.Tx) error { _, err := video.Delete(w.ctx, tx, v.ID); return err })
	w.expect("it could have been found", "/accounts/ada: Delete /v → "+all)
}
