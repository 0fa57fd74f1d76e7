package activity

import "encoding/json"

// Note is a comment.
type Note struct {
	Context       json.RawMessage   `json:"@context,omitzero"`
	To            IDs               `json:"to,omitzero"`
	Cc            IDs               `json:"cc,omitzero"`
	Type          Type              `json:"type"`
	ID            ID                `json:"id"`
	Name          string            `json:"name,omitzero"` // of a vote in somebody's poll, which is no comment
	Summary       *string           `json:"summary,omitzero"`
	Content       string            `json:"content"`
	ContentMap    map[string]string `json:"contentMap,omitzero"`
	MediaType     string            `json:"mediaType,omitzero"`
	InReplyTo     ID                `json:"inReplyTo"`
	Updated       Time              `json:"updated,omitzero"`
	Published     Time              `json:"published"`
	URL           Page              `json:"url,omitzero"`
	AttributedTo  ID                `json:"attributedTo"`
	ReplyApproval *ID               `json:"replyApproval"` // the ApproveReply that lets it stand
	Sensitive     *bool             `json:"sensitive,omitzero"`
	Collection    ID                `json:"context,omitzero"`
	Replies       ID                `json:"replies,omitzero"`
	Audience      ID                `json:"audience,omitzero"`
	Tag           Many[Link]        `json:"tag"`
	Attachment    Many[Link]        `json:"attachment,omitzero"`
	Proof         json.RawMessage   `json:"proof,omitzero"`
}

// Tombstone is where something was.
type Tombstone struct {
	Context    json.RawMessage `json:"@context,omitzero"`
	ID         ID              `json:"id"`
	Type       Type            `json:"type"`
	FormerType Type            `json:"formerType,omitzero"`
	InReplyTo  ID              `json:"inReplyTo,omitzero"`
	Published  Time            `json:"published,omitzero"`
	Updated    Time            `json:"updated,omitzero"`
	Deleted    Time            `json:"deleted,omitzero"`
}
