package delivery

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"shoal/server/follow"
	"shoal/server/remote"
)

// flush writes down what became of attempts, many at a time, until there are no more.
func (m *Machine) flush(ctx context.Context) {
	for first := range m.results {
		list := []any{first}
		for len(list) < flushMost {
			select {
			case r, ok := <-m.results:
				if ok {
					list = append(list, r)
					continue
				}
			default:
			}
			break
		}
		m.settle(ctx, list)
	}
}

// settle writes outcomes down, and lets go of hosts with which one is through.
func (m *Machine) settle(ctx context.Context, list []any) {
	var outcomes []outcome
	for _, r := range list {
		if o, ok := r.(outcome); ok {
			outcomes = append(outcomes, o)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	var err error
	for range triesToNote { // two nodes may wait for each other
		if err = pgx.BeginFunc(ctx, m.Pool, func(tx pgx.Tx) error { return m.note(ctx, tx, outcomes) }); err == nil {
			break
		}
	}
	if err != nil {
		m.Log.Warn("noting deliveries; they are tried again", "err", err)
	} else {
		m.tally(outcomes)
	}
	m.mu.Lock()
	for _, o := range outcomes {
		m.count(o.line, -1)
	}
	for _, r := range list {
		if host, ok := r.(string); ok {
			delete(m.hosts, host)
		}
	}
	m.mu.Unlock()
	m.call()
}

const (
	noteTime    = 30 * time.Second
	triesToNote = 3
)

const (
	drop = `DELETE FROM delivery WHERE id = ANY(@ids::bigint[])`

	putOff = `UPDATE delivery SET not_before = @at, last_error = @text WHERE id = @id`

	giveBack = `UPDATE delivery SET not_before = @now, attempts = attempts - 1 WHERE id = ANY(@ids::bigint[])`
)

// note is one transaction: what arrived is deleted, what did not waits, hosts are parked or let go.
func (m *Machine) note(ctx context.Context, tx pgx.Tx, list []outcome) error {
	now, counts := m.now(), map[string]int64{}
	var over, back []int64
	open := map[string]bool{} // hosts that may be asked again
	for _, o := range list {
		switch o.verdict {
		case delivered:
			over = append(over, o.line.ID)
			counts[o.line.Host]++
			if o.line.Again {
				open[o.line.Host] = true
			}
		case left:
			back = append(back, o.line.ID)
		}
	}
	if err := remote.Sent(ctx, tx, now, counts); err != nil {
		return err
	}
	for _, o := range list {
		end, err := m.noteOne(ctx, tx, now, o, open)
		if err != nil {
			return err
		}
		if end {
			over = append(over, o.line.ID)
		}
	}
	for host := range open {
		if err := settle(ctx, tx, host, false); err != nil {
			return err
		}
	}
	if len(back) > 0 {
		if _, err := tx.Exec(ctx, giveBack, pgx.NamedArgs{"now": now, "ids": back}); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, drop, pgx.NamedArgs{"ids": over})
	return err
}

// noteOne tells whether a line is at its end though it was not delivered.
func (m *Machine) noteOne(ctx context.Context, tx pgx.Tx, now time.Time, o outcome, open map[string]bool) (end bool, err error) {
	l := o.line
	if o.learned != nil {
		if err := remote.Learned(ctx, tx, l.Host, *o.learned); err != nil {
			return false, err
		}
	}
	after := o.after
	switch o.verdict {
	case broken:
		return true, nil
	case gone, refused:
		if err := remote.Answered(ctx, tx, now, l.Host, o.text); err != nil {
			return false, err
		}
		if l.Again {
			open[l.Host] = true
		}
		if o.verdict == gone {
			return true, follow.DropInbox(ctx, tx, l.Inbox)
		}
		if l.Attempts >= tries(o.status) {
			return true, nil
		}
	case missed:
		shut, err := remote.Missed(ctx, tx, now, remote.Miss{Host: l.Host, Text: o.text, After: after, Again: l.Again})
		if err != nil {
			return false, err
		}
		if shut {
			delete(open, l.Host)
			if err := settle(ctx, tx, l.Host, true); err != nil {
				return false, err
			}
		} else if l.Attempts >= mostTries && o.status >= 500 {
			return true, nil // it takes other things
		}
	default:
		return false, nil
	}
	_, err = tx.Exec(ctx, putOff, pgx.NamedArgs{"id": l.ID, "at": now.Add(max(wait(l.Attempts), after)), "text": o.text})
	return false, err
}

func (m *Machine) tally(list []outcome) {
	n := &m.Numbers
	for _, o := range list {
		switch o.verdict {
		case delivered:
			n.Delivered.Add(1)
		case refused, broken:
			n.Refused.Add(1)
			m.Log.Debug("a delivery was refused", "host", o.line.Host, "inbox", o.line.Inbox, "why", o.text)
		case gone:
			n.Gone.Add(1)
		case missed:
			n.Missed.Add(1)
		}
	}
}
