package api

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"

	"shoal/server/fail"
	"shoal/server/upload"
	"shoal/shared/api"
)

// form gathers the fields of a multipart body, and its thumbnail, while larger files stream by.
type form struct {
	values   url.Values
	pictures map[string][]byte
	fields   int
	size     int
}

// next reads up to the next file, which the caller takes; io.EOF at the end.
func (f *form) next(parts *multipart.Reader) (*multipart.Part, error) {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, broken(err)
		}
		name := part.FormName()
		picture := name == "thumbnailfile" || name == "previewfile"
		if part.FileName() != "" && !picture {
			return part, nil
		}
		most := maxBody - f.size
		if picture {
			most = maxPicture
		}
		b, err := io.ReadAll(io.LimitReader(part, int64(most)+1))
		if err != nil {
			return nil, broken(err)
		}
		if f.fields++; len(b) > most || f.fields > maxFields {
			return nil, fail.New(fail.TooLarge, "The form is too large.")
		}
		if picture {
			f.keep(name, b)
			continue
		}
		f.size += len(b)
		f.values.Add(name, string(b))
	}
}

func (f *form) keep(name string, b []byte) {
	if f.pictures == nil {
		f.pictures = map[string][]byte{}
	}
	f.pictures[name] = b
}

// picture is the thumbnail, else the preview, else nil.
func (f *form) picture() io.Reader {
	for _, name := range []string{"thumbnailfile", "previewfile"} {
		if b := f.pictures[name]; len(b) > 0 {
			return bytes.NewReader(b)
		}
	}
	return nil
}

// uploadWhole takes a file and all about it in one request, in any order.
func (s *Server) uploadWhole(w http.ResponseWriter, r *http.Request) (err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return fail.Wrap(fail.Invalid, err, "Send the file as videofile of a form.")
	}
	f := form{values: url.Values{}}
	var whole *upload.Whole
	defer func() {
		if whole != nil {
			err = errors.Join(err, whole.Close())
		}
	}()
	for {
		file, err := f.next(parts)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if file.FormName() != "videofile" || whole != nil {
			continue
		}
		var known api.VideoUpdate // its channel tells whose quota counts, when it comes before the file
		if err := fill(f.values, &known); err != nil {
			return err
		}
		if whole, err = s.Uploads.Receive(r.Context(), viewer(r), known.ChannelID, file.FileName(), file); err != nil {
			return err
		}
	}
	if whole == nil {
		return fail.Field("videofile", "The file is missing.")
	}
	var in api.VideoUpdate
	if err := fill(f.values, &in); err != nil {
		return err
	}
	out, err := whole.Video(r.Context(), viewer(r), in, f.picture())
	if err != nil {
		return err
	}
	return answer(w, out)
}
