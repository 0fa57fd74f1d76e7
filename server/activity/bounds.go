package activity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"
)

// Bounds of a document.
const (
	MaxBytes = 3 << 20
	maxDepth = 32
	maxID    = 2000 // bytes
)

// Why a document is not read at all.
var (
	ErrLarge = errors.New("activity: too many bytes")
	ErrDeep  = errors.New("activity: too deep")
	ErrForm  = errors.New("activity: no JSON object as it must be")
	ErrTrick = errors.New("activity: a key that others would read otherwise")
)

// Check wants one JSON object in UTF-8, neither large nor deep, that no two readers can read differently: no key twice, none of
// JSON-LD's keywords but @context, no key of ours in other letters.
func Check(body []byte) error {
	switch {
	case len(body) > MaxBytes:
		return ErrLarge
	case depth(body) > maxDepth:
		return ErrDeep
	case first(body) != '{' || !utf8.Valid(body):
		return ErrForm
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := walk(d); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more than one", ErrForm)
	}
	return nil
}

// depth counts brackets outside of strings; it is right for JSON, and never too small for what is none.
func depth(body []byte) int {
	now, most, quoted := 0, 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}

// walk reads one value; depth was bounded before.
func walk(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	switch t {
	case json.Delim('{'):
		return walkObject(d)
	case json.Delim('['):
		for d.More() {
			if err := walk(d); err != nil {
				return err
			}
		}
		_, err = d.Token()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	return nil
}

func walkObject(d *json.Decoder) error {
	seen := make(map[string]bool, 16)
	for d.More() {
		t, err := d.Token()
		key, isKey := t.(string)
		if err != nil || !isKey {
			return fmt.Errorf("%w: %w", ErrForm, err)
		}
		if err := checkKey(key, seen); err != nil {
			return err
		}
		if key == "@context" {
			var skipped json.RawMessage
			err = d.Decode(&skipped)
		} else {
			err = walk(d)
		}
		if err != nil {
			if errors.Is(err, ErrTrick) || errors.Is(err, ErrForm) {
				return err
			}
			return fmt.Errorf("%w: %w", ErrForm, err)
		}
	}
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	return nil
}

func checkKey(key string, seen map[string]bool) error {
	switch exact := ours()[fold(key)]; {
	case seen[key]:
		return fmt.Errorf("%w: %.50q twice", ErrTrick, key)
	case strings.HasPrefix(key, "@") && key != "@context":
		return fmt.Errorf("%w: %.50q", ErrTrick, key)
	case exact != "" && exact != key:
		return fmt.Errorf("%w: %.50q for %q", ErrTrick, key, exact)
	}
	seen[key] = true
	return nil
}

// fold makes equal what encoding/json takes for equal: letters in both cases, and the two odd ones of Unicode.
func fold(key string) string {
	return odd.Replace(strings.ToLower(key))
}

var odd = strings.NewReplacer("\u017f", "s", "\u212a", "k")

// ours are the keys of all the structs, by their folded form.
var ours = sync.OnceValue(func() map[string]string {
	keys, seen := map[string]string{}, map[reflect.Type]bool{}
	var add func(reflect.Type)
	add = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
				keys[fold(name)] = name
			}
			add(f.Type)
		}
	}
	for _, v := range []any{
		Activity{},
		Actor{},
		Video{},
		Chapters{},
		PlayerSettings{},
		Note{},
		Tombstone{},
		Collection{},
		Playlist{},
		PlaylistElement{},
		CacheFile{},
		WatchAction{},
	} {
		add(reflect.TypeOf(v))
	}
	return keys
})
