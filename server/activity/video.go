package activity

import "encoding/json"

// Video is a film, or a live one. Fields without omitzero are always written, as null when empty.
type Video struct {
	Context               json.RawMessage  `json:"@context,omitzero"`
	To                    IDs              `json:"to,omitzero"`
	Cc                    IDs              `json:"cc,omitzero"`
	Type                  Type             `json:"type"`
	ID                    ID               `json:"id"`
	Name                  string           `json:"name"`
	Duration              Seconds          `json:"duration"`
	UUID                  string           `json:"uuid"`
	Category              *Identifier      `json:"category,omitzero"`
	Licence               *Identifier      `json:"licence,omitzero"`
	Language              *Identifier      `json:"language,omitzero"`
	Views                 int              `json:"views"`
	Sensitive             bool             `json:"sensitive"`
	Summary               *string          `json:"summary,omitzero"` // why it is sensitive
	WaitTranscoding       bool             `json:"waitTranscoding"`
	State                 *int             `json:"state,omitzero"`           // 1 published, 4 waiting for live, 5 live ended
	CommentsEnabled       *bool            `json:"commentsEnabled,omitzero"` // until PeerTube 7
	CanReply              *ID              `json:"canReply"`
	CommentsPolicy        *int             `json:"commentsPolicy,omitzero"` // 1 open, 2 closed, 3 approved first
	DownloadEnabled       *bool            `json:"downloadEnabled,omitzero"`
	Published             Time             `json:"published"`
	OriginallyPublishedAt Time             `json:"originallyPublishedAt"`
	Updated               Time             `json:"updated"`
	UploadDate            Time             `json:"uploadDate,omitzero"`
	Tag                   Many[Link]       `json:"tag"`
	MediaType             string           `json:"mediaType,omitzero"`
	Content               *string          `json:"content"` // 3 to 10000 letters of markdown, or none
	Support               *string          `json:"support"`
	SubtitleLanguage      Many[Caption]    `json:"subtitleLanguage"`
	Icon                  Many[Image]      `json:"icon"`
	Preview               Many[Storyboard] `json:"preview,omitzero"`
	AspectRatio           *float64         `json:"aspectRatio"`
	URL                   Many[Link]       `json:"url"` // the page in HTML first
	Likes                 ID               `json:"likes,omitzero"`
	Dislikes              ID               `json:"dislikes,omitzero"`
	Shares                ID               `json:"shares,omitzero"`
	Comments              ID               `json:"comments,omitzero"`
	Replies               ID               `json:"replies,omitzero"`
	Collection            ID               `json:"context,omitzero"`  // the thread (FEP-7888)
	HasParts              ID               `json:"hasParts,omitzero"` // chapters
	PlayerSettings        ID               `json:"playerSettings,omitzero"`
	Schedules             Many[Schedule]   `json:"schedules,omitzero"`
	EmbedURL              ID               `json:"embedUrl,omitzero"`
	Downloads             *int             `json:"downloads,omitzero"`
	DVRWindow             *Seconds         `json:"dvrWindow,omitzero"`
	Audience              ID               `json:"audience,omitzero"`
	Attachment            Many[Link]       `json:"attachment,omitzero"` // what Mastodon, GoToSocial and Lemmy show
	AttributedTo          Many[Owner]      `json:"attributedTo"`
	IsLiveBroadcast       bool             `json:"isLiveBroadcast"`
	LiveSaveReplay        *bool            `json:"liveSaveReplay"`
	PermanentLive         *bool            `json:"permanentLive"`
	LatencyMode           *int             `json:"latencyMode"` // 1 default, 2 high, 3 small
	Proof                 json.RawMessage  `json:"proof,omitzero"`
}

// Identifier is a choice of a list: a category, a licence, a language.
type Identifier struct {
	Identifier string `json:"identifier"`
	Name       string `json:"name,omitzero"`
}

// Caption is a language that a video has words in.
type Caption struct {
	Identifier string `json:"identifier"`
	Name       string `json:"name,omitzero"`
	Automatic  *bool  `json:"automaticallyGenerated,omitzero"`
	URL        Links  `json:"url,omitzero"`
}

// Schedule is when a live video begins.
type Schedule struct {
	StartDate Time `json:"startDate"`
}

// Chapters are the parts of a video, behind its hasParts.
type Chapters struct {
	Context json.RawMessage `json:"@context,omitzero"`
	ID      ID              `json:"id"`
	HasPart Many[Chapter]   `json:"hasPart"`
}

// Chapter is one part, in seconds.
type Chapter struct {
	Name  string `json:"name"`
	Start int    `json:"startOffset"`
	End   int    `json:"endOffset"`
}

// PlayerSettings is how a video or the videos of a channel want to be shown.
type PlayerSettings struct {
	Context json.RawMessage `json:"@context,omitzero"`
	Type    Type            `json:"type"`
	ID      ID              `json:"id"`
	Object  ID              `json:"object"`
	Theme   string          `json:"theme"`
}
