package api

import (
	"net/url"
	"strconv"
	"strings"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

// longestSearch bounds what a search costs.
const longestSearch = 200

// readVideos reads the filters that all lists of videos share.
func readVideos(q url.Values, v *account.Viewer) (f video.Filter, err error) {
	p, err := readPage(q)
	if err != nil {
		return f, err
	}
	f = video.Filter{Start: p.Start, Count: p.Count, Sort: q.Get("sort"), Member: memberOf(v), Privacies: []int{api.Public}}
	if v != nil {
		f.Privacies = append(f.Privacies, api.Internal)
	}
	if err := video.CheckSort(f.Sort); err != nil {
		return f, err
	}
	for name, to := range map[string]*[]int{"categoryOneOf": &f.Categories, "licenceOneOf": &f.Licences} {
		if *to, err = numbers(q, name); err != nil {
			return f, err
		}
	}
	f.Languages, f.TagsOne, f.TagsAll = words(q, "languageOneOf"), lower(words(q, "tagsOneOf")), lower(words(q, "tagsAllOf"))
	if f.Local, err = readBool(q, "isLocal"); err != nil {
		return f, err
	}
	if q.Get("nsfw") != "both" {
		if f.NSFW, err = readBool(q, "nsfw"); err != nil {
			return f, err
		}
	}
	if f.Search, err = readSearch(q); err != nil {
		return f, err
	}
	if err := readMore(q, v, &f); err != nil {
		return f, err
	}
	return f, readPrivacies(q, v, &f)
}

func readSearch(q url.Values) (*string, error) {
	if text := q.Get("search"); text != "" {
		return &text, checkSearch(q, "search")
	}
	return nil, nil
}

// checkSearch refuses texts that are too long to be looked for.
func checkSearch(q url.Values, names ...string) error {
	for _, name := range names {
		if len(q.Get(name)) > longestSearch {
			return fail.Field(name, "Should have at most %d characters.", longestSearch)
		}
	}
	return nil
}

// readPrivacies lets moderators see more, and everybody less.
func readPrivacies(q url.Values, v *account.Viewer, f *video.Filter) error {
	asked, err := numbers(q, "privacyOneOf")
	if err != nil || asked == nil {
		return err
	}
	if v.IsModerator() {
		f.Privacies = asked
		return nil
	}
	for _, p := range asked {
		if p != api.Public && (p != api.Internal || v == nil) {
			return fail.New(fail.Unauthorized, "You are not allowed to see videos of this privacy.")
		}
	}
	f.Privacies = asked
	return nil
}

// words are the values of a name that may be repeated, with or without brackets.
func words(q url.Values, name string) []string { return list(q, name) }

func lower(words []string) []string {
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words
}

func numbers(q url.Values, name string) ([]int, error) {
	var out []int
	for _, text := range list(q, name) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1_000_000 {
			return nil, fail.Field(name, "Should be numbers.")
		}
		out = append(out, n)
	}
	return out, nil
}

func readBool(q url.Values, name string) (*bool, error) {
	text := q.Get(name)
	if text == "" {
		return nil, nil
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return nil, fail.Field(name, "Should be true or false.")
	}
	return &b, nil
}
