// Package browser is the only room that speaks syscall/js: the document, fetch, storage, timers and the media element behind wasm/player.
package browser
