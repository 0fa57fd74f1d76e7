package pages

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"shoal/app/dom"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/app/uploading"
	"shoal/shared/api"
)

// studio is a browser with a person at it and a server behind it, in the time of a synctest bubble.
type studio struct {
	t      *testing.T
	s      *session.Session
	calls  chan func()
	asked  []string // method and path of what went to the API, with the body behind
	answer map[string]any
	refuse map[string]int
	file   int64 // bytes that have arrived
	chunk  func(c session.Chunk) (session.Answer, error)
	stored map[string]string
	focus  string
	guard  string
	toasts []session.Toast
	opened string
	drops  func([]dom.File)
	pushes []func(api.Push)
}

func newStudio(t *testing.T) *studio {
	w := &studio{t: t, calls: make(chan func(), 100), stored: map[string]string{}, refuse: map[string]int{}, answer: map[string]any{
		"GET /api/v1/users/me":                  api.User{VideoQuota: 1 << 30, VideoQuotaDaily: -1},
		"GET /api/v1/users/me/video-quota-used": api.Quota{Used: 1 << 20},
		"GET /api/v1/videos/uploads":            api.Page[api.Upload]{},
		"GET /api/v1/config":                    config(),
	}}
	w.s = &session.Session{Words: text.For("en"), Browser: w, API: api.Client{Do: w.do}}
	w.s.Facts = session.Facts{
		Site: session.Site{Name: "Pond", URL: "https://pond.example"}, Now: time.Now(),
		User: &session.User{Name: "ada", Quota: 1 << 30, Channels: []session.Channel{{ID: 7, Name: "ducks", Display: "Ducks"}}},
	}
	return w
}

func config() (c api.Config) {
	c.Defaults.Publish.Privacy, c.Defaults.Publish.CommentsPolicy, c.Defaults.Publish.DownloadEnabled = api.Public, 1, true
	c.Video.File.Extensions = []string{".mp4", ".webm"}
	return c
}

func (w *studio) do(_ context.Context, method, path string, body []byte) (int, []byte, error) {
	short, _, _ := strings.Cut(path, "?")
	if method == "GET" {
		w.asked = append(w.asked, method+" "+path)
	} else {
		w.asked = append(w.asked, method+" "+path+" "+string(body))
	}
	switch status := w.refuse[method+" "+short]; {
	case status < 0:
		return 0, nil, errors.New("no network")
	case status > 0:
		return status, []byte(`{"detail":"No, and here is why."}`), nil
	}
	out, ok := w.answer[method+" "+short]
	if !ok && method == "GET" {
		return 404, []byte(`{"detail":"nothing"}`), nil
	}
	b, _ := json.Marshal(out)
	return 200, b, nil
}

func (w *studio) Go(f func()) { go f() }
func (w *studio) Do(f func()) { w.calls <- f }

func (w *studio) After(d time.Duration, f func()) func() {
	t := time.AfterFunc(d, func() { w.Do(f) })
	return func() { t.Stop() }
}

func (w *studio) Open(address string)   { w.opened = address }
func (w *studio) Replace(string)        {}
func (w *studio) Load(address string)   { w.opened = address }
func (w *studio) Toast(t session.Toast) { w.toasts = append(w.toasts, t) }

func (w *studio) Keep(key, value string) {
	if w.stored[key] = value; value == "" {
		delete(w.stored, key)
	}
}
func (w *studio) Kept(key string) string            { return w.stored[key] }
func (w *studio) Cookie(string, string)             {}
func (w *studio) Theme(string)                      {}
func (w *studio) Focus(id string)                   { w.focus = id }
func (w *studio) Copy(string)                       {}
func (w *studio) Preview(dom.File) string           { return "" }
func (w *studio) Back(func()) func()                { return func() {} }
func (w *studio) Dropped(f func([]dom.File)) func() { w.drops = f; return func() {} }
func (w *studio) Guard(words string)                { w.guard = words }
func (w *studio) Show(string, bool)                 {}
func (w *studio) Heard(f func(api.Push)) (stop func()) {
	w.pushes = append(w.pushes, f)
	return func() {}
}

