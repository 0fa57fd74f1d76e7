// Package migrations carries the steps that bring a database to the present shape.
package migrations

import "embed"

// Files are the steps, in goose's form, run forward in the order of their names.
//
//go:embed *.sql
var Files embed.FS
