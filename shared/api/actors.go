package api

// ActorSummary is an account or channel as it stands inside a video of a list.
type ActorSummary struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	DisplayName string  `json:"displayName"`
	URL         string  `json:"url"`
	Host        string  `json:"host"`
	Avatars     []Image `json:"avatars"`
}

// Account is a person.
type Account struct {
	ActorSummary
	HostRedundancyAllowed bool    `json:"hostRedundancyAllowed"`
	FollowingCount        int     `json:"followingCount"`
	FollowersCount        int     `json:"followersCount"`
	CreatedAt             Time    `json:"createdAt"`
	UpdatedAt             Time    `json:"updatedAt"`
	Description           *string `json:"description"`
	UserID                *int64  `json:"userId,omitempty"`
}

// Channel is where an account publishes.
type Channel struct {
	ActorSummary
	HostRedundancyAllowed bool       `json:"hostRedundancyAllowed"`
	FollowingCount        int        `json:"followingCount"`
	FollowersCount        int        `json:"followersCount"`
	CreatedAt             Time       `json:"createdAt"`
	UpdatedAt             Time       `json:"updatedAt"`
	Banners               []Image    `json:"banners"`
	Description           *string    `json:"description"`
	Support               *string    `json:"support"`
	PublicEmail           *string    `json:"publicEmail"`
	IsLocal               bool       `json:"isLocal"`
	VideosCount           int        `json:"videosCount,omitempty"`
	P2PEnabled            bool       `json:"p2pEnabled"` // Shoal's own: viewers of its videos may share
	OwnerAccount          *Account   `json:"ownerAccount,omitempty"`
	ViewsPerDay           []DayViews `json:"viewsPerDay,omitempty"` // of the last thirty days, when asked for
	TotalViews            *int64     `json:"totalViews,omitempty"`
}

// Roles of a user.
const (
	Administrator = 0
	Moderator     = 1
	Member        = 2
)

// User is the signed-in person's own record (/users/me).
type User struct {
	ID                        int64             `json:"id"`
	Username                  string            `json:"username"`
	Email                     string            `json:"email"`
	PendingEmail              *string           `json:"pendingEmail"`
	EmailPublic               bool              `json:"emailPublic"`
	EmailVerified             *bool             `json:"emailVerified"`
	Theme                     string            `json:"theme"`
	Language                  *string           `json:"language"`
	NSFWPolicy                string            `json:"nsfwPolicy"`
	NSFWFlagsDisplayed        int               `json:"nsfwFlagsDisplayed"`
	NSFWFlagsHidden           int               `json:"nsfwFlagsHidden"`
	NSFWFlagsWarned           int               `json:"nsfwFlagsWarned"`
	NSFWFlagsBlurred          int               `json:"nsfwFlagsBlurred"`
	P2PEnabled                bool              `json:"p2pEnabled"`
	VideosHistoryEnabled      bool              `json:"videosHistoryEnabled"`
	AutoPlayVideo             bool              `json:"autoPlayVideo"`
	AutoPlayNextVideo         bool              `json:"autoPlayNextVideo"`
	AutoPlayNextVideoPlaylist bool              `json:"autoPlayNextVideoPlaylist"`
	VideoLanguages            []string          `json:"videoLanguages"`
	Role                      Constant          `json:"role"`
	AdminFlags                int               `json:"adminFlags"`
	VideoQuota                int64             `json:"videoQuota"`      // bytes, -1 for no limit
	VideoQuotaDaily           int64             `json:"videoQuotaDaily"` // bytes, -1 for no limit
	NoInstanceConfigWarning   bool              `json:"noInstanceConfigWarningModal"`
	NoWelcomeModal            bool              `json:"noWelcomeModal"`
	NoAccountSetupWarning     bool              `json:"noAccountSetupWarningModal"`
	NewFeaturesInfoRead       int               `json:"newFeaturesInfoRead"`
	Blocked                   bool              `json:"blocked"`
	BlockedReason             *string           `json:"blockedReason"`
	Account                   Account           `json:"account"`
	NotificationSettings      map[string]int    `json:"notificationSettings"`
	VideoChannels             []Channel         `json:"videoChannels"`
	VideoChannelCollaboration []Channel         `json:"videoChannelCollaborations"`
	SpecialPlaylists          []SpecialPlaylist `json:"specialPlaylists"`
	CreatedAt                 Time              `json:"createdAt"`
	PluginAuth                *string           `json:"pluginAuth"`
	LastLoginDate             *Time             `json:"lastLoginDate"`
	TwoFactorEnabled          bool              `json:"twoFactorEnabled"`
}

