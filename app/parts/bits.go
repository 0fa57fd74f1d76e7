// Package parts is what more than one page shows: cards, fields, buttons, the shell around every page.
package parts

import (
	"hash/fnv"
	"strconv"
	"unicode"
	"unicode/utf8"

	d "shoal/app/dom"
	"shoal/app/session"
	"shoal/shared/api"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Avatar is the picture of w, or the first letter on a colour of its own.
func Avatar(w Who, size int) d.Node {
	if w.Avatar != "" {
		return d.Img(d.Class("avatar"), d.Src(w.Avatar), d.At("alt", ""), d.Num("width", size), d.Num("height", size), d.At("loading", "lazy"))
	}
	r, _ := utf8.DecodeRuneInString(w.Display)
	if r == utf8.RuneError {
		r = '?'
	}
	h := fnv.New32a()
	h.Write([]byte(w.Handle))
	return d.Span(d.Class("avatar"), d.Hidden(), d.Style("--hue:"+strconv.Itoa(int(h.Sum32()*2654435769>>8%360))+";--size:"+strconv.Itoa(size)+"px"),
		d.Text(string(unicode.ToUpper(r))))
}

// Wave stands where a picture is missing.
func Wave() d.Node {
	return d.Raw(`<svg class="wave" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true"><path d="M0 96c40-28 80-28 120 0s80 28 120 0 60-22 80-14v98H0Z"/><path d="M0 122c40-28 80-28 120 0s80 28 120 0 60-22 80-14v72H0Z"/><path d="M0 148c40-28 80-28 120 0s80 28 120 0 60-22 80-14v46H0Z"/></svg>`)
}

// Chip is a short fact with an icon; kind is one of "", ok, warn, bad, busy.
func Chip(kind, icon, words string) d.Node {
	return d.Span(d.Class("chip "+kind), d.When(icon != "", func() d.Item { return Icon(icon) }), d.Text(words))
}

func stateChip(s *session.Session, state int) d.Item {
	switch state {
	case 0, api.Published:
		return nil
	case api.TranscodingFailed, api.MoveFailed, api.ToImportFailed:
		return Chip("bad", "warning-circle", s.T("state.failed"))
	}
	return Chip("busy", "hourglass", s.T("state.processing"))
}

func privacyChip(s *session.Session, privacy int) d.Item {
	switch privacy {
	case api.Unlisted:
		return Chip("", "link", s.T("privacy.2"))
	case api.Private:
		return Chip("", "lock-simple", s.T("privacy.3"))
	case api.Internal:
		return Chip("", "users", s.T("privacy.4"))
	case api.PasswordProtected:
		return Chip("", "lock-simple", s.T("privacy.5"))
	}
	return nil
}

// PrivacyIcon is the sign of who may see a video.
func PrivacyIcon(privacy int) string {
	switch privacy {
	case api.Unlisted:
		return "link"
	case api.Private, api.PasswordProtected:
		return "lock-simple"
	case api.Internal:
		return "users"
	}
	return "globe-hemisphere-west"
}

// Button is a press; kind is primary, quiet, danger or "" for the ordinary one.
func Button(kind, icon, words string, items ...d.Item) *d.Element {
	return d.Button(d.Class("button "+kind), d.Type("button"), d.Group(items), d.When(icon != "", func() d.Item { return Icon(icon) }), d.Span(d.Text(words)))
}

// SubmitButton sends the form it stands in.
func SubmitButton(kind, icon, words string, items ...d.Item) *d.Element {
	return d.Button(d.Class("button "+kind), d.Type("submit"), d.Group(items), d.When(icon != "", func() d.Item { return Icon(icon) }), d.Span(d.Text(words)))
}

// LinkButton is a link that looks like a button.
func LinkButton(kind, icon, words, href string, items ...d.Item) *d.Element {
	return d.A(d.Class("button "+kind), d.Href(href), d.Group(items), d.When(icon != "", func() d.Item { return Icon(icon) }), d.Span(d.Text(words)))
}

// IconButton is a square button whose label is its tooltip.
func IconButton(icon, label string, items ...d.Item) *d.Element {
	return d.Button(d.Class("icon-button"), d.Type("button"), d.Aria("label", label), d.Title(label), d.Group(items), Icon(icon))
}

// Bar is how much of something is done, 0 to 100.
func Bar(label string, percent float64, kind string) d.Node {
	p := strconv.FormatFloat(percent, 'f', 0, 64)
	return d.Div(d.Class("bar "+kind), d.Role("progressbar"), d.Aria("label", label), d.Aria("valuemin", "0"), d.Aria("valuemax", "100"), d.Aria("valuenow", p),
		d.Span(d.Style("inline-size:"+strconv.FormatFloat(percent, 'f', 1, 64)+"%")))
}
