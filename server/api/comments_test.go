package api

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"shoal/server/video"
	"shoal/shared/api"
)

// say writes a comment as somebody and gives it.
func (f *films) say(who string, v video.Video, parent int64, text string) api.Comment {
	f.t.Helper()
	to := path(v, "/comment-threads")
	if parent != 0 {
		to = path(v, fmt.Sprintf("/comments/%d", parent))
	}
	var out api.CommentMade
	f.send("POST", to, f.as(who), map[string]any{"text": text}).into(200, &out)
	return out.Comment
}

// one reads a number of the database.
func (f *films) one(sql string, args ...any) (n int) {
	f.t.Helper()
	if err := f.pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// set changes the database where no operation does.
func (f *films) set(sql string, args ...any) {
	f.t.Helper()
	if _, err := f.pool.Exec(context.Background(), sql, args...); err != nil {
		f.t.Fatal(err)
	}
}

func TestCommentsFromThreadToTree(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	first := f.say("bob", v, 0, "Hello **you**\n<script>alert(1)</script>")
	if first.HTML == "" || strings.Contains(first.HTML, "script") || !strings.Contains(first.HTML, "<strong>you</strong>") || first.ThreadID != first.ID || first.InReplyTo != nil ||
		first.Account.Name != "bob" || first.Held || first.URL != fmt.Sprintf("%s/videos/watch/%s/comments/%d", f.url, v.UUID, first.ID) {
		t.Errorf("got %+v", first)
	}
	second := f.say("cara", v, 0, "Second")
	answer := f.say("ada", v, first.ID, "Thanks")
	deeper := f.say("cara", v, answer.ID, "So do I")
	if answer.ThreadID != first.ID || *answer.InReplyTo != first.ID || deeper.ThreadID != first.ID || *deeper.InReplyTo != answer.ID {
		t.Errorf("got %+v, %+v", answer, deeper)
	}
	var threads api.Threads
	f.get(path(v, "/comment-threads"), "").into(200, &threads)
	if threads.Total != 2 || threads.TotalNotDeleted != 4 || threads.Data[0].ID != second.ID || threads.Data[1].Replies != 2 || threads.Data[1].OwnerReplies != 1 {
		t.Errorf("got %+v", threads)
	}
	for sort, want := range map[string]int64{"-createdAt": second.ID, "createdAt": first.ID, "-totalReplies": first.ID, "totalReplies": second.ID} {
		f.get(path(v, "/comment-threads?count=1&sort="+sort), "").into(200, &threads)
		if len(threads.Data) != 1 || threads.Data[0].ID != want || threads.Total != 2 {
			t.Errorf("%s: %+v", sort, threads)
		}
	}
	var tree api.ThreadTree
	f.get(path(v, fmt.Sprintf("/comment-threads/%d", first.ID)), "").into(200, &tree)
	if tree.Comment.ID != first.ID || len(tree.Children) != 1 || tree.Children[0].Comment.ID != answer.ID || tree.Children[0].Children[0].Comment.ID != deeper.ID || tree.Children[0].Children[0].Children == nil {
		t.Errorf("got %+v", tree)
	}
	var d api.VideoDetails
	f.get(path(v, ""), "").into(200, &d)
	if d.Comments != 4 {
		t.Errorf("%d comments", d.Comments)
	}
	// A deleted comment keeps its place while somebody answered it.
	f.send("DELETE", path(v, fmt.Sprintf("/comments/%d", first.ID)), f.as("bob"), nil).into(204, nil)
	f.send("DELETE", path(v, fmt.Sprintf("/comments/%d", first.ID)), f.as("bob"), nil).refused(409, "")
	f.send("DELETE", path(v, fmt.Sprintf("/comments/%d", second.ID)), f.as("ada"), nil).into(204, nil)
	f.get(path(v, "/comment-threads"), "").into(200, &threads)
	if threads.Total != 1 || threads.TotalNotDeleted != 2 || !threads.Data[0].IsDeleted || threads.Data[0].Text != "" || threads.Data[0].HTML != "" || threads.Data[0].Account != nil || threads.Data[0].DeletedAt == nil {
		t.Errorf("got %+v", threads)
	}
	f.send("POST", path(v, fmt.Sprintf("/comments/%d", first.ID)), f.as("cara"), map[string]any{"text": "x"}).refused(409, "")
	if n := f.one(`SELECT comments FROM video WHERE id = $1`, v.ID); n != 2 {
		t.Errorf("%d are counted", n)
	}
	// With the account its words go, and not those of others.
	f.set(`DELETE FROM member WHERE username = 'cara'`)
	f.get(path(v, fmt.Sprintf("/comment-threads/%d", first.ID)), "").into(200, &tree)
	if c := tree.Children[0].Children[0].Comment; !c.IsDeleted || c.Text != "" || tree.Children[0].Comment.Text != "Thanks" {
		t.Errorf("got %+v", tree)
	}
	if n := f.one(`SELECT comments FROM video WHERE id = $1`, v.ID); n != 1 {
		t.Errorf("%d are counted", n)
	}
}

func TestCommentsRefused(t *testing.T) {
	f := newFilms(t)
	v, other := f.add(video.Draft{}, api.Published), f.add(video.Draft{}, api.Published)
	private := f.add(video.Draft{Privacy: api.Private}, api.Published)
	locked := f.add(video.Draft{Privacy: api.PasswordProtected, Passwords: []string{"sesame"}}, api.Published)
	silent := f.add(video.Draft{CommentsPolicy: api.CommentsClosed}, api.Published)
	c := f.say("bob", v, 0, "Hello")
	id := fmt.Sprint(c.ID)
	text := map[string]any{"text": "x"}
	before := f.one(`SELECT count(*) FROM comment`)
	for name, c := range map[string]struct {
		method, path, who string
		body              any
		status            int
	}{
		"unsigned":                       {"POST", path(v, "/comment-threads"), "", text, 401},
		"unsigned answer":                {"POST", path(v, "/comments/"+id), "", text, 401},
		"empty":                          {"POST", path(v, "/comment-threads"), "bob", map[string]any{"text": " \n"}, 400},
		"absent text":                    {"POST", path(v, "/comment-threads"), "bob", map[string]any{}, 400},
		"text of another type":           {"POST", path(v, "/comment-threads"), "bob", map[string]any{"text": 3}, 400},
		"too long":                       {"POST", path(v, "/comment-threads"), "bob", map[string]any{"text": strings.Repeat("x", 10_001)}, 400},
		"no such video":                  {"POST", "/api/v1/videos/999999/comment-threads", "bob", text, 404},
		"no video's id":                  {"POST", "/api/v1/videos/hello/comment-threads", "bob", text, 400},
		"private video":                  {"POST", path(private, "/comment-threads"), "bob", text, 403},
		"locked video":                   {"POST", path(locked, "/comment-threads"), "bob", text, 403},
		"closed":                         {"POST", path(silent, "/comment-threads"), "bob", text, 409},
		"answer to nothing":              {"POST", path(v, "/comments/999999"), "bob", text, 404},
		"answer below another video":     {"POST", path(other, "/comments/"+id), "bob", text, 404},
		"answer to no number":            {"POST", path(v, "/comments/x"), "bob", text, 400},
		"tree of another video":          {"GET", path(other, "/comment-threads/"+id), "", nil, 404},
		"tree of no number":              {"GET", path(v, "/comment-threads/x"), "", nil, 400},
		"threads of a private video":     {"GET", path(private, "/comment-threads"), "", nil, 401},
		"another's threads":              {"GET", path(private, "/comment-threads"), "bob", nil, 403},
		"threads of a locked video":      {"GET", path(locked, "/comment-threads"), "", nil, 403},
		"tree of a locked video":         {"GET", path(locked, "/comment-threads/"+id), "", nil, 403},
		"another sort":                   {"GET", path(v, "/comment-threads?sort=name"), "", nil, 400},
		"too many":                       {"GET", path(v, "/comment-threads?count=101"), "", nil, 400},
		"before the start":               {"GET", path(v, "/comment-threads?start=-1"), "", nil, 400},
		"deleting unsigned":              {"DELETE", path(v, "/comments/"+id), "", nil, 401},
		"deleting another's":             {"DELETE", path(v, "/comments/"+id), "cara", nil, 403},
		"deleting by way of one's video": {"DELETE", path(other, "/comments/"+id), "ada", nil, 404},
		"deleting nothing":               {"DELETE", path(v, "/comments/999999"), "ada", nil, 404},
		"approving unsigned":             {"POST", path(v, "/comments/"+id+"/approve"), "", nil, 401},
		"approving as a visitor":         {"POST", path(v, "/comments/"+id+"/approve"), "bob", nil, 403},
		"approving what is open":         {"POST", path(v, "/comments/"+id+"/approve"), "ada", nil, 400},
		"all comments":                   {"GET", "/api/v1/videos/comments", "bob", nil, 403},
		"all comments unsigned":          {"GET", "/api/v1/videos/comments", "", nil, 401},
		"my comments unsigned":           {"GET", "/api/v1/users/me/videos/comments", "", nil, 401},
		"comments of no number":          {"GET", "/api/v1/users/me/videos/comments?videoId=x", "ada", nil, 400},
		"comments held perhaps":          {"GET", "/api/v1/users/me/videos/comments?isHeldForReview=perhaps", "ada", nil, 400},
		"a long search":                  {"GET", "/api/v1/videos/comments?search=" + strings.Repeat("x", 201), "mod", nil, 400},
		"bulk unsigned":                  {"POST", "/api/v1/bulk/remove-comments-of", "", map[string]any{"accountName": "bob", "scope": "my-videos"}, 401},
		"bulk everywhere":                {"POST", "/api/v1/bulk/remove-comments-of", "ada", map[string]any{"accountName": "bob", "scope": "instance"}, 403},
		"bulk of nobody":                 {"POST", "/api/v1/bulk/remove-comments-of", "ada", map[string]any{"accountName": "nobody", "scope": "my-videos"}, 404},
		"bulk without a name":            {"POST", "/api/v1/bulk/remove-comments-of", "ada", map[string]any{"scope": "my-videos"}, 400},
		"bulk without a scope":           {"POST", "/api/v1/bulk/remove-comments-of", "ada", map[string]any{"accountName": "bob"}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.send(c.method, c.path, f.as(c.who), c.body)
			if r.status != c.status {
				t.Errorf("%d, not %d: %s", r.status, c.status, r.body)
			}
		})
	}
	if after := f.one(`SELECT count(*) FROM comment WHERE deleted_at IS NULL`); after != before {
		t.Errorf("%d comments, not %d", after, before)
	}
	var threads api.Threads
	f.get(path(silent, "/comment-threads"), "").into(200, &threads)
	if threads.Total != 0 || threads.Data == nil {
		t.Errorf("got %+v", threads)
	}
	r := f.ask(ask{method: "GET", path: path(locked, "/comment-threads"), header: map[string]string{videoPassword: "sesame"}})
	if r.status != 200 || r.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %v", r.status, r.header)
	}
	r = f.ask(ask{method: "POST", path: path(v, "/comment-threads"), kind: formType, body: "text=as+a+form", header: auth(f.as("bob"))})
	if r.status != 200 {
		t.Errorf("as a form: %d %s", r.status, r.body)
	}
}

