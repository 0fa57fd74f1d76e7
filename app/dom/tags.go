package dom

import "strconv"

// The tags that pages use most.
func A(i ...Item) *Element        { return El("a", i...) }
func Article(i ...Item) *Element  { return El("article", i...) }
func Aside(i ...Item) *Element    { return El("aside", i...) }
func Button(i ...Item) *Element   { return El("button", i...) }
func Details(i ...Item) *Element  { return El("details", i...) }
func Div(i ...Item) *Element      { return El("div", i...) }
func Fieldset(i ...Item) *Element { return El("fieldset", i...) }
func Footer(i ...Item) *Element   { return El("footer", i...) }
func Form(i ...Item) *Element     { return El("form", i...) }
func H1(i ...Item) *Element       { return El("h1", i...) }
func H2(i ...Item) *Element       { return El("h2", i...) }
func H3(i ...Item) *Element       { return El("h3", i...) }
func Header(i ...Item) *Element   { return El("header", i...) }
func Img(i ...Item) *Element      { return El("img", i...) }
func Input(i ...Item) *Element    { return El("input", i...) }
func Label(i ...Item) *Element    { return El("label", i...) }
func Li(i ...Item) *Element       { return El("li", i...) }
func Main(i ...Item) *Element     { return El("main", i...) }
func Nav(i ...Item) *Element      { return El("nav", i...) }
func Ol(i ...Item) *Element       { return El("ol", i...) }
func P(i ...Item) *Element        { return El("p", i...) }
func Section(i ...Item) *Element  { return El("section", i...) }
func Select(i ...Item) *Element   { return El("select", i...) }
func Span(i ...Item) *Element     { return El("span", i...) }
func Strong(i ...Item) *Element   { return El("strong", i...) }
func Summary(i ...Item) *Element  { return El("summary", i...) }
func Ul(i ...Item) *Element       { return El("ul", i...) }

// At is an attribute with a value.
func At(name, value string) Attr { return Attr{Name: name, Value: value} }

// Num is an attribute with a number.
func Num(name string, n int) Attr { return Attr{Name: name, Value: strconv.Itoa(n)} }

// Flag is an attribute without value that is there when on is true.
func Flag(name string, on bool) Item {
	if !on {
		return nil
	}
	return Attr{Name: name, Flag: true}
}

// The attributes that pages use most.
func Class(v string) Attr   { return At("class", v) }
func ID(v string) Attr      { return At("id", v) }
func Href(v string) Attr    { return At("href", v) }
func Src(v string) Attr     { return At("src", v) }
func Type(v string) Attr    { return At("type", v) }
func Name(v string) Attr    { return At("name", v) }
func Role(v string) Attr    { return At("role", v) }
func Style(v string) Attr   { return At("style", v) }
func Title(v string) Attr   { return At("title", v) }
func Lang(v string) Attr    { return At("lang", v) }
func Test(v string) Attr    { return At("data-test", v) }
func Data(k, v string) Attr { return At("data-"+k, v) }

// Aria is an aria- attribute.
func Aria(k, v string) Attr { return At("aria-"+k, v) }

// Hidden hides an ornament from screen readers.
func Hidden() Attr { return At("aria-hidden", "true") }

// On listens to an event.
func On(event string, f func(Event)) Item {
	if f == nil {
		return nil
	}
	return Listener{Event: event, Handle: f}
}
