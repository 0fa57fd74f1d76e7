package mail

import (
	"fmt"
	"html"
	"maps"
	"strings"
)

// Look is how all letters of a platform look.
type Look struct {
	Site      string // its name
	URL       string
	Prefix    string // of every subject
	Signature string // at the end of every letter
}

// written is a letter in words.
type written struct{ subject, plain, html string }

func write(l Letter, look Look) (written, error) {
	body := word(l.Language, l.About+".body")
	if body == "" {
		return written{}, fmt.Errorf("there are no words for a letter %q", l.About)
	}
	fields := maps.Clone(l.Fields)
	if fields == nil {
		fields = map[string]string{}
	}
	fields["site"], fields["url"] = look.Site, look.URL
	subject := oneLine(look.Prefix + fill(word(l.Language, l.About+".subject"), fields))
	parts := []string{fill(greeting(l), fields), fill(body, fields)}
	if extra := word(l.Language, l.About+".answer"); extra != "" && fields["answer"] != "" {
		parts = append(parts, fill(extra, fields))
	}
	closing := fill(word(l.Language, "closing"), fields)
	if look.Signature != "" {
		closing = look.Signature
	}
	plain := strings.Join(append(parts, "-- \n"+closing), "\n\n") + "\n"
	return written{subject, plain, page(l.Language, append(parts, closing))}, nil
}

func greeting(l Letter) string {
	if l.Fields["name"] == "" || l.About == "contact" {
		return word(l.Language, "greeting.plain")
	}
	return word(l.Language, "greeting")
}

// oneLine keeps text from becoming a header of its own.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// page is the letter as HTML: paragraphs, and links where a line is nothing but an address.
func page(language string, parts []string) string {
	if language == "" {
		language = "en"
	}
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="` + html.EscapeString(language) + `"><body style="font-family:sans-serif;line-height:1.5;max-width:36em">`)
	for _, part := range parts {
		for p := range strings.SplitSeq(part, "\n\n") {
			b.WriteString("<p>" + paragraph(p) + "</p>")
		}
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

func paragraph(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		safe := html.EscapeString(l)
		if (strings.HasPrefix(l, "https://") || strings.HasPrefix(l, "http://")) && !strings.ContainsAny(l, " \t") {
			safe = `<a href="` + safe + `">` + safe + "</a>"
		}
		lines[i] = safe
	}
	return strings.Join(lines, "<br>")
}
