package fmp4

import (
	"encoding/hex"
	"strconv"
)

// Track is what the initialisation section says of one track.
type Track struct {
	Video         bool
	Codec         string // as the codecs parameter of RFC 6381 has it
	Timescale     uint32 // units a second
	Width, Height int

	id       uint32
	lengths  int    // bytes of a NAL unit's length
	late     uint64 // units by which the track starts after the film
	skipped  int64  // units at its start that are decoded and not shown
	duration uint32 // of a sample, unless the fragment says otherwise
	size     uint32
	flags    uint32
}

// readMoov reads the tracks and takes empty edits (§8.6.6) out of moov in place: browsers ignore them, so what they say moves into the fragments.
func readMoov(moov []byte) ([]*Track, error) {
	mvhd := find(moov, "mvhd")
	scale, ok := timescale(mvhd)
	if !ok {
		return nil, ErrBroken
	}
	var tracks []*Track
	for x := range boxes(moov) {
		if x.kind == "" {
			return nil, ErrBroken
		}
		if x.kind != "trak" {
			continue
		}
		t, err := readTrak(x.body, scale)
		if err != nil {
			return nil, err
		}
		tracks = append(tracks, t)
	}
	for x := range boxes(find(moov, "mvex")) {
		if x.kind != "trex" {
			continue
		}
		r := reader{b: x.body}
		r.u32()
		if t := byID(tracks, r.u32()); t != nil {
			r.u32()
			t.duration, t.size, t.flags = r.u32(), r.u32(), r.u32()
		}
		if r.short {
			return nil, ErrBroken
		}
	}
	return tracks, nil
}

func byID(tracks []*Track, id uint32) *Track {
	for _, t := range tracks {
		if t.id == id {
			return t
		}
	}
	return nil
}

// timescale reads that of mvhd and mdhd, which start alike.
func timescale(b []byte) (uint32, bool) {
	r := reader{b: b}
	if r.u32()>>24 == 1 {
		r.take(16)
	} else {
		r.take(8)
	}
	n := r.u32()
	return n, !r.short && n > 0
}

func readTrak(trak []byte, movieScale uint32) (*Track, error) {
	t := &Track{}
	var ok bool
	if t.Timescale, ok = timescale(find(trak, "mdia", "mdhd")); !ok {
		return nil, ErrBroken
	}
	head := reader{b: find(trak, "tkhd")}
	if head.u32()>>24 == 1 {
		head.take(16)
	} else {
		head.take(8)
	}
	t.id = head.u32()
	if stsd := find(trak, "mdia", "minf", "stbl", "stsd"); len(stsd) > 8 {
		for x := range boxes(stsd[8:]) {
			if err := t.entry(x); err != nil {
				return nil, err
			}
			break
		}
	}
	if head.short || t.Codec == "" {
		return nil, ErrBroken
	}
	edts := find(trak, "edts")
	t.late = takeEmptyEdit(edts) * uint64(t.Timescale) / uint64(movieScale)
	if elst := find(edts, "elst"); len(elst) >= 20 && elst[0] == 0 {
		t.skipped = int64(int32(be.Uint32(elst[12:])))
	}
	return t, nil
}

// entry reads a sample entry (§12).
func (t *Track) entry(x box) error {
	const visual, audio = 78, 28 // bytes before the boxes inside
	switch {
	case x.kind == "avc1" && len(x.body) > visual:
		t.Video = true
		t.Width, t.Height = int(be.Uint16(x.body[24:])), int(be.Uint16(x.body[26:]))
		c := find(x.body[visual:], "avcC")
		if len(c) < 5 {
			return ErrBroken
		}
		t.Codec = "avc1." + hex.EncodeToString(c[1:4])
		t.lengths = int(c[4]&3) + 1
	case x.kind == "mp4a" && len(x.body) > audio:
		kind, err := objectType(find(x.body[audio:], "esds"))
		if err != nil {
			return err
		}
		t.Codec = "mp4a.40." + strconv.Itoa(kind)
	default:
		return ErrCodec
	}
	return nil
}

// objectType finds the audio object type in an elementary stream descriptor (ISO/IEC 14496-1 §7.2.6, 14496-3 §1.6.2).
func objectType(esds []byte) (int, error) {
	const es, config, specific, mpeg4 = 3, 4, 5, 0x40
	r := reader{b: esds}
	r.u32()
	for !r.short {
		tag := r.u8()
		for r.u8()&0x80 != 0 && !r.short { // the descriptor's length, which nesting makes needless
		}
		switch tag {
		case es:
			r.take(3)
		case config:
			if r.take(13)[0] != mpeg4 {
				return 0, ErrCodec
			}
		case specific:
			kind := int(r.u8() >> 3)
			if kind == 31 || r.short {
				return 0, ErrCodec
			}
			return kind, nil
		default:
			return 0, ErrBroken
		}
	}
	return 0, ErrBroken
}

// takeEmptyEdit turns a leading empty edit into padding and gives its length in units of the film.
func takeEmptyEdit(edts []byte) uint64 {
	const head, edit = 8, 12 // bytes
	elst := find(edts, "elst")
	if len(elst) != head+2*edit || elst[0] != 0 || be.Uint32(elst[12:]) != 1<<32-1 {
		return 0
	}
	late := be.Uint32(elst[8:])
	be.PutUint32(edts, 8+head+edit)
	be.PutUint32(elst[4:], 1)
	copy(elst[head:], elst[head+edit:])
	copy(elst[head+edit:], "\x00\x00\x00\x0cfree\x00\x00\x00\x00")
	return uint64(late)
}
