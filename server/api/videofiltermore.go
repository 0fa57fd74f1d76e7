package api

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// What include asks for, as bits.
const (
	includeUnpublished = 1 << iota
	includeBlocked
	includeBlockedOwners
	includeFiles
	includeCaptions
	includeSource
	includeAutoTags
	includeTags
	allIncludes = 1<<iota - 1
)

// mostUUIDs is how many videos a search names at most.
const mostUUIDs = 100

// readMore reads the filters that few ask for.
func readMore(q url.Values, v *account.Viewer, f *video.Filter) (err error) {
	if f.FlagsIn, err = readSmall(q, "nsfwFlagsIncluded", allFlags); err != nil {
		return err
	}
	if f.FlagsOut, err = readSmall(q, "nsfwFlagsExcluded", allFlags); err != nil {
		return err
	}
	if host, ok := q["host"]; ok && host[0] != "" {
		f.Host = &host[0]
	}
	if f.HLS, err = readBool(q, "hasHLSFiles"); err != nil {
		return err
	}
	for _, name := range []string{"hasWebVideoFiles", "isLive"} { // no video has them, none is
		if asked, err := readBool(q, name); err != nil {
			return err
		} else if asked != nil && *asked {
			f.UUIDs = []uuid.UUID{}
		}
	}
	watched, err := readBool(q, "excludeAlreadyWatched")
	if err != nil {
		return err
	}
	if watched != nil && *watched {
		if v == nil {
			return fail.Field("excludeAlreadyWatched", "Sign in to leave out what you have watched.")
		}
		f.Unwatched = true
	}
	if err := readTimes(q, f); err != nil {
		return err
	}
	return readHidden(q, v, f)
}

const allFlags = 7

// readSmall reads a number from 0 to most; 0 when there is none.
func readSmall(q url.Values, name string, most int) (int, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		return 0, fail.Field(name, "Should be a number from 0 to %d.", most)
	}
	return n, nil
}

// readTimes reads what narrows a search by time, length or name.
func readTimes(q url.Values, f *video.Filter) (err error) {
	for name, to := range map[string]**time.Time{
		"startDate": &f.After, "endDate": &f.Before, "originallyPublishedStartDate": &f.FirstAfter, "originallyPublishedEndDate": &f.FirstUntil,
	} {
		if *to, err = readTime(q, name); err != nil {
			return err
		}
	}
	for name, to := range map[string]**int{"durationMin": &f.Shortest, "durationMax": &f.Longest} {
		if q.Get(name) == "" {
			continue
		}
		n, err := readSmall(q, name, longest)
		if err != nil {
			return err
		}
		*to = &n
	}
	named := list(q, "uuids")
	if len(named) > mostUUIDs {
		return fail.Field("uuids", "Should be at most %d.", mostUUIDs)
	}
	for _, text := range named {
		id, err := shortid.Parse(text)
		if len(text) != 22 && len(text) != 36 {
			err = fail.New(fail.Invalid, "This is no UUID.")
		}
		if err != nil {
			return fail.Field("uuids", "Should be UUIDs or short UUIDs.")
		}
		f.UUIDs = append(f.UUIDs, id)
	}
	return nil
}

// readTime reads a moment, or a day; nil when there is none.
func readTime(q url.Values, name string) (*time.Time, error) {
	text := q.Get(name)
	if text == "" {
		return nil, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 0 && t.Year() < 10_000 {
			return &t, nil
		}
	}
	return nil, fail.Field(name, "Should be a date.")
}

// readHidden reads what only moderators may ask for.
func readHidden(q url.Values, v *account.Viewer, f *video.Filter) error {
	include, err := readSmall(q, "include", allIncludes)
	if err != nil {
		return err
	}
	states, err := numbers(q, "stateOneOf")
	if err != nil {
		return err
	}
	for _, state := range states {
		if api.States[state] == "" {
			return fail.Field("stateOneOf", "There is no state %d.", state)
		}
	}
	tags := list(q, "autoTagOneOf")
	if !v.IsModerator() && (include != 0 || states != nil || tags != nil) {
		return fail.New(fail.Unauthorized, "You are not allowed to see these videos.")
	}
	if include&includeUnpublished != 0 {
		f.States = slices.Sorted(maps.Keys(api.States))
	}
	if states != nil {
		f.States = states
	}
	f.Blocked, f.AutoTags = include&includeBlocked != 0, tags
	return nil
}
