package httpsig

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// The part of structured fields (RFC 8941) that signatures need: dictionaries of items and of lists of items.

type token string

type param struct {
	key   string
	value any // string, token, int64, bool, []byte
}

type item struct {
	value  any
	params []param
}

type member struct {
	key    string
	value  any // as of param, or []item
	params []param
}

type reader struct {
	s string
	i int
}

func (r *reader) peek() byte {
	if r.i < len(r.s) {
		return r.s[r.i]
	}
	return 0
}

func (r *reader) skip(chars string) {
	for r.i < len(r.s) && strings.IndexByte(chars, r.s[r.i]) >= 0 {
		r.i++
	}
}

func (r *reader) fail() error { return refuse(Malformed, "structured field, at byte %d", r.i) }

func parseDict(s string) ([]member, error) {
	if len(s) > maxHeader {
		return nil, refuse(Malformed, "a header of %d bytes", len(s))
	}
	r := &reader{s: strings.Trim(s, " ")}
	var out []member
	for r.i < len(r.s) {
		m, err := r.member()
		if err != nil {
			return nil, err
		}
		for _, other := range out {
			if other.key == m.key {
				return nil, refuse(Malformed, "%s is said twice", m.key)
			}
		}
		out = append(out, m)
		r.skip(" \t")
		if r.i == len(r.s) {
			return out, nil
		}
		if r.peek() != ',' {
			return nil, r.fail()
		}
		r.i++
		r.skip(" \t")
		if r.i == len(r.s) {
			return nil, r.fail() // a comma at the end
		}
	}
	return out, nil
}

func (r *reader) member() (m member, err error) {
	if m.key, err = r.key(); err != nil {
		return m, err
	}
	m.value = true
	if r.peek() == '=' {
		r.i++
		if r.peek() == '(' {
			m.value, err = r.list()
		} else {
			m.value, err = r.bare()
		}
		if err != nil {
			return m, err
		}
	}
	m.params, err = r.params()
	return m, err
}

func (r *reader) list() ([]item, error) {
	r.i++ // (
	out := []item{}
	for {
		r.skip(" ")
		if r.peek() == ')' {
			r.i++
			return out, nil
		}
		v, err := r.bare()
		if err != nil {
			return nil, err
		}
		p, err := r.params()
		if err != nil {
			return nil, err
		}
		out = append(out, item{v, p})
		if c := r.peek(); c != ' ' && c != ')' {
			return nil, r.fail()
		}
		if len(out) > maxComponents {
			return nil, refuse(Malformed, "more than %d components", maxComponents)
		}
	}
}

func (r *reader) params() ([]param, error) {
	var out []param
	for r.peek() == ';' {
		r.i++
		r.skip(" ")
		k, err := r.key()
		if err != nil {
			return nil, err
		}
		p := param{k, true}
		if r.peek() == '=' {
			r.i++
			if p.value, err = r.bare(); err != nil {
				return nil, err
			}
		}
		for _, other := range out {
			if other.key == k {
				return nil, refuse(Malformed, "%s is said twice", k)
			}
		}
		out = append(out, p)
	}
	return out, nil
}

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
)

func (r *reader) key() (string, error) {
	start := r.i
	if c := r.peek(); c != '*' && strings.IndexByte(lower, c) < 0 {
		return "", r.fail()
	}
	r.skip(lower + digits + "_-.*")
	return r.s[start:r.i], nil
}

func (r *reader) bare() (any, error) {
	switch c := r.peek(); {
	case c == '"':
		return r.string()
	case c == ':':
		return r.bytes()
	case c == '?':
		return r.bool()
	case c == '-' || '0' <= c && c <= '9':
		return r.int()
	case c == '*' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
		start := r.i
		r.skip(lower + strings.ToUpper(lower) + digits + "!#$%&'*+-.^_`|~:/")
		return token(r.s[start:r.i]), nil
	}
	return nil, r.fail()
}

func (r *reader) string() (any, error) {
	var b strings.Builder
	for r.i++; r.i < len(r.s); r.i++ {
		switch c := r.s[r.i]; {
		case c == '"':
			r.i++
			return b.String(), nil
		case c == '\\':
			r.i++
			if n := r.peek(); n != '"' && n != '\\' {
				return nil, r.fail()
			}
			b.WriteByte(r.s[r.i])
		case c < ' ' || c > '~':
			return nil, r.fail()
		default:
			b.WriteByte(c)
		}
	}
	return nil, r.fail()
}

func (r *reader) bytes() (any, error) {
	text, _, found := strings.Cut(r.s[r.i+1:], ":")
	b, err := base64.StdEncoding.DecodeString(text)
	if !found || err != nil {
		return nil, r.fail()
	}
	r.i += len(text) + 2
	return b, nil
}

func (r *reader) bool() (any, error) {
	r.i++
	c := r.peek()
	if c != '0' && c != '1' {
		return nil, r.fail()
	}
	r.i++
	return c == '1', nil
}

func (r *reader) int() (any, error) {
	start := r.i
	r.i++
	r.skip(digits)
	n, err := strconv.ParseInt(r.s[start:r.i], 10, 64)
	if err != nil || r.i-start > 16 || r.peek() == '.' { // at most 15 digits; decimals mean nothing here
		return nil, r.fail()
	}
	return n, nil
}

// write is the canonical form, which the signature is made over.
func write(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		b.WriteByte('"')
		for _, c := range []byte(v) {
			if c == '"' || c == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		}
		b.WriteByte('"')
	case token:
		b.WriteString(string(v))
	case int64:
		b.WriteString(strconv.FormatInt(v, 10))
	case bool:
		b.WriteString(map[bool]string{true: "?1", false: "?0"}[v])
	case []byte:
		b.WriteString(":" + base64.StdEncoding.EncodeToString(v) + ":")
	case []item:
		b.WriteByte('(')
		for i, it := range v {
			if i > 0 {
				b.WriteByte(' ')
			}
			write(b, it.value)
			writeParams(b, it.params)
		}
		b.WriteByte(')')
	}
}

func writeParams(b *strings.Builder, params []param) {
	for _, p := range params {
		b.WriteString(";" + p.key)
		if p.value != true {
			b.WriteByte('=')
			write(b, p.value)
		}
	}
}
