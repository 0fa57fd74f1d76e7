package activity

import "encoding/json"

// Collection is a list or a page of one.
type Collection struct {
	Context      json.RawMessage `json:"@context,omitzero"`
	ID           ID              `json:"id"`
	Type         Type            `json:"type"` // (Ordered)Collection, (Ordered)CollectionPage
	TotalItems   *int            `json:"totalItems,omitzero"`
	First        *Thing          `json:"first,omitzero"` // an address, or the page itself
	Last         ID              `json:"last,omitzero"`
	Next         *Thing          `json:"next,omitzero"`
	Prev         ID              `json:"prev,omitzero"`
	PartOf       ID              `json:"partOf,omitzero"`
	AttributedTo ID              `json:"attributedTo,omitzero"`
	OrderedItems List            `json:"orderedItems,omitzero"`
	Items        List            `json:"items,omitzero"`
}

// All are the items of either kind.
func (c *Collection) All() List {
	if len(c.OrderedItems) > 0 {
		return c.OrderedItems
	}
	return c.Items
}

// List are things, always written as a list.
type List []Thing

// UnmarshalJSON takes one or a list.
func (l *List) UnmarshalJSON(b []byte) error { return (*Things)(l).UnmarshalJSON(b) }

// Playlist is a list of videos in an order; its pages have the same type and all fields again.
type Playlist struct {
	Context              json.RawMessage `json:"@context,omitzero"`
	To                   IDs             `json:"to,omitzero"`
	Cc                   IDs             `json:"cc,omitzero"`
	ID                   ID              `json:"id"`
	Type                 Type            `json:"type"`
	TotalItems           *int            `json:"totalItems"`
	First                ID              `json:"first,omitzero"`
	Next                 ID              `json:"next,omitzero"`
	Prev                 ID              `json:"prev,omitzero"`
	PartOf               ID              `json:"partOf,omitzero"`
	OrderedItems         IDs             `json:"orderedItems,omitzero"`
	Name                 string          `json:"name"`
	Content              *string         `json:"content"`
	MediaType            string          `json:"mediaType,omitzero"`
	UUID                 string          `json:"uuid"`
	Published            Time            `json:"published"`
	Updated              Time            `json:"updated"`
	AttributedTo         IDs             `json:"attributedTo"` // exactly one channel
	Icon                 *Image          `json:"icon,omitzero"`
	VideoChannelPosition *int            `json:"videoChannelPosition,omitzero"`
}

// PlaylistElement is one place in a playlist.
type PlaylistElement struct {
	Context  json.RawMessage `json:"@context,omitzero"`
	ID       ID              `json:"id"`
	Type     Type            `json:"type"`
	URL      ID              `json:"url"` // the video
	Position int             `json:"position"`
	Start    *int            `json:"startTimestamp,omitzero"` // seconds
	Stop     *int            `json:"stopTimestamp,omitzero"`  // seconds
}

// CacheFile says that a server keeps a copy of a video.
type CacheFile struct {
	Context json.RawMessage `json:"@context,omitzero"`
	ID      ID              `json:"id"`
	Type    Type            `json:"type"`
	Object  ID              `json:"object"`
	Expires Time            `json:"expires"`
	URL     *Link           `json:"url"` // the playlist of the copy
	To      IDs             `json:"to,omitzero"`
	Cc      IDs             `json:"cc,omitzero"`
}

// WatchAction is one viewing, told to the video's server when it is over.
type WatchAction struct {
	Context   json.RawMessage `json:"@context,omitzero"`
	ID        ID              `json:"id"`
	Type      Type            `json:"type"`
	StartTime Time            `json:"startTime"`
	EndTime   Time            `json:"endTime"`
	Duration  Seconds         `json:"duration"`
	Object    ID              `json:"object"`
	UUID      string          `json:"uuid"`
	Status    string          `json:"actionStatus"` // CompletedActionStatus
	Sections  Many[Section]   `json:"watchSections"`
	Location  *Location       `json:"location,omitzero"`
	To        IDs             `json:"to,omitzero"`
	Cc        IDs             `json:"cc,omitzero"`
}

// Section is what was watched, in seconds of the video.
type Section struct {
	Start int `json:"startTimestamp"`
	End   int `json:"endTimestamp"`
}

// Location is where somebody watched from, as coarse as it is said.
type Location struct {
	Country string `json:"addressCountry,omitzero"`
	Region  string `json:"addressRegion,omitzero"`
}
