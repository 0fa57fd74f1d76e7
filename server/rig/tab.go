package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Tab is a page of a visitor of its own: cookies and caches are shared with no other tab.
type Tab struct {
	ctx     context.Context
	end     context.CancelFunc
	mu      sync.Mutex
	traffic []*Request
	byID    map[network.RequestID]*Request
	said    []string
	offline bool // what the page believes
}

// Tab opens an empty page of a new visitor.
func (b *Browser) Tab() (*Tab, error) {
	return newTab(chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext()))
}

func newTab(ctx context.Context, end context.CancelFunc) (*Tab, error) {
	t := &Tab{ctx: ctx, end: end, byID: map[network.RequestID]*Request{}}
	if err := t.start(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func (t *Tab) start() error {
	if err := chromedp.Listen(t.ctx, t.hear); err != nil {
		return err
	}
	_, err := chromedp.Call(t.ctx, network.Enable, network.EnableParams{})
	return err
}

// Close closes the page.
func (t *Tab) Close() { t.end() }

// most bounds one command to the browser; a page that hangs fails the test instead of the run.
const most = 2 * time.Minute

// do runs a command, again when the page was drawn anew between finding an element and using it.
func (t *Tab) do(a chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(t.ctx, most)
	defer cancel()
	for {
		err := chromedp.Do(ctx, a)
		if err == nil || !strings.Contains(err.Error(), "Could not find node") || ctx.Err() != nil {
			return err
		}
	}
}

// Go opens an address and waits until the page is loaded.
func (t *Tab) Go(url string) error { return t.do(chromedp.Navigate(url)) }

// Start opens an address without waiting for anything.
func (t *Tab) Start(url string) error {
	ctx, cancel := context.WithTimeout(t.ctx, most)
	defer cancel()
	_, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: url})
	return err
}

// Back goes one page back.
func (t *Tab) Back() error { return t.do(chromedp.NavigateBack()) }

// Eval runs a script, waiting for what it promises, and reads its value.
func Eval[T any](t *Tab, js string) (T, error) {
	ctx, cancel := context.WithTimeout(t.ctx, most)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// Until waits until the script is true; a page that just changes is asked again.
func (t *Tab) Until(js string) error {
	ctx, cancel := context.WithTimeout(t.ctx, most)
	defer cancel()
	var last error
	err := Until(ctx, js, func() (bool, error) {
		var ok bool
		ok, last = chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		return ok && last == nil, nil
	})
	if err != nil && last != nil {
		return fmt.Errorf("%w (%v)", err, last)
	}
	if err != nil {
		return fmt.Errorf("%w; the page said: %s", err, strings.Join(t.Said(), " | "))
	}
	return nil
}

// Click presses on the middle of an element as a person would.
func (t *Tab) Click(css string) error { return t.do(chromedp.Click(chromedp.CSS(css))) }

// Type puts text into an empty field key by key.
func (t *Tab) Type(css, text string) error { return t.do(chromedp.SendKeys(chromedp.CSS(css), text)) }

// Keys presses keys on whatever has the focus.
func (t *Tab) Keys(keys string) error { return t.do(chromedp.KeyEvent(keys)) }

// Pick chooses files in a file field.
func (t *Tab) Pick(css string, files ...string) error {
	return t.do(chromedp.SetUploadFiles(chromedp.CSS(css), files, chromedp.NodeReady))
}

// Screen gives the window a size in CSS pixels.
func (t *Tab) Screen(width, height int64) error {
	_, err := chromedp.Call(t.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
	return err
}

// Prefer sets a media feature, such as prefers-color-scheme to dark.
func (t *Tab) Prefer(features ...[2]string) error {
	var p emulation.SetEmulatedMediaParams
	for _, f := range features {
		p.Features = append(p.Features, &emulation.MediaFeature{Name: f[0], Value: f[1]})
	}
	_, err := chromedp.Call(t.ctx, emulation.SetEmulatedMedia, p)
	return err
}

// Before runs a script in every page from now on, before the page's own.
func (t *Tab) Before(js string) error {
	_, err := chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
	return err
}

// Uncached makes every request go to the network.
func (t *Tab) Uncached() error {
	_, err := chromedp.Call(t.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	return err
}

// Throttle slows the network down; 0 bits a second is no limit.
func (t *Tab) Throttle(bits float64, latency time.Duration) error {
	c := &network.Conditions{Latency: float64(latency.Milliseconds()), DownloadThroughput: bits / 8, UploadThroughput: bits / 8}
	if bits == 0 {
		c.DownloadThroughput, c.UploadThroughput = -1, -1
	}
	return t.conditions(c)
}

// Offline takes the network away.
func (t *Tab) Offline() error { return t.conditions(&network.Conditions{Offline: true}) }

func (t *Tab) conditions(c *network.Conditions) error {
	_, err := chromedp.Call(t.ctx, network.EmulateNetworkConditionsByRule,
		network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{c}})
	if err != nil || c.Offline == t.offline {
		return err
	}
	t.offline = c.Offline // what the page is told is a matter of its own
	_, err = chromedp.Call(t.ctx, network.OverrideNetworkState,
		network.OverrideNetworkStateParams{Offline: c.Offline, DownloadThroughput: -1, UploadThroughput: -1})
	return err
}

// Picture is what the window shows, as PNG.
func (t *Tab) Picture() ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, most)
	defer cancel()
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// JS is a Go value as a JavaScript literal.
func JS(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
