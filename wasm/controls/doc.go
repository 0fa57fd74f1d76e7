// Package controls is what a person sees and touches of the player: bar, menus, keys, overlays, captions and the mini player.
//
// The decisions are plain Go; only files with the js tag touch the page, through wasm/browser. It serves the pages and the embed alike, without go-app.
package controls
