package dom

import "strings"

// void elements have no end tag (HTML, 13.1.2).
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true,
}

// Void tells whether the tag has no content.
func Void(tag string) bool { return void[tag] }

// Append writes the node as HTML at the end of b.
func Append(b []byte, n Node) []byte {
	if n == nil {
		return b
	}
	return n.append(b)
}

// HTML is the node as HTML.
func HTML(n Node) string { return string(Append(nil, n)) }

func (e *Element) append(b []byte) []byte {
	if e == nil {
		return b
	}
	b = append(b, '<')
	b = append(b, e.Tag...)
	content := ""
	for _, a := range e.Attrs {
		if e.Tag == "textarea" && a.Name == "value" { // HTML keeps it between the tags
			content = a.Value
			continue
		}
		b = append(b, ' ')
		b = append(b, a.Name...)
		if !a.Flag {
			b = append(b, '=', '"')
			b = Escape(b, a.Value)
			b = append(b, '"')
		}
	}
	b = append(b, '>')
	if void[e.Tag] {
		return b
	}
	if content != "" {
		b = Escape(append(b, '\n'), content) // the first line break of a textarea is dropped (HTML, 13.1.2.5)
	}
	for _, c := range e.Children {
		b = c.append(b)
	}
	b = append(b, '<', '/')
	b = append(b, e.Tag...)
	return append(b, '>')
}

func (t Text) append(b []byte) []byte { return Escape(b, string(t)) }
func (r Raw) append(b []byte) []byte  { return append(b, r...) }

func (g Group) append(b []byte) []byte {
	for _, i := range g {
		if n, ok := i.(Node); ok && n != nil {
			b = n.append(b)
		}
	}
	return b
}

// Escape writes s so that it stays text in content and in a double-quoted attribute.
func Escape(b []byte, s string) []byte {
	for {
		i := strings.IndexAny(s, `&<>"'`)
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\'':
			b = append(b, "&#39;"...)
		}
		s = s[i+1:]
	}
}
