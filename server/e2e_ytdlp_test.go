package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoal/server/config"
	"shoal/server/rig"
	"shoal/shared/api"
)

// known is a name that yt-dlp takes for a PeerTube platform, since it lists channels of no other. Nothing goes there: all
// connections of the test end at our proxy.
const known = "peerwatch.xyz"

// secured puts TLS with a certificate of its own before a stage whose address is https, and gives a proxy through which every
// name and port leads to it.
func secured(t *testing.T, s stage) (proxy string) {
	t.Helper()
	back := &url.URL{Scheme: "http", Host: s.Addr()}
	front := httptest.NewTLSServer(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(back)
		p.Out.Host = p.In.Host
		p.SetXForwarded()
	}})
	t.Cleanup(front.Close)
	way := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		to, err := net.Dial("tcp", front.Listener.Addr().String())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer to.Close()
		from, first, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer from.Close()
		if _, err := io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(to, first)
			_ = to.(*net.TCPConn).CloseWrite()
		}()
		_, _ = io.Copy(from, to)
	}))
	t.Cleanup(way.Close)
	return way.URL
}

// ytdlp downloads addresses to a folder as Debian's yt-dlp does, and gives the names of what came.
func ytdlp(ctx context.Context, t *testing.T, proxy string, args ...string) map[string][]byte {
	t.Helper()
	folder := t.TempDir()
	all := append([]string{"--ignore-config", "--no-cache-dir", "--no-check-certificates", "--proxy", proxy, "--no-progress", "-P", folder}, args...)
	out, err := exec.CommandContext(ctx, "yt-dlp", all...).CombinedOutput()
	if err != nil {
		t.Fatalf("yt-dlp: %v\n%s", err, out)
	}
	if bytes.Contains(out, []byte("WARNING")) || bytes.Contains(out, []byte("ERROR")) {
		t.Errorf("yt-dlp says:\n%s", out)
	}
	came := map[string][]byte{}
	for _, e := range must(os.ReadDir(folder))(t) {
		came[e.Name()] = must(os.ReadFile(filepath.Join(folder, e.Name())))(t)
	}
	return came
}

// caption adds WebVTT to a video.
func (s stage) caption(t *testing.T, uuid, language, text string) {
	t.Helper()
	body := "--x\r\nContent-Disposition: form-data; name=\"captionfile\"; filename=\"a.vtt\"\r\n\r\n" + text + "\r\n--x--\r\n"
	a := must(s.Do(soon(t), "PUT", "/api/v1/videos/"+uuid+"/captions/"+language, strings.NewReader(body), "Content-Type", "multipart/form-data; boundary=x"))(t)
	if a.Status != http.StatusNoContent {
		t.Fatalf("captions: %d %s", a.Status, a.Body)
	}
}

func TestYtDlpDownloadsVideosCaptionsChannelsAndPlaylists(t *testing.T) {
	s := play(t, func(c *config.Config) { c.URL = "https://" + known })
	proxy := secured(t, s)
	path := film(t, "whole.mp4", small)
	var ids []string
	for _, name := range []string{"First film", "Second film"} {
		id := must(s.Upload(soon(t), path, map[string]any{"name": name, "description": "All about " + name, "tags": []string{"ducks"}}))(t)
		must(s.Processed(soon(t), id))(t)
		ids = append(ids, id)
	}
	const words = "WEBVTT\n\n00:00.000 --> 00:01.000\nQuack\n"
	s.caption(t, ids[0], "en", words)
	s.caption(t, ids[0], "fr", strings.Replace(words, "Quack", "Coin", 1))

	t.Run("a video with its captions", func(t *testing.T) {
		came := ytdlp(soon(t), t, proxy, "--write-info-json", "--write-thumbnail", "--write-subs", "--sub-langs", "all", "-f", "b", "-o", "%(id)s.%(ext)s", "peertube:"+known+":"+ids[0])
		v := must(s.Video(soon(t), ids[0]))(t)
		if want := s.best(t, v); !bytes.Equal(came[ids[0]+".mp4"], want) {
			t.Errorf("the film has %d bytes, not %d", len(came[ids[0]+".mp4"]), len(want))
		}
		if got := string(came[ids[0]+".fr.vtt"]); !strings.Contains(got, "Coin") || !strings.Contains(string(came[ids[0]+".en.vtt"]), "Quack") {
			t.Errorf("captions: %q", got)
		}
		var info struct {
			Title, Description, Uploader, Channel, Thumbnail string
			Timestamp, Duration                              int64
			Tags                                             []string
			Formats                                          []struct{ Height int }
		}
		check(t, json.Unmarshal(came[ids[0]+".info.json"], &info))
		if info.Title != "First film" || info.Description != "All about First film" || info.Uploader != rig.AdminName || info.Channel == "" ||
			info.Timestamp != v.PublishedAt.Unix() || info.Duration != int64(v.Duration) || !slices.Equal(info.Tags, []string{"ducks"}) || len(info.Formats) < 2 {
			t.Errorf("it knows %+v", info)
		}
		if len(came[ids[0]+".jpg"]) == 0 {
			t.Errorf("there is no thumbnail %s", info.Thumbnail)
		}
	})
	t.Run("all of a channel, an account and a playlist", func(t *testing.T) {
		var me api.User
		check(t, s.API().Get(soon(t), "/api/v1/users/me", &me))
		var made api.PlaylistMade
		check(t, s.API().Send(soon(t), "POST", "/api/v1/video-playlists", map[string]any{"displayName": "Both", "privacy": 1, "videoChannelId": me.VideoChannels[0].ID}, &made))
		for _, id := range ids {
			check(t, s.API().Send(soon(t), "POST", "/api/v1/video-playlists/"+made.Playlist.ShortUUID+"/videos", map[string]any{"videoId": id}, nil))
		}
		for _, at := range []string{"c/" + me.VideoChannels[0].Name + "/videos", "a/" + rig.AdminName + "/videos", "w/p/" + made.Playlist.ShortUUID} {
			came := ytdlp(soon(t), t, proxy, "-f", "w", "-o", "%(title)s.%(ext)s", "https://"+known+"/"+at)
			if len(came) != 2 || len(came["First film.mp4"]) == 0 || len(came["Second film.mp4"]) == 0 {
				t.Errorf("%s brought %d files", at, len(came))
			}
		}
	})
}

// best is the largest rendition with sound, as the platform gives it.
func (s stage) best(t *testing.T, v api.VideoDetails) []byte {
	t.Helper()
	var most api.VideoFile
	for _, f := range v.StreamingPlaylists[0].Files {
		if f.Height > most.Height {
			most = f
		}
	}
	at := must(url.Parse(most.FileURL))(t)
	a := must(s.Do(soon(t), "GET", at.RequestURI(), nil))(t)
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d", at, a.Status)
	}
	return a.Body
}
