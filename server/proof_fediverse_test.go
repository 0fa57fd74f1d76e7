package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/db/dbtest"
	"shoal/server/rig"
	"shoal/shared/api"
)

// platform is a program of its own, which others know by nothing but its address. It keeps that when it is started again.
type platform struct {
	*rig.Client
	t                      *testing.T
	address, data, storage string
	program                *rig.Program
}

func found(t *testing.T) *platform {
	t.Helper()
	p := &platform{t: t, address: must(rig.FreeAddress())(t), data: dataFolder(t), storage: dbtest.URL(t)}
	p.Client = &rig.Client{URL: "http://" + p.address}
	p.start()
	check(t, p.SignIn(soon(t), rig.AdminName, rig.AdminPassword))
	return p
}

func (p *platform) start() {
	p.t.Helper()
	p.program = run(p.t, p.data, "SHOAL_LISTEN="+p.address, "SHOAL_URL="+p.URL, "SHOAL_DATABASE_URL="+p.storage, "SHOAL_FEDERATION_ALLOW_PRIVATE_ADDRESSES=true")
}

func (p *platform) send(method, path string, body, into any) {
	p.t.Helper()
	check(p.t, p.API().Send(soon(p.t), method, "/api/v1"+path, body, into))
}

func (p *platform) get(path string, into any) {
	p.t.Helper()
	check(p.t, p.API().Get(soon(p.t), "/api/v1"+path, into))
}

func (p *platform) until(what string, ok func() bool) {
	p.t.Helper()
	check(p.t, rig.Until(soon(p.t), what+" at "+p.address, func() (bool, error) { return ok(), nil }))
}

// video finds a public video by its name.
func (p *platform) video(name string) (v api.Video, ok bool) {
	p.t.Helper()
	var page api.Page[api.Video]
	p.get("/videos?count=100", &page)
	for _, v := range page.Data {
		if v.Name == name {
			return v, true
		}
	}
	return v, false
}

// shown waits for a video.
func (p *platform) shown(name string) (v api.Video) {
	p.t.Helper()
	p.until("the video "+name, func() (ok bool) { v, ok = p.video(name); return ok })
	return v
}

func (p *platform) gone(name string) {
	p.t.Helper()
	p.until("the end of the video "+name, func() bool { _, ok := p.video(name); return !ok })
}

func (p *platform) comments(v api.Video) []api.Comment {
	p.t.Helper()
	var page api.Threads
	p.get("/videos/"+v.UUID+"/comment-threads", &page)
	return page.Data
}

// reads waits for a comment that begins a thread below a video.
func (p *platform) reads(v api.Video, text string) (c api.Comment) {
	p.t.Helper()
	p.until("the comment "+text, func() bool {
		for _, c = range p.comments(v) {
			if strings.Contains(c.Text, text) && !c.IsDeleted {
				return true
			}
		}
		return false
	})
	return c
}

func (p *platform) says(path, text string) api.Comment {
	p.t.Helper()
	var out struct {
		Comment api.Comment `json:"comment"`
	}
	p.send("POST", path, map[string]string{"text": text}, &out)
	return out.Comment
}

func (p *platform) uploads(path, name string) {
	p.t.Helper()
	id := must(p.Upload(soon(p.t), path, map[string]any{"name": name, "privacy": 1}))(p.t)
	must(p.Processed(soon(p.t), id))(p.t)
}

// follows has the platform follow another, and waits for its yes.
func (p *platform) follows(o *platform) {
	p.t.Helper()
	p.send("POST", "/server/following", map[string]any{"hosts": []string{o.address}}, nil)
	p.until("the follow of "+o.address, func() bool {
		var page api.Page[struct {
			State     string `json:"state"`
			Following struct {
				Host string `json:"host"`
			} `json:"following"`
		}]
		p.get("/server/following", &page)
		for _, f := range page.Data {
			if f.Following.Host == o.address && f.State == "accepted" {
				return true
			}
		}
		return false
	})
}

// channel is the handle of the first administrator's channel.
func (p *platform) channel() string {
	p.t.Helper()
	var me api.User
	p.get("/users/me", &me)
	return me.VideoChannels[0].Name + "@" + p.address
}

