package web

import (
	"context"
	"errors"
	"strings"
	"testing"

	"shoal/server/web/webtest"
)

func TestWhoMayShowAVideoInAFrame(t *testing.T) {
	for name, c := range map[string]struct {
		sites  []string
		err    error
		status int
		want   string
	}{
		"all":   {nil, nil, 200, "frame-ancestors *"},
		"none":  {[]string{}, nil, 200, "frame-ancestors 'self'"},
		"some":  {[]string{"https://a.example", "http://b.example:8080"}, nil, 200, "frame-ancestors 'self' https://a.example http://b.example:8080"},
		"error": {nil, errors.New("no database"), 500, ""},
	} {
		s := serve(webtest.New(home, 3))
		var asked string
		s.Framers = func(_ context.Context, uuid string) ([]string, error) {
			asked = uuid
			return c.sites, c.err
		}
		r := visit{path: "/videos/embed/vid0000000000000000000"}.to(t, s)
		if got := r.Header.Get("Content-Security-Policy"); r.StatusCode != c.status || !strings.HasSuffix(got, c.want) || asked != "00000000-0000-4000-8000-000000000000" {
			t.Errorf("%s: %d %s, asked for %s", name, r.StatusCode, got, asked)
		}
		if got := (visit{path: firstVideo}).to(t, s).Header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-ancestors 'self'") {
			t.Errorf("%s: the watch page has %s", name, got)
		}
	}
}
