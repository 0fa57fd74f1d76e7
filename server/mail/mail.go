// Package mail writes letters in plain words and sends them as jobs, which exist if and only if the change they speak of was committed.
package mail

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"shoal/server/job"
)

// Letter is what is to be said to someone. What it says stands in the catalogue of words under its kind.
type Letter struct {
	To       string            `json:"to"`
	Language string            `json:"language,omitempty"` // English when empty or when there are no words in it
	About    string            `json:"about"`              // the kind, such as "reset"
	Fields   map[string]string `json:"fields,omitempty"`   // what stands for {name}, {link} … in the words; {answer} adds a paragraph when not empty
	ReplyTo  string            `json:"replyTo,omitempty"`
}

// Kind implements river.JobArgs.
func (Letter) Kind() string { return JobKind }

// JobKind is the kind of the jobs that send letters. Their arguments hold secrets such as links for a new password.
const JobKind = "email"

const (
	queue    = "email"
	workers  = 4
	attempts = 12 // about a day
	timeout  = time.Minute
)

// Send queues a letter within the caller's transaction.
func Send(ctx context.Context, tx pgx.Tx, l Letter) error {
	return job.Add(ctx, tx, l, &river.InsertOpts{Queue: queue, MaxAttempts: attempts})
}

// Register lets r send the letters that are queued.
func (p *Post) Register(r *job.Runner) {
	job.Register(r, job.Limit{Queue: queue, Workers: workers, Timeout: timeout}, func(ctx context.Context, j *river.Job[Letter]) error {
		return p.deliver(ctx, j.Args)
	})
}
