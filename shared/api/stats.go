package api

// Stats are figures of the platform. What Shoal does not have yet counts 0.
type Stats struct {
	Users                int64  `json:"totalUsers"`
	DailyUsers           int64  `json:"totalDailyActiveUsers"`
	WeeklyUsers          int64  `json:"totalWeeklyActiveUsers"`
	MonthlyUsers         int64  `json:"totalMonthlyActiveUsers"`
	Moderators           int64  `json:"totalModerators"`
	Admins               int64  `json:"totalAdmins"`
	LocalVideos          int64  `json:"totalLocalVideos"`
	LocalViews           int64  `json:"totalLocalVideoViews"`
	LocalDownloads       int64  `json:"totalLocalVideoDownloads"`
	LocalComments        int64  `json:"totalLocalVideoComments"`
	LocalFilesSize       int64  `json:"totalLocalVideoFilesSize"` // bytes
	Videos               int64  `json:"totalVideos"`
	Comments             int64  `json:"totalVideoComments"`
	Channels             int64  `json:"totalLocalVideoChannels"`
	DailyChannels        int64  `json:"totalLocalDailyActiveVideoChannels"`
	WeeklyChannels       int64  `json:"totalLocalWeeklyActiveVideoChannels"`
	MonthlyChannels      int64  `json:"totalLocalMonthlyActiveVideoChannels"`
	Playlists            int64  `json:"totalLocalPlaylists"`
	Followers            int64  `json:"totalInstanceFollowers"`
	Following            int64  `json:"totalInstanceFollowing"`
	Redundancy           []any  `json:"videosRedundancy"`
	AbuseTime            *int64 `json:"averageAbuseResponseTimeMs"`
	Abuses               int64  `json:"totalAbuses"`
	AbusesProcessed      int64  `json:"totalAbusesProcessed"`
	RegistrationTime     *int64 `json:"averageRegistrationRequestResponseTimeMs"`
	Registrations        int64  `json:"totalRegistrationRequests"`
	RegistrationsHandled int64  `json:"totalRegistrationRequestsProcessed"`
	Messages             int64  `json:"totalActivityPubMessagesProcessed"`
	MessagesSuccesses    int64  `json:"totalActivityPubMessagesSuccesses"`
	MessagesErrors       int64  `json:"totalActivityPubMessagesErrors"`
	MessageStats
	MessagesPerSecond int64 `json:"activityPubMessagesProcessedPerSecond"`
	MessagesWaiting   int64 `json:"totalActivityPubMessagesWaiting"`
}

// MessageStats are figures of the messages of other platforms, by kind.
type MessageStats struct {
	CreateSuccesses       int64 `json:"totalActivityPubCreateMessagesSuccesses"`
	CreateErrors          int64 `json:"totalActivityPubCreateMessagesErrors"`
	UpdateSuccesses       int64 `json:"totalActivityPubUpdateMessagesSuccesses"`
	UpdateErrors          int64 `json:"totalActivityPubUpdateMessagesErrors"`
	DeleteSuccesses       int64 `json:"totalActivityPubDeleteMessagesSuccesses"`
	DeleteErrors          int64 `json:"totalActivityPubDeleteMessagesErrors"`
	FollowSuccesses       int64 `json:"totalActivityPubFollowMessagesSuccesses"`
	FollowErrors          int64 `json:"totalActivityPubFollowMessagesErrors"`
	AcceptSuccesses       int64 `json:"totalActivityPubAcceptMessagesSuccesses"`
	AcceptErrors          int64 `json:"totalActivityPubAcceptMessagesErrors"`
	RejectSuccesses       int64 `json:"totalActivityPubRejectMessagesSuccesses"`
	RejectErrors          int64 `json:"totalActivityPubRejectMessagesErrors"`
	AnnounceSuccesses     int64 `json:"totalActivityPubAnnounceMessagesSuccesses"`
	AnnounceErrors        int64 `json:"totalActivityPubAnnounceMessagesErrors"`
	UndoSuccesses         int64 `json:"totalActivityPubUndoMessagesSuccesses"`
	UndoErrors            int64 `json:"totalActivityPubUndoMessagesErrors"`
	LikeSuccesses         int64 `json:"totalActivityPubLikeMessagesSuccesses"`
	LikeErrors            int64 `json:"totalActivityPubLikeMessagesErrors"`
	DislikeSuccesses      int64 `json:"totalActivityPubDislikeMessagesSuccesses"`
	DislikeErrors         int64 `json:"totalActivityPubDislikeMessagesErrors"`
	FlagSuccesses         int64 `json:"totalActivityPubFlagMessagesSuccesses"`
	FlagErrors            int64 `json:"totalActivityPubFlagMessagesErrors"`
	ViewSuccesses         int64 `json:"totalActivityPubViewMessagesSuccesses"`
	ViewErrors            int64 `json:"totalActivityPubViewMessagesErrors"`
	ApproveReplySuccesses int64 `json:"totalActivityPubApproveReplyMessagesSuccesses"`
	ApproveReplyErrors    int64 `json:"totalActivityPubApproveReplyMessagesErrors"`
	RejectReplySuccesses  int64 `json:"totalActivityPubRejectReplyMessagesSuccesses"`
	RejectReplyErrors     int64 `json:"totalActivityPubRejectReplyMessagesErrors"`
}
