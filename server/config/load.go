package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
)

// Load reads the file (none when empty) over the defaults, then the environment over the file, and checks the whole.
// The error names every fault, not only the first.
func Load(file string, environ []string) (Config, error) {
	c := Default()
	var errs []error
	if file != "" {
		errs = append(errs, fromFile(&c, file)...)
	}
	errs = append(errs, fromEnvironment(&c, environ)...)
	errs = append(errs, c.complete()...)
	return c, errors.Join(append(errs, c.Check())...)
}

func fromFile(c *Config, file string) []error {
	text, err := os.ReadFile(file)
	if err != nil {
		return []error{err}
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return []error{fmt.Errorf("%s: %w", file, err)}
	}
	known := map[string]key{}
	for _, k := range keys(c) {
		known[k.path] = k
	}
	var errs []error
	walk(tree, "", func(path, value string) {
		k, ok := known[path]
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %q is no setting", file, path))
		} else if err := k.set(value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", file, path, err))
		}
	})
	return errs
}

// walk calls do with each leaf of the file in a fixed order.
func walk(tree map[string]any, prefix string, do func(path, value string)) {
	names := make([]string, 0, len(tree))
	for name := range tree {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		switch v := tree[name].(type) {
		case map[string]any:
			walk(v, prefix+name+".", do)
		case nil: // a key without a value says nothing
		case []any:
			parts := make([]string, len(v))
			for i := range v {
				parts[i] = fmt.Sprint(v[i])
			}
			do(prefix+name, strings.Join(parts, ","))
		default:
			do(prefix+name, fmt.Sprint(v))
		}
	}
}

func fromEnvironment(c *Config, environ []string) []error {
	known := map[string]key{}
	for _, k := range keys(c) {
		known[k.env] = k
	}
	var errs []error
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "SHOAL_") {
			continue
		}
		k, ok := known[name]
		if !ok {
			errs = append(errs, fmt.Errorf("%s is no setting (see shoal config sample)", name))
		} else if err := k.set(value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errs
}

// complete fills in what follows from other settings.
func (c *Config) complete() []error {
	if c.URL == "" {
		c.URL = "http://" + strings.Replace(c.Listen, "127.0.0.1", "localhost", 1)
	}
	c.URL = strings.TrimRight(c.URL, "/")
	data, err := filepath.Abs(c.Data)
	if err != nil {
		return []error{fmt.Errorf("data: %w", err)}
	}
	c.Data = data
	return nil
}
