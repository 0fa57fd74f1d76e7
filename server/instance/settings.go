package instance

import (
	"encoding/json"

	"shoal/shared/api"
)

// Settings are stored as JSON; what is not stored has the value of Default.
type Settings struct {
	Name             string    `json:"name"`
	ShortDescription string    `json:"shortDescription"`
	Description      string    `json:"description"`
	Terms            string    `json:"terms"`
	CodeOfConduct    string    `json:"codeOfConduct"`
	Moderation       string    `json:"moderation"`
	Reason           string    `json:"reason"`   // why the platform was made
	People           string    `json:"people"`   // who runs it
	Lifetime         string    `json:"lifetime"` // how long they mean to
	Money            string    `json:"money"`    // how it is paid for
	Hardware         string    `json:"hardware"`
	Country          string    `json:"country"`
	Support          string    `json:"support"` // how to help the platform
	Social           Social    `json:"social"`
	Languages        []string  `json:"languages"`
	Categories       []int     `json:"categories"`
	Language         string    `json:"language"` // of the pages, when the browser names none we have
	Sensitive        bool      `json:"sensitive"`
	SensitivePolicy  string    `json:"sensitivePolicy"` // for visitors: display, warn, blur or do_not_list
	Front            string    `json:"front"`           // path of the page that stands at the root, as apps know it
	CSS              string    `json:"css"`
	JavaScript       string    `json:"javaScript"`
	Publish          Publish   `json:"publish"`
	Player           Player    `json:"player"`
	P2P              P2P       `json:"p2p"`
	Peering          Peering   `json:"peering"`
	SignUp           SignUp    `json:"signUp"`
	MaxChannels      int       `json:"maxChannels"` // of one account
	AdminEmail       string    `json:"adminEmail"`
	Contact          bool      `json:"contact"` // the contact form
	Mail             Mail      `json:"mail"`
	Theme            Theme     `json:"theme"`
	Lists            Lists     `json:"lists"`
	Broadcast        Broadcast `json:"broadcast"`
	ReviewVideos     bool      `json:"reviewVideos"` // videos of members wait for a moderator, unless a flag says otherwise
	Twitter          string    `json:"twitter"`
	Follows          Follows   `json:"follows"`
}

// Follows says which other platforms may follow this one, and which it follows by itself.
type Follows struct {
	Platform bool `json:"platform"` // the whole of it may be followed
	Approve  bool `json:"approve"`  // once an administrator said yes
	Channels bool `json:"channels"` // channels and accounts may be followed by people elsewhere
	Back     bool `json:"back"`     // whoever follows is followed
}

// Social are the platform's addresses elsewhere.
type Social struct {
	External string `json:"external"`
	Mastodon string `json:"mastodon"`
	Bluesky  string `json:"bluesky"`
	X        string `json:"x"`
}

// Publish is what a new video starts with.
type Publish struct {
	Download bool `json:"download"`
	Comments int  `json:"comments"` // 1 open, 2 closed, 3 with approval
	Privacy  int  `json:"privacy"`
	Licence  *int `json:"licence"`
}

// Player is how players start.
type Player struct {
	Theme    string `json:"theme"` // galaxy or lucide
	Autoplay bool   `json:"autoplay"`
}

// P2P says whether viewers who chose nothing share with each other.
type P2P struct {
	Pages  bool `json:"pages"`
	Embeds bool `json:"embeds"`
}

// SignUp says who may join and what they get.
type SignUp struct {
	Open        bool   `json:"open"`
	Approval    bool   `json:"approval"` // moderators decide
	Verify      bool   `json:"verify"`   // the email address is confirmed before the first sign-in
	Limit       int    `json:"limit"`    // of members, -1 for none
	MinimumAge  int    `json:"minimumAge"`
	Quota       int64  `json:"quota"`       // bytes, -1 for no limit
	QuotaDaily  int64  `json:"quotaDaily"`  // bytes, -1 for no limit
	ChannelName string `json:"channelName"` // of the first channel; $1 stands for the user name
	History     bool   `json:"history"`     // what a member watched is kept
}

// Mail is what all letters have in common.
type Mail struct {
	Prefix    string `json:"prefix"` // of subjects
	Signature string `json:"signature"`
}

// Theme is how pages look.
type Theme struct {
	Default string            `json:"default"`
	Colours map[string]string `json:"colours"` // by the names of api.ThemeColours
}

// Lists are how lists of videos start.
type Lists struct {
	HideName   bool     `json:"hideName"`   // of the platform, in the header
	AuthorName bool     `json:"authorName"` // show people's names rather than channels'
	Sort       string   `json:"sort"`
	Scope      string   `json:"scope"`    // local or federated
	Trending   []string `json:"trending"` // hot, best, most-viewed, most-liked
	TrendBy    string   `json:"trendBy"`
}

// Broadcast is a message that every page shows.
type Broadcast struct {
	On          bool   `json:"on"`
	Message     string `json:"message"`
	Level       string `json:"level"` // info, warning or error
	Dismissable bool   `json:"dismissable"`
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
		Front:            "/videos/browse",
		Publish:          Publish{Download: true, Comments: 1, Privacy: api.Public},
		Player:           Player{Theme: "galaxy", Autoplay: true},
		P2P:              P2P{Pages: true, Embeds: true},
		Peering:          defaultPeering(),
		SignUp:           SignUp{Limit: -1, MinimumAge: 16, Quota: -1, QuotaDaily: -1, ChannelName: "Main $1 channel", History: true},
		MaxChannels:      20,
		Theme:            Theme{Default: "default", Colours: map[string]string{}},
		Lists:            Lists{Sort: "-publishedAt", Scope: "local", Trending: []string{"hot", "most-viewed", "most-liked"}, TrendBy: "most-viewed"},
		Broadcast:        Broadcast{Level: "info"},
		Follows:          Follows{Platform: true, Channels: true},
	}
}

func decode(stored []byte) (*Settings, error) {
	s := Default()
	return s, json.Unmarshal(stored, s)
}
