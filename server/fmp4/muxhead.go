package fmp4

import (
	"io"
	"math"
)

// initial is the initialisation section of a source, its tracks renumbered.
type initial struct {
	tracks []*Track
	ids    renumbering
	scale  uint32 // units a second of the film
	mvhd   []byte
	traks  [][]byte // without their headers
	trexes [][]byte
}

// readInit gives the tracks the numbers behind taken.
func readInit(s Source, taken uint32) (in initial, err error) {
	if s.Media.Init.Size > maxMoov {
		return in, ErrTooBig
	}
	b := make([]byte, s.Media.Init.Size)
	if _, err := s.ReadAt(b, s.Media.Init.Offset); err != nil && err != io.EOF {
		return in, err
	}
	moov := find(b, "moov")
	if in.tracks, err = readMoov(moov); err != nil {
		return in, err
	}
	if len(in.tracks) == 0 {
		return in, ErrNoPicture
	}
	in.mvhd = find(moov, "mvhd")
	in.scale, _ = timescale(in.mvhd)
	in.ids = renumbering{}
	for x := range boxes(moov) {
		if x.kind == "trak" {
			taken++
			in.ids[trackID(x.body)] = taken
			in.traks = append(in.traks, x.body)
		}
	}
	for x := range boxes(find(moov, "mvex")) {
		if x.kind == "trex" {
			be.PutUint32(x.body[4:], in.ids[be.Uint32(x.body[4:])])
			in.trexes = append(in.trexes, x.body)
		}
	}
	for _, t := range in.traks {
		idAndLength(t, func(id, _ []byte) { be.PutUint32(id, in.ids[be.Uint32(id)]) })
	}
	return in, nil
}

// main is the track that decides where segments start.
func (in initial) main() *Track {
	for _, t := range in.tracks {
		if t.Video {
			return t
		}
	}
	return in.tracks[0]
}

// idAndLength finds both in a track's header (§8.3.2).
func idAndLength(trak []byte, change func(id, length []byte)) {
	tkhd := find(trak, "tkhd")
	if len(tkhd) >= 36 && tkhd[0] == 1 {
		change(tkhd[20:24], tkhd[28:36])
	} else if len(tkhd) >= 24 && tkhd[0] == 0 {
		change(tkhd[12:16], tkhd[20:24])
	}
}

func trackID(trak []byte) (n uint32) {
	idAndLength(trak, func(id, _ []byte) { n = be.Uint32(id) })
	return n
}

// reference is a stretch of the file in its index.
type reference struct {
	size    int64
	seconds float64
}

// header writes ftyp, moov and sidx.
func header(inits []initial, seconds float64, index []reference) []byte {
	main := inits[0]
	length := uint64(seconds*float64(main.scale) + 0.5)
	mvhd := append([]byte(nil), main.mvhd...)
	setLength(mvhd, length)
	be.PutUint32(mvhd[len(mvhd)-4:], math.MaxUint32) // the next track's number is to be looked for
	moov := wrap("mvhd", mvhd)
	mvex := wrap("mehd", be.AppendUint64([]byte{1, 0, 0, 0}, length))
	for _, in := range inits {
		for _, t := range in.traks {
			rescale(t, in.scale, main.scale)
			idAndLength(t, func(_, to []byte) { putLength(to, length) })
			moov = append(moov, wrap("trak", t)...)
		}
		for _, t := range in.trexes {
			mvex = append(mvex, wrap("trex", t)...)
		}
	}
	out := wrap("ftyp", []byte("iso6\x00\x00\x00\x00iso6mp41"))
	out = append(out, wrap("moov", append(moov, wrap("mvex", mvex)...))...)
	return append(out, sidx(main, index)...)
}

func wrap(kind string, body []byte) []byte {
	b := be.AppendUint32(make([]byte, 0, 8+len(body)), uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

// setLength writes the length of mvhd (§8.2.2).
func setLength(mvhd []byte, length uint64) {
	if mvhd[0] == 1 && len(mvhd) >= 32 {
		putLength(mvhd[24:32], length)
	} else if len(mvhd) >= 20 {
		putLength(mvhd[16:20], length)
	}
}

func putLength(to []byte, length uint64) {
	if len(to) == 8 {
		be.PutUint64(to, length)
	} else {
		be.PutUint32(to, uint32(min(length, math.MaxUint32)))
	}
}

// rescale changes the lengths of edits, which are in units of the film.
func rescale(trak []byte, from, to uint32) {
	const head, edit = 8, 12 // bytes
	elst := find(trak, "edts", "elst")
	if from == to || len(elst) < head || elst[0] != 0 {
		return
	}
	for i := head; i+edit <= len(elst); i += edit {
		be.PutUint32(elst[i:], uint32(uint64(be.Uint32(elst[i:]))*uint64(to)/uint64(from)))
	}
}

// sidx is the index by which players know where to seek to.
func sidx(main initial, index []reference) []byte {
	const startsWithSAP = 9 << 28 // each reference starts with a stream access point of type 1
	index = index[:min(len(index), math.MaxUint16)]
	track := main.main()
	scale := track.Timescale
	b := be.AppendUint32(nil, 0)
	b = be.AppendUint32(b, main.ids[track.id])
	b = be.AppendUint32(b, scale)
	b = be.AppendUint64(b, 0) // earliest time, first offset
	b = be.AppendUint32(b, uint32(len(index)))
	var at float64
	var units uint64
	for _, r := range index {
		at += r.seconds
		end := uint64(at*float64(scale) + 0.5)
		b = be.AppendUint32(b, uint32(min(r.size, math.MaxInt32)))
		b = be.AppendUint32(b, uint32(end-units))
		b = be.AppendUint32(b, startsWithSAP)
		units = end
	}
	return wrap("sidx", b)
}
