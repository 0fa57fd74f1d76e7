package upload

import (
	"strconv"
	"strings"

	"shoal/server/fail"
)

// Range is a Content-Range header (RFC 9110 §14.4): the bytes From up to and including To of Total.
type Range struct {
	From, To int64
	Total    int64 // -1 when not told
	Ask      bool  // "*": nothing is sent, only asked what has arrived
}

// Size is how many bytes are sent.
func (r Range) Size() int64 {
	if r.Ask {
		return 0
	}
	return r.To - r.From + 1
}

// ParseRange reads a Content-Range header.
func ParseRange(s string) (Range, error) {
	bad := fail.Field("content-range", "Should be such as bytes 0-99/1000, or bytes */1000.")
	unit, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	span, total, ok := strings.Cut(strings.TrimSpace(rest), "/")
	if !strings.EqualFold(unit, "bytes") || !ok {
		return Range{}, bad
	}
	r := Range{Total: -1}
	if total != "*" {
		if r.Total, ok = digits(total); !ok {
			return Range{}, bad
		}
	}
	if span == "*" {
		r.Ask = true
		return r, nil
	}
	from, to, _ := strings.Cut(span, "-")
	var ok2 bool
	r.From, ok = digits(from)
	r.To, ok2 = digits(to)
	if !ok || !ok2 || r.From > r.To || r.Total >= 0 && r.To >= r.Total {
		return Range{}, bad
	}
	return r, nil
}

// digits reads a decimal without sign, of at most 18 digits.
func digits(s string) (int64, bool) {
	if s == "" || len(s) > 18 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
