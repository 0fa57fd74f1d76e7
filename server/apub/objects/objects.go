// Package objects makes our rows into objects of the fediverse: videos, actors, notes, playlists, and what happens to them.
//
// Whatever must not be seen outside is fail.NotFound here, whoever asks: there is no other way out of the house.
package objects

import "shoal/server/instance"

// Site is our platform, as objects name it.
type Site struct {
	URL      string // our public address, without a closing slash
	Instance *instance.Instance
}
