package api

// AccountBlock is an account that somebody does not want to hear.
type AccountBlock struct {
	By        Account `json:"byAccount"`
	Blocked   Account `json:"blockedAccount"`
	CreatedAt Time    `json:"createdAt"`
}

// HostBlock is a platform that somebody does not want to hear.
type HostBlock struct {
	By        Account `json:"byAccount"`
	Blocked   Host    `json:"blockedServer"`
	CreatedAt Time    `json:"createdAt"`
}

// Host names a platform.
type Host struct {
	Host string `json:"host"`
}

// BlockStatus says of accounts and hosts whether they are blocked.
type BlockStatus struct {
	Accounts map[string]Blocked `json:"accounts"`
	Hosts    map[string]Blocked `json:"hosts"`
}

// Blocked says by whom.
type Blocked struct {
	ByServer bool `json:"blockedByServer"`
	ByUser   bool `json:"blockedByUser"`
}

// States of a report.
const (
	AbusePending  = 1
	AbuseRejected = 2
	AbuseAccepted = 3
)

// AbuseStates are their names.
var AbuseStates = map[int]string{AbusePending: "Pending", AbuseRejected: "Rejected", AbuseAccepted: "Accepted"}

// AbuseReasons are the reasons that can be chosen, by number from 1.
var AbuseReasons = []string{
	"violentOrRepulsive", "hatefulOrAbusive", "spamOrMisleading", "privacy", "rights", "serverRules", "thumbnails", "captions",
}

// Abuse is a report. What only moderators see is absent from a reporter's own list.
type Abuse struct {
	ID                int64         `json:"id"`
	Reason            string        `json:"reason"`
	Predefined        []string      `json:"predefinedReasons"`
	State             Constant      `json:"state"`
	Reporter          *Account      `json:"reporterAccount,omitempty"`
	Flagged           *Account      `json:"flaggedAccount"`
	Note              **string      `json:"moderationComment,omitempty"` // null without one, absent for reporters
	Video             *AbuseVideo   `json:"video"`
	Comment           *AbuseComment `json:"comment"`
	Messages          int           `json:"countMessages"`
	ReportsOfReporter *int          `json:"countReportsForReporter,omitempty"`
	ReportsOfFlagged  *int          `json:"countReportsForReportee,omitempty"`
	CreatedAt         Time          `json:"createdAt"`
	UpdatedAt         Time          `json:"updatedAt"`
}

// AbuseVideo is the video that was reported.
type AbuseVideo struct {
	ID            int64       `json:"id"`
	UUID          string      `json:"uuid"`
	ShortUUID     string      `json:"shortUUID"`
	Name          string      `json:"name"`
	NSFW          bool        `json:"nsfw"`
	Deleted       bool        `json:"deleted"`
	Blacklisted   bool        `json:"blacklisted"`
	StartAt       *int        `json:"startAt"` // seconds
	EndAt         *int        `json:"endAt"`
	ThumbnailPath string      `json:"thumbnailPath,omitempty"`
	Thumbnails    []Thumbnail `json:"thumbnails"`
	Channel       *Channel    `json:"channel,omitempty"`
	CountReports  int         `json:"countReports,omitempty"`
	NthReport     int         `json:"nthReport,omitempty"`
}

// AbuseComment is the comment that was reported.
type AbuseComment struct {
	ID       int64  `json:"id"`
	ThreadID int64  `json:"threadId"`
	Text     string `json:"text"`
	Deleted  bool   `json:"deleted"`
	Video    struct {
		ID        int64  `json:"id"`
		UUID      string `json:"uuid"`
		ShortUUID string `json:"shortUUID"`
		Name      string `json:"name"`
	} `json:"video"`
}

// AbuseMessage is a line of the talk between moderators and reporter.
type AbuseMessage struct {
	ID          int64         `json:"id"`
	Message     string        `json:"message"`
	ByModerator bool          `json:"byModerator"`
	CreatedAt   Time          `json:"createdAt"`
	Account     *ActorSummary `json:"account"`
}

// WatchedWords is a list of words; what has one of them gets the list's name as a tag.
type WatchedWords struct {
	ID        int64    `json:"id"`
	Name      string   `json:"listName"`
	Words     []string `json:"words"`
	CreatedAt Time     `json:"createdAt"`
	UpdatedAt Time     `json:"updatedAt"`
}

// AutoTag is an automatic tag that can be given.
type AutoTag struct {
	Name string `json:"name"`
	Type string `json:"type"` // core or watched-words-list
}

// AutoTags lists them.
type AutoTags struct {
	Available []AutoTag `json:"available"`
}
