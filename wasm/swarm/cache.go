package swarm

// evict keeps the pieces within the limit: first those of other levels, and what was played longest ago.
func (s *Swarm) evict() {
	for s.stats.Kept > s.limits.Cache {
		f, i := s.oldest()
		if f == nil {
			return
		}
		pc := &f.pieces[i]
		s.stats.Kept -= int64(pc.body.Len())
		pc.body = nil
		f.held--
		for _, p := range f.peers {
			p.tellLost(i)
		}
	}
}

func (s *Swarm) oldest() (of *file, at int) {
	for _, f := range s.files {
		for i := range f.pieces {
			pc := &f.pieces[i]
			if pc.body == nil || f.played() && f.end(i) > f.cursor && f.slack(f.start(i)) < horizon {
				continue
			}
			if of == nil || older(f, pc, of, &of.pieces[at]) {
				of, at = f, i
			}
		}
	}
	return of, at
}

func older(f *file, pc *piece, g *file, other *piece) bool {
	if f.played() != g.played() {
		return !f.played()
	}
	return pc.used < other.used
}
