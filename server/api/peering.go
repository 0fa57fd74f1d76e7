package api

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/hub"
	"shoal/server/instance"
	"shoal/server/video"
	"shoal/shared/announce"
	"shoal/shared/api"
)

// Tracker is what brings viewers together.
type Tracker interface {
	// Token shows the tracker that who asks loaded a page of this video.
	Token(r *http.Request, video int64) (token string, ends time.Time, err error)
	// Figures are those of this node, without what players report.
	Figures() api.PeeringNumbers
}

func (s *Server) peeringRoutes(r chi.Router) {
	r.Get("/videos/{id}/peering", s.anyone(s.showPeering))
	r.Get("/admin/peering", s.role(api.Administrator, s.showPeeringSettings))
	r.Put("/admin/peering", s.role(api.Administrator, s.changePeering))
	r.Get("/admin/peering/numbers", s.role(api.Moderator, s.showPeeringNumbers))
	r.Post("/metrics/playback", s.anyone(s.playbackMetric))
}

var errNoPeering = fail.New(fail.Forbidden, "The viewers of this video do not share it.").WithCode("peering_off")

// showPeering answers what a player needs before it meets others. The token in it is the viewer's own.
func (s *Server) showPeering(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "private, no-store")
	d, err := s.shown(r)
	if err != nil {
		return err
	}
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	if s.Tracker == nil || !settings.Peering.Enabled || !d.Shared() {
		return errNoPeering
	}
	token, ends, err := s.Tracker.Token(r, d.ID)
	if err != nil {
		return err
	}
	p := api.Peering{
		Tracker: "ws" + strings.TrimPrefix(s.URL, "http") + announce.Path + "?token=" + url.QueryEscape(token),
		Expires: api.Time{Time: ends}, STUN: append([]string{}, settings.Peering.STUN...), Peers: settings.Peering.Peers,
		Upload: settings.Peering.Upload, Address: account.Address(r), Files: []api.PeeringFile{},
	}
	for _, f := range d.Files {
		if len(f.Infohash) == len(announce.ID{}) {
			p.Files = append(p.Files, api.PeeringFile{Infohash: hex.EncodeToString(f.Infohash), Torrent: video.TorrentPath(f.Torrent)})
		}
	}
	return answer(w, p)
}

func (s *Server) showPeeringSettings(w http.ResponseWriter, r *http.Request) error {
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	return answer(w, api.PeeringSettings(settings.Peering))
}

// changePeering changes what is given. All nodes hear of it at commit, and open players stop when sharing is off.
func (s *Server) changePeering(w http.ResponseWriter, r *http.Request) error {
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	in := api.PeeringSettings(settings.Peering)
	in.STUN = append([]string{}, in.STUN...)
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.STUN == nil {
		in.STUN = []string{}
	}
	err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		if err := s.Instance.ChangeIn(r.Context(), tx, func(i *instance.Settings) { i.Peering = instance.Peering(in) }); err != nil {
			return err
		}
		return hub.Send(r.Context(), tx, hub.Nodes, api.Push{Type: "peering"})
	})
	s.Instance.Forget() // what was read before the commit
	if err != nil {
		return err
	}
	return answer(w, in)
}

func (s *Server) showPeeringNumbers(w http.ResponseWriter, _ *http.Request) error {
	var n api.PeeringNumbers
	if s.Tracker != nil {
		n = s.Tracker.Figures()
	}
	p := &s.Playback
	n.FromViewers, n.FromServer, n.ToViewers = p.FromViewers.Load(), p.FromServer.Load(), p.ToViewers.Load()
	return answer(w, n)
}
