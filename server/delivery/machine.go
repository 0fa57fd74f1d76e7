package delivery

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"shoal/server/fetch"
	"shoal/server/httpsig"
)

// Machine delivers. Any number of nodes run one each on the same database.
type Machine struct {
	Pool    *pgxpool.Pool
	Client  *fetch.Client // allows at least Workers requests together, and PerHost to one host
	Keys    func(ctx context.Context, actorID int64) (httpsig.Signer, error)
	Log     *slog.Logger
	Workers int              // requests at a time; 0 is 64. Hosts that are not known to answer get half of them at most
	PerHost int              // requests to one host at a time; 0 is 2
	Poll    time.Duration    // between looks without a call; 0 is 3 s
	Now     func() time.Time // nil for the clock
	Numbers Numbers

	all, slow chan struct{} // a place for each request, and for each one to a host that is not known to answer
	results   chan any      // outcome, or string: a host with which one is through
	wake      chan struct{}
	signers   signers

	mu    sync.Mutex
	hosts map[string]bool // that are being asked by this node
	rows  int             // taken and not done
	tried int             // of them for hosts not known to answer
}

// Numbers count what was done since the start.
type Numbers struct {
	Delivered, Refused, Missed, Expired, Gone atomic.Int64
	Waiting, Parked                           atomic.Int64 // at the last look
}

const (
	defaultWorkers = 64
	defaultPerHost = 2
	defaultPoll    = 3 * time.Second
	batch          = 16  // lines taken at once for one host
	window         = 512 // lines looked at in one go
	flushMost      = 256
)

// Run delivers until ctx ends; what is under way then is tried again later, by whichever node.
func (m *Machine) Run(ctx context.Context) error {
	m.start()
	var flushing sync.WaitGroup
	always := context.WithoutCancel(ctx) // what became of the last ones is noted, too
	flushing.Go(func() { m.flush(always) })
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return m.listen(ctx) })
	g.Go(func() error { return m.care(ctx) })
	g.Go(func() error { return m.schedule(ctx, g) })
	err := g.Wait() // of the hosts, too
	close(m.results)
	flushing.Wait()
	return err
}

func (m *Machine) start() {
	if m.Workers == 0 {
		m.Workers = defaultWorkers
	}
	if m.PerHost == 0 {
		m.PerHost = defaultPerHost
	}
	if m.Poll == 0 {
		m.Poll = defaultPoll
	}
	m.all, m.slow = make(chan struct{}, m.Workers), make(chan struct{}, max(m.Workers/2, 1))
	m.results, m.wake = make(chan any, flushMost), make(chan struct{}, 1)
	m.hosts, m.rows, m.tried = map[string]bool{}, 0, 0
}

func (m *Machine) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}

// call has the scheduler look.
func (m *Machine) call() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// schedule takes lines as long as there are any and room for them, then waits to be called.
func (m *Machine) schedule(ctx context.Context, g *errgroup.Group) error {
	tick := time.NewTicker(m.Poll)
	defer tick.Stop()
	for {
		more, err := m.take(ctx, g)
		if err != nil && ctx.Err() == nil {
			m.Log.Warn("taking deliveries", "err", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-m.wake:
		case <-tick.C:
		}
	}
}

const againIn = time.Second // after the line broke

// listen hears of new deliveries.
func (m *Machine) listen(ctx context.Context) error {
	for ctx.Err() == nil {
		err := m.hear(ctx)
		if ctx.Err() != nil {
			break
		}
		m.Log.Warn("the line for deliveries broke", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(againIn):
		}
	}
	return nil
}

func (m *Machine) hear(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, m.Pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN shoal_delivery"); err != nil {
		return err
	}
	m.call() // for what was missed before the line stood
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		m.call()
	}
}
