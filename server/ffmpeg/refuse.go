package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"shoal/server/fail"
)

// MaxPixels is the largest picture that is opened: 8192 × 4320.
const MaxPixels = 8192 * 4320

// formats are the demuxers that open nothing but the file itself: no playlists, no scripts, no numbered pictures, no descriptions of network streams.
var formats = []string{
	"aac", "ac3", "aiff", "amr", "ape", "asf", "avi", "caf", "dts", "dv", "eac3", "flac", "flv", "gif", "ivf", "m4v", "matroska", "mov", "mp3",
	"mpeg", "mpegts", "mpegvideo", "mxf", "nut", "ogg", "rm", "tta", "w64", "wav", "wtv", "wv", "y4m", "yuv4mpegpipe",
}

// guard stands before every input.
var guard = []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", strings.Join(formats, ",")}

func (p *Probe) check(raw answer) error {
	refuse := func(words string, args ...any) error { return fail.New(fail.Unprocessable, words, args...) }
	if !slices.Contains(formats, p.Format) {
		return refuse("Files of the kind %q are not accepted.", p.Format)
	}
	if v := p.Video; v != nil && v.Width*v.Height > MaxPixels {
		return refuse("The picture is %d × %d pixels large; 8192 × 4320 is the most that can be worked on.", v.Width, v.Height)
	}
	for _, s := range raw.Streams {
		if s.Tag == "encv" || s.Tag == "enca" {
			return refuse("The file is copy-protected, so it cannot be worked on.")
		}
		if p.Video == nil && s.Type == "video" && s.Disposition["attached_pic"] == 0 {
			return refuse("The picture cannot be decoded: its format is unknown, or its size is more than 8192 × 4320.")
		}
	}
	if v := p.Video; v != nil && (v.Codec == "" || v.Codec == "unknown" || v.Codec == "none") {
		return refuse("The picture is in a format that this server cannot decode.")
	}
	if p.Video == nil && len(p.Audio) == 0 {
		return refuse("There is neither a moving picture nor sound in this file.")
	}
	return nil
}

// reasons are parts of what ffmpeg says and what they mean for a person.
var reasons = []struct{ said, words string }{
	{"Format not on whitelist", "This kind of file is not accepted: playlists, scripts and pictures are no videos."},
	{"moov atom not found", "The file is incomplete: its index is missing. The recording or a copy of it was cut short."},
	{"Cannot allocate memory", "Working on this file takes more memory than the server allows."},
	{"malloc of size", "Working on this file takes more memory than the server allows."},
	{"Decoder not found", "The file is in a format that this server cannot decode."},
	{"Decoder (codec", "The file is in a format that this server cannot decode."},
	{"Unknown encoder", "This server's ffmpeg lacks an encoder that is needed: libx264 and aac."},
	{"Invalid data found", "This is not a video or sound file, or it is damaged."},
	{"End of file", "This is not a video or sound file, or it is damaged."},
	{"Output file is empty", "There is nothing in this file that could be decoded."},
	{"Conversion failed", "The file could not be decoded; it may be damaged."},
}

// Words says in plain words why err happened, and whether they are known.
func Words(err error) (string, bool) {
	var e *Error
	if errors.Is(err, ErrStalled) || errors.Is(err, context.DeadlineExceeded) {
		return "Working on this file took too long.", true
	}
	if !errors.As(err, &e) {
		return "", false
	}
	for _, r := range reasons {
		if strings.Contains(e.Tail, r.said) {
			return r.words, true
		}
	}
	return "The file could not be worked on; it may be damaged.", true
}

// Tail is the end of what ffmpeg said, empty when it said nothing.
func Tail(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Tail
	}
	return ""
}

// kinds of files that people upload by mistake, by their first bytes.
var kinds = []struct{ head, words string }{
	{"PK\x03\x04", "This is a ZIP archive. Please upload the video inside it."},
	{"Rar!", "This is a RAR archive. Please upload the video inside it."},
	{"7z\xbc\xaf", "This is a 7z archive. Please upload the video inside it."},
	{"\x1f\x8b", "This is a compressed archive. Please upload the video inside it."},
	{"%PDF", "This is a PDF document, not a video."},
	{"\x89PNG", "This is a picture, not a video."},
	{"\xff\xd8\xff", "This is a picture, not a video."},
	{"<", "This is a text document, not a video."},
}

// refusal is why a file cannot be opened.
func refusal(err error, head []byte) error {
	if len(head) == 0 {
		return fail.Wrap(fail.Unprocessable, err, "The file is empty.")
	}
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.head)) {
			return fail.Wrap(fail.Unprocessable, err, "%s", k.words)
		}
	}
	words, _ := Words(err)
	if film := len(head) >= 8 && string(head[4:8]) == "ftyp"; words == "" || !film && strings.Contains(Tail(err), "moov atom") {
		words = "This is not a video or sound file, or it is damaged."
	}
	return fail.Wrap(fail.Unprocessable, err, "%s", words)
}
