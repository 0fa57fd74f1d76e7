package api

// TwoFactor is what an authenticator app needs, and the token that confirms it has it.
type TwoFactor struct {
	Request struct {
		Token  string `json:"requestToken"`
		Secret string `json:"secret"` // base32
		URI    string `json:"uri"`    // otpauth://
	} `json:"otpRequest"`
}

// TokenSession is a place where someone is signed in.
type TokenSession struct {
	ID          int64  `json:"id"`
	Current     bool   `json:"currentSession"`
	LoginDevice string `json:"loginDevice"`
	LoginIP     string `json:"loginIP"`
	LoginDate   Time   `json:"loginDate"`
	LastDevice  string `json:"lastActivityDevice"`
	LastIP      string `json:"lastActivityIP"`
	LastDate    Time   `json:"lastActivityDate"`
	CreatedAt   Time   `json:"createdAt"`
}

// UserForAdmin is a member as moderators see them.
type UserForAdmin struct {
	User
	QuotaUsed      int64 `json:"videoQuotaUsed"`      // bytes of originals
	QuotaUsedDaily int64 `json:"videoQuotaUsedDaily"` // bytes of the last 24 hours
	FileSize       int64 `json:"totalVideoFileSize"`  // bytes of all files
	VideosCount    *int  `json:"videosCount,omitempty"`
}

// UserCreate makes a member.
type UserCreate struct {
	Username        string `json:"username"`
	Email           string `json:"email"`
	Password        string `json:"password"` // empty: they choose one by a letter
	Role            *int   `json:"role"`
	VideoQuota      *int64 `json:"videoQuota"`
	VideoQuotaDaily *int64 `json:"videoQuotaDaily"`
	ChannelName     string `json:"channelName"`
	AdminFlags      int    `json:"adminFlags"`
}

// UserCreated is the answer to it.
type UserCreated struct {
	User struct {
		ID      int64 `json:"id"`
		Account struct {
			ID int64 `json:"id"`
		} `json:"account"`
	} `json:"user"`
}

// UserEdit changes what is given of a member; a nil field stays as it is.
type UserEdit struct {
	Email           *string `json:"email"`
	EmailVerified   *bool   `json:"emailVerified"`
	Password        *string `json:"password"`
	Role            *int    `json:"role"`
	VideoQuota      *int64  `json:"videoQuota"`
	VideoQuotaDaily *int64  `json:"videoQuotaDaily"`
	AdminFlags      *int    `json:"adminFlags"`
	PluginAuth      *string `json:"pluginAuth"`
}

// Register is someone who wants to join. RegistrationReason is for platforms whose moderators decide.
type Register struct {
	Username    string `json:"username"`
	Email       string `json:"email"`
	Password    string `json:"password"`
	DisplayName string `json:"displayName"`
	Channel     *struct {
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
	} `json:"channel"`
	RegistrationReason string `json:"registrationReason"`
}

// Registration is a request for an account.
type Registration struct {
	ID                 int64    `json:"id"`
	State              Constant `json:"state"`
	Reason             string   `json:"registrationReason"`
	Response           *string  `json:"moderationResponse"`
	Username           string   `json:"username"`
	Email              string   `json:"email"`
	EmailVerified      *bool    `json:"emailVerified"`
	AccountDisplayName *string  `json:"accountDisplayName"`
	ChannelHandle      *string  `json:"channelHandle"`
	ChannelDisplayName *string  `json:"channelDisplayName"`
	CreatedAt          Time     `json:"createdAt"`
	UpdatedAt          Time     `json:"updatedAt"`
	User               *ID      `json:"user,omitempty"`
}

// ID is an object of which only the number is told.
type ID struct {
	ID int64 `json:"id"`
}

// Words of states.
var (
	RegistrationStates = map[int]string{1: "Pending", 2: "Rejected", 3: "Accepted"}
	TransferStates     = map[int]string{1: "Pending", 2: "Rejected", 3: "Accepted"}
	CollaboratorStates = map[int]string{1: "Pending", 2: "Accepted"}
)

