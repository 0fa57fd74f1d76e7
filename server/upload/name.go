package upload

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"shoal/server/fail"
)

// endings are of the files that are taken; what is inside is looked at later.
var endings = []string{
	".webm", ".ogv", ".ogg", ".mp4", ".mkv", ".mov", ".qt", ".mqv", ".m4v", ".flv", ".f4v", ".wmv", ".avi", ".3gp", ".3gpp", ".3g2", ".3gpp2",
	".nut", ".mts", ".m2ts", ".ts", ".mpv", ".m2v", ".m1v", ".mpg", ".mpe", ".mpeg", ".vob", ".mxf",
	".mp3", ".wma", ".wav", ".flac", ".aac", ".m4a", ".ac3", ".opus", ".oga",
}

// Endings are of the files that are taken, such as ".mp4".
func Endings() []string { return slices.Clone(endings) }

// ending is the last part of a name in lower case, with its dot; empty when it is not one of endings.
func ending(filename string) string {
	e := strings.ToLower(path.Ext(filename))
	if slices.Contains(endings, e) {
		return e
	}
	return ""
}

const longestFilename = 255

func checkName(filename string) error {
	if ending(filename) == "" {
		return fail.New(fail.Unsupported, "This file is not supported. Please, make sure it is of the following type: %s", strings.Join(endings, ", "))
	}
	return nil
}

// clean keeps the last part of a path, without what could confuse a terminal or a page.
func clean(filename string) string {
	filename = filename[strings.LastIndexAny(filename, `/\`)+1:]
	filename = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, filename)
	for len(filename) > longestFilename {
		_, n := utf8.DecodeRuneInString(filename)
		filename = filename[n:] // the ending matters more than the start
	}
	return filename
}

// nameOf makes a video's name of a file's name.
func nameOf(filename string) string {
	name := strings.TrimSpace(strings.TrimSuffix(filename, path.Ext(filename)))
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == ' ' }), " ")
	if r := []rune(name); len(r) > 120 {
		name = string(r[:120])
	}
	if utf8.RuneCountInString(name) < 3 {
		return "Untitled " + name
	}
	return name
}
