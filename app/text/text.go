// Package text is the words of the pages in all languages, with plurals, numbers, durations and dates.
package text

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed *.json
var files embed.FS

// Words are the words of one language.
type Words struct {
	Lang  string // BCP 47 tag
	Dir   string // ltr or rtl
	words map[string]string
	mend  func(string) string // makes a pseudo-language of the words, nil for real ones
}

// Languages are the tags that people may choose.
var Languages = []string{"en"}

var (
	mu     sync.Mutex
	loaded = map[string]*Words{}
)

// For gives the words of a language, English when it is not known. en-XA and ar-XB are made from English: longer with
// accents, and right to left.
func For(lang string) *Words {
	mu.Lock()
	defer mu.Unlock()
	if w := loaded[lang]; w != nil {
		return w
	}
	w := load(lang)
	loaded[w.Lang] = w
	return w
}

func load(lang string) *Words {
	w := &Words{Lang: lang, Dir: "ltr"}
	file := lang
	switch lang {
	case "en-XA":
		file, w.mend = "en", accented
	case "ar-XB":
		file, w.Dir, w.mend = "en", "rtl", mirrored
	}
	raw, err := files.ReadFile(file + ".json")
	if err != nil {
		w.Lang, file = "en", "en"
		raw, _ = files.ReadFile("en.json")
	}
	if err := json.Unmarshal(raw, &w.words); err != nil {
		panic("text: " + file + ".json: " + err.Error())
	}
	return w
}

// T gives the words under a key, with {name} replaced by the value that follows that name in pairs.
func (w *Words) T(key string, pairs ...string) string {
	s, ok := w.words[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if w.mend != nil {
		s = w.mend(s)
	}
	if len(pairs) == 0 || strings.IndexByte(s, '{') < 0 {
		return s
	}
	return fill(s, pairs)
}

// N is T for a number: the key's form for n ("key.one", "key.other" …), in which {n} is the number as people write it.
func (w *Words) N(key string, n int64, pairs ...string) string {
	form := key + "." + plural(w.Lang, n)
	if _, ok := w.words[form]; !ok {
		form = key + ".other"
	}
	return w.T(form, append([]string{"n", w.Count(n)}, pairs...)...)
}

// Over gives sentences by key for a part that brings its English along: in this language where the catalogue has them under prefix.
func (w *Words) Over(english map[string]string, prefix string) map[string]string {
	out := make(map[string]string, len(english))
	for key, s := range english {
		if own, ok := w.words[prefix+key]; ok {
			s = own
		}
		if w.mend != nil {
			s = w.mend(s)
		}
		out[key] = s
	}
	return out
}

// Has tells whether there are words under the key.
func (w *Words) Has(key string) bool { return w.words[key] != "" }

func fill(s string, pairs []string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		shut := strings.IndexByte(s, '}')
		if open < 0 || shut < open {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:open])
		b.WriteString(find(pairs, s[open+1:shut]))
		s = s[shut+1:]
	}
}

func find(pairs []string, name string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return "{" + name + "}"
}
