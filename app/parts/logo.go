package parts

import (
	"strings"

	d "shoal/app/dom"
)

// fish is one lens-shaped fish around 0,0 looking right, 22 units long.
const fish = "M11 0C7.5-5.2 1-7-4.6-3.4L-10.4-6.4c-.9-.5-1.8.5-1.3 1.4L-9 0l-2.7 5c-.5.9.4 1.9 1.3 1.4L-4.6 3.4C1 7 7.5 5.2 11 0Z"

// school is where the seven fish swim on a grid of 64 and how large each is, the leader last.
var school = [][2]string{{"12 9", ".9"}, {"12 24.3", ".9"}, {"12 39.7", ".9"}, {"12 55", ".9"}, {"32 20", ".98"}, {"32 44", ".98"}, {"51.5 32", "1.14"}}

// Logo is seven fish that make a play sign; the leader has the accent colour.
func Logo() d.Node { return mark }

var mark = func() d.Raw {
	var b strings.Builder
	b.WriteString(`<svg class="logo" viewBox="0 0 64 64" aria-hidden="true">`)
	for i, at := range school {
		class := ""
		if i == len(school)-1 {
			class = ` class="lead"`
		}
		b.WriteString(`<path` + class + ` transform="translate(` + at[0] + `) scale(` + at[1] + `)" d="` + fish + `"/>`)
	}
	b.WriteString(`</svg>`)
	return d.Raw(b.String())
}()

// Astray is a school and one fish that went another way.
func Astray() d.Node { return astray }

var astray = func() d.Raw {
	one := func(class, place string) string {
		return `<path class="` + class + `" transform="` + place + `" d="` + fish + `"/>`
	}
	var b strings.Builder
	b.WriteString(`<svg class="lost" viewBox="0 0 200 96" aria-hidden="true">`)
	for _, at := range []string{"34 20", "34 44", "34 68", "64 32", "64 56", "94 44"} {
		b.WriteString(one("mate", "translate("+at+")"))
	}
	b.WriteString(one("lead", "translate(156 64) rotate(30) scale(1.2)"))
	b.WriteString(`<circle cx="172" cy="38" r="3"/><circle cx="180" cy="24" r="4.5"/></svg>`)
	return d.Raw(b.String())
}()
