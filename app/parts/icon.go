package parts

import (
	_ "embed"
	"strings"

	"shoal/app/dom"
)

// The outlines are Phosphor 2.1.1 (MIT), on a grid of 256: a name and a path on each line.
//
//go:embed icons.txt
var outlines string

var icons = func() map[string]dom.Raw {
	all := map[string]dom.Raw{}
	for line := range strings.Lines(outlines) {
		name, path, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok {
			all[name] = dom.Raw(`<svg class="icon` + turns(name) + `" viewBox="0 0 256 256" aria-hidden="true"><path d="` + path + `"/></svg>`)
		}
	}
	return all
}()

// turns marks icons that point along the line of reading, which mirror in right-to-left languages.
func turns(name string) string {
	switch name {
	case "caret-left", "caret-right", "arrow-left", "sign-in", "sign-out", "list", "trend-up":
		return " turns"
	}
	return ""
}

// Icon is an ornament; what it means stands in words beside it or in the label of its button.
func Icon(name string) dom.Node {
	i, ok := icons[name]
	if !ok {
		panic("parts: no icon " + name)
	}
	return i
}
