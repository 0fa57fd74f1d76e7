package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"shoal/server/account"
	"shoal/shared/api"
)

// begin opens a session and gives the path of its Location.
func (f *films) begin(size int, in map[string]any) string {
	f.t.Helper()
	r := f.send("POST", fmt.Sprintf("/api/v1/videos/upload-resumable?uploadType=resumable&size=%d", size), f.as("ada"), in)
	r.into(201, nil)
	location := r.header.Get("Location")
	host := strings.TrimPrefix(f.url, "http:")
	if !strings.HasPrefix(location, host+"/api/v1/videos/upload-resumable?upload_id=") {
		f.t.Fatalf("got %s", location)
	}
	return strings.TrimPrefix(location, host)
}

func TestResumableAsRecorded(t *testing.T) {
	f := newFilms(t)
	data := noise(86459)
	at := f.begin(len(data), map[string]any{"name": "Resumable upload capture", "privacy": 1, "filename": "small5.mp4", "waitTranscoding": true, "size": len(data)})
	for _, c := range []struct {
		span     string
		body     []byte
		received string
	}{
		{"bytes */86459", nil, ""},
		{"bytes 0-39999/86459", data[:40000], "bytes=0-39999"},
		{"bytes */86459", nil, "bytes=0-39999"},
		{"bytes 0-39999/86459", data[:40000], "bytes=0-39999"},
		{"bytes 30000-50000/86459", data[30000:50001], "bytes=0-50000"},
	} {
		r := f.put(at, f.as("ada"), c.span, c.body)
		r.into(308, nil)
		if got := r.header.Get("Range"); got != c.received || len(r.body) != 0 {
			t.Errorf("%s: got %q", c.span, got)
		}
	}
	var open api.Page[api.Upload]
	f.get("/api/v1/videos/uploads", f.as("ada")).into(200, &open)
	if open.Total != 1 || open.Data[0].Received != 50001 || *open.Data[0].Meta.Name != "Resumable upload capture" || !strings.HasSuffix(at, open.Data[0].ID) {
		t.Errorf("got %+v", open)
	}
	draft := strings.Replace(at, "upload-resumable?", "upload-resumable/draft?", 1)
	f.send("PUT", draft, f.as("ada"), map[string]any{"description": "While it is sent"}).into(204, nil)
	f.send("PUT", draft, f.as("ben"), map[string]any{"description": "Mine now"}).into(404, nil)
	var first, again api.VideoUploaded
	f.put(at, f.as("ada"), "bytes 50001-86458/86459", data[50001:]).into(200, &first)
	f.put(at, f.as("ada"), "bytes 50001-86458/86459", data[50001:]).into(200, &again)
	if first != again || first.Video.ID == 0 || len(first.Video.ShortUUID) != 22 {
		t.Errorf("got %+v and %+v", first, again)
	}
	var d api.VideoDetails
	f.get("/api/v1/videos/"+first.Video.ShortUUID, f.as("ada")).into(200, &d)
	if d.State.ID != api.ToTranscode || *d.Description != "While it is sent" || d.Processing == nil || d.Processing.State != "waiting" {
		t.Errorf("got %+v", d)
	}
	f.get("/api/v1/videos/"+first.Video.ShortUUID, "").into(404, nil)
	var quota api.Quota
	f.get("/api/v1/users/me/video-quota-used", f.as("ada")).into(200, &quota)
	if quota.Used != int64(len(data)) {
		t.Errorf("got %+v", quota)
	}
}

func TestRefusalsOfUploads(t *testing.T) {
	f := newFilms(t)
	begin := "/api/v1/videos/upload-resumable"
	f.send("POST", begin, "", map[string]any{"filename": "a.mp4", "size": 10}).into(401, nil)
	f.send("POST", begin, f.as("ada"), map[string]any{"filename": "a.txt", "size": 10}).into(415, nil)
	f.send("POST", begin, f.as("ada"), map[string]any{"filename": "a.mp4"}).into(400, nil)
	f.server.Uploads.MaxSize = 1000
	if r := f.send("POST", begin, f.as("ada"), map[string]any{"filename": "a.mp4", "size": 1001}); r.status != 413 || !strings.Contains(string(r.body), "max_file_size_reached") {
		t.Errorf("got %d %s", r.status, r.body)
	}
	at := f.begin(1000, map[string]any{"filename": "a.mp4", "size": 1000})
	for _, c := range []struct {
		who, span string
		size      int
		status    int
	}{
		{"ada", "bytes 500-599/1000", 100, 409},
		{"ada", "bytes 0-99/2000", 100, 409},
		{"ada", "bytes 0-99/1000", 50, 409},
		{"ada", "chunk 0-99/1000", 100, 400},
		{"ben", "bytes 0-99/1000", 100, 404},
		{"", "bytes 0-99/1000", 100, 401},
	} {
		if r := f.put(at, f.as(c.who), c.span, noise(c.size)); r.status != c.status {
			t.Errorf("%s by %q: got %d %s", c.span, c.who, r.status, r.body)
		}
	}
	f.put(begin+"?upload_id=nothing", f.as("ada"), "bytes 0-99/1000", noise(100)).into(404, nil)
	f.ask(ask{method: "DELETE", path: at, header: auth(f.as("ben"))}).into(404, nil)
	f.ask(ask{method: "DELETE", path: at, header: auth(f.as("ada"))}).into(204, nil)
	f.put(at, f.as("ada"), "bytes 0-99/1000", noise(100)).into(404, nil)
}

func TestWholeUploadWithItsFieldsInAnyOrder(t *testing.T) {
	f := newFilms(t)
	data := noise(5000)
	post := func(fields ...func(*multipart.Writer)) reply {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for _, add := range fields {
			add(m)
		}
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequest("POST", f.url+"/api/v1/videos/upload", &b)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Authorization", "Bearer "+f.as("ada"))
		return f.do(r)
	}
	field := func(name, value string) func(*multipart.Writer) {
		return func(m *multipart.Writer) { _ = m.WriteField(name, value) }
	}
	file := func(name, filename string, b []byte) func(*multipart.Writer) {
		return func(m *multipart.Writer) {
			w, err := m.CreateFormFile(name, filename)
			if err == nil {
				_, err = w.Write(b)
			}
			if err != nil {
				t.Error(err)
			}
		}
	}
	var out api.VideoUploaded
	post(field("name", "Ducks at noon"), file("videofile", "ducks.webm", data), field("tags[]", "birds"), field("privacy", "3")).into(200, &out)
	var d api.VideoDetails
	f.get("/api/v1/videos/"+out.Video.UUID, f.as("ada")).into(200, &d)
	if d.Name != "Ducks at noon" || d.Privacy.ID != api.Private || len(d.Tags) != 1 {
		t.Errorf("got %+v", d)
	}
	post(field("name", "Ducks at noon")).into(400, nil)
	post(file("videofile", "ducks.exe", data), field("name", "Ducks at noon")).into(415, nil)
	post(file("videofile", "ducks.mp4", data), field("name", "x")).into(400, nil)
	post(file("thumbnailfile", "a.png", []byte("no picture")), file("videofile", "ducks.mp4", data), field("name", "Ducks")).into(415, nil)
	if left, err := f.server.Uploads.Open(t.Context(), &account.Viewer{MemberID: f.ada.ID}); err != nil || len(left) != 0 {
		t.Errorf("left over: %+v, %v", left, err)
	}
}
