package sharing

import (
	"testing"
	"time"
)

type (
	around  = Around
	figures = Figures
)

// page is a world whose time goes on by seconds.
type page struct {
	around
	now  time.Duration
	kept map[string]string
	mute bool // nothing may be kept
}

func (p *page) Now() time.Duration       { return p.now }
func (p *page) Around() Around           { return p.around }
func (p *page) Recall(key string) string { return p.kept[key] }
func (p *page) Remember(key, value string) {
	if !p.mute {
		p.kept[key] = value
	}
}

type machine struct {
	figures
	runs, upload, visit int64
	on, held            bool
}

func (m *machine) Start()                      { m.on, m.held, m.Gone, m.runs = true, false, NoReason, m.runs+1 }
func (m *machine) Stop()                       { m.on, m.held = false, false }
func (m *machine) Hold()                       { m.on, m.held = false, true }
func (m *machine) SetUpload(bits, visit int64) { m.upload, m.visit = bits, visit }
func (m *machine) Figures() Figures            { return m.figures }

type scene struct {
	*Keeper
	page   *page
	engine *machine
}

// open is a page that plays a video of a platform where silence means yes, unless change says otherwise.
func open(change func(*Video, *page)) scene {
	p := &page{kept: map[string]string{}, around: Around{WebRTC: true, Fed: true, Visible: true, Noticed: true, Playing: true}}
	v := Video{UUID: "a", Channel: "reef@shoal.example", Allowed: true, Silence: silenceYes}
	if change != nil {
		change(&v, p)
	}
	e := &machine{}
	s := scene{NewKeeper(p, e), p, e}
	s.Load(v)
	return s
}

func (s scene) pass(d time.Duration) {
	for range d / time.Second {
		s.page.now += time.Second
		s.Tick()
	}
}

func (s scene) is(t *testing.T, want State, why Reason) {
	t.Helper()
	if got := s.Status(); got.State != want || got.Reason != why {
		t.Errorf("%s because of %q, not %s because of %q", got.State, got.Reason, want, why)
	}
	if s.engine.on != (want == On) || s.engine.held != (want == Held) {
		t.Errorf("the engine runs: %v, holds: %v while %s", s.engine.on, s.engine.held, want)
	}
}

func TestHeldUntilTheNoticeHadItsTime(t *testing.T) {
	s := open(nil)
	s.is(t, Held, NoReason)
	s.pass(9 * time.Second)
	s.is(t, Held, NoReason)
	s.page.Noticed = false
	s.pass(time.Minute)
	s.page.Noticed, s.page.Visible = true, false
	s.pass(time.Minute)
	s.page.Visible, s.page.Playing = true, false
	s.pass(time.Minute)
	s.is(t, Held, NoReason)
	if s.engine.runs != 0 {
		t.Fatal("the engine ran before the viewer had the say")
	}
	s.page.Playing = true
	s.pass(time.Second)
	s.is(t, On, NoReason)
	if got := ParseChoices(s.page.kept[ChoicesKey]).Answer; got != Silent {
		t.Errorf("kept %q", got)
	}
}

func TestAnswers(t *testing.T) {
	s := open(nil)
	s.Answer(false)
	s.pass(time.Minute)
	s.is(t, Off, NoReason)
	if s.engine.runs != 0 {
		t.Error("no was not heard")
	}
	s.Switch(true)
	s.is(t, On, NoReason)
	s.Switch(false)
	s.is(t, Off, NoReason)
	again := open(func(_ *Video, p *page) { p.kept = s.page.kept })
	again.is(t, Off, NoReason)

	asked := open(func(v *Video, _ *page) { v.Silence = "ask" })
	asked.pass(time.Hour)
	asked.is(t, Held, NoReason)
	asked.Answer(true)
	asked.is(t, On, NoReason)

	open(func(v *Video, _ *page) { v.Silence = silenceOff }).is(t, Off, NoReason)
}

func TestWhatStandsInTheWay(t *testing.T) {
	agreed := "answer=on"
	for _, c := range []struct {
		name   string
		state  State
		why    Reason
		change func(*Video, *page)
	}{
		{"nothing", On, NoReason, func(*Video, *page) {}},
		{"a private video", Unavailable, ByVideo, func(v *Video, _ *page) { v.Allowed = false }},
		{"no WebRTC", Unavailable, ByWebRTC, func(_ *Video, p *page) { p.WebRTC = false }},
		{"the browser's own player", Unavailable, ByPlayer, func(_ *Video, p *page) { p.Fed = false }},
		{"the address", Off, ByAddress, func(v *Video, _ *page) { v.Refused = true }},
		{"the channel", Off, ByChannel, func(v *Video, p *page) { p.kept[ChoicesKey] = "answer=on\nnever=" + v.Channel }},
		{"data saver", Paused, BySaver, func(_ *Video, p *page) { p.Saver = true }},
		{"mobile data", Paused, ByMobile, func(_ *Video, p *page) { p.Network = cellularNet }},
		{"a frame without a gesture", Held, ByGesture, func(_ *Video, p *page) { p.Framed = true }},
		{"a frame with one", On, NoReason, func(_ *Video, p *page) { p.Framed, p.Gesture = true, true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			open(func(v *Video, p *page) {
				p.kept[ChoicesKey] = agreed
				c.change(v, p)
			}).is(t, c.state, c.why)
		})
	}
}

