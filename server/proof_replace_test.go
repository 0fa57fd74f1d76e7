package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

func TestANewFileIsWatchedAtTheOldAddress(t *testing.T) {
	p := run(t, dataFolder(t))
	c := signedIn(t, p)
	old, fresh := filepath.Join(t.TempDir(), "old.mp4"), filepath.Join(t.TempDir(), "fresh.mp4")
	check(t, rig.Film{Width: 426, Height: 240, Seconds: 6}.Make(soon(t), old))
	check(t, rig.Film{Width: 256, Height: 144, Seconds: 2}.Make(soon(t), fresh))
	uuid := must(c.Upload(soon(t), old, nil))(t)
	before := must(c.Processed(soon(t), uuid))(t)
	b := must(os.ReadFile(fresh))(t)
	at := p.URL + "/api/v1/videos/" + uuid + "/source/replace-resumable"
	a := must(c.Do(soon(t), "POST", at, bytes.NewReader([]byte(`{"filename":"fresh.mp4","size":`+strconv.Itoa(len(b))+`}`)), "Content-Type", "application/json"))(t)
	if a.Status != http.StatusCreated {
		t.Fatalf("%d: %s", a.Status, a.Body)
	}
	to := "http:" + a.Header.Get("Location")
	a = must(c.Do(soon(t), "PUT", to, bytes.NewReader(b), "Content-Range", contentRange(0, int64(len(b)), int64(len(b)))))(t)
	if a.Status != http.StatusNoContent {
		t.Fatalf("%d: %s", a.Status, a.Body)
	}
	after := must(c.Processed(soon(t), uuid))(t)
	if before.Duration != 6 || after.Duration != 2 || after.State.ID != api.Published || after.ID != before.ID || after.Name != before.Name || len(after.Thumbnails) == 0 {
		t.Errorf("from %+v to %+v", before, after)
	}
	for url := range renditions(after) {
		answers(t, url, http.StatusOK)
	}
	for url := range renditions(before) {
		if renditions(after)[url] != 0 {
			t.Errorf("%s is there still", url)
		}
	}
	for _, one := range before.Thumbnails {
		check(t, rig.Until(soon(t), "the old picture to go", func() (bool, error) {
			a, err := c.Do(soon(t), "GET", one.FileURL, nil)
			return a.Status == http.StatusNotFound, err
		}))
	}
}
