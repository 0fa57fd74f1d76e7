package pages

import (
	"math"
	"strconv"

	d "shoal/app/dom"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/app/text"
	"shoal/app/uploading"
	"shoal/shared/api"
)

// card is one file: how far it is and what can be done about it.
func (it *item) card(s *session.Session, several bool) d.Node {
	key := strconv.Itoa(it.key)
	here := it.desk.at == it.key
	return d.Article(d.Class("upload"+chosen(several && here)), d.Aria("labelledby", "upload-"+key), d.Test("upload"), d.Data("state", it.now()),
		d.Div(d.Class("upload-head"),
			it.picture(),
			d.Div(d.Class("upload-words"),
				d.H2(d.Class("upload-name"), d.ID("upload-"+key), d.At("dir", "auto"), d.Text(it.name())),
				d.P(d.Class("quiet"), it.facts(s))),
			d.When(it.uuid != "" || it.gone, func() d.Item {
				return parts.IconButton("x", s.T("upload.dismiss"), d.On("click", func(d.Event) { it.desk.remove(it) }), d.Test("dismiss"))
			})),
		it.body(s, several),
		d.When(several, func() d.Item {
			return d.Button(d.Class("text-button"), d.Type("button"), d.Aria("pressed", yes(here)), d.On("click", func(d.Event) { it.choose(s) }), d.Test("choose"), d.Text(s.T("upload.choose."+yes(here))))
		}))
}

// choose shows the form of the item and goes there, which is far on a phone.
func (it *item) choose(s *session.Session) {
	it.desk.at = it.key
	s.Browser.Focus("name")
}

func chosen(on bool) string {
	if on {
		return " chosen"
	}
	return ""
}

// now is the state for tests and styles.
func (it *item) now() string {
	switch {
	case it.uuid != "" && it.state == api.Published:
		return "published"
	case it.uuid != "" && it.state == api.TranscodingFailed:
		return "broken"
	case it.uuid != "":
		return "processing"
	case it.sender == nil:
		return "file"
	case !it.started:
		return "queued"
	}
	return string(it.sender.State)
}

// seen is who may watch it as things stand.
func (it *item) seen() int {
	if n, err := strconv.Atoi(it.form.Privacy); err == nil && it.publish {
		return n
	}
	return api.Private
}

func (it *item) picture() d.Node {
	if it.clip.Picture == "" {
		return d.Div(d.Class("frame"), parts.Wave())
	}
	return d.Div(d.Class("frame"), d.Img(d.Src(it.clip.Picture), d.At("alt", "")))
}

// facts are size, length and shape, each apart for languages that are read from the right.
func (it *item) facts(s *session.Session) d.Node {
	size := it.file.Size
	if it.sender == nil {
		size = it.open.Size
	}
	g := d.Group{d.El("bdi", d.Text(s.Words.Bytes(size)))}
	more := func(words string) { g = append(g, d.Text(" · "), d.El("bdi", d.Text(words))) }
	if it.clip.Duration > 0 {
		more(text.Clock(int(math.Round(it.clip.Duration))))
	}
	if it.clip.Width > 0 {
		more(strconv.Itoa(it.clip.Width) + "×" + strconv.Itoa(it.clip.Height))
	}
	return g
}

func (it *item) body(s *session.Session, several bool) d.Item {
	switch {
	case it.gone:
		return state("bad", "warning-circle", s.T("upload.removed"))
	case it.uuid != "" && several && it.desk.at != it.key:
		return d.Div(d.Class("mine-state"), progress(s, it.state, it.seen(), it.processing))
	case it.uuid != "":
		return it.after(s)
	case it.sender == nil:
		return it.unfinished(s)
	}
	return it.moving(s)
}

func state(kind, icon, words string) d.Node {
	return d.P(d.Class("upload-state "+kind), d.Test("upload-state"), parts.Icon(icon), d.Span(d.Text(words)))
}

