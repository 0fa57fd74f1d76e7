// Package static is the files that browsers load besides pages: programs, styles, fonts, icons; built into dist by static/build.
package static

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var files embed.FS

// Prefix is where Handler serves.
const Prefix = "/web/"

// entry is one built file: dist holds it as it is (text to be inlined, pictures) or only compressed (large programs).
type entry struct {
	File       string `json:"file"` // its name with the hash of its content
	Plain      bool   `json:"plain"`
	Compressed bool   `json:"compressed"` // .br and .gz stand beside it
}

var manifest = sync.OnceValue(func() map[string]entry {
	m := map[string]entry{}
	if b, err := files.ReadFile("dist/manifest.json"); err == nil {
		_ = json.Unmarshal(b, &m)
	}
	return m
})

// Built tells whether dist holds anything.
func Built() bool { return len(manifest()) > 0 }

// URL is the address of a file by its plain name, such as "shoal.css" or "app.wasm". It changes with the content.
func URL(name string) string {
	if e, ok := manifest()[name]; ok {
		return Prefix + e.File
	}
	return Prefix + name
}

// Text is the content of a small file, for inlining; empty when there is none.
func Text(name string) string {
	b, _ := files.ReadFile("dist/" + manifest()[name].File)
	return string(b)
}

// Handler serves the files for ever: their names change with their content.
func Handler() http.Handler {
	byFile := map[string]entry{}
	for _, e := range manifest() {
		byFile[e.File] = e
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, Prefix)
		e, ok := byFile[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", kind(name))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Access-Control-Allow-Origin", "*") // fonts and programs of embeds
		if e.Compressed {
			h.Set("Vary", "Accept-Encoding")
		}
		e.serve(w, r)
	})
}

func (e entry) serve(w http.ResponseWriter, r *http.Request) {
	accepted := r.Header.Get("Accept-Encoding")
	switch {
	case e.Compressed && strings.Contains(accepted, "br"):
		w.Header().Set("Content-Encoding", "br")
		send(w, r, e.File+".br")
	case e.Compressed && strings.Contains(accepted, "gzip"):
		w.Header().Set("Content-Encoding", "gzip")
		send(w, r, e.File+".gz")
	case e.Plain:
		send(w, r, e.File)
	default:
		unpack(w, e.File+".gz")
	}
}

func send(w http.ResponseWriter, r *http.Request, name string) {
	f, err := files.Open("dist/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	body, ok := f.(io.ReadSeeker)
	if err != nil || !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", info.ModTime(), body)
}

// unpack is for the rare client that takes no compression.
func unpack(w http.ResponseWriter, name string) {
	f, err := files.Open("dist/" + name)
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		http.Error(w, "damaged", http.StatusInternalServerError)
		return
	}
	_, _ = io.Copy(w, z)
}

func kind(name string) string {
	switch path.Ext(name) {
	case ".wasm":
		return "application/wasm"
	case ".woff2":
		return "font/woff2"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// Size gives the bytes of a file as the network sees it: brotli when it is compressed.
func Size(name string) int64 {
	e := manifest()[name]
	file := e.File
	if e.Compressed {
		file += ".br"
	}
	info, err := fs.Stat(files, "dist/"+file)
	if err != nil {
		return 0
	}
	return info.Size()
}
