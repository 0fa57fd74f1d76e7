//go:build js

package browser

import (
	"time"

	"shoal/wasm/player"
	"shoal/wasm/sharing"
)

// device is what the keeper of sharing asks of this browser.
type device struct {
	s       *Session
	battery Value // BatteryManager, once the browser has given it
	asked   bool
	pressed bool // for browsers that do not tell of gestures
}

const lowBattery = 0.2

func (*device) Now() time.Duration         { return clock{}.Now() }
func (*device) Recall(key string) string   { return Stored(key) }
func (*device) Remember(key, value string) { page{}.Remember(key, value) }
func (d *device) press(Value)              { d.pressed = true }
func navigator() Value                     { return Window.Get("navigator") }
func matches(query string) bool            { return Window.Call("matchMedia", query).Get("matches").Bool() }

func (d *device) Around() sharing.Around {
	state := d.s.Player.State()
	a := sharing.Around{
		WebRTC:  !Nil(Window.Get("RTCPeerConnection")) && !Nil(Window.Get("crypto").Get("subtle")),
		Fed:     state.Mode == player.MSE || state.Mode == "",
		Saver:   page{}.SaveData(),
		Phone:   matches("(pointer: coarse)"),
		Low:     d.low(),
		Framed:  !Window.Get("top").Equal(Window.Get("self")),
		Gesture: d.gesture(),
		Visible: page{}.Visible(),
		Noticed: noticed(),
		Playing: state.Phase == player.Playing,
	}
	if c := navigator().Get("connection"); !Nil(c) {
		a.Network = text(c, "type")
	}
	return a
}

func (d *device) gesture() bool {
	if u := navigator().Get("userActivation"); !Nil(u) {
		return u.Get("hasBeenActive").Truthy()
	}
	return d.pressed
}

// low asks for the battery at the first time, and answers as far as it is known.
func (d *device) low() bool {
	if !d.asked {
		d.asked = true
		if !Nil(navigator().Get("getBattery")) {
			_ = Try(func() { Then(navigator().Call("getBattery"), func(b Value) { d.battery = b }, nil) })
		}
	}
	return d.battery.Truthy() && !d.battery.Get("charging").Truthy() && d.battery.Get("level").Float() < lowBattery
}

// noticed tells whether the question of the page, or the player's own, is in sight: half of it within the window and nothing over it.
func noticed() bool {
	el := Find(Document, "[data-notice]:not([hidden])")
	if Nil(el) {
		return false
	}
	if f := Document.Get("fullscreenElement"); !Nil(f) && !f.Call("contains", el).Bool() {
		return false
	}
	r := el.Call("getBoundingClientRect")
	top, bottom := r.Get("top").Float(), r.Get("bottom").Float()
	seen := min(bottom, Window.Get("innerHeight").Float()) - max(top, 0)
	return bottom > top && seen >= (bottom-top)/2
}

// watch has the keeper look around when something may have changed, and once a second.
func (d *device) watch(k *sharing.Keeper) {
	tick := func(Value) { k.Tick() }
	d.s.offs.Add(
		Every(time.Second, k.Tick),
		On(Document, "visibilitychange", tick), On(Window, "pointerdown", d.press), On(Window, "keydown", d.press),
		d.s.Player.Listen(func(c player.Change) {
			if c&player.PhaseChanged != 0 {
				k.Tick()
			}
		}))
	if c := navigator().Get("connection"); !Nil(c) && !Nil(c.Get("addEventListener")) {
		d.s.offs.Add(On(c, "change", tick))
	}
}
