package uploading

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shoal/app/session"
	"shoal/shared/api"
)

// Waits between tries, and what ends them.
const (
	firstWait    = time.Second
	longestWait  = 10 * time.Second // without a network a try costs nothing
	longestBusy  = 5 * time.Minute  // however long the server asks for
	signedWait   = 5 * time.Second
	mostBusy     = 30 // tries at a server that answers with errors
	mostConflict = 5
	mostOver     = 3
)

// Moved notes that sent bytes of the present piece have left.
func (u *Upload) Moved(now time.Time, sent int64) {
	if u.State != Sending && u.State != Waiting || sent <= u.moving {
		return
	}
	u.State, u.Why = Sending, ""
	u.speed.add(now, sent-u.moving)
	u.moving = sent
}

// Unreached notes that a step ended without an answer.
func (u *Upload) Unreached(now time.Time, s Step) {
	if s.Do == Forget {
		u.ID = "" // the server forgets it by itself after a while
		return
	}
	if !u.Live() {
		return
	}
	if s.Do == Send {
		u.piece = max(smallestPiece, u.piece/2)
	}
	u.rest()
	u.wait(now, Network, backoff(u.tries, longestWait))
}

// Gone is the Code of a file that cannot be read any more.
const Gone = "gone"

// Unreadable notes that the file cannot be read any more: it must be picked again.
func (u *Upload) Unreadable() {
	if u.Live() {
		u.rest()
		u.State, u.Why, u.Code = Failed, "", Gone
	}
}

func (u *Upload) wait(now time.Time, why string, d time.Duration) {
	u.tries++
	u.State, u.Why, u.until = Waiting, why, now.Add(d)
}

// backoff doubles from firstWait on.
func backoff(tries int, most time.Duration) time.Duration {
	return min(most, firstWait<<min(tries, 10))
}

// Answered notes what the server said to a step that took d.
func (u *Upload) Answered(now time.Time, s Step, d time.Duration, a session.Answer) {
	if s.Do == Forget {
		u.ID = ""
		return
	}
	if !u.Live() { // paused or cancelled while the step was under way
		u.late(a)
		return
	}
	switch {
	case a.Status == 308:
		u.incomplete(s, d, a)
	case a.Status < 300 && s.Do == Begin:
		u.begun(a)
	case a.Status < 300:
		u.complete(a)
	case a.Status == 401:
		u.rest()
		u.State, u.Why, u.until = SignedOut, "", now.Add(signedWait)
	case a.Status == 409:
		u.conflict(a)
	case (a.Status == 404 || a.Status == 410) && s.Do != Begin:
		u.startOver(a)
	case a.Status == 413 && s.Do == Send && problem(a).Code == "" && u.piece > smallestPiece:
		u.piece = max(smallestPiece, u.piece/4) // a proxy with a limit of its own
		u.rest()
	case a.Status == 408 || a.Status == 425 || a.Status == 429 || a.Status >= 500 && a.Status != 501 && a.Status != 507:
		u.busy(now, a)
	default:
		u.fail(a)
	}
}

// late keeps what an answer brings that came after a pause.
func (u *Upload) late(a session.Answer) {
	if u.State == Paused && a.Status < 300 {
		if id := idOf(a); u.ID == "" && id != "" {
			u.ID = id
		} else if v := videoOf(a); v != nil {
			u.finish(v)
		}
	}
	if u.State == Cancelled && u.ID == "" {
		u.ID = idOf(a)
	}
}

func (u *Upload) begun(a session.Answer) {
	id := idOf(a)
	if id == "" {
		u.fail(a)
		return
	}
	u.ID, u.Acked, u.moving, u.known, u.tries = id, 0, 0, a.Status == 201, 0
	u.State, u.Why = Sending, ""
}

func (u *Upload) complete(a session.Answer) {
	v := videoOf(a)
	if v == nil {
		u.fail(a)
		return
	}
	u.finish(v)
}

func (u *Upload) finish(v *api.VideoUploaded) {
	u.State, u.Why, u.Video, u.Acked, u.moving = Done, "", v, u.Size, 0
}

// incomplete takes the offset of the answer as it is, be it less than what was sent.
func (u *Upload) incomplete(s Step, d time.Duration, a session.Answer) {
	before := u.Acked
	u.Acked = min(received(a), u.Size)
	u.moving, u.known, u.State, u.Why = 0, true, Sending, ""
	if u.Acked > before || s.Do == Ask {
		u.tries = 0
	} else {
		u.tries++
	}
	if u.Acked > before {
		u.conflicts = 0
	}
	if s.Do == Send && u.Acked == s.To {
		u.piece = fitting(u.piece, s.To-s.From, d)
	}
	if s.Do == Send && u.Acked <= before && u.tries > mostConflict {
		u.fail(a)
	}
}

// fitting is a piece that takes about pieceTime, at most four times the present one.
func fitting(piece, sent int64, d time.Duration) int64 {
	if d <= 0 {
		d = time.Millisecond
	}
	want := int64(float64(sent) * float64(pieceTime) / float64(d))
	want = min(want, piece*4, largestPiece)
	return max(want/smallestPiece*smallestPiece, smallestPiece)
}

// conflict asks where to go on, since the server has other bytes than we thought.
func (u *Upload) conflict(a session.Answer) {
	u.conflicts++
	u.rest()
	if u.conflicts > mostConflict {
		u.fail(a)
	}
}

// startOver sends the file from its first byte, because the server has forgotten what it had.
func (u *Upload) startOver(a session.Answer) {
	u.rest()
	u.ID, u.Acked, u.moving, u.until = "", 0, 0, time.Time{}
	if u.Over++; u.Over > mostOver {
		u.fail(a)
	}
}

func (u *Upload) busy(now time.Time, a session.Answer) {
	if u.tries >= mostBusy {
		u.fail(a)
		return
	}
	u.rest()
	d := backoff(u.tries, 30*time.Second)
	if n, err := strconv.Atoi(a.Headers["retry-after"]); err == nil && n >= 0 {
		d = min(longestBusy, max(firstWait, time.Duration(n)*time.Second))
	}
	u.wait(now, Busy, d)
}

func (u *Upload) fail(a session.Answer) {
	p := problem(a)
	u.rest()
	u.State, u.Why, u.Words, u.Code = Failed, "", p.Detail, p.Code
	if len(p.InvalidParams) > 0 {
		u.Words = (&api.Err{Problem: p}).Error()
	}
}

func problem(a session.Answer) (p api.Problem) {
	_ = json.Unmarshal(a.Body, &p) // a proxy's page says nothing to us
	return p
}

func videoOf(a session.Answer) *api.VideoUploaded {
	var v api.VideoUploaded
	if json.Unmarshal(a.Body, &v) != nil || v.Video.UUID == "" {
		return nil
	}
	return &v
}

// idOf takes upload_id from the Location header.
func idOf(a session.Answer) string {
	if a.Status >= 300 {
		return ""
	}
	u, err := url.Parse(a.Headers["location"])
	if err != nil {
		return ""
	}
	return u.Query().Get("upload_id")
}

// received is how many bytes a Range header such as bytes=0-99 stands for; none means nothing has arrived.
func received(a session.Answer) int64 {
	_, last, ok := strings.Cut(a.Headers["range"], "-")
	n, err := strconv.ParseInt(last, 10, 64)
	if !ok || err != nil || n < 0 {
		return 0
	}
	return n + 1
}
