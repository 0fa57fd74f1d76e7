package api

import "time"

// Privacies of a video.
const (
	Public            = 1
	Unlisted          = 2
	Private           = 3
	Internal          = 4
	PasswordProtected = 5
)

// States of a video, numbered as PeerTube does.
const (
	Published            = 1
	ToTranscode          = 2
	ToImport             = 3
	WaitingForLive       = 4
	LiveEnded            = 5
	ToMove               = 6
	TranscodingFailed    = 7
	MoveFailed           = 8
	ToEdit               = 9
	ToMoveToFileSystem   = 10
	MoveToFileSystemFail = 11
	ToImportFailed       = 12
)

// Video is a video as lists show it.
type Video struct {
	ID                    int64            `json:"id"`
	UUID                  string           `json:"uuid"`
	ShortUUID             string           `json:"shortUUID"`
	URL                   string           `json:"url"`
	Name                  string           `json:"name"`
	Category              OptionalConstant `json:"category"`
	Licence               OptionalConstant `json:"licence"`
	Language              Language         `json:"language"`
	Privacy               Constant         `json:"privacy"`
	NSFW                  bool             `json:"nsfw"`
	NSFWFlags             int              `json:"nsfwFlags"`
	NSFWSummary           *string          `json:"nsfwSummary"`
	TruncatedDescription  *string          `json:"truncatedDescription"`
	Description           *string          `json:"description"`
	IsLocal               bool             `json:"isLocal"`
	Duration              int              `json:"duration"` // seconds
	AspectRatio           *float64         `json:"aspectRatio"`
	Views                 int64            `json:"views"`
	Viewers               int              `json:"viewers"`
	Likes                 int              `json:"likes"`
	Dislikes              int              `json:"dislikes"`
	Comments              int              `json:"comments"`
	Downloads             int64            `json:"downloads"`
	Thumbnails            []Thumbnail      `json:"thumbnails"`
	ThumbnailPath         string           `json:"thumbnailPath"`
	PreviewPath           string           `json:"previewPath"`
	EmbedPath             string           `json:"embedPath"`
	CreatedAt             Time             `json:"createdAt"`
	UpdatedAt             Time             `json:"updatedAt"`
	PublishedAt           Time             `json:"publishedAt"`
	OriginallyPublishedAt *Time            `json:"originallyPublishedAt"`
	IsLive                bool             `json:"isLive"`
	Account               ActorSummary     `json:"account"`
	Channel               ActorSummary     `json:"channel"`
	UserHistory           *UserHistory     `json:"userHistory,omitempty"`
	State                 *Constant        `json:"state,omitempty"`           // only for those who may manage it
	WaitTranscoding       *bool            `json:"waitTranscoding,omitempty"` // likewise
	Blacklisted           *bool            `json:"blacklisted,omitempty"`     // likewise
	BlacklistedReason     *string          `json:"blacklistedReason,omitempty"`
	Processing            *Processing      `json:"processing,omitempty"` // Shoal's own: only for the owner, while renditions are made or failed
}

// UserHistory is where the signed-in person stopped.
type UserHistory struct {
	CurrentTime int `json:"currentTime"` // seconds
}

// VideoDetails is one video with all a player needs.
type VideoDetails struct {
	Video
	Account            Account             `json:"account"`
	Channel            Channel             `json:"channel"`
	Blacklisted        bool                `json:"blacklisted"`
	BlacklistedReason  *string             `json:"blacklistedReason"`
	StreamingPlaylists []StreamingPlaylist `json:"streamingPlaylists"`
	Files              []VideoFile         `json:"files"`
	Support            *string             `json:"support"`
	DescriptionPath    string              `json:"descriptionPath"`
	Tags               []string            `json:"tags"`
	CommentsEnabled    bool                `json:"commentsEnabled"`
	CommentsPolicy     Constant            `json:"commentsPolicy"`
	DownloadEnabled    bool                `json:"downloadEnabled"`
	EmbedPrivacyPolicy Constant            `json:"embedPrivacyPolicy"`
	P2PEnabled         bool                `json:"p2pEnabled"` // Shoal's own: its viewers may share; the channel or the platform may still forbid it
	WaitTranscoding    bool                `json:"waitTranscoding"`
	InputFileUpdatedAt *Time               `json:"inputFileUpdatedAt"`
	State              Constant            `json:"state"`
	ScheduledUpdate    *Schedule           `json:"scheduledUpdate,omitempty"` // only for those who may manage it
	TrackerURLs        []string            `json:"trackerUrls"`
}

// StreamingPlaylist is the HLS form of a video.
type StreamingPlaylist struct {
	ID                int64       `json:"id"`
	Type              int         `json:"type"` // always 1, HLS
	PlaylistURL       string      `json:"playlistUrl"`
	SegmentsSha256URL string      `json:"segmentsSha256Url"`
	Redundancies      []struct{}  `json:"redundancies"`
	Files             []VideoFile `json:"files"`
}

