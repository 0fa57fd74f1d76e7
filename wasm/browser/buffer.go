//go:build js

package browser

import "shoal/wasm/player"

// buffer is a source buffer whose calls are made one after the other.
type buffer struct {
	m    *media
	sb   Value
	ops  []op
	busy bool
	bad  bool // the append under way ended with an error
	offs Offs
}

// op is a call of a source buffer; one that waits ends with updateend.
type op struct {
	do    func(sb Value)
	waits bool
	done  func(error)
}

func newBuffer(m *media) *buffer { return &buffer{m: m, sb: Window.Get("undefined")} }

// join gives the queue its source buffer, which may be at work for somebody else.
func (b *buffer) join(sb Value) {
	b.sb = sb
	b.offs.Add(
		On(sb, "error", func(Value) { b.bad = true }),
		On(sb, "updateend", func(Value) { b.ended() }),
	)
}

func (b *buffer) leave() {
	b.offs.Off()
	b.ops, b.busy = nil, false
}

func (b *buffer) add(o op) {
	b.ops = append(b.ops, o)
	b.run()
}

// ended is the end of the call under way, or of somebody else's.
func (b *buffer) ended() {
	bad := b.bad
	b.bad = false
	if b.busy {
		b.busy = false
		o := b.ops[0]
		b.ops = b.ops[1:]
		var err error
		if bad {
			err = player.ErrAppend
		}
		o.done(err)
	}
	b.run()
}

func (b *buffer) run() {
	for !b.busy && len(b.ops) > 0 && !Nil(b.sb) && !b.sb.Get("updating").Bool() {
		o := b.ops[0]
		b.busy = o.waits
		err := Try(func() { o.do(b.sb) })
		if err == nil && o.waits {
			return
		}
		b.busy = false
		b.ops = b.ops[1:]
		if o.done != nil {
			done := o.done
			Soon(func() { done(kind(err)) })
			return // the next call may depend on the answer
		}
	}
	if !b.busy && len(b.ops) == 0 {
		b.m.end()
	}
}

func kind(err error) error {
	e, thrown := err.(Exception)
	switch {
	case err == nil:
		return nil
	case thrown && e.Name() == "QuotaExceededError":
		return player.ErrQuota
	}
	return player.ErrAppend
}

// chunk is bytes that stay outside Go.
type chunk struct {
	v Value // Uint8Array
	n int
}

func (c chunk) Len() int { return c.n }

func (c chunk) Slice(from, to int) player.Chunk {
	if from == 0 && to == c.n {
		return c
	}
	return chunk{c.v.Call("subarray", from, to), to - from}
}

// joined is one array for one append; several chunks are copied once.
func joined(list []player.Chunk) Value {
	if len(list) == 1 {
		return list[0].(chunk).v
	}
	n := 0
	for _, c := range list {
		n += c.Len()
	}
	all := Window.Get("Uint8Array").New(n)
	at := 0
	for _, c := range list {
		all.Call("set", c.(chunk).v, at)
		at += c.Len()
	}
	return all
}
