package tracker

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	machine "shoal/server/rig"
	"shoal/shared/announce"
)

// webtorrentVersion is what npm called the latest when this was written.
const webtorrentVersion = "2.8.5"

const webtorrentPage = `<!doctype html><meta charset=utf-8><title>webtorrent</title><script type=module>
import WebTorrent from '/webtorrent.min.js'
window.client = new WebTorrent({ tracker: { rtcConfig: { iceServers: [] } }, dht: false })
window.warnings = []
window.client.on('error', e => window.warnings.push(String(e)))
window.ready = true
</script>`

// TestStockBrowsersShare has webtorrent, as npm has it, send a file from one page to another through the tracker.
func TestStockBrowsersShare(t *testing.T) {
	g := newRig(t)
	g.every.Store(true)
	folder, err := machine.Package(t.Context(), "webtorrent", webtorrentVersion)
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(folder, "dist", "webtorrent.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/webtorrent.min.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write(script)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(webtorrentPage))
	}))
	defer site.Close()
	browser, err := machine.Launch()
	if err != nil {
		t.Fatal(err)
	}
	defer browser.Close()
	var tabs [2]*machine.Tab
	for i := range tabs {
		if tabs[i], err = browser.Tab(); err != nil {
			t.Fatal(err)
		}
		if err := tabs[i].Go(site.URL); err != nil {
			t.Fatal(err)
		}
		until(t, tabs[i], `window.ready`)
	}
	tracker := machine.JS(g.url + announce.Path)
	run(t, tabs[0], `void client.seed(new File([new Uint8Array(300000).map((_, i) => i * 31 >> 3)], 'ducks.bin'), { announce: [`+tracker+`] }, t => { window.magnet = t.magnetURI })`)
	until(t, tabs[0], `window.magnet`)
	magnet, err := machine.Eval[string](tabs[0], `window.magnet`)
	if err != nil {
		t.Fatal(err)
	}
	g.until("the first is in", func() bool { return g.Peers() == 1 })
	run(t, tabs[1], `void client.add(`+machine.JS(magnet)+`, t => t.on('done', async () => { const b = new Uint8Array(await (await t.files[0].blob()).arrayBuffer()); window.right = b.length === 300000 && b.every((v, i) => v === (i * 31 >> 3 & 255)) }))`)
	until(t, tabs[1], `window.right !== undefined`)
	if right, err := machine.Eval[bool](tabs[1], `window.right`); err != nil || !right {
		t.Errorf("the file came out as %v, %v", right, err)
	}
	if g.Numbers.Offers.Load() == 0 || g.Numbers.Answers.Load() == 0 || g.Numbers.Malformed.Load() != 0 {
		t.Errorf("got %+v", g.Figures())
	}
}

func run(t *testing.T, tab *machine.Tab, js string) {
	t.Helper()
	if _, err := machine.Eval[any](tab, js); err != nil {
		t.Fatal(err)
	}
}

func until(t *testing.T, tab *machine.Tab, js string) {
	t.Helper()
	if err := tab.Until(js); err != nil {
		warnings, _ := machine.Eval[[]string](tab, `window.warnings`)
		t.Fatal(err, warnings)
	}
}