// VideoFile is one rendition. The torrent fields are never null: apps break on that.
type VideoFile struct {
	ID                 int64    `json:"id"`
	Resolution         Constant `json:"resolution"`
	Width              int      `json:"width"`
	Height             int      `json:"height"`
	MagnetURI          string   `json:"magnetUri"`
	Infohash           string   `json:"infoHash"`
	Size               int64    `json:"size"`
	FPS                int      `json:"fps"`
	TorrentURL         string   `json:"torrentUrl"`
	TorrentDownloadURL string   `json:"torrentDownloadUrl"`
	FileURL            string   `json:"fileUrl"`
	FileDownloadURL    string   `json:"fileDownloadUrl"`
	PlaylistURL        string   `json:"playlistUrl"`
	MetadataURL        string   `json:"metadataUrl"`
	HasAudio           bool     `json:"hasAudio"`
	HasVideo           bool     `json:"hasVideo"`
	Storage            int      `json:"storage"`
}

// VideoUploaded is the answer to the last byte of an upload.
type VideoUploaded struct {
	Video struct {
		ID        int64  `json:"id"`
		ShortUUID string `json:"shortUUID"`
		UUID      string `json:"uuid"`
	} `json:"video"`
}

// VideoUpdate changes what is given; a nil field stays as it is.
type VideoUpdate struct {
	Name                  *string    `json:"name"`
	ChannelID             *int64     `json:"channelId"`
	Description           *string    `json:"description"`
	Support               *string    `json:"support"`
	Category              *int       `json:"category"`
	Licence               *int       `json:"licence"`
	Language              *string    `json:"language"`
	Privacy               *int       `json:"privacy"`
	NSFW                  *bool      `json:"nsfw"`
	NSFWFlags             *int       `json:"nsfwFlags"`
	NSFWSummary           *string    `json:"nsfwSummary"`
	Tags                  []string   `json:"tags"`
	CommentsEnabled       *bool      `json:"commentsEnabled"`
	CommentsPolicy        *int       `json:"commentsPolicy"`
	DownloadEnabled       *bool      `json:"downloadEnabled"`
	P2PEnabled            *bool      `json:"p2pEnabled"` // Shoal's own: viewers may share
	WaitTranscoding       *bool      `json:"waitTranscoding"`
	OriginallyPublishedAt *time.Time `json:"originallyPublishedAt"`
	VideoPasswords        []string   `json:"videoPasswords"`

	ScheduleUpdate ScheduleUpdate `json:"scheduleUpdate,omitzero"`
}

// Processing is how far a video's renditions are (Shoal's own).
type Processing struct {
	State      string      `json:"state"`            // waiting, running, done, failed
	Reason     string      `json:"reason,omitempty"` // plain words, when failed
	Detail     string      `json:"detail,omitempty"` // the end of ffmpeg's own words, when failed
	Place      int         `json:"place,omitempty"`  // place in the queue, from 1, while waiting
	Renditions []Rendition `json:"renditions"`
}

// Rendition is one output of the processing: "copy", "1080p", "audio", "thumbnail", "storyboard".
type Rendition struct {
	Name     string  `json:"name"`
	State    string  `json:"state"`    // waiting, running, done, failed
	Percent  float64 `json:"percent"`  // 0 to 100
	Speed    float64 `json:"speed"`    // times real time, 0 when unknown
	TimeLeft int     `json:"timeLeft"` // seconds, 0 when unknown
}

// Caption is a subtitle file.
type Caption struct {
	Language               Language `json:"language"`
	AutomaticallyGenerated bool     `json:"automaticallyGenerated"`
	CaptionPath            string   `json:"captionPath"`
	FileURL                string   `json:"fileUrl"`
	M3U8URL                *string  `json:"m3u8Url"`
	UpdatedAt              Time     `json:"updatedAt"`
}

// Chapter is a titled point in a video.
type Chapter struct {
	Timecode int    `json:"timecode"` // seconds
	Title    string `json:"title"`
}

// Chapters is the answer of /videos/{id}/chapters.
type Chapters struct {
	Chapters []Chapter `json:"chapters"`
}

// Storyboard is a sprite of small frames, row by row.
type Storyboard struct {
	StoryboardPath string  `json:"storyboardPath"`
	FileURL        string  `json:"fileUrl"`
	TotalHeight    int     `json:"totalHeight"`
	TotalWidth     int     `json:"totalWidth"`
	SpriteHeight   int     `json:"spriteHeight"`
	SpriteWidth    int     `json:"spriteWidth"`
	SpriteDuration float64 `json:"spriteDuration"` // seconds
}

// Storyboards is the answer of /videos/{id}/storyboards.
type Storyboards struct {
	Storyboards []Storyboard `json:"storyboards"`
}

// Upload is a file that is being sent (Shoal's own), so that another page or device can go on with it.
type Upload struct {
	ID        string      `json:"id"` // upload_id of the protocol
	Filename  string      `json:"filename"`
	Size      int64       `json:"size"`     // bytes
	Received  int64       `json:"received"` // bytes that are safe
	Meta      VideoUpdate `json:"meta"`     // what is known of the video so far
	CreatedAt Time        `json:"createdAt"`
	ExpiresAt Time        `json:"expiresAt"`
}
