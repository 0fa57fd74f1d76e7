package api

// LogLine is one line of the server's log, or of the list of changes: level, message, timestamp and what else was said.
type LogLine map[string]any

// Job is a piece of work in the background.
type Job struct {
	ID          int64   `json:"id,string"`
	State       string  `json:"state"` // active, waiting, delayed, completed or failed
	Type        string  `json:"type"`
	Data        any     `json:"data"`
	Priority    int     `json:"priority"`
	Progress    int     `json:"progress"` // percent
	Attempt     int     `json:"attempt"`
	MaxAttempts int     `json:"maxAttempts"`
	Error       *string `json:"error"`
	CanCancel   bool    `json:"canCancel"`
	CreatedAt   Time    `json:"createdAt"`
	ProcessedOn *Time   `json:"processedOn"`
	FinishedOn  *Time   `json:"finishedOn"`
}

// Debug is what helps to find out why something does not work.
type Debug struct {
	IP      string `json:"ip"` // the asking one, as the server sees it
	Waiting int    `json:"activityPubMessagesWaiting"`
}