// Collaborator is someone who works on another's channel.
type Collaborator struct {
	ID        int64        `json:"id"`
	Account   ActorSummary `json:"account"`
	State     Constant     `json:"state"`
	CreatedAt Time         `json:"createdAt"`
	UpdatedAt Time         `json:"updatedAt"`
}

// Transfer is a channel that its owner offers to someone.
type Transfer struct {
	ID        int64           `json:"id"`
	State     Constant        `json:"state"`
	Status    string          `json:"status"` // WAITING, ACCEPTED or REFUSED
	Giver     Account         `json:"initiatorAccount"`
	Taker     Account         `json:"nextOwnerAccount"`
	Channel   *ChannelSummary `json:"videoChannel"`
	Video     *struct{}       `json:"video"` // of another kind of transfer
	CreatedAt Time            `json:"createdAt"`
}

// ChannelSummary is a channel as it stands inside something else.
type ChannelSummary = ActorSummary

// Activity is something that was done in a channel.
type Activity struct {
	ID         int64          `json:"id"`
	Account    *ActorSummary  `json:"account"` // nil when it is gone
	Action     Constant       `json:"action"`
	TargetType Constant       `json:"targetType"`
	Details    map[string]any `json:"details"`
	CreatedAt  Time           `json:"createdAt"`
	Channel    struct {
		ID          int64  `json:"id"`
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
		URL         string `json:"url"`
	} `json:"channel"`
	Video         map[string]any `json:"video,omitempty"`
	VideoImport   map[string]any `json:"videoImport,omitempty"`
	Playlist      map[string]any `json:"playlist,omitempty"`
	ChannelSync   map[string]any `json:"channelSync,omitempty"`
	TargetAccount map[string]any `json:"targetAccount,omitempty"`
}

// Wishes say how someone wants to hear of each kind of news: 0 not at all, 1 on the web, 2 by mail, 3 both. Nil stays.
type Wishes struct {
	AbuseAsModerator    *int `json:"abuseAsModerator"`
	AutoBlacklist       *int `json:"videoAutoBlacklistAsModerator"`
	NewUserRegistration *int `json:"newUserRegistration"`
	NewVideo            *int `json:"newVideoFromSubscription"`
	Blacklist           *int `json:"blacklistOnMyVideo"`
	Published           *int `json:"myVideoPublished"`
	ImportFinished      *int `json:"myVideoImportFinished"`
	CommentMention      *int `json:"commentMention"`
	NewComment          *int `json:"newCommentOnMyVideo"`
	NewFollow           *int `json:"newFollow"`
	NewInstanceFollower *int `json:"newInstanceFollower"`
	AutoFollowing       *int `json:"autoInstanceFollowing"`
	AbuseStateChange    *int `json:"abuseStateChange"`
	AbuseNewMessage     *int `json:"abuseNewMessage"`
	NewPeerTubeVersion  *int `json:"newPeerTubeVersion"`
	NewPluginVersion    *int `json:"newPluginVersion"`
	StudioFinished      *int `json:"myVideoStudioEditionFinished"`
	Transcribed         *int `json:"myVideoTranscriptionGenerated"`
}

// Given are those that are not nil, by their names.
func (w Wishes) Given() map[string]int {
	out := map[string]int{}
	for name, way := range map[string]*int{
		"abuseAsModerator": w.AbuseAsModerator, "videoAutoBlacklistAsModerator": w.AutoBlacklist, "newUserRegistration": w.NewUserRegistration,
		"newVideoFromSubscription": w.NewVideo, "blacklistOnMyVideo": w.Blacklist, "myVideoPublished": w.Published,
		"myVideoImportFinished": w.ImportFinished, "commentMention": w.CommentMention, "newCommentOnMyVideo": w.NewComment,
		"newFollow": w.NewFollow, "newInstanceFollower": w.NewInstanceFollower, "autoInstanceFollowing": w.AutoFollowing,
		"abuseStateChange": w.AbuseStateChange, "abuseNewMessage": w.AbuseNewMessage, "newPeerTubeVersion": w.NewPeerTubeVersion,
		"newPluginVersion": w.NewPluginVersion, "myVideoStudioEditionFinished": w.StudioFinished, "myVideoTranscriptionGenerated": w.Transcribed,
	} {
		if way != nil {
			out[name] = *way
		}
	}
	return out
}
