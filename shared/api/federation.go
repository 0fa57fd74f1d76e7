package api

// FederationHost is how it goes with another server.
type FederationHost struct {
	Host          string   `json:"host"`
	Software      string   `json:"software"` // empty when it is not known
	Version       string   `json:"version"`
	Signatures    string   `json:"signatures"` // cavage or rfc9421; empty when it is not known
	State         string   `json:"state"`      // working, failing, unreachable, dead, paused or unknown
	Blocked       bool     `json:"blocked"`
	Queue         int64    `json:"queue"` // deliveries that wait
	OldestAt      *Time    `json:"oldestAt"`
	Delivered     int64    `json:"delivered"`
	Missed        int64    `json:"missed"`
	SuccessRate   *float64 `json:"successRate"` // from 0 to 1; null before the first attempt
	FailuresInRow int      `json:"failuresInRow"`
	FailingSince  *Time    `json:"failingSince"`
	NextTryAt     *Time    `json:"nextTryAt"` // of a server that is left alone for a while
	LastSuccessAt *Time    `json:"lastSuccessAt"`
	LastReceiptAt *Time    `json:"lastReceiptAt"`
	LastError     *string  `json:"lastError"`
	LastErrorAt   *Time    `json:"lastErrorAt"`
}
