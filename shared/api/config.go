package api

// Switch says whether a part of the platform is there.
type Switch struct {
	Enabled bool `json:"enabled"`
}

// Runners is a part that may be worked by other machines.
type Runners struct {
	Enabled       bool   `json:"enabled"`
	RemoteRunners Switch `json:"remoteRunners"`
}

// Files says which files are taken.
type Files struct {
	Size struct {
		Max int64 `json:"max"` // bytes
	} `json:"size"`
	Extensions []string `json:"extensions"`
}

// Config is what apps and pages need to know of the platform.
type Config struct {
	Client      ConfigClient   `json:"client"`
	Defaults    ConfigDefaults `json:"defaults"`
	Webadmin    ConfigWebadmin `json:"webadmin"`
	Instance    ConfigInstance `json:"instance"`
	Search      ConfigSearch   `json:"search"`
	Plugin      ConfigPlugin   `json:"plugin"`
	Theme       ConfigTheme    `json:"theme"`
	Email       Switch         `json:"email"`
	ContactForm Switch         `json:"contactForm"`
	Version     string         `json:"serverVersion"` // of PeerTube whose interface this is
	Commit      string         `json:"serverCommit"`
	Software    Software       `json:"software"` // Shoal's own
	Transcoding ConfigEncoding `json:"transcoding"`
	Live        ConfigLive     `json:"live"`
	VideoStudio Runners        `json:"videoStudio"`
	VideoFile   struct {
		Update Switch `json:"update"`
	} `json:"videoFile"`
	Transcription Runners      `json:"videoTranscription"`
	Import        ConfigImport `json:"import"`
	Export        struct {
		Users struct {
			Enabled    bool  `json:"enabled"`
			Expiration int64 `json:"exportExpiration"`  // milliseconds
			MaxQuota   int64 `json:"maxUserVideoQuota"` // bytes
		} `json:"users"`
	} `json:"export"`
	AutoBlacklist struct {
		Videos struct {
			OfUsers Switch `json:"ofUsers"`
		} `json:"videos"`
	} `json:"autoBlacklist"`
	Blocklist struct {
		PublicLog Switch `json:"publicLog"`
	} `json:"blocklist"`
	Avatar struct {
		File Files `json:"file"`
	} `json:"avatar"`
	Banner struct {
		File Files `json:"file"`
	} `json:"banner"`
	Logo struct {
		File Files `json:"file"`
	} `json:"logo"`
	Video struct {
		Image Files `json:"image"`
		File  struct {
			Extensions []string `json:"extensions"`
		} `json:"file"`
	} `json:"video"`
	VideoCaption struct {
		File Files `json:"file"`
	} `json:"videoCaption"`
	User struct {
		Quota      int64 `json:"videoQuota"`      // bytes, -1 for no limit
		QuotaDaily int64 `json:"videoQuotaDaily"` // bytes, -1 for no limit
	} `json:"user"`
	VideoChannels struct {
		MaxPerUser int `json:"maxPerUser"`
	} `json:"videoChannels"`
	Trending   ConfigTrending `json:"trending"`
	Tracker    Switch         `json:"tracker"`
	Followings struct {
		Instance struct {
			AutoFollowIndex struct {
				URL string `json:"indexUrl"`
			} `json:"autoFollowIndex"`
		} `json:"instance"`
	} `json:"followings"`
	Federation       Switch          `json:"federation"`
	BroadcastMessage ConfigBroadcast `json:"broadcastMessage"`
	Homepage         Switch          `json:"homepage"`
	OpenTelemetry    struct {
		Metrics struct {
			Enabled  bool `json:"enabled"`
			Interval int  `json:"playbackStatsInterval"` // milliseconds
		} `json:"metrics"`
	} `json:"openTelemetry"`
	Views             ConfigViews  `json:"views"`
	Storyboards       Runners      `json:"storyboards"`
	WebRTC            ConfigWebRTC `json:"webrtc"`
	NSFWFlagsSettings Switch       `json:"nsfwFlagsSettings"`
	FieldsConstraints struct {
		Users struct {
			Password struct {
				Min int `json:"minLength"`
				Max int `json:"maxLength"`
			} `json:"password"`
		} `json:"users"`
	} `json:"fieldsConstraints"`
	SignUp ConfigSignUp `json:"signup"`
}

