//go:build js

package browser

import "syscall/js"

// Stored reads a word kept on this device, "" when absent or when the browser forbids storage.
func Stored(key string) (value string) {
	_ = Try(func() {
		if v := js.Global().Get("localStorage").Call("getItem", key); !Nil(v) {
			value = v.String()
		}
	})
	return value
}

// Store keeps a word on this device; "" removes it. A browser that forbids storage forgets it.
func Store(key, value string) {
	_ = Try(func() {
		if value == "" {
			js.Global().Get("localStorage").Call("removeItem", key)
			return
		}
		js.Global().Get("localStorage").Call("setItem", key, value)
	})
}
