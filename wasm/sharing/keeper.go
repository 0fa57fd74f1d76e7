package sharing

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Engine shares while it is told to.
type Engine interface {
	// Start begins; it does not wait.
	Start()
	// Stop closes every connection at once. What was received stays in use.
	Stop()
	// Hold does the same, and what comes meanwhile is kept so that it can be shared later.
	Hold()
	// SetUpload sets the most to send: in bits per second, where 0 is nothing and less than 0 no limit, and in bytes of this visit, 0 for no end.
	SetUpload(bits, visit int64)
	// Figures also tell when it cannot go on.
	Figures() Figures
}

// World is what the keeper asks of the page.
type World interface {
	Around() Around
	Recall(key string) string
	Remember(key, value string)
	Now() time.Duration
}

// Keeper is the one place that decides about sharing on a page.
type Keeper struct {
	world  World
	engine Engine
	mu     sync.Mutex // a browser's goroutine may be parked by the collector in the middle of a call

	video   Video
	loaded  bool
	member  bool
	choices Choices
	kept    string // the choices as they were last read or written
	gone    Reason
	doing   doing
	upload  [2]int64 // as the engine was told

	at, noticed, rested, hidden time.Duration
	status                      Status
	totals                      totals
	before                      []sample
	ears                        map[int]func()
	ear                         int
	turned                      func()
}

// doing is what the engine was told.
type doing int

const (
	untold doing = iota
	nothing
	holds
	shares
)

// NewKeeper makes the keeper of an engine.
func NewKeeper(w World, e Engine) *Keeper {
	k := &Keeper{world: w, engine: e, ears: map[int]func(){}, upload: [2]int64{-2}}
	k.choices = NewChoices()
	k.read()
	k.at = w.Now()
	return k
}

// Member tells of a signed-in person: off when they have switched sharing off for all their devices, and what to do when they switch it on again.
func (k *Keeper) Member(off bool, turned func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.member, k.turned = off, turned
}

// do changes something, decides anew and tells.
func (k *Keeper) do(f func()) {
	k.mu.Lock()
	f()
	k.tick()
	ears := slices.Collect(maps.Values(k.ears))
	k.mu.Unlock()
	for _, ear := range ears {
		ear()
	}
}

// Load tells which video is played now.
func (k *Keeper) Load(v Video) {
	k.do(func() {
		if v.UUID != k.video.UUID {
			k.noticed, k.rested, k.gone = 0, 0, NoReason
		}
		k.video, k.loaded = v, true
	})
}

// Close ends sharing; another video may be loaded.
func (k *Keeper) Close() {
	k.do(func() {
		k.loaded = false
		k.turn(nothing)
		k.totals.write(k.world, k.status.Figures, true)
		k.status = Status{State: Off, Figures: k.status.Figures}
	})
}

// Tick looks around; it is called once a second, and whenever something may have changed.
func (k *Keeper) Tick() { k.do(func() {}) }

// Status is where things stand.
func (k *Keeper) Status() Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.status
}

// Listen calls f after each tick and each change until stop is called.
func (k *Keeper) Listen(f func()) (stop func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id := k.ear
	k.ear++
	k.ears[id] = f
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.ears, id)
	}
}

// Switch turns sharing on or off, and keeps that as the answer.
func (k *Keeper) Switch(on bool) {
	k.do(func() {
		k.gone = NoReason
		if on {
			k.video.Refused = false
			k.choices.SetNever(k.video.Channel, false)
		}
		k.answer(on)
	})
}

// Answer is what the viewer said to the notice.
func (k *Keeper) Answer(share bool) { k.do(func() { k.answer(share) }) }

func (k *Keeper) answer(share bool) {
	k.choices.Answer = No
	if share {
		k.choices.Answer = Yes
		if k.member && k.turned != nil {
			k.turned()
		}
		k.member = false
	}
	k.write()
}

// Never adds the channel of this video to those that are never shared, or takes it off.
func (k *Keeper) Never(never bool) {
	k.do(func() {
		k.choices.SetNever(k.video.Channel, never)
		k.write()
	})
}

func (k *Keeper) read() {
	if text := k.world.Recall(ChoicesKey); text != k.kept {
		k.kept, k.choices = text, ParseChoices(text)
	}
}

func (k *Keeper) write() {
	text := k.choices.Encode()
	k.world.Remember(ChoicesKey, text)
	k.kept = k.world.Recall(ChoicesKey) // where nothing may be kept, the choice holds for this visit
}

func (k *Keeper) tick() {
	if !k.loaded {
		return
	}
	k.read()
	around := k.world.Around()
	k.pass(around)
	k.settle(around)
	if k.status.Waits && k.noticed >= noticeTime {
		k.choices.Answer = Silent
		k.write()
		k.settle(around)
	}
	k.count()
}

// pass notes how long things have lasted.
func (k *Keeper) pass(a Around) {
	const most = 2 * time.Second // a tab that slept has seen nothing
	now := k.world.Now()
	step := now - k.at
	k.at = now
	if a.Playing {
		k.rested = 0
	} else {
		k.rested += step
	}
	if a.Visible {
		k.hidden = 0
	} else {
		k.hidden += max(step, 1)
	}
	if k.status.Waits && a.Playing && a.Visible && a.Noticed {
		k.noticed += min(step, most)
	}
}

// settle decides, and has the engine do it.
func (k *Keeper) settle(a Around) {
	if r := k.engine.Figures().Gone; r != NoReason && k.doing == shares {
		k.gone = r
	}
	m := moment{Around: a, Video: k.video, Choices: k.choices, member: k.member, gone: k.gone, noticed: k.noticed, rested: k.rested, hidden: k.hidden, sent: k.engine.Figures().Sent}
	was := k.status
	k.status = m.decide()
	k.status.Figures, k.status.Down, k.status.Up = was.Figures, was.Down, was.Up
	switch k.status.State {
	case On:
	case Held:
		k.turn(holds)
		return
	default:
		k.turn(nothing)
		return
	}
	bits := k.status.Upload
	switch {
	case k.status.Sending != NoReason:
		bits = 0
	case bits == NoLimit:
		bits = -1
	}
	if limit := [2]int64{bits, m.most()}; limit != k.upload {
		k.upload = limit
		k.engine.SetUpload(bits, m.most())
	}
	k.turn(shares)
}

func (k *Keeper) turn(to doing) {
	if to == k.doing {
		return
	}
	k.doing = to
	switch to {
	case shares:
		k.engine.Start()
	case holds:
		k.engine.Hold()
	default:
		k.engine.Stop()
	}
}
