package pages

import (
	"context"
	"time"

	d "shoal/app/dom"
	"shoal/app/session"
	"shoal/app/uploading"
	"shoal/shared/api"
)

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
