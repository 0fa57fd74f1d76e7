package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/mail/mailtest"
	"shoal/server/rig"
)

const axeVersion = "4.14.1"

// inspect runs axe with the rules of WCAG 2.2 AA and its best practice, and gives one line a fault.
const inspect = `axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
	.then((r) => r.violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => v.id + ': ' + n.target.join(' ') + ' ' + n.html.slice(0, 200) + ' ' + n.any.concat(n.all, n.none).map((c) => c.message).join('; '))))`

func TestNoPageHasAFaultForAxe(t *testing.T) {
	folder, err := rig.Package(soon(t), "axe-core", axeVersion)
	if err != nil {
		t.Fatalf("the test needs axe-core: %v", err)
	}
	axe := string(must(os.ReadFile(filepath.Join(folder, "axe.min.js")))(t))
	s := play(t, withMail(mailtest.New(t)))
	s.change(t, map[string]any{"signup": map[string]any{"enabled": true, "requiresApproval": true, "minimumAge": 16, "limit": -1}})
	uuid := s.publish(t, film(t, "clip.mp4", small), "A clip for axe")
	short := must(s.Video(soon(t), uuid))(t).ShortUUID
	anyone, member := enter(t), enter(t)
	member.signIn(s, "/my-library/videos")
	for _, page := range []struct {
		who        guest
		name, path string
	}{
		{anyone, "browse", "/"},
		{anyone, "watch", "/w/" + short},
		{anyone, "channel", "/c/root_channel"},
		{anyone, "signin", "/login"},
		{anyone, "signin, wrong", "/login?wrong"},
		{anyone, "signin, done", "/login?done=password"},
		{anyone, "signup", "/signup"},
		{anyone, "signup, sent", "/signup?sent=asked"},
		{anyone, "forgot", "/forgot-password"},
		{anyone, "new password", "/reset-password?userId=1&verificationString=x"},
		{anyone, "confirm", "/verify-account/email?userId=1&verificationString=x"},
		{anyone, "resend", "/verify-account/ask-send-email"},
		{anyone, "problem", "/nowhere"},
		{anyone, "sharing", "/settings"},
		{anyone, "sharing panel", "/w/" + short + "?panel"},
		{anyone, "what others can see", "/w/" + short + "?seen"},
		{member, "publish", "/videos/publish"},
		{member, "mine", "/my-library/videos"},
		{member, "manage", "/videos/manage/" + short},
	} {
		t.Run(page.name, func(t *testing.T) {
			v := page.who
			v.t = t
			v.open(s.site + page.path)
			v.until(`document.documentElement.dataset.app === 'live'`)
			switch page.name {
			case "signin, wrong":
				v.write(`[name="username"]`, "nobody")
				v.write(`[name="password"]`, "nothing")
				v.click(test("signin-go"))
				v.sees(`[role="alert"]`)
			case "sharing panel":
				v.sees(test("pl-p2p"))
				eval[bool](v, `(document.querySelector('[data-test=pl-p2p]').click(), true)`)
				v.sees(".pl-share")
			case "what others can see":
				v.sees(test("pl-p2p"))
				eval[bool](v, `(document.querySelector('[data-test=pl-p2p]').click(), document.querySelector('[data-do="share:seen"]').click(), true)`)
				v.sees(".pl-seen[open]")
			}
			eval[bool](v, axe+`;true`)
			for _, wide := range []int64{390, 1440} {
				for _, theme := range []string{"light", "dark"} {
					check(t, v.Screen(wide, 900))
					check(t, v.Prefer([2]string{"prefers-color-scheme", theme}, [2]string{"prefers-reduced-motion", "reduce"}))
					v.until(`document.getAnimations().every((a) => a.playState !== 'running')`)
					if faults := eval[[]string](v, inspect); len(faults) > 0 {
						t.Errorf("%s, %d px, %s:\n%s", page.path, wide, theme, strings.Join(faults, "\n"))
					}
				}
			}
		})
	}
}
