package pages

import (
	"context"
	"net/url"
	"time"

	"shoal/app/uploading"
	"shoal/shared/api"
)

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
