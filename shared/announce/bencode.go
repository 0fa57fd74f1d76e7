package announce

import "strconv"

// HTTPReply is a tracker's answer over HTTP (BEP 3; peers as BEP 23 and BEP 7 pack them).
type HTTPReply struct {
	Complete, Incomplete int
	Interval             int    // seconds
	MinInterval          int    // seconds
	Peers                []byte // 4 bytes of address and 2 of port each
	Peers6               []byte // 16 bytes of address and 2 of port each
}

// Append writes the answer, its keys in order.
func (r HTTPReply) Append(b []byte) []byte {
	b = appendInt(append(b, "d8:complete"...), r.Complete)
	b = appendInt(append(b, "10:incomplete"...), r.Incomplete)
	b = appendInt(append(b, "8:interval"...), r.Interval)
	b = appendInt(append(b, "12:min interval"...), r.MinInterval)
	b = appendString(append(b, "5:peers"...), r.Peers)
	if len(r.Peers6) > 0 {
		b = appendString(append(b, "6:peers6"...), r.Peers6)
	}
	return append(b, 'e')
}

// Counts are the figures of one swarm.
type Counts struct {
	Infohash             ID
	Complete, Incomplete int
	Downloaded           int // how often someone said to have completed
}

// AppendHTTPScrape writes the answer to a scrape over HTTP (BEP 48). The swarms must be in the order of their infohashes.
func AppendHTTPScrape(b []byte, all []Counts) []byte {
	b = append(b, "d5:filesd"...)
	for _, c := range all {
		b = appendString(b, c.Infohash[:])
		b = appendInt(append(b, "d8:complete"...), c.Complete)
		b = appendInt(append(b, "10:downloaded"...), c.Downloaded)
		b = appendInt(append(b, "10:incomplete"...), c.Incomplete)
		b = append(b, 'e')
	}
	return append(b, "ee"...)
}

// AppendHTTPFailure writes a refusal over HTTP.
func AppendHTTPFailure(b []byte, reason string) []byte {
	return append(appendString(append(b, "d14:failure reason"...), []byte(reason)), 'e')
}

// AppendScrape writes the answer to a scrape over a WebSocket.
func AppendScrape(b []byte, all []Counts) []byte {
	b = append(b, `{"action":"scrape","files":{`...)
	for i, c := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendID(b, c.Infohash), ':')
		b = strconv.AppendInt(append(b, `{"complete":`...), int64(c.Complete), 10)
		b = strconv.AppendInt(append(b, `,"incomplete":`...), int64(c.Incomplete), 10)
		b = strconv.AppendInt(append(b, `,"downloaded":`...), int64(c.Downloaded), 10)
		b = append(b, '}')
	}
	return append(b, `}}`...)
}

func appendInt(b []byte, n int) []byte {
	return append(strconv.AppendInt(append(b, 'i'), int64(n), 10), 'e')
}

func appendString(b, s []byte) []byte {
	return append(append(strconv.AppendInt(b, int64(len(s)), 10), ':'), s...)
}
