package api

// SocketPath is the WebSocket that pushes Push messages, as JSON text, to the signed-in person's pages.
const SocketPath = "/api/v1/socket"

// Push is one message of the socket. Type says which of the other fields is set.
type Push struct {
	Type         string        `json:"type"` // "processing", "published", "notification", "hello"
	VideoUUID    string        `json:"videoUUID,omitempty"`
	VideoName    string        `json:"videoName,omitempty"`
	Processing   *Processing   `json:"processing,omitempty"`
	Notification *Notification `json:"notification,omitempty"` // as the list of notifications has it
}