// Software names the program that answers.
type Software struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// ConfigClient is how pages behave.
type ConfigClient struct {
	NewFeaturesInfo bool `json:"newFeaturesInfo"`
	Header          struct {
		HideInstanceName bool `json:"hideInstanceName"`
	} `json:"header"`
	Videos struct {
		Miniature struct {
			DisplayAuthorAvatar bool `json:"displayAuthorAvatar"`
			DisplayName         bool `json:"preferAuthorDisplayName"`
		} `json:"miniature"`
		ResumableUpload struct {
			MaxChunkSize int64 `json:"maxChunkSize"` // bytes, 0 for any
		} `json:"resumableUpload"`
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
	OpenInApp struct {
		Android struct {
			Intent struct {
				Enabled     bool   `json:"enabled"`
				Host        string `json:"host"`
				Scheme      string `json:"scheme"`
				FallbackURL string `json:"fallbackUrl"`
			} `json:"intent"`
		} `json:"android"`
		IOS struct {
			Enabled     bool   `json:"enabled"`
			Host        string `json:"host"`
			Scheme      string `json:"scheme"`
			FallbackURL string `json:"fallbackUrl"`
		} `json:"ios"`
	} `json:"openInApp"`
}

// ConfigDefaults is what a new video and a new visitor start with.
type ConfigDefaults struct {
	Publish struct {
		DownloadEnabled bool `json:"downloadEnabled"`
		CommentsPolicy  int  `json:"commentsPolicy"`
		CommentsEnabled bool `json:"commentsEnabled"`
		Privacy         int  `json:"privacy"`
		Licence         *int `json:"licence"`
	} `json:"publish"`
	P2P struct {
		Webapp Switch `json:"webapp"`
		Embed  Switch `json:"embed"`
	} `json:"p2p"`
	Player struct {
		Theme    string `json:"theme"`
		AutoPlay bool   `json:"autoPlay"`
	} `json:"player"`
}

// ConfigWebadmin says whether settings can be changed by pages.
type ConfigWebadmin struct {
	Configuration struct {
		Edition struct {
			Allowed bool `json:"allowed"`
		} `json:"edition"`
	} `json:"configuration"`
}

// ConfigInstance is how the platform presents itself.
type ConfigInstance struct {
	Name             string `json:"name"`
	ShortDescription string `json:"shortDescription"`
	IsNSFW           bool   `json:"isNSFW"`
	NSFWPolicy       string `json:"defaultNSFWPolicy"`
	ClientRoute      string `json:"defaultClientRoute"`
	Country          string `json:"serverCountry"`
	Support          struct {
		Text string `json:"text"`
	} `json:"support"`
	Social struct {
		Bluesky  string `json:"blueskyLink"`
		Mastodon string `json:"mastodonLink"`
		X        string `json:"xLink"`
		External string `json:"externalLink"`
	} `json:"social"`
	Customizations struct {
		JavaScript string `json:"javascript"`
		CSS        string `json:"css"`
	} `json:"customizations"`
	Language string  `json:"defaultLanguage"`
	Avatars  []Image `json:"avatars"`
	Banners  []Image `json:"banners"`
	Logo     []Logo  `json:"logo"`
}

// Logo is a picture of the platform for one place, in one size.
type Logo struct {
	Image
	Type       string `json:"type"` // favicon, header-wide, header-square or opengraph
	IsFallback bool   `json:"isFallback"`
}

// ConfigSearch is how far a search reaches.
type ConfigSearch struct {
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

// Plugin is an extension that is installed.
type Plugin struct {
	Name        string `json:"name"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

// ConfigPlugin lists extensions.
type ConfigPlugin struct {
	Registered              []Plugin `json:"registered"`
	RegisteredExternalAuths []Plugin `json:"registeredExternalAuths"`
	RegisteredIDAndPassAuth []Plugin `json:"registeredIdAndPassAuths"`
}

// ConfigTheme lists themes.
type ConfigTheme struct {
	Registered []Plugin `json:"registered"`
	BuiltIn    []struct {
		Name string `json:"name"`
	} `json:"builtIn"`
	Default       string            `json:"default"`
	Customization map[string]string `json:"customization"`
}

// ConfigEncoding is which renditions are made.
type ConfigEncoding struct {
	RemoteRunners      Switch   `json:"remoteRunners"`
	HLS                Switch   `json:"hls"`
	WebVideos          Switch   `json:"web_videos"`
	EnabledResolutions []int    `json:"enabledResolutions"`
	Profile            string   `json:"profile"`
	AvailableProfiles  []string `json:"availableProfiles"`
}

// ConfigLive is what live streams may do.
type ConfigLive struct {
	Enabled          bool   `json:"enabled"`
	AllowReplay      bool   `json:"allowReplay"`
	LatencySetting   Switch `json:"latencySetting"`
	MaxDuration      int64  `json:"maxDuration"` // milliseconds, -1 for no limit
	MaxInstanceLives int    `json:"maxInstanceLives"`
	MaxUserLives     int    `json:"maxUserLives"`
	Transcoding      struct {
		Enabled            bool     `json:"enabled"`
		RemoteRunners      Switch   `json:"remoteRunners"`
		EnabledResolutions []int    `json:"enabledResolutions"`
		Profile            string   `json:"profile"`
		AvailableProfiles  []string `json:"availableProfiles"`
	} `json:"transcoding"`
	RTMP struct {
		Port int `json:"port"`
	} `json:"rtmp"`
}

// ConfigImport is where videos and accounts can come from.
type ConfigImport struct {
	Videos struct {
		HTTP    Switch `json:"http"`
		Torrent Switch `json:"torrent"`
	} `json:"videos"`
	Synchronization Switch `json:"videoChannelSynchronization"`
	Users           Switch `json:"users"`
}

// ConfigTrending is how lists can be ordered by interest.
type ConfigTrending struct {
	Videos struct {
		IntervalDays int `json:"intervalDays"`
		Algorithms   struct {
			Enabled []string `json:"enabled"`
			Default string   `json:"default"`
		} `json:"algorithms"`
	} `json:"videos"`
}

// ConfigBroadcast is a message for everyone.
type ConfigBroadcast struct {
	Enabled     bool   `json:"enabled"`
	Message     string `json:"message"`
	Level       string `json:"level"`
	Dismissable bool   `json:"dismissable"`
}

// ConfigViews is how often players report, and for how long reports are kept.
type ConfigViews struct {
	Videos struct {
		Remote struct {
			MaxAge int64 `json:"maxAge"` // milliseconds, -1 for ever
		} `json:"remote"`
		Local struct {
			MaxAge int64 `json:"maxAge"` // milliseconds, -1 for ever
		} `json:"local"`
		WatchingInterval struct {
			Anonymous int `json:"anonymous"` // milliseconds
			Users     int `json:"users"`     // milliseconds
		} `json:"watchingInterval"`
	} `json:"videos"`
}

// ConfigWebRTC helps peers to find each other.
type ConfigWebRTC struct {
	StunServers []string `json:"stunServers"`
}

// ConfigSignUp says who may join.
type ConfigSignUp struct {
	Allowed                   bool `json:"allowed"`
	AllowedForCurrentIP       bool `json:"allowedForCurrentIP"`
	MinimumAge                int  `json:"minimumAge"`
	RequiresApproval          bool `json:"requiresApproval"`
	RequiresEmailVerification bool `json:"requiresEmailVerification"`
}

// About is the longer description of the platform.
type About struct {
	Instance AboutInstance `json:"instance"`
}

// AboutInstance is what the people behind the platform say of it.
type AboutInstance struct {
	Name                  string   `json:"name"`
	ShortDescription      string   `json:"shortDescription"`
	Description           string   `json:"description"`
	Terms                 string   `json:"terms"`
	CodeOfConduct         string   `json:"codeOfConduct"`
	HardwareInformation   string   `json:"hardwareInformation"`
	CreationReason        string   `json:"creationReason"`
	ModerationInformation string   `json:"moderationInformation"`
	Administrator         string   `json:"administrator"`
	MaintenanceLifetime   string   `json:"maintenanceLifetime"`
	BusinessModel         string   `json:"businessModel"`
	Languages             []string `json:"languages"`
	Categories            []int    `json:"categories"`
	Avatars               []Image  `json:"avatars"`
	Banners               []Image  `json:"banners"`
}
