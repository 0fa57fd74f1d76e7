package pages

import (
	"context"
	"net/url"

	"shoal/app/session"
	"shoal/app/uploading"
	"shoal/shared/api"
)

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
