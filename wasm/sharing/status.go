package sharing

// State is whether a viewer shares, named as #player-host[data-p2p] shows it.
type State string

// The states.
const (
	Off         State = "off"
	Held        State = "held" // waits for the answer to the notice
	On          State = "on"
	Paused      State = "paused"      // agreed to, and stopped for a Reason that passes
	Unavailable State = "unavailable" // cannot be, for a Reason that stays
)

// Reason says why in a word; the sentence for people belongs to the controls.
type Reason string

// The reasons.
const (
	NoReason   Reason = ""
	ByVideo    Reason = "video"    // its owner, its privacy or the platform's settings
	ByPlatform Reason = "platform" // turned off while it was played
	ByWebRTC   Reason = "webrtc"   // the browser has none
	ByPlayer   Reason = "player"   // the browser plays the file by itself
	ByChannel  Reason = "channel"  // the viewer never shares this channel's videos
	ByAddress  Reason = "address"  // p2p=0 in the address
	ByGesture  Reason = "gesture"  // nothing was pressed in a frame of another site
	BySaver    Reason = "saver"
	ByMobile   Reason = "mobile"
	ByBattery  Reason = "battery"
	ByHiding   Reason = "hidden" // nobody looked for half an hour
	ByRest     Reason = "rest"   // the video has stood still
	ByCap      Reason = "cap"    // the visit's limit of bytes was sent
)

// Status is what the face shows. It is a copy: it does not change under the reader.
type Status struct {
	State   State
	Reason  Reason
	Sending Reason // why nothing is sent although State is On
	Notice  bool   // the question is to be shown
	Waits   bool   // silence will mean yes
	Wants   bool   // how the switch stands
	Upload  int64  // limit in bits per second while On, NoLimit for none
	Figures
	Down, Up int64 // bits per second over the last moments
}

// Figures are what the engine counted since the page was opened.
type Figures struct {
	FromServer, FromViewers, Sent int64  // bytes of media
	Viewers                       int    // connected now
	Refused                       int    // pieces whose hash was wrong
	Gone                          Reason // why the engine cannot go on
}

// Share is the part of the bytes that viewers sent, from 0 to 100.
func (f Figures) Share() int {
	if all := f.FromServer + f.FromViewers; all > 0 {
		return int((f.FromViewers*100 + all/2) / all)
	}
	return 0
}
