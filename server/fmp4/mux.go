package fmp4

import (
	"errors"
	"io"
	"slices"

	"shoal/shared/hls"
)

// ErrTracks is the complaint of a Mux whose sources are not one picture, one sound, or one of each.
var ErrTracks = errors.New("fmp4: not one picture and one sound")

// Source is a finished rendition with one or two tracks.
type Source struct {
	io.ReaderAt
	Media hls.Media
}

// Mux is a file made of the tracks of one or two renditions while it is read: a header of its own, an index (§8.16.3),
// and the segments of both in the order of time. Its size is known beforehand, and it may be read from anywhere.
type Mux struct {
	head   []byte
	pieces []piece
	size   int64

	at   int64 // of the next byte to read
	open *flow
}

// piece is one segment in the file.
type piece struct {
	hls.Range
	at     int64 // in the file
	source Source
	ids    renumbering
	first  uint32 // number of its first fragment
}

// most fragments of a segment, so that numbers go up without counting those before.
const fragmentsOf = 1 << 12

// NewMux reads the headers of the sources.
func NewMux(sources ...Source) (*Mux, error) {
	inits := make([]initial, len(sources))
	var all []*Track
	for i, s := range sources {
		var err error
		if inits[i], err = readInit(s, uint32(len(all))); err != nil {
			return nil, err
		}
		all = append(all, inits[i].tracks...)
	}
	if !single(all) {
		return nil, ErrTracks
	}
	if len(inits) == 2 && inits[1].main().Video {
		sources = []Source{sources[1], sources[0]}
		slices.Reverse(inits)
	}
	m := &Mux{}
	var index []reference
	m.pieces, index = interleave(sources, inits)
	m.head = header(inits, longest(sources), index)
	m.size = int64(len(m.head))
	for i := range m.pieces {
		m.pieces[i].at = m.size
		m.pieces[i].first = uint32(i)*fragmentsOf + 1
		m.size += m.pieces[i].Size
	}
	return m, nil
}

func single(tracks []*Track) bool {
	pictures := 0
	for _, t := range tracks {
		if t.Video {
			pictures++
		}
	}
	return len(tracks) > 0 && pictures <= 1 && len(tracks)-pictures <= 1
}

func longest(sources []Source) (seconds float64) {
	for _, s := range sources {
		seconds = max(seconds, s.Media.Length())
	}
	return seconds
}

// interleave puts segments in the order of their start; the first source's come first and begin a reference of the index.
func interleave(sources []Source, inits []initial) (pieces []piece, index []reference) {
	next := make([]int, len(sources))
	at := make([]float64, len(sources))
	for {
		pick := -1
		for i, s := range sources {
			if next[i] < len(s.Media.Segments) && (pick < 0 || at[i] < at[pick]-slack) {
				pick = i
			}
		}
		if pick < 0 {
			return pieces, index
		}
		s := sources[pick].Media.Segments[next[pick]]
		next[pick]++
		at[pick] += s.Duration
		if pick == 0 || len(index) == 0 {
			index = append(index, reference{})
		}
		last := &index[len(index)-1]
		last.size += s.Size
		if pick == 0 {
			last.seconds = s.Duration
		}
		pieces = append(pieces, piece{Range: s.Range, source: sources[pick], ids: inits[pick].ids})
	}
}

// Size is how many bytes the file has.
func (m *Mux) Size() int64 { return m.size }

// Seek is where the next Read begins.
func (m *Mux) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += m.at
	case io.SeekEnd:
		offset += m.size
	}
	if offset < 0 {
		return 0, errors.New("fmp4: seek before the start")
	}
	if offset != m.at {
		m.at, m.open = offset, nil
	}
	return offset, nil
}

// Read gives the next bytes.
func (m *Mux) Read(p []byte) (int, error) {
	if m.at < int64(len(m.head)) {
		n := copy(p, m.head[m.at:])
		m.at += int64(n)
		return n, nil
	}
	for m.at < m.size {
		if m.open == nil {
			if err := m.begin(); err != nil {
				return 0, err
			}
		}
		n, err := m.open.Read(p)
		m.at += int64(n)
		if err == io.EOF {
			m.open, err = nil, nil
			if n == 0 {
				continue
			}
		}
		return n, err
	}
	return 0, io.EOF
}

// begin opens the segment in which the next byte is and passes over what is before it.
func (m *Mux) begin() error {
	i, found := slices.BinarySearchFunc(m.pieces, m.at, func(p piece, at int64) int { return int(min(max(p.at-at, -1), 1)) })
	if !found {
		i--
	}
	m.open = newFlow(m.pieces[i])
	_, err := io.CopyN(io.Discard, m.open, m.at-m.pieces[i].at)
	return err
}
