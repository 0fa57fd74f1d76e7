package activity

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The readers in this file never fail: what makes no sense is read as nothing, and Check functions complain.

// ID is an address of a thing; an embedded thing is read as its id, a link as where it leads, a list as its first.
type ID string

// UnmarshalJSON takes a string, an object or a list.
func (i *ID) UnmarshalJSON(b []byte) error {
	*i = ""
	switch first(b) {
	case '"':
		var s string
		if json.Unmarshal(b, &s) == nil {
			*i = ID(s)
		}
	case '{':
		var o struct {
			ID   json.RawMessage `json:"id"`
			Href json.RawMessage `json:"href"`
			URL  json.RawMessage `json:"url"`
		}
		_ = json.Unmarshal(b, &o)
		for _, raw := range []json.RawMessage{o.ID, o.Href, o.URL} {
			if *i == "" && first(raw) == '"' {
				_ = i.UnmarshalJSON(raw)
			}
		}
	case '[':
		if all := elements(b); len(all) > 0 && first(all[0]) != '[' {
			return i.UnmarshalJSON(all[0])
		}
	}
	return nil
}

// IDs are addresses, always written as a list.
type IDs []ID

// UnmarshalJSON takes one or a list, and leaves out what has no address.
func (l *IDs) UnmarshalJSON(b []byte) error {
	*l = IDs{}
	for _, raw := range elements(b) {
		var id ID
		if first(raw) != '[' {
			_ = id.UnmarshalJSON(raw)
		}
		if id != "" {
			*l = append(*l, id)
		}
	}
	return nil
}

// Public tells whether everybody is among them, by any of the three names.
func (l IDs) Public() bool {
	return slices.ContainsFunc(l, func(id ID) bool { return id == Public || id == "as:Public" || id == "Public" })
}

// Many is one or more, always written as a list.
type Many[T any] []T

// UnmarshalJSON takes one or a list, and leaves out what cannot be read.
func (m *Many[T]) UnmarshalJSON(b []byte) error {
	*m = Many[T]{}
	for _, raw := range elements(b) {
		var v T
		if into(raw, &v) == nil && first(raw) != 'n' {
			*m = append(*m, v)
		}
	}
	return nil
}

// MarshalJSON writes a list, also of none.
func (m Many[T]) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("[]"), nil
	}
	return Write([]T(m))
}

// Type is what something is; of several types the first counts.
type Type string

// UnmarshalJSON takes a string or a list.
func (t *Type) UnmarshalJSON(b []byte) error {
	*t = ""
	if all := elements(b); len(all) > 0 && first(all[0]) == '"' {
		_ = json.Unmarshal(all[0], (*string)(t))
	}
	return nil
}

// Time is written with milliseconds, as PeerTube does.
type Time struct{ time.Time }

// UnmarshalJSON takes RFC 3339; anything else is no time.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	t.Time = time.Time{}
	if first(b) == '"' && json.Unmarshal(b, &s) == nil {
		if at, err := time.Parse(time.RFC3339Nano, s); err == nil && at.Year() > 0 && at.Year() < 10000 {
			t.Time = at.UTC()
		}
	}
	return nil
}

// MarshalJSON writes null for no time.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Seconds is a duration, written as PT<seconds>S: PeerTube reads no other form.
type Seconds int

// UnmarshalJSON takes an ISO 8601 duration of days, hours, minutes and seconds, or a number.
func (s *Seconds) UnmarshalJSON(b []byte) error {
	var text string
	*s = 0
	if json.Unmarshal(b, &text) == nil {
		*s = seconds(text)
	} else if n, err := strconv.ParseFloat(string(b), 64); err == nil && n > 0 && n < math.MaxInt32 {
		*s = Seconds(n)
	}
	return nil
}

// MarshalJSON writes PT<seconds>S.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return []byte(`"PT` + strconv.Itoa(int(s)) + `S"`), nil
}

func seconds(text string) Seconds {
	rest, ok := strings.CutPrefix(text, "P")
	date, clock, _ := strings.Cut(rest, "T")
	total, left := 0.0, ""
	for _, part := range []struct {
		text  *string
		unit  string
		worth float64
	}{{&date, "D", 86400}, {&clock, "H", 3600}, {&clock, "M", 60}, {&clock, "S", 1}} {
		if n, after, found := strings.Cut(*part.text, part.unit); found {
			f, err := strconv.ParseFloat(n, 64)
			ok = ok && err == nil && f >= 0
			total, *part.text = total+f*part.worth, after
		}
	}
	if left = date + clock; !ok || left != "" || !(total < math.MaxInt32) {
		return 0
	}
	return Seconds(total)
}

// first is the byte that tells what a value is, 0 of nothing.
func first(b []byte) byte {
	if b = bytes.TrimLeft(b, " \t\r\n"); len(b) > 0 {
		return b[0]
	}
	return 0
}

// elements are the values of a list, or the one value that stands for a list of one; null is none.
func elements(b []byte) []json.RawMessage {
	switch first(b) {
	case '[':
		var all []json.RawMessage
		_ = json.Unmarshal(b, &all)
		return all
	case 0, 'n':
		return nil
	}
	return []json.RawMessage{b}
}
