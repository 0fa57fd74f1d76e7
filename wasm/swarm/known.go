package swarm

import (
	"time"

	"shoal/shared/wire"
)

// fresh is how long after hearing of a piece it is expected to come from viewer to viewer.
const fresh = 30 * time.Second

// hears notes that some viewer, near or far, has a piece or is about to, and passes that on once.
// So of many viewers one asks the server, and the others know although they have not met that one.
func (f *file) hears(i int) {
	if i >= len(f.pieces) {
		return
	}
	now := f.s.w.Clock.Now()
	if pc := &f.pieces[i]; pc.heard == 0 || now-pc.heard > fresh {
		pc.heard = max(now, 1)
		f.news = append(f.news, i)
		f.s.later()
	}
}

// rumoured tells whether a piece is on its way through the swarm.
func (f *file) rumoured(i int) bool {
	pc := &f.pieces[i]
	return pc.heard > 0 && f.s.w.Clock.Now()-pc.heard < fresh
}

// coming are the pieces ahead of us that were heard of lately.
func (f *file) coming() (list []int) {
	f.window(func(i int, _ float64) bool {
		if f.rumoured(i) {
			list = append(list, i)
		}
		return true
	})
	return list
}

// gossip passes on what was heard since the last time.
func (f *file) gossip() {
	news := f.news
	f.news = nil
	for _, p := range f.peers {
		p.tellKnown(news)
	}
}

func (p *peer) tellKnown(list []int) {
	if p.ext.Known == 0 || p.s.mode != On {
		return
	}
	var untold []int
	for _, i := range list {
		if !p.has(i) {
			untold = append(untold, i)
		}
	}
	for len(untold) > 0 {
		n := min(len(untold), wire.MostKnown)
		p.send(wire.Message{Kind: wire.Extended, Ext: p.ext.Known, Payload: wire.AppendKnown(nil, untold[:n])}.Append(nil))
		untold = untold[n:]
	}
}
