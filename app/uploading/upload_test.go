package uploading

import (
	"strconv"
	"testing"
	"time"

	"shoal/app/session"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func said(status int, headers ...string) session.Answer {
	a := session.Answer{Status: status, Headers: map[string]string{}}
	for i := 0; i < len(headers); i += 2 {
		a.Headers[headers[i]] = headers[i+1]
	}
	return a
}

func body(status int, text string) session.Answer {
	return session.Answer{Status: status, Headers: map[string]string{}, Body: []byte(text)}
}

func upTo(n int64) session.Answer { return said(308, "range", "bytes=0-"+strconv.FormatInt(n-1, 10)) }

// going is an upload of 10 MiB with an open session, about to send its first piece.
func going(t *testing.T) *Upload {
	t.Helper()
	u := New(10 << 20)
	u.Answered(start, expect(t, u, Begin), time.Second, said(201, "location", "https://v.example/api/v1/videos/upload-resumable?upload_id=abc"))
	return u
}

func expect(t *testing.T, u *Upload, act Act) Step {
	t.Helper()
	s := u.Next(start)
	if s.Do != act {
		t.Fatalf("next act is %d, want %d (state %s)", s.Do, act, u.State)
	}
	return s
}

func TestAFileGoesPieceByPiece(t *testing.T) {
	u := going(t)
	if u.ID != "abc" {
		t.Fatalf("id %q", u.ID)
	}
	for u.Acked < u.Size {
		s := expect(t, u, Send)
		if s.From != u.Acked || s.To <= s.From {
			t.Fatalf("piece %d-%d after %d", s.From, s.To, u.Acked)
		}
		if s.To == u.Size {
			u.Answered(start, s, time.Second, body(200, `{"video":{"id":1,"uuid":"u","shortUUID":"s"}}`))
			break
		}
		u.Answered(start, s, time.Second, upTo(s.To))
	}
	if u.State != Done || u.Video == nil || u.Video.Video.ShortUUID != "s" || u.Percent() != 100 {
		t.Fatalf("%+v", u)
	}
	expect(t, u, Rest)
}

func TestPiecesFitTheLine(t *testing.T) {
	u := New(1 << 40)
	u.ID, u.known = "abc", true
	for range 6 { // fast: 100 MB/s
		s := expect(t, u, Send)
		u.Answered(start, s, time.Duration(float64(s.To-s.From)/100e6*float64(time.Second)), upTo(s.To))
	}
	if s := expect(t, u, Send); s.To-s.From != largestPiece {
		t.Fatalf("piece of %d bytes on a fast line", s.To-s.From)
	}
	for range 3 { // 50 kB/s
		s := expect(t, u, Send)
		u.Answered(start, s, time.Duration(float64(s.To-s.From)/50e3*float64(time.Second)), upTo(s.To))
	}
	if s := expect(t, u, Send); s.To-s.From != smallestPiece {
		t.Fatalf("piece of %d bytes on a slow line", s.To-s.From)
	}
}

func TestTheServersOffsetIsBelieved(t *testing.T) {
	u := going(t)
	u.Answered(start, expect(t, u, Send), time.Second, upTo(300_000)) // less than was sent
	if s := expect(t, u, Send); s.From != 300_000 {
		t.Fatalf("goes on at %d", s.From)
	}
	u.Answered(start, expect(t, u, Send), time.Second, said(308)) // nothing at all
	if s := expect(t, u, Send); s.From != 0 {
		t.Fatalf("goes on at %d", s.From)
	}
}

func TestAServerThatNeverTakesAByteIsGivenUp(t *testing.T) {
	u := going(t)
	for range 20 {
		if u.State == Failed {
			return
		}
		u.Answered(start, u.Next(start), time.Second, said(308))
	}
	t.Fatalf("still %s", u.State)
}

func TestConflictAsks(t *testing.T) {
	u := going(t)
	u.Answered(start, expect(t, u, Send), time.Second, body(409, `{"detail":"no"}`))
	u.Answered(start, expect(t, u, Ask), time.Second, upTo(5))
	if s := expect(t, u, Send); s.From != 5 {
		t.Fatalf("goes on at %d", s.From)
	}
	for range 10 {
		if u.State == Failed {
			break
		}
		u.Answered(start, u.Next(start), time.Second, body(409, `{"detail":"no"}`))
	}
	if u.State != Failed || u.Words != "no" {
		t.Fatalf("%s %q", u.State, u.Words)
	}
}

func TestRetryAfterIsKept(t *testing.T) {
	for _, status := range []int{429, 503} {
		u := going(t)
		u.Answered(start, expect(t, u, Send), time.Second, said(status, "retry-after", "7"))
		if s := expect(t, u, Sleep); s.For != 7*time.Second || u.Why != Busy {
			t.Fatalf("%d: waits %s for %q", status, s.For, u.Why)
		}
		if s := u.Next(start.Add(7 * time.Second)); s.Do != Ask {
			t.Fatalf("%d: then %d", status, s.Do)
		}
	}
}

func TestAbsurdRetryAfterIsBounded(t *testing.T) {
	u := going(t)
	u.Answered(start, expect(t, u, Send), time.Second, said(503, "retry-after", "99999999"))
	if s := expect(t, u, Sleep); s.For != longestBusy {
		t.Fatalf("waits %s", s.For)
	}
}

func TestWaitsGrowWithoutNetworkAndAskFirst(t *testing.T) {
	u := going(t)
	now, last := start, time.Duration(0)
	for i := range 8 {
		s := u.Next(now)
		if i > 0 && s.Do != Ask {
			t.Fatalf("try %d: %d", i, s.Do)
		}
		u.Unreached(now, s)
		w := u.Next(now)
		if w.Do != Sleep || w.For < last || w.For > longestWait || u.Why != Network {
			t.Fatalf("try %d: waits %s after %s for %q", i, w.For, last, u.Why)
		}
		last = w.For
		now = now.Add(w.For)
	}
	u.Back()
	if s := u.Next(now); s.Do != Ask {
		t.Fatal("does not try at once when the network is back")
	}
	u.Answered(now, u.Next(now), time.Second, upTo(4<<20))
	if s := u.Next(now); s.Do != Send || s.From != 4<<20 || u.State != Sending {
		t.Fatalf("%+v", s)
	}
}

func TestSignInExpiryKeepsEverything(t *testing.T) {
	u := going(t)
	u.Answered(start, expect(t, u, Send), time.Second, upTo(1<<20))
	u.Answered(start, expect(t, u, Send), time.Second, body(401, `{"detail":"no"}`))
	if u.State != SignedOut || u.Acked != 1<<20 || u.ID != "abc" {
		t.Fatalf("%+v", u)
	}
	expect(t, u, Sleep)
	u.Back()
	u.Answered(start, expect(t, u, Ask), time.Second, upTo(1<<20))
	if s := expect(t, u, Send); s.From != 1<<20 || u.State != Sending {
		t.Fatalf("%+v", s)
	}
}

func TestForgottenSessionBeginsAgain(t *testing.T) {
	u := going(t)
	u.Answered(start, expect(t, u, Send), time.Second, upTo(1<<20))
	u.Answered(start, expect(t, u, Send), time.Second, body(404, `{"detail":"expired"}`))
	u.Answered(start, expect(t, u, Begin), time.Second, said(201, "location", "/x?upload_id=def"))
	if s := expect(t, u, Send); s.From != 0 || u.ID != "def" || u.Over != 1 {
		t.Fatalf("%+v %+v", s, u)
	}
	for range 20 {
		if u.State == Failed {
			return
		}
		if s := u.Next(start); s.Do == Begin {
			u.Answered(start, s, time.Second, said(201, "location", "/x?upload_id=x"))
		} else {
			u.Answered(start, s, time.Second, body(404, `{"detail":"expired"}`))
		}
	}
	t.Fatal("begins for ever")
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		code   string
	}{
		{413, `{"detail":"The quota is exceeded.","code":"quota_reached"}`, "quota_reached"},
		{507, `{"detail":"The server's disk is full."}`, ""},
		{415, `{"detail":"This file is not supported."}`, ""},
		{403, `{"detail":"No."}`, ""},
	} {
		u := going(t)
		u.Answered(start, expect(t, u, Send), time.Second, body(c.status, c.body))
		if u.State != Failed || u.Words == "" || u.Code != c.code {
			t.Errorf("%d: %s %q %q", c.status, u.State, u.Words, u.Code)
		}
		expect(t, u, Rest)
		u.Resume()
		u.Answered(start, expect(t, u, Ask), time.Second, upTo(1))
		expect(t, u, Send)
	}
}

