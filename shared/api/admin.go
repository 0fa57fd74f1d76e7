package api

// LogLine is one line of the server's log, or of the list of changes: level, message, timestamp and what else was said.
type LogLine map[string]any
