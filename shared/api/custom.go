package api

// ThemeColours are what can be changed of how pages look.
var ThemeColours = []string{
	"primaryColor", "onPrimaryColor", "foregroundColor", "backgroundColor", "backgroundSecondaryColor", "menuForegroundColor",
	"menuBackgroundColor", "menuBorderRadius", "headerForegroundColor", "headerBackgroundColor", "inputBorderRadius",
}

// CustomConfig is everything an administrator can change by /config/custom. Parts that Shoal does not have are always off.
type CustomConfig struct {
	Instance      CustomInstance `json:"instance"`
	Theme         CustomTheme    `json:"theme"`
	Services      CustomServices `json:"services"`
	Client        CustomClient   `json:"client"`
	SignUp        CustomSignUp   `json:"signup"`
	Admin         CustomAdmin    `json:"admin"`
	Email         CustomEmail    `json:"email"`
	ContactForm   Switch         `json:"contactForm"`
	User          CustomUser     `json:"user"`
	VideoChannels struct {
		MaxPerUser int `json:"maxPerUser"`
	} `json:"videoChannels"`
	Transcoding CustomTranscoding `json:"transcoding"`
	Live        CustomLive        `json:"live"`
	VideoStudio Runners           `json:"videoStudio"`
	Transcribe  Runners           `json:"videoTranscription"`
	VideoFile   struct {
		Update Switch `json:"update"`
	} `json:"videoFile"`
	Import        CustomImport         `json:"import"`
	Export        CustomExport         `json:"export"`
	Trending      CustomTrending       `json:"trending"`
	AutoBlacklist CustomAutoBlacklist  `json:"autoBlacklist"`
	Followers     CustomFollowers      `json:"followers"`
	Followings    CustomFollowings     `json:"followings"`
	Broadcast     ConfigBroadcast      `json:"broadcastMessage"`
	Search        CustomSearch         `json:"search"`
	Storyboards   Runners              `json:"storyboards"`
	Defaults      CustomDefaults       `json:"defaults"`
	VideoComments CustomRemoteComments `json:"videoComments"`
}

// CustomInstance is how the platform presents itself.
type CustomInstance struct {
	Name                  string   `json:"name"`
	ShortDescription      string   `json:"shortDescription"`
	Description           string   `json:"description"`
	Terms                 string   `json:"terms"`
	CodeOfConduct         string   `json:"codeOfConduct"`
	CreationReason        string   `json:"creationReason"`
	ModerationInformation string   `json:"moderationInformation"`
	Administrator         string   `json:"administrator"`
	MaintenanceLifetime   string   `json:"maintenanceLifetime"`
	BusinessModel         string   `json:"businessModel"`
	HardwareInformation   string   `json:"hardwareInformation"`
	DefaultLanguage       string   `json:"defaultLanguage"`
	Languages             []string `json:"languages"`
	Categories            []int    `json:"categories"`
	IsNSFW                bool     `json:"isNSFW"`
	NSFWPolicy            string   `json:"defaultNSFWPolicy"`
	Country               string   `json:"serverCountry"`
	Support               struct {
		Text string `json:"text"`
	} `json:"support"`
	Social struct {
		External string `json:"externalLink"`
		Mastodon string `json:"mastodonLink"`
		Bluesky  string `json:"blueskyLink"`
		X        string `json:"xLink"`
	} `json:"social"`
	ClientRoute    string `json:"defaultClientRoute"`
	Customizations struct {
		JavaScript string `json:"javascript"`
		CSS        string `json:"css"`
	} `json:"customizations"`
}

// CustomTheme is how pages look.
type CustomTheme struct {
	Default       string            `json:"default"`
	Customization map[string]string `json:"customization"`
}

// CustomServices are other services that show our videos.
type CustomServices struct {
	Twitter struct {
		Username string `json:"username"`
	} `json:"twitter"`
}

// CustomClient is how pages behave.
type CustomClient struct {
	Header struct {
		HideInstanceName bool `json:"hideInstanceName"`
	} `json:"header"`
	Videos struct {
		Miniature struct {
			PreferAuthorDisplayName bool `json:"preferAuthorDisplayName"`
		} `json:"miniature"`
	} `json:"videos"`
	BrowseVideos struct {
		DefaultSort  string `json:"defaultSort"`
		DefaultScope string `json:"defaultScope"`
	} `json:"browseVideos"`
	Menu struct {
		Login struct {
			RedirectOnSingleExternalAuth bool `json:"redirectOnSingleExternalAuth"`
		} `json:"login"`
	} `json:"menu"`
}

// CustomSignUp says who may join.
type CustomSignUp struct {
	Enabled                   bool `json:"enabled"`
	Limit                     int  `json:"limit"` // of members, -1 for none
	RequiresApproval          bool `json:"requiresApproval"`
	RequiresEmailVerification bool `json:"requiresEmailVerification"`
	MinimumAge                int  `json:"minimumAge"`
}

// CustomAdmin is where letters for administrators go.
type CustomAdmin struct {
	Email string `json:"email"`
}

// CustomEmail is what all letters have in common.
type CustomEmail struct {
	Body struct {
		Signature string `json:"signature"`
	} `json:"body"`
	Subject struct {
		Prefix string `json:"prefix"`
	} `json:"subject"`
}

// CustomUser is what a new member gets.
type CustomUser struct {
	History struct {
		Videos Switch `json:"videos"`
	} `json:"history"`
	Quota       int64  `json:"videoQuota"`      // bytes, -1 for no limit
	QuotaDaily  int64  `json:"videoQuotaDaily"` // bytes, -1 for no limit
	ChannelName string `json:"defaultChannelName"`
}

