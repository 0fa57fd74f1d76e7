package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	d "shoal/app/dom"
	"shoal/app/pages"
	"shoal/app/session"
	"shoal/static"
)

func asset(name string) string { return static.URL(name) }

// head writes the document up to where the page begins.
func (s *Server) head(b []byte, r *http.Request, v *session.Session, p pages.Page) []byte {
	h := p.Head(v)
	watch, _ := p.(*pages.Watch)
	b = append(b, `<!doctype html><html lang="`+v.Words.Lang+`" dir="`+v.Words.Dir+`" data-app="ssr"`...)
	if v.Theme != "" {
		b = append(b, ` data-theme="`+v.Theme+`"`...)
	}
	b = append(b, `><head><meta charset="utf-8"><title>`...)
	b = d.Escape(b, h.Title)
	b = append(b, `</title><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">`...)
	if !v.Lite {
		b = s.boot(b, watch, `data-scripts="`+asset("wasm_exec.js")+" "+asset("app.js")+`"`)
	}
	b = append(b, `<link rel="preload" href="`+asset("figtree-latin.woff2")+`" as="font" type="font/woff2" crossorigin>`+
		`<link rel="stylesheet" href="`+asset("shoal.css")+`">`...)
	if watch != nil {
		b = append(b, `<link rel="stylesheet" href="`+asset("player.css")+`">`...)
	}
	b = append(b, colours(v.Theme)...)
	b = append(b, `<link rel="icon" href="`+asset("icon.svg")+`" type="image/svg+xml"><link rel="apple-touch-icon" href="`+asset("icon-180.png")+`"><link rel="manifest" href="/manifest.webmanifest">`...)
	b = s.social(b, v, h)
	if watch != nil {
		b = s.video(b, v, watch, h)
	}
	b = s.custom(r.Context()).additions(b, v)
	b = append(b, `</head><body data-page="`...)
	b = d.Escape(b, p.Name())
	b = append(b, '"')
	if watch != nil && watch.Tall() {
		b = append(b, ` data-tall`...)
	}
	return append(b, '>')
}

// colours tells the browser's own bars which theme is on.
func colours(theme string) string {
	const light, dark = "#ffffff", "#0f1b23"
	switch theme {
	case "light":
		return `<meta name="theme-color" content="` + light + `"><meta name="color-scheme" content="light">`
	case "dark":
		return `<meta name="theme-color" content="` + dark + `"><meta name="color-scheme" content="dark">`
	}
	return `<meta name="theme-color" content="` + light + `" media="(prefers-color-scheme: light)"><meta name="theme-color" content="` + dark +
		`" media="(prefers-color-scheme: dark)"><meta name="color-scheme" content="light dark">`
}

func meta(b []byte, kind, name, content string) []byte {
	if content == "" {
		return b
	}
	b = append(b, `<meta `+kind+`="`+name+`" content="`...)
	b = d.Escape(b, content)
	return append(b, '"', '>')
}

// social is what search engines and other sites read. og:platform lets tools for PeerTube know us by name.
func (s *Server) social(b []byte, v *session.Session, h pages.Head) []byte {
	b = meta(b, "name", "description", h.Description)
	if h.Hidden {
		b = meta(b, "name", "robots", "noindex")
	}
	kind := h.Kind
	if kind == "" {
		kind = "website"
	}
	b = meta(b, "property", "og:platform", "PeerTube")
	b = meta(b, "property", "og:type", kind)
	b = meta(b, "property", "og:site_name", v.Site.Name)
	b = meta(b, "property", "og:title", orTitle(h.Name, h.Title))
	b = meta(b, "property", "og:description", h.Description)
	b = meta(b, "property", "og:locale", v.Words.Lang)
	if h.Path != "" {
		b = append(b, `<link rel="canonical" href="`...)
		b = d.Escape(b, s.URL+h.Path)
		b = append(b, '"', '>')
		b = meta(b, "property", "og:url", s.URL+h.Path)
	}
	image := h.Image
	if image == "" {
		image = asset("icon-512.png")
	}
	b = meta(b, "property", "og:image", s.whole(image))
	if kind != "video.other" {
		b = meta(b, "name", "twitter:card", "summary")
	}
	return b
}

// whole makes an address of this platform absolute.
func (s *Server) whole(address string) string {
	if len(address) > 0 && address[0] == '/' {
		return s.URL + address
	}
	return address
}

// video is the player card, where oEmbed is found, and the video as schema.org tells it.
func (s *Server) video(b []byte, v *session.Session, p *pages.Watch, h pages.Head) []byte {
	embed := s.URL + "/videos/embed/" + p.Short
	b = meta(b, "property", "og:video", embed)
	b = meta(b, "property", "og:video:type", "text/html")
	b = meta(b, "property", "og:video:width", strconv.Itoa(p.Width))
	b = meta(b, "property", "og:video:height", strconv.Itoa(p.Height))
	b = meta(b, "name", "twitter:card", "player")
	b = meta(b, "name", "twitter:player", embed)
	b = meta(b, "name", "twitter:player:width", strconv.Itoa(p.Width))
	b = meta(b, "name", "twitter:player:height", strconv.Itoa(p.Height))
	if h.Hidden {
		return b
	}
	b = append(b, `<link rel="alternate" type="application/json+oembed" href="`...)
	b = d.Escape(b, s.URL+"/services/oembed?url="+url.QueryEscape(s.URL+"/w/"+p.Short))
	b = append(b, `" title="`...)
	b = d.Escape(b, p.Title)
	b = append(b, '"', '>')
	about, err := json.Marshal(map[string]any{
		"@context": "https://schema.org", "@type": "VideoObject", "name": p.Title, "description": orTitle(h.Description, p.Title),
		"thumbnailUrl": s.whole(p.Preview), "uploadDate": p.At.UTC().Format(time.RFC3339), "duration": "PT" + strconv.Itoa(p.Seconds) + "S",
		"embedUrl": embed, "url": s.URL + "/w/" + p.Short,
		"author": map[string]string{"@type": "Person", "name": p.Channel.Display, "url": s.URL + p.Channel.Path()},
		"interactionStatistic": map[string]any{
			"@type": "InteractionCounter", "interactionType": map[string]string{"@type": "WatchAction"}, "userInteractionCount": p.Views,
		},
	})
	if err != nil {
		return b
	}
	b = append(b, `<script type="application/ld+json">`...)
	b = append(b, harmless(about)...)
	return append(b, `</script>`...)
}

func orTitle(text, title string) string {
	if text == "" {
		return title
	}
	return text
}
