package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoal/server/rig"
	"shoal/shared/api"
)

// hostile are files that are no films, each under a film's name.
func hostile(t *testing.T) map[string][]byte {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret.mp4")
	check(t, small.Make(soon(t), secret))
	whole := must(os.ReadFile(secret))(t)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w := must(z.Create("film.mp4"))(t)
	must(w.Write(whole))(t)
	check(t, z.Close())
	return map[string][]byte{
		"playlist.mp4": []byte("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\nfile://" + secret + "\n#EXT-X-ENDLIST\n"),
		"list.mp4":     []byte("ffconcat version 1.0\nfile '" + secret + "'\n"),
		"packed.mp4":   packed.Bytes(),
		"head.mp4":     whole[:len(whole)/3],
		"sixteen.mp4":  whole[:16],
		"text.mp4":     []byte(strings.Repeat("This is no film. ", 1000)),
		"gigantic.avi": gigantic(t),
	}
}

// gigantic is a film whose one frame claims 65,500 by 65,500 pixels.
func gigantic(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gigantic.avi")
	f := rig.Film{Width: 320, Height: 180, Seconds: 0.2, Silent: true, Codec: []string{"-c:v", "mjpeg", "-pix_fmt", "yuvj420p"}}
	check(t, f.Make(soon(t), path))
	b := must(os.ReadFile(path))(t)
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte{0xff, 0xc0}) // start of frame: length, depth, height, width
		if i < 0 {
			return b
		}
		at += i + 5
		binary.BigEndian.PutUint16(b[at:], 65500)
		binary.BigEndian.PutUint16(b[at+2:], 65500)
	}
}

func TestHostileFilesAreRefusedInWords(t *testing.T) {
	s := play(t)
	for name, content := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			check(t, os.WriteFile(path, content, 0o644))
			uuid, err := s.Upload(soon(t), path, nil)
			if err != nil {
				if words := err.Error(); !strings.Contains(words, "answered with 4") || !strings.Contains(words, "detail") {
					t.Fatalf("no clear refusal: %v", err)
				}
				return
			}
			v := must(s.Processed(soon(t), uuid))(t)
			if v.State.ID != api.TranscodingFailed || v.Processing == nil || v.Processing.State != "failed" || v.Processing.Reason == "" {
				t.Errorf("state %+v, processing %+v", v.State, v.Processing)
			}
			if len(renditions(v)) > 0 {
				t.Errorf("renditions were made: %v", renditions(v))
			}
			check(t, s.API().Send(soon(t), "DELETE", "/api/v1/videos/"+uuid, nil, nil))
		})
	}
	empty(t, s.Client, s.data)
}
