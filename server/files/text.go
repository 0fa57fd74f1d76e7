package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// text is what is written from rows, ready to be sent.
type text struct {
	plain, packed []byte
	tag           string
}

func newText(s string) (text, error) {
	sum := sha256.Sum256([]byte(s))
	t := text{plain: []byte(s), tag: base64.RawURLEncoding.EncodeToString(sum[:12])}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(t.plain); err != nil {
		return t, err
	}
	err := z.Close()
	t.packed = b.Bytes()
	return t, err
}

// texts keeps the media playlists that were asked for last; what a name means never changes.
type texts struct {
	mu   sync.Mutex
	kept map[string]text
	size int
}

const mostTexts = 16 << 20 // bytes

func (c *texts) get(name string, make func() (string, error)) (text, error) {
	c.mu.Lock()
	t, ok := c.kept[name]
	c.mu.Unlock()
	if ok {
		return t, nil
	}
	s, err := make()
	if err != nil {
		return t, err
	}
	if t, err = newText(s); err != nil || name == "" {
		return t, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size += len(t.plain) + len(t.packed); c.kept == nil || c.size > mostTexts {
		c.kept, c.size = map[string]text{}, len(t.plain)+len(t.packed)
	}
	c.kept[name] = t
	return t, nil
}

var (
	gzipped = []string{"gzip"}
	byCode  = []string{"Accept-Encoding"}
)

// text sends what make writes. It is kept under name, unless that is empty: then it may change.
func (f *Files) text(w http.ResponseWriter, r *http.Request, p pass, name, contentType string, make func() (string, error)) error {
	lasting := name != ""
	if token := p.token; token != "" && contentType == playlistType {
		plain := make
		name, make = "", func() (string, error) {
			s, err := plain()
			return withToken(s, token), err
		}
	}
	t, err := f.texts.get(name, make)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"] = []string{contentType}
	h["Vary"] = byCode
	p.keep(h, lasting)
	body, tag := t.plain, t.tag
	if r.Header.Get("Range") == "" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body, tag = t.packed, tag+"-gzip"
		h["Content-Encoding"] = gzipped
	}
	h["Etag"] = []string{`"` + tag + `"`}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	return nil
}
