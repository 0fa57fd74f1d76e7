package player

// openFile lets the browser play by itself: its own HLS, or the whole file of a level.
func (p *Player) openFile(at float64) {
	p.drop()
	b := p.movie.boot
	if p.mode = NativeHLS; b.Master != "" && p.media.Supports(hlsType) {
		p.begin(b.Master, at)
		return
	}
	p.openWhole(at)
}

// openWhole plays the whole file of a level.
func (p *Player) openWhole(at float64) {
	p.mode = Progressive
	best := p.chosen
	for i, r := range p.movie.levels {
		if p.chosen < 0 && (best < 0 || r.Muxed && r.lines() <= firstHeight) {
			best = i
		}
	}
	if best < 0 {
		p.fail(Unsupported)
		return
	}
	p.shown = best
	p.begin(p.movie.levels[best].Address, at)
}

func (p *Player) begin(address string, at float64) {
	p.media.OpenFile(p.signed(address), at)
	if p.want {
		p.play()
	}
}

const hlsType = "application/vnd.apple.mpegurl"
