package transcode

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db/dbtest"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
)

// films are made by ffmpeg once a test run.
var films struct {
	sync.Mutex
	folder string
	paths  map[string]string
}

// film gives the path of a film that ffmpeg makes with args.
func film(t testing.TB, name string, args ...string) string {
	t.Helper()
	films.Lock()
	defer films.Unlock()
	if p, ok := films.paths[name]; ok {
		return p
	}
	p := filepath.Join(films.folder, name)
	if out, err := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-y"}, args...), p)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	films.paths[name] = p
	return p
}

// lavfi are ffmpeg's arguments for a picture and a tone.
func lavfi(picture, tone string) []string {
	return []string{"-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone}
}

// h264 is a film that browsers play as it is: 9 s, 640 × 360, a keyframe every 2 s, B-frames.
func h264(t testing.TB) string {
	return film(t, "h264.mp4", append(lavfi("testsrc2=s=640x360:r=25:d=9", "sine=d=9:r=48000"),
		"-c:v", "libx264", "-preset", "veryfast", "-g", "50", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k")...)
}

// place is a transcoder with a database, a store and a member's channel.
type place struct {
	*Transcoder
	channel int64
	member  int64
}

func newPlace(t testing.TB, s Settings) *place {
	t.Helper()
	store, err := storage.Disk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pool := dbtest.New(t)
	if s.Resolutions == nil {
		s.Resolutions = []int{144, 240, 360, 480, 720, 1080}
	}
	if s.MaxFPS == 0 {
		s.MaxFPS = 60
	}
	p := &place{Transcoder: &Transcoder{
		DB: pool, Store: store, Scratch: filepath.Join(t.TempDir(), "scratch"), Site: "http://shoal.example", Workers: 1, Settings: s,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}}
	if err := p.open(); err != nil {
		t.Fatal(err)
	}
	p.member, p.channel = member(t, pool)
	return p
}

const addMember = `
	WITH m AS (INSERT INTO member (username, email, password, role) VALUES ('ada', 'ada@example.org', '', 2) RETURNING id),
	x AS (INSERT INTO actor (kind, name, url, display_name) VALUES ('account', 'ada', 'http://shoal.example/accounts/ada', 'Ada') RETURNING id),
	y AS (INSERT INTO actor (kind, name, url, display_name) VALUES ('channel', 'ada_films', 'http://shoal.example/video-channels/ada', 'Films') RETURNING id),
	a AS (INSERT INTO account (actor_id, member_id) SELECT x.id, m.id FROM x, m RETURNING id),
	c AS (INSERT INTO channel (actor_id, account_id, is_default) SELECT y.id, a.id, true FROM y, a RETURNING id)
	SELECT m.id, c.id FROM m, c`

func member(t testing.TB, pool *pgxpool.Pool) (id, channel int64) {
	t.Helper()
	if err := pool.QueryRow(context.Background(), addMember).Scan(&id, &channel); err != nil {
		t.Fatal(err)
	}
	return id, channel
}

// upload puts a file into storage and makes its draft.
func (p *place) upload(t testing.TB, path string, wait bool) video.Video {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	key := "originals/" + uuid.NewString() + filepath.Ext(path)
	size, err := p.Store.Put(t.Context(), key, f)
	if err != nil {
		t.Fatal(err)
	}
	var v video.Video
	err = pgx.BeginFunc(t.Context(), p.DB, func(tx pgx.Tx) error {
		v, err = video.Create(t.Context(), tx, video.Draft{
			ChannelID: p.channel, Name: "A film", Site: p.Site, Filename: filepath.Base(path), Key: key, Size: size, WaitTranscoding: &wait,
		})
		if err != nil {
			return err
		}
		return Start(t.Context(), tx, v.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// process does the jobs that are asked for.
func (p *place) process(t testing.TB, v video.Video) []video.File {
	t.Helper()
	steps := map[string]func(context.Context, int64) error{"transcode": p.First, "transcode_quick": p.Quick, "transcode_rest": p.Rest}
	for range steps {
		kind := p.take(t)
		if kind == "" {
			break
		}
		if err := steps[kind](t.Context(), v.ID); err != nil {
			t.Fatal(err)
		}
	}
	return p.files(t, v)
}

// take takes the next job off the queue.
func (p *place) take(t testing.TB) (kind string) {
	t.Helper()
	err := p.DB.QueryRow(t.Context(), `DELETE FROM river_job WHERE id = (SELECT min(id) FROM river_job WHERE kind LIKE 'transcode%') RETURNING kind`).Scan(&kind)
	if err != nil && err != pgx.ErrNoRows {
		t.Fatal(err)
	}
	return kind
}

func (p *place) files(t testing.TB, v video.Video) []video.File {
	t.Helper()
	files, err := video.Files(t.Context(), p.DB, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (p *place) source(t testing.TB, v video.Video) video.Source {
	t.Helper()
	s, err := video.SourceOf(t.Context(), p.DB, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (p *place) of(t testing.TB, v video.Video) *api.Processing {
	t.Helper()
	got, err := Of(t.Context(), p.DB, v.ID)
	if err != nil || got == nil {
		t.Fatal(got, err)
	}
	return got
}

func names(files []video.File) string {
	var s []string
	for _, f := range files {
		s = append(s, strconv.Itoa(f.Resolution)+f.Language)
	}
	return strings.Join(s, " ")
}

func (p *place) bytes(t testing.TB, key string) []byte {
	t.Helper()
	o, err := p.Store.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	b, err := io.ReadAll(o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// packet is one packet as ffprobe sees it.
type packet struct {
	Type  string `json:"codec_type"`
	PTS   string `json:"pts_time"`
	Flags string `json:"flags"`
}

func (p packet) at() float64 {
	f, _ := strconv.ParseFloat(p.PTS, 64)
	return f
}

type look struct {
	Packets []packet `json:"packets"`
	Streams []struct {
		Type   string `json:"codec_type"`
		Codec  string `json:"codec_name"`
		Width  int    `json:"width"`
		Height int    `json:"height"`
		PixFmt string `json:"pix_fmt"`
		Start  string `json:"start_time"`
		Rate   string `json:"avg_frame_rate"`
		Colour string `json:"color_transfer"`
		Side   []any  `json:"side_data_list"`
	} `json:"streams"`
}

// probe asks ffprobe about bytes.
func probe(t testing.TB, b []byte) look {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.mp4")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-show_packets", "-show_streams", "-of", "json", path).Output()
	var l look
	if err == nil {
		err = json.Unmarshal(out, &l)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// decodes tells how many frames of picture and sound ffmpeg decodes without complaint.
func decodes(t testing.TB, b []byte) {
	t.Helper()
	cmd := exec.Command("ffmpeg", "-v", "error", "-xerror", "-i", "pipe:0", "-f", "null", "-")
	cmd.Stdin = bytes.NewReader(b)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}