func TestCommentsThatWait(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{CommentsPolicy: api.CommentsApproved}, api.Published)
	c := f.say("bob", v, 0, "Hello @cara")
	own := f.say("ada", v, 0, "Mine")
	if !c.Held || own.Held {
		t.Errorf("held: %v, %v", c.Held, own.Held)
	}
	see := map[string]int{"": 1, "cara": 1, "bob": 2, "ada": 2, "mod": 2}
	for who, want := range see {
		var threads api.Threads
		f.get(path(v, "/comment-threads"), f.as(who)).into(200, &threads)
		if int(threads.Total) != want || len(threads.Data) != want || int(threads.TotalNotDeleted) != want {
			t.Errorf("%q sees %d", who, threads.Total)
		}
	}
	id := fmt.Sprint(c.ID)
	f.get(path(v, "/comment-threads/"+id), "").refused(404, "")
	f.send("POST", path(v, "/comments/"+id), f.as("cara"), map[string]any{"text": "x"}).refused(404, "")
	f.send("DELETE", path(v, "/comments/"+id), f.as("cara"), nil).refused(404, "")
	f.send("POST", path(v, "/comments/"+id+"/approve"), f.as("cara"), nil).refused(404, "")
	f.send("POST", path(v, "/comments/"+id+"/approve"), f.as("bob"), nil).refused(403, "")
	if n := f.one(`SELECT comments FROM video WHERE id = $1`, v.ID); n != 1 {
		t.Errorf("%d are counted", n)
	}
	mentioned := `SELECT count(*) FROM notification n JOIN member m ON m.id = n.member_id WHERE m.username = 'cara' AND n.type = 11`
	if n := f.one(mentioned); n != 0 {
		t.Errorf("cara heard %d times of what she cannot see", n)
	}
	f.send("POST", path(v, "/comments/"+id+"/approve"), f.as("ada"), nil).into(204, nil)
	f.get(path(v, "/comment-threads/"+id), "").into(200, nil)
	if n := f.one(mentioned); n != 1 {
		t.Errorf("cara heard %d times", n)
	}
	if n := f.one(`SELECT comments FROM video WHERE id = $1`, v.ID); n != 2 {
		t.Errorf("%d are counted", n)
	}
}

