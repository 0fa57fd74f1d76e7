package api

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"shoal/server/instance"
	"shoal/server/picture"
	"shoal/shared/api"
)

// photo is a small picture with some colours.
func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	i := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			i.Set(x, y, color.RGBA{uint8(x), uint8(y), 99, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, i); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pick sends a file in a form.
func (g *rig) pick(path, token, field string, file []byte) reply {
	g.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("other", "x")
	part, err := m.CreateFormFile(field, "a.png")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		g.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", g.url+path, &b)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return g.do(r)
}

// keys are what the store holds.
func (o *office) keys(prefix string) []string {
	o.t.Helper()
	all, err := o.store.List(context.Background(), prefix)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

func TestAvatars(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/users/me/avatar"
	var out struct{ Avatars []api.Image }
	o.pick(path+"/pick", o.ada, "avatarfile", photo(t, 700, 650)).into(200, &out)
	var widths []int
	for _, a := range out.Avatars {
		widths = append(widths, a.Width)
		if a.Width != a.Height || a.FileURL != o.url+a.Path || !strings.HasPrefix(a.Path, "/lazy-static/avatars/") || a.CreatedAt.IsZero() {
			t.Errorf("got %+v", a)
		}
	}
	if fmt.Sprint(widths) != "[48 120 600]" || len(o.keys("avatars/")) != 3 {
		t.Errorf("%v, %v", widths, o.keys(""))
	}
	var a api.Account
	if o.get("/api/v1/accounts/ada", "").into(200, &a); len(a.Avatars) != 3 || a.Avatars[0].Path != out.Avatars[0].Path {
		t.Errorf("got %+v", a.Avatars)
	}
	// A new one takes the place of the old one, whose files go.
	o.pick(path+"/pick", o.ada, "avatarfile", photo(t, 40, 60)).into(200, &out)
	await(t, o.pool, 1, `SELECT count(*) FROM river_job WHERE kind = 'pictures-gone' AND state = 'completed'`)
	if got := o.keys("avatars/"); len(got) != 2 || len(out.Avatars) != 2 {
		t.Errorf("%v", got)
	}
	for name, c := range map[string]struct {
		token, field string
		file         []byte
		status       int
	}{
		"nobody":        {"", "avatarfile", photo(t, 9, 9), 401},
		"another field": {o.ada, "file", photo(t, 9, 9), 400},
		"no picture":    {o.ada, "avatarfile", []byte("<svg onload='alert(1)'/>"), 415},
		"empty":         {o.ada, "avatarfile", nil, 415},
		"too large":     {o.ada, "avatarfile", make([]byte, picture.MaxBytes+1), 413},
		"far too large": {o.ada, "avatarfile", make([]byte, picture.MaxBytes+2*maxBody), 413},
	} {
		t.Run(name, func(t *testing.T) {
			if r := o.pick(path+"/pick", c.token, c.field, c.file); r.status != c.status {
				t.Errorf("%d, not %d: %s", r.status, c.status, r.body)
			}
		})
	}
	o.send("POST", path+"/pick", o.ada, map[string]any{"avatarfile": "x"}).refused(400, "")
	if got := o.keys("avatars/"); len(got) != 2 {
		t.Errorf("refused pictures changed what is kept: %v", got)
	}
	o.send("DELETE", path, "", nil).refused(401, "unauthorized_request")
	o.send("DELETE", path, o.ada, nil).into(204, nil)
	o.send("DELETE", path, o.ada, nil).into(204, nil)
	if o.get("/api/v1/accounts/ada", "").into(200, &a); a.Avatars == nil || len(a.Avatars) != 0 {
		t.Errorf("got %+v", a.Avatars)
	}
	await(t, o.pool, 2, `SELECT count(*) FROM river_job WHERE kind = 'pictures-gone' AND state = 'completed'`)
	if got := o.keys("avatars/"); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestPicturesOfAChannel(t *testing.T) {
	o := newOffice(t)
	const path = "/api/v1/video-channels/ada_channel"
	var out struct{ Avatars, Banners []api.Image }
	o.pick(path+"/avatar/pick", o.ada, "avatarfile", photo(t, 130, 130)).into(200, &out)
	o.pick(path+"/banner/pick", o.ada, "bannerfile", photo(t, 1920, 300)).into(200, &out)
	if len(out.Avatars) != 2 || len(out.Banners) != 2 || out.Banners[1].Width != 1920 || out.Banners[1].Height != 317 {
		t.Errorf("got %+v", out)
	}
	var c api.Channel
	if o.get(path, "").into(200, &c); len(c.Avatars) != 2 || len(c.Banners) != 2 {
		t.Errorf("got %+v", c)
	}
	for _, kind := range []string{"avatar", "banner"} {
		o.pick(path+"/"+kind+"/pick", "", kind+"file", photo(t, 9, 9)).refused(401, "unauthorized_request")
		o.pick(path+"/"+kind+"/pick", o.eve, kind+"file", photo(t, 9, 9)).refused(403, "")
		o.pick("/api/v1/video-channels/nobody/"+kind+"/pick", o.ada, kind+"file", photo(t, 9, 9)).refused(404, "")
		o.pick(path+"/"+kind+"/pick", o.ada, kind+"file", []byte("x")).refused(415, "")
		o.send("DELETE", path+"/"+kind, o.eve, nil).refused(403, "")
		o.send("DELETE", path+"/"+kind, "", nil).refused(401, "unauthorized_request")
		o.send("DELETE", path+"/"+kind, o.ada, nil).into(204, nil)
	}
	if o.get(path, "").into(200, &c); len(c.Avatars) != 0 || len(c.Banners) != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestPicturesOfThePlatform(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct{ path, field, kind string }{
		{"instance-avatar", "avatarfile", ""},
		{"instance-banner", "bannerfile", ""},
		{"instance-logo/favicon", "logofile", "favicon"},
		{"instance-logo/opengraph", "logofile", "opengraph"},
	} {
		o.pick("/api/v1/config/"+c.path+"/pick", "", c.field, photo(t, 20, 20)).refused(401, "unauthorized_request")
		o.pick("/api/v1/config/"+c.path+"/pick", o.mod, c.field, photo(t, 20, 20)).refused(403, "")
		o.pick("/api/v1/config/"+c.path+"/pick", o.root, c.field, []byte("x")).refused(415, "")
		o.pick("/api/v1/config/"+c.path+"/pick", o.root, c.field, photo(t, 1300, 700)).into(204, nil)
	}
	o.pick("/api/v1/config/instance-logo/other/pick", o.root, "logofile", photo(t, 9, 9)).refused(400, "")
	o.send("DELETE", "/api/v1/config/instance-logo/other", o.root, nil).refused(400, "")
	var about api.About
	var c api.Config
	o.get("/api/v1/config/about", "").into(200, &about)
	o.get("/api/v1/config", "").into(200, &c)
	if len(about.Instance.Avatars) != 3 || len(about.Instance.Banners) != 1 || len(c.Instance.Avatars) != 3 || len(c.Instance.Logo) != 4 || c.Instance.Logo[0].Type != "favicon" || c.Instance.Logo[0].Width != 512 {
		t.Errorf("got %+v", c.Instance)
	}
	for _, path := range []string{"instance-avatar", "instance-banner", "instance-logo/favicon", "instance-logo/opengraph"} {
		o.send("DELETE", "/api/v1/config/"+path, o.mod, nil).refused(403, "")
		o.send("DELETE", "/api/v1/config/"+path, o.root, nil).into(204, nil)
	}
	await(t, o.pool, 4, `SELECT count(*) FROM river_job WHERE kind = 'pictures-gone' AND state = 'completed'`)
	if got := o.keys(""); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if p, err := instance.ReadPictures(context.Background(), o.pool); err != nil || len(p) != 0 {
		t.Errorf("%v, %v", p, err)
	}
}