// Token is the answer of /users/token.
type Token struct {
	TokenType        string `json:"token_type"`
	AccessToken      string `json:"access_token"`
	RefreshToken     string `json:"refresh_token"`
	ExpiresIn        int    `json:"expires_in"`               // seconds
	RefreshExpiresIn int    `json:"refresh_token_expires_in"` // seconds
}

// OAuthClient is the public client every app logs in with.
type OAuthClient struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
}

// Quota is what a user has used, in bytes of original files.
type Quota struct {
	Used      int64 `json:"videoQuotaUsed"`
	UsedDaily int64 `json:"videoQuotaUsedDaily"`
}

// SpecialPlaylist is a playlist that everyone has, such as Watch later.
type SpecialPlaylist struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Type int    `json:"type"`
}

// UserUpdate changes what is given of the signed-in person's own record; a nil field stays as it is.
type UserUpdate struct {
	Password                  *string  `json:"password"`
	CurrentPassword           *string  `json:"currentPassword"`
	Email                     *string  `json:"email"`
	EmailPublic               *bool    `json:"emailPublic"`
	DisplayName               *string  `json:"displayName"`
	Description               *string  `json:"description"` // empty to take it away
	Theme                     *string  `json:"theme"`
	Language                  *string  `json:"language"`
	NSFWPolicy                *string  `json:"nsfwPolicy"`
	NSFWFlagsDisplayed        *int     `json:"nsfwFlagsDisplayed"`
	NSFWFlagsHidden           *int     `json:"nsfwFlagsHidden"`
	NSFWFlagsWarned           *int     `json:"nsfwFlagsWarned"`
	NSFWFlagsBlurred          *int     `json:"nsfwFlagsBlurred"`
	P2PEnabled                *bool    `json:"p2pEnabled"`
	VideosHistoryEnabled      *bool    `json:"videosHistoryEnabled"`
	AutoPlayVideo             *bool    `json:"autoPlayVideo"`
	AutoPlayNextVideo         *bool    `json:"autoPlayNextVideo"`
	AutoPlayNextVideoPlaylist *bool    `json:"autoPlayNextVideoPlaylist"`
	VideoLanguages            []string `json:"videoLanguages"`
	NoInstanceConfigWarning   *bool    `json:"noInstanceConfigWarningModal"`
	NoWelcomeModal            *bool    `json:"noWelcomeModal"`
	NoAccountSetupWarning     *bool    `json:"noAccountSetupWarningModal"`
}

// ChannelEdit makes a channel or changes what is given of one; a nil field stays as it is, an empty text is taken away.
type ChannelEdit struct {
	Name                    string  `json:"name,omitempty"` // of a new channel only
	DisplayName             *string `json:"displayName,omitempty"`
	Description             *string `json:"description,omitempty"`
	Support                 *string `json:"support,omitempty"`
	PublicEmail             *string `json:"publicEmail,omitempty"`             // shown in podcast feeds
	P2PEnabled              *bool   `json:"p2pEnabled,omitempty"`              // Shoal's own: viewers of its videos may share
	BulkVideosSupportUpdate bool    `json:"bulkVideosSupportUpdate,omitempty"` // give the support text to all its videos too
}

// ChannelCreated is the answer to a new channel.
type ChannelCreated struct {
	VideoChannel struct {
		ID int64 `json:"id"`
	} `json:"videoChannel"`
}

// DayViews are the views of one day.
type DayViews struct {
	Date  Time  `json:"date"`
	Views int64 `json:"views"`
}