func TestListsOfCommentsForThoseWhoDecide(t *testing.T) {
	f := newFilms(t)
	v, w := f.add(video.Draft{Name: "Ducks"}, api.Published), f.add(video.Draft{Name: "Geese"}, api.Published)
	f.send("POST", "/api/v1/watched-words/accounts/ada/lists", f.as("ada"), map[string]any{"listName": "rude", "words": []string{"darn"}}).into(200, nil)
	f.send("PUT", "/api/v1/automatic-tags/policies/accounts/ada/comments", f.as("ada"), map[string]any{"review": []string{"rude"}}).into(204, nil)
	f.say("bob", v, 0, "Darn ducks")
	f.say("cara", v, 0, "Nice 100% ducks")
	f.say("bob", w, 0, "See https://elsewhere.example/")
	for query, want := range map[string]string{
		"":                       "See https://elsewhere.example/|Nice 100% ducks|Darn ducks",
		"?sort=createdAt":        "Darn ducks|Nice 100% ducks|See https://elsewhere.example/",
		"?search=ducks":          "Nice 100% ducks|Darn ducks",
		"?search=0%25":           "Nice 100% ducks",
		"?search=_":              "",
		"?searchAccount=CARA":    "Nice 100% ducks",
		"?searchVideo=gees":      "See https://elsewhere.example/",
		"?isHeldForReview=true":  "Darn ducks",
		"?isHeldForReview=false": "See https://elsewhere.example/|Nice 100% ducks",
		"?autoTagOneOf=rude":     "Darn ducks",
		"?autoTagOneOf=rude&autoTagOneOf=external-link": "See https://elsewhere.example/|Darn ducks",
		"?count=1&start=1":                  "Nice 100% ducks",
		fmt.Sprintf("?videoId=%d", w.ID):    "See https://elsewhere.example/",
		"?videoChannelId=999999":            "",
		"?isLocal=false&onLocalVideo=false": "",
	} {
		var mine, all api.Page[api.ModeratedComment]
		f.get("/api/v1/users/me/videos/comments"+query, f.as("ada")).into(200, &mine)
		if got := texts(mine.Data); got != want && !strings.Contains(query, "isLocal") {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
		f.get("/api/v1/videos/comments"+query, f.as("mod")).into(200, &all)
		if strings.Contains(query, "autoTag") { // the platform watches links alone
			want = strings.ReplaceAll(want, "|Darn ducks", "")
			want = strings.ReplaceAll(want, "Darn ducks", "")
		}
		if got := texts(all.Data); got != want {
			t.Errorf("moderator %s: %s, not %s", query, got, want)
		}
	}
	var mine api.Page[api.ModeratedComment]
	f.get("/api/v1/users/me/videos/comments?search=darn", f.as("ada")).into(200, &mine)
	if c := mine.Data[0]; mine.Total != 1 || c.AutomaticTags[0] != "rude" || c.Video.Name != "Ducks" || c.Video.Channel.Name != "ada_channel" || c.Account.Name != "bob" || !c.Held || c.HTML == "" {
		t.Errorf("got %+v", mine)
	}
	f.get("/api/v1/users/me/videos/comments", f.as("bob")).into(200, &mine)
	if mine.Total != 0 {
		t.Errorf("bob sees %d", mine.Total)
	}
	// Removing all of somebody's takes those of others' videos only with the right.
	f.send("POST", "/api/v1/bulk/remove-comments-of", f.as("cara"), map[string]any{"accountName": "bob", "scope": "my-videos"}).into(204, nil)
	if n := f.one(`SELECT count(*) FROM comment WHERE deleted_at IS NULL`); n != 3 {
		t.Errorf("%d are left", n)
	}
	f.send("POST", "/api/v1/bulk/remove-comments-of", f.as("ada"), map[string]any{"accountName": "bob@" + host(f.url), "scope": "my-videos-and-collaborations"}).into(204, nil)
	if n := f.one(`SELECT count(*) FROM comment WHERE deleted_at IS NULL`); n != 1 {
		t.Errorf("%d are left", n)
	}
	f.send("POST", "/api/v1/bulk/remove-comments-of", f.as("mod"), map[string]any{"accountName": "cara", "scope": "instance"}).into(204, nil)
	if n := f.one(`SELECT count(*) FROM comment WHERE deleted_at IS NULL`) + f.one(`SELECT sum(comments)::int FROM video`) + f.one(`SELECT count(*) FROM notification WHERE comment_id IS NOT NULL`); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func texts(all []api.ModeratedComment) string {
	var out []string
	for _, c := range all {
		out = append(out, c.Text)
	}
	return strings.Join(out, "|")
}

func TestCountsStayRightInACrowd(t *testing.T) {
	f := newFilms(t)
	v := f.add(video.Draft{}, api.Published)
	root := f.say("bob", v, 0, "root")
	bob, ada, cara := f.as("bob"), f.as("ada"), f.as("cara")
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			who := []string{bob, ada, cara}[i%3]
			var c api.CommentMade
			f.send("POST", path(v, fmt.Sprintf("/comments/%d", root.ID)), who, map[string]any{"text": "x"}).into(200, &c)
			if i%4 == 0 {
				f.send("DELETE", path(v, fmt.Sprintf("/comments/%d", c.Comment.ID)), who, nil).into(204, nil)
			}
			to := []string{"bob_channel", "ada_channel", "cara_channel"}[(i+1)%3]
			f.send("POST", "/api/v1/users/me/subscriptions", who, map[string]any{"uri": to}).into(204, nil)
			if i%4 == 0 {
				f.send("DELETE", "/api/v1/users/me/subscriptions/"+to, who, nil)
			}
		})
	}
	wg.Wait()
	if n := f.one(`SELECT comments FROM video WHERE id = $1`, v.ID); n != 19 {
		t.Errorf("the video has %d comments, not 19", n)
	}
	if n := f.one(`SELECT replies FROM comment WHERE id = $1`, root.ID); n != 18 {
		t.Errorf("the thread has %d answers, not 18", n)
	}
	const wrong = `SELECT count(*) FROM actor a WHERE a.followers <> (SELECT count(*) FROM follow f WHERE f.followed_id = a.id)
		OR a.following <> (SELECT count(*) FROM follow f WHERE f.follower_id = a.id)`
	if n := f.one(wrong); n != 0 {
		t.Errorf("the counts of %d actors are wrong", n)
	}
}
