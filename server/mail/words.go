package mail

import (
	"embed"
	"encoding/json"
	"path"
	"strings"
)

//go:embed words/*.json
var files embed.FS

// catalogues are the words by language.
var catalogues = func() map[string]map[string]string {
	out := map[string]map[string]string{}
	all, err := files.ReadDir("words")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, f := range all {
		text, _ := files.ReadFile("words/" + f.Name())
		words := map[string]string{}
		if err := json.Unmarshal(text, &words); err != nil {
			panic("mail: " + f.Name() + ": " + err.Error())
		}
		out[strings.TrimSuffix(f.Name(), path.Ext(f.Name()))] = words
	}
	return out
}()

// word finds what a language says; English where it says nothing.
func word(language, key string) string {
	base, _, _ := strings.Cut(language, "-")
	for _, l := range []string{language, base, "en"} {
		if w, ok := catalogues[l][key]; ok {
			return w
		}
	}
	return ""
}

// fill puts fields into words, each once: what a field says is never read as words.
func fill(words string, fields map[string]string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(words, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return b.String()
		}
		b.WriteString(fields[name])
		words = after
	}
}
