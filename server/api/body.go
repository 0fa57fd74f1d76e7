package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"unicode/utf8"

	"shoal/server/fail"
)

// Limits of a body that is not a file.
const (
	maxBody   = 512 << 10 // bytes
	maxFields = 1000
)

// read fills out, a pointer to a struct, from a JSON, form or multipart body by the names of its json tags.
// Names that out does not have, and files, are passed over.
func read(w http.ResponseWriter, r *http.Request, out any) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Header.Get("Content-Type") == "" {
		kind, err = "application/json", nil
	}
	if err != nil {
		return fail.Wrap(fail.Unsupported, err, "The content type cannot be understood.")
	}
	switch kind {
	case "application/json":
		return readJSON(r, out)
	case "application/x-www-form-urlencoded":
		return readForm(r, out)
	case "multipart/form-data":
		if params["boundary"] == "" {
			return fail.New(fail.Invalid, "The multipart body has no boundary.")
		}
		return readMultipart(r, out)
	}
	return fail.New(fail.Unsupported, "Send JSON or a form, not %s.", kind)
}

func readJSON(r *http.Request, out any) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return broken(err)
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	if bytes.Contains(b, []byte(`\u0000`)) {
		return errNUL
	}
	err = json.Unmarshal(b, out)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field != "":
		return fail.Field(wrong.Field, "Should not be a %s.", wrong.Value)
	case err != nil:
		return fail.Wrap(fail.Invalid, err, "The body is not the JSON that is expected here.")
	}
	return tellNulls(b, out)
}

// tellNulls names the fields that are null to a body that asks for them.
func tellNulls(b []byte, out any) error {
	n, ok := out.(nuller)
	if !ok {
		return nil
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &fields); err != nil {
		return fail.Wrap(fail.Invalid, err, "The body is not the JSON that is expected here.")
	}
	for name, value := range fields {
		if string(value) == "null" {
			n.setNull(name)
		}
	}
	return nil
}

var errNUL = fail.New(fail.Invalid, "Text must be UTF-8 without NUL characters.")

func readForm(r *http.Request, out any) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return broken(err)
	}
	if bytes.Count(b, []byte("&")) >= maxFields {
		return errFields
	}
	values, err := url.ParseQuery(string(b))
	if err != nil {
		return fail.Wrap(fail.Invalid, err, "The form cannot be understood.")
	}
	return fill(values, out)
}

var errFields = fail.New(fail.TooLarge, "The form has more than %d fields.", maxFields)

func readMultipart(r *http.Request, out any) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return fail.Wrap(fail.Invalid, err, "The form cannot be understood.")
	}
	values := url.Values{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fill(values, out)
		}
		if err != nil {
			return broken(err)
		}
		if n == maxFields {
			return errFields
		}
		if part.FileName() != "" {
			continue
		}
		b, err := io.ReadAll(part)
		if err != nil {
			return broken(err)
		}
		values.Add(part.FormName(), string(b))
	}
}

// broken is a body that ended early, or was longer than allowed.
func broken(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return err
	}
	return fail.Wrap(fail.Invalid, err, "The body could not be read.")
}

// plain tells whether PostgreSQL takes s as text.
func plain(s string) bool { return utf8.ValidString(s) && !bytes.ContainsRune([]byte(s), 0) }

// checkAddress refuses addresses whose parts could not be looked up.
func checkAddress(r *http.Request) error {
	if !plain(r.URL.Path) {
		return errNUL
	}
	if r.URL.RawQuery == "" {
		return nil
	}
	if q, err := url.QueryUnescape(r.URL.RawQuery); err == nil && !plain(q) {
		return errNUL
	}
	return nil
}