// moving is an upload that goes on, waits or has stopped.
func (it *item) moving(s *session.Session) d.Node {
	u := it.sender.Upload
	return d.Group{
		it.bar(s, u.Percent()),
		d.Div(d.Class("upload-facts"),
			d.Span(d.Test("upload-percent"), d.Text(s.T("upload.sent", "percent", strconv.Itoa(int(u.Percent())), "sent", s.Words.Bytes(u.Sent()), "size", s.Words.Bytes(u.Size)))),
			d.Span(d.Text(speed(s, u)))),
		it.why(s, u),
		d.Div(d.Class("row"), it.press(s, u), it.stopper(s)),
	}
}

// bar says in words what its length shows.
func (it *item) bar(s *session.Session, percent float64) d.Node {
	b := parts.Bar(s.T("upload.of", "name", it.name()), percent, "")
	if e, ok := b.(*d.Element); ok && it.sender != nil {
		u := it.sender.Upload
		e.Attrs = append(e.Attrs, d.Aria("valuetext", s.T("upload.sent", "percent", strconv.Itoa(int(percent)), "sent", s.Words.Bytes(u.Sent()), "size", s.Words.Bytes(u.Size))), d.Test("upload-bar"))
	}
	return b
}

// speed is how fast it goes and how long it still takes, nothing while that is unknown.
func speed(s *session.Session, u *uploading.Upload) string {
	rate, left := u.Speed(), u.Left()
	if rate <= 0 {
		return ""
	}
	words := s.T("upload.speed", "speed", s.Words.Bytes(int64(rate)))
	if left > 0 {
		words += " · " + s.Words.Left(max(1, int(left.Seconds())))
	}
	return words
}

// why tells of everything but the ordinary.
func (it *item) why(s *session.Session, u *uploading.Upload) d.Item {
	switch u.State {
	case uploading.Sending:
		if !it.started {
			return state("", "hourglass", s.T("upload.queued"))
		}
		if u.Over > 0 {
			return state("", "arrow-counter-clockwise", s.T("upload.over"))
		}
		return nil
	case uploading.Paused:
		return state("", "pause", stateWords(s, u))
	case uploading.Waiting:
		if u.Why == uploading.Network {
			return state("warn", "wifi-slash", stateWords(s, u))
		}
		return state("warn", "hourglass", stateWords(s, u))
	case uploading.SignedOut:
		return d.Div(state("warn", "lock-simple", stateWords(s, u)),
			d.A(d.Class("button"), d.Href("/login?next="+escape("/about")), d.At("target", "_blank"), d.Test("signin-again"), parts.Icon("sign-in"), d.Span(d.Text(s.T("upload.signin")))))
	}
	return d.Div(d.Role("alert"), state("bad", "warning-circle", stateWords(s, u)))
}

func (it *item) press(s *session.Session, u *uploading.Upload) d.Item {
	pick := func(icon, key, test string, f func()) d.Item {
		return parts.Button("", icon, s.T(key), d.On("click", func(d.Event) { f() }), d.Test(test))
	}
	switch u.State {
	case uploading.Sending:
		return pick("pause", "upload.pause", "pause", it.pause)
	case uploading.Paused:
		return pick("play", "upload.resume", "resume", it.resume)
	}
	if u.Code == uploading.Gone {
		return it.picker(s)
	}
	return pick("arrow-clockwise", "upload.now", "again", it.resume)
}

// stopper cancels after a question, because what has arrived is thrown away.
func (it *item) stopper(s *session.Session) d.Item {
	return ask(s, question{
		id: "cancel-" + strconv.Itoa(it.key), icon: "x", label: s.T("cancel"), test: "cancel",
		title: s.T("upload.cancel.title"), words: s.T("upload.cancel.words", "name", it.name()),
		yes: s.T("upload.cancel.yes"), no: s.T("upload.cancel.no"), do: it.cancel,
	})
}

