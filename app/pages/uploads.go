package pages

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	d "shoal/app/dom"
	"shoal/app/session"
	"shoal/app/uploading"
	"shoal/shared/api"
)

// atOnce is how many files move at the same time; the others wait for their turn.
const atOnce = 2

// desk is every upload of this visit; it stays when the publish page is left and goes on.
type desk struct {
	s       *session.Session
	rules   uploading.Rules
	blank   Draft
	form    Draft // of a video whose file is not picked yet
	wrong   map[string]string
	items   []*item
	at      int       // key of the item whose form is shown, 0 for the form without a file
	refused []refusal // files that were not taken
	say     string    // for screen readers
	shown   bool      // the publish page is there
	keys    int
	unback  func()
}

type refusal struct{ name, words string }

// formKey is under which the form without a file is kept on the device.
const formKey = "publish"

// deskOf is the one desk of the tab.
func deskOf(s *session.Session, rules uploading.Rules, blank Draft) *desk {
	k, ok := s.Desk.(*desk)
	if !ok {
		k = &desk{s: s, form: blank}
		s.Desk = k
		if json.Unmarshal([]byte(s.Browser.Kept(formKey)), &k.form) != nil {
			k.form = blank
		}
		k.unback = s.Browser.Back(k.back)
	}
	k.rules, k.blank = rules, blank
	return k
}

// back is called when the network or the person may have come back.
func (k *desk) back() {
	for _, it := range k.items {
		if it.sender != nil {
			it.sender.Back()
			if it.started {
				it.sender.Run()
			}
		}
		if it.unsaved {
			it.save()
		}
	}
}

func (k *desk) find(key int) *item {
	for _, it := range k.items {
		if it.key == key {
			return it
		}
	}
	return nil
}

// current is the item whose form is shown, nil for the form without a file.
func (k *desk) current() *item { return k.find(k.at) }

// pending is what files on their way still bring, in bytes, apart from one.
func (k *desk) pending() (n int64) {
	for _, it := range k.items {
		if it.sender != nil && it.sender.State != uploading.Done && it.sender.State != uploading.Cancelled {
			n += it.sender.Size
		} else if it.sender == nil {
			n += it.open.Size
		}
	}
	return n
}

// add takes files that were picked, dropped or pasted.
func (k *desk) add(files []d.File) {
	k.refused = nil
	first := 0
	for _, f := range files {
		it := k.waiting(f)
		if it != nil {
			it.attach(f)
		} else {
			it = k.same(f)
		}
		if it != nil {
			first = cmp.Or(first, it.key)
			continue
		}
		if why := k.rules.Refuse(f, k.pending()); why != "" {
			k.refused = append(k.refused, refusal{f.Name, k.s.T("upload.refused."+why, "endings", endings(k.rules.Endings))})
			continue
		}
		first = cmp.Or(first, k.open(f).key)
	}
	k.at = cmp.Or(first, k.at)
	k.pump()
}

// endings are the best known of those that are taken.
func endings(all []string) string {
	words := ""
	for i, e := range all {
		if i == 8 {
			return words + " …"
		}
		if i > 0 {
			words += ", "
		}
		words += e
	}
	return words
}

// waiting is an unfinished upload of an earlier visit to which f belongs.
func (k *desk) waiting(f d.File) *item {
	for _, it := range k.items {
		if it.needsFile() && uploading.Same(f, it.open) {
			return it
		}
	}
	return nil
}

// same is the item that already has this very file.
func (k *desk) same(f d.File) *item {
	for _, it := range k.items {
		if it.sender != nil && it.sender.State != uploading.Done && it.file.Name == f.Name && it.file.Size == f.Size && it.file.Modified == f.Modified {
			return it
		}
	}
	return nil
}

// open makes an item of a new file. The form that was filled before becomes the first one's.
func (k *desk) open(f d.File) *item {
	it := k.make()
	it.form, k.form = k.form, k.blank
	k.wrong = nil
	if it.form.Name == "" {
		it.form.Name = NameOf(f.Name)
	}
	it.attach(f)
	it.remember()
	return it
}

func (k *desk) make() *item {
	k.keys++
	it := &item{desk: k, key: k.keys, state: api.ToTranscode}
	k.items = append(k.items, it)
	return it
}

// restore shows the unfinished uploads that the server knows, so that they can be continued.
func (k *desk) restore(open []api.Upload) {
	for _, u := range open {
		if slices.ContainsFunc(k.items, func(it *item) bool { return it.id() == u.ID }) {
			continue
		}
		it := k.make()
		it.open, it.form = u, k.blank
		it.form.take(u.Meta)
		it.form.Privacy = k.blank.Privacy // the server was told private until it is published
		it.recall()
	}
	if k.at == 0 && k.form == k.blank && len(k.items) > 0 {
		k.at = k.items[0].key
	}
}

