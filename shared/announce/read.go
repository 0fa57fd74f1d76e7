package announce

import "bytes"

// What was found in a message.
type found struct {
	action                  []byte
	hash, peer, to, offerID bool
	offer, answer, badOffer bool
	failed, tooMany         bool
}

// Parse reads what a viewer sent. The slices in r are of b. r may be used again, which saves memory.
func (r *Request) Parse(b []byte) error {
	*r = Request{Left: -1, Want: -1, Offers: r.Offers[:0], Hashes: r.Hashes[:0]}
	var f found
	err := scan(b, func(in *reader, name []byte) { r.member(in, name, &f) })
	if err != nil {
		return err
	}
	switch string(f.action) {
	case "announce":
		return r.checkAnnounce(&f)
	case "scrape":
		r.Kind = Scrape
		if f.tooMany || !f.hash && len(r.Hashes) == 0 {
			return ErrInfohash
		}
		return nil
	}
	return ErrAction
}

func (r *Request) member(in *reader, name []byte, f *found) {
	switch string(name) {
	case "action":
		f.action = in.word20()
	case "info_hash":
		r.readHashes(in, f)
	case "peer_id":
		f.peer = in.id(&r.PeerID)
	case "to_peer_id":
		f.to = in.id(&r.To)
	case "offer_id":
		f.offerID = in.id(&r.OfferID)
	case "event":
		r.Event = event(in.word20())
	case "uploaded":
		r.Uploaded = max(in.whole(), 0)
	case "downloaded":
		r.Downloaded = max(in.whole(), 0)
	case "left":
		r.Left = in.whole()
	case "numwant":
		r.Want = int(in.whole())
	case "answer":
		r.Answer, f.answer = in.description()
	case "offers":
		r.readOffers(in, f)
	default:
		in.value()
	}
}

func (r *Request) checkAnnounce(f *found) error {
	switch {
	case !f.hash:
		return ErrInfohash
	case !f.peer:
		return ErrPeerID
	case f.badOffer:
		return ErrOffer
	}
	r.Kind = Announce
	if !f.answer {
		return nil
	}
	r.Kind = Answer
	switch {
	case r.Answer == nil:
		return ErrDescription
	case !f.to:
		return ErrTo
	case !f.offerID:
		return ErrOffer
	}
	return nil
}

// word20 is a short text, nil for any other value.
func (r *reader) word20() []byte {
	if r.peek() != '"' {
		r.value()
		return nil
	}
	s := r.text()
	if len(s) > 20 {
		return nil
	}
	return s
}

func event(s []byte) string {
	for _, e := range []string{Started, Stopped, Completed, Paused} {
		if string(s) == e {
			return e
		}
	}
	return ""
}

// readHashes reads one infohash, or a scrape's list of them.
func (r *Request) readHashes(in *reader, f *found) {
	r.Hashes, f.tooMany = r.Hashes[:0], false
	if in.peek() != '[' {
		if f.hash = in.id(&r.Infohash); f.hash {
			r.Hashes = append(r.Hashes, r.Infohash)
		}
		return
	}
	f.hash = false
	in.array(func() {
		var h ID
		switch {
		case !in.id(&h):
		case len(r.Hashes) == MaxHashes:
			f.tooMany = true
		default:
			r.Hashes = append(r.Hashes, h)
		}
	})
}

// description is an object with a type and an sdp, nil for an object that is no description. Without an object it is not there.
func (r *reader) description() (d []byte, there bool) {
	if r.peek() != '{' {
		r.value()
		return nil, false
	}
	from := r.i
	kind, sdp := false, false
	r.object(func(name []byte) {
		isText := r.peek() == '"'
		switch string(name) {
		case "type":
			kind = isText
		case "sdp":
			sdp = isText
		}
		r.value()
	})
	if d = r.b[from:r.i:r.i]; r.bad || !kind || !sdp || len(d) > MaxDescription {
		return nil, true
	}
	return d, true
}

func (r *Request) readOffers(in *reader, f *found) {
	r.Offers, f.badOffer = r.Offers[:0], false
	if in.peek() != '[' {
		in.value()
		return
	}
	in.array(func() {
		if in.peek() != '{' {
			in.value()
			f.badOffer = true
			return
		}
		var o Offer
		id := false
		in.object(func(name []byte) {
			switch string(name) {
			case "offer_id":
				id = in.id(&o.ID)
			case "offer":
				o.Description, _ = in.description()
			default:
				in.value()
			}
		})
		switch {
		case !id || o.Description == nil:
			f.badOffer = true
		case len(r.Offers) < MaxOffers:
			r.Offers = append(r.Offers, o)
		}
	})
}

// Parse reads what the tracker sent. Description is a slice of b.
func (m *Message) Parse(b []byte) error {
	*m = Message{}
	var f found
	err := scan(b, func(in *reader, name []byte) { m.member(in, name, &f) })
	if err != nil {
		return err
	}
	switch {
	case f.failed:
		m.Kind = Failure
	case string(f.action) != "announce" || !f.hash:
		m.Kind = Other
	case f.offer || f.answer:
		m.Kind = Offered
		if f.answer {
			m.Kind = Answer
		}
		if m.Description == nil || !f.peer || !f.offerID {
			return ErrOffer
		}
	default:
		m.Kind = Reply
	}
	return nil
}

func (m *Message) member(in *reader, name []byte, f *found) {
	switch string(name) {
	case "action":
		f.action = in.word20()
	case "info_hash":
		f.hash = in.id(&m.Infohash)
	case "peer_id":
		f.peer = in.id(&m.PeerID)
	case "offer_id":
		f.offerID = in.id(&m.OfferID)
	case "offer":
		if d, there := in.description(); there {
			m.Description, f.offer = d, true
		}
	case "answer":
		if d, there := in.description(); there {
			m.Description, f.answer = d, true
		}
	case "complete":
		m.Complete = small(in)
	case "incomplete":
		m.Incomplete = small(in)
	case "interval":
		m.Interval = small(in)
	case "failure reason":
		m.Reason, f.failed = in.reason()
	default:
		in.value()
	}
}

// small is a number of at most a million, 0 for others.
func small(r *reader) int { return int(min(max(r.whole(), 0), 1_000_000)) }

func (r *reader) reason() (string, bool) {
	if r.peek() != '"' {
		return "", !bytes.Equal(r.value(), []byte("null"))
	}
	s := r.text()
	if r.bad || len(s) > maxText {
		return "", true
	}
	return unquote(s), true
}

// SDP is the text of a description, empty when it has none.
func SDP(description []byte) string {
	var sdp string
	_ = scan(description, func(r *reader, name []byte) {
		if string(name) == "sdp" && r.peek() == '"' {
			if s := r.text(); !r.bad {
				sdp = unquote(s)
			}
			return
		}
		r.value()
	})
	return sdp
}
