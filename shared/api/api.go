// Package api is the PeerTube-compatible REST bodies as Go types, the problem body, and a client that takes one function.
package api

// Page is how every list is answered.
type Page[T any] struct {
	Total int64 `json:"total"`
	Data  []T   `json:"data"`
}

// Constant is a numbered word such as a privacy or a state.
type Constant struct {
	ID    int    `json:"id"`
	Label string `json:"label"`
}

// OptionalConstant is a Constant that may be unset: then ID is null and Label "Unknown".
type OptionalConstant struct {
	ID    *int   `json:"id"`
	Label string `json:"label"`
}

// Language is OptionalConstant with a BCP 47 tag for an id.
type Language struct {
	ID    *string `json:"id"`
	Label string  `json:"label"`
}

// Problem is the error body (RFC 7807) with the older "error" beside it that some apps read.
type Problem struct {
	Type          string             `json:"type"`
	Title         string             `json:"title,omitempty"`
	Detail        string             `json:"detail"`
	Instance      string             `json:"instance,omitempty"` // the address asked, when inputs are wrong
	Status        int                `json:"status"`
	Docs          string             `json:"docs,omitempty"`
	Code          string             `json:"code,omitempty"`
	Error         string             `json:"error"`
	InvalidParams map[string]Invalid `json:"invalid-params,omitempty"`
	RetryAfter    int                `json:"retryAfter,omitempty"` // seconds
}

// Invalid says what is wrong with one input.
type Invalid struct {
	Type     string `json:"type"` // always "field"
	Value    string `json:"value,omitempty"`
	Msg      string `json:"msg"`
	Path     string `json:"path"`
	Location string `json:"location"` // params, query or body
}

// Image is an avatar or banner in one size.
type Image struct {
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	Path      string `json:"path"`
	FileURL   string `json:"fileUrl"`
	CreatedAt Time   `json:"createdAt"`
	UpdatedAt Time   `json:"updatedAt"`
}

// Thumbnail is a still picture of a video in one size.
type Thumbnail struct {
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	FileURL     string `json:"fileUrl"`
	AspectRatio string `json:"aspectRatio,omitempty"`
}
