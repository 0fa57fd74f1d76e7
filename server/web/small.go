package web

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shoal/app/text"
	"shoal/shared/api"
	"shoal/static"
)

// manifest describes the installed app (W3C Web Application Manifest).
func (s *Server) manifest(w http.ResponseWriter, r *http.Request) {
	site, words := s.Site(r.Context()), text.For(languageOf(r))
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose"`
	}
	type shortcut struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	s.json(w, "application/manifest+json", 3600, map[string]any{
		"name": site.Name, "short_name": site.Name, "description": site.About, "lang": words.Lang, "dir": words.Dir,
		"id": "/", "scope": "/", "start_url": "/?source=pwa", "display": "standalone",
		"background_color": "#f6fbfc", "theme_color": "#036e77", "categories": []string{"entertainment", "social", "video"},
		"launch_handler": map[string]string{"client_mode": "navigate-existing"},
		"icons": []icon{
			{asset("icon.svg"), "any", "image/svg+xml", "any"},
			{asset("icon-192.png"), "192x192", "image/png", "any"},
			{asset("icon-512.png"), "512x512", "image/png", "any"},
			{asset("maskable-512.png"), "512x512", "image/png", "maskable"},
			{asset("mono.svg"), "any", "image/svg+xml", "monochrome"},
		},
		"shortcuts": []shortcut{{words.T("publish.first"), "/videos/publish"}, {words.T("nav.mine"), "/my-library/videos"}},
	})
}

func (s *Server) json(w http.ResponseWriter, kind string, age int, v any) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(age))
	_ = json.NewEncoder(w).Encode(v)
}

// worker is the service worker with the list of what it keeps for when there is no network.
func (s *Server) worker(w http.ResponseWriter, _ *http.Request) {
	keep, _ := json.Marshal([]string{asset("shoal.css"), asset("player.css"), asset("figtree-latin.woff2"), asset("wasm_exec.js"), asset("app.js"), asset("app.wasm"), asset("icon.svg")})
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte("const kept=" + string(keep) + ";\n" + static.Text("sw.js")))
}

func (s *Server) favicon(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write([]byte(static.Text("icon-48.png")))
}

func (s *Server) robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /my-library/\nDisallow: /videos/manage/\nDisallow: /videos/publish\nDisallow: /login\nDisallow: /setup\nSitemap: " + s.URL + "/sitemap.xml\n"))
}

// oembed tells other sites how to show a video (oembed.com, 2.3.4.2).
func (s *Server) oembed(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	q := r.URL.Query()
	if f := q.Get("format"); f != "" && f != "json" {
		http.Error(w, "Only JSON is offered.", http.StatusNotImplemented)
		return
	}
	e := embeddable{}
	var err error
	if id := s.videoOf(q.Get("url")); id != "" {
		e, err = s.embeddableVideo(r, id)
	} else if id := s.playlistOf(q.Get("url")); id != "" {
		e, err = s.embeddablePlaylist(r, id)
	} else {
		http.Error(w, "There is no video or playlist at this address.", http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), max(api.Status(err), 400))
		return
	}
	width, height := fit(e.ratio, number(q.Get("maxwidth"), 560), number(q.Get("maxheight"), 1<<20))
	out := map[string]any{
		"type": "video", "version": "1.0", "title": e.title, "author_name": e.author.DisplayName, "author_url": s.URL + e.authorPath + e.author.Name,
		"provider_name": s.Site(r.Context()).Name, "provider_url": s.URL, "width": width, "height": height,
		"html": `<iframe width="` + strconv.Itoa(width) + `" height="` + strconv.Itoa(height) + `" title="` + html.EscapeString(e.title) + `" src="` + s.URL + e.path +
			`" frameborder="0" allowfullscreen sandbox="allow-same-origin allow-scripts allow-popups allow-forms"></iframe>`,
	}
	for _, p := range e.pictures {
		if fits := p.Width <= number(q.Get("maxwidth"), p.Width) && p.Height <= number(q.Get("maxheight"), p.Height); fits {
			out["thumbnail_url"], out["thumbnail_width"], out["thumbnail_height"] = p.FileURL, p.Width, p.Height
		}
	}
	s.json(w, "application/json; charset=utf-8", 300, out)
}

// embeddable is what oEmbed tells of a video or playlist.
type embeddable struct {
	title      string
	path       string // of the page to be framed
	author     api.ActorSummary
	authorPath string
	ratio      *float64
	pictures   []api.Thumbnail
}

// guest asks the API as somebody who is not signed in: the answer goes to other sites.
func (s *Server) guest(r *http.Request, path string, out any) error {
	guest := r.Clone(r.Context())
	guest.Header.Del("Cookie")
	guest.Header.Del("Authorization")
	return s.client(guest).Get(r.Context(), path, out)
}

func (s *Server) embeddableVideo(r *http.Request, id string) (embeddable, error) {
	var v api.VideoDetails
	if err := s.guest(r, "/api/v1/videos/"+url.PathEscape(id), &v); err != nil {
		return embeddable{}, err
	}
	e := embeddable{
		title: v.Name, path: "/videos/embed/" + url.PathEscape(v.ShortUUID), author: v.Channel.ActorSummary, authorPath: "/c/", ratio: v.AspectRatio,
	}
	for _, p := range v.Thumbnails {
		if strings.HasSuffix(p.FileURL, ".jpg") { // every reader knows these
			e.pictures = append(e.pictures, p)
		}
	}
	return e, nil
}

func (s *Server) embeddablePlaylist(r *http.Request, id string) (embeddable, error) {
	var p api.Playlist
	if err := s.guest(r, "/api/v1/video-playlists/"+url.PathEscape(id), &p); err != nil {
		return embeddable{}, err
	}
	e := embeddable{title: p.DisplayName, path: "/video-playlists/embed/" + url.PathEscape(p.ShortUUID), author: p.OwnerAccount, authorPath: "/a/", pictures: p.Thumbnails}
	if p.VideoChannel != nil {
		e.author, e.authorPath = *p.VideoChannel, "/c/"
	}
	return e, nil
}

// videoOf takes the id from an address of one of our watch or embed pages.
func (s *Server) videoOf(address string) string {
	path, ok := strings.CutPrefix(address, s.URL)
	if !ok {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return under(path, "/w/", "/videos/watch/", "/videos/embed/")
}

// playlistOf takes the id from an address of one of our pages of playlists.
func (s *Server) playlistOf(address string) string {
	path, ok := strings.CutPrefix(address, s.URL)
	if !ok {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return under(path, "/w/p/", "/videos/watch/playlist/", "/video-playlists/embed/", "/video-playlists/")
}

// under is the name that stands behind one of the prefixes, as the last part of a path.
func under(path string, prefixes ...string) string {
	for _, prefix := range prefixes {
		if id, ok := strings.CutPrefix(path, prefix); ok && id != "" && !strings.Contains(id, "/") {
			return id
		}
	}
	return ""
}

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// fit is the largest box of the shape within the bounds.
func fit(ratio *float64, most, high int) (w, h int) {
	shape := 16.0 / 9
	if ratio != nil && *ratio > 0.1 {
		shape = *ratio
	}
	w = most
	h = int(float64(w)/shape + .5)
	if h > high {
		w, h = int(float64(high)*shape+.5), high
	}
	return w, h
}
