// Package rig is what tests of the whole program and the bench stand on: the program as a process, a real browser, small films, a client, npm packages.
package rig

import (
	"context"
	"fmt"
	"time"
)

const soon = 25 * time.Millisecond

// Until asks again and again until yes says so, fails, or ctx ends; the error then says what was waited for.
func Until(ctx context.Context, what string, yes func() (bool, error)) error {
	return every(ctx, soon, what, yes)
}

func every(ctx context.Context, pause time.Duration, what string, yes func() (bool, error)) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		ok, err := yes()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
