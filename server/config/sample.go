package config

import (
	"strings"
)

// Sample is a file with every setting at its default, explained.
func Sample() string {
	c := Default()
	var b strings.Builder
	b.WriteString("# Settings of Shoal. Every line is optional; what is commented out shows the default or an example.\n")
	section := ""
	for _, k := range keys(&c) {
		group, name, nested := strings.Cut(k.path, ".")
		indent := ""
		if !nested {
			name = group
		} else {
			indent = "  "
			if group != section {
				b.WriteString("\n" + group + ":\n")
				section = group
			}
		}
		value := show(k.value.Interface())
		if k.sample != "" {
			value = k.sample
		}
		if !nested {
			b.WriteByte('\n')
		}
		b.WriteString(indent + "# " + k.doc + "\n" + indent + "# Environment: " + k.env + "\n" + indent + "#" + name + ": " + value + "\n")
	}
	return b.String()
}
