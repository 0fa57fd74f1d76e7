package mirror

import (
	"bytes"
	"errors"
	"image"
	_ "image/gif"  // read by DecodeConfig
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"unicode/utf8"

	_ "golang.org/x/image/webp" // likewise

	"shoal/shared/wire"
)

// Kind is what something should be.
type Kind string

// The kinds.
const (
	Picture    Kind = "picture"
	Storyboard Kind = "storyboard"
	Caption    Kind = "caption"
	Torrent    Kind = "torrent"
)

// rule is how a kind is asked for, and how it is known.
type rule struct {
	types []string
	most  int64 // bytes
	check func(body []byte) (ending string, err error)
}

const unknown = "application/octet-stream" // what stores of objects call everything

var rules = map[Kind]rule{
	Picture:    {pictureTypes, 4 << 20, still(25_000_000)},
	Storyboard: {pictureTypes, 10 << 20, still(100_000_000)},
	Caption:    {[]string{"text/vtt", "text/plain", unknown}, 4 << 20, caption},
	Torrent:    {[]string{"application/x-bittorrent", unknown}, 4 << 20, torrent},
}

var pictureTypes = []string{"image/jpeg", "image/png", "image/webp", "image/gif", unknown}

// endings are of the files in the folder, with the content types they are sent as. None of them runs in a browser.
var endings = map[string]string{
	".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif",
	".vtt": "text/vtt; charset=utf-8", ".torrent": "application/x-bittorrent",
}

var errNotIt = errors.New("mirror: not what it should be")

const longestSide = 16_384 // pixels; browsers draw no more

// still knows a picture by its head, which tells its size too: what asks for more memory than its pixels need is none.
func still(pixels int) func([]byte) (string, error) {
	return func(body []byte) (string, error) {
		c, format, err := image.DecodeConfig(bytes.NewReader(body))
		if err != nil {
			return "", errors.Join(errNotIt, err)
		}
		if c.Width <= 0 || c.Height <= 0 || c.Width > longestSide || c.Height > longestSide || c.Width*c.Height > pixels {
			return "", errNotIt
		}
		if format == "jpeg" {
			format = "jpg"
		}
		if endings["."+format] == "" {
			return "", errNotIt
		}
		return "." + format, nil
	}
}

// caption knows WebVTT by its first line.
func caption(body []byte) (string, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	rest, ok := bytes.CutPrefix(body, []byte("WEBVTT"))
	if !ok || len(rest) > 0 && !bytes.ContainsAny(rest[:1], " \t\r\n") || !utf8.Valid(body) {
		return "", errNotIt
	}
	return ".vtt", nil
}

func torrent(body []byte) (string, error) {
	var t wire.Torrent
	return ".torrent", t.Parse(body)
}
