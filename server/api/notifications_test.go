package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/comment"
	"shoal/server/hub"
	"shoal/server/job"
	"shoal/server/notify"
	program "shoal/server/rig"
	"shoal/server/video"
	"shoal/shared/api"
)

// work does the jobs that are left until the test ends.
func (f *films) work() {
	f.t.Helper()
	r := job.New(f.pool, "here", slog.New(slog.NewTextHandler(f.log, nil)))
	notify.Register(r, f.pool)
	comment.Register(r, f.pool)
	video.Register(r, f.server.Store)
	video.RegisterSchedule(r, f.pool)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = r.Run(ctx) }()
	f.t.Cleanup(func() { cancel(); <-ended })
}

// until waits for something that another process or job brings about.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := program.Until(ctx, what, func() (bool, error) { return is(), nil }); err != nil {
		t.Fatal(err)
	}
}

// heard are the types of what somebody was told, the newest first.
func (f *films) heard(who, query string) string {
	f.t.Helper()
	var page api.Page[api.Notification]
	f.get("/api/v1/users/me/notifications"+query, f.as(who)).into(200, &page)
	var out []string
	for _, n := range page.Data {
		out = append(out, fmt.Sprint(n.Type))
	}
	return strings.Join(out, " ")
}

func TestNotificationsOfTalk(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	f.as("bob")
	f.as("cara")
	c := f.say("bob", v, 0, "Hello @ada and @cara and @cara_channel and @bob and @nobody")
	f.say("ada", v, c.ID, "Hello @bob@"+host(f.url))
	f.send("POST", "/api/v1/users/me/subscriptions", f.as("bob"), map[string]any{"uri": "ada_channel"}).into(204, nil)
	f.send("POST", "/api/v1/users/me/subscriptions", f.as("bob"), map[string]any{"uri": "ada_channel@" + host(f.url)}).into(204, nil)
	f.send("POST", "/api/v1/users/me/subscriptions", f.as("ada"), map[string]any{"uri": "ada_channel"}).into(204, nil)
	for who, want := range map[string]string{"ada": "10 2", "bob": "11", "cara": "11"} {
		if got := f.heard(who, ""); got != want {
			t.Errorf("%s heard %s, not %s", who, got, want)
		}
	}
	var page api.Page[api.Notification]
	f.get("/api/v1/users/me/notifications", f.as("ada")).into(200, &page)
	follow, said := page.Data[0], page.Data[1]
	if page.Total != 2 || follow.Follow.Follower.Name != "bob" || follow.Follow.Following.Name != "ada_channel" || follow.Follow.Following.Type != "channel" || follow.Follow.State != "accepted" ||
		said.Comment.ID != c.ID || said.Comment.ThreadID != c.ID || said.Comment.Account.Host != host(f.url) || said.Comment.Video.Name != "Ducks" || said.Read {
		t.Errorf("got %+v", page)
	}
	for _, q := range []string{"?typeOneOf=2", "?typeOneOf[]=2&typeOneOf[]=11", "?unread=true&typeOneOf=2", "?start=1&count=1"} {
		if got := f.heard("ada", q); got != "2" {
			t.Errorf("%s: %s", q, got)
		}
	}
	if got := f.heard("ada", "?sort=createdAt"); got != "2 10" {
		t.Errorf("got %s", got)
	}
	// Others' notifications cannot be marked.
	f.send("POST", "/api/v1/users/me/notifications/read", f.as("bob"), map[string]any{"ids": []int64{said.ID}}).into(204, nil)
	if got := f.heard("ada", "?unread=true"); got != "10 2" {
		t.Errorf("got %s", got)
	}
	f.ask(ask{method: "POST", path: "/api/v1/users/me/notifications/read", kind: formType, body: fmt.Sprintf("ids[]=%d", said.ID), header: auth(f.as("ada"))}).into(204, nil)
	if a, b := f.heard("ada", "?unread=true"), f.heard("ada", "?unread=false"); a != "10" || b != "2" {
		t.Errorf("unread %s, read %s", a, b)
	}
	f.send("POST", "/api/v1/users/me/notifications/read-all", f.as("ada"), nil).into(204, nil)
	if a, b := f.heard("ada", "?unread=true"), f.heard("bob", "?unread=true"); a != "" || b != "11" {
		t.Errorf("ada %s, bob %s", a, b)
	}
	// What was told of a comment goes with it.
	f.send("DELETE", path(v, fmt.Sprintf("/comments/%d", c.ID)), f.as("bob"), nil).into(204, nil)
	if a, b := f.heard("ada", ""), f.heard("cara", ""); a != "10" || b != "" {
		t.Errorf("ada %s, cara %s", a, b)
	}
}

