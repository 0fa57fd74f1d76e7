package api

import (
	"encoding/json"
	"time"
)

// Rating is what one thinks of a video.
type Rating struct {
	ID      int64  `json:"id"` // of the video, as some apps read it
	VideoID int64  `json:"videoId"`
	Rating  string `json:"rating"` // like, dislike or none
}

// RatedVideo is a video with what one thinks of it.
type RatedVideo struct {
	Video  Video  `json:"video"`
	Rating string `json:"rating"`
}

// VideoPassword opens a video with password protection.
type VideoPassword struct {
	ID        int64  `json:"id"`
	Password  string `json:"password"`
	VideoID   int64  `json:"videoId"`
	CreatedAt Time   `json:"createdAt"`
	UpdatedAt Time   `json:"updatedAt"`
}

// VideoBlock is a video that moderators took away from the public.
type VideoBlock struct {
	ID           int64   `json:"id"`
	Type         int     `json:"type"` // 1 by hand, 2 waits for a first look
	Unfederated  bool    `json:"unfederated"`
	Reason       *string `json:"reason"`
	InternalNote *string `json:"internalNote"`
	CreatedAt    Time    `json:"createdAt"`
	UpdatedAt    Time    `json:"updatedAt"`
	Video        Video   `json:"video"`
}

// VideoBlockEdit is what moderators say about a block.
type VideoBlockEdit struct {
	Reason       *string `json:"reason"`
	InternalNote *string `json:"internalNote"`
	Unfederate   bool    `json:"unfederate"`
}

// VideoOffer is a video that somebody wants to give to another account.
type VideoOffer struct {
	ID        int64    `json:"id"`
	State     Constant `json:"state"`
	Status    string   `json:"status"` // WAITING, ACCEPTED or REFUSED
	Giver     Account  `json:"initiatorAccount"`
	Taker     Account  `json:"nextOwnerAccount"`
	Video     Video    `json:"video"`
	CreatedAt Time     `json:"createdAt"`
}

// ScheduleUpdate is what will be made of a video later. Without a date, or as null, it takes a plan back.
type ScheduleUpdate struct {
	UpdateAt *time.Time `json:"updateAt"`
	Privacy  *int       `json:"privacy"` // public when it is not given
	Given    bool       `json:"-"`
}

// UnmarshalJSON notes that something was said, be it null.
func (s *ScheduleUpdate) UnmarshalJSON(b []byte) error {
	type plain ScheduleUpdate
	*s = ScheduleUpdate{Given: true}
	return json.Unmarshal(b, (*plain)(s))
}

// Said tells whether anything was said about a plan.
func (s ScheduleUpdate) Said() bool { return s.Given || s.UpdateAt != nil || s.Privacy != nil }

// Schedule is what is planned for a video.
type Schedule struct {
	UpdateAt Time `json:"updateAt"`
	Privacy  int  `json:"privacy"`
}

// Overview is a page of what there is to discover.
type Overview struct {
	Categories []OverviewCategory `json:"categories"`
	Channels   []OverviewChannel  `json:"channels"`
	Tags       []OverviewTag      `json:"tags"`
}

// OverviewCategory is a category with some of its videos.
type OverviewCategory struct {
	Category Constant `json:"category"`
	Videos   []Video  `json:"videos"`
}

// OverviewChannel is a channel with some of its videos.
type OverviewChannel struct {
	Channel ActorSummary `json:"channel"`
	Videos  []Video      `json:"videos"`
}

// OverviewTag is a tag with some of its videos.
type OverviewTag struct {
	Tag    string  `json:"tag"`
	Videos []Video `json:"videos"`
}

// Policies of embedding.
const (
	EmbedAll    = 1
	EmbedListed = 2
)

// EmbedPolicies are their names.
var EmbedPolicies = map[int]string{EmbedAll: "All sites", EmbedListed: "Only some sites"}

// EmbedPrivacy says which sites may show a video in their pages.
type EmbedPrivacy struct {
	Policy  Constant `json:"policy"`
	Domains []string `json:"domains"`
}

// EmbedAllowed tells whether a site may.
type EmbedAllowed struct {
	DomainAllowed     bool  `json:"domainAllowed"`
	UserBypassAllowed *bool `json:"userBypassAllowed"` // the signed-in person may watch all the same
}