func TestAProxysLimitMakesPiecesSmaller(t *testing.T) {
	u := going(t)
	for range 10 {
		s := u.Next(start)
		switch {
		case u.State == Failed:
			t.Fatal("gave up")
		case s.Do == Ask:
			u.Answered(start, s, time.Second, upTo(u.Acked))
		case s.To-s.From > 300_000:
			u.Answered(start, s, time.Second, body(413, "<html>too large</html>"))
		default:
			return
		}
	}
	t.Fatal("pieces stay large")
}

func TestPauseResumeCancel(t *testing.T) {
	u := going(t)
	s := expect(t, u, Send)
	u.Moved(start, 500_000)
	u.Pause()
	if u.State != Paused || u.Sent() != 500_000 {
		t.Fatalf("%s, %d sent", u.State, u.Sent())
	}
	u.Answered(start, s, time.Second, upTo(s.To)) // came too late
	expect(t, u, Rest)
	u.Resume()
	u.Answered(start, expect(t, u, Ask), time.Second, upTo(s.To))
	if u.Sent() != s.To {
		t.Fatalf("%d sent", u.Sent())
	}
	u.Cancel()
	u.Answered(start, expect(t, u, Forget), time.Second, said(204))
	expect(t, u, Rest)
	u.Resume()
	if u.State != Cancelled {
		t.Fatal("cancelled comes back")
	}
}

