// Package session is who is here and what they may ask: the API, the words, the signed-in person, and the browser when there is one.
package session

import (
	"time"

	"shoal/app/text"
	"shoal/shared/api"
)

// Session is what every page is drawn with.
type Session struct {
	Facts
	API     api.Client
	Words   *text.Words
	Browser Browser // nil on the server
	Player  Player  // nil on the server and when the player could not start
	Shell   Shell
	Desk    any  // uploads that go on while other pages are shown
	Lite    bool // the page is to work without running anything

	// Shared keeps for a moment what pages of guests show alike; nil where there is nothing to share.
	Shared func(key string, build func() (any, error)) (any, error)
}

// Facts are what the server tells the browser about the visit; they travel in the page.
type Facts struct {
	Site  Site      `json:"site"`
	User  *User     `json:"user,omitempty"`
	Lang  string    `json:"lang"`
	Theme string    `json:"theme,omitempty"` // light, dark, or empty to follow the system
	Rail  bool      `json:"rail,omitempty"`  // the menu at the side is wide
	Scope string    `json:"scope,omitempty"` // local when the person chose to see this platform alone
	Now   time.Time `json:"now"`
}

// Site is the platform.
type Site struct {
	Name    string `json:"name"`
	URL     string `json:"url"` // with scheme, without a slash at the end
	About   string `json:"about,omitempty"`
	Version string `json:"version,omitempty"`
	Source  string `json:"source,omitempty"` // where the source code is (AGPL, section 13)
}

// Host is the name of the platform in handles.
func (s Site) Host() string {
	for i := 0; i+2 < len(s.URL); i++ {
		if s.URL[i:i+3] == "://" {
			return s.URL[i+3:]
		}
	}
	return s.URL
}

// User is the signed-in person.
type User struct {
	ID       int64     `json:"id"`
	Name     string    `json:"name"`
	Display  string    `json:"display"`
	Role     int       `json:"role"`
	Avatar   string    `json:"avatar,omitempty"`
	Quota    int64     `json:"quota"` // bytes, -1 for no limit
	Used     int64     `json:"used,omitempty"`
	P2P      bool      `json:"p2p"` // shares on all devices
	Channels []Channel `json:"channels,omitempty"`
}

// Channel is one the person publishes in.
type Channel struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Display string `json:"display"`
}

// MayPublish tells whether the person may upload at all.
func (f Facts) MayPublish() bool { return f.User != nil && f.User.Quota != 0 }

// FromUser takes from the API's record what pages need.
func FromUser(u api.User) *User {
	s := &User{ID: u.ID, Name: u.Username, Display: u.Account.DisplayName, Role: u.Role.ID, Quota: u.VideoQuota, P2P: u.P2PEnabled}
	if s.Display == "" {
		s.Display = u.Username
	}
	if n := len(u.Account.Avatars); n > 0 {
		s.Avatar = u.Account.Avatars[n-1].Path
	}
	for _, c := range u.VideoChannels {
		s.Channels = append(s.Channels, Channel{ID: c.ID, Name: c.Name, Display: c.DisplayName})
	}
	return s
}

// T is Words.T.
func (s *Session) T(key string, pairs ...string) string { return s.Words.T(key, pairs...) }

// N is Words.N.
func (s *Session) N(key string, n int64, pairs ...string) string { return s.Words.N(key, n, pairs...) }

// Live tells whether the browser runs the page by itself; before that, links and forms do the work.
func (s *Session) Live() bool { return s.Browser != nil }

// Shell is the state of what surrounds every page.
type Shell struct {
	Toasts  []Toast
	Offline bool
	Update  bool // a new version is there
	Busy    bool // a page is being fetched
}

// Toast is a short message that goes away.
type Toast struct {
	ID     int
	Words  string
	Action string // label of its button, empty for none
	Do     func()
}