func TestThreePlatformsShareALife(t *testing.T) {
	a, b, c := found(t), found(t), found(t)
	film := filepath.Join(t.TempDir(), "film.mp4")
	check(t, rig.Film{Width: 256, Height: 144, FPS: 12, Seconds: 4}.Make(soon(t), film))
	a.uploads(film, "What was there before")

	b.follows(a)
	b.shown("What was there before") // the past comes with the follow
	subscription := map[string]string{"uri": a.channel()}
	c.send("POST", "/users/me/subscriptions", subscription, nil)
	c.shown("What was there before")

	a.uploads(film, "A walk by the sea")
	at, bt, ct := a.shown("A walk by the sea"), b.shown("A walk by the sea"), c.shown("A walk by the sea")
	if bt.UUID != at.UUID || bt.Channel.Host != a.address || bt.Duration != at.Duration || bt.IsLocal {
		t.Errorf("elsewhere it is %+v", bt)
	}
	playable(t, b, bt)
	var feed api.Page[api.Video]
	c.get("/users/me/subscriptions/videos", &feed)
	if len(feed.Data) == 0 || feed.Data[0].UUID != ct.UUID {
		t.Errorf("the subscription brought %d videos", len(feed.Data))
	}

	b.send("PUT", "/videos/"+bt.UUID+"/rate", map[string]string{"rating": "like"}, nil)
	a.until("the like", func() bool { v, _ := a.video("A walk by the sea"); return v.Likes == 1 })

	b.says("/videos/"+bt.UUID+"/comment-threads", "Where is this?")
	asked := a.reads(at, "Where is this?")
	if asked.Account == nil || asked.Account.Host != b.address {
		t.Errorf("the comment is of %+v", asked.Account)
	}
	c.reads(ct, "Where is this?") // which knows of it from a alone
	a.says(fmt.Sprintf("/videos/%s/comments/%d", at.UUID, asked.ID), "In the north.")
	b.until("the answer", func() bool { return b.reads(bt, "Where is this?").Replies == 1 })

	t.Run("a power cut", func(t *testing.T) { cut(t, a, c, film) })

	a.send("DELETE", fmt.Sprintf("/videos/%s/comments/%d", at.UUID, asked.ID), nil, nil)
	for p, v := range map[*platform]api.Video{b: bt, c: ct} {
		p.until("the end of the comment", func() bool {
			for _, o := range p.comments(v) {
				if strings.Contains(o.Text, "Where is this?") {
					return false
				}
			}
			return true
		})
	}
	a.send("DELETE", "/videos/"+at.UUID, nil, nil)
	b.gone("A walk by the sea")
	c.gone("A walk by the sea")

	blocked(t, a, b)
}

// playable asks the platform where the files of a video of elsewhere are, and for its picture.
func playable(t *testing.T, p *platform, v api.Video) {
	t.Helper()
	var d api.VideoDetails
	p.get("/videos/"+v.UUID, &d)
	if len(d.StreamingPlaylists) != 1 || len(d.StreamingPlaylists[0].Files) == 0 {
		t.Fatalf("there is nothing to play: %+v", d.StreamingPlaylists)
	}
	for _, address := range []string{d.StreamingPlaylists[0].PlaylistURL, d.StreamingPlaylists[0].Files[0].FileURL, p.URL + d.ThumbnailPath} {
		if got := must(p.Do(soon(t), http.MethodGet, address, nil))(t); got.Status != http.StatusOK || len(got.Body) == 0 {
			t.Errorf("%s: %d", address, got.Status)
		}
	}
}

// cut takes the power of c while a goes on, and then of a while c is away.
func cut(t *testing.T, a, c *platform, film string) {
	powerCut(c.program)
	v := a.shown("What was there before")
	a.send("PUT", "/videos/"+v.UUID, map[string]string{"name": "What was there at first"}, nil)
	a.uploads(film, "Made in the meantime")
	powerCut(a.program)
	a.start()
	c.start()
	c.shown("Made in the meantime")
	c.shown("What was there at first")
}

// blocked ends what is between a and b.
func blocked(t *testing.T, a, b *platform) {
	t.Helper()
	b.send("DELETE", "/server/following/"+a.address, nil, nil)
	a.until("the end of the follow", func() bool {
		var page api.Page[struct{}]
		a.get("/server/followers", &page)
		return len(page.Data) == 0
	})
	v := b.shown("Made in the meantime")
	a.send("POST", "/server/blocklist/servers", map[string]string{"host": b.address}, nil)
	before := b.tried(a)
	b.says("/videos/"+v.UUID+"/comment-threads", "Nobody hears this")
	b.until("an attempt to tell", func() bool { return b.tried(a) > before })
	for _, c := range a.comments(v) {
		if strings.Contains(c.Text, "Nobody hears this") {
			t.Error("somebody of a blocked server was heard")
		}
	}
}

// tried is how many deliveries to another platform came to an end, good or bad.
func (p *platform) tried(o *platform) int64 {
	p.t.Helper()
	var h api.FederationHost
	p.get("/server/federation/hosts/"+o.address, &h)
	return h.Delivered + h.Missed
}
