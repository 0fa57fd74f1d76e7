package fmp4

// nals looks for an IDR slice among the NAL units of one sample, as its bytes come by.
type nals struct {
	skip int64 // bytes before the sample, or left of the unit at hand
	left int64 // bytes of the sample that are not skipped
	size int   // bytes of a unit's length
	head []byte
}

// see tells whether the search is over, and whether the sample is an IDR picture.
func (n *nals) see(p []byte) (over, idr bool) {
	const slice, first, kind = 1, 5, 0x1f
	for len(p) > 0 && (n.skip > 0 || n.left > 0) {
		if n.skip > 0 {
			k := min(n.skip, int64(len(p)))
			n.skip -= k
			p = p[k:]
			continue
		}
		n.head = append(n.head, p[0])
		p = p[1:]
		n.left--
		if len(n.head) <= n.size {
			continue
		}
		if k := n.head[n.size] & kind; k == first || k == slice {
			return true, k == first
		}
		var length int64
		for _, b := range n.head[:n.size] {
			length = length<<8 | int64(b)
		}
		n.head = n.head[:0]
		n.skip = max(length-1, 0)
		n.left -= n.skip
	}
	return n.left <= 0, false
}
