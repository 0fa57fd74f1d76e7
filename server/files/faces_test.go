package files

import (
	"strings"
	"testing"
)

func TestFaces(t *testing.T) {
	s := newShelf(t)
	for _, key := range []string{"avatars/a.jpg", "banners/b.png", "upload-images/c.png", "playlists/d.jpg", "avatars/e.vtt", "originals/f.jpg", "images/g.jpg"} {
		if _, err := s.Store.Put(ctx, key, strings.NewReader("picture")); err != nil {
			t.Fatal(err)
		}
	}
	for path, kind := range map[string]string{"avatars/a.jpg": "image/jpeg", "banners/b.png": "image/png", "upload-images/c.png": "image/png", "playlists/d.jpg": "image/jpeg"} {
		r := s.get("/lazy-static/" + path)
		if r.status != 200 || r.body != "picture" || r.header.Get("Content-Type") != kind || !strings.HasPrefix(r.header.Get("Cache-Control"), "public") {
			t.Errorf("%s: %+v", path, r)
		}
	}
	for _, path := range []string{"avatars/nothing.jpg", "avatars/e.vtt", "originals/f.jpg", "images/g.jpg", "avatars/../originals/f.jpg", "avatars/..%2Foriginals%2Ff.jpg", "avatars/"} {
		if r := s.get("/lazy-static/" + path); r.status != 404 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
}
