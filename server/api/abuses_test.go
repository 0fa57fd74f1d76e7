package api

import (
	"fmt"
	"strings"
	"testing"

	"shoal/server/video"
	"shoal/shared/api"
)

func (f *films) report(who string, in map[string]any) int64 {
	f.t.Helper()
	var out struct {
		Abuse struct {
			ID int64 `json:"id"`
		} `json:"abuse"`
	}
	f.send("POST", "/api/v1/abuses", f.as(who), in).into(200, &out)
	return out.Abuse.ID
}

func TestReports(t *testing.T) {
	f := newFilms(t)
	f.as("mod")
	v := f.add(video.Draft{Name: "Ducks"}, api.Published)
	c := f.say("bob", v, 0, "Rude")
	var bob api.Account
	f.get("/api/v1/accounts/bob", "").into(200, &bob)
	first := f.report("cara", map[string]any{"reason": "Bad ducks", "predefinedReasons": []string{"spamOrMisleading", "privacy"}, "video": map[string]any{"id": v.ID, "startAt": 1, "endAt": 3}})
	second := f.report("cara", map[string]any{"reason": "Rude words", "comment": map[string]any{"id": c.ID}})
	third := f.report("ada", map[string]any{"reason": "Rude person", "account": map[string]any{"id": bob.ID}})
	f.report("bob", map[string]any{"reason": "By its long id", "video": map[string]any{"id": v.UUID.String()}})
	var page api.Page[api.Abuse]
	f.get("/api/v1/abuses?sort=createdAt", f.as("mod")).into(200, &page)
	if page.Total != 4 {
		t.Fatalf("got %+v", page)
	}
	a, b, p := page.Data[0], page.Data[1], page.Data[2]
	if a.ID != first || a.Reporter.Name != "cara" || a.Flagged.Name != "ada" || a.Predefined[1] != "privacy" || a.State.Label != "Pending" || a.Comment != nil ||
		a.Video.Name != "Ducks" || *a.Video.StartAt != 1 || *a.Video.EndAt != 3 || a.Video.Deleted || a.Video.CountReports != 2 || a.Video.NthReport != 1 || a.Video.Channel.Name != "ada_channel" ||
		*a.ReportsOfReporter != 2 || *a.ReportsOfFlagged != 2 || a.Video.ThumbnailPath == "" || a.Note != nil {
		t.Errorf("got %+v %+v", a, a.Video)
	}
	if b.ID != second || b.Comment.Text != "Rude" || b.Comment.ThreadID != c.ID || b.Comment.Video.Name != "Ducks" || b.Flagged.Name != "bob" || b.Video != nil {
		t.Errorf("got %+v", b)
	}
	if p.ID != third || p.Flagged.Name != "bob" || p.Video != nil || p.Comment != nil {
		t.Errorf("got %+v", p)
	}
	for query, want := range map[string]int64{
		"?filter=video": 2, "?filter=comment": 1, "?filter=account": 1, "?search=rude": 2, "?search=DUCKS": 3, "?searchReporter=cara": 2, "?searchReportee=bob": 2, "?searchVideo=duck": 3,
		"?searchVideoChannel=ada": 3, "?state=1": 4, "?state=2": 0, "?predefinedReason=privacy": 1, "?videoIs=deleted": 0, "?videoIs=blacklisted": 0, fmt.Sprintf("?id=%d", second): 1,
	} {
		var some api.Page[api.Abuse]
		f.get("/api/v1/abuses"+query, f.as("mod")).into(200, &some)
		if some.Total != want || len(some.Data) != int(want) {
			t.Errorf("%s: %d", query, some.Total)
		}
	}
	var own api.Page[api.Abuse]
	f.get("/api/v1/users/me/abuses", f.as("cara")).into(200, &own)
	if own.Total != 2 || own.Data[0].Reporter != nil || own.Data[0].Note != nil || own.Data[0].ReportsOfReporter != nil {
		t.Errorf("got %+v", own)
	}
	// The talk goes to and fro, and each side hears of it.
	at := fmt.Sprintf("/api/v1/abuses/%d", first)
	f.send("POST", at+"/messages", f.as("mod"), map[string]any{"message": "Why?"}).into(200, nil)
	f.send("POST", at+"/messages", f.as("cara"), map[string]any{"message": "Because"}).into(200, nil)
	var talk api.Page[api.AbuseMessage]
	f.get(at+"/messages", f.as("cara")).into(200, &talk)
	if talk.Total != 2 || !talk.Data[0].ByModerator || talk.Data[1].ByModerator || talk.Data[0].Account.Name != "mod" || talk.Data[1].Message != "Because" {
		t.Errorf("got %+v", talk)
	}
	if cara, mod := f.heard("cara", ""), f.heard("mod", ""); cara != "16" || mod != "16 3 3 3 3" {
		t.Errorf("cara heard %s, the moderator %s", cara, mod)
	}
	f.send("PUT", at, f.as("mod"), map[string]any{"state": 3, "moderationComment": "Right"}).into(204, nil)
	f.get("/api/v1/abuses?state=3", f.as("mod")).into(200, &page)
	if page.Total != 1 || **page.Data[0].Note != "Right" || page.Data[0].Messages != 2 || page.Data[0].State.Label != "Accepted" {
		t.Errorf("got %+v", page)
	}
	if got := f.heard("cara", ""); got != "15 16" {
		t.Errorf("cara heard %s", got)
	}
	f.get("/api/v1/users/me/abuses?state=3", f.as("cara")).into(200, &own)
	if own.Total != 1 || own.Data[0].Note != nil {
		t.Errorf("got %+v", own)
	}
	message := fmt.Sprintf("%s/messages/%d", at, talk.Data[0].ID)
	f.send("DELETE", message, f.as("cara"), nil).refused(403, "")
	f.send("DELETE", fmt.Sprintf("/api/v1/abuses/%d/messages/%d", second, talk.Data[0].ID), f.as("mod"), nil).refused(404, "")
	f.send("DELETE", message, f.as("mod"), nil).into(204, nil)
	f.send("DELETE", message, f.as("mod"), nil).refused(404, "")
	// What was reported is remembered when it is gone.
	f.send("DELETE", path(v, ""), f.as("ada"), nil).into(204, nil)
	f.get("/api/v1/abuses?videoIs=deleted&sort=id", f.as("mod")).into(200, &page)
	if page.Total != 2 || !page.Data[0].Video.Deleted || page.Data[0].Video.Name != "Ducks" || page.Data[0].Video.UUID != v.UUID.String() {
		t.Errorf("got %+v", page)
	}
	f.get(fmt.Sprintf("/api/v1/abuses?id=%d", second), f.as("mod")).into(200, &page)
	if c := page.Data[0].Comment; !c.Deleted || c.Text != "Rude" {
		t.Errorf("got %+v", c)
	}
	f.send("DELETE", at, f.as("mod"), nil).into(204, nil)
	f.send("DELETE", at, f.as("mod"), nil).refused(404, "")
	if n := f.one(`SELECT count(*) FROM notification WHERE abuse_id = $1`, first); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestReportsRefused(t *testing.T) {
	f := newFilms(t)
	v, private := f.add(video.Draft{}, api.Published), f.add(video.Draft{Privacy: api.Private}, api.Published)
	waits := f.add(video.Draft{CommentsPolicy: api.CommentsApproved}, api.Published)
	held := f.say("bob", waits, 0, "x")
	secret := f.say("ada", private, 0, "x")
	gone := f.say("bob", v, 0, "x")
	f.send("DELETE", path(v, fmt.Sprintf("/comments/%d", gone.ID)), f.as("bob"), nil).into(204, nil)
	of := func(id any) map[string]any { return map[string]any{"reason": "bad", "video": map[string]any{"id": id}} }
	abuse := f.report("cara", of(v.ID))
	at := fmt.Sprintf("/api/v1/abuses/%d", abuse)
	before := f.one(`SELECT count(*) FROM abuse`)
	for name, c := range map[string]struct {
		method, path, who string
		body              any
		status            int
	}{
		"unsigned":                {"POST", "/api/v1/abuses", "", of(v.ID), 401},
		"nothing":                 {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad"}, 400},
		"two things":              {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "video": map[string]any{"id": v.ID}, "account": map[string]any{"id": 1}}, 400},
		"without a reason":        {"POST", "/api/v1/abuses", "bob", map[string]any{"video": map[string]any{"id": v.ID}}, 400},
		"a short reason":          {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "x", "video": map[string]any{"id": v.ID}}, 400},
		"a long reason":           {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": strings.Repeat("x", 3001), "video": map[string]any{"id": v.ID}}, 400},
		"another reason":          {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "predefinedReasons": []string{"ugly"}, "video": map[string]any{"id": v.ID}}, 400},
		"an end before the start": {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "video": map[string]any{"id": v.ID, "startAt": 3, "endAt": 1}}, 400},
		"a start before all":      {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "video": map[string]any{"id": v.ID, "startAt": -3}}, 400},
		"no video":                {"POST", "/api/v1/abuses", "bob", of(999999), 404},
		"no video's id":           {"POST", "/api/v1/abuses", "bob", of("a b"), 400},
		"another's private video": {"POST", "/api/v1/abuses", "bob", of(private.ID), 404},
		"no comment":              {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "comment": map[string]any{"id": 999999}}, 404},
		"a deleted comment":       {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "comment": map[string]any{"id": gone.ID}}, 404},
		"a comment that waits":    {"POST", "/api/v1/abuses", "cara", map[string]any{"reason": "bad", "comment": map[string]any{"id": held.ID}}, 404},
		"a comment out of sight":  {"POST", "/api/v1/abuses", "cara", map[string]any{"reason": "bad", "comment": map[string]any{"id": secret.ID}}, 404},
		"no account":              {"POST", "/api/v1/abuses", "bob", map[string]any{"reason": "bad", "account": map[string]any{"id": 999999}}, 404},
		"list unsigned":           {"GET", "/api/v1/abuses", "", nil, 401},
		"list":                    {"GET", "/api/v1/abuses", "bob", nil, 403},
		"own list unsigned":       {"GET", "/api/v1/users/me/abuses", "", nil, 401},
		"another sort":            {"GET", "/api/v1/abuses?sort=reason", "mod", nil, 400},
		"another state":           {"GET", "/api/v1/abuses?state=4", "mod", nil, 400},
		"another filter":          {"GET", "/api/v1/abuses?filter=x", "mod", nil, 400},
		"another fate":            {"GET", "/api/v1/abuses?videoIs=x", "mod", nil, 400},
		"another chosen reason":   {"GET", "/api/v1/abuses?predefinedReason=x", "mod", nil, 400},
		"decide unsigned":         {"PUT", at, "", map[string]any{"state": 2}, 401},
		"decide":                  {"PUT", at, "cara", map[string]any{"state": 2}, 403},
		"decide otherwise":        {"PUT", at, "mod", map[string]any{"state": 4}, 400},
		"decide with few words":   {"PUT", at, "mod", map[string]any{"state": 2, "moderationComment": "x"}, 400},
		"decide nothing":          {"PUT", "/api/v1/abuses/999999", "mod", map[string]any{"state": 2}, 404},
		"decide no number":        {"PUT", "/api/v1/abuses/x", "mod", map[string]any{"state": 2}, 400},
		"delete unsigned":         {"DELETE", at, "", nil, 401},
		"delete":                  {"DELETE", at, "cara", nil, 403},
		"talk unsigned":           {"GET", at + "/messages", "", nil, 401},
		"others' talk":            {"GET", at + "/messages", "bob", nil, 403},
		"talk of nothing":         {"GET", "/api/v1/abuses/999999/messages", "mod", nil, 404},
		"say unsigned":            {"POST", at + "/messages", "", map[string]any{"message": "hello"}, 401},
		"say to others":           {"POST", at + "/messages", "bob", map[string]any{"message": "hello"}, 403},
		"say little":              {"POST", at + "/messages", "cara", map[string]any{"message": "x"}, 400},
		"say nothing":             {"POST", at + "/messages", "cara", map[string]any{}, 400},
		"unsay unsigned":          {"DELETE", at + "/messages/1", "", nil, 401},
		"unsay others'":           {"DELETE", at + "/messages/1", "bob", nil, 403},
		"unsay nothing":           {"DELETE", at + "/messages/999999", "cara", nil, 404},
		"unsay no number":         {"DELETE", at + "/messages/x", "cara", nil, 400},
	} {
		t.Run(name, func(t *testing.T) {
			if r := f.send(c.method, c.path, f.as(c.who), c.body); r.status != c.status {
				t.Errorf("%d, not %d: %s", r.status, c.status, r.body)
			}
		})
	}
	if n := f.one(`SELECT count(*) FROM abuse`) + f.one(`SELECT count(*) FROM abuse_message`) + f.one(`SELECT count(*) FROM abuse WHERE state <> 1 OR note IS NOT NULL`); n != before {
		t.Errorf("%d, not %d", n, before)
	}
}
