package pages

import (
	"encoding/json"
	"strconv"

	"shoal/app/session"
	"shoal/app/uploading"
	"shoal/shared/api"
)

// kept is what the device remembers of an unfinished upload beyond what the server does.
type kept struct {
	Form    Draft `json:"form"`
	Publish bool  `json:"publish,omitempty"`
}

func itemKey(id string) string { return "upload." + id }

func (it *item) remember() {
	b := it.desk.s.Browser
	switch id := it.id(); {
	case it.uuid != "":
	case id != "":
		text, _ := json.Marshal(kept{it.form, it.publish})
		b.Keep(itemKey(id), string(text))
	case it.desk.form == it.desk.blank: // no session yet: after a reload these words stand in the form without a file
		text, _ := json.Marshal(it.form)
		b.Keep(formKey, string(text))
	}
}

func (it *item) recall() {
	var c kept
	if json.Unmarshal([]byte(it.desk.s.Browser.Kept(itemKey(it.open.ID))), &c) == nil {
		it.form, it.publish = c.Form, c.Publish
	}
}

func (it *item) forget() {
	for _, id := range []string{it.id(), it.open.ID} {
		if id != "" {
			it.desk.s.Browser.Keep(itemKey(id), "")
		}
	}
}

// turn is called after each change of the upload.
func (it *item) turn() {
	if id := it.sender.ID; id != it.open.ID && it.uuid == "" {
		if it.open.ID != "" {
			it.desk.s.Browser.Keep(itemKey(it.open.ID), "")
		}
		it.open.ID = id
		it.desk.keep()
		it.remember()
	}
	if it.sender.State == uploading.Done && it.uuid == "" {
		it.finish()
	}
	it.speak()
	it.desk.pump()
}

// finish goes from the upload to the video that it has become.
func (it *item) finish() {
	v := it.sender.Video.Video
	it.forget()
	it.uuid, it.short = v.UUID, v.ShortUUID
	if it.short == "" {
		it.short = v.UUID
	}
	it.desk.rules.Used += it.sender.Size
	if !it.desk.shown {
		it.desk.s.Browser.Toast(session.Toast{
			Words: it.desk.s.T("upload.arrived", "title", it.form.Name), Action: it.desk.s.T("publish.details"),
			Do: func() { it.desk.s.Browser.Open("/videos/publish") },
		})
	}
	if it.unsaved {
		it.save()
	}
}

// speak tells screen readers of a change of state, and of each quarter, no more.
func (it *item) speak() {
	u := it.sender.Upload
	q := int(u.Percent()) / 25
	if u.State == it.told && (u.State != uploading.Sending || q == it.quarter) {
		return
	}
	it.told, it.quarter = u.State, q
	it.desk.say = it.name() + ": " + stateWords(it.desk.s, u)
	if u.State == uploading.Sending {
		it.desk.say += " " + it.desk.s.T("percent", "n", strconv.Itoa(q*25))
	}
}

func (it *item) hear(n news) {
	if n.State != 0 {
		it.state = n.State
	}
	if n.Processing != nil {
		it.processing = n.Processing
		if n.Processing.State == "failed" && n.State == 0 && it.state != api.Published {
			it.state = api.TranscodingFailed
		}
	}
	it.gone = it.gone || n.Gone
}

// change notes what was typed and saves it a second later.
func (it *item) change(name, value string) {
	it.form.Set(name, value)
	delete(it.wrong, name)
	it.unsaved, it.trouble = true, ""
	it.remember()
	it.saveIn(saveAfter)
}
