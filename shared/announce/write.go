package announce

import (
	"strconv"
	"unicode/utf8"
)

// Append writes the request as the web's clients do.
func (r *Request) Append(b []byte) []byte {
	if r.Kind == Scrape {
		b = append(b, `{"action":"scrape","info_hash":[`...)
		for i, h := range r.Hashes {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendID(b, h)
		}
		return append(b, `]}`...)
	}
	b = append(b, `{"action":"announce","info_hash":`...)
	b = appendID(b, r.Infohash)
	b = appendID(append(b, `,"peer_id":`...), r.PeerID)
	if r.Kind == Answer {
		b = appendID(append(b, `,"to_peer_id":`...), r.To)
		b = appendID(append(b, `,"offer_id":`...), r.OfferID)
		b = append(append(b, `,"answer":`...), r.Answer...)
		return append(b, '}')
	}
	if r.Event != "" {
		b = appendText(append(b, `,"event":`...), r.Event)
	}
	b = strconv.AppendInt(append(b, `,"uploaded":`...), r.Uploaded, 10)
	b = strconv.AppendInt(append(b, `,"downloaded":`...), r.Downloaded, 10)
	if r.Left >= 0 {
		b = strconv.AppendInt(append(b, `,"left":`...), r.Left, 10)
	}
	return append(appendOffers(b, r.Offers), '}')
}

func appendOffers(b []byte, offers []Offer) []byte {
	b = strconv.AppendInt(append(b, `,"numwant":`...), int64(len(offers)), 10)
	if len(offers) == 0 {
		return b
	}
	b = append(b, `,"offers":[`...)
	for i, o := range offers {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendID(append(b, `{"offer_id":`...), o.ID)
		b = append(append(b, `,"offer":`...), o.Description...)
		b = append(b, '}')
	}
	return append(b, ']')
}

// Append writes the message as the web's trackers do.
func (m *Message) Append(b []byte) []byte {
	if m.Kind == Failure {
		b = append(b, '{')
		if m.Infohash != (ID{}) {
			b = append(appendID(append(b, `"action":"announce","info_hash":`...), m.Infohash), ',')
		}
		return append(appendText(append(b, `"failure reason":`...), m.Reason), '}')
	}
	b = appendID(append(b, `{"action":"announce","info_hash":`...), m.Infohash)
	if m.Kind == Reply {
		b = strconv.AppendInt(append(b, `,"complete":`...), int64(m.Complete), 10)
		b = strconv.AppendInt(append(b, `,"incomplete":`...), int64(m.Incomplete), 10)
		b = strconv.AppendInt(append(b, `,"interval":`...), int64(m.Interval), 10)
		return append(b, '}')
	}
	b = appendID(append(b, `,"peer_id":`...), m.PeerID)
	b = appendID(append(b, `,"offer_id":`...), m.OfferID)
	name := `,"offer":`
	if m.Kind == Answer {
		name = `,"answer":`
	}
	return append(append(append(b, name...), m.Description...), '}')
}

// Description is the JSON of a session description; kind is offer or answer.
func Description(kind, sdp string) []byte {
	b := appendText(append(make([]byte, 0, len(sdp)+len(sdp)/8+40), `{"type":`...), kind)
	return append(appendText(append(b, `,"sdp":`...), sdp), '}')
}

func appendID(b []byte, id ID) []byte {
	b = append(b, '"')
	for _, c := range id {
		b = appendCodePoint(b, rune(c))
	}
	return append(b, '"')
}

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range s {
		b = appendCodePoint(b, c)
	}
	return append(b, '"')
}

const digits = "0123456789abcdef"

func appendCodePoint(b []byte, c rune) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', byte(c))
	case c == '\n':
		return append(b, '\\', 'n')
	case c == '\r':
		return append(b, '\\', 'r')
	case c < ' ':
		return append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
	case c < utf8.RuneSelf:
		return append(b, byte(c))
	}
	return utf8.AppendRune(b, c)
}
