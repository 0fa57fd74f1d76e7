package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"shoal/server/fail"
	"shoal/server/video"
)

// probe is what a file is, in the words of ffprobe.
type probe struct {
	Chapters []struct{} `json:"chapters"`
	Format   format     `json:"format"`
	Streams  []stream   `json:"streams"`
}

type format struct {
	Filename string  `json:"filename,omitempty"`
	Name     string  `json:"format_name"`
	Streams  int     `json:"nb_streams"`
	Duration float64 `json:"duration"` // seconds
	Size     int64   `json:"size"`     // bytes
	BitRate  int64   `json:"bit_rate"`
}

type stream struct {
	Index     int    `json:"index"`
	CodecType string `json:"codec_type"`
	CodecName string `json:"codec_name"`
	CodecTag  string `json:"codec_tag_string"`
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
	FrameRate string `json:"avg_frame_rate,omitempty"`
}

// codecNames are ffprobe's, by the first part of a codec string (RFC 6381).
var codecNames = map[string]string{
	"avc1": "h264", "avc3": "h264", "hvc1": "hevc", "hev1": "hevc", "av01": "av1", "vp09": "vp9", "vp08": "vp8",
	"mp4a": "aac", "opus": "opus", "Opus": "opus", "ac-3": "ac3", "ec-3": "eac3", "fLaC": "flac",
}

func (s *Server) showMetadata(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "fileID")
	if err != nil {
		return err
	}
	d, err := s.shown(r)
	if err != nil {
		return err
	}
	for _, f := range d.Files {
		if f.ID == id {
			return answer(w, probeOf(f, d.Duration))
		}
	}
	return fail.New(fail.NotFound, "Video file not found")
}

func probeOf(f video.File, duration float64) probe {
	p := probe{Chapters: []struct{}{}, Streams: []stream{}, Format: format{Filename: f.Filename, Name: "mov,mp4,m4a,3gp,3g2,mj2", Duration: duration, Size: f.Size}}
	if duration > 0 {
		p.Format.BitRate = int64(float64(f.Size) * 8 / duration)
	}
	for i, codec := range strings.Split(f.Codecs, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(codec), ".")
		one := stream{Index: i, CodecType: "audio", CodecName: codecNames[tag], CodecTag: tag}
		if i == 0 && f.HasVideo {
			one.CodecType, one.Width, one.Height, one.FrameRate = "video", f.Width, f.Height, strconv.Itoa(f.FPS)+"/1"
		}
		p.Streams = append(p.Streams, one)
	}
	p.Format.Streams = len(p.Streams)
	return p
}

func (s *Server) metadataRoutes(r chi.Router) {
	r.Get("/videos/{id}/metadata/{fileID}", s.anyone(s.briefly(s.showMetadata)))
}
