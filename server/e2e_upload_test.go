package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shoal/server/rig"
	"shoal/shared/api"
)

func TestAnUploadOutlivesTheNetworkAndThePage(t *testing.T) {
	const speed, delay = 8e6, 20 * time.Millisecond // bits a second
	s := play(t)
	path := padded(t, film(t, "whole.mp4", small), 8<<20)
	v := enter(t)
	v.signIn(s, "/videos/publish")
	v.live("publish")
	v.sees("#file")
	check(t, v.Throttle(speed, delay))
	check(t, v.Pick("#file", path))
	v.sees(`[data-test="upload"][data-state="sending"]`)
	v.write(test("title"), " by the sea")
	v.until(percent + ` >= 40`)
	check(t, v.Offline())
	v.sees(`[data-test="upload"][data-state="waiting"]`)
	v.write(test("description"), "Written without a network.")
	check(t, v.Throttle(speed, delay))
	v.until(`document.querySelector('[data-test="upload"][data-state="sending"]') && ` + percent + ` >= 35`)
	v.click(test("pause"))
	v.sees(`[data-test="upload"][data-state="paused"]`)
	v.until(`document.querySelector('[data-test=draft-said]').textContent.startsWith('Draft saved')`)

	v.open(s.site + "/videos/publish") // another visit
	v.live("publish")
	v.sees(`[data-test="upload"][data-state="file"]`)
	check(t, v.Throttle(0, 0))
	check(t, v.Pick(test("pick-again"), path))
	v.sees(test("timeline"))
	for field, want := range map[string]string{"title": "Long film by the sea", "description": "Written without a network."} {
		if got := eval[string](v, `document.querySelector(`+rig.JS(test(field))+`).value`); got != want {
			t.Errorf("%s is %q after all this", field, got)
		}
	}
	v.click(test("publish-go"))
	v.sees(test("is-published"))
	var mine api.Page[api.Video]
	check(t, s.API().Get(soon(t), "/api/v1/users/me/videos", &mine))
	if mine.Total != 1 || mine.Data[0].Name != "Long film by the sea" || mine.Data[0].Privacy.ID != api.Public {
		t.Errorf("%d videos, %+v", mine.Total, mine.Data)
	}
	originals := kept(t, filepath.Join(s.data, "storage", "originals"))
	if len(originals) != 1 || digest(must(os.ReadFile(originals[0]))(t)) != digest(must(os.ReadFile(path))(t)) {
		t.Errorf("the original is not what was picked: %v", originals)
	}
}

const percent = `parseInt(document.querySelector('[data-test=upload-percent]')?.textContent)`

// padded makes a film longer on disk by n bytes that players pass over (a free box, ISO 14496-12, 8.1.2).
func padded(t *testing.T, path string, n int) string {
	t.Helper()
	b := must(os.ReadFile(path))(t)
	b = binary.BigEndian.AppendUint32(b, uint32(n+8))
	b = append(append(b, "free"...), bytes.Repeat([]byte("water, "), n/7+1)[:n]...)
	long := filepath.Join(t.TempDir(), "Long film.mp4")
	check(t, os.WriteFile(long, b, 0o644))
	return long
}
