package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/server/upload"
	"shoal/shared/api"
)

func (s *Server) uploadRoutes(r chi.Router) {
	r.Post("/videos/upload", s.member(s.uploadWhole))
	r.Get("/videos/uploads", s.member(s.listUploads))
	r.Post("/videos/upload-resumable", s.member(s.beginUpload))
	r.Put("/videos/upload-resumable", s.member(s.putChunk))
	r.Delete("/videos/upload-resumable", s.member(s.cancelUpload))
	r.Put("/videos/upload-resumable/draft", s.member(s.describeUpload))
}

// uploading is what the first request of an upload says.
type uploading struct {
	api.VideoUpdate
	Filename string `json:"filename"`
	Size     int64  `json:"size"` // bytes, when no header tells them
}

// uploadPath is the address of the protocol.
const uploadPath = Prefix + "/videos/upload-resumable"

func (s *Server) beginUpload(w http.ResponseWriter, r *http.Request) error {
	var in uploading
	picture, err := readPictured(w, r, &in)
	if err != nil {
		return err
	}
	if text := r.Header.Get("X-Upload-Content-Length"); text != "" {
		if in.Size, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fail.Field("x-upload-content-length", "Should be a number of bytes.")
		}
	}
	u, err := s.Uploads.Begin(r.Context(), viewer(r), in.Filename, in.Size, in.VideoUpdate)
	if err != nil {
		return err
	}
	if picture != nil {
		if err := s.Uploads.Picture(r.Context(), viewer(r), u.ID, picture); err != nil {
			return errors.Join(err, s.Uploads.Cancel(r.Context(), viewer(r), u.ID))
		}
	}
	h := w.Header()
	h.Set("Location", "//"+r.Host+uploadPath+"?upload_id="+url.QueryEscape(u.ID))
	h.Set("Access-Control-Expose-Headers", "Retry-After, Location")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusCreated)
	return nil
}

func (s *Server) putChunk(w http.ResponseWriter, r *http.Request) error {
	return s.takeChunk(w, r, func(v *api.VideoUploaded) error { return answer(w, v) })
}

// takeChunk takes a piece; whole answers when it was the last one.
func (s *Server) takeChunk(w http.ResponseWriter, r *http.Request, whole func(*api.VideoUploaded) error) error {
	h := w.Header()
	h.Set("Access-Control-Expose-Headers", "Retry-After, Range")
	h.Set("Cache-Control", "no-store")
	span, err := chunkRange(r)
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	p, err := s.Uploads.Chunk(r.Context(), viewer(r), r.URL.Query().Get("upload_id"), span, r.Body, func() {
		_ = control.SetReadDeadline(time.Now()) // another request takes over
	})
	if p.Received > 0 {
		h.Set("Range", "bytes=0-"+strconv.FormatInt(p.Received-1, 10))
	}
	switch {
	case err != nil:
		return err
	case p.Video != nil:
		h.Del("Range")
		return whole(p.Video)
	}
	h.Set("Content-Length", "0")
	w.WriteHeader(http.StatusPermanentRedirect) // "Resume Incomplete" in this protocol
	return nil
}

// chunkRange reads which bytes a request brings; without the header they are the whole file.
func chunkRange(r *http.Request) (upload.Range, error) {
	text := r.Header.Get("Content-Range")
	if text == "" {
		if r.ContentLength <= 0 {
			return upload.Range{}, fail.Field("content-range", "The range of the piece must be given.")
		}
		return upload.Range{To: r.ContentLength - 1, Total: r.ContentLength}, nil
	}
	span, err := upload.ParseRange(text)
	if err == nil && r.ContentLength >= 0 && r.ContentLength != span.Size() {
		err = fail.New(fail.Conflict, "The piece has %d bytes and its range %d.", r.ContentLength, span.Size())
	}
	return span, err
}

func (s *Server) cancelUpload(w http.ResponseWriter, r *http.Request) error {
	return done(w, s.Uploads.Cancel(r.Context(), viewer(r), r.URL.Query().Get("upload_id")))
}

// describeUpload changes what is known of a video while its file is on its way, or after (Shoal's own).
func (s *Server) describeUpload(w http.ResponseWriter, r *http.Request) error {
	var in api.VideoUpdate
	picture, err := readPictured(w, r, &in)
	if err != nil {
		return err
	}
	id := r.URL.Query().Get("upload_id")
	if picture != nil {
		if err := s.Uploads.Picture(r.Context(), viewer(r), id, picture); err != nil {
			return err
		}
	}
	return done(w, s.Uploads.Describe(r.Context(), viewer(r), id, in))
}

// listUploads tells the viewer's unfinished uploads, so that a page or another device goes on with them (Shoal's own).
func (s *Server) listUploads(w http.ResponseWriter, r *http.Request) error {
	open, err := s.Uploads.Open(r.Context(), viewer(r))
	if err != nil {
		return err
	}
	page := api.Page[api.Upload]{Total: int64(len(open)), Data: make([]api.Upload, len(open))}
	for i, u := range open {
		page.Data[i] = api.Upload{
			ID: u.ID, Filename: u.Filename, Size: u.Size, Received: u.Received, Meta: u.Meta,
			CreatedAt: api.Time{Time: u.CreatedAt}, ExpiresAt: api.Time{Time: u.ExpiresAt},
		}
	}
	return answer(w, page)
}

// maxPicture is the largest thumbnail, in bytes.
const maxPicture = 8 << 20

// readPictured is read for bodies that may bring a thumbnail: the file thumbnailfile, or previewfile, of a multipart body.
func readPictured(w http.ResponseWriter, r *http.Request, out any) (io.Reader, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return nil, read(w, r, out)
	}
	r.Body = http.MaxBytesReader(w, r.Body, 2*maxPicture+maxBody)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "The form cannot be understood.")
	}
	f := form{values: url.Values{}}
	for {
		file, err := f.next(parts)
		if errors.Is(err, io.EOF) {
			return f.picture(), fill(f.values, out)
		}
		if err != nil {
			return nil, err
		}
		if file != nil {
			_, _ = io.Copy(io.Discard, file) // not one that is wanted here
		}
	}
}
