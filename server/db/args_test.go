package db_test

import (
	"testing"

	"shoal/server/db"
	"shoal/server/db/dbtest"
)

func TestArgsGoWhereTheirNamesStand(t *testing.T) {
	tx := dbtest.Tx(t)
	const sql = `SELECT @a::text || @b::text || @a, coalesce(@c::text, 'none'), '@a'`
	for _, c := range []struct {
		args db.Args
		want string
	}{
		{db.Args{"a": "x", "b": "y"}, "xyx none @a"},
		{db.Args{"a": "x", "b": "y", "c": "z"}, "xyx z @a"},
		{db.Args{"b": "1", "a": "2", "c": nil}, "212 none @a"},
		{db.Args{"c": "3", "b": "1", "a": "2", "d": 5}, "212 3 @a"},
	} {
		var one, two, three string
		if err := tx.QueryRow(t.Context(), sql, c.args).Scan(&one, &two, &three); err != nil || one+" "+two+" "+three != c.want {
			t.Errorf("%v: got %s %s %s, %v", c.args, one, two, three, err)
		}
	}
}
