package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"shoal/server/db"
	"shoal/server/delivery"
	"shoal/server/fetch"
	"shoal/server/httpsig"
)

// The size of the scene.
var (
	hosts      = 1000
	activities = 20
)

const (
	hangPercent, downPercent = 5, 5
	leastRate                = 500 // deliveries a second
	mostMemory               = 64  // MiB that the heap grows by
	mostDelay                = 1.5 // times the time that good hosts wait when all are good
	bodyBytes                = 12 << 10
)

// deliveries measures a run in which all hosts are good, then one in which some are not.
func deliveries(ctx context.Context) ([]figure, error) {
	calm, err := deliver(ctx, 0, 0)
	if err != nil {
		return nil, err
	}
	rough, err := deliver(ctx, hangPercent, downPercent)
	if err != nil {
		return nil, err
	}
	return []figure{
		{name: fmt.Sprintf("deliveries, all %d hosts good", hosts), value: calm.rate(), unit: "/s", target: leastRate, least: true},
		{name: fmt.Sprintf("deliveries to the good of %d hosts, %d %% hang and %d %% are down", hosts, hangPercent, downPercent), value: rough.rate(), unit: "/s", target: leastRate, least: true},
		{name: "time until a good host had everything, beside hanging ones, p99", value: rough.p99 / calm.p99, unit: "× calm", target: mostDelay},
		{name: "CPU of the sender for a delivery", value: rough.cpu / rough.done * 1000, unit: "ms"},
		{name: "growth of the heap", value: rough.memory, unit: "MiB", target: mostMemory},
	}, nil
}

// outcome is what a run took.
type outcome struct {
	done    float64 // deliveries to good hosts
	seconds float64
	p99     float64 // seconds until a host had everything, of its share of deliveries
	cpu     float64 // seconds
	memory  float64 // MiB
}

func (o outcome) rate() float64 { return o.done / o.seconds }

func deliver(ctx context.Context, hang, down int) (out outcome, err error) {
	folder, err := os.MkdirTemp("", "shoal-bench-")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(folder)
	base, err := db.Open(ctx, db.Options{Folder: folder, MaxConns: 16, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return out, err
	}
	defer base.Close()
	there, err := startOthers(ctx, hosts, hang, down)
	if err != nil {
		return out, err
	}
	defer there.stop()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return out, err
	}
	m := &delivery.Machine{
		Pool: base.Pool, Log: slog.New(slog.DiscardHandler), Workers: 128,
		Client: fetch.New(fetch.Options{UserAgent: "Shoal/bench", AllowPrivate: true, Together: 128}),
		Keys: func(context.Context, int64) (httpsig.Signer, error) {
			return httpsig.Signer{KeyID: "https://films.example/accounts/ada#main-key", Key: key}, nil
		},
	}
	return watch(ctx, base.Pool, m, there)
}

// watch has everything delivered and looks on.
func watch(ctx context.Context, pool *pgxpool.Pool, m *delivery.Machine, there *others) (out outcome, err error) {
	inboxes := there.inboxes()
	for i := range activities {
		body := fmt.Sprintf(`{"id":"https://films.example/%d","content":"%s"}`, i, strings.Repeat("x", bodyBytes))
		if err := delivery.Add(ctx, pool, delivery.Item{ActorID: 1, Object: fmt.Sprint("video:", i), Body: []byte(body), To: inboxes}); err != nil {
			return out, err
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	before, cpu, start := heap(), used(), time.Now()
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	good := int64(len(there.Good) * activities)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for m.Numbers.Delivered.Load() < good {
		select {
		case <-ctx.Done():
			return out, fmt.Errorf("%d of %d deliveries: %w", m.Numbers.Delivered.Load(), good, ctx.Err())
		case <-tick.C:
		}
		out.memory = max(out.memory, heap()-before)
		if out.p99 == 0 && m.Numbers.Delivered.Load() >= good*99/100 {
			out.p99 = time.Since(start).Seconds() / float64(good)
		}
	}
	out.seconds, out.done, out.cpu = time.Since(start).Seconds(), float64(good), used()-cpu
	if out.p99 == 0 {
		out.p99 = out.seconds / float64(good)
	}
	stop()
	return out, <-ended
}

// heap is what the program holds, in MiB.
func heap() float64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc) / (1 << 20)
}

// used is the processor time of this process, in seconds.
func used() float64 {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}
