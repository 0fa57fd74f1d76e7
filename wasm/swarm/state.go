// Package swarm lets viewers pass pieces of a video to each other, and decides who brings which piece when.
//
// It stands between the player and the server as a player.Source, and is plain Go: connections, sockets, memory and time
// are small interfaces. While it is held or off it is a pipe to the server and opens nothing.
package swarm

// Mode is what the viewer wants, or the page on their behalf.
type Mode int

// The modes.
const (
	Held    Mode = iota // not answered yet: nothing is opened
	Off                 // nothing is opened
	Receive             // pieces come from viewers; none are sent
	On
)

// Limits are the viewer's own.
type Limits struct {
	Upload  int64 // bits per second, 0 for none
	Session int64 // bytes sent in this visit, 0 for none
	Cache   int64 // bytes of pieces kept in memory
	Peers   int   // connections at most; the server's word counts when it is less
}

// Usual limits.
const (
	UsualUpload = 2_000_000  // bits per second
	DeskCache   = 256 << 20  // bytes
	PhoneCache  = 64 << 20   // bytes
	UsualPeers  = 10         // connections
	PhoneSent   = 50_000_000 // bytes sent in a visit over an unknown line of a phone
)

// State says in a word how sharing stands.
type State string

// The states.
const (
	StateHeld    State = "held"
	StateOff     State = "off"
	StateIdle    State = "idle"    // on, and this video has no swarm or none is needed now
	StateSeeking State = "seeking" // on, no other viewer yet
	StateSharing State = "sharing" // connected
	StateResting State = "resting" // paused for long: connections closed until it goes on
	StateRefused State = "refused" // the server does not share this video; see Why
)

// Why sharing cannot be, when State is StateRefused.
type Why string

// The reasons.
const (
	NoReason Why = ""
	NoWebRTC Why = "webrtc"   // missing or disabled in this browser
	NotHere  Why = "video"    // not for this video
	Switched Why = "switched" // the platform has switched it off
	NoServer Why = "server"   // the server did not answer; tried again by itself
)

// Stats are figures for the panel. Bytes are of media and count from New; they stay when sharing ends.
type Stats struct {
	State State
	Why   Why
	Mode  Mode

	FromServer, FromViewers int64 // received
	Ahead                   int64 // of FromServer: taken before the player waited for it, so that there is something to share
	Late                    int64 // received from viewers and not needed any more
	Sent                    int64 // to viewers
	Down, Up                int64 // bits per second from and to viewers, over the last seconds
	Peers                   int   // viewers connected now
	Met                     int   // viewers that may have learned our address since New
	Viewers                 int   // in the swarm as the tracker tells, with ourselves; 0 while unknown
	Kept                    int64 // bytes of pieces in memory
	Bad                     int   // pieces that were not what they should be
	Full                    bool  // the session's limit of bytes sent is reached
}

// Video is what is about to be played.
type Video struct {
	UUID     string
	Duration float64  // seconds
	Sounds   []string // infohashes in hex of renditions of sound that play beside a level
}