func (w *studio) Video(context.Context, dom.File) (session.Clip, error) {
	return session.Clip{Duration: 61.4, Width: 640, Height: 360, Picture: "data:image/jpeg;base64,AA"}, nil
}

func (w *studio) Send(_ context.Context, c session.Chunk) (session.Answer, error) {
	time.Sleep(100 * time.Millisecond)
	w.asked = append(w.asked, c.Method+" "+c.Address+" "+string(c.Body))
	if w.chunk != nil {
		return w.chunk(c)
	}
	return w.take(c)
}

const fileSize = 3 << 20

func (w *studio) take(c session.Chunk) (session.Answer, error) {
	if c.Method == "POST" {
		return session.Answer{Status: 201, Headers: map[string]string{"location": uploading.Address + "?upload_id=u1"}}, nil
	}
	if c.To > 0 {
		w.file = c.To
	}
	if w.file >= fileSize {
		return session.Answer{Status: 200, Body: []byte(`{"video":{"id":5,"uuid":"video-5","shortUUID":"v5"}}`)}, nil
	}
	if w.file == 0 {
		return session.Answer{Status: 308}, nil
	}
	return session.Answer{Status: 308, Headers: map[string]string{"range": "bytes=0-" + itoa(w.file-1)}}, nil
}

func itoa(n int64) string { b, _ := json.Marshal(n); return string(b) }

// pass lets d go by, doing what comes up meanwhile.
func (w *studio) pass(d time.Duration) {
	end := time.After(d)
	for {
		select {
		case f := <-w.calls:
			f()
		case <-end:
			return
		}
	}
}

// visit loads a page and lets it settle.
func visit[P Page](w *studio, p P, address string) P {
	w.t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := p.Load(context.Background(), w.s, u); err != nil {
		w.t.Fatal(err)
	}
	if s, ok := any(p).(Settled); ok && w.s.Browser != nil {
		p.View(w.s)
		w.t.Cleanup(s.Settle(w.s))
	}
	return p
}

func (w *studio) html(p Page) string { return dom.HTML(p.View(w.s)) }

func (w *studio) has(p Page, all ...string) {
	w.t.Helper()
	page := w.html(p)
	for _, want := range all {
		if not, ok := strings.CutPrefix(want, "!"); ok && strings.Contains(page, not) {
			w.t.Errorf("the page has %q", not)
		} else if !ok && !strings.Contains(page, want) {
			w.t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "⟦") {
		w.t.Errorf("a text is missing: %s", page[strings.Index(page, "⟦"):][:60])
	}
}

// sent are the bodies that went to a method and path.
func (w *studio) sent(start string) (bodies []string) {
	for _, a := range w.asked {
		if rest, ok := strings.CutPrefix(a, start); ok {
			bodies = append(bodies, strings.TrimSpace(rest))
		}
	}
	return bodies
}

// fire calls the listener of the first element for which match is true.
func (w *studio) fire(p Page, event string, test string, e happening) {
	w.t.Helper()
	root := p.View(w.s)
	var walk func(n any) bool
	walk = func(n any) bool {
		switch n := n.(type) {
		case *dom.Element:
			for _, a := range n.Attrs {
				if a.Name != "data-test" || a.Value != test {
					continue
				}
				for _, l := range n.Listeners {
					if l.Event == event {
						l.Handle(e)
						return true
					}
				}
			}
			return slices.ContainsFunc(n.Children, func(c dom.Node) bool { return walk(c) })
		case dom.Group:
			return slices.ContainsFunc(n, func(c dom.Item) bool { return walk(c) })
		}
		return false
	}
	if !walk(root) {
		w.t.Fatalf("nothing hears %s on %s", event, test)
	}
}

type happening struct {
	value string
	files []dom.File
}

func (h happening) Value() string      { return h.value }
func (h happening) Checked() bool      { return h.value == "true" }
func (h happening) Key() string        { return "" }
func (h happening) Prevent()           {}
func (h happening) Files() []dom.File  { return h.files }
func (h happening) Data(string) string { return "" }

func film(name string, size int64) happening {
	return happening{files: []dom.File{{Name: name, Size: size, Modified: 5}}}
}

func in(t *testing.T, f func(w *studio)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(newStudio(t)) })
}