// pump starts what may start, tells the browser whether bytes move, and speaks of what changed.
func (k *desk) pump() {
	busy, moving := 0, false
	for _, it := range k.items {
		if it.started && it.sender.Live() {
			busy++
		}
	}
	for _, it := range k.items {
		if it.sender == nil {
			continue
		}
		if !it.started && it.sender.Live() && busy < atOnce {
			it.started = true
			busy++
			it.sender.Run()
		}
		moving = moving || it.sender.Live()
	}
	words := ""
	if moving {
		words = k.s.T("upload.guard")
	}
	k.s.Browser.Guard(words)
}

// remove takes an item off the desk; words that were not published stay in the form without a file.
func (k *desk) remove(it *item) {
	it.end()
	k.items = slices.DeleteFunc(k.items, func(o *item) bool { return o == it })
	if it.uuid == "" && k.form == k.blank {
		k.form = it.form
		k.keep()
	}
	if k.at == it.key {
		k.at = 0
		if len(k.items) > 0 {
			k.at = k.items[0].key
		}
	}
	k.pump()
}

// keep remembers the form without a file on the device.
func (k *desk) keep() {
	if k.form == k.blank {
		k.s.Browser.Keep(formKey, "")
		return
	}
	text, _ := json.Marshal(k.form)
	k.s.Browser.Keep(formKey, string(text))
}

// change is the form without a file.
func (k *desk) change(name, value string) {
	k.form.Set(name, value)
	delete(k.wrong, name)
	k.keep()
}

// wanted are the videos whose processing goes on.
func (k *desk) wanted() (ids []string) {
	for _, it := range k.items {
		if it.uuid != "" && unfinished(it.state, it.processing) {
			ids = append(ids, it.uuid)
		}
	}
	return ids
}

func (k *desk) hear(n news) {
	for _, it := range k.items {
		if it.uuid == n.UUID {
			it.hear(n)
		}
	}
}

// item is one file with its form.
type item struct {
	desk *desk
	key  int
	form Draft

	file    d.File
	sender  *uploading.Sender // nil until the file is there
	open    api.Upload        // of an earlier visit, whose file must be picked again
	clip    session.Clip
	other   bool // another file was picked than the one that is to be continued
	started bool
	told    uploading.State // what was said of it last
	quarter int

	publish bool // the person wants it to be seen
	unsaved bool
	saving  bool
	savedAt time.Time
	trouble string // why the words could not be saved
	away    bool   // they are only on this device
	wrong   map[string]string
	stop    func() // of the timer that saves

	uuid, short string // of the video once the file is whole
	state       int
	processing  *api.Processing
	gone        bool
}

func (it *item) needsFile() bool { return it.sender == nil }

// id is the upload's on the server, empty before it gave one.
func (it *item) id() string {
	if it.sender != nil {
		return it.sender.ID
	}
	return it.open.ID
}

// name is the person's own for the file.
func (it *item) name() string {
	if it.sender != nil {
		return it.file.Name
	}
	return it.open.Filename
}

// attach gives the item its file; an upload of an earlier visit goes on where it stopped.
func (it *item) attach(f d.File) {
	it.file, it.other = f, false
	u := uploading.New(f.Size)
	if it.open.ID != "" {
		u = uploading.Again(it.open.ID, f.Size, it.open.Received)
	}
	it.sender = &uploading.Sender{Upload: u, Line: it.desk.s.Browser, File: f, Meta: it.meta, Turn: it.turn}
	it.look()
}

// look finds out length and first picture of the film.
func (it *item) look() {
	b := it.desk.s.Browser
	b.Go(func() {
		c, err := b.Video(context.Background(), it.file)
		if err == nil {
			b.Do(func() { it.clip = c })
		}
	})
}

// offer takes the file that is to continue an upload, if it is the same.
func (it *item) offer(files []d.File) {
	if len(files) == 0 {
		return
	}
	if it.other = !uploading.Same(files[0], it.open); !it.other {
		it.attach(files[0])
		it.desk.pump()
	}
}

// meta is what opens a session: the file's name and what the form has so far, seen by nobody before it is published.
func (it *item) meta() any {
	return struct {
		Filename string `json:"filename"`
		api.VideoUpdate
	}{it.file.Name, it.update()}
}

func (it *item) update() api.VideoUpdate {
	if it.publish {
		return it.form.Update()
	}
	return it.form.Private()
}

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

