// Package metrics is the counters and the /metrics page (Prometheus).
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds what the server counts. No label names a video, an account or an address.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	jobs     *prometheus.CounterVec
}

// New makes the counters, all at zero.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shoal_http_requests_total", Help: "Answered requests by part of the server and class of status.",
		}, []string{"part", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "shoal_http_request_seconds", Help: "Time to answer by part of the server.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"part"}),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "shoal_job_failures_total", Help: "Failed attempts of background work by kind.",
		}, []string{"kind"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.jobs,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge adds a figure that is asked for when the page is read.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Counter adds a figure that only grows and is kept elsewhere. labels are names and values by turns.
func (m *Metrics) Counter(name, help string, value func() float64, labels ...string) {
	fixed := prometheus.Labels{}
	for i := 0; i+1 < len(labels); i += 2 {
		fixed[labels[i]] = labels[i+1]
	}
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: fixed}, value))
}

// JobFailed counts a failed attempt of a job.
func (m *Metrics) JobFailed(kind string, _ error) { m.jobs.WithLabelValues(kind).Inc() }

// Page is the handler of /metrics.
func (m *Metrics) Page() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Count wraps a part of the server (api, pages, files) and counts what it answers.
func (m *Metrics) Count(part string, next http.Handler) http.Handler {
	seconds := m.seconds.WithLabelValues(part)
	var classes [6]prometheus.Counter
	for i := 1; i < len(classes); i++ {
		classes[i] = m.requests.WithLabelValues(part, strconv.Itoa(i)+"xx")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, start := &status{ResponseWriter: w, code: http.StatusOK}, time.Now()
		next.ServeHTTP(s, r)
		seconds.Observe(time.Since(start).Seconds())
		if c := s.code / 100; c > 0 && c < len(classes) {
			classes[c].Inc()
		}
	})
}
