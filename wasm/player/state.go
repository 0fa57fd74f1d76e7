// Package player decides how a video is played: which level, which bytes next, when to wait, when to give up.
//
// It is plain Go without syscall/js: the page stands behind the interfaces Media, Source and Clock.
package player

// Phase is what the player is doing, named as #player-host[data-state] shows it.
type Phase string

// The phases.
const (
	Idle    Phase = "idle"    // nothing loaded
	Loading Phase = "loading" // before the first frame
	Playing Phase = "playing" // wants to play; see State.Stalled
	Paused  Phase = "paused"
	Ended   Phase = "ended"
	Failed  Phase = "error" // see State.Error
)

// ErrorKind says in a word why playing stopped. The sentence for people belongs to the controls.
type ErrorKind string

// The kinds of failure.
const (
	NoError     ErrorKind = ""
	Offline     ErrorKind = "offline"     // the browser has no network
	Network     ErrorKind = "network"     // the server did not answer for 20 s
	Busy        ErrorKind = "busy"        // 429 or 503
	SignIn      ErrorKind = "signin"      // 401
	Forbidden   ErrorKind = "forbidden"   // 403
	Gone        ErrorKind = "gone"        // 404 or 410
	Blocked     ErrorKind = "blocked"     // 451
	Decode      ErrorKind = "decode"      // the browser gave up decoding, twice
	Unsupported ErrorKind = "unsupported" // no level in a codec this browser plays
	Processing  ErrorKind = "processing"  // nothing to play yet
)

// Span is a stretch of time in seconds.
type Span struct{ From, To float64 }

// Level is a quality a person may choose.
type Level struct {
	Height, Width, FPS int
	Bandwidth          int64 // peak bits per second
	Codecs             string
	Sound              bool // sound alone
}

// Track is a rendition of sound a person may choose.
type Track struct{ Name, Language string }

// Auto is the level argument that leaves the choice to the player.
const Auto = -1

// Mode is how the media element is fed.
type Mode string

// The modes.
const (
	MSE         Mode = "mse"
	NativeHLS   Mode = "hls"         // the browser's own HLS; levels cannot be chosen
	Progressive Mode = "progressive" // one whole file
)

// State is everything the controls show. It is a copy: it does not change under the reader.
type State struct {
	UUID      string
	Phase     Phase
	Mode      Mode
	Error     ErrorKind
	Position  float64 // seconds
	Duration  float64 // seconds, 0 while unknown
	Buffered  []Span
	Shared    []Span // of Buffered, what other viewers brought
	Seeking   bool
	Stalled   bool // wants to go on and has had no data for 500 ms: show the spinner
	Started   bool // a frame of this video was shown
	Levels    []Level
	Chosen    int // index in Levels, or Auto
	Current   int // index of the level on the screen, -1 before the first frame
	Sounds    []Track
	Sound     int
	Rate      float64
	Volume    float64 // 0 to 1
	Muted     bool
	MutedAuto bool // muted only because the browser refused to start with sound: offer to unmute
	Stats     Stats
}

// Stats are the figures for the curious.
type Stats struct {
	FromServer, FromPeers int64   // media bytes received
	Bandwidth             int64   // estimate in bits per second, 0 while unknown
	Ahead                 float64 // seconds buffered ahead of the position
	Frames, Dropped       int
	Stalls                int
	StalledFor            float64 // seconds in all, the start not counted
	FirstFrame            float64 // seconds from the visit (or from Load) to the first frame, 0 before
	Retries               int
}

// Change tells listeners what is new, as a set of bits.
type Change uint

// The changes.
const (
	PhaseChanged    Change = 1 << iota // Phase, Stalled, Seeking, Started, Error
	PositionChanged                    // Position, about four times a second while playing
	BufferChanged                      // Buffered
	LevelsChanged                      // Levels, Chosen, Current, Sounds, Sound
	VolumeChanged                      // Volume, Muted, MutedAuto
	RateChanged                        // Rate
	Loaded                             // another video: everything is new, Duration too
	StepDropped                        // a stall made the player take a lower level: say so once
	LoopedBack                         // the loop began again
)

// Control is what buttons, keys and scripts may ask of a player. Calls return at once; the outcome shows in State.
type Control interface {
	State() State
	// Listen calls f after changes, never from within a call of Control, until stop is called.
	Listen(f func(Change)) (stop func())

	Play()
	Pause()
	Seek(seconds float64) // anywhere, clamped to the video
	SetLevel(level int)   // index in State.Levels (the one of sound alone included), or Auto
	SetSound(track int)   // index in State.Sounds
	SetRate(rate float64) // 0.25 to 3
	SetVolume(volume float64)
	SetMuted(muted bool)
	SetLoop(on bool, part Span) // the whole video when part is empty
	SetLongBuffer(on bool)      // buffers further ahead, for slow links
	SetUnlimitedSize(on bool)   // lets Auto go above the size of the player on the screen
	Retry()                     // after an error: goes on from the same position
	Close()                     // lets go of the media element; the player may Load again
}