func TestPublishWithoutAFileSaysWhatIsMissing(t *testing.T) {
	in(t, func(w *studio) {
		p := visit(w, &Publish{}, "/videos/publish")
		w.has(p, "Add your videos", "Publish", "!disabled")
		w.fire(p, "click", "publish-go", happening{})
		w.has(p, "Pick the video file first", "A title needs at least 3", `aria-invalid="true"`)
		if w.focus != "file" {
			t.Errorf("focus on %q", w.focus)
		}
	})
}

func TestFromAFileToAPublishedVideo(t *testing.T) {
	in(t, func(w *studio) {
		p := visit(w, &Publish{}, "/videos/publish")
		w.fire(p, "input", "description", happening{value: "Written <before> the file"})
		w.fire(p, "change", "file", film("my_first_film.mp4", fileSize))
		w.has(p, `value="my first film"`, "Written &lt;before&gt; the file", "0 % · 0 B of 3.1 MB", `role="progressbar"`, "Pause", "Cancel")
		if w.guard == "" {
			t.Error("the tab may be closed while bytes move")
		}
		w.pass(150 * time.Millisecond)
		begun := w.sent("POST " + uploading.Address)
		if len(begun) != 1 || !strings.Contains(begun[0], `"privacy":3`) || !strings.Contains(begun[0], `"name":"my first film"`) || !strings.Contains(begun[0], `"filename":"my_first_film.mp4"`) {
			t.Fatalf("%q", begun)
		}
		w.fire(p, "input", "title", happening{value: "Ducks"})
		w.fire(p, "input", "title", happening{value: "Ducks at dawn"})
		w.pass(900 * time.Millisecond)
		w.has(p, "<bdi>1:01</bdi> · <bdi>640×360</bdi>")
		if n := len(w.sent("PUT " + uploading.Address + "/draft")); n != 0 {
			t.Errorf("saved %d times within the second", n)
		}
		w.pass(500 * time.Millisecond)
		saves := append(w.sent("PUT "+uploading.Address+"/draft"), w.sent("PUT /api/v1/videos/video-5")...)
		if len(saves) != 1 || !strings.Contains(saves[0], "Ducks at dawn") || !strings.Contains(saves[0], `"privacy":3`) {
			t.Fatalf("%q", saves)
		}
		w.has(p, "Draft saved", `data-state="processing"`, "Uploaded")
		if w.guard != "" {
			t.Error("still asks before the tab is closed")
		}
		w.fire(p, "click", "publish-go", happening{})
		w.pass(100 * time.Millisecond)
		if saves = w.sent("PUT /api/v1/videos/video-5"); !strings.Contains(saves[len(saves)-1], `"privacy":1`) {
			t.Fatalf("%q", saves)
		}
		w.has(p, "It is published by itself as soon as it is ready", "!>Watch<")
		for _, hear := range w.pushes {
			hear(api.Push{Type: "processing", VideoUUID: "video-5", Processing: &api.Processing{State: "running", Renditions: []api.Rendition{{Name: "360p", State: "running", Percent: 42}}}})
		}
		w.has(p, "Making 360p", "42 %")
		for _, hear := range w.pushes {
			hear(api.Push{Type: "published", VideoUUID: "video-5"})
		}
		w.has(p, "Published. Everyone can watch it.", `href="/w/v5"`, `data-state="published"`)
		if len(w.stored) != 0 {
			t.Errorf("left on the device: %v", w.stored)
		}
	})
}

