package controls

import "sort"

// Video is what the controls know of a video beside what the player tells.
type Video struct {
	UUID, Title, Channel, Poster string
	Handle                       string  // of the channel
	Duration                     float64 // seconds
	Position                     float64 // where the signed-in person stopped, seconds
	Captions                     []Caption
	Chapters                     []Chapter // by time
	Storyboard                   Storyboard
	Watch, Embed                 string // addresses of the page and of the embed page, from the root on
	Download                     string // address of a file to keep, empty when not offered
	Failed                       bool   // processing ended in a failure
}

// Caption is a language of captions, and where its file is.
type Caption struct {
	Language, Label, URL string
	Auto                 bool // made by a machine
}

// Chapter is a titled point.
type Chapter struct {
	At    float64 // seconds
	Title string
}

// Storyboard is a sprite of Columns by Rows frames of Width by Height pixels, one each Every seconds. Without an address there is none.
type Storyboard struct {
	URL           string
	Columns, Rows int
	Width, Height int
	Every         float64
}

// Frame is the place of the frame shown at a time, in pixels from the sprite's top left.
func (s Storyboard) Frame(at float64) (x, y int) {
	if s.Every <= 0 || s.Columns <= 0 || s.Rows <= 0 || at < 0 {
		return 0, 0
	}
	i := min(int(at/s.Every), s.Columns*s.Rows-1)
	return i % s.Columns * s.Width, i / s.Columns * s.Height
}

// ChapterAt is the chapter a time falls into, -1 before the first.
func (v Video) ChapterAt(at float64) int {
	return sort.Search(len(v.Chapters), func(i int) bool { return v.Chapters[i].At > at }) - 1
}

// Part is a stretch of the seek bar, in parts of one.
type Part struct{ From, To float64 }

// Parts cuts the seek bar where chapters begin; it is whole without chapters.
func (v Video) Parts(duration float64) []Part {
	parts := []Part{{0, 1}}
	for _, c := range v.Chapters {
		if at := c.At / duration; duration > 0 && at > parts[len(parts)-1].From && at < 1 {
			parts[len(parts)-1].To = at
			parts = append(parts, Part{at, 1})
		}
	}
	return parts
}

// NextChapter is where the chapter before (step -1) or after (step 1) the present one begins. Back within 3 s of a start goes one further, later it goes to the start.
func (v Video) NextChapter(at float64, step int) (Chapter, bool) {
	i := v.ChapterAt(at)
	switch {
	case step > 0:
		i++
	case i >= 0 && at-v.Chapters[i].At < 3:
		i--
	}
	if i < 0 && step < 0 && len(v.Chapters) > 0 {
		return Chapter{}, true // before the first chapter: the start
	}
	if i < 0 || i >= len(v.Chapters) {
		return Chapter{}, false
	}
	return v.Chapters[i], true
}
