package pages

import (
	"cmp"
	"encoding/json"
	"slices"

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
