package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// document is a page as it is sent, in one of the encodings. It is not changed once made.
type document struct {
	status int
	body   []byte
	packed string // the encoding of body, empty for none
	csp    string
	next   string // where to go instead, empty for nowhere
	brief  bool   // it will be another one soon
}

// Levels of compression: a page is made often and sent once or a few times. The next higher ones save a twentieth of
// the bytes and cost as much again.
const (
	brotliLevel = 1
	gzipLevel   = 3
)

// keep packs the document and says how long others may have it too.
func (doc *document) keep(encoding string) kept[*document] {
	doc.pack(encoding)
	k := kept[*document]{value: doc, size: len(doc.body)}
	switch {
	case doc.status == http.StatusOK && !doc.brief:
		k.life = while
	case doc.status < 500:
		k.life = moment
	}
	return k
}

// packers are compressors by the name of their encoding.
var packers = map[string]*sync.Pool{
	"br":   {New: func() any { return brotli.NewWriterV2(nil, brotliLevel) }},
	"gzip": {New: func() any { w, _ := gzip.NewWriterLevel(nil, gzipLevel); return w }},
}

// encodingOf is how the visitor wants pages packed.
func encodingOf(r *http.Request) string {
	accepted := r.Header.Get("Accept-Encoding")
	for _, e := range []string{"br", "gzip"} {
		if strings.Contains(accepted, e) {
			return e
		}
	}
	return ""
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, doc *document) {
	if doc.next != "" {
		http.Redirect(w, r, doc.next, doc.status)
		return
	}
	doc.pack(encodingOf(r))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", doc.csp)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if doc.packed != "" {
		h.Set("Content-Encoding", doc.packed)
	}
	h.Set("Content-Length", strconv.Itoa(len(doc.body)))
	w.WriteHeader(doc.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(doc.body)
	}
}

// packer is a compressor that can be used again.
type packer interface {
	io.WriteCloser
	Reset(io.Writer)
}

// pack encodes the body, once.
func (doc *document) pack(encoding string) {
	pool := packers[encoding]
	if pool == nil || doc.packed != "" || len(doc.body) == 0 {
		return
	}
	var out bytes.Buffer
	out.Grow(len(doc.body) / 4)
	w := pool.Get().(packer)
	defer pool.Put(w)
	w.Reset(&out)
	_, _ = w.Write(doc.body)
	_ = w.Close()
	doc.body, doc.packed = out.Bytes(), encoding
}
