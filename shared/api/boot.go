package api

import "encoding/json"

// VideoPage is what the page of a video and its player need (Shoal's own).
type VideoPage struct {
	Video VideoDetails    `json:"video"`
	Boot  json.RawMessage `json:"boot"` // a Boot, which goes to the player as it is
}

// Boot is what the page tells the player so that the first frame needs no further question to the server.
// It stands as JSON in the element with id "boot" of the watch and embed pages.
type Boot struct {
	UUID       string      `json:"uuid"`
	Title      string      `json:"title"`
	Channel    string      `json:"channel"`
	Handle     string      `json:"handle"` // of the channel
	Poster     string      `json:"poster,omitempty"`
	Duration   float64     `json:"duration"` // seconds
	Width      int         `json:"width"`    // of the best level
	Height     int         `json:"height"`
	Master     string      `json:"master"`              // address of the master playlist, empty when nothing can be played yet
	Levels     []BootLevel `json:"levels"`              // lowest bandwidth first, sound alone excluded
	Audio      []BootAudio `json:"audio,omitempty"`     // renditions of sound of their own
	AudioOnly  *BootLevel  `json:"audioOnly,omitempty"` // sound alone as a choice of quality
	Storyboard *Storyboard `json:"storyboard,omitempty"`
	Captions   []Caption   `json:"captions,omitempty"`
	Chapters   []Chapter   `json:"chapters,omitempty"`
	Position   float64     `json:"position,omitempty"` // where the signed-in person stopped
	Autoplay   bool        `json:"autoplay"`
	P2P        bool        `json:"p2p"`               // sharing between viewers is allowed for this video
	Silence    string      `json:"silence,omitempty"` // one of the Silence constants, when P2P
	State      int         `json:"state"`
	IsOwner    bool        `json:"isOwner,omitempty"`
	WatchPath  string      `json:"watchPath"`
	EmbedPath  string      `json:"embedPath"`
	Download   bool        `json:"download"`
	FileToken  string      `json:"fileToken,omitempty"` // to be added as ?videoFileToken= for private files
}

// BootLevel is a rendition and its first segments.
type BootLevel struct {
	Height    int     `json:"height"`
	Width     int     `json:"width"`
	FPS       int     `json:"fps"`
	Bandwidth int64   `json:"bandwidth"`
	Codecs    string  `json:"codecs"`
	Infohash  string  `json:"infohash,omitempty"`
	File      string  `json:"file"`              // address of the single file
	Playlist  string  `json:"playlist"`          // address of its media playlist
	Init      int64   `json:"init"`              // size of the initialisation section, which starts the file
	First     []int64 `json:"first"`             // sizes of the first segments (at most 3), which follow it
	Times     []int64 `json:"times"`             // their durations in milliseconds
	Muxed     bool    `json:"muxed"`             // sound is in the same file
	Opening   []byte  `json:"opening,omitempty"` // the initialisation section itself, when it is short
}

// BootAudio is a rendition of sound that belongs to levels without.
type BootAudio struct {
	BootLevel
	Name     string `json:"name"`
	Language string `json:"language"`
	Default  bool   `json:"default"`
}
