package apub_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shoal/server/activity"
	"shoal/server/actorkey"
	"shoal/server/apub"
	"shoal/server/fetch"
	"shoal/server/httpsig"
	"shoal/server/remote"
)

// signed asks as another server that signs.
func (w *world) signed(path string, s httpsig.Signer, change ...func(*http.Request)) reply {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, site+path, nil)
	r.Header.Set("Accept", activity.ContentType)
	w.must(s.Sign(r, nil))
	for _, c := range change {
		c(r)
	}
	r.URL.Scheme, r.URL.Host = "", "" // as requests come
	o := httptest.NewRecorder()
	w.handler.ServeHTTP(o, r)
	return reply{w.t, o.Code, o.Header(), o.Body.Bytes()}
}

// TestWhoSignsMayRead tries requests in secure mode, by the keys of an actor that is known.
func TestWhoSignsMayRead(t *testing.T) {
	w := newWorld(t)
	w.live()
	w.server.Verify = apub.Signed(&remote.Remote{
		Pool: w.pool, Client: fetch.New(fetch.Options{}), Site: site,
		Signer: func(context.Context) (httpsig.Signer, error) {
			return httpsig.Signer{}, errors.New("nobody is asked here")
		},
	})
	pair, err := actorkey.New()
	w.must(err)
	other, err := actorkey.New()
	w.must(err)
	pem, err := actorkey.Public(pair.RSA.Public())
	w.must(err)
	const key = "https://other.example/peertube#main-key"
	id := w.stranger("instance", "Application", "peertube")
	w.exec(`UPDATE actor_remote SET key_id = $1, key = $2 WHERE actor_id = $3`, key, pem, id)
	film := "/videos/watch/" + w.film.UUID.String()
	signer := func(k *rsa.PrivateKey, s httpsig.Scheme) httpsig.Signer {
		return httpsig.Signer{KeyID: key, Key: k, Scheme: s}
	}
	for _, scheme := range []httpsig.Scheme{httpsig.Cavage, httpsig.Message} {
		for _, path := range []string{film, film + "/comments?page=1"} {
			if r := w.signed(path, signer(pair.RSA, scheme)); r.status != http.StatusOK || r.head.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%v %s: %d %.200s", scheme, path, r.status, r.body)
			}
		}
		if r := w.signed(film, signer(pair.RSA, scheme), func(r *http.Request) { r.URL.Path = "/accounts/ada" }); r.status != http.StatusUnauthorized {
			t.Errorf("a signature of another address is good: %d", r.status)
		}
		if r := w.signed(film, signer(pair.RSA, scheme), func(r *http.Request) { r.Host = "evil.example" }); r.status != http.StatusUnauthorized {
			t.Errorf("a signature for another server is good: %d", r.status)
		}
		if r := w.signed(film, signer(other.RSA, scheme)); r.status == http.StatusOK {
			t.Error("another key is good")
		}
	}
	if r := w.signed(film, httpsig.Signer{KeyID: site + "/accounts/ada#main-key", Key: pair.RSA}); r.status == http.StatusOK {
		t.Error("somebody speaks as ours")
	}
	if r := w.get(film); r.status != http.StatusUnauthorized || strings.Contains(string(r.body), "Ducks") {
		t.Errorf("%d %.200s", r.status, r.body)
	}
	w.exec(`INSERT INTO host_block (host) VALUES ('other.example')`)
	if r := w.signed(film, signer(pair.RSA, httpsig.Cavage)); r.status != http.StatusForbidden {
		t.Errorf("who is blocked reads: %d", r.status)
	}
}
