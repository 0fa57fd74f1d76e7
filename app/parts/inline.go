package parts

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	d "shoal/app/dom"
)

// inline draws emphasis, code, links and times within a line; deeper than four levels it stays text.
func (r Reading) inline(s string, depth int) d.Group {
	var out d.Group
	text := 0 // start of what is not drawn yet
	flush := func(to int) {
		if to > text {
			out = append(out, d.Text(s[text:to]))
		}
	}
	for i := 0; i < len(s); {
		node, n := r.piece(s, i, depth)
		if n == 0 {
			i++
			continue
		}
		flush(i)
		out = append(out, node)
		i += n
		text = i
	}
	flush(len(s))
	return out
}

// piece draws what begins at s[i] and tells its length, 0 when it is plain text.
func (r Reading) piece(s string, i, depth int) (d.Item, int) {
	rest := s[i:]
	switch c := rest[0]; {
	case c == '\\' && len(rest) > 1 && strings.IndexByte("\\`*_{}[]()#+-.!>~", rest[1]) >= 0:
		return d.Text(rest[1:2]), 2
	case c == '`':
		if j := strings.IndexByte(rest[1:], '`'); j > 0 {
			return d.El("code", d.Text(rest[1:1+j])), j + 2
		}
	case (c == '*' || c == '_') && depth < 4:
		return r.emphasis(s, i, depth)
	case c == '[' && depth < 4:
		return r.link(rest, depth)
	case (c == 'h' || c == 'H') && startsWord(s, i):
		return bare(rest)
	case c >= '0' && c <= '9' && startsWord(s, i):
		return r.time(rest)
	}
	return nil, 0
}

func startsWord(s string, i int) bool {
	prev, _ := utf8.DecodeLastRuneInString(s[:i])
	return i == 0 || !unicode.IsLetter(prev) && !unicode.IsDigit(prev) && prev != ':' && prev != '/' && prev != '.'
}

func (r Reading) emphasis(s string, i, depth int) (d.Item, int) {
	rest := s[i:]
	mark, tag := rest[:1], "em"
	if strings.HasPrefix(rest, "**") || strings.HasPrefix(rest, "__") {
		mark, tag = rest[:2], "strong"
	}
	if mark[0] == '_' && !startsWord(s, i) {
		return nil, 0
	}
	j := strings.Index(rest[len(mark):], mark)
	if j <= 0 {
		return nil, 0
	}
	inner := rest[len(mark) : len(mark)+j]
	if strings.TrimSpace(inner) != inner {
		return nil, 0
	}
	return d.El(tag, r.inline(inner, depth+1)), j + 2*len(mark)
}

func (r Reading) link(rest string, depth int) (d.Item, int) {
	shut := strings.Index(rest, "](")
	if shut < 1 {
		return nil, 0
	}
	end := strings.IndexByte(rest[shut:], ')')
	if end < 0 || strings.IndexByte(rest[1:shut], '[') >= 0 {
		return nil, 0
	}
	to, _, _ := strings.Cut(rest[shut+2:shut+end], " ")
	if !safe(to) {
		return nil, 0
	}
	return outside(to, r.inline(rest[1:shut], 4)), shut + end + 1
}

// safe allows addresses that cannot run anything.
func safe(to string) bool {
	u, err := url.Parse(to)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return true
	case "":
		return u.Host == "" && strings.HasPrefix(u.Path, "/")
	}
	return false
}

func outside(to string, words d.Item) d.Node {
	return d.A(d.Href(to), d.At("rel", "ugc noopener nofollow"), d.If(!strings.HasPrefix(to, "/"), d.At("target", "_blank")), words)
}

// bare makes a link of an address that stands in the text.
func bare(rest string) (d.Item, int) {
	if l := strings.ToLower(rest[:min(8, len(rest))]); !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") {
		return nil, 0
	}
	end := strings.IndexFunc(rest, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune("<>\"`", c) })
	if end < 0 {
		end = len(rest)
	}
	to := strings.TrimRight(rest[:end], ".,;:!?'*_")
	if strings.HasSuffix(to, ")") && !strings.Contains(to, "(") {
		to = to[:len(to)-1]
	}
	if !safe(to) {
		return nil, 0
	}
	return outside(to, d.Text(to)), len(to)
}

// time makes 1:05 and 1:02:03 jump there.
func (r Reading) time(rest string) (d.Item, int) {
	if r.Path == "" {
		return nil, 0
	}
	n := strings.IndexFunc(rest, func(c rune) bool { return c != ':' && (c < '0' || c > '9') })
	if n < 0 {
		n = len(rest)
	}
	at, ok := clock(rest[:n])
	if !ok || n < len(rest) && (unicode.IsLetter(rune(rest[n])) || rest[n] == '/') {
		return nil, 0
	}
	var press func(d.Event)
	if r.Seek != nil {
		press = func(e d.Event) { e.Prevent(); r.Seek(at) }
	}
	return d.A(d.Class("moment"), d.Href(r.Path+"?start="+strconv.Itoa(at)), d.On("click", press), d.Text(rest[:n])), n
}

func clock(s string) (int, bool) {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	sum := 0
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || i > 0 && (len(p) != 2 || v > 59) || len(p) > 3 {
			return 0, false
		}
		sum = sum*60 + v
	}
	return sum, true
}
