package instance

import (
	"encoding/json"
	"unicode/utf8"

	"shoal/server/fail"
	"shoal/shared/api"
)

// Settings are stored as JSON; what is not stored has the value of Default.
type Settings struct {
	Name             string   `json:"name"`
	ShortDescription string   `json:"shortDescription"`
	Description      string   `json:"description"`
	Terms            string   `json:"terms"`
	CodeOfConduct    string   `json:"codeOfConduct"`
	Moderation       string   `json:"moderation"`
	Reason           string   `json:"reason"`   // why the platform was made
	People           string   `json:"people"`   // who runs it
	Lifetime         string   `json:"lifetime"` // how long they mean to
	Money            string   `json:"money"`    // how it is paid for
	Hardware         string   `json:"hardware"`
	Languages        []string `json:"languages"`
	Categories       []int    `json:"categories"`
	Language         string   `json:"language"` // of the pages, when the browser names none we have
	Sensitive        bool     `json:"sensitive"`
	SensitivePolicy  string   `json:"sensitivePolicy"` // for visitors: display, warn, blur or do_not_list
	Publish          Publish  `json:"publish"`
	P2P              P2P      `json:"p2p"`
	Peering          Peering  `json:"peering"`
	SignUp           SignUp   `json:"signUp"`
	MaxChannels      int      `json:"maxChannels"` // of one account
}

// Publish is what a new video starts with.
type Publish struct {
	Download bool `json:"download"`
	Comments int  `json:"comments"` // 1 open, 2 closed, 3 with approval
	Privacy  int  `json:"privacy"`
	Licence  *int `json:"licence"`
}

// P2P says whether viewers who chose nothing share with each other.
type P2P struct {
	Pages  bool `json:"pages"`
	Embeds bool `json:"embeds"`
}

// SignUp says who may join and what they get.
type SignUp struct {
	Open       bool  `json:"open"`
	MinimumAge int   `json:"minimumAge"`
	Quota      int64 `json:"quota"`      // bytes, -1 for no limit
	QuotaDaily int64 `json:"quotaDaily"` // bytes, -1 for no limit
}

// Default is what a platform starts with.
func Default() *Settings {
	return &Settings{
		Name:             "Shoal",
		ShortDescription: "Videos of people, shared between those who watch them.",
		Languages:        []string{},
		Categories:       []int{},
		Language:         "en",
		SensitivePolicy:  "blur",
		Publish:          Publish{Download: true, Comments: 1, Privacy: api.Public},
		P2P:              P2P{Pages: true, Embeds: true},
		Peering:          defaultPeering(),
		SignUp:           SignUp{MinimumAge: 16, Quota: -1, QuotaDaily: -1},
		MaxChannels:      20,
	}
}

func decode(stored []byte) (*Settings, error) {
	s := Default()
	return s, json.Unmarshal(stored, s)
}

// Check refuses settings that pages or apps could not live with.
func (s *Settings) Check() error {
	switch n := utf8.RuneCountInString(s.Name); {
	case n < 1 || n > 120:
		return fail.Field("name", "The name has 1 to 120 characters.")
	case utf8.RuneCountInString(s.ShortDescription) > 250:
		return fail.Field("shortDescription", "The short description has at most 250 characters.")
	case s.Publish.Privacy < api.Public || s.Publish.Privacy > api.Internal:
		return fail.Field("privacy", "New videos cannot start with this privacy.")
	case s.MaxChannels < 1:
		return fail.Field("maxChannels", "An account needs at least one channel.")
	}
	return s.Peering.check()
}
