//go:build js

package stage

import (
	"shoal/wasm/browser"
	"shoal/wasm/controls"
	"shoal/wasm/player"
	"shoal/wasm/sharing"
)

// Stage is the one player of a window. It goes on while the pages around it change.
type Stage struct {
	session  *browser.Session
	controls *controls.Controls
	guest    bool
	embed    bool
	uuid     string
}

// New attaches to the element with id player-host; nil when the page has none.
func New(o controls.Options) *Stage {
	host := browser.ByID("player-host")
	if browser.Nil(host) {
		return nil
	}
	s := &Stage{session: browser.Attach(host), guest: o.Guest, embed: o.Embed}
	o.Sharing, o.Address = s.session.Sharing, browser.Address
	s.controls = controls.New(host, s.session.Player, o)
	return s
}

// Player is what pages may ask directly.
func (s *Stage) Player() *player.Player { return s.session.Player }

// OpenPage plays the video that the server wrote into the page, if any.
func (s *Stage) OpenPage() {
	if boot := browser.PageBoot(); !browser.Nil(boot) {
		s.open(boot)
	}
}

// Open plays the video of a boot object in JSON; one that plays already only gets its place back.
func (s *Stage) Open(boot []byte, _ string) {
	if v := browser.ParseJSON(string(boot)); !browser.Nil(v) {
		s.open(v)
	}
}

func (s *Stage) open(boot browser.Value) {
	v, from := controls.FromBoot(boot), controls.FromAddress()
	if phase := s.session.Player.State().Phase; v.UUID == s.uuid && phase != player.Idle && phase != player.Failed {
		s.controls.Settle()
		return
	}
	s.uuid = v.UUID
	saved := v.Position
	if s.guest && saved == 0 && !s.embed {
		saved = controls.SavedPosition(v.UUID)
	}
	at, _ := controls.First(from, saved, v.Duration)
	autoplay := boot.Get("autoplay").Truthy()
	if from.Autoplay != nil {
		autoplay = *from.Autoplay
	}
	s.session.Load(boot, player.Options{Start: at, Autoplay: autoplay, Lines: controls.SavedQuality()})
	s.controls.Load(v, from)
	s.session.Sharing.Load(sharing.Video{
		UUID: v.UUID, Channel: v.Handle, Allowed: boot.Get("p2p").Truthy(), Silence: browser.Text(boot, "silence"),
		Refused: from.P2P != nil && !*from.P2P,
	})
}

// Mini is told that the page of the video was left.
func (s *Stage) Mini() { s.controls.Mini() }

// Seek goes to a time in seconds.
func (s *Stage) Seek(seconds float64) { s.session.Player.Seek(seconds) }

// Position is where playback is, in seconds.
func (s *Stage) Position() float64 { return s.session.Player.State().Position }

// Share is the answer to whether the video is shared.
func (s *Stage) Share(on bool) { s.session.Sharing.Answer(on) }

// Seen shows what others can see.
func (s *Stage) Seen() { s.controls.OpenSeen() }

// Member tells of the signed-in person: whether they share on all devices, and what to do when they switch that on again.
func (s *Stage) Member(shares bool, turned func()) { s.session.Sharing.Member(!shares, turned) }

// Close ends the video; another one may be opened.
func (s *Stage) Close() {
	s.uuid = ""
	s.session.Player.Close()
	s.session.Sharing.Close()
	s.controls.Settle()
}
