package wire

import (
	"errors"
	"strconv"
)

// ErrBencode is text that is not bencoded, or not what was expected in it.
var ErrBencode = errors.New("not bencoded as expected")

const maxDepth = 16

// value is the length of the bencoded value that b begins with.
func value(b []byte, depth int) (n int, ok bool) {
	if len(b) == 0 || depth > maxDepth {
		return 0, false
	}
	switch b[0] {
	case 'i':
		_, n, ok = integer(b)
		return n, ok
	case 'l', 'd':
		return nested(b, depth)
	}
	_, n, ok = text(b)
	return n, ok
}

func nested(b []byte, depth int) (int, bool) {
	n := 1
	for n < len(b) && b[n] != 'e' {
		if b[0] == 'd' {
			_, k, ok := text(b[n:])
			if !ok {
				return 0, false
			}
			n += k
		}
		k, ok := value(b[n:], depth+1)
		if !ok {
			return 0, false
		}
		n += k
	}
	return n + 1, n < len(b)
}

// integer reads i…e.
func integer(b []byte) (i int64, n int, ok bool) {
	if len(b) == 0 || b[0] != 'i' {
		return 0, 0, false
	}
	for n = 1; n < len(b) && b[n] != 'e'; n++ {
	}
	if n == len(b) {
		return 0, 0, false
	}
	digits := string(b[1:n])
	i, err := strconv.ParseInt(digits, 10, 64)
	return i, n + 1, err == nil && strconv.FormatInt(i, 10) == digits
}

// text reads length:bytes.
func text(b []byte) (s []byte, n int, ok bool) {
	size := 0
	for n = 0; n < len(b) && '0' <= b[n] && b[n] <= '9' && n < 10; n++ {
		size = size*10 + int(b[n]-'0')
	}
	if n == 0 || n == len(b) || b[n] != ':' || n > 1 && b[0] == '0' || size > len(b)-n-1 {
		return nil, 0, false
	}
	return b[n+1 : n+1+size], n + 1 + size, true
}

// dict calls each with the keys and raw values of the dictionary that b begins with, and gives its length.
func dict(b []byte, each func(key string, raw []byte)) (n int, ok bool) {
	end, ok := value(b, 0)
	if !ok || b[0] != 'd' {
		return 0, false
	}
	for n = 1; b[n] != 'e'; {
		key, k, _ := text(b[n:])
		n += k
		k, _ = value(b[n:], 1)
		each(string(key), b[n:n+k])
		n += k
	}
	return end, true
}

// whole is the integer that raw is, -1 for anything else and for what is negative.
func whole(raw []byte) int64 {
	if i, _, ok := integer(raw); ok && i >= 0 {
		return i
	}
	return -1
}

func appendText(b []byte, s string) []byte {
	b = strconv.AppendInt(b, int64(len(s)), 10)
	b = append(b, ':')
	return append(b, s...)
}

func appendEntry(b []byte, key string, i int64) []byte {
	b = append(appendText(b, key), 'i')
	return append(strconv.AppendInt(b, i, 10), 'e')
}
