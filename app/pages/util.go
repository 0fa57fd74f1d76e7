package pages

import (
	"net/url"
	"strings"
	"sync"
	"unicode/utf8"
)

func escape(s string) string { return url.QueryEscape(s) }

// together runs all at once and gives the first error.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for i, f := range all[1:] {
		wait.Go(func() { errs[i+1] = f() })
	}
	errs[0] = all[0]()
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// plain is the beginning of a text on one line, cut at a word.
func plain(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)[:most]
	cut := string(runes)
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
