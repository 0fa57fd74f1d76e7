package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// key is one setting: a leaf of the struct.
type key struct {
	path, env, doc, sample string
	secret                 bool
	value                  reflect.Value
}

// keys are all settings of c in the order of the struct.
func keys(c *Config) []key {
	return leaves(reflect.ValueOf(c).Elem(), "")
}

func leaves(v reflect.Value, prefix string) []key {
	var out []key
	for f, field := range v.Fields() {
		path := prefix + f.Tag.Get("yaml")
		if field.Kind() == reflect.Struct && f.Tag.Get("doc") == "" {
			out = append(out, leaves(field, path+".")...)
			continue
		}
		out = append(out, key{
			path: path, env: "SHOAL_" + strings.ToUpper(strings.ReplaceAll(path, ".", "_")),
			doc: f.Tag.Get("doc"), sample: f.Tag.Get("sample"), secret: f.Tag.Get("secret") != "", value: field,
		})
	}
	return out
}

// set reads text, as it stands in the environment or as a scalar of the file, into the setting.
func (k key) set(text string) error {
	parsed, err := parse(k.value.Interface(), strings.TrimSpace(text))
	if err != nil {
		return err
	}
	k.value.Set(reflect.ValueOf(parsed))
	return nil
}

func parse(into any, s string) (any, error) {
	switch into.(type) {
	case string:
		return s, nil
	case bool:
		v, err := strconv.ParseBool(s)
		return v, ours(err, "%q is neither true nor false", s)
	case int:
		v, err := strconv.Atoi(s)
		return v, ours(err, "%q is no whole number", s)
	case time.Duration:
		v, err := time.ParseDuration(s)
		return v, ours(err, "%q is no duration such as 36h or 5m", s)
	case Size:
		return ParseSize(s)
	case Rate:
		return ParseRate(s)
	case []string:
		return list(s), nil
	case []int:
		var out []int
		for _, part := range list(s) {
			n, err := strconv.Atoi(part)
			if err != nil {
				return out, fmt.Errorf("%q is no whole number", part)
			}
			out = append(out, n)
		}
		return out, nil
	}
	panic(fmt.Sprintf("config: no reader for %T", into))
}

func ours(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func list(s string) []string {
	out := []string{}
	for part := range strings.SplitSeq(strings.Trim(s, "[]"), ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// show is the setting as it is written in the file.
func show(v any) string {
	switch v := v.(type) {
	case string:
		if v == "" {
			return `""`
		}
		return v
	case time.Duration:
		return duration(v)
	case []string:
		return "[" + strings.Join(v, ", ") + "]"
	case []int:
		return "[" + strings.Join(strings.Fields(strings.Trim(fmt.Sprint(v), "[]")), ", ") + "]"
	}
	return fmt.Sprint(v)
}
