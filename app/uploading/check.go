package uploading

import (
	"path"
	"slices"
	"strings"

	"shoal/app/dom"
	"shoal/shared/api"
)

// Rules are what is known of the server's limits before a byte is sent. Zero values mean unknown.
type Rules struct {
	Endings   []string `json:"endings,omitempty"` // such as .mp4
	Quota     int64    `json:"quota"`             // bytes of the person, -1 for no limit
	Daily     int64    `json:"daily"`
	Used      int64    `json:"used"`
	UsedDaily int64    `json:"usedDaily"`
}

// Why a file is refused before its first byte.
const (
	Empty  = "empty"
	Ending = "ending"
	Full   = "quota"
	Today  = "daily"
)

// Refuse tells why a file would not be taken, or nothing. pending is what other files still bring, in bytes.
func (r Rules) Refuse(f dom.File, pending int64) string {
	switch {
	case f.Size <= 0:
		return Empty
	case len(r.Endings) > 0 && !slices.Contains(r.Endings, strings.ToLower(path.Ext(f.Name))):
		return Ending
	case r.Quota >= 0 && r.Used+pending+f.Size > r.Quota:
		return Full
	case r.Daily >= 0 && r.UsedDaily+pending+f.Size > r.Daily:
		return Today
	}
	return ""
}

// Same tells whether f is the file of an unfinished upload, as far as name and size tell.
func Same(f dom.File, u api.Upload) bool { return f.Size == u.Size && f.Name == u.Filename }
