package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"shoal/shared/api"
)

// channelID is the number of a channel.
func (f *films) channelID(name string) int64 {
	f.t.Helper()
	var c api.Channel
	f.get("/api/v1/video-channels/"+name, "").into(200, &c)
	return c.ID
}

func TestWhoWorksOnAChannelUploadsToIt(t *testing.T) {
	f := newFilms(t)
	f.as("bob")
	const begin = "/api/v1/videos/upload-resumable"
	ada := f.channelID("ada_channel")
	in := func(size int) map[string]any {
		return map[string]any{"filename": "ducks.mp4", "name": "Ducks", "size": size, "channelId": ada}
	}
	f.send("POST", begin, f.as("bob"), in(100)).refused(400, "")
	f.works("bob", "ada_channel")
	f.send("POST", begin, f.as("eve"), in(100)).refused(400, "")
	// The owner's quota counts, the sender's does not.
	f.exec(`UPDATE member SET quota = 0 WHERE username = 'bob'`)
	f.exec(`UPDATE member SET quota = 250 WHERE username = 'ada'`)
	f.send("POST", begin, f.as("bob"), in(251)).refused(413, "quota_reached")
	f.send("POST", begin, f.as("bob"), map[string]any{"filename": "own.mp4", "size": 1}).refused(413, "quota_reached")
	r := f.send("POST", begin, f.as("bob"), in(100))
	r.into(201, nil)
	at := strings.TrimPrefix(r.header.Get("Location"), strings.TrimPrefix(f.url, "http:"))
	f.put(at, f.as("ada"), "bytes 0-99/100", noise(100)).refused(404, "")
	f.send("POST", begin, f.as("ada"), map[string]any{"filename": "more.mp4", "size": 151}).refused(413, "quota_reached") // what is on its way counts
	var made api.VideoUploaded
	f.put(at, f.as("bob"), "bytes 0-99/100", noise(100)).into(200, &made)
	var d api.VideoDetails
	f.get("/api/v1/videos/"+made.Video.UUID, f.as("bob")).into(200, &d)
	if d.Channel.ID != ada || d.Account.Name != "ada" {
		t.Errorf("got %+v", d.Channel)
	}
	for who, want := range map[string]int64{"ada": 100, "bob": 0} {
		var q api.Quota
		if f.get("/api/v1/users/me/video-quota-used", f.as(who)).into(200, &q); q.Used != want {
			t.Errorf("%s uses %d", who, q.Used)
		}
	}
	if r := f.whole("bob", ada, 151); r.status != 413 {
		t.Errorf("too large a file in one request: %d %s", r.status, r.body)
	}
	f.whole("bob", ada, 150).into(200, nil)
	if r := f.whole("eve", ada, 1); r.status != 400 {
		t.Errorf("somebody else's file: %d %s", r.status, r.body)
	}
	// Another file for a video counts for its owner, too.
	f.exec(`UPDATE video SET state = 1`)
	again := "/api/v1/videos/" + made.Video.UUID + "/source/replace-resumable"
	f.send("POST", again, f.as("bob"), map[string]any{"filename": "b.mp4", "size": 10}).refused(413, "quota_reached")
	f.exec(`UPDATE member SET quota = 300 WHERE username = 'ada'`)
	f.send("POST", again, f.as("bob"), map[string]any{"filename": "b.mp4", "size": 10}).into(201, nil)
}

// whole uploads in one request, what it is for before the file.
func (f *films) whole(who string, channel int64, size int) reply {
	f.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("channelId", strconv.FormatInt(channel, 10))
	_ = m.WriteField("name", fmt.Sprintf("%d bytes", size))
	w, err := m.CreateFormFile("videofile", "ducks.mp4")
	if err != nil {
		f.t.Fatal(err)
	}
	_, _ = w.Write(noise(size))
	_ = m.Close()
	r, err := http.NewRequest("POST", f.url+"/api/v1/videos/upload", &b)
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+f.as(who))
	return f.do(r)
}
