package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"shoal/server/fail"
	"shoal/server/picture"
)

// readPicture gives the file that a form has under a name.
func readPicture(w http.ResponseWriter, r *http.Request, name string) (io.Reader, error) {
	w.Header().Set("X-File-Maximum-Size", strconv.Itoa(picture.MaxBytes>>20)+"M")
	r.Body = http.MaxBytesReader(w, r.Body, picture.MaxBytes+maxBody)
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, fail.New(fail.Invalid, "Send the picture as the file %q of a multipart form.", name)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "The form cannot be understood.")
	}
	for range maxFields {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, broken(err)
		}
		if part.FormName() != name {
			continue
		}
		b, err := io.ReadAll(io.LimitReader(part, picture.MaxBytes+1))
		if err != nil {
			return nil, broken(err)
		}
		return bytes.NewReader(b), nil
	}
	return nil, fail.Field(name, "The picture is missing.")
}
