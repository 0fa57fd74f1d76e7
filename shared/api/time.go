package api

import (
	"fmt"
	"time"
)

// Time is a moment as apps read it: in UTC and always with three digits of a second, which some demand.
type Time struct{ time.Time }

const timeForm = `"2006-01-02T15:04:05.000Z"`

// MarshalJSON writes the moment.
func (t Time) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(make([]byte, 0, len(timeForm)), timeForm), nil
}

// Scan takes the moment from a row of a database.
func (t *Time) Scan(from any) error {
	at, ok := from.(time.Time)
	if !ok {
		return fmt.Errorf("%T is not a time", from)
	}
	t.Time = at
	return nil
}
