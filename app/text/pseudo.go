package text

import "strings"

var accents = strings.NewReplacer("a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "c", "ç", "n", "ñ", "s", "š", "y", "ý", "z", "ž",
	"A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "C", "Ç", "N", "Ñ", "S", "Š")

// accented makes words a third longer and marks both ends, so that cut or untranslated words are seen.
func accented(s string) string {
	return "[" + outside(s, accents.Replace) + strings.Repeat("~", len(s)/3) + "]"
}

// mirrored makes English read as a right-to-left language by the overrides of Unicode (UAX 9).
func mirrored(s string) string { return "\u202e" + s + "\u202c" }

// outside changes what stands outside of {names}.
func outside(s string, change func(string) string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		shut := strings.IndexByte(s, '}')
		if open < 0 || shut < open {
			b.WriteString(change(s))
			return b.String()
		}
		b.WriteString(change(s[:open]))
		b.WriteString(s[open : shut+1])
		s = s[shut+1:]
	}
}
