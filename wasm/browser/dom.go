//go:build js

package browser

import "syscall/js"

// Value is anything of JavaScript.
type Value = js.Value

// Window, Document and Body of the page.
var (
	Window   = js.Global()
	Document = js.Global().Get("document")
)

// Body is the page's body.
func Body() Value { return Document.Get("body") }

// ByID finds an element; the result is Nil when there is none.
func ByID(id string) Value { return Document.Call("getElementById", id) }

// Find is the first element below root that matches the selector.
func Find(root Value, selector string) Value { return root.Call("querySelector", selector) }

// Null is no object.
func Null() Value { return js.Null() }

// Nothing is undefined.
func Nothing() Value { return js.Undefined() }

// ValueOf gives a Go value to JavaScript.
func ValueOf(v any) Value { return js.ValueOf(v) }

// Nil tells whether v is null or undefined.
func Nil(v Value) bool { return v.IsNull() || v.IsUndefined() }

// Make creates an element. attrs are pairs of names and values.
func Make(tag string, attrs ...string) Value {
	return dress(Document.Call("createElement", tag), attrs)
}

// MakeSVG creates an element of a drawing.
func MakeSVG(tag string, attrs ...string) Value {
	return dress(Document.Call("createElementNS", "http://www.w3.org/2000/svg", tag), attrs)
}

func dress(el Value, attrs []string) Value {
	for i := 0; i+1 < len(attrs); i += 2 {
		el.Call("setAttribute", attrs[i], attrs[i+1])
	}
	return el
}

// Append puts children behind what is in el and gives el back.
func Append(el Value, children ...Value) Value {
	for _, c := range children {
		el.Call("appendChild", c)
	}
	return el
}

// SetText replaces what is in el, only when it differs.
func SetText(el Value, text string) {
	if el.Get("textContent").String() != text {
		el.Set("textContent", text)
	}
}

// Attr reads an attribute, "" when absent.
func Attr(el Value, name string) string {
	if v := el.Call("getAttribute", name); !Nil(v) {
		return v.String()
	}
	return ""
}

// SetAttr writes an attribute, only when it differs.
func SetAttr(el Value, name, value string) {
	if v := el.Call("getAttribute", name); Nil(v) || v.String() != value {
		el.Call("setAttribute", name, value)
	}
}

// DelAttr removes an attribute.
func DelAttr(el Value, name string) { el.Call("removeAttribute", name) }

// Flag sets or removes an attribute without value, such as hidden.
func Flag(el Value, name string, on bool) { el.Call("toggleAttribute", name, on) }

// Class adds or removes a class.
func Class(el Value, name string, on bool) { el.Get("classList").Call("toggle", name, on) }

// Style sets a CSS property through the object model, which a strict CSP allows.
func Style(el Value, property, value string) {
	el.Get("style").Call("setProperty", property, value)
}

// Remove takes el out of the document.
func Remove(el Value) {
	if !Nil(el) {
		el.Call("remove")
	}
}

// Try runs f and turns an exception into an error.
func Try(f func()) (err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case js.Error:
			err = Exception{e.Value}
		default:
			panic(e)
		}
	}()
	f()
	return nil
}

// Exception is what JavaScript threw.
type Exception struct{ Value }

// Name is the class of the exception, such as AbortError.
func (e Exception) Name() string {
	if e.Type() == js.TypeObject {
		return e.Get("name").String()
	}
	return ""
}

// Error is its name and message.
func (e Exception) Error() string {
	if e.Type() != js.TypeObject {
		return "javascript: " + e.Value.String()
	}
	return e.Name() + ": " + e.Get("message").String()
}
