package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/instance"
	"shoal/server/job"
	"shoal/server/journal"
	"shoal/server/mail"
	"shoal/shared/api"
)

func TestJobsCanBeSeen(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/jobs", "/jobs/failed"} {
		o.get("/api/v1"+path, "").refused(401, "unauthorized_request")
		o.get("/api/v1"+path, o.mod).refused(403, "")
	}
	o.get("/api/v1/jobs/tired", o.root).refused(400, "")
	o.get("/api/v1/jobs?sort=x", o.root).refused(400, "")
	o.get("/api/v1/jobs?count=101", o.root).refused(400, "")
	o.send("POST", "/api/v1/users/ask-reset-password", "", map[string]any{"email": "ada@example.org"}).into(204, nil)
	secret := o.proof("ada@example.org")
	await(t, o.pool, 1, `SELECT count(*) FROM river_job WHERE kind = 'email' AND state = 'completed'`)
	r := o.get("/api/v1/jobs/completed?jobType=email", o.root)
	var page api.Page[api.Job]
	r.into(200, &page)
	if page.Total != 1 || page.Data[0].Type != "email" || page.Data[0].State != "completed" || page.Data[0].FinishedOn == nil || page.Data[0].CanCancel {
		t.Errorf("got %s", r.body)
	}
	all := o.get("/api/v1/jobs", o.root)
	if strings.Contains(string(all.body), secret) || strings.Contains(string(all.body), "ada@example.org") {
		t.Errorf("the link for a new password is shown: %s", all.body)
	}
	if o.get("/api/v1/jobs/active?start=5", o.root).into(200, &page); page.Data == nil {
		t.Error("data is null")
	}
}

func TestJobsCanBePausedAndCancelled(t *testing.T) {
	o := newOffice(t)
	for _, action := range []string{"pause", "resume"} {
		o.send("POST", "/api/v1/jobs/"+action, "", nil).refused(401, "unauthorized_request")
		o.send("POST", "/api/v1/jobs/"+action, o.mod, nil).refused(403, "")
	}
	o.send("POST", "/api/v1/jobs/pause", o.root, nil).into(204, nil)
	if n := o.count(`SELECT count(*) FROM river_queue WHERE paused_at IS NULL`); n != 0 {
		t.Errorf("%d queues go on", n)
	}
	o.send("POST", "/api/v1/jobs/resume", o.root, nil).into(204, nil)
	if n := o.count(`SELECT count(*) FROM river_queue WHERE paused_at IS NOT NULL`); n != 0 {
		t.Errorf("%d queues stand still", n)
	}
	err := pgx.BeginFunc(context.Background(), o.pool, func(tx pgx.Tx) error {
		return job.Add(context.Background(), tx, mail.Letter{To: "x@example.org", About: "test"})
	})
	if err != nil {
		t.Fatal(err)
	}
	o.box.Take("x@example.org")
	await(t, o.pool, 1, `SELECT count(*) FROM river_job WHERE kind = 'email' AND state = 'completed'`)
	id := o.count(`SELECT id FROM river_job WHERE kind = 'email'`)
	path := fmt.Sprintf("/api/v1/jobs/email/%d/cancel", id)
	o.send("POST", path, "", nil).refused(401, "unauthorized_request")
	o.send("POST", path, o.mod, nil).refused(403, "")
	o.send("POST", path, o.root, nil).refused(409, "")
	o.send("POST", fmt.Sprintf("/api/v1/jobs/other/%d/cancel", id), o.root, nil).refused(404, "")
	o.send("POST", "/api/v1/jobs/email/x/cancel", o.root, nil).refused(400, "")
	o.exec(`UPDATE river_job SET state = 'running', finalized_at = NULL WHERE id = $1`, id)
	o.send("POST", path, o.root, nil).into(204, nil)
}

