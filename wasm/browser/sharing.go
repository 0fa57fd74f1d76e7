//go:build js

package browser

// Text is a property of an object as text, "" when absent.
func Text(of Value, name string) string { return text(of, name) }

// Address asks the server how it sees this device; done hears "" when it does not say.
func Address(uuid string, done func(address string)) {
	nothing := func(error) { done("") }
	Then(Window.Call("fetch", "/api/v1/videos/"+uuid+"/peering"), func(r Value) {
		if r.Get("status").Int() != 200 {
			done("")
			return
		}
		Then(r.Call("json"), func(v Value) { done(text(v, "address")) }, nothing)
	}, nothing)
}
