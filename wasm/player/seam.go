package player

import (
	"errors"
	"strconv"
	"time"

	"shoal/shared/hls"
)

// Chunk is some bytes of media. They may lie outside Go: only their number matters here.
type Chunk interface {
	Len() int
	Slice(from, to int) Chunk
}

// Origin tells who sent bytes.
type Origin int

// The origins.
const (
	Server Origin = iota
	Peer
)

// Piece is a stretch of a rendition's file that is wanted.
type Piece struct {
	File     string // address of the file
	Infohash string // its swarm, "" when it has none
	Range    hls.Range
	Needed   time.Duration // until playback wants the first of these bytes
}

// Sink hears a fetch: its bytes in order, then its end.
type Sink struct {
	Data func(c Chunk, from Origin)
	End  func(err error) // nil when all bytes came
	// Asked tells, where a source has others to wait for, that the line to the server is used from now on. It may be nil.
	Asked func()
}

// Source brings bytes: the server today, a swarm in front of it tomorrow.
// Nothing is heard from within a call, nor after cancel.
type Source interface {
	Fetch(p Piece, to Sink) (cancel func())
	Text(address string, done func(text string, err error)) (cancel func())
}

// StatusError is an answer of the server that is not the file.
type StatusError int

func (e StatusError) Error() string { return "the server answered " + strconv.Itoa(int(e)) }

// What the seams report.
var (
	ErrNetwork    = errors.New("no answer from the server")
	ErrQuota      = errors.New("the source buffer is full")
	ErrAppend     = errors.New("the browser refused the media")
	ErrNotAllowed = errors.New("the browser wants a gesture first")
)

// Clock is time. Soon runs f when the present event is over.
type Clock interface {
	Now() time.Duration
	After(d time.Duration, f func()) (stop func())
	Soon(f func())
}

// Media is the media element and the source buffers that feed it.
// Each buffer works through its calls in order; nothing is heard from within a call.
type Media interface {
	Supports(mime string) bool

	// Open gives the element a new media source with a buffer for each type. The picture stays until the next one comes.
	Open(mimes []string, duration, at float64, done func(err error))
	Append(buffer int, c []Chunk, done func(err error))
	Remove(buffer int, s Span, done func(err error))
	ChangeType(buffer int, mime string)
	Reset(buffer int) // forgets a box received in part
	End()             // all was appended
	Buffered(buffer int) []Span
	Hungry() bool // false while the browser asks not to fetch

	// OpenFile lets the browser play an address by itself.
	OpenFile(address string, at float64)
	Shut() // empties the element

	Play(done func(err error))
	Pause()
	SetPosition(t float64)
	SetRate(rate float64)
	SetVolume(volume float64)
	SetMuted(muted bool)
	Now() Moment
	Played() []Span // what the element has buffered, of all its tracks
	Frames() (total, dropped int)
}

// Moment is what the element says of itself.
type Moment struct {
	Position, Duration float64
	Ready              int // HTMLMediaElement.readyState: 2 has the present frame, 3 can go on
	Paused, Ended      bool
	Seeking, Failed    bool
	Rate, Volume       float64
	Muted              bool
	Height             int // of the picture, to see which level is on the screen
}

// Page is what surrounds the element.
type Page interface {
	Online() bool
	Visible() bool
	SaveData() bool
	Size() (width, height int) // of the player in device pixels, 0 when it is not shown
	Recall(key string) string
	Remember(key, value string)
}

// Event is what the element and the page report.
type Event int

// The events.
const (
	Moved    Event = iota // timeupdate
	Frame                 // a picture was drawn, or sound began
	Asked                 // play was asked for, by whomever
	Halted                // pause
	Waiting               // data ran out
	Sought                // seeking or seeked
	Finished              // ended
	Broken                // the element failed
	Sounded               // volume or mute changed
	Paced                 // the rate changed
	Resized               // the player or the picture has another size
	WentOnline
	WentOffline
	Grew // native playback has more data, or the browser is hungry again
)
