package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes, written as 500MB, 1.5GB or 1048576.
type Size int64

// Units of Size.
const (
	KB Size = 1000
	MB      = 1000 * KB
	GB      = 1000 * MB
	TB      = 1000 * GB
)

var units = []struct {
	name string
	size Size
}{{"TB", TB}, {"GB", GB}, {"MB", MB}, {"KB", KB}, {"B", 1}}

// ParseSize reads a Size.
func ParseSize(s string) (Size, error) {
	number, unit := strings.ToUpper(strings.TrimSpace(s)), Size(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, unit = strings.TrimSpace(rest), u.size
			break
		}
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f*float64(unit)) >= math.MaxInt64 {
		return 0, fmt.Errorf("%q is no size such as 500MB", s)
	}
	return Size(f * float64(unit)), nil
}

// String is the size in the largest unit that divides it.
func (s Size) String() string {
	for _, u := range units {
		if s > 0 && s%u.size == 0 && u.size > 1 {
			return strconv.FormatInt(int64(s/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// Rate is a number of times in a while, written as 15/5m.
type Rate struct {
	Times int
	Per   time.Duration
}

// ParseRate reads a Rate.
func ParseRate(s string) (Rate, error) {
	times, per, ok := strings.Cut(s, "/")
	n, err := strconv.Atoi(strings.TrimSpace(times))
	d, err2 := time.ParseDuration(strings.TrimSpace(per))
	if !ok || errors.Join(err, err2) != nil || n < 1 || d <= 0 {
		return Rate{}, fmt.Errorf("%q is no rate such as 15/5m", s)
	}
	return Rate{n, d}, nil
}

// String is the rate as it is written in the file.
func (r Rate) String() string { return strconv.Itoa(r.Times) + "/" + duration(r.Per) }

// duration is d without the zero parts that Go writes (48h0m0s).
func duration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
