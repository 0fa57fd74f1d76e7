package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/db/dbtest"
	"shoal/server/fail"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
)

var ctx = context.Background()

// desk is Uploads on a database and a folder of the test's own, with the people ada and ben.
type desk struct {
	*Uploads
	ada, ben *account.Viewer
	started  []int64
	startErr error
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	pool := dbtest.New(t)
	store, err := storage.Disk(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Uploads: &Uploads{DB: pool, Store: store, Folder: filepath.Join(t.TempDir(), "uploads"), Site: "http://example.org"}}
	d.Start = func(_ context.Context, _ pgx.Tx, id int64) error {
		if d.startErr == nil {
			d.started = append(d.started, id)
		}
		return d.startErr
	}
	if err := d.Prepare(); err != nil {
		t.Fatal(err)
	}
	d.ada, d.ben = member(t, pool, "ada"), member(t, pool, "ben")
	return d
}

func member(t *testing.T, pool *pgxpool.Pool, name string) *account.Viewer {
	t.Helper()
	m, err := channel.Join(ctx, pool, account.New{
		Site: "http://example.org", Username: name, Email: name + "@example.org", Password: "correct horse", Role: api.Member, Quota: -1, QuotaDaily: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	return &account.Viewer{MemberID: m.ID, AccountID: m.AccountID, Name: name, Role: api.Member, Quota: -1, QuotaDaily: -1}
}

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

func (d *desk) begin(t *testing.T, size int) Session {
	t.Helper()
	s, err := d.Begin(ctx, d.ada, "Big Ducks.MP4", int64(size), api.VideoUpdate{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send sends data[from:to) and gives the answer.
func (d *desk) send(s Session, data []byte, from, to int) (Progress, error) {
	return d.Chunk(ctx, d.ada, s.ID, Range{From: int64(from), To: int64(to) - 1, Total: int64(len(data))}, bytes.NewReader(data[from:to]), nil)
}

func (d *desk) leftovers(t *testing.T) []string {
	t.Helper()
	var names []string
	entries, err := os.ReadDir(d.Folder)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	keys, err2 := d.Store.List(ctx, "originals/")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	return append(names, keys...)
}

func (d *desk) original(t *testing.T, videoID int64) []byte {
	t.Helper()
	src, err := video.SourceOf(ctx, d.DB, videoID)
	if err != nil {
		t.Fatal(err)
	}
	o, err := d.Store.Open(ctx, src.Key)
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

func TestPiecesOfAnySizeMakeOneVideo(t *testing.T) {
	d, data := newDesk(t), noise(100_000)
	s := d.begin(t, len(data))
	for _, c := range []struct{ from, to, received int }{
		{0, 1, 1}, {1, 40_000, 40_000}, {0, 10, 40_000}, {39_000, 41_000, 41_000}, {41_000, 41_000 + 4096, 45_096}, {0, 60_000, 60_000},
	} {
		p, err := d.send(s, data, c.from, c.to)
		if err != nil || p.Received != int64(c.received) || p.Video != nil {
			t.Fatalf("%v: got %+v, %v", c, p, err)
		}
	}
	last, err := d.send(s, data, 60_000, len(data))
	if err != nil || last.Video == nil {
		t.Fatalf("got %+v, %v", last, err)
	}
	for range 2 { // the answer to the last piece was lost
		again, err := d.send(s, data, 60_000, len(data))
		if err != nil || *again.Video != *last.Video {
			t.Errorf("got %+v, %v", again, err)
		}
	}
	if len(d.started) != 1 || d.started[0] != last.Video.Video.ID {
		t.Errorf("started %v", d.started)
	}
	if sha256.Sum256(d.original(t, d.started[0])) != sha256.Sum256(data) {
		t.Error("the bytes are not those that were sent")
	}
	v, err := video.One(ctx, d.DB, video.ByNumber(d.started[0]), nil)
	if err != nil || v.Name != "Big Ducks" || v.State != api.ToTranscode || v.Channel.Name != "ada_channel" {
		t.Errorf("got %+v, %v", v.Card, err)
	}
	if entries, _ := os.ReadDir(d.Folder); len(entries) != 0 {
		t.Errorf("left over: %v", entries)
	}
}

func TestRefusalsOfPieces(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	s := d.begin(t, len(data))
	if _, err := d.send(s, data, 0, 100); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		r    Range
		body io.Reader
		kind fail.Kind
	}{
		"gap":         {Range{From: 200, To: 299, Total: 1000}, bytes.NewReader(data[200:300]), fail.Conflict},
		"other total": {Range{From: 100, To: 199, Total: 2000}, bytes.NewReader(data[100:200]), fail.Conflict},
		"too far":     {Range{From: 100, To: 1000, Total: -1}, bytes.NewReader(data[100:]), fail.Conflict},
		"empty":       {Range{From: 100, To: 199, Total: 1000}, bytes.NewReader(nil), fail.Invalid},
	} {
		p, err := d.Chunk(ctx, d.ada, s.ID, c.r, c.body, nil)
		if !fail.Is(err, c.kind) || p.Received != 100 {
			t.Errorf("%s: got %+v, %v", name, p, err)
		}
	}
	if _, err := d.Chunk(ctx, d.ben, s.ID, Range{Ask: true, Total: -1}, nil, nil); !fail.Is(err, fail.NotFound) {
		t.Errorf("another's session: got %v", err)
	}
	if _, err := d.Chunk(ctx, d.ada, "nonsense", Range{Ask: true, Total: -1}, nil, nil); !fail.Is(err, fail.NotFound) {
		t.Errorf("no session: got %v", err)
	}
	if p, err := d.Chunk(ctx, d.ada, s.ID, Range{Ask: true, Total: 1000}, nil, nil); err != nil || p.Received != 100 {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestAPieceThatBreaksOffCountsAsFarAsItCame(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	s := d.begin(t, len(data))
	broken := io.MultiReader(bytes.NewReader(data[:300]), readFunc(func([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }))
	p, err := d.Chunk(ctx, d.ada, s.ID, Range{To: 999, Total: 1000}, broken, nil)
	if !fail.Is(err, fail.Invalid) || p.Received != 300 {
		t.Fatalf("got %+v, %v", p, err)
	}
	if p, err := d.send(s, data, 300, 1000); err != nil || p.Video == nil || !bytes.Equal(d.original(t, p.Video.Video.ID), data) {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestRefusalsOfSessions(t *testing.T) {
	d := newDesk(t)
	d.MaxSize = 1000
	d.Free = func(string) (int64, error) { return 5000, nil }
	d.Reserve = 100
	poor := *d.ada
	poor.Quota = 500
	today := *d.ada
	today.QuotaDaily = 500
	bens, short := int64(0), "x"
	if err := d.DB.QueryRow(ctx, ownDefault, pgx.NamedArgs{"account": d.ben.AccountID}).Scan(&bens); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		who  *account.Viewer
		file string
		size int64
		meta api.VideoUpdate
		kind fail.Kind
		code string
	}{
		"type":            {d.ada, "a.txt", 10, api.VideoUpdate{}, fail.Unsupported, ""},
		"no ending":       {d.ada, "mp4", 10, api.VideoUpdate{}, fail.Unsupported, ""},
		"too big":         {d.ada, "a.mp4", 1001, api.VideoUpdate{}, fail.TooLarge, "max_file_size_reached"},
		"quota":           {&poor, "a.mp4", 501, api.VideoUpdate{}, fail.TooLarge, "quota_reached"},
		"quota today":     {&today, "a.mp4", 501, api.VideoUpdate{}, fail.TooLarge, "quota_reached"},
		"no size":         {d.ada, "a.mp4", 0, api.VideoUpdate{}, fail.Invalid, ""},
		"another channel": {d.ada, "a.mp4", 10, api.VideoUpdate{ChannelID: &bens}, fail.Invalid, ""},
		"short name":      {d.ada, "a.mp4", 10, api.VideoUpdate{Name: &short}, fail.Invalid, ""},
	} {
		_, err := d.Begin(ctx, c.who, c.file, c.size, c.meta)
		var e *fail.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Code != c.code {
			t.Errorf("%s: got %v", name, err)
		}
	}
	d.Free = func(string) (int64, error) { return 599, nil }
	if _, err := d.Begin(ctx, d.ada, "a.mp4", 500, api.VideoUpdate{}); !fail.Is(err, fail.NoSpace) {
		t.Errorf("full disk: got %v", err)
	}
	if left := d.leftovers(t); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestOpenSessionsCountForTheQuota(t *testing.T) {
	d := newDesk(t)
	d.ada.Quota = 1000
	d.begin(t, 600)
	if _, err := d.Begin(ctx, d.ada, "b.mp4", 600, api.VideoUpdate{}); !fail.Is(err, fail.TooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestIdleSessionsClaimNoSpace(t *testing.T) {
	d := newDesk(t)
	d.Free = func(string) (int64, error) { return 1000, nil }
	d.begin(t, 900)
	if _, err := d.Begin(ctx, d.ben, "b.mp4", 200, api.VideoUpdate{}); !fail.Is(err, fail.NoSpace) {
		t.Errorf("beside a lively session: got %v", err)
	}
	if _, err := d.DB.Exec(ctx, `UPDATE upload SET expires_at = expires_at - interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Begin(ctx, d.ben, "b.mp4", 200, api.VideoUpdate{}); err != nil {
		t.Errorf("beside an idle one: got %v", err)
	}
}

func TestTheQuotaIsAskedAgainAtTheEnd(t *testing.T) {
	d, data := newDesk(t), noise(600)
	s := d.begin(t, len(data))
	if _, err := d.send(s, data, 0, 599); err != nil {
		t.Fatal(err)
	}
	d.ada.Quota = 500
	if p, err := d.send(s, data, 599, 600); !fail.Is(err, fail.TooLarge) || p.Video != nil {
		t.Errorf("got %+v, %v", p, err)
	}
	if left := d.leftovers(t); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestFullDisk(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	s := d.begin(t, len(data))
	if err := os.Symlink("/dev/full", d.path(s.ID)); err != nil { // no write finds space there
		t.Fatal(err)
	}
	if p, err := d.send(s, data, 0, 1000); !fail.Is(err, fail.NoSpace) || p.Received != 0 {
		t.Errorf("got %+v, %v", p, err)
	}
	if err := os.Remove(d.path(s.ID)); err != nil {
		t.Fatal(err)
	}
	if p, err := d.send(s, data, 0, 1000); err != nil || p.Video == nil {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestKilledAnywhereInTheLastRequest(t *testing.T) {
	d, data := newDesk(t), noise(5000)
	check := func(name string, s Session) {
		t.Helper()
		d.startErr = nil
		p, err := d.Chunk(ctx, d.ada, s.ID, Range{Ask: true, Total: int64(len(data))}, nil, nil)
		if err != nil || p.Video == nil {
			t.Fatalf("%s: got %+v, %v", name, p, err)
		}
		again, err := d.send(s, data, 4000, 5000)
		if err != nil || *again.Video != *p.Video || !bytes.Equal(d.original(t, p.Video.Video.ID), data) {
			t.Errorf("%s: got %+v, %v", name, again, err)
		}
	}

	s := d.begin(t, len(data))
	d.startErr = errors.New("killed") // after the rename, before the commit
	if p, err := d.send(s, data, 0, 5000); err == nil || p.Video != nil || p.Received != 5000 {
		t.Fatalf("got %+v, %v", p, err)
	}
	check("before the commit", s)

	s = d.begin(t, len(data)) // after the bytes, before their number
	if err := os.WriteFile(d.path(s.ID), data, 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := d.send(s, data, 0, 5000); err != nil || p.Video == nil {
		t.Fatalf("got %+v, %v", p, err)
	}
	check("before the number", s)

	s = d.begin(t, len(data)) // after the number, before the rename
	if err := os.WriteFile(d.path(s.ID), data, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Received = 5000
	if err := d.received(ctx, &s); err != nil {
		t.Fatal(err)
	}
	check("before the rename", s)
}

func TestLostBytesAreAskedForAgain(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	s := d.begin(t, len(data))
	if _, err := d.send(s, data, 0, 600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.path(s.ID), 10); err != nil {
		t.Fatal(err)
	}
	if p, err := d.send(s, data, 600, 1000); !fail.Is(err, fail.Conflict) || p.Received != 0 {
		t.Fatalf("got %+v, %v", p, err)
	}
	s.Received = 1000
	if err := errors.Join(d.received(ctx, &s), os.Remove(d.path(s.ID))); err != nil {
		t.Fatal(err)
	}
	if p, err := d.Chunk(ctx, d.ada, s.ID, Range{Ask: true, Total: -1}, nil, nil); !fail.Is(err, fail.Conflict) || p.Received != 0 {
		t.Fatalf("got %+v, %v", p, err)
	}
	if p, err := d.send(s, data, 0, 1000); err != nil || p.Video == nil {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestTwoSendersAtOnce(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	d.Idle = time.Hour
	s := d.begin(t, len(data))
	pr, pw := io.Pipe()
	first := make(chan error, 1)
	go func() {
		_, err := d.Chunk(ctx, d.ada, s.ID, Range{To: 999, Total: 1000}, pr, func() { _ = pw.CloseWithError(os.ErrDeadlineExceeded) })
		first <- err
	}()
	if _, err := pw.Write(data[:500]); err != nil { // now the first sender is inside
		t.Fatal(err)
	}
	var e *fail.Error
	if _, err := d.send(s, data, 0, 1000); !errors.As(err, &e) || e.Kind != fail.Unavailable || e.After == 0 {
		t.Errorf("a talking sender: got %v", err)
	}
	other := d.begin(t, len(data)) // another session of the same person is not in the way
	if p, err := d.send(other, data, 0, 1000); err != nil || p.Video == nil {
		t.Errorf("got %+v, %v", p, err)
	}
	d.Idle = time.Nanosecond // from now on the first one counts as lost
	if p, err := d.send(s, data, 0, 1000); err != nil || p.Video == nil || !bytes.Equal(d.original(t, p.Video.Video.ID), data) {
		t.Errorf("a silent sender: got %+v, %v", p, err)
	}
	if err := <-first; !fail.Is(err, fail.Invalid) {
		t.Errorf("the silent sender: got %v", err)
	}
}

func TestTheFormDoesNotWaitForTheFile(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	s := d.begin(t, len(data))
	one, two, later := "First name", "About ducks", "Second name"
	if err := d.Describe(ctx, d.ada, s.ID, api.VideoUpdate{Name: &one, Tags: []string{"birds"}}); err != nil {
		t.Fatal(err)
	}
	if err := d.Describe(ctx, d.ada, s.ID, api.VideoUpdate{Description: &two}); err != nil {
		t.Fatal(err)
	}
	if err := d.Describe(ctx, d.ben, s.ID, api.VideoUpdate{Name: &later}); !fail.Is(err, fail.NotFound) {
		t.Errorf("got %v", err)
	}
	if err := d.Describe(ctx, d.ada, s.ID, api.VideoUpdate{Name: new(string)}); !fail.Is(err, fail.Invalid) {
		t.Errorf("got %v", err)
	}
	open, err := d.Open(ctx, d.ada)
	if err != nil || len(open) != 1 || *open[0].Meta.Name != one || *open[0].Meta.Description != two || open[0].Filename != "Big Ducks.MP4" {
		t.Errorf("got %+v, %v", open, err)
	}
	p, err := d.send(s, data, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Describe(ctx, d.ada, s.ID, api.VideoUpdate{Name: &later}); err != nil {
		t.Fatal(err)
	}
	v, err := video.One(ctx, d.DB, video.ByNumber(p.Video.Video.ID), nil)
	if err != nil || v.Name != later || *v.Description != two || v.Tags[0] != "birds" {
		t.Errorf("got %+v, %v", v, err)
	}
	if open, err := d.Open(ctx, d.ada); err != nil || len(open) != 0 {
		t.Errorf("got %+v, %v", open, err)
	}
}

func TestCancelAndExpiry(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	s := d.begin(t, len(data))
	if _, err := d.send(s, data, 0, 500); err != nil {
		t.Fatal(err)
	}
	if err := d.Cancel(ctx, d.ben, s.ID); !fail.Is(err, fail.NotFound) {
		t.Errorf("got %v", err)
	}
	if err := d.Cancel(ctx, d.ada, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.send(s, data, 500, 1000); !fail.Is(err, fail.NotFound) {
		t.Errorf("got %v", err)
	}

	s = d.begin(t, len(data))
	d.Life = time.Nanosecond
	if _, err := d.send(s, data, 0, 500); err != nil {
		t.Fatal(err)
	}
	if _, err := d.send(s, data, 500, 1000); !fail.Is(err, fail.NotFound) {
		t.Errorf("expired: got %v", err)
	}
	stray, fresh := filepath.Join(d.Folder, "stray"), filepath.Join(d.Folder, "fresh")
	old := time.Now().Add(-2 * strayAge)
	if err := errors.Join(os.WriteFile(stray, data, 0o600), os.Chtimes(stray, old, old), os.WriteFile(fresh, data, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := d.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if left := d.leftovers(t); len(left) != 1 || left[0] != "fresh" {
		t.Errorf("left over: %v", left)
	}
}

func TestWholeFileAtOnce(t *testing.T) {
	d, data := newDesk(t), noise(1000)
	w, err := d.Receive(ctx, d.ada, nil, `C:\films\ducks.webm`, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	name := "Ducks at noon"
	out, err := w.Video(ctx, d.ada, api.VideoUpdate{Name: &name}, bytes.NewReader(redPNG(t)))
	if err != nil || !bytes.Equal(d.original(t, out.Video.ID), data) {
		t.Fatalf("got %+v, %v", out, err)
	}
	if images, err := video.Images(ctx, d.DB, out.Video.ID); err != nil || len(images) != 2 || images[0].Width != 850 {
		t.Errorf("got %+v, %v", images, err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	d.MaxSize = 999
	if _, err := d.Receive(ctx, d.ada, nil, "a.mp4", bytes.NewReader(data)); !fail.Is(err, fail.TooLarge) {
		t.Errorf("got %v", err)
	}
	d.MaxSize = 0
	w, err = d.Receive(ctx, d.ada, nil, "a.mp4", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Video(ctx, d.ada, api.VideoUpdate{Name: new("x")}, nil); !fail.Is(err, fail.Invalid) {
		t.Errorf("got %v", err)
	}
	if _, err := w.Video(ctx, d.ada, api.VideoUpdate{Name: &name}, bytes.NewReader(data)); !fail.Is(err, fail.Unsupported) {
		t.Errorf("got %v", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(d.Folder); len(entries) != 0 {
		t.Errorf("left over: %v", entries)
	}
}
