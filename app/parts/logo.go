package parts

import (
	"strings"

	"shoal/app/dom"
)

// fish is one lens-shaped fish around 0,0 looking right, 19 units long.
const fish = "M9 0C5-5-2-5.4-6.2-1.2L-10-4v8l3.8-2.8C-2 5.4 5 5 9 0Z"

// school is where the seven fish swim on a grid of 64, the leader last.
var school = []string{"14 9", "14 24", "14 40", "14 55", "33 21", "33 43", "53 32"}

// Logo is seven fish that make a play sign; the leader has the accent colour.
func Logo() dom.Node { return mark }

var mark = func() dom.Raw {
	var b strings.Builder
	b.WriteString(`<svg class="logo" viewBox="0 0 64 64" aria-hidden="true">`)
	for i, at := range school {
		class := ""
		if i == len(school)-1 {
			class = ` class="lead"`
		}
		b.WriteString(`<path` + class + ` transform="translate(` + at + `)" d="` + fish + `"/>`)
	}
	b.WriteString(`</svg>`)
	return dom.Raw(b.String())
}()