// picker takes the file that an upload is to go on with.
func (it *item) picker(s *session.Session) d.Node {
	return d.Span(d.Class("button primary pick"), parts.Icon("file-video"), d.Span(d.Text(s.T("upload.pick"))),
		d.Input(d.Type("file"), d.Aria("label", s.T("upload.pick.of", "name", it.name())), d.On("change", func(e d.Event) { it.offer(e.Files()) }), d.Test("pick-again")))
}

// unfinished is an upload of an earlier visit: the browser does not remember where its file is.
func (it *item) unfinished(s *session.Session) d.Node {
	percent := 0.0
	if it.open.Size > 0 {
		percent = float64(it.open.Received) * 100 / float64(it.open.Size)
	}
	return d.Group{
		it.bar(s, percent),
		state("", "arrow-counter-clockwise", s.T("upload.continue", "percent", strconv.Itoa(int(percent)))),
		d.P(d.Class("help"), d.Text(s.T("upload.continue.words", "name", it.open.Filename))),
		d.When(it.other, func() d.Item {
			return d.P(d.Class("wrong"), d.Role("alert"), parts.Icon("warning-circle"), d.Span(d.Text(s.T("upload.other", "name", it.open.Filename, "size", s.Words.Bytes(it.open.Size)))))
		}),
		d.Div(d.Class("row"), it.picker(s), it.stopper(s)),
	}
}

// after is what follows the last byte.
func (it *item) after(s *session.Session) d.Node {
	return d.Group{
		state("ok", "check-circle", s.T("upload.done")),
		parts.Timeline(s, it.processing, it.state),
		d.Div(d.Class("row"),
			d.When(playable(it.state, it.processing), func() d.Item {
				return parts.LinkButton("primary", "play", s.T("watch"), "/w/"+it.short, d.Test("watch"))
			}),
			d.When(it.state == api.TranscodingFailed, func() d.Item {
				return parts.Button("", "arrow-clockwise", s.T("retry"), d.On("click", func(d.Event) { it.again() }), d.Test("retry"))
			}),
			parts.LinkButton("", "pencil-simple", s.T("manage"), "/videos/manage/"+it.short, d.Test("manage"))),
	}
}

// question is asked before something that cannot be taken back.
type question struct {
	id, icon, label, test string
	title, words, yes, no string
	small                 bool   // only an icon
	action                string // of the form that answers yes without the app
	do                    func() // answers yes in the app
}

// ask is a button and what it opens; the browser itself shows, closes and gives back the focus.
func ask(s *session.Session, q question) d.Node {
	opener := parts.Button("", q.icon, q.label)
	if q.small {
		opener = parts.IconButton(q.icon, q.label)
	}
	opener.Attrs = append(opener.Attrs, d.At("popovertarget", q.id), d.Aria("haspopup", "dialog"), d.Test(q.test))
	var answer func(d.Event)
	if s.Live() && q.do != nil {
		answer = func(e d.Event) {
			e.Prevent()
			s.Browser.Show(q.id, false)
			q.do()
		}
	}
	shut := d.Group{d.At("popovertarget", q.id), d.At("popovertargetaction", "hide")}
	words := d.Group{d.H2(d.ID(q.id+"-title"), d.Text(q.title)), d.P(d.Text(q.words))}
	no := parts.Button("", "", q.no, shut, d.Flag("autofocus", true))
	yes := parts.Button("danger", "", q.yes, d.Test(q.test+"-yes"), d.If(q.action != "", d.Type("submit")))
	box := d.Div(d.ID(q.id), d.At("popover", "auto"), d.Class("sheet-pop ask"), d.Role("dialog"), d.Aria("labelledby", q.id+"-title"), words)
	if q.action == "" {
		yes.Listeners = append(yes.Listeners, d.Listener{Event: "click", Handle: answer})
		box.Children = append(box.Children, d.Div(d.Class("row"), no, yes))
	} else {
		box.Children = append(box.Children, d.Form(d.Class("row"), d.At("method", "post"), d.At("action", q.action), d.On("submit", answer), no, yes))
	}
	return d.Group{opener, box}
}
