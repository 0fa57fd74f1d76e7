package announce

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// reader goes through JSON once (RFC 8259). After the first fault, bad stays set and nothing is read any more.
type reader struct {
	b     []byte
	i     int
	depth int
	bad   bool
}

// peek is the next byte that is no white space, 0 at the end or after a fault.
func (r *reader) peek() byte {
	for ; !r.bad && r.i < len(r.b); r.i++ {
		switch c := r.b[r.i]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take goes past c, if it is next.
func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.i++
	return true
}

func (r *reader) fault() { r.bad = true }

// object hands each name to member, which reads the value.
func (r *reader) object(member func(name []byte)) {
	r.list('{', '}', func() {
		name := r.text()
		if !r.take(':') {
			r.fault()
			return
		}
		if bytes.IndexByte(name, '\\') >= 0 {
			name = []byte(unquote(name))
		}
		member(name)
	})
}

// array calls element to read each value.
func (r *reader) array(element func()) { r.list('[', ']', element) }

func (r *reader) list(from, to byte, element func()) {
	if r.depth++; r.depth > maxDepth || !r.take(from) {
		r.fault()
		return
	}
	if !r.take(to) {
		element()
		for r.take(',') {
			element()
		}
		if !r.take(to) {
			r.fault()
		}
	}
	r.depth--
}

// value is any value, as it stands.
func (r *reader) value() []byte {
	c := r.peek()
	from := r.i
	switch {
	case c == '{':
		r.object(func([]byte) { r.value() })
	case c == '[':
		r.array(func() { r.value() })
	case c == '"':
		r.text()
	case c == '-' || '0' <= c && c <= '9':
		r.number()
	case c == 't':
		r.word("true")
	case c == 'f':
		r.word("false")
	case c == 'n':
		r.word("null")
	default:
		r.fault()
	}
	if r.bad {
		return nil
	}
	return r.b[from:r.i:r.i]
}

func (r *reader) word(w string) {
	if !bytes.HasPrefix(r.b[r.i:], []byte(w)) {
		r.fault()
		return
	}
	r.i += len(w)
}

// text is what stands between the quotes, its escapes checked but not taken away.
func (r *reader) text() []byte {
	if !r.take('"') {
		r.fault()
		return nil
	}
	from := r.i
	for ; r.i < len(r.b); r.i++ {
		for r.i+8 <= len(r.b) && plain(r.b[r.i:r.i+8]) {
			r.i += 8
		}
		if r.i == len(r.b) {
			break
		}
		switch c := r.b[r.i]; {
		case c == '"':
			r.i++
			return r.b[from : r.i-1]
		case c < ' ':
			r.fault()
			return nil
		case c == '\\':
			if r.i++; !r.escape() {
				r.fault()
				return nil
			}
		}
	}
	r.fault()
	return nil
}

// plain tells whether none of 8 bytes is a quote, a backslash or below a blank: all at once, since descriptions are long.
func plain(b []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	v := binary.LittleEndian.Uint64(b)
	quote, backslash := v^ones*'"', v^ones*'\\'
	return ((v-ones*' ')&^v|(quote-ones)&^quote|(backslash-ones)&^backslash)&tops == 0
}

// escape goes to the last byte of what follows a backslash.
func (r *reader) escape() bool {
	if r.i >= len(r.b) {
		return false
	}
	switch r.b[r.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		_, ok := hex4(r.b[r.i+1:])
		r.i += 4
		return ok
	}
	return false
}

func hex4(b []byte) (v rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		v = v<<4 | rune(c)
	}
	return v, true
}

// number goes past a number and gives its whole part, -1 when that is none that could be meant.
func (r *reader) number() int64 {
	negative := r.i < len(r.b) && r.b[r.i] == '-'
	if negative {
		r.i++
	}
	from := r.i
	v, digits := r.digits()
	if digits == 0 || digits > 1 && r.b[from] == '0' {
		r.fault()
		return -1
	}
	if r.i < len(r.b) && r.b[r.i] == '.' {
		r.i++
		r.someDigits()
	}
	if r.i < len(r.b) && r.b[r.i]|0x20 == 'e' {
		if r.i++; r.i < len(r.b) && (r.b[r.i] == '+' || r.b[r.i] == '-') {
			r.i++
		}
		r.someDigits()
		return -1
	}
	if negative || r.bad {
		return -1
	}
	return v
}

const mostNumber = 1 << 53 // whole numbers are exact in JavaScript up to here

func (r *reader) digits() (v int64, n int) {
	for ; r.i < len(r.b) && '0' <= r.b[r.i] && r.b[r.i] <= '9'; r.i++ {
		n++
		v = min(v*10+int64(r.b[r.i]-'0'), mostNumber)
	}
	return v, n
}

func (r *reader) someDigits() {
	if _, n := r.digits(); n == 0 {
		r.fault()
	}
}

// whole is a number that is not negative, or -1 for any other value.
func (r *reader) whole() int64 {
	if c := r.peek(); '0' <= c && c <= '9' {
		return r.number()
	}
	r.value()
	return -1
}

// id reads 20 code points of one byte each; any other value is passed over and not ok.
func (r *reader) id(to *ID) bool {
	if r.peek() != '"' {
		r.value()
		return false
	}
	s := r.text()
	n := 0
	for len(s) > 0 {
		c, size := codePoint(s)
		if c > 0xff || n == len(to) {
			return false
		}
		to[n] = byte(c)
		n++
		s = s[size:]
	}
	return n == len(to)
}

// codePoint is the first code unit of a checked text and how long it is there. Surrogates come one by one.
func codePoint(s []byte) (c rune, size int) {
	if s[0] != '\\' {
		if s[0] < utf8.RuneSelf {
			return rune(s[0]), 1
		}
		return utf8.DecodeRune(s)
	}
	switch s[1] {
	case 'u':
		c, _ = hex4(s[2:])
		return c, 6
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	}
	return rune(s[1]), 2
}

// unquote takes the escapes of a checked text away.
func unquote(s []byte) string {
	out := make([]byte, 0, len(s))
	for len(s) > 0 {
		c, size := codePoint(s)
		s = s[size:]
		if 0xd800 <= c && c < 0xdc00 && len(s) >= 6 && s[0] == '\\' && s[1] == 'u' {
			if low, _ := hex4(s[2:]); 0xdc00 <= low && low < 0xe000 {
				c = (c-0xd800)<<10 | (low - 0xdc00) + 0x10000
				s = s[6:]
			}
		}
		out = utf8.AppendRune(out, c) // a lone surrogate becomes U+FFFD
	}
	return string(out)
}

// whole message: checks the size and the letters, then reads one object and nothing after it.
func scan(b []byte, member func(r *reader, name []byte)) error {
	if len(b) > MaxMessage {
		return ErrLong
	}
	if !utf8.Valid(b) {
		return ErrJSON
	}
	r := &reader{b: b}
	r.object(func(name []byte) { member(r, name) })
	if r.bad || r.peek() != 0 || r.i != len(b) {
		return ErrJSON
	}
	return nil
}
