// Package foreign reads what other software of the fediverse puts behind an address that somebody pasted: the whole vocabulary of
// ActivityStreams, by go-fed/activity, turned into the form that the room activity reads.
//
// It is slow and large, and loses what PeerTube needs: it is never used for what comes by itself, and nothing it makes leaves here.
package foreign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-fed/activity/streams"

	"shoal/server/activity"
)

// Why something is not read.
var (
	ErrLarge = errors.New("foreign: too many bytes")
	ErrKind  = errors.New("foreign: nothing of ActivityStreams")
	ErrTrick = errors.New("foreign: a key that stands twice under two names")
)

const (
	maxBytes  = 1 << 20
	namespace = "https://www.w3.org/ns/activitystreams"
)

// Read reads an object of any type of ActivityStreams, by whatever names its context gives them. Only its form is judged: whether it
// may say what it says is for activity.Fetched, to be asked again, since names that mean the same are written the same now.
func Read(body []byte) (t activity.Thing, err error) {
	if len(body) > maxBytes {
		return t, ErrLarge
	}
	if err := activity.Check(body); err != nil { // no duplicates, no depth: each level costs a tenth of a millisecond
		return t, err
	}
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		return t, fmt.Errorf("%w: %w", ErrKind, err)
	}
	context := doc["@context"]
	if doc, err = plain(doc, aliases(context)); err != nil {
		return t, err
	}
	doc["@context"] = others(context)
	said, err := resolve(doc)
	if err != nil {
		return t, err
	}
	raw, err := activity.Write(said)
	if err != nil {
		return t, err
	}
	if err := activity.Check(raw); err != nil {
		return t, err
	}
	if err := t.UnmarshalJSON(raw); err != nil {
		return t, err
	}
	if t.ID == "" || t.Is == "" {
		return activity.Thing{}, ErrKind
	}
	return t, nil
}

// resolve lets the library find the type and read all of it.
func resolve(doc map[string]any) (said map[string]any, err error) {
	defer func() {
		if p := recover(); p != nil { // what it makes of odd input is its own business
			said, err = nil, fmt.Errorf("%w: %v", ErrKind, p)
		}
	}()
	v, err := streams.ToType(context.Background(), doc)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKind, err)
	}
	if said, err = v.Serialize(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKind, err)
	}
	said["type"] = v.GetTypeName()
	delete(said, "@context")
	return said, nil
}

// aliases are the names that a context gives ActivityStreams, each with its colon.
func aliases(c any) (out []string) {
	switch c := c.(type) {
	case []any:
		for _, one := range c {
			out = append(out, aliases(one)...)
		}
	case map[string]any:
		for name, to := range c {
			if s, ok := to.(string); ok && name != "" && !strings.HasPrefix(name, "@") && strings.TrimSuffix(s, "#") == namespace {
				out = append(out, name+":")
			}
		}
	}
	return out
}

// others is the context for the library: it wants ActivityStreams to have no other name, and keeps what else it knows. A document
// without ActivityStreams is none of it, one without any context is.
func others(c any) any {
	list, isList := c.([]any)
	if !isList {
		list = []any{c}
	}
	out, is := []any{namespace}, c == nil || len(aliases(c)) > 0
	for _, one := range list {
		switch one := one.(type) {
		case string:
			if known := strings.TrimSuffix(one, "#") == namespace; known {
				is = true
				continue
			}
			out = append(out, one)
		case map[string]any:
			kept := map[string]any{}
			for name, to := range one {
				if s, ok := to.(string); ok && strings.TrimSuffix(s, "#") != namespace {
					kept[name] = to
				}
			}
			out = append(out, kept)
		}
	}
	if !is {
		return c
	}
	return out
}

// plain writes keys and types by their own names, all the way down.
func plain(o map[string]any, names []string) (map[string]any, error) {
	out := make(map[string]any, len(o))
	for _, k := range slices.Sorted(maps.Keys(o)) {
		key := short(k, names)
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("%w: %.50q", ErrTrick, key)
		}
		v, err := within(o[k], names)
		if err != nil {
			return nil, err
		}
		if key == "type" {
			v = typeOf(v, names)
		}
		out[key] = v
	}
	return out, nil
}

func within(v any, names []string) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		return plain(v, names)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			var err error
			if out[i], err = within(one, names); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// typeOf is the first of several types that is one of ActivityStreams, which have no colon once they are short.
func typeOf(v any, names []string) any {
	all, isList := v.([]any)
	if !isList {
		all = []any{v}
	}
	for _, one := range all {
		if s, ok := one.(string); ok {
			if s = short(s, names); !strings.Contains(s, ":") {
				return s
			}
		}
	}
	return v
}

func short(name string, names []string) string {
	for _, n := range names {
		if rest, ok := strings.CutPrefix(name, n); ok && rest != "" {
			return rest
		}
	}
	return name
}
