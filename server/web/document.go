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

// document is a page ready to be sent. It is not changed once made, except that its packed forms are added.
type document struct {
	status int
	html   []byte
	csp    string
	next   string // where to go instead, empty for nowhere

	brotli, gzip packed
}

type packed struct {
	once  sync.Once
	bytes []byte
}

// Levels of compression: a page is made often and sent once or a few times. The next higher ones save a twentieth of
// the bytes and cost as much again.
const (
	brotliLevel = 1
	gzipLevel   = 3
)

// keep says along with the document whether others may have it too.
func (doc *document) keep() (*document, bool) {
	return doc, doc.status < 500 && len(doc.html) <= mostKeep
}

var (
	brotlis = sync.Pool{New: func() any { return brotli.NewWriterV2(nil, brotliLevel) }}
	gzips   = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, gzipLevel); return w }}
)

func (s *Server) send(w http.ResponseWriter, r *http.Request, doc *document) {
	if doc.next != "" {
		http.Redirect(w, r, doc.next, doc.status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", doc.csp)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	body := doc.html
	switch accepted := r.Header.Get("Accept-Encoding"); {
	case strings.Contains(accepted, "br"):
		h.Set("Content-Encoding", "br")
		body = doc.brotli.of(doc.html, &brotlis)
	case strings.Contains(accepted, "gzip"):
		h.Set("Content-Encoding", "gzip")
		body = doc.gzip.of(doc.html, &gzips)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(doc.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// packer is a compressor that can be used again.
type packer interface {
	io.WriteCloser
	Reset(io.Writer)
}

// of is html packed by a compressor of the pool, once.
func (p *packed) of(html []byte, pool *sync.Pool) []byte {
	p.once.Do(func() {
		var out bytes.Buffer
		out.Grow(len(html) / 4)
		w := pool.Get().(packer)
		defer pool.Put(w)
		w.Reset(&out)
		_, _ = w.Write(html)
		_ = w.Close()
		p.bytes = out.Bytes()
	})
	return p.bytes
}
