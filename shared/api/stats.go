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
	MessagesPerSecond    int64  `json:"activityPubMessagesProcessedPerSecond"`
	MessagesWaiting      int64  `json:"totalActivityPubMessagesWaiting"`
}
