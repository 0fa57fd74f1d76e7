package ldsig

import (
	"fmt"
	"strings"

	"github.com/piprate/json-gold/ld"

	"shoal/server/activity"
)

// plain refuses what could be read in two ways: contexts below the root, and names of nodes that mean nothing outside.
func plain(v any) error {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if strings.HasPrefix(k, "@") || strings.HasPrefix(k, "_:") {
				return fmt.Errorf("%w: %.50q within", ErrForm, k)
			}
			if err := plain(inner); err != nil {
				return err
			}
		}
	case []any:
		for _, inner := range v {
			if err := plain(inner); err != nil {
				return err
			}
		}
	case string:
		if strings.HasPrefix(v, "_:") {
			return fmt.Errorf("%w: a blank node by name", ErrForm)
		}
	}
	return nil
}

// compact reduces a document to what its context defines, in a form that another reader takes the same way.
func compact(doc map[string]any) (map[string]any, error) {
	expanded, err := ld.NewJsonLdProcessor().Expand(doc, options())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if err := absolute(expanded); err != nil {
		return nil, err
	}
	out, err := ld.NewJsonLdProcessor().Compact(doc, doc["@context"], options())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	for k, v := range out {
		if strings.HasPrefix(k, "@") && k != "@context" {
			return nil, fmt.Errorf("%w: %.50q after compaction", ErrForm, k)
		}
		if k != "@context" {
			if err := plain(v); err != nil {
				return nil, err
			}
		}
	}
	if n := alike(out); n > maxAlike {
		return nil, fmt.Errorf("%w: %d parts alike", ErrForm, n)
	}
	return out, nil
}

// absolute wants every id and type of an expanded document to be a whole address: others are under no signature, but would be read.
func absolute(v any) error {
	switch v := v.(type) {
	case []any:
		for _, inner := range v {
			if err := absolute(inner); err != nil {
				return err
			}
		}
	case map[string]any:
		for k, inner := range v {
			if k == "@value" || k == "@language" {
				continue
			}
			if k == "@id" || k == "@type" {
				if !address(inner) {
					return fmt.Errorf("%w: %s %.80v", ErrForm, k, inner)
				}
				continue
			}
			if err := absolute(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func address(v any) bool {
	switch v := v.(type) {
	case string:
		scheme, _, found := strings.Cut(v, ":")
		return found && scheme != "_" && !strings.ContainsAny(scheme, "/?#") && !strings.ContainsAny(v, " <>\"{}|\\^`")
	case []any:
		for _, inner := range v {
			if !address(inner) {
				return false
			}
		}
	}
	return true
}

// maxAlike bounds the work of canonicalisation, which tries every order of nameless parts that look the same: at most 6! here.
const maxAlike = 5

// alike counts the parts without an id that look like a sibling before them, as far as their plain values tell.
func alike(node map[string]any) int {
	n, seen := 0, map[string]bool{}
	var visit func(v any)
	visit = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, inner := range v {
				visit(inner)
			}
		case map[string]any:
			n += alike(v)
			if v["id"] != nil {
				return
			}
			if look := look(v); seen[look] {
				n++
			} else {
				seen[look] = true
			}
		}
	}
	for k, v := range node {
		if k != "@context" {
			visit(v)
		}
	}
	return n
}

// look is the plain values of a part, as one text.
func look(v map[string]any) string {
	values := map[string]any{}
	for k, one := range v {
		switch one := one.(type) {
		case map[string]any:
		case []any:
			var flat []any
			for _, e := range one {
				switch e.(type) {
				case map[string]any, []any:
				default:
					flat = append(flat, e)
				}
			}
			if flat != nil {
				values[k] = flat
			}
		default:
			values[k] = one
		}
	}
	b, _ := activity.Write(values)
	return string(b)
}