// saveAfter is how long after the last change the words are saved, and saveAgain how long after a failure.
const (
	saveAfter = time.Second
	saveAgain = 5 * time.Second
)

func (it *item) saveIn(wait time.Duration) {
	if it.stop != nil {
		it.stop()
	}
	it.stop = it.desk.s.Browser.After(wait, it.save)
}

// save sends the words to the session, or to the video that it has become.
func (it *item) save() {
	if it.saving || !it.unsaved {
		return
	}
	path := ""
	switch id := it.id(); {
	case it.uuid != "":
		path = "/api/v1/videos/" + url.PathEscape(it.uuid)
	case id != "":
		path = uploading.Address + "/draft?upload_id=" + url.QueryEscape(id)
	default: // they travel with the request that opens the session; look again for those typed meanwhile
		it.saveIn(saveAfter)
		return
	}
	it.saving, it.unsaved = true, false
	body, s := it.update(), it.desk.s
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "PUT", path, body, nil)
		s.Browser.Do(func() { it.saved(err) })
	})
}

func (it *item) saved(err error) {
	it.saving, it.away = false, false
	switch status := api.Status(err); {
	case err == nil:
		it.savedAt, it.trouble = time.Now(), ""
		if it.unsaved {
			it.saveIn(saveAfter)
		}
	case status == 400 || status == 403 || status == 413 || status == 422:
		it.unsaved, it.trouble = true, Reason(it.desk.s, err)
		it.wrong = merge(it.wrong, invalid(err))
	default: // kept on the device meanwhile
		it.unsaved, it.away = true, true
		it.saveIn(saveAgain)
	}
}

// invalid is what the server says of single fields.
func invalid(err error) map[string]string {
	wrong := map[string]string{}
	if e, ok := err.(*api.Err); ok {
		for name, bad := range e.InvalidParams {
			wrong[name] = bad.Msg
		}
	}
	return wrong
}

func merge(into, from map[string]string) map[string]string {
	if into == nil {
		into = map[string]string{}
	}
	for k, v := range from {
		into[k] = v
	}
	return into
}

// release publishes the video as soon as it can be, or says what is missing.
func (it *item) release() {
	var first string
	if it.wrong, first = it.form.Missing(it.desk.s, false); first != "" {
		it.desk.s.Browser.Focus(first)
		return
	}
	it.publish, it.unsaved = true, true
	it.remember()
	it.save()
}

// withdraw keeps it a draft after all.
func (it *item) withdraw() {
	it.publish, it.unsaved = false, true
	it.remember()
	it.save()
}

func (it *item) pause() {
	it.sender.Pause()
	it.sender.Interrupt()
	it.desk.pump()
}

func (it *item) resume() {
	it.sender.Resume()
	it.speak()
	if it.started {
		it.sender.Run()
	}
	it.desk.pump()
}

// cancel throws away what has arrived. The words stay.
func (it *item) cancel() {
	it.forget()
	if it.sender != nil {
		it.started = true
		it.sender.Cancel()
		it.sender.Interrupt()
	} else if it.open.ID != "" {
		u := uploading.Again(it.open.ID, it.open.Size, 0)
		u.Cancel()
		(&uploading.Sender{Upload: u, Line: it.desk.s.Browser}).Run()
	}
	it.desk.remove(it)
}

// end stops the timer of an item that is taken off the desk.
func (it *item) end() {
	if it.stop != nil {
		it.stop()
	}
}

// again lets a failed processing start anew.
func (it *item) again() {
	s := it.desk.s
	retry(s, it.uuid, func() {
		it.state, it.processing = api.ToTranscode, &api.Processing{State: "waiting"}
	})
}

// retry asks the server to process a video again and calls begun when it will.
func retry(s *session.Session, id string, begun func()) {
	s.Browser.Go(func() {
		err := s.API.Send(context.Background(), "POST", "/api/v1/videos/"+url.PathEscape(id)+"/transcoding", nil, nil)
		s.Browser.Do(func() {
			if err != nil {
				s.Browser.Toast(session.Toast{Words: Reason(s, err)})
				return
			}
			begun()
		})
	})
}

// stateWords is what is going on, in a few words.
func stateWords(s *session.Session, u *uploading.Upload) string {
	switch {
	case u.State == uploading.Waiting:
		return s.T("upload.waiting." + u.Why)
	case u.State == uploading.Failed && u.Code == uploading.Gone:
		return s.T("upload.gone")
	case u.State == uploading.Failed && u.Words != "":
		return u.Words
	}
	return s.T("upload." + string(u.State))
}
