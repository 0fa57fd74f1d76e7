package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/ffmpeg"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) fileRoutes(r chi.Router) {
	r.Get("/videos/{id}/source", s.member(s.showSource))
	r.Delete("/videos/{id}/source/file", s.role(api.Moderator, s.deleteSource))
	r.Delete("/videos/{id}/hls", s.role(api.Moderator, s.refuseFiles("The renditions are all there is of this video; delete the video instead.")))
	r.Delete("/videos/{id}/web-videos", s.role(api.Moderator, s.refuseFiles("This video has no web video files.")))
	r.Delete("/videos/{id}/web-videos/{fileID}", s.role(api.Moderator, s.refuseFiles("This video has no web video files.")))
	r.Delete("/videos/{id}/hls/{fileID}", s.role(api.Moderator, s.deleteRendition))
}

// source is the answer of /videos/{id}/source.
type source struct {
	Filename      string        `json:"filename"`
	InputFilename string        `json:"inputFilename"`
	FileURL       *string       `json:"fileUrl"`
	DownloadURL   *string       `json:"fileDownloadUrl"`
	Resolution    *api.Constant `json:"resolution"`
	Width         int           `json:"width"`
	Height        int           `json:"height"`
	FPS           *float64      `json:"fps"`
	Size          int64         `json:"size"` // bytes
	CreatedAt     api.Time      `json:"createdAt"`
	Metadata      *probe        `json:"metadata"`
}

func (s *Server) showSource(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	src, err := video.SourceOf(r.Context(), s.Pool, a.ID)
	if err != nil {
		return err
	}
	d, err := video.One(r.Context(), s.Pool, video.ByNumber(a.ID), nil)
	if err != nil {
		return err
	}
	return answer(w, sourceOf(&video.SourceFile{Filename: src.Filename, Size: src.Size, Probe: src.Probe}, &d))
}

// sourceOf tells of the uploaded file of a video; nil when there was none.
func sourceOf(f *video.SourceFile, d *video.Details) *source {
	if f == nil {
		return nil
	}
	out := source{Filename: f.Filename, InputFilename: f.Filename, Size: f.Size, Width: d.Width, Height: d.Height}
	out.Metadata, out.FPS = probed(f.Probe, f.Size)
	if d.SourceAt != nil {
		out.CreatedAt = api.Time{Time: d.SourceAt.Round(time.Millisecond)}
	}
	if short := min(d.Width, d.Height); short > 0 {
		c := resolution(video.File{Resolution: short})
		out.Resolution = &c
	}
	return &out
}

// probed tells of an uploaded file what showMetadata tells of a rendition, and its frames a second; nil when nothing is known.
func probed(known []byte, size int64) (p *probe, fps *float64) {
	var f ffmpeg.Probe
	if json.Unmarshal(known, &f) != nil || f.Format == "" {
		return nil, nil
	}
	p = &probe{Chapters: []struct{}{}, Streams: []stream{}, Format: format{Name: f.Format, Duration: f.Duration, Size: size, BitRate: f.Bitrate}}
	if v := f.Video; v != nil {
		fps = &v.FPS
		p.Streams = append(p.Streams, stream{
			Index: v.Index, CodecType: "video", CodecName: v.Codec, CodecTag: v.Tag, Width: v.Width, Height: v.Height,
			FrameRate: strconv.FormatFloat(v.FPS*1000, 'f', 0, 64) + "/1000",
		})
	}
	for _, a := range f.Audio {
		p.Streams = append(p.Streams, stream{Index: a.Index, CodecType: "audio", CodecName: a.Codec})
	}
	p.Format.Streams = len(p.Streams)
	return p, fps
}

// deleteSource lets the uploaded file go; its renditions stay.
func (s *Server) deleteSource(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		src, err := video.SourceOf(r.Context(), tx, a.ID)
		switch {
		case err != nil:
			return err
		case src.Key == "":
			return fail.New(fail.NotFound, "The uploaded file is not kept.")
		case a.State != api.Published:
			return fail.New(fail.Conflict, "The uploaded file is still needed.")
		}
		return video.DropSource(r.Context(), tx, a.ID)
	}))
}

// refuseFiles answers what cannot be done to the files of any video here.
func (s *Server) refuseFiles(why string) handler {
	return func(_ http.ResponseWriter, r *http.Request) error {
		if _, err := s.managed(r); err != nil {
			return err
		}
		return fail.New(fail.Invalid, "%s", why)
	}
}

func (s *Server) deleteRendition(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "fileID")
	if err != nil {
		return err
	}
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return video.DropFile(r.Context(), tx, a.ID, id) }))
}
