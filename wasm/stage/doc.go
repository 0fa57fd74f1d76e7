// Package stage is the player with its controls on one page: it opens a video, plays on when the page changes, and gives way.
package stage
