package text

import (
	"slices"
	"strconv"
	"strings"
)

// Choose gives the first language of ours among the wishes, each a tag or the value of an Accept-Language header.
func Choose(wishes ...string) string {
	for _, w := range wishes {
		for _, tag := range order(w) {
			if lang := known(tag); lang != "" {
				return lang
			}
		}
	}
	return "en"
}

// known finds a tag or its base language among ours; the pseudo-languages count when asked for by name.
func known(tag string) string {
	if tag == "en-XA" || tag == "ar-XB" {
		return tag
	}
	base, _, _ := strings.Cut(tag, "-")
	for _, l := range []string{tag, strings.ToLower(base)} {
		if slices.Contains(Languages, l) {
			return l
		}
	}
	return ""
}

// order splits an Accept-Language header (RFC 9110, 12.5.4) by weight.
func order(header string) []string {
	type wish struct {
		tag string
		q   float64
	}
	var all []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64)
		}
		if tag != "" && q > 0 && len(all) < 20 {
			all = append(all, wish{tag, q})
		}
	}
	slices.SortStableFunc(all, func(a, b wish) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	tags := make([]string, len(all))
	for i, w := range all {
		tags[i] = w.tag
	}
	return tags
}
