package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"shoal/server/fail"
	"shoal/shared/shortid"
)

// Limits of a page of a list.
const (
	defaultCount = 15
	maxCount     = 100
	maxStart     = 1_000_000
)

// page is which part of a list is asked for.
type page struct{ Start, Count int }

// readPage reads start and count.
func readPage(q url.Values) (page, error) {
	p := page{Count: defaultCount}
	if text := q.Get("start"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxStart {
			return p, fail.Field("start", "Should be a number from 0 to %d.", maxStart)
		}
		p.Start = n
	}
	if text := q.Get("count"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxCount {
			return p, fail.Field("count", "Should be a number from 0 to %d.", maxCount)
		}
		p.Count = n
	}
	return p, nil
}

// readSort reads sort, which must be one of names, each with or without "-" before it; first is what an absent one means.
func readSort(q url.Values, first string, names ...string) (name string, down bool, err error) {
	text := q.Get("sort")
	if text == "" {
		text = first
	}
	if text != "" && text[0] == '-' {
		text, down = text[1:], true
	}
	for _, n := range names {
		if n == text {
			return n, down, nil
		}
	}
	return "", false, fail.Field("sort", "This list cannot be sorted so.")
}

// readDated reads which part is asked for of a list that can only be sorted by date, the newest first if nothing is said.
func readDated(q url.Values) (p page, newest bool, err error) {
	if p, err = readPage(q); err == nil {
		_, newest, err = readSort(q, "-createdAt", "createdAt")
	}
	return p, newest, err
}

// readFound reads which part is asked for of a list in which one may search, and what for.
func readFound(q url.Values) (text string, p page, err error) {
	if p, err = readPage(q); err == nil {
		err = checkSearch(q, "search")
	}
	return q.Get("search"), p, err
}

// positive reads the number of a row.
func positive(name, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return 0, fail.Field(name, "Should be a number above zero.")
	}
	return n, nil
}

// rowID reads the number of a row from the address.
func rowID(r *http.Request, name string) (int64, error) { return positive(name, chi.URLParam(r, name)) }

// readRow reads the number of a row; 0 when there is none.
func readRow(q url.Values, name string) (int64, error) {
	if q.Get(name) == "" {
		return 0, nil
	}
	return positive(name, q.Get(name))
}

// readID reads an id of an address: a number (then id is nil), a UUID or a short UUID.
func readID(text string) (number int64, id *uuid.UUID, err error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && len(text) < 20 {
		return n, nil, nil
	}
	if u, err := shortid.Parse(text); err == nil && (len(text) == 22 || len(text) == 36) {
		return 0, &u, nil
	}
	return 0, nil, fail.Field("id", "Should have a valid video id (id, short UUID or UUID)")
}
