package sharing

import "time"

// Video is what the rules ask of a video.
type Video struct {
	UUID    string
	Channel string // handle
	Allowed bool   // by owner, privacy and platform
	Silence string // one of the rules of shared/api
	Refused bool   // p2p=0 in the address
}

// Around is what the device, the page and the player are like at a moment.
type Around struct {
	WebRTC  bool
	Fed     bool // the player gets its bytes from us
	Saver   bool
	Network string // cellular, wifi …; empty when the browser does not tell
	Phone   bool   // the pointer is a finger
	Low     bool   // the battery is low and not charging
	Framed  bool   // in a page of another site
	Gesture bool   // something was pressed on this page
	Visible bool
	Noticed bool // the notice is in sight
	Playing bool
}

// How long things last.
const (
	noticeTime  = 10 * time.Second // of playback with the notice in sight, until silence is an answer
	restTime    = time.Minute      // without playing until nothing is sent
	leaveTime   = 5 * time.Minute  // without playing until viewers are left
	hiddenTime  = 30 * time.Minute
	phoneCap    = 50_000_000 // bytes sent in one visit where mobile data cannot be told from other networks
	silenceYes  = "on"
	silenceOff  = "off"
	cellularNet = "cellular"
)

// moment is all that a decision rests on.
type moment struct {
	Around
	Video
	Choices
	member  bool          // a signed-in person has switched sharing off for all devices
	gone    Reason        // the engine gave up
	noticed time.Duration // how long the notice was seen while playing
	rested  time.Duration // since it played
	hidden  time.Duration // since it was seen
	sent    int64         // bytes in this visit
}

// decide tells where things stand.
func (m moment) decide() (s Status) {
	s.Wants = m.Agreed() && !m.member && !m.Refused && !m.never()
	if r := m.impossible(); r != NoReason {
		return Status{State: Unavailable, Reason: r}
	}
	if r := m.refused(); r != NoReason || m.Answer == No || m.member {
		return Status{State: Off, Reason: r}
	}
	if m.Answer == Unasked && m.Silence == silenceOff {
		return Status{State: Off}
	}
	switch r := m.paused(); {
	case r != NoReason:
		s.State, s.Reason = Paused, r
	case !m.Agreed():
		s.State, s.Notice, s.Waits = Held, true, m.waits()
	case m.Framed && !m.Gesture:
		s.State, s.Reason = Held, ByGesture
	case m.rested >= leaveTime:
		s.State, s.Reason = Paused, ByRest
	default:
		s.State = On
		s.Upload, s.Sending = m.upload()
	}
	return s
}

// waits tells whether silence will turn into yes.
func (m moment) waits() bool {
	return m.Answer == Unasked && m.Silence == silenceYes && (!m.Framed || m.Gesture)
}

func (m moment) impossible() Reason {
	switch {
	case !m.Allowed:
		return ByVideo
	case !m.WebRTC:
		return ByWebRTC
	case !m.Fed:
		return ByPlayer
	}
	return m.gone
}

func (m moment) refused() Reason {
	switch {
	case m.Refused:
		return ByAddress
	case m.never():
		return ByChannel
	}
	return NoReason
}

func (m moment) never() bool {
	for _, n := range m.Never {
		if n == m.Channel {
			return true
		}
	}
	return false
}

func (m moment) paused() Reason {
	switch {
	case m.Saver:
		return BySaver
	case m.Network == cellularNet && m.Mobile == MobileNothing:
		return ByMobile
	}
	return NoReason
}

// upload is the most to send in bits per second, or why nothing is sent.
func (m moment) upload() (bits int64, nothing Reason) {
	most := m.most()
	switch {
	case m.Network == cellularNet && m.Mobile != MobileAll:
		return 0, ByMobile
	case most > 0 && m.sent >= most:
		return 0, ByCap
	case m.Low && m.Battery:
		return 0, ByBattery
	case m.rested >= restTime:
		return 0, ByRest
	case m.hidden >= hiddenTime:
		return 0, ByHiding
	case m.hidden > 0:
		return m.half(), NoReason
	}
	return m.Upload, NoReason
}

// most is how many bytes this visit may send, 0 for no end.
func (m moment) most() int64 {
	if m.Phone && m.Network == "" && (m.Cap == 0 || m.Cap > phoneCap) {
		return phoneCap
	}
	return m.Cap
}

// half is the limit of a tab that nobody looks at.
func (m moment) half() int64 {
	const instead = 2_000_000 // of half of no limit
	if m.Upload == NoLimit {
		return instead
	}
	return m.Upload / 2
}