func TestLogs(t *testing.T) {
	o := newOffice(t)
	j := &journal.Journal{Pool: o.pool}
	day := url.QueryEscape(time.Now().Add(-time.Hour).Format(time.RFC3339))
	for _, path := range []string{"/server/logs", "/server/audit-logs"} {
		o.get("/api/v1"+path, "").refused(401, "unauthorized_request")
		o.get("/api/v1"+path, o.mod).refused(403, "")
		o.get("/api/v1"+path, o.root).refused(400, "")
		o.get("/api/v1"+path+"?startDate=yesterday", o.root).refused(400, "")
		o.get("/api/v1"+path+"?startDate="+day+"&endDate=x", o.root).refused(400, "")
		if r := o.get("/api/v1"+path+"?startDate="+day, o.root); r.status != 200 || strings.TrimSpace(string(r.body)) != "[]" {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	o.get("/api/v1/server/logs?startDate="+day+"&level=shout", o.root).refused(400, "")
	slog.New(j.Handler(o.server.Log.Handler())).Error("broke", "room", "video")
	j.Flush(context.Background())
	var said []api.LogLine
	o.get("/api/v1/server/logs?level=warn&startDate="+day, o.root).into(200, &said)
	if len(said) != 1 || said[0]["message"] != "broke" || said[0]["room"] != "video" || said[0]["level"] != "error" {
		t.Errorf("got %v", said)
	}
	o.send("POST", fmt.Sprintf("/api/v1/users/%d/block", o.eveID), o.root, map[string]any{"reason": "spam"}).into(204, nil)
	var lines []api.LogLine
	o.get("/api/v1/server/audit-logs?startDate="+day, o.root).into(200, &lines)
	if len(lines) != 1 || lines[0]["user"] != "root" || lines[0]["domain"] != "users" || lines[0]["action"] != "block" || lines[0]["reason"] != "spam" {
		t.Errorf("got %v", lines)
	}
	o.send("POST", fmt.Sprintf("/api/v1/users/%d/block", o.rootID), o.mod, nil).refused(403, "")
	o.get("/api/v1/server/audit-logs?startDate="+day, o.root).into(200, &lines)
	if len(lines) != 1 {
		t.Errorf("what was refused is noted: %v", lines)
	}
}

func TestPagesReportErrors(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/server/logs/client"
	good := map[string]any{"message": "broke", "url": "https://videos.example/w/x?token=secret", "level": "error", "stackTrace": "at x"}
	with := func(name string, value any) map[string]any {
		out := map[string]any{}
		for k, v := range good {
			out[k] = v
		}
		out[name] = value
		return out
	}
	o.send("POST", path, "", good).into(204, nil)
	o.send("POST", path, o.ada, good).into(204, nil)
	if log := o.log.String(); !strings.Contains(log, "broke") || strings.Contains(log, "secret") {
		t.Errorf("logged %s", log)
	}
	for name, in := range map[string]map[string]any{
		"no message": with("message", ""), "long": with("message", strings.Repeat("x", longMessage+1)), "no url": with("url", ""), "script": with("url", "javascript:x"),
		"level": with("level", "info"), "stack": with("stackTrace", strings.Repeat("x", longStack+1)), "meta": with("meta", strings.Repeat("x", longMessage+1)), "agent": with("userAgent", strings.Repeat("x", longURL+1)),
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", path, "", in).refused(400, "") })
	}
	for range 48 {
		o.send("POST", path, "", good).into(204, nil)
	}
	o.send("POST", path, "", good).refused(429, "")
}

func TestDebug(t *testing.T) {
	o := newOffice(t)
	o.get("/api/v1/server/debug", "").refused(401, "unauthorized_request")
	o.get("/api/v1/server/debug", o.mod).refused(403, "")
	var d api.Debug
	if o.get("/api/v1/server/debug", o.root).into(200, &d); d.IP != "127.0.0.1" {
		t.Errorf("got %+v", d)
	}
	const path = "/api/v1/server/debug/run-command"
	o.send("POST", path, o.mod, map[string]any{"command": "test-emails", "email": "x@example.org"}).refused(403, "")
	o.send("POST", path, o.root, map[string]any{"command": "rm"}).refused(400, "")
	o.send("POST", path, o.root, map[string]any{"command": "test-emails", "email": "x"}).refused(400, "")
	o.send("POST", path, o.root, map[string]any{"command": "process-video-viewers"}).refused(501, "")
	o.send("POST", path, o.root, map[string]any{"command": "test-emails", "email": "x@example.org"}).into(204, nil)
	if l := o.box.Take("x@example.org"); l.Subject != "A test of Shoal" {
		t.Errorf("got %+v", l)
	}
}

func TestVisitorsWriteToTheAdministrators(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/server/contact"
	good := func(more ...any) map[string]any {
		in := map[string]any{"fromName": "Vic", "fromEmail": "vic@example.org", "subject": "Hello", "body": "Nice ducks."}
		for i := 0; i < len(more); i += 2 {
			in[more[i].(string)] = more[i+1]
		}
		return in
	}
	o.send("POST", path, "", good()).refused(409, "")
	o.set(func(s *instance.Settings) { s.Contact, s.AdminEmail = true, "root@example.org" })
	for name, in := range map[string]map[string]any{
		"no name": good("fromName", " "), "long name": good("fromName", strings.Repeat("x", 121)), "email": good("fromEmail", "vic"), "header": good("fromEmail", "vic@example.org\r\nBcc: x@example.org"),
		"no subject": good("subject", ""), "long subject": good("subject", strings.Repeat("x", 121)), "no body": good("body", "hi"), "long body": good("body", strings.Repeat("x", 5001)),
	} {
		t.Run(name, func(t *testing.T) { o.send("POST", path, "", in).refused(400, "") })
	}
	o.send("POST", path, "", good("subject", "Hi\r\nBcc: x@example.org")).into(204, nil)
	l := o.box.Take("root@example.org")
	if l.ReplyTo != "<vic@example.org>" || !strings.Contains(l.Plain, "Nice ducks.") || l.Subject != "Hi Bcc: x@example.org" || o.box.Count("x@example.org") != 0 {
		t.Errorf("got %+v", l)
	}
	o.send("POST", path, "", good()).refused(403, "") // once an hour
	var c api.Config
	if o.get("/api/v1/config", "").into(200, &c); !c.ContactForm.Enabled || !c.Email.Enabled {
		t.Errorf("got %+v", c.ContactForm)
	}
}