func TestWhatKeepsFromSending(t *testing.T) {
	for _, c := range []struct {
		name   string
		upload int64
		why    Reason
		change func(*page, *machine)
		wait   time.Duration
	}{
		{"nothing", 2_000_000, NoReason, func(*page, *machine) {}, 0},
		{"no limit", -1, NoReason, func(p *page, _ *machine) { p.kept[ChoicesKey] += "\nupload=0" }, 0},
		{"mobile data for downloads", 0, ByMobile, func(p *page, _ *machine) {
			p.kept[ChoicesKey] += "\nmobile=download"
			p.Network = cellularNet
		}, 0},
		{"a low battery", 0, ByBattery, func(p *page, _ *machine) { p.Low = true }, 0},
		{"a low battery that does not matter", 2_000_000, NoReason, func(p *page, _ *machine) {
			p.kept[ChoicesKey] += "\nbattery=0"
			p.Low = true
		}, 0},
		{"the cap", 0, ByCap, func(p *page, e *machine) {
			p.kept[ChoicesKey] += "\ncap=100000000"
			e.Sent = 100_000_001
		}, 0},
		{"a phone on an unknown network", 0, ByCap, func(p *page, e *machine) { p.Phone, e.Sent = true, phoneCap }, 0},
		{"a hidden tab", 1_000_000, NoReason, func(p *page, _ *machine) { p.Visible = false }, time.Minute},
		{"a tab hidden for long", 0, ByHiding, func(p *page, _ *machine) { p.Visible = false }, 31 * time.Minute},
		{"a pause", 0, ByRest, func(p *page, _ *machine) { p.Playing = false }, 61 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(func(_ *Video, p *page) { p.kept[ChoicesKey] = "answer=on" })
			c.change(s.page, s.engine)
			s.pass(time.Second + c.wait)
			s.is(t, On, NoReason)
			if got := s.Status(); got.Sending != c.why || s.engine.upload != c.upload {
				t.Errorf("sends %d because of %q", s.engine.upload, got.Sending)
			}
		})
	}
}

func TestALongPauseLeavesTheOthers(t *testing.T) {
	s := open(func(_ *Video, p *page) { p.kept[ChoicesKey] = "answer=on" })
	s.page.Playing = false
	s.pass(leaveTime)
	s.is(t, Paused, ByRest)
	s.page.Playing = true
	s.pass(time.Second)
	s.is(t, On, NoReason)
}

func TestThePlatformTurnsItOff(t *testing.T) {
	s := open(func(_ *Video, p *page) { p.kept[ChoicesKey] = "answer=on" })
	s.engine.Gone = ByPlatform
	s.pass(time.Second)
	s.is(t, Unavailable, ByPlatform)
	s.pass(time.Hour)
	s.is(t, Unavailable, ByPlatform)
	s.Switch(true)
	s.is(t, On, NoReason)
}

func TestAMembersChoiceHoldsEverywhere(t *testing.T) {
	s := open(func(_ *Video, p *page) { p.kept[ChoicesKey] = "answer=on" })
	turned := false
	s.Member(true, func() { turned = true })
	s.Tick()
	s.is(t, Off, NoReason)
	s.Switch(true)
	s.is(t, On, NoReason)
	if !turned {
		t.Error("the account was not told")
	}
}

func TestAChoiceInAnotherTabIsHeard(t *testing.T) {
	s := open(func(_ *Video, p *page) { p.kept[ChoicesKey] = "answer=on" })
	s.page.kept[ChoicesKey] = "answer=off"
	s.pass(time.Second)
	s.is(t, Off, NoReason)
	s.page.mute = true
	s.Switch(true)
	s.pass(10 * time.Second)
	s.is(t, On, NoReason) // for this visit, where nothing may be kept
}

func TestFiguresAndTotals(t *testing.T) {
	s := open(func(_ *Video, p *page) { p.kept[ChoicesKey] = "answer=on" })
	s.engine.FromServer = 1_000_000
	for range 20 {
		s.engine.FromViewers += 250_000
		s.engine.Sent += 125_000
		s.pass(time.Second)
	}
	got := s.Status()
	if got.Down != 2_000_000 || got.Up != 1_000_000 || got.Share() != 83 {
		t.Errorf("%+v, %d %%", got, got.Share())
	}
	s.Close()
	if sum := ParseTotals(s.page.kept[TotalsKey]); sum != (Totals{1_000_000, 5_000_000, 2_500_000}) {
		t.Errorf("%+v", sum)
	}
}

func FuzzChoices(f *testing.F) {
	f.Add("answer=on\nupload=5000000\ncap=0\nmobile=on\nbattery=0\nnever=a@b c@d")
	f.Fuzz(func(t *testing.T, text string) {
		c := ParseChoices(text)
		if again := ParseChoices(c.Encode()); again.Encode() != c.Encode() {
			t.Errorf("%q became %q", c.Encode(), again.Encode())
		}
	})
}
