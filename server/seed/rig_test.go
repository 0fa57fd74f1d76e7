package seed

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db/dbtest"
	"shoal/server/rig"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/torrent"
)

// stage is a platform's storage and rows, its files served over HTTP, and its peer.
type stage struct {
	t       *testing.T
	pool    *pgxpool.Pool
	store   storage.Store
	channel int64
	url     string
	peer    *Peer
}

func newStage(t *testing.T) *stage {
	t.Helper()
	pool := dbtest.New(t)
	store, err := storage.Disk(t.TempDir())
	check(t, err)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(store, w, r) }))
	t.Cleanup(h.Close)
	s := &stage{t: t, pool: pool, store: store, url: h.URL}
	m, err := channel.Join(t.Context(), pool, account.New{Site: h.URL, Username: "ada", Email: "ada@example.org", Password: "correct horse", Role: api.Member, Quota: -1, QuotaDaily: -1})
	check(t, err)
	check(t, pool.QueryRow(t.Context(), `SELECT id FROM channel WHERE account_id = @account`, pgx.NamedArgs{"account": m.AccountID}).Scan(&s.channel))
	s.peer = &Peer{
		Pool: pool, Store: store, Log: slog.New(slog.DiscardHandler), Listen: "127.0.0.1:0", Web: "127.0.0.1:0",
		Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Upload: 1 << 30, Connections: 20, AllowPrivate: true,
	}
	check(t, s.peer.Open())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.peer.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		check(t, <-ended)
	})
	return s
}

// serve answers the addresses of media and torrents straight from the store.
func serve(store storage.Store, w http.ResponseWriter, r *http.Request) {
	_, key, ok := strings.Cut(r.URL.Path, "/lazy-static/")
	if !ok {
		_, key, _ = strings.Cut(r.URL.Path, "/streaming-playlists/")
	}
	o, err := store.Open(r.Context(), key)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer o.Close()
	http.ServeContent(w, r, key, o.ModTime(), o)
}

// film is a video with one rendition that consists of noise.
type film struct {
	video.Video
	video.File
	bytes []byte
}

func (s *stage) film(privacy int, size int) film {
	s.t.Helper()
	noise := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(noise)
	f := film{bytes: noise}
	f.Filename, f.Size, f.Resolution = fmt.Sprintf("%d-720-fragmented.mp4", size), int64(size), 720
	f.Playlist = f.Filename + ".m3u8"
	p := NewPieces(int64(size))
	_, _ = p.Write(noise)
	check(s.t, pgx.BeginFunc(s.t.Context(), s.pool, func(tx pgx.Tx) (err error) {
		ctx := s.t.Context()
		if f.Video, err = video.Create(ctx, tx, video.Draft{ChannelID: s.channel, Name: "Ducks", Privacy: privacy, Site: s.url}); err != nil {
			return err
		}
		_, err = s.store.Put(ctx, "hls/"+f.UUID.String()+"/"+f.Filename, bytes.NewReader(noise))
		if err != nil {
			return err
		}
		file, hash, err := Make(ctx, s.store, Rendition{Site: s.url, Video: f.UUID, Name: "Ducks", Resolution: 720, File: f.Filename, Privacy: privacy, Pieces: p})
		f.Torrent, f.Infohash = file, hash[:]
		if err == nil {
			err = video.AddFile(ctx, tx, f.Video.ID, f.File)
		}
		if err == nil {
			err = video.Publish(ctx, tx, f.Video.ID)
		}
		return err
	}))
	return f
}

func (f film) hash() torrent.Infohash { return torrent.Infohash(f.Infohash) }

// torrent is the torrent file as visitors get it, changed by change.
func (s *stage) torrent(f film, change func(*metainfo.MetaInfo)) string {
	s.t.Helper()
	r, err := http.Get(s.url + "/lazy-static/torrents/" + f.Torrent)
	check(s.t, err)
	defer r.Body.Close()
	m, err := metainfo.Load(r.Body)
	check(s.t, err)
	change(m)
	path := filepath.Join(s.t.TempDir(), "film.torrent")
	out, err := os.Create(path)
	check(s.t, err)
	check(s.t, m.Write(out))
	check(s.t, out.Close())
	return path
}

// tracker is one that knows our peer only.
func (s *stage) tracker() string {
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		at := s.peer.Reach()[0]
		four := at.Addr().As4()
		_ = bencode.NewEncoder(w).Encode(map[string]any{"interval": 60, "complete": 1, "peers": string(four[:]) + string([]byte{byte(at.Port() >> 8), byte(at.Port())})})
	}))
	s.t.Cleanup(h.Close)
	return h.URL + "/announce"
}

// fetch lets a program load into a folder until the film is there whole.
func (s *stage) fetch(f film, program func(folder string) []string) {
	s.t.Helper()
	folder := s.t.TempDir()
	line := program(folder)
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Env = append(os.Environ(), "HOME="+s.t.TempDir())
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGKILL) }
	check(s.t, cmd.Start())
	err := rig.Until(ctx, line[0]+" to load the film", func() (bool, error) {
		got, err := os.ReadFile(filepath.Join(folder, "Ducks 720p.mp4"))
		return err == nil && bytes.Equal(got, f.bytes), nil
	})
	cancel()
	_ = cmd.Wait()
	if err != nil {
		s.t.Fatalf("%v\n%.2000s", err, said.String())
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