// CustomTranscoding is which renditions are made; the operator sets it in the configuration file.
type CustomTranscoding struct {
	Enabled      bool `json:"enabled"`
	OriginalFile struct {
		Keep bool `json:"keep"`
	} `json:"originalFile"`
	AllowAdditionalExtensions bool            `json:"allowAdditionalExtensions"`
	AllowAudioFiles           bool            `json:"allowAudioFiles"`
	RemoteRunners             Switch          `json:"remoteRunners"`
	Threads                   int             `json:"threads"`
	Concurrency               int             `json:"concurrency"`
	Profile                   string          `json:"profile"`
	Resolutions               map[string]bool `json:"resolutions"`
	AlwaysOriginalResolution  bool            `json:"alwaysTranscodeOriginalResolution"`
	AlwaysPodcastAudio        bool            `json:"alwaysTranscodePodcastOptimizedAudio"`
	FPS                       struct {
		Max int `json:"max"`
	} `json:"fps"`
	WebVideos Switch `json:"webVideos"`
	HLS       struct {
		Enabled            bool `json:"enabled"`
		SplitAudioAndVideo bool `json:"splitAudioAndVideo"`
	} `json:"hls"`
}

// CustomLive is what live streams may do.
type CustomLive struct {
	Enabled          bool   `json:"enabled"`
	AllowReplay      bool   `json:"allowReplay"`
	LatencySetting   Switch `json:"latencySetting"`
	MaxDuration      int64  `json:"maxDuration"`
	MaxInstanceLives int    `json:"maxInstanceLives"`
	MaxUserLives     int    `json:"maxUserLives"`
	Transcoding      struct {
		Enabled                  bool            `json:"enabled"`
		RemoteRunners            Switch          `json:"remoteRunners"`
		Threads                  int             `json:"threads"`
		Profile                  string          `json:"profile"`
		Resolutions              map[string]bool `json:"resolutions"`
		AlwaysOriginalResolution bool            `json:"alwaysTranscodeOriginalResolution"`
		FPS                      struct {
			Max int `json:"max"`
		} `json:"fps"`
	} `json:"transcoding"`
	DVR struct {
		MaxWindow int `json:"maxWindow"`
	} `json:"dvr"`
}

// CustomImport is where videos and accounts can come from.
type CustomImport struct {
	Videos struct {
		Concurrency int    `json:"concurrency"`
		HTTP        Switch `json:"http"`
		Torrent     Switch `json:"torrent"`
	} `json:"videos"`
	Synchronization struct {
		Enabled    bool `json:"enabled"`
		MaxPerUser int  `json:"maxPerUser"`
	} `json:"videoChannelSynchronization"`
	Users Switch `json:"users"`
}

// CustomExport is how accounts leave.
type CustomExport struct {
	Users struct {
		Enabled    bool  `json:"enabled"`
		MaxQuota   int64 `json:"maxUserVideoQuota"` // bytes
		Expiration int64 `json:"exportExpiration"`  // milliseconds
	} `json:"users"`
}

// CustomTrending is how lists can be ordered by interest.
type CustomTrending struct {
	Videos struct {
		Algorithms struct {
			Enabled []string `json:"enabled"`
			Default string   `json:"default"`
		} `json:"algorithms"`
	} `json:"videos"`
}

// CustomAutoBlacklist says whether new videos wait for a moderator.
type CustomAutoBlacklist struct {
	Videos struct {
		OfUsers Switch `json:"ofUsers"`
	} `json:"videos"`
}

// CustomFollowers says who may follow us.
type CustomFollowers struct {
	Instance struct {
		Enabled        bool `json:"enabled"`
		ManualApproval bool `json:"manualApproval"`
	} `json:"instance"`
	Channels Switch `json:"channels"`
}

// CustomFollowings says whom we follow by ourselves.
type CustomFollowings struct {
	Instance struct {
		AutoFollowBack  Switch `json:"autoFollowBack"`
		AutoFollowIndex struct {
			Enabled bool   `json:"enabled"`
			URL     string `json:"indexUrl"`
		} `json:"autoFollowIndex"`
	} `json:"instance"`
}

// CustomSearch is how far a search reaches.
type CustomSearch struct {
	RemoteURI struct {
		Users     bool `json:"users"`
		Anonymous bool `json:"anonymous"`
	} `json:"remoteUri"`
	Index struct {
		Enabled            bool   `json:"enabled"`
		URL                string `json:"url"`
		DisableLocalSearch bool   `json:"disableLocalSearch"`
		IsDefaultSearch    bool   `json:"isDefaultSearch"`
	} `json:"searchIndex"`
}

// CustomDefaults is what a new video and a new visitor start with.
type CustomDefaults struct {
	Publish struct {
		DownloadEnabled bool `json:"downloadEnabled"`
		CommentsPolicy  int  `json:"commentsPolicy"`
		Privacy         int  `json:"privacy"`
		Licence         *int `json:"licence"`
	} `json:"publish"`
	Live struct {
		SaveReplay bool `json:"saveReplay"`
	} `json:"live"`
	P2P struct {
		Webapp Switch `json:"webapp"`
		Embed  Switch `json:"embed"`
	} `json:"p2p"`
	Player struct {
		Theme    string `json:"theme"`
		AutoPlay bool   `json:"autoPlay"`
	} `json:"player"`
}

// CustomRemoteComments says whether comments of elsewhere are shown.
type CustomRemoteComments struct {
	Accept bool `json:"acceptRemoteComments"`
}

// Homepage is the platform's own front page, in Markdown.
type Homepage struct {
	Content string `json:"content"`
}
