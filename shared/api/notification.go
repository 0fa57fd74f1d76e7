package api

// Types of notifications, numbered as PeerTube does.
const (
	NewVideo             = 1 // from a subscription
	NewComment           = 2 // below one's video
	NewAbuse             = 3 // for moderators
	MyVideoBlocked       = 4
	MyVideoUnblocked     = 5
	MyVideoPublished     = 6
	ImportDone           = 7
	ImportFailed         = 8
	NewUser              = 9
	NewFollow            = 10
	Mention              = 11
	VideoAutoBlocked     = 12 // for moderators
	NewInstanceFollower  = 13
	AutoInstanceFollow   = 14
	AbuseChanged         = 15 // one's report
	AbuseMessageNew      = 16
	NewPlugin            = 17
	NewVersion           = 18
	StudioDone           = 19
	RegistrationAsked    = 20
	NewLive              = 21 // from a subscription
	TranscriptionDone    = 22
	CollaborationAsked   = 23
	CollaborationTaken   = 24
	CollaborationRefused = 25
	VideoOffered         = 26
	VideoTaken           = 27
	VideoRefused         = 28
	ChannelOffered       = 29
	ChannelTaken         = 30
	ChannelRefused       = 31
)

// Ways in which a notification comes; they may be added.
const (
	ByWeb  = 1
	ByMail = 2
)

// NotificationKinds are the settings that people have, and what holds for those who chose nothing.
var NotificationKinds = map[string]int{
	"abuseAsModerator": ByWeb | ByMail, "abuseNewMessage": ByWeb | ByMail, "abuseStateChange": ByWeb | ByMail,
	"autoInstanceFollowing": ByWeb, "blacklistOnMyVideo": ByWeb | ByMail, "commentMention": ByWeb,
	"myVideoImportFinished": ByWeb, "myVideoPublished": ByWeb, "myVideoStudioEditionFinished": ByWeb,
	"myVideoTranscriptionGenerated": ByWeb, "newCommentOnMyVideo": ByWeb, "newFollow": ByWeb, "newInstanceFollower": ByWeb,
	"newPeerTubeVersion": ByWeb | ByMail, "newPluginVersion": ByWeb, "newUserRegistration": ByWeb,
	"newVideoFromSubscription": ByWeb, "videoAutoBlacklistAsModerator": ByWeb | ByMail,
}

// NotificationKind is the setting that decides about a type; those without one, such as offers of a channel, always come both ways.
func NotificationKind(kind int) string { return kindOf[kind] }

var kindOf = map[int]string{
	NewVideo: "newVideoFromSubscription", NewLive: "newVideoFromSubscription", NewComment: "newCommentOnMyVideo",
	NewAbuse: "abuseAsModerator", MyVideoBlocked: "blacklistOnMyVideo", MyVideoUnblocked: "blacklistOnMyVideo",
	MyVideoPublished: "myVideoPublished", ImportDone: "myVideoImportFinished", ImportFailed: "myVideoImportFinished",
	NewUser: "newUserRegistration", RegistrationAsked: "newUserRegistration", NewFollow: "newFollow", Mention: "commentMention",
	VideoAutoBlocked: "videoAutoBlacklistAsModerator", NewInstanceFollower: "newInstanceFollower",
	AutoInstanceFollow: "autoInstanceFollowing", AbuseChanged: "abuseStateChange", AbuseMessageNew: "abuseNewMessage",
	NewPlugin: "newPluginVersion", NewVersion: "newPeerTubeVersion", StudioDone: "myVideoStudioEditionFinished",
	TranscriptionDone: "myVideoTranscriptionGenerated",
}

// VideoInfo names a video.
type VideoInfo struct {
	ID        int64    `json:"id"`
	UUID      string   `json:"uuid"`
	ShortUUID string   `json:"shortUUID"`
	Name      string   `json:"name"`
	State     Constant `json:"state"`
}

// VideoOf is a VideoInfo with its channel.
type VideoOf struct {
	VideoInfo
	Channel ActorInfo `json:"channel"`
}

