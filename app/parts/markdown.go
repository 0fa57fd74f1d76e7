package parts

import (
	"strings"

	d "shoal/app/dom"
)

// Reading is what links inside of a text need.
type Reading struct {
	Path string    // page of the video that times in the text point into; empty for none
	Seek func(int) // jumps there without leaving, nil where links do the work
}

// Markdown draws the part of CommonMark that people use in descriptions as nodes, never as markup of their own:
// paragraphs, lists, quotes, headings (as bold lines), code, emphasis, links, and times such as 1:05.
func Markdown(text string, r Reading) d.Node {
	var out d.Group
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for len(lines) > 0 {
		var block d.Item
		block, lines = r.block(lines)
		if block != nil {
			out = append(out, block)
		}
	}
	return out
}

func (r Reading) block(lines []string) (d.Item, []string) {
	line := strings.TrimSpace(lines[0])
	switch {
	case line == "":
		return nil, lines[1:]
	case strings.HasPrefix(line, "```"):
		return fence(lines)
	case title(line) != "":
		return d.P(d.Strong(r.inline(title(line), 0))), lines[1:]
	case strings.HasPrefix(line, ">"):
		return r.quote(lines)
	case bullet(line) != "" || number(line) != "":
		return r.list(lines)
	case len(line) >= 3 && (strings.Trim(line, "-") == "" || strings.Trim(line, "*") == "" || strings.Trim(line, "_") == ""):
		return d.El("hr"), lines[1:]
	}
	return r.paragraph(lines)
}

func title(line string) string {
	rest := strings.TrimLeft(line, "#")
	if n := len(line) - len(rest); n == 0 || n > 6 || !strings.HasPrefix(rest, " ") {
		return ""
	}
	return strings.TrimSpace(strings.TrimRight(rest, "# "))
}

func bullet(line string) string {
	if len(line) > 2 && strings.ContainsRune("-*+", rune(line[0])) && line[1] == ' ' {
		return strings.TrimSpace(line[2:])
	}
	return ""
}

func number(line string) string {
	i := 0
	for i < len(line) && i < 9 && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	if i == 0 || i+2 >= len(line) || line[i] != '.' && line[i] != ')' || line[i+1] != ' ' {
		return ""
	}
	return strings.TrimSpace(line[i+2:])
}

func fence(lines []string) (d.Item, []string) {
	for i := 1; i < len(lines); i++ {
		if strings.HasPrefix(strings.TrimSpace(lines[i]), "```") {
			return d.El("pre", d.El("code", d.Text(strings.Join(lines[1:i], "\n")))), lines[i+1:]
		}
	}
	return d.El("pre", d.El("code", d.Text(strings.Join(lines[1:], "\n")))), nil
}

func (r Reading) quote(lines []string) (d.Item, []string) {
	var inner d.Group
	i := 0
	for ; i < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[i]), ">"); i++ {
		if i > 0 {
			inner = append(inner, d.El("br"))
		}
		inner = append(inner, r.inline(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines[i]), ">")), 0))
	}
	return d.El("blockquote", d.P(inner)), lines[i:]
}

func (r Reading) list(lines []string) (d.Item, []string) {
	item, tag := bullet, "ul"
	if number(strings.TrimSpace(lines[0])) != "" {
		item, tag = number, "ol"
	}
	list := d.El(tag)
	i := 0
	for ; i < len(lines); i++ {
		words := item(strings.TrimSpace(lines[i]))
		if words == "" {
			break
		}
		list.Children = append(list.Children, d.Li(r.inline(words, 0)))
	}
	return list, lines[i:]
}

func (r Reading) paragraph(lines []string) (d.Item, []string) {
	var inner d.Group
	i := 0
	for ; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if line == "" || i > 0 && (title(line) != "" || bullet(line) != "" || strings.HasPrefix(line, ">") || strings.HasPrefix(line, "```")) {
			break
		}
		if i > 0 {
			inner = append(inner, d.El("br"))
		}
		inner = append(inner, r.inline(line, 0))
	}
	return d.P(inner), lines[i:]
}
