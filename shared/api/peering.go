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

// PeeringSettings are what the admin sets: GET and PUT /api/v1/admin/peering. A PUT changes the fields that it has.
type PeeringSettings struct {
	Enabled   bool     `json:"enabled"`   // off: nobody shares, and open players stop at once
	Silence   string   `json:"silence"`   // one of the Silence constants
	PerAnswer int      `json:"perAnswer"` // others that one announce reaches, 1 to 20
	Peers     int      `json:"peers"`     // connections a player keeps at most
	Upload    int64    `json:"upload"`    // ceiling of a player in bits per second, 0 for none
	Threshold int      `json:"threshold"` // viewers a video must have before any of them meet, 0 for any
	Joins     int      `json:"joins"`     // of one place in ten minutes: viewers that join a swarm
	Offers    int      `json:"offers"`    // of one place in ten minutes: offers passed on
	STUN      []string `json:"stun"`      // stun:host:port, at most 5
}

// PeeringNumbers are those of this node, since its start where they count: GET /api/v1/admin/peering/numbers.
type PeeringNumbers struct {
	Swarms    int   `json:"swarms"`  // now
	Peers     int   `json:"peers"`   // now, in all swarms
	Sockets   int   `json:"sockets"` // now
	Announces int64 `json:"announces"`
	Offers    int64 `json:"offers"`  // passed on
	Answers   int64 `json:"answers"` // passed on
	Refused   int64 `json:"refused"`

	FromViewers int64 `json:"fromViewers"` // bytes, as players report
	FromServer  int64 `json:"fromServer"`  // bytes, as players report
	ToViewers   int64 `json:"toViewers"`   // bytes, as players report
}

// PlaybackMetric is what a player tells of the time since it last did: POST /api/v1/metrics/playback.
type PlaybackMetric struct {
	PlayerMode        string   `json:"playerMode"` // p2p-media-loader or web-video
	Resolution        *float64 `json:"resolution,omitempty"`
	FPS               *float64 `json:"fps,omitempty"`
	P2PEnabled        *bool    `json:"p2pEnabled"`
	P2PPeers          *float64 `json:"p2pPeers,omitempty"`
	ResolutionChanges *float64 `json:"resolutionChanges"`
	BufferStalled     *float64 `json:"bufferStalled,omitempty"`
	Errors            *float64 `json:"errors"`
	FromViewers       *float64 `json:"downloadedBytesP2P"`
	FromServer        *float64 `json:"downloadedBytesHTTP"`
	ToViewers         *float64 `json:"uploadedBytesP2P"`
	VideoID           any      `json:"videoId"` // number, UUID or short id
}
