//go:build js

package browser

import (
	"math"
	"time"
)

// page is the window around the player.
type page struct{ host Value }

func (page) Online() bool {
	v := Window.Get("navigator").Get("onLine")
	return Nil(v) || v.Bool()
}

func (page) Visible() bool { return !Document.Get("hidden").Bool() }

func (page) SaveData() bool {
	c := Window.Get("navigator").Get("connection")
	return !Nil(c) && c.Get("saveData").Truthy()
}

func (p page) Size() (width, height int) {
	ratio := 1.0
	if v := Window.Get("devicePixelRatio"); !Nil(v) && v.Float() > 0 {
		ratio = v.Float()
	}
	in := func(name string) int { return int(math.Round(p.host.Get(name).Float() * ratio)) }
	return in("clientWidth"), in("clientHeight")
}

func (page) Recall(key string) string { return Stored(key) }

// Remember keeps nothing on somebody else's page before a gesture.
func (page) Remember(key, value string) {
	if framed := !Window.Get("top").Equal(Window.Get("self")); framed && !Window.Get("navigator").Get("userActivation").Get("hasBeenActive").Truthy() {
		return
	}
	Store(key, value)
}

// clock counts from the start of the visit.
type clock struct{}

func (clock) Now() time.Duration {
	return time.Duration(Window.Get("performance").Call("now").Float() * float64(time.Millisecond))
}
func (clock) After(d time.Duration, f func()) (stop func()) { return After(d, f) }
func (clock) Soon(f func())                                 { Soon(f) }