func TestNotificationsRefused(t *testing.T) {
	f := newFilms(t)
	const list, settings = "/api/v1/users/me/notifications", "/api/v1/users/me/notification-settings"
	for name, c := range map[string]struct {
		method, path, who string
		body              any
		status            int
	}{
		"list unsigned":     {"GET", list, "", nil, 401},
		"another sort":      {"GET", list + "?sort=type", "ada", nil, 400},
		"another type":      {"GET", list + "?typeOneOf=x", "ada", nil, 400},
		"perhaps unread":    {"GET", list + "?unread=perhaps", "ada", nil, 400},
		"too many":          {"GET", list + "?count=1000", "ada", nil, 400},
		"read unsigned":     {"POST", list + "/read", "", map[string]any{"ids": []int{1}}, 401},
		"read none":         {"POST", list + "/read", "ada", map[string]any{"ids": []int{}}, 400},
		"read nothing":      {"POST", list + "/read", "ada", map[string]any{}, 400},
		"read words":        {"POST", list + "/read", "ada", map[string]any{"ids": "x"}, 400},
		"read all unsigned": {"POST", list + "/read-all", "", nil, 401},
		"set unsigned":      {"PUT", settings, "", map[string]any{"newFollow": 1}, 401},
		"set too much":      {"PUT", settings, "ada", map[string]any{"newFollow": 4, "commentMention": 0}, 400},
		"set too little":    {"PUT", settings, "ada", map[string]any{"newFollow": -1, "commentMention": 0}, 400},
		"set words":         {"PUT", settings, "ada", map[string]any{"newFollow": "x", "commentMention": 0}, 400},
	} {
		if r := f.send(c.method, c.path, f.as(c.who), c.body); r.status != c.status {
			t.Errorf("%s: %d, not %d: %s", name, r.status, c.status, r.body)
		}
	}
	var me api.User
	f.get("/api/v1/users/me", f.as("ada")).into(200, &me)
	if me.NotificationSettings["commentMention"] != 1 || me.NotificationSettings["newFollow"] != 1 {
		t.Errorf("got %v", me.NotificationSettings)
	}
}

