// Package hub carries messages to the open sockets of an account; they leave at commit and reach every node.
package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db"
	"shoal/shared/api"
)

const (
	channel    = "shoal_push"
	maxPayload = 7900 // bytes; NOTIFY takes less than 8000
	waiting    = 32   // messages that a slow socket may lag behind before it misses some
	retry      = time.Second
)

// Nodes stands for the servers themselves in place of a member: what is sent to it, every node hears.
const Nodes = 0

type envelope struct {
	Member int64           `json:"m"`
	Push   json.RawMessage `json:"p"`
}

// Send tells the open pages of a member, on whichever node they are, once q's transaction commits.
func Send(ctx context.Context, q db.Q, member int64, p api.Push) error {
	text, err := pack(member, p)
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, text)
	return err
}

func pack(member int64, p api.Push) (string, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	if len(body) > maxPayload && p.Processing != nil {
		small := *p.Processing
		small.Detail = ""
		p.Processing = &small
		if body, err = json.Marshal(p); err != nil {
			return "", err
		}
	}
	if len(body) > maxPayload {
		return "", fmt.Errorf("a %s message of %d bytes is too long", p.Type, len(body))
	}
	text, err := json.Marshal(envelope{member, body})
	return string(text), err
}

// Hub hands messages to those who listen on this node.
type Hub struct {
	pool *pgxpool.Pool
	log  *slog.Logger
	mu   sync.Mutex
	open map[int64]map[chan []byte]bool
}

// New makes a hub; it hears nothing before Run.
func New(pool *pgxpool.Pool, log *slog.Logger) *Hub {
	return &Hub{pool: pool, log: log, open: map[int64]map[chan []byte]bool{}}
}

// Listen gives the member's messages, as JSON of api.Push, until the returned function is called.
// A listener that lags misses messages; it never holds up others.
func (h *Hub) Listen(member int64) (<-chan []byte, func()) {
	c := make(chan []byte, waiting)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[member] == nil {
		h.open[member] = map[chan []byte]bool{}
	}
	h.open[member][c] = true
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.open[member], c)
		if len(h.open[member]) == 0 {
			delete(h.open, member)
		}
	}
}

// Count is how many sockets listen on this node.
func (h *Hub) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, of := range h.open {
		n += len(of)
	}
	return n
}

// Run hears the database until ctx ends, and connects again when the line breaks.
func (h *Hub) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := h.hear(ctx)
		if ctx.Err() != nil {
			break
		}
		h.log.Warn("the line for push messages broke", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
	return nil
}

func (h *Hub) hear(ctx context.Context) error {
	// a connection of its own: LISTEN would occupy one of the pool's for ever
	conn, err := pgx.ConnectConfig(ctx, h.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var e envelope
		if json.Unmarshal([]byte(n.Payload), &e) == nil {
			h.deliver(e)
		}
	}
}

func (h *Hub) deliver(e envelope) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.open[e.Member] {
		select {
		case c <- e.Push:
		default: // it lags
		}
	}
}