// ActorInfo names an account or channel.
type ActorInfo struct {
	ID          int64        `json:"id"`
	Name        string       `json:"name"`
	DisplayName string       `json:"displayName"`
	Host        string       `json:"host"`
	Avatars     []AvatarInfo `json:"avatars"`
	Avatar      *AvatarInfo  `json:"avatar,omitempty"` // the largest one
}

// AvatarInfo is a picture in one size.
type AvatarInfo struct {
	Width   int    `json:"width"`
	Path    string `json:"path"`
	FileURL string `json:"fileUrl"`
}

// Notification is something that a member should know. Type says which of the other fields are set.
type Notification struct {
	ID           int64                `json:"id"`
	Type         int                  `json:"type"`
	Read         bool                 `json:"read"`
	Video        *VideoOf             `json:"video,omitempty"`
	Comment      *NotifiedComment     `json:"comment,omitempty"`
	Abuse        *NotifiedAbuse       `json:"abuse,omitempty"`
	VideoBlock   *NotifiedBlock       `json:"videoBlacklist,omitempty"`
	Account      *ActorInfo           `json:"account,omitempty"`
	Follow       *NotifiedFollow      `json:"actorFollow,omitempty"`
	Registration *NotifiedRequest     `json:"registration,omitempty"`
	Collaborator *NotifiedCollaborate `json:"videoChannelCollaborator,omitempty"`
	Ownership    *NotifiedOwnership   `json:"changeOwnership,omitempty"`
	Import       map[string]any       `json:"videoImport,omitempty"`
	Caption      map[string]any       `json:"videoCaption,omitempty"`
	Plugin       map[string]any       `json:"plugin,omitempty"`
	PeerTube     map[string]any       `json:"peertube,omitempty"`
	Data         map[string]any       `json:"data"`
	CreatedAt    Time                 `json:"createdAt"`
	UpdatedAt    Time                 `json:"updatedAt"`
}

// NotifiedComment is the comment that was written.
type NotifiedComment struct {
	ID       int64     `json:"id"`
	ThreadID int64     `json:"threadId"`
	Account  ActorInfo `json:"account"`
	Video    VideoInfo `json:"video"`
	Held     bool      `json:"heldForReview"`
}

// NotifiedAbuse is the report that was made, changed or answered.
type NotifiedAbuse struct {
	ID      int64           `json:"id"`
	State   int             `json:"state"`
	Video   *VideoInfo      `json:"video,omitempty"`
	Comment *AbuseOfComment `json:"comment,omitempty"`
	Account *ActorInfo      `json:"account,omitempty"`
}

// AbuseOfComment says where a reported comment is.
type AbuseOfComment struct {
	ThreadID int64     `json:"threadId"`
	Video    VideoInfo `json:"video"`
}

// NotifiedBlock is the video that was blocked or is blocked no longer.
type NotifiedBlock struct {
	ID    int64     `json:"id"`
	Video VideoInfo `json:"video"`
}

// NotifiedFollow says who follows whom.
type NotifiedFollow struct {
	ID        int64     `json:"id"`
	State     string    `json:"state"`
	Follower  ActorInfo `json:"follower"`
	Following struct {
		Type        string `json:"type"` // account, channel or instance
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
		Host        string `json:"host"`
	} `json:"following"`
}

// NotifiedRequest is a request for an account.
type NotifiedRequest struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
}

// NotifiedCollaborate is an invitation to a channel.
type NotifiedCollaborate struct {
	ID           int64     `json:"id"`
	State        Constant  `json:"state"`
	Channel      ActorInfo `json:"channel"`
	ChannelOwner ActorInfo `json:"channelOwner"`
	Account      ActorInfo `json:"account"`
}

// NotifiedOwnership is a video or channel that is offered to another account.
type NotifiedOwnership struct {
	ID        int64      `json:"id"`
	State     Constant   `json:"state"`
	Initiator ActorInfo  `json:"initiatorAccount"`
	NextOwner ActorInfo  `json:"nextOwnerAccount"`
	Video     *VideoInfo `json:"video,omitempty"`
	Channel   *ActorInfo `json:"channel,omitempty"`
}