func TestCancelWhileTheSessionOpens(t *testing.T) {
	u := New(5)
	s := expect(t, u, Begin)
	u.Cancel()
	u.Answered(start, s, time.Second, said(201, "location", "/x?upload_id=late"))
	if s := expect(t, u, Forget); u.ID != "late" {
		t.Fatalf("%+v", s)
	}
}

func TestTheEndIsHeardDuringAPause(t *testing.T) {
	u := going(t)
	s := expect(t, u, Send)
	u.Pause()
	u.Answered(start, s, time.Second, body(200, `{"video":{"id":1,"uuid":"u","shortUUID":"s"}}`))
	if u.State != Done {
		t.Fatal(u.State)
	}
}

func TestAgainAsksFirst(t *testing.T) {
	u := Again("abc", 100, 40)
	u.Answered(start, expect(t, u, Ask), time.Second, upTo(60))
	if s := expect(t, u, Send); s.From != 60 || s.To != 100 {
		t.Fatalf("%+v", s)
	}
}

func TestAllThereButTheAnswer(t *testing.T) {
	u := Again("abc", 100, 100)
	u.Answered(start, expect(t, u, Ask), time.Second, body(200, `{"video":{"id":1,"uuid":"u","shortUUID":"s"}}`))
	if u.State != Done {
		t.Fatal(u.State)
	}
}

func TestSpeedAndTimeLeft(t *testing.T) {
	u := going(t)
	for i := range 20 {
		u.Moved(start.Add(time.Duration(i)*100*time.Millisecond), int64(i+1)*20_000)
	}
	if r := u.Speed(); r < 195_000 || r > 205_000 {
		t.Fatalf("%f bytes/s", r)
	}
	if l := u.Left(); l < 45*time.Second || l > 55*time.Second {
		t.Fatalf("%s left", l)
	}
	u.Pause()
	if u.Speed() != 0 || u.Left() != 0 {
		t.Fatal("speed during a pause")
	}
}

func TestRules(t *testing.T) {
	r := Rules{Endings: []string{".mp4"}, Quota: 100, Daily: -1, Used: 50}
	for _, c := range []struct {
		name    string
		size    int64
		pending int64
		want    string
	}{
		{"a.MP4", 50, 0, ""}, {"a.mp4", 51, 0, Full}, {"a.mp4", 40, 20, Full}, {"a.txt", 5, 0, Ending}, {"a.mp4", 0, 0, Empty},
	} {
		if got := r.Refuse(file(c.name, c.size), c.pending); got != c.want {
			t.Errorf("%s of %d: %q, want %q", c.name, c.size, got, c.want)
		}
	}
	r = Rules{Quota: -1, Daily: 10, UsedDaily: 5}
	if r.Refuse(file("a.txt", 6), 0) != Today {
		t.Error("daily quota")
	}
}