func TestWhatCameBeforeTheAppIsNotLost(t *testing.T) {
	in(t, func(w *studio) {
		w.answer["GET /api/v1/videos/uploads"] = api.Page[api.Upload]{Data: []api.Upload{{ID: "old", Filename: "half.mp4", Size: 9, Received: 1}}}
		b := w.s.Browser
		w.s.Browser = nil
		p := &Publish{}
		if err := p.Load(context.Background(), w.s, &url.URL{}); err != nil {
			t.Fatal(err)
		}
		before := w.html(p)
		w.s.Browser = b
		if after := w.html(p); after != before {
			t.Errorf("the first drawing differs:\n%s\n%s", before, after)
		}
		w.fire(p, "change", "file", film("early.mp4", fileSize)) // the file's field comes first
		w.fire(p, "input", "title", happening{value: "Typed early"})
		w.t.Cleanup(p.Settle(w.s))
		w.pass(2 * time.Second)
		w.has(p, `value="Typed early"`, `data-state="processing"`, "Pick the same file")
	})
}

func TestFilesThatDoNotFit(t *testing.T) {
	in(t, func(w *studio) {
		p := visit(w, &Publish{}, "/videos/publish")
		w.drops([]dom.File{{Name: "a.txt", Size: 5}, {Name: "b.mp4", Size: 2 << 30}, {Name: "c.mp4"}})
		w.has(p, "This kind of file is not taken. These are: .mp4, .webm.", "It does not fit into the room you have left.", "The file is empty.", "Add your videos")
		if n := len(w.sent("POST")); n != 0 {
			t.Errorf("%d sessions were opened", n)
		}
	})
}

func TestAnEarlierVisitsUploadGoesOn(t *testing.T) {
	in(t, func(w *studio) {
		name := "Half a film"
		w.answer["GET /api/v1/videos/uploads"] = api.Page[api.Upload]{Data: []api.Upload{{ID: "u1", Filename: "half.mp4", Size: fileSize, Received: fileSize / 2, Meta: api.VideoUpdate{Name: &name}}}}
		w.file = fileSize / 2
		p := visit(w, &Publish{}, "/videos/publish")
		w.has(p, "50 % has arrived", "Pick the same file", `value="Half a film"`, `data-state="file"`)
		w.fire(p, "change", "pick-again", film("other.mp4", fileSize))
		w.has(p, "That is another file", `data-state="file"`)
		w.fire(p, "change", "pick-again", film("half.mp4", fileSize))
		w.pass(2 * time.Second)
		w.has(p, `data-state="processing"`)
		if n := len(w.sent("POST " + uploading.Address)); n != 0 {
			t.Error("began anew")
		}
	})
}

func TestWordsAreKeptWhenTheSessionIsForgotten(t *testing.T) {
	in(t, func(w *studio) {
		gone := false
		w.chunk = func(c session.Chunk) (session.Answer, error) {
			if c.To == fileSize && !gone {
				gone, w.file = true, 0
				return session.Answer{Status: 404, Body: []byte(`{"detail":"expired"}`)}, nil
			}
			return w.take(c)
		}
		p := visit(w, &Publish{}, "/videos/publish")
		w.fire(p, "input", "title", happening{value: "Long work"})
		w.fire(p, "change", "file", film("a.mp4", fileSize))
		w.pass(5 * time.Second)
		begun := w.sent("POST " + uploading.Address)
		if len(begun) != 2 || !strings.Contains(begun[1], "Long work") {
			t.Fatalf("%q", begun)
		}
		w.has(p, `value="Long work"`, `data-state="processing"`)
	})
}

