package api

// Policies of comments.
const (
	CommentsOpen     = 1
	CommentsClosed   = 2
	CommentsApproved = 3 // each waits for approval
)

// Comment is what somebody wrote below a video.
type Comment struct {
	ID           int64    `json:"id"`
	URL          string   `json:"url"`
	Text         string   `json:"text"` // markdown as it was typed; HTML when it came from elsewhere
	HTML         string   `json:"html"` // Shoal's own: Text as safe HTML
	ThreadID     int64    `json:"threadId"`
	InReplyTo    *int64   `json:"inReplyToCommentId"`
	VideoID      int64    `json:"videoId"`
	CreatedAt    Time     `json:"createdAt"`
	UpdatedAt    Time     `json:"updatedAt"`
	DeletedAt    *Time    `json:"deletedAt"`
	Held         bool     `json:"heldForReview"`
	IsDeleted    bool     `json:"isDeleted"`
	OwnerReplies int      `json:"totalRepliesFromVideoAuthor"`
	Replies      int      `json:"totalReplies"`
	Account      *Account `json:"account"` // null once deleted
}

// Threads is a page of the comments that begin a thread.
type Threads struct {
	Page[Comment]
	TotalNotDeleted int64 `json:"totalNotDeletedComments"` // replies included
}

// ThreadTree is a comment with all below it.
type ThreadTree struct {
	Comment  Comment      `json:"comment"`
	Children []ThreadTree `json:"children"`
}

// CommentMade is the answer to a new comment.
type CommentMade struct {
	Comment Comment `json:"comment"`
}

// ModeratedComment is a comment as those see it who decide about it.
type ModeratedComment struct {
	ID            int64        `json:"id"`
	URL           string       `json:"url"`
	Text          string       `json:"text"`
	HTML          string       `json:"html"` // Shoal's own
	ThreadID      int64        `json:"threadId"`
	InReplyTo     *int64       `json:"inReplyToCommentId"`
	CreatedAt     Time         `json:"createdAt"`
	UpdatedAt     Time         `json:"updatedAt"`
	Account       Account      `json:"account"`
	Video         CommentVideo `json:"video"`
	Held          bool         `json:"heldForReview"`
	AutomaticTags []string     `json:"automaticTags"`
}

// CommentVideo names the video of a comment.
type CommentVideo struct {
	ID        int64        `json:"id"`
	UUID      string       `json:"uuid"`
	ShortUUID string       `json:"shortUUID"`
	Name      string       `json:"name"`
	Channel   ActorSummary `json:"channel"`
}
