package video

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// rewriteChapters lets the chapters follow the description, unless somebody has given others.
func rewriteChapters(ctx context.Context, tx pgx.Tx, id int64, old, text string) error {
	was, now := ChaptersIn(old), ChaptersIn(text)
	if slices.Equal(was, now) {
		return nil
	}
	have, err := Chapters(ctx, tx, id)
	if err != nil || !slices.Equal(have, was) {
		return err
	}
	return SetChapters(ctx, tx, id, now)
}

// ChaptersIn finds the chapters that people write into a description: lines that begin with a time, one after the other.
// At least two are needed, and times that go forward.
func ChaptersIn(description string) []Chapter {
	var list []Chapter
	for line := range strings.Lines(description) {
		c, ok := chapterIn(line)
		switch {
		case ok && (len(list) == 0 || c.Timecode > list[len(list)-1].Timecode):
			list = append(list, c)
		case len(list) > 1 && strings.TrimSpace(line) != "":
			return list[:min(len(list), mostChapters)]
		case !ok && strings.TrimSpace(line) != "":
			list = nil // a time alone in running text
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list[:min(len(list), mostChapters)]
}

// chapterIn reads a line such as "1:02:03 The end", also in brackets, after a bullet, or with a dash behind.
func chapterIn(line string) (c Chapter, ok bool) {
	line = strings.TrimLeft(strings.TrimSpace(line), "-*•([ \t")
	end := strings.IndexFunc(line, func(r rune) bool { return r != ':' && (r < '0' || r > '9') })
	if end < 0 {
		return c, false
	}
	if c.Timecode, ok = timecode(strings.TrimSuffix(line[:end], ":")); !ok {
		return c, false
	}
	title := []rune(strings.TrimSpace(strings.TrimLeft(line[end:], ")]-–—:| \t")))
	if len(title) == 0 || line[end] != ' ' && line[end] != '\t' && line[end] != ')' && line[end] != ']' {
		return c, false
	}
	c.Title = strings.TrimSpace(string(title[:min(len(title), longestTitle)]))
	return c, c.Title != "" && fits(c.Title, 1, longestTitle)
}

// timecode reads m:ss or h:mm:ss as seconds.
func timecode(s string) (int, bool) {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	total := 0
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || len(p) > 2 || i > 0 && (len(p) != 2 || n > 59) {
			return 0, false
		}
		total = total*60 + n
	}
	return total, true
}
