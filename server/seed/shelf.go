package seed

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/db"
	"shoal/server/fail"
	"shoal/server/video"
	infohash "shoal/shared/torrent"
)

// Bounds of what the peer keeps ready.
const (
	mostOpen = 64              // torrents with their files open
	idle     = 5 * time.Minute // without a connection, then it is put away
	mostKeys = 5000            // infohashes that an encrypted handshake is compared with, the newest
	keysLast = time.Minute
)

// shelf holds the torrents that somebody asked for lately; the others are a row in the database.
type shelf struct {
	mu     sync.Mutex
	open   map[metainfo.Hash]*taken
	keys   [][]byte
	listed time.Time
}

type taken struct {
	torrent *torrent.Torrent
	at      time.Time
}

const whole = `
	SELECT f.torrent, f.filename, f.size, v.uuid FROM video_file f JOIN video v ON v.id = f.video_id JOIN channel c ON c.id = v.channel_id
	WHERE f.infohash = @infohash AND v.privacy IN (1, 2) AND v.state = 1 AND NOT v.blocked AND v.local AND v.p2p AND c.p2p LIMIT 1`

// book is a file that may be seeded.
type book struct {
	Torrent, Filename string
	Size              int64
	UUID              uuid.UUID
}

func find(ctx context.Context, q db.Q, h metainfo.Hash) (book, error) {
	rows, _ := q.Query(ctx, whole, pgx.NamedArgs{"infohash": h[:]})
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[book])
	if errors.Is(err, pgx.ErrNoRows) {
		return b, absent()
	}
	return b, err
}

func absent() error { return fail.New(fail.NotFound, "There is no such torrent here.") }

// Has tells whether this peer seeds the file; it need not be open yet.
func (p *Peer) Has(ctx context.Context, h infohash.Infohash) bool {
	_, err := find(ctx, p.Pool, metainfo.Hash(h))
	return err == nil
}

// take opens a torrent unless it is open.
func (p *Peer) take(ctx context.Context, h metainfo.Hash) error {
	s := &p.shelf
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.open[h]; t != nil {
		t.at = time.Now()
		return nil
	}
	b, err := find(ctx, p.Pool, h)
	if err != nil {
		return err
	}
	if len(s.open) >= mostOpen && !s.dropOne() {
		return fail.New(fail.Unavailable, "Too many torrents are in use.")
	}
	opts, err := p.read(ctx, b, h)
	if err != nil {
		return err
	}
	t, _ := p.client.AddTorrentOpt(opts)
	if t.Info() == nil {
		t.Drop()
		return fail.New(fail.Internal, "The torrent file is damaged.")
	}
	t.SetMaxEstablishedConns(p.Connections)
	s.open[h] = &taken{t, time.Now()}
	return nil
}

// read opens the file, and the torrent file that tells its hashes.
func (p *Peer) read(ctx context.Context, b book, h metainfo.Hash) (o torrent.AddTorrentOpts, err error) {
	f, err := p.Store.Open(ctx, Folder+b.Torrent)
	if err != nil {
		return o, err
	}
	m, err := metainfo.Load(io.LimitReader(f, mostTorrent))
	if err = errors.Join(err, f.Close()); err != nil {
		return o, err
	}
	object, err := p.Store.Open(ctx, "hls/"+b.UUID.String()+"/"+b.Filename)
	if err != nil {
		return o, err
	}
	if object.Size() != b.Size {
		return o, errors.Join(absent(), object.Close())
	}
	return torrent.AddTorrentOpts{InfoHash: h, InfoBytes: m.InfoBytes, Storage: stored{object}, DisallowDataDownload: true}, nil
}

// mostTorrent is far above any torrent file of ours, in bytes.
const mostTorrent = 16 << 20

// dropOne makes room: the torrent unused for the longest goes.
func (s *shelf) dropOne() bool {
	var oldest metainfo.Hash
	var found *taken
	for h, t := range s.open {
		if len(t.torrent.PeerConns()) == 0 && (found == nil || t.at.Before(found.at)) {
			oldest, found = h, t
		}
	}
	if found != nil {
		s.drop(oldest)
	}
	return found != nil
}

func (s *shelf) drop(h metainfo.Hash) {
	s.open[h].torrent.Drop()
	delete(s.open, h)
}

// tidy puts away what nobody uses, and at once what may not be seeded any more.
func (p *Peer) tidy(ctx context.Context) error {
	s := &p.shelf
	s.mu.Lock()
	defer s.mu.Unlock()
	open := make([][20]byte, 0, len(s.open))
	for h := range s.open {
		open = append(open, h)
	}
	still, err := video.SharedFiles(ctx, p.Pool, open)
	if err != nil {
		return err
	}
	for h, t := range s.open {
		if len(t.torrent.PeerConns()) > 0 {
			t.at = time.Now()
		}
		if still[h] == 0 || time.Since(t.at) > idle {
			s.drop(h)
		}
	}
	return nil
}

const newest = `
	SELECT f.infohash FROM video_file f JOIN video v ON v.id = f.video_id JOIN channel c ON c.id = v.channel_id
	WHERE v.privacy IN (1, 2) AND v.state = 1 AND NOT v.blocked AND v.local AND v.p2p AND c.p2p AND f.infohash <> ''
	ORDER BY f.id DESC LIMIT @most`

// secrets are what an encrypted handshake may be about: its key is the infohash.
func (p *Peer) secrets(yield func([]byte) bool) {
	for _, key := range p.shelf.known(p.Pool) {
		if !yield(key) {
			return
		}
	}
}

func (s *shelf) known(q db.Q) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.listed) > keysLast {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		rows, _ := q.Query(ctx, newest, pgx.NamedArgs{"most": mostKeys})
		if keys, err := pgx.CollectRows(rows, pgx.RowTo[[]byte]); err == nil {
			s.keys, s.listed = keys, time.Now()
		}
	}
	return s.keys
}
