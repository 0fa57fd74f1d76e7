package rig

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestATabSeesWhatAPageDoes(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/words" {
			_, _ = w.Write([]byte("hello"))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<input id=name><button onclick="out.textContent=document.getElementById('name').value">Say</button><p id=out></p>
			<script>fetch('/words').then(r => r.text()).then(t => { document.title = t; throw new Error('on purpose') })</script>`))
	}))
	t.Cleanup(page.Close)
	b, err := Launch()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	tab, err := b.Tab()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	for _, step := range []func() error{
		func() error { return tab.Throttle(10e6, 10*time.Millisecond) },
		func() error { return tab.Go(page.URL) },
		func() error { return tab.Until(`document.title === "hello"`) },
		func() error { return tab.Type("#name", "Ada") },
		func() error { return tab.Click("button") },
		func() error { return tab.Until(`out.textContent === "Ada"`) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if wide, err := Eval[int](tab, "Promise.resolve(innerWidth)"); err != nil || wide < 320 {
		t.Error(wide, err)
	}
	if err := Until(context.Background(), "the page's complaint", func() (bool, error) { return len(tab.Said()) > 0, nil }); err != nil {
		t.Error(err)
	}
	var words *Request
	for _, r := range tab.Traffic() {
		if r.URL == page.URL+"/words" {
			words = &r
		}
	}
	if words == nil || words.Status != 200 || words.Bytes < 5 {
		t.Errorf("%+v", words)
	}
}
