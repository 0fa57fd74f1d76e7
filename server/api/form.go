package api

import (
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoal/server/fail"
)

// fill sets the fields of out, a pointer to a struct, from form values. Arrays come as name, name[] or name[0],
// inner structs as name[inner]; "null" and, except for strings, empty values leave a field as it is.
func fill(values url.Values, out any) error {
	for _, all := range values {
		for _, v := range all {
			if !plain(v) {
				return errNUL
			}
		}
	}
	if n, ok := out.(nuller); ok {
		for name, all := range values {
			if all[0] == "null" {
				n.setNull(name)
			}
		}
	}
	return fillStruct(values, "", reflect.ValueOf(out).Elem())
}

// nuller is a body to which a field that is null says more than one that is absent.
type nuller interface{ setNull(name string) }

func fillStruct(values url.Values, prefix string, s reflect.Value) error {
	for i := range s.NumField() {
		field := s.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" || !field.IsExported() {
			continue
		}
		full := name
		if prefix != "" {
			full = prefix + "[" + name + "]"
		}
		if field.Anonymous && name == "" {
			full = prefix
		}
		if err := fillField(values, full, s.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

var timeType = reflect.TypeFor[time.Time]()

func fillField(values url.Values, name string, f reflect.Value) error {
	kind := f.Type()
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch {
	case kind.Kind() == reflect.Struct && kind != timeType:
		if name != "" && !inside(values, name) {
			return nil
		}
		return fillStruct(values, name, settle(f))
	case kind.Kind() == reflect.Slice:
		return fillSlice(list(values, name), name, f)
	}
	given := values[name]
	if n, ok := f.Addr().Interface().(interface{ null() }); ok && len(given) > 0 && given[0] == "null" {
		n.null()
		return nil
	}
	if len(given) == 0 || given[0] == "null" || given[0] == "" && kind.Kind() != reflect.String {
		return nil
	}
	return set(given[0], name, settle(f))
}

// inside tells whether anything is given for an inner struct.
func inside(values url.Values, name string) bool {
	for k := range values {
		if strings.HasPrefix(k, name+"[") {
			return true
		}
	}
	return false
}

// settle makes the value that a pointer points to.
func settle(f reflect.Value) reflect.Value {
	if f.Kind() != reflect.Pointer {
		return f
	}
	if f.IsNil() {
		f.Set(reflect.New(f.Type().Elem()))
	}
	return f.Elem()
}

// list gathers name, name[] and name[0], name[1] …; nil when none is given.
func list(values url.Values, name string) []string {
	out := append(slices.Clone(values[name]), values[name+"[]"]...)
	for i := 0; values.Has(name + "[" + strconv.Itoa(i) + "]"); i++ {
		out = append(out, values.Get(name+"["+strconv.Itoa(i)+"]"))
	}
	return out
}

func fillSlice(given []string, name string, f reflect.Value) error {
	if given == nil || len(given) == 1 && given[0] == "null" {
		return nil
	}
	out := reflect.MakeSlice(f.Type(), 0, len(given))
	for _, text := range given {
		if text == "" {
			continue
		}
		v := reflect.New(f.Type().Elem()).Elem()
		if err := set(text, name, settle(v)); err != nil {
			return err
		}
		out = reflect.Append(out, v)
	}
	f.Set(out)
	return nil
}

func set(text, name string, f reflect.Value) error {
	switch {
	case f.Type() == timeType:
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return fail.Field(name, "Should be a date, such as 2026-01-31T12:00:00Z.")
		}
		f.Set(reflect.ValueOf(t))
		return nil
	case f.Kind() == reflect.String:
		f.SetString(text)
		return nil
	case f.Kind() == reflect.Bool:
		on, err := strconv.ParseBool(text)
		if err != nil {
			return fail.Field(name, "Should be true or false.")
		}
		f.SetBool(on)
		return nil
	case f.CanInt():
		n, err := strconv.ParseInt(text, 10, f.Type().Bits())
		if err != nil {
			return fail.Field(name, "Should be a whole number.")
		}
		f.SetInt(n)
		return nil
	case f.CanFloat():
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fail.Field(name, "Should be a number.")
		}
		f.SetFloat(n)
		return nil
	}
	// What is left, such as a map, is given as JSON.
	if err := json.Unmarshal([]byte(text), f.Addr().Interface()); err != nil {
		return fail.Field(name, "Should be JSON.")
	}
	return nil
}