func TestTheStatesOfAnUploadInWords(t *testing.T) {
	for want, answer := range map[string]func() (session.Answer, error){
		"Waiting for the network": func() (session.Answer, error) { return session.Answer{}, errors.New("down") },
		"You were signed out":     func() (session.Answer, error) { return session.Answer{Status: 401}, nil },
		"The server is busy":      func() (session.Answer, error) { return session.Answer{Status: 503}, nil },
		"The server&#39;s disk is full": func() (session.Answer, error) {
			return session.Answer{Status: 507, Body: []byte(`{"detail":"The server's disk is full."}`)}, nil
		},
		"The file was moved or changed": func() (session.Answer, error) { return session.Answer{}, session.ErrUnreadable },
	} {
		in(t, func(w *studio) {
			w.chunk = func(c session.Chunk) (session.Answer, error) {
				if c.Method == "PUT" {
					return answer()
				}
				return w.take(c)
			}
			p := visit(w, &Publish{}, "/videos/publish")
			w.fire(p, "change", "file", film("a.mp4", fileSize))
			w.pass(300 * time.Millisecond)
			w.has(p, want, "Cancel", `value="a"`)
			p.desk.items[0].cancel()
			w.pass(time.Minute)
			w.has(p, "Add your videos", `value="a"`) // the words stay
		})
	}
}

func TestThreeFilesTwoAtATime(t *testing.T) {
	in(t, func(w *studio) {
		p := visit(w, &Publish{}, "/videos/publish")
		w.drops([]dom.File{{Name: "a.mp4", Size: fileSize}, {Name: "b.mp4", Size: fileSize}, {Name: "c.mp4", Size: fileSize}})
		w.has(p, "Next in line", "Edit details", "Details of")
		if n := strings.Count(w.html(p), `data-state="sending"`); n != 2 {
			t.Errorf("%d at once", n)
		}
		w.pass(time.Minute)
		w.has(p, "!Next in line")
	})
}

func TestPublishWithoutTheApp(t *testing.T) {
	w := newStudio(t)
	w.s.Browser = nil
	p := visit(w, &Publish{}, "/videos/publish")
	w.has(p, `method="post"`, `enctype="multipart/form-data"`, `name="videofile"`, `name="name"`, `name="channelId"`, `name="waitTranscoding"`, "1.0 MB of 1.1 GB used", "!name=\"tags\"")
}

func TestPublishIsForPeopleWithRoom(t *testing.T) {
	w := newStudio(t)
	w.s.User.Quota = 0
	p := visit(w, &Publish{}, "/videos/publish")
	w.has(p, "You cannot publish here yet")
	if p.State() != "forbidden" {
		t.Error(p.State())
	}
	w.s.User = nil
	for _, p := range []Page{&Publish{}, &MyVideos{}, &Manage{ID: "x"}} {
		if err := p.Load(context.Background(), w.s, &url.URL{}); api.Status(err) != 401 {
			t.Errorf("%s: %v", p.Name(), err)
		}
	}
}

func mine(uuid string, state int, p *api.Processing) api.Video {
	return api.Video{UUID: uuid, ShortUUID: uuid, Name: "Film <" + uuid + ">", Privacy: api.Constant{ID: 1}, State: &api.Constant{ID: state}, Processing: p, IsLocal: true}
}

func TestMyVideosMove(t *testing.T) {
	in(t, func(w *studio) {
		w.answer["GET /api/v1/users/me/videos"] = api.Page[api.Video]{Total: 3, Data: []api.Video{
			mine("one", api.ToTranscode, &api.Processing{State: "waiting", Place: 2}),
			mine("two", api.TranscodingFailed, &api.Processing{State: "failed", Reason: "The file is damaged."}),
			mine("three", api.Published, nil),
		}}
		p := visit(w, &MyVideos{}, "/my-library/videos?sort=name&search=film")
		if !slices.Contains(w.asked, "GET /api/v1/users/me/videos?count=24&search=film&sort=name&start=0") {
			t.Errorf("%q", w.asked)
		}
		w.has(p, "Film &lt;one&gt;", "Number 2 in the queue", "The file is damaged.", "Try again", "Published", `class="failed"`, "3 videos", "1.0 MB of 1.1 GB used")
		w.pushes[0](api.Push{Type: "processing", VideoUUID: "one", Processing: &api.Processing{State: "running", Renditions: []api.Rendition{{Name: "360p", State: "running", Percent: 30}}}})
		w.has(p, "Processing 30 %", `aria-valuenow="30"`)
	})
}

