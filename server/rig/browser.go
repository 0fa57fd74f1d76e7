package rig

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is one running Chromium.
type Browser struct {
	ctx context.Context
	end []context.CancelFunc
}

// chromium looks for the program under the names that distributions give it.
func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium; on Debian and Ubuntu: sudo apt-get install chromium")
}

// Launch starts a browser with an empty profile. It ends with this process, or with Close.
func Launch(flags ...string) (*Browser, error) {
	path, err := chromium()
	if err != nil {
		return nil, err
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("mute-audio", true),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("hide-scrollbars", false))
	for _, f := range flags {
		options = append(options, chromedp.Flag(f, true))
	}
	b := &Browser{}
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	b.end = append(b.end, end)
	b.ctx, end = chromedp.NewContext(ctx)
	b.end = append(b.end, end)
	if err := chromedp.Do(b.ctx); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

const closeTime = 5 * time.Second

// Close ends the browser and removes its profile.
func (b *Browser) Close() {
	if b.ctx != nil {
		ctx, cancel := context.WithTimeout(b.ctx, closeTime)
		_ = chromedp.Cancel(ctx)
		cancel()
	}
	for _, end := range slices.Backward(b.end) {
		end()
	}
}
