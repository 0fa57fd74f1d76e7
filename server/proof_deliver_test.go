package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db/dbtest"
	"shoal/server/rig"
)

// listener is another server that writes down which names it heard, in their order.
type listener struct {
	*httptest.Server
	mu       sync.Mutex
	names    []string
	times    map[string]int // by activity
	asked    int
	stop     int           // the request that is not answered
	reached  chan struct{} // closed when it comes
	released chan struct{}
}

func newListener(t *testing.T, stop int) *listener {
	l := &listener{stop: stop, times: map[string]int{}, reached: make(chan struct{}), released: make(chan struct{})}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			ID, Type string
			Object   struct{ Name string }
		}
		if r.Method != "POST" || r.Header.Get("Signature") == "" || json.NewDecoder(r.Body).Decode(&in) != nil || in.Type != "Update" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		l.mu.Lock()
		l.names, l.asked = append(l.names, in.Object.Name), l.asked+1
		l.times[in.ID]++
		n := l.asked
		l.mu.Unlock()
		if n == l.stop {
			close(l.reached)
			<-l.released
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.names...)
}

// followed has somebody at the other server follow the first administrator.
func followed(t *testing.T, pool *pgxpool.Pool, l *listener) {
	t.Helper()
	const follows = `
		WITH them AS (INSERT INTO actor (kind, name, host, url, display_name) VALUES ('account', 'eve', $1, $2 || '/eve', 'Eve') RETURNING id),
		how AS (INSERT INTO actor_remote (actor_id, type, inbox) SELECT id, 'Person', $2 || '/inbox' FROM them)
		INSERT INTO follow (follower_id, followed_id) SELECT them.id, a.actor_id FROM them, account a JOIN member m ON m.id = a.member_id WHERE m.username = $3`
	must(pool.Exec(soon(t), follows, strings.TrimPrefix(l.URL, "http://"), l.URL, rig.AdminName))(t)
	must(pool.Exec(soon(t), `DELETE FROM outbox`))(t) // of the yes that nobody asked for
}

func TestAPowerCutLosesNoDelivery(t *testing.T) {
	l, url, data := newListener(t, 3), dbtest.URL(t), dataFolder(t)
	settings := []string{"SHOAL_DATABASE_URL=" + url, "SHOAL_FEDERATION_ALLOW_PRIVATE_ADDRESSES=true"}
	p := run(t, data, settings...)
	pool := must(pgxpool.New(soon(t), url))(t)
	t.Cleanup(pool.Close)
	followed(t, pool, l)
	c, last, named := signedIn(t, p), -1, make(chan struct{})
	go func() {
		defer close(named)
		for i := range 200 {
			if c.API().Send(soon(t), "PUT", "/api/v1/users/me", map[string]string{"displayName": fmt.Sprint("Name ", i)}, nil) != nil {
				return // the power is gone
			}
			last = i
		}
	}()
	<-l.reached
	powerCut(p)
	close(l.released)
	<-named
	must(pool.Exec(soon(t), `UPDATE delivery SET not_before = now()`))(t) // two minutes go by
	run(t, data, settings...)
	check(t, rig.Until(soon(t), "the last name is heard", func() (bool, error) {
		names := l.heard()
		n, err := strconv.Atoi(strings.TrimPrefix(names[len(names)-1], "Name "))
		return n >= last, err
	}))
	before := -1
	for _, name := range l.heard() {
		n := must(strconv.Atoi(strings.TrimPrefix(name, "Name ")))(t)
		if n < before {
			t.Errorf("%d after %d", n, before)
		}
		before = n
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	again := 0
	for _, n := range l.times {
		again += n - 1
	}
	if again > 1 { // the one that was under way
		t.Errorf("%d were sent twice: %v", again, l.times)
	}
}
