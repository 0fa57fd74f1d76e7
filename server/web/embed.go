package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	d "shoal/app/dom"
	"shoal/app/pages"
	"shoal/app/parts"
	"shoal/app/session"
	"shoal/shared/api"
	"shoal/wasm/controls"
)

// embedded is the player alone, for frames of other sites. It never knows who watches.
func (s *Server) embedded(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(r.URL.Path, "/videos/embed/")
	encoding := encodingOf(r)
	key := strings.Join([]string{encoding, r.Host, "embed", id, languageOf(r), flag(lite(r)), flag(r.URL.Query().Has("autoplay")), r.URL.Query().Get("autoplay")}, "\n")
	s.send(w, r, s.pages.get(key, s.Now, func() kept[*document] {
		guest := r.Clone(r.Context())
		guest.Header.Del("Cookie")
		v := s.session(r.Context(), guest)
		p := &pages.Watch{ID: id}
		if err := p.LoadAlone(r.Context(), v); err != nil {
			return s.embedTrouble(v, err).keep(encoding)
		}
		policy, err := s.framing(r.Context(), p.UUID)
		if err != nil {
			return s.embedTrouble(v, err).keep(encoding)
		}
		doc := &document{status: http.StatusOK, csp: widen(policy, p), brief: p.StateID != api.Published, body: s.embedPage(v, p, lite(r), r.URL.Query())}
		return doc.keep(encoding)
	}))
}

// framing is the policy of the embed page of a video. Our own pages may always show it.
func (s *Server) framing(ctx context.Context, uuid string) (string, error) {
	if s.Framers == nil {
		return s.embed, nil
	}
	sites, err := s.Framers(ctx, uuid)
	if err != nil || sites == nil {
		return s.embed, err
	}
	return s.policy(strings.Join(append([]string{"'self'"}, sites...), " ")), nil
}

func (s *Server) embedHead(b []byte, v *session.Session, p *pages.Watch, title string) []byte {
	b = append(b, `<!doctype html><html lang="`+v.Words.Lang+`" dir="`+v.Words.Dir+`" data-app="ssr" data-theme="dark" data-embed><head><meta charset="utf-8"><title>`...)
	b = d.Escape(b, title)
	b = append(b, `</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="dark">`...)
	if !v.Lite {
		b = s.boot(b, p, `data-wasm="`+asset("embed.wasm")+`" data-scripts="`+asset("wasm_exec.js")+" "+asset("embed.js")+`"`)
	}
	return append(b, `<link rel="stylesheet" href="`+
		asset("embed.css")+`"><link rel="stylesheet" href="`+asset("player.css")+`"></head><body data-page="embed">`...)
}

func (s *Server) embedPage(v *session.Session, p *pages.Watch, small bool, query url.Values) []byte {
	b := s.embedHead(make([]byte, 0, 16<<10), v, p, p.Title+" – "+v.Site.Name)
	b = d.Append(b, host(v, p, small, query))
	if v.Words.Lang != "en" && !small { // English is in the program
		words, _ := json.Marshal(v.Words.Over(controls.English, "player."))
		b = append(append(append(b, `<script id="words" type="application/json">`...), harmless(words)...), "</script>"...)
	}
	return append(b, "</body></html>"...)
}

// embedTrouble says in the frame why there is nothing to play.
func (s *Server) embedTrouble(v *session.Session, err error) *document {
	status := api.Status(err)
	if status < 400 {
		status = http.StatusInternalServerError
	}
	p := pages.NewProblem(v, err, "/w/")
	b := s.embedHead(nil, v, nil, v.Site.Name)
	b = d.Append(b, d.Main(d.Class("embed-trouble"), d.Data("page", "embed"), d.Data("state", p.State()), parts.Logo(), d.H1(d.Text(p.Title(v))), d.P(d.Text(p.Text(v)))))
	return &document{status: status, csp: s.embed, body: append(b, "</body></html>"...)}
}
