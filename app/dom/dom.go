// Package dom is a page as a tree of plain values, which the server writes as HTML and the browser mounts through go-app.
//
// It stands between the pages and go-app because go-app 9 writes attribute values with Go quoting, not HTML escaping,
// drops ="true" (which ARIA needs) and orders attributes at random.
package dom

// Item is what an element is made of: an attribute, a listener or a child.
type Item interface{ add(*Element) }

// Node is an Item that stands in the tree: *Element, Text, Raw or Group.
type Node interface {
	Item
	append(b []byte) []byte
}

// Element is a tag with its attributes, listeners and children.
type Element struct {
	Tag       string
	Attrs     []Attr
	Listeners []Listener
	Children  []Node
}

// Attr is an attribute. A Flag has no value: it is there or not.
type Attr struct {
	Name, Value string
	Flag        bool
}

// Text is a run of characters, escaped when written.
type Text string

// Raw is trusted markup with one root, such as an icon. Never put a person's words in it.
type Raw string

// Group is several items in a row.
type Group []Item

// Listener calls Handle when the event happens on the element.
type Listener struct {
	Event  string
	Handle func(Event)
}

// Event is what happened, seen from the element that listens.
type Event interface {
	Value() string      // of the field
	Checked() bool      // of the box
	Key() string        // of the keyboard, as in KeyboardEvent.key
	Prevent()           // keeps the browser from its own answer
	Files() []File      // picked in the field, or dropped
	Data(string) string // data-* of the element, by its name without "data-"
}

// File is a file the person picked; only the browser knows what stands behind Handle.
type File struct {
	Name     string
	Type     string
	Size     int64 // bytes
	Modified int64 // milliseconds since 1970
	Handle   any
}

// El makes an element.
func El(tag string, items ...Item) *Element {
	e := &Element{Tag: tag}
	attrs, children := 0, 0
	for _, i := range items {
		switch i.(type) {
		case nil:
		case Attr:
			attrs++
		default:
			children++
		}
	}
	e.Attrs, e.Children = make([]Attr, 0, attrs), make([]Node, 0, children)
	for _, i := range items {
		if i != nil {
			i.add(e)
		}
	}
	return e
}

// If gives the item only when on is true.
func If(on bool, i Item) Item {
	if on {
		return i
	}
	return nil
}

// When is If for an item that is costly or impossible to make otherwise.
func When(on bool, f func() Item) Item {
	if on {
		return f()
	}
	return nil
}

// Each makes one item of every value.
func Each[T any](values []T, f func(T) Node) Group {
	g := make(Group, len(values))
	for i, v := range values {
		g[i] = f(v)
	}
	return g
}

func (e *Element) add(p *Element) {
	if e != nil {
		p.Children = append(p.Children, e)
	}
}

// add sets the attribute; a class is added to those that are there already.
func (a Attr) add(p *Element) {
	for i := range p.Attrs {
		if old := &p.Attrs[i]; old.Name == a.Name {
			if a.Name == "class" {
				a.Value = old.Value + " " + a.Value
			}
			*old = a
			return
		}
	}
	p.Attrs = append(p.Attrs, a)
}

func (l Listener) add(p *Element) { p.Listeners = append(p.Listeners, l) }
func (r Raw) add(p *Element)      { p.Children = append(p.Children, r) }

func (t Text) add(p *Element) {
	if t != "" {
		p.Children = append(p.Children, t)
	}
}

func (g Group) add(p *Element) {
	for _, i := range g {
		if i != nil {
			i.add(p)
		}
	}
}