func TestMyVideosEmptyAndWithoutTheApp(t *testing.T) {
	w := newStudio(t)
	w.s.Browser = nil
	w.answer["GET /api/v1/users/me/videos"] = api.Page[api.Video]{}
	p := visit(w, &MyVideos{}, "/my-library/videos")
	w.has(p, "Your videos live here", "Publish a video")
	if p.State() != "empty" {
		t.Error(p.State())
	}
	w.answer["GET /api/v1/users/me/videos"] = api.Page[api.Video]{Total: 30, Data: []api.Video{mine("two", api.TranscodingFailed, nil)}}
	p = visit(w, &MyVideos{}, "/my-library/videos")
	w.has(p, `action="/videos/manage/two/retry"`, `action="/videos/manage/two/delete"`, `popovertarget="delete-two"`, "start=24")
}

func TestDeletingAsksAndTells(t *testing.T) {
	in(t, func(w *studio) {
		w.answer["GET /api/v1/users/me/videos"] = api.Page[api.Video]{Total: 1, Data: []api.Video{mine("one", api.Published, nil)}}
		p := visit(w, &MyVideos{}, "/my-library/videos")
		w.refuse["DELETE /api/v1/videos/one"] = 500
		p.remove(w.s, p.Rows[0])
		w.pass(time.Second)
		if len(p.Rows) != 1 || len(w.toasts) != 1 {
			t.Fatalf("%d rows, %v", len(p.Rows), w.toasts)
		}
		delete(w.refuse, "DELETE /api/v1/videos/one")
		p.remove(w.s, p.Rows[0])
		w.pass(time.Second)
		if len(p.Rows) != 0 || w.focus != "h1" {
			t.Fatalf("%d rows, focus on %q", len(p.Rows), w.focus)
		}
	})
}

func TestAskingWhileTheLineIsDown(t *testing.T) {
	in(t, func(w *studio) {
		w.answer["GET /api/v1/users/me/videos"] = api.Page[api.Video]{Total: 1, Data: []api.Video{mine("one", api.ToTranscode, nil)}}
		d := api.VideoDetails{State: api.Constant{ID: api.ToTranscode}}
		d.UUID, d.Processing = "one", &api.Processing{State: "running", Renditions: []api.Rendition{{Name: "360p", Percent: 77}}}
		w.answer["GET /api/v1/videos/one"] = d
		p := visit(w, &MyVideos{}, "/my-library/videos")
		w.pushes[0](api.Push{Type: "gone"})
		w.pass(16 * time.Second)
		if n := len(w.sent("GET /api/v1/videos/one")); n != 3 {
			t.Errorf("asked %d times in 16 seconds", n)
		}
		w.has(p, "Processing 77 %")
		w.pushes[0](api.Push{Type: "hello"}) // asks once for what was missed
		w.pass(16 * time.Second)
		if n := len(w.sent("GET /api/v1/videos/one")); n != 4 {
			t.Errorf("asked %d times", n)
		}
		w.answer["GET /api/v1/users/me/videos"] = api.Page[api.Video]{Total: 1, Data: []api.Video{mine("one", api.Published, nil)}}
		w.pushes[0](api.Push{Type: "published", VideoUUID: "one", Processing: &api.Processing{State: "done"}})
		w.pass(time.Hour)
		if n := len(w.sent("GET /api/v1/videos/one")); n != 4 {
			t.Errorf("asks for a finished video, %d times", n)
		}
	})
}

func own(w *studio) api.VideoDetails {
	d := api.VideoDetails{State: api.Constant{ID: api.Published}, Tags: []string{"sea"}}
	d.UUID, d.ShortUUID, d.Name, d.IsLocal, d.Privacy.ID, d.CommentsPolicy.ID = "one", "one", "Film", true, 1, 1
	d.Account.Name, d.Channel.ID = w.s.User.Name, 7
	return d
}

