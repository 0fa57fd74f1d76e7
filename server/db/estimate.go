package db

import (
	"context"
	"encoding/json"
	"errors"
)

// Estimate is how many rows the database expects a statement to give, without asking for them.
func Estimate(ctx context.Context, q Q, sql string, args any) (int64, error) {
	var text []byte
	if err := q.QueryRow(ctx, "EXPLAIN (FORMAT JSON) "+sql, args).Scan(&text); err != nil {
		return 0, err
	}
	var plans []struct {
		Plan struct {
			Rows float64 `json:"Plan Rows"`
		}
	}
	if err := json.Unmarshal(text, &plans); err != nil {
		return 0, err
	}
	if len(plans) == 0 {
		return 0, errors.New("db: a plan without a node")
	}
	return int64(plans[0].Plan.Rows), nil
}

// AtLeast is n while it is below most, which is as far as was counted, and an estimate above.
func AtLeast(ctx context.Context, q Q, n, most int64, sql string, args any) (int64, error) {
	if n < most {
		return n, nil
	}
	rows, err := Estimate(ctx, q, sql, args)
	return max(rows, n), err
}