func TestWaysOfNotifications(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	f.as("bob")
	mails := `SELECT count(*) FROM river_job WHERE kind = 'email'`
	for i, c := range []struct{ ways, rows, mails int }{{0, 0, 0}, {1, 1, 0}, {2, 1, 1}, {3, 2, 2}} {
		f.send("PUT", "/api/v1/users/me/notification-settings", f.as("ada"), map[string]any{"newCommentOnMyVideo": c.ways, "somethingElse": 9}).into(204, nil)
		f.say("bob", v, 0, fmt.Sprintf("Comment %d", i))
		var page api.Page[api.Notification]
		f.get("/api/v1/users/me/notifications", f.as("ada")).into(200, &page)
		if n := f.one(mails); int(page.Total) != c.rows || n != c.mails {
			t.Errorf("with %d: %d rows and %d mails", c.ways, page.Total, n)
		}
	}
	var text []byte
	if err := f.pool.QueryRow(context.Background(), `SELECT args FROM river_job WHERE kind = 'email' ORDER BY id LIMIT 1`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	var l struct {
		To, About string
		Fields    map[string]string
	}
	if err := json.Unmarshal(text, &l); err != nil || l.To != "ada@example.org" || l.About != "notice-2" || l.Fields["text"] != "Comment 2" || l.Fields["what"] != "Ducks" ||
		!strings.HasPrefix(l.Fields["link"], f.url+"/w/") {
		t.Errorf("got %s, %v", text, err)
	}
	// Whom she does not hear, the platform does not tell her of.
	f.send("POST", "/api/v1/users/me/blocklist/accounts", f.as("ada"), map[string]any{"accountName": "bob"}).into(204, nil)
	f.say("bob", v, 0, "Hello @ada")
	if got := f.heard("ada", ""); got != "2 2" {
		t.Errorf("got %s", got)
	}
}

func TestNewVideosReachFollowersAtOnce(t *testing.T) {
	f := newFilms(t)
	f.server.Hub = nil
	h := hub.New(f.pool, slog.New(slog.NewTextHandler(f.log, nil)))
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go func() { _ = h.Run(ctx) }()
	f.work()
	for _, who := range []string{"bob", "cara"} {
		f.send("POST", "/api/v1/users/me/subscriptions", f.as(who), map[string]any{"uri": "ada_channel"}).into(204, nil)
	}
	f.send("POST", "/api/v1/users/me/blocklist/accounts", f.as("cara"), map[string]any{"accountName": "ada"}).into(204, nil)
	messages, stop := h.Listen(int64(f.one(`SELECT id FROM member WHERE username = 'bob'`)))
	defer stop()
	until(t, "the hub to listen", func() bool {
		if err := hub.Send(ctx, f.pool, int64(f.one(`SELECT id FROM member WHERE username = 'bob'`)), api.Push{Type: "hello"}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-messages:
			return true
		case <-time.After(50 * time.Millisecond):
			return false
		}
	})
	private := f.add(video.Draft{Name: "Secret", Privacy: api.Private}, api.Published)
	v := f.add(video.Draft{Name: "Open"}, api.Published)
	until(t, "bob to hear of the video", func() bool { return f.heard("bob", "") == "1" })
	if got := f.heard("cara", ""); got != "" {
		t.Errorf("cara, who does not hear ada, heard %s", got)
	}
	var p api.Push
	for p.Type != "notification" {
		select {
		case text := <-messages:
			if err := json.Unmarshal(text, &p); err != nil {
				t.Fatal(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("nothing was pushed")
		}
	}
	if p.Notification.Type != 1 || p.Notification.Video.Name != "Open" || p.Notification.Video.Channel.Name != "ada_channel" || p.Notification.ID == 0 {
		t.Errorf("got %+v", p.Notification)
	}
	// ada waited for both.
	until(t, "ada to hear that her videos are published", func() bool { return f.heard("ada", "?typeOneOf=6") == "6 6" })
	f.send("PUT", path(private, ""), f.as("ada"), map[string]any{"privacy": api.Public}).into(204, nil)
	until(t, "bob to hear of what became public", func() bool { return f.heard("bob", "") == "1 1" })
	for _, privacy := range []int{api.Private, api.Public} {
		f.send("PUT", path(v, ""), f.as("ada"), map[string]any{"privacy": privacy}).into(204, nil)
	}
	until(t, "the jobs to end", func() bool {
		return f.one(`SELECT count(*) FROM river_job WHERE kind = 'notify-published' AND state <> 'completed'`) == 0
	})
	if got := f.heard("bob", ""); got != "1 1" {
		t.Errorf("bob heard %s", got)
	}
	err := pgx.BeginFunc(ctx, f.pool, func(tx pgx.Tx) error { return notify.Published(ctx, tx, 999999) })
	if err != nil {
		t.Fatal(err)
	}
}
