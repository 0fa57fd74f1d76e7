package api

import (
	"bytes"
	"encoding/json"
	"strconv"

	"shoal/server/fail"
)

// flexible is an id that apps send as a number or as text; "null" when they sent null on purpose.
type flexible string

// UnmarshalJSON takes both.
func (f *flexible) UnmarshalJSON(b []byte) error {
	var text string
	if bytes.HasPrefix(b, []byte{'"'}) {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		*f = flexible(text)
		return nil
	}
	*f = flexible(b)
	return nil
}

func (f *flexible) null() { *f = "null" }

// isNull tells whether null was sent.
func (f flexible) isNull() bool { return f == "null" }

// number is the id of a row; nil when nothing, or null, was sent.
func (f flexible) number(field string) (*int64, error) {
	if f == "" || f.isNull() {
		return nil, nil
	}
	n, err := strconv.ParseInt(string(f), 10, 64)
	if err != nil || n < 1 {
		return nil, fail.Field(field, "Should be a number.")
	}
	return &n, nil
}
