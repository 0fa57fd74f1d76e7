// Package tab is what pages ask of the browser's tab beside the player: picked and dropped files, their upload, and what the server pushes.
package tab
