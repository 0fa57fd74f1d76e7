package player

// origin notes who brought n bytes of the picture at a place of the file.
func (f *flight) origin(from Origin, n int) {
	p := f.t.p
	if f.t != p.tracks[0] || f.seg < 0 || from == Server && len(p.shared) == 0 {
		return
	}
	s := f.r.segs[f.seg]
	time := func(at int64) float64 { return s.From + (s.To-s.From)*float64(at-s.Offset)/float64(s.Size) }
	part := Span{time(f.at), time(f.at + int64(n))}
	p.shared = without(p.shared, part)
	if from == Peer {
		p.shared = with(p.shared, part)
	}
}

// with adds a stretch to others in order that it does not overlap; those that touch become one.
func with(list []Span, s Span) []Span {
	const touch = 1e-3 // seconds
	out, at := make([]Span, 0, len(list)+1), 0
	for _, o := range list {
		switch {
		case o.To < s.From-touch:
			at = len(out) + 1
			out = append(out, o)
		case o.From > s.To+touch:
			out = append(out, o)
		default:
			s = Span{min(s.From, o.From), max(s.To, o.To)}
		}
	}
	out = append(out, s)
	copy(out[at+1:], out[at:])
	out[at] = s
	return out
}

// without takes a stretch out of others.
func without(list []Span, s Span) []Span {
	out := make([]Span, 0, len(list)+1)
	for _, o := range list {
		if o.From < s.From {
			out = append(out, Span{o.From, min(o.To, s.From)})
		}
		if o.To > s.To {
			out = append(out, Span{max(o.From, s.To), o.To})
		}
	}
	return out
}

// both is what two lists in order have in common.
func both(a, b []Span) (out []Span) {
	for _, x := range a {
		for _, y := range b {
			if from, to := max(x.From, y.From), min(x.To, y.To); from < to {
				out = append(out, Span{from, to})
			}
		}
	}
	return out
}
