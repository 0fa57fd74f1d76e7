package api

// Peering is what a player needs before it meets other viewers of a video: GET /api/v1/videos/{id}/peering.
// It is asked for only when sharing begins, never before the viewer has had the say.
type Peering struct {
	Tracker string        `json:"tracker"` // address of the WebSocket tracker, the viewer's token in its query
	Expires Time          `json:"expires"` // of that token; ask again before
	STUN    []string      `json:"stun"`    // addresses as WebRTC takes them (stun:host:port), as the admin set them; often none
	Peers   int           `json:"peers"`   // connections a player keeps at most
	Upload  int64         `json:"upload"`  // ceiling in bits per second, 0 for none; the viewer's own may be lower
	Address string        `json:"address"` // the viewer's address as the server sees it, shown to nobody else
	Files   []PeeringFile `json:"files"`   // those that may be shared
}

// PeeringFile is a rendition's swarm.
type PeeringFile struct {
	Infohash string `json:"infohash"` // 40 hex digits
	Torrent  string `json:"torrent"`  // address of its torrent file, which holds the hashes of its pieces
}

// What the admin lets silence mean: the viewer saw the notice and answered nothing.
const (
	SilenceShares  = "on"  // sharing starts after the notice has been visible for ten seconds of playback
	SilenceAsks    = "ask" // sharing waits for an answer
	SilenceRefuses = "off" // sharing is off until the viewer turns it on
)
