// Package live mounts a tree of package dom in the browser through go-app, and draws it again after every event.
package live

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"shoal/app/dom"
)

// Root is the one component of the application. Its fields are unexported so that go-app's own router cannot reset them.
type Root struct {
	app.Compo
	draw  func() *dom.Element
	begun func()
	ctx   app.Context
	drawn int
	words map[string]string // of the fields that have an id
}

// NewRoot draws what draw gives. begun is called once, when the first drawing stands in the document.
func NewRoot(draw func() *dom.Element, begun func()) *Root {
	return &Root{draw: draw, begun: begun}
}

// OnMount is called by go-app.
func (r *Root) OnMount(ctx app.Context) {
	r.ctx = ctx
	r.fill()
	if r.begun != nil {
		r.begun()
	}
}

// Do runs f on the line on which everything is drawn, then draws again.
func (r *Root) Do(f func()) {
	r.ctx.Dispatch(func(app.Context) { f() })
}

// Defer runs f after the next drawing.
func (r *Root) Defer(f func()) {
	r.ctx.Defer(func(app.Context) { f() })
}

// Render is called by go-app.
func (r *Root) Render() app.UI {
	r.drawn++
	r.words = map[string]string{}
	if r.ctx != nil {
		r.ctx.Defer(func(app.Context) { r.fill() })
	}
	return r.mount(r.draw(), strconv.Itoa(r.drawn))
}

// fill gives the fields their words where these were drawn anew; what a person typed into a field that no page listens to
// stays. go-app would cut spaces off the ends of words, and set them again while a person types, which moves the caret.
func (r *Root) fill() {
	for id, words := range r.words {
		el := app.Window().GetElementByID(id)
		if !el.Truthy() {
			continue
		}
		mark := id + " " + words
		if el.Get("drawn").String() == mark {
			continue
		}
		el.Set("drawn", mark)
		if el.Get("value").String() != words {
			el.Set("value", words)
		}
	}
}

// fieldOf is the id of an element whose words fill gives, else empty.
func fieldOf(e *dom.Element) string {
	id, kind := "", "text"
	for _, a := range e.Attrs {
		switch a.Name {
		case "id":
			id = a.Value
		case "type":
			kind = a.Value
		}
	}
	switch {
	case e.Tag == "textarea":
		return id
	case e.Tag == "input" && (kind == "text" || kind == "search" || kind == "email" || kind == "password" || kind == "url"):
		return id
	}
	return ""
}

// mount makes go-app's element of ours. The round keeps listeners of one drawing from being taken for those of another:
// go-app compares functions by their code alone, and closures over different values have the same code.
func (r *Root) mount(e *dom.Element, round string) app.UI {
	field := fieldOf(e)
	if dom.Void(e.Tag) {
		el := app.ElemSelfClosing(e.Tag)
		for _, a := range e.Attrs {
			if field != "" && a.Name == "value" {
				r.words[field] = a.Value
				continue
			}
			el = el.Attr(a.Name, value(a))
		}
		for _, l := range e.Listeners {
			el = el.On(l.Event, handle(l), round)
		}
		return el
	}
	el := app.Elem(e.Tag)
	for _, a := range e.Attrs {
		if field != "" && a.Name == "value" {
			r.words[field] = a.Value
			continue
		}
		el = el.Attr(a.Name, value(a))
	}
	for _, l := range e.Listeners {
		el = el.On(l.Event, handle(l), round)
	}
	return el.Body(r.children(e, round)...)
}

// value is what go-app wants for an attribute; a flag is true.
func value(a dom.Attr) any {
	if a.Flag {
		return "true"
	}
	return a.Value
}

func (r *Root) children(e *dom.Element, round string) []app.UI {
	if len(e.Children) == 0 {
		return nil
	}
	all := make([]app.UI, 0, len(e.Children))
	for _, c := range e.Children {
		switch c := c.(type) {
		case *dom.Element:
			all = append(all, r.mount(c, round))
		case dom.Text:
			all = append(all, app.Text(string(c)))
		case dom.Raw:
			all = append(all, app.Raw(string(c)))
		}
	}
	return all
}

func handle(l dom.Listener) app.EventHandler {
	return func(ctx app.Context, e app.Event) { l.Handle(event{ctx, e}) }
}
