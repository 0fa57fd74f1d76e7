package apub

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"shoal/server/activity"
	"shoal/server/fail"
)

func absent() error { return fail.New(fail.NotFound, "There is nothing here for other servers.") }

// answer is a document, or where it is.
type answer struct {
	v    any
	next string // the address of elsewhere that has it
	open bool   // shown to everybody, also in secure mode
}

func (a answer) send(w http.ResponseWriter, r *http.Request, keep string) error {
	if a.next != "" {
		http.Redirect(w, r, a.next, http.StatusFound)
		return nil
	}
	body, err := activity.Write(a.v)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, activity.ContentType, keep, body)
	return nil
}

// How long answers may be kept on the way: what becomes private must be gone at once.
const (
	brief  = "public, max-age=1"
	lasts  = "public, max-age=600"
	signed = "private, no-store"
)

func write(w http.ResponseWriter, status int, kind, keep string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", keep)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader may be gone
}

var statuses = map[fail.Kind]int{
	fail.Invalid: http.StatusBadRequest, fail.Unauthorized: http.StatusUnauthorized, fail.Forbidden: http.StatusForbidden,
	fail.NotFound: http.StatusNotFound, fail.Gone: http.StatusGone, fail.TooMany: http.StatusTooManyRequests, fail.Unavailable: http.StatusServiceUnavailable,
}

// reply lets h answer, or says why not (RFC 9457).
func (s *Server) reply(w http.ResponseWriter, r *http.Request, h func(http.ResponseWriter, *http.Request) error) {
	err := absent()
	if !s.Off {
		err = h(w, r)
	}
	if err == nil {
		return
	}
	status, ok := statuses[fail.Of(err)]
	words := "Something went wrong on our side."
	var known *fail.Error
	if ok && errors.As(err, &known) {
		words = known.Public
	} else {
		status = http.StatusInternalServerError
		if r.Context().Err() == nil && s.Log != nil {
			s.Log.ErrorContext(r.Context(), "answering another server", "path", r.URL.Path, "err", err)
		}
	}
	body, _ := json.Marshal(map[string]any{"type": "about:blank", "title": http.StatusText(status), "detail": words, "status": status, "error": words})
	write(w, status, "application/problem+json; charset=utf-8", "no-store", body)
}

// Asked tells whether a request wants a document of the fediverse rather than a page: of several types it takes, the one it likes
// best, or names first.
func Asked(r *http.Request) bool {
	best, asked := 0.0, false
	for _, line := range r.Header.Values("Accept") {
		for part := range strings.SplitSeq(line, ",") {
			kind, quality := accepted(part)
			if quality > best {
				switch kind {
				case "application/activity+json", "application/ld+json":
					best, asked = quality, true
				case "text/html", "application/xhtml+xml":
					best, asked = quality, false
				}
			}
		}
	}
	return asked
}

// accepted reads one of the types of Accept and how much it is liked (RFC 9110, 12.4.2).
func accepted(part string) (kind string, quality float64) {
	fields := strings.Split(part, ";")
	quality = 1
	for _, f := range fields[1:] {
		if q, ok := strings.CutPrefix(strings.TrimSpace(strings.ToLower(f)), "q="); ok {
			if n, err := strconv.ParseFloat(q, 64); err == nil {
				quality = n
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(fields[0])), quality
}

// varying says of a page that there is another form of it.
type varying struct {
	http.ResponseWriter
	told bool
}

// WriteHeader adds to Vary what the page does not know.
func (v *varying) WriteHeader(status int) {
	if !v.told {
		v.told = true
		v.Header().Add("Vary", "Accept")
	}
	v.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the page.
func (v *varying) Write(b []byte) (int, error) {
	if !v.told {
		v.WriteHeader(http.StatusOK)
	}
	return v.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController find what else the writer can do.
func (v *varying) Unwrap() http.ResponseWriter { return v.ResponseWriter }
