package fmp4

// part is what a fragment holds of one track.
type part struct {
	track    *Track
	start    uint64 // decode time in the track's units
	duration uint64 // in the track's units
	samples  int
	sync     bool  // its first sample can be decoded by itself
	composed int64 // units from the first sample's decoding to its showing
	offset   int64 // of the first sample's bytes from the start of the moof
	first    int64 // bytes of the first sample
}

// Bits of track fragment and run headers (§8.8.7, §8.8.8).
const (
	hasBase        = 0x1
	hasDescription = 0x2
	hasDuration    = 0x8
	hasSize        = 0x10
	hasFlags       = 0x20

	runOffset     = 0x1
	runFirstFlags = 0x4
	runDuration   = 0x100
	runSize       = 0x200
	runFlags      = 0x400
	runComposed   = 0x800

	notSync = 0x10000
)

// readMoof reads the parts of a fragment and moves the decode times of late tracks in place.
func readMoof(moof []byte, tracks []*Track) ([]part, error) {
	var parts []part
	for x := range boxes(moof) {
		if x.kind == "" {
			return nil, ErrBroken
		}
		if x.kind != "traf" {
			continue
		}
		p, err := readTraf(x.body, tracks)
		if err != nil {
			return nil, err
		}
		if p.samples > 0 {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// defaults are the values of samples for which a run says nothing.
type defaults struct{ duration, size, flags uint32 }

func readTraf(traf []byte, tracks []*Track) (part, error) {
	r := reader{b: find(traf, "tfhd")}
	bits := r.u32()
	p := part{track: byID(tracks, r.u32())}
	if p.track == nil || r.short {
		return p, ErrBroken
	}
	d := defaults{p.track.duration, p.track.size, p.track.flags}
	if bits&hasBase != 0 {
		return p, ErrBroken // ours counts from the fragment's own start
	}
	if bits&hasDescription != 0 {
		r.u32()
	}
	for _, f := range []struct {
		bit uint32
		to  *uint32
	}{{hasDuration, &d.duration}, {hasSize, &d.size}, {hasFlags, &d.flags}} {
		if bits&f.bit != 0 {
			*f.to = r.u32()
		}
	}
	tfdt := find(traf, "tfdt")
	if r.short || len(tfdt) < 12 || tfdt[0] != 1 {
		return p, ErrBroken
	}
	p.start = be.Uint64(tfdt[4:]) + p.track.late
	be.PutUint64(tfdt[4:], p.start)
	for x := range boxes(traf) {
		if x.kind != "trun" {
			continue
		}
		if err := p.run(x.body, d); err != nil {
			return p, err
		}
	}
	return p, nil
}

// run adds the samples of one run.
func (p *part) run(trun []byte, d defaults) error {
	r := reader{b: trun}
	bits := r.u32()
	n := r.u32()
	var offset int64
	if bits&runOffset != 0 {
		offset = int64(int32(r.u32()))
	}
	first := d.flags
	if bits&runFirstFlags != 0 {
		first = r.u32()
	}
	for i := range n {
		duration, size, flags := d.duration, d.size, d.flags
		if i == 0 {
			flags = first
		}
		if bits&runDuration != 0 {
			duration = r.u32()
		}
		if bits&runSize != 0 {
			size = r.u32()
		}
		if bits&runFlags != 0 {
			flags = r.u32()
		}
		var composed int64
		if bits&runComposed != 0 {
			composed = int64(int32(r.u32()))
		}
		if r.short {
			return ErrBroken
		}
		if p.samples == 0 {
			p.sync, p.offset, p.first, p.composed = flags&notSync == 0, offset, int64(size), composed
		}
		p.samples++
		p.duration += uint64(duration)
		if bits&(runDuration|runSize|runFlags|runComposed) == 0 {
			p.samples += int(n) - 1
			p.duration += uint64(duration) * uint64(n-1)
			break
		}
	}
	return nil
}
