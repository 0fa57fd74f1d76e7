package video

import (
	"context"
	"strings"

	"shoal/server/db"
)

// words are what a search looks for: names that have every one of them, or that are near to the whole.
type words struct {
	read  bool
	whole string   // without accents and case
	each  []string // patterns of LIKE
	near  bool
}

const plainly = `SELECT plain(@search::text)`

// read takes the words of a search apart, and looks whether enough names have them all.
func (f *Filter) read(ctx context.Context, q db.Q) error {
	if f.Search == nil || f.words.read {
		return nil
	}
	w := &f.words
	if err := q.QueryRow(ctx, plainly, db.Args{"search": *f.Search}).Scan(&w.whole); err != nil {
		return err
	}
	w.read = true
	for _, one := range strings.Fields(w.whole) {
		w.each = append(w.each, pattern(one))
	}
	args := f.args()
	args["exactly"] = enoughMatches
	var n int
	if err := q.QueryRow(ctx, countFound, args).Scan(&n); err != nil {
		return err
	}
	w.near = n < enoughMatches
	return nil
}

var likes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// pattern finds a text anywhere.
func pattern(text string) string { return "%" + likes.Replace(text) + "%" }

// into gives the first words each a place of its own, where an index is of use.
func (w words) into(args db.Args) {
	for _, name := range []string{"word1", "word2", "word3", "words", "near", "whole", "search"} {
		args[name] = nil
	}
	if !w.read {
		return
	}
	args["search"] = w.whole
	if w.near {
		args["near"], args["whole"] = w.whole, pattern(w.whole)
		return
	}
	for i, name := range []string{"word1", "word2", "word3"} {
		if i < len(w.each) {
			args[name] = w.each[i]
		}
	}
	if len(w.each) > 3 {
		args["words"] = w.each[3:]
	}
}
