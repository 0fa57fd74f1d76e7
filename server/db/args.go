package db

import (
	"context"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Args are pgx.NamedArgs for statements that are asked often: where the names stand is found once for each statement, which
// must be a constant. Finding them takes a tenth of the time of a short query.
type Args map[string]any

var places sync.Map // statement to *numbered

// numbered is a statement with numbers for names, and the names in their order.
type numbered struct {
	sql   string
	names []string
}

// RewriteQuery implements pgx.QueryRewriter.
func (a Args) RewriteQuery(ctx context.Context, conn *pgx.Conn, sql string, _ []any) (string, []any, error) {
	known, ok := places.Load(sql)
	if !ok {
		n, err := a.number(ctx, conn, sql)
		if err != nil {
			return "", nil, err
		}
		if !slices.Contains(n.names, "") { // else another call may give more
			places.Store(sql, n)
		}
		known = n
	}
	n := known.(*numbered)
	values := make([]any, len(n.names))
	for i, name := range n.names {
		values[i] = a[name]
	}
	return n.sql, values, nil
}

// number lets pgx put each name where its value would go.
func (a Args) number(ctx context.Context, conn *pgx.Conn, sql string) (*numbered, error) {
	self := pgx.NamedArgs{}
	for name := range a {
		self[name] = name
	}
	n := &numbered{}
	var order []any
	var err error
	if n.sql, order, err = self.RewriteQuery(ctx, conn, sql, nil); err != nil {
		return nil, err
	}
	for _, name := range order {
		name, _ := name.(string) // an argument that is not given is null, as with pgx.NamedArgs
		n.names = append(n.names, name)
	}
	return n, nil
}
