// Package uploading decides how a file gets to the server: which bytes next, when again, and what to tell the person.
package uploading

import (
	"time"

	"shoal/shared/api"
)

// State is what people are told about an upload.
type State string

// The states of an upload.
const (
	Sending   State = "sending"   // bytes move, or are about to
	Paused    State = "paused"    // by the person
	Waiting   State = "waiting"   // goes on by itself: Why tells for what
	SignedOut State = "signedout" // goes on by itself once the person has signed in again
	Failed    State = "failed"    // only the person can do something: Words tell what happened
	Done      State = "done"
	Cancelled State = "cancelled"
)

// What an upload waits for.
const (
	Network = "network" // the server is not reached
	Busy    = "busy"    // the server asked to wait
)

// Upload is one file on its way. Its methods are called one after the other; it starts nothing by itself.
type Upload struct {
	ID    string // upload_id, empty before the server gave one
	Size  int64  // bytes
	Acked int64  // bytes that the server has for good

	State State
	Why   string // what it waits for
	Words string // the server's own sentence about a failure
	Code  string // the server's code of a failure, such as quota_reached
	Over  int    // times the file was begun again because the server had forgotten it
	Video *api.VideoUploaded

	known     bool // Acked is what the server said last
	moving    int64
	piece     int64
	tries     int // without any progress
	conflicts int
	until     time.Time // not before
	speed     meter
}

// Act is what to do next.
type Act int

// The acts of an upload.
const (
	Rest   Act = iota // nothing until something else happens
	Sleep             // wait For
	Begin             // open a session
	Ask               // ask how much has arrived
	Send              // send the bytes From up to To
	Forget            // end the session
)

// Step is the next thing to do.
type Step struct {
	Do       Act
	From, To int64
	For      time.Duration
}

// Sizes of a piece in bytes, and how long one may take. A lost piece is not lost whole: the server keeps what arrived.
const (
	firstPiece    = 1 << 20
	smallestPiece = 256 << 10
	largestPiece  = 64 << 20
	pieceTime     = 6 * time.Second
)

// New is an upload of size bytes that begins at once.
func New(size int64) *Upload { return &Upload{Size: size, State: Sending, piece: firstPiece} }

// Again is an upload that the server knows from an earlier visit.
func Again(id string, size, acked int64) *Upload {
	u := New(size)
	u.ID, u.Acked = id, acked
	return u
}

// Next tells what to do now.
func (u *Upload) Next(now time.Time) Step {
	switch u.State {
	case Cancelled:
		if u.ID != "" {
			return Step{Do: Forget}
		}
		return Step{}
	case Sending, Waiting, SignedOut:
	default:
		return Step{}
	}
	switch {
	case now.Before(u.until):
		return Step{Do: Sleep, For: u.until.Sub(now)}
	case u.ID == "":
		return Step{Do: Begin}
	case !u.known || u.Acked >= u.Size:
		return Step{Do: Ask}
	}
	return Step{Do: Send, From: u.Acked, To: min(u.Size, u.Acked+u.piece)}
}

// Pause stops until Resume.
func (u *Upload) Pause() {
	switch u.State {
	case Sending, Waiting, SignedOut:
		u.State, u.Why = Paused, ""
		u.rest()
	}
}

// Resume goes on after a pause, a failure, or a wait that the person does not want to see to its end.
func (u *Upload) Resume() {
	switch u.State {
	case Paused, Failed, Waiting, SignedOut:
		u.State, u.Why, u.Words, u.Code = Sending, "", "", ""
		u.tries, u.conflicts, u.until = 0, 0, time.Time{}
		u.rest()
	}
}

// Back tries again at once when it waits for the network or a sign-in, because either may have come back.
func (u *Upload) Back() {
	if u.State == SignedOut || u.State == Waiting && u.Why == Network {
		u.until = time.Time{}
	}
}

// Cancel ends it; what has arrived is to be thrown away.
func (u *Upload) Cancel() {
	if u.State != Done {
		u.State, u.Why = Cancelled, ""
		u.rest()
	}
}

// rest forgets what was in flight: how much of it arrived is asked before the next piece. Until the answer it counts as sent.
func (u *Upload) rest() {
	u.known, u.speed = false, meter{}
}

// Live tells whether it goes on by itself.
func (u *Upload) Live() bool { return u.State == Sending || u.State == Waiting || u.State == SignedOut }

// Sent is how many bytes have left, those on their way included.
func (u *Upload) Sent() int64 { return min(u.Size, u.Acked+u.moving) }

// Percent is how much has left, 100 only when the server has it all.
func (u *Upload) Percent() float64 {
	if u.State == Done {
		return 100
	}
	if u.Size <= 0 {
		return 0
	}
	return min(99.9, float64(u.Sent())*100/float64(u.Size))
}

// Speed is in bytes per second, 0 when unknown.
func (u *Upload) Speed() float64 {
	if u.State != Sending {
		return 0
	}
	return u.speed.rate()
}

// Left is about how long it still takes, 0 when unknown.
func (u *Upload) Left() time.Duration {
	r := u.Speed()
	if r <= 0 {
		return 0
	}
	return time.Duration(float64(u.Size-u.Sent()) / r * float64(time.Second))
}
