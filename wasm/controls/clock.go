package controls

import (
	"math"
	"strconv"
	"strings"
)

// Clock writes seconds as m:ss or h:mm:ss, always in western digits.
func Clock(seconds float64) string {
	if math.IsNaN(seconds) || math.IsInf(seconds, 0) || seconds < 0 {
		seconds = 0
	}
	s := int(seconds)
	h, m := s/3600, s/60%60
	if h > 0 {
		return strconv.Itoa(h) + ":" + two(m) + ":" + two(s%60)
	}
	return strconv.Itoa(m) + ":" + two(s%60)
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Spoken writes seconds for the ear, such as "1 minute 5 seconds", in the words given.
func Spoken(w Words, seconds float64) string {
	s := int(math.Max(0, seconds))
	var parts []string
	for _, u := range []struct {
		n    int
		name string
	}{{s / 3600, "hour"}, {s / 60 % 60, "minute"}, {s % 60, "second"}} {
		if u.n > 0 {
			parts = append(parts, w.count(u.name, u.n))
		}
	}
	if len(parts) == 0 {
		return w.count("second", 0)
	}
	return strings.Join(parts, " ")
}

// ParseTime reads 90, 90s, 1m30s, 1h2m, 1:30 or 1:02:03 as seconds.
func ParseTime(s string) (float64, bool) {
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "npt:"))
	if s == "" || len(s) > 32 {
		return 0, false
	}
	if strings.Contains(s, ":") {
		return parseColons(s)
	}
	if n, ok := number(s); ok {
		return n, true
	}
	return parseUnits(s)
}

func parseColons(s string) (float64, bool) {
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, false
	}
	total := 0.0
	for _, p := range parts {
		n, ok := number(p)
		if !ok {
			return 0, false
		}
		total = total*60 + n
	}
	return total, true
}

func parseUnits(s string) (float64, bool) {
	total, start, last := 0.0, 0, math.Inf(1)
	for i := range len(s) {
		unit := 0.0
		switch s[i] {
		case 'h', 'H':
			unit = 3600
		case 'm', 'M':
			unit = 60
		case 's', 'S':
			unit = 1
		default:
			continue
		}
		n, ok := number(s[start:i])
		if !ok || unit >= last {
			return 0, false
		}
		total, start, last = total+n*unit, i+1, unit
	}
	if start == len(s) {
		return total, true
	}
	n, ok := number(s[start:]) // 1m30 is 1m30s
	return total + n, ok && last == 60
}

// number reads digits with an optional fraction: no sign, no exponent.
func number(s string) (float64, bool) {
	for i := range len(s) {
		if s[i] != '.' && (s[i] < '0' || s[i] > '9') {
			return 0, false
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}