func TestManageSavesByItself(t *testing.T) {
	in(t, func(w *studio) {
		w.answer["GET /api/v1/videos/one"] = own(w)
		p := visit(w, &Manage{ID: "one"}, "/videos/manage/one")
		w.has(p, `value="Film"`, `value="sea"`, "#sea", "Changes are saved by themselves", `href="/w/one"`, "!Undo changes")
		w.fire(p, "input", "title", happening{value: "Film two"})
		w.fire(p, "input", "description", happening{value: "Longer"})
		w.pass(1100 * time.Millisecond)
		saves := w.sent("PUT /api/v1/videos/one")
		if len(saves) != 1 || !strings.Contains(saves[0], "Film two") || !strings.Contains(saves[0], "Longer") {
			t.Fatalf("%q", saves)
		}
		w.has(p, "Saved ", "Undo changes")
		w.fire(p, "input", "title", happening{value: " "})
		w.pass(2 * time.Second)
		w.has(p, "Not saved yet: something is missing.", "A title needs at least 3")
		w.fire(p, "click", "undo", happening{})
		w.pass(time.Second)
		if saves = w.sent("PUT /api/v1/videos/one"); len(saves) != 2 || !strings.Contains(saves[1], `"name":"Film"`) {
			t.Fatalf("%q", saves)
		}
		w.refuse["PUT /api/v1/videos/one"] = -1
		w.fire(p, "input", "title", happening{value: "Film three"})
		w.pass(2 * time.Second)
		w.has(p, "could not be reached", `value="Film three"`)
		delete(w.refuse, "PUT /api/v1/videos/one")
		w.pass(6 * time.Second)
		w.has(p, "Saved ")
	})
}

func TestManageIsForItsOwner(t *testing.T) {
	w := newStudio(t)
	d := own(w)
	d.Account.Name = "ben"
	w.answer["GET /api/v1/videos/one"] = d
	if err := (&Manage{ID: "one"}).Load(context.Background(), w.s, &url.URL{}); api.Status(err) != 403 {
		t.Error(err)
	}
}

func TestManageOfAFailedVideo(t *testing.T) {
	w := newStudio(t)
	w.s.Browser = nil
	d := own(w)
	d.State.ID, d.Processing = api.TranscodingFailed, &api.Processing{State: "failed", Reason: "The file is damaged.", Detail: "moov atom not found"}
	w.answer["GET /api/v1/videos/one"] = d
	p := visit(w, &Manage{ID: "one"}, "/videos/manage/one?saved=1")
	w.has(p, "The file is damaged.", "<pre>moov atom not found</pre>", `action="/videos/manage/one/retry"`, `method="post"`, "!>Watch<", ">Saved<", `action="/videos/manage/one/delete"`)
}

func TestDraftGoesThereAndBack(t *testing.T) {
	w := newStudio(t)
	f := NewDraft(w.s, config().Defaults)
	for name, value := range map[string]string{
		"name": "A name", "description": "text", "support": "s", "tags": "one, Two", "channelId": "7", "privacy": "2", "category": "3",
		"licence": "4", "language": "en", "commentsPolicy": "3", "nsfw": "true", "downloadEnabled": "false", "waitTranscoding": "true",
	} {
		f.Set(name, value)
	}
	u := f.Update()
	if *u.Privacy != 2 || *u.Category != 3 || *u.CommentsPolicy != 3 || !*u.NSFW || *u.DownloadEnabled || !*u.WaitTranscoding || *u.ChannelID != 7 || len(u.Tags) != 2 {
		t.Fatalf("%+v", u)
	}
	var g Draft
	g.take(u)
	if g != f {
		t.Errorf("%+v became %+v", f, g)
	}
	if u := f.Private(); *u.Privacy != api.Private {
		t.Error("a draft can be seen")
	}
}
