package api

// Privacies of a playlist.
const (
	PlaylistPublic   = 1
	PlaylistUnlisted = 2
	PlaylistPrivate  = 3
)

// PlaylistPrivacies are their names.
var PlaylistPrivacies = map[int]string{PlaylistPublic: "Public", PlaylistUnlisted: "Unlisted", PlaylistPrivate: "Private"}

// Kinds of playlists.
const (
	PlaylistRegular    = 1
	PlaylistWatchLater = 2
)

// PlaylistKinds are their names.
var PlaylistKinds = map[int]string{PlaylistRegular: "Regular", PlaylistWatchLater: "Watch later"}

// Playlist is a list of videos in an order.
type Playlist struct {
	ID              int64         `json:"id"`
	UUID            string        `json:"uuid"`
	ShortUUID       string        `json:"shortUUID"`
	IsLocal         bool          `json:"isLocal"`
	URL             string        `json:"url"`
	DisplayName     string        `json:"displayName"`
	Description     *string       `json:"description"`
	Privacy         Constant      `json:"privacy"`
	ThumbnailPath   *string       `json:"thumbnailPath"`
	ThumbnailURL    *string       `json:"thumbnailUrl"`
	Thumbnails      []Thumbnail   `json:"thumbnails"`
	VideosLength    int           `json:"videosLength"`
	Type            Constant      `json:"type"`
	EmbedPath       string        `json:"embedPath"`
	EmbedURL        string        `json:"embedUrl"`
	CreatedAt       Time          `json:"createdAt"`
	UpdatedAt       Time          `json:"updatedAt"`
	OwnerAccount    ActorSummary  `json:"ownerAccount"`
	ChannelPosition *int          `json:"videoChannelPosition"`
	VideoChannel    *ActorSummary `json:"videoChannel"`
}

// Types of an element of a playlist.
const (
	ElementRegular     = 0
	ElementDeleted     = 1 // the video is gone
	ElementPrivate     = 2 // the viewer may not see the video
	ElementUnavailable = 3 // it is blocked, or its owner is
)

// PlaylistElement is a video at its place.
type PlaylistElement struct {
	ID       int64  `json:"id"`
	Position int    `json:"position"`
	StartAt  *int   `json:"startTimestamp"` // seconds
	StopAt   *int   `json:"stopTimestamp"`
	Type     int    `json:"type"`
	Video    *Video `json:"video"` // null unless the type is regular
}

// PlaylistEdit makes a playlist or changes what is given of one.
type PlaylistEdit struct {
	DisplayName *string `json:"displayName"`
	Description *string `json:"description"`
	Privacy     *int    `json:"privacy"`
	ChannelID   *int64  `json:"videoChannelId"` // null, sent as such, takes the playlist out of its channel
}

// PlaylistMade is the answer to a new playlist.
type PlaylistMade struct {
	Playlist struct {
		ID        int64  `json:"id"`
		UUID      string `json:"uuid"`
		ShortUUID string `json:"shortUUID"`
	} `json:"videoPlaylist"`
}

// InPlaylist says where a video is in one's playlists.
type InPlaylist struct {
	ElementID   int64  `json:"playlistElementId"`
	PlaylistID  int64  `json:"playlistId"`
	DisplayName string `json:"playlistDisplayName"`
	ShortUUID   string `json:"playlistShortUUID"`
	StartAt     *int   `json:"startTimestamp"`
	StopAt      *int   `json:"stopTimestamp"`
}
