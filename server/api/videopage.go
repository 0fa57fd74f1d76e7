package api

import (
	"encoding/json"
	"net/http"

	"github.com/jackc/pgx/v5"

	"shoal/server/receive"
	"shoal/server/transcode"
	"shoal/server/video"
	"shoal/shared/api"
)

// opened is a video that this visitor may see, with what opens its files.
type opened struct {
	video.Details
	token, tail string // both empty for videos that are for everybody
}

// open is shown for answers that tell of files.
func (s *Server) open(w http.ResponseWriter, r *http.Request) (o opened, err error) {
	if o.Details, err = s.shown(r); err != nil {
		return o, err
	}
	if o.Elsewhere.Old {
		if err := pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return receive.Stale(r.Context(), tx, o.ID) }); err != nil {
			return o, err
		}
	}
	a := o.Access()
	if a.Closed() {
		w.Header().Set("Cache-Control", "private, no-store")
	}
	o.token, o.tail, err = s.tail(r.Context(), a)
	return o, err
}

func (s *Server) showVideo(w http.ResponseWriter, r *http.Request) error {
	o, err := s.open(w, r)
	if err != nil {
		return err
	}
	v, err := s.videoOf(r, &o)
	if err != nil {
		return err
	}
	return answer(w, v)
}

// showPage answers what the page of a video and its player need, in one (Shoal's own). With embed=true it is the player of an embed.
func (s *Server) showPage(w http.ResponseWriter, r *http.Request) error {
	o, err := s.open(w, r)
	if err != nil {
		return err
	}
	var page api.VideoPage
	if page.Video, err = s.videoOf(r, &o); err != nil {
		return err
	}
	b, err := s.bootOf(r, &o.Details, o.token, o.tail)
	if err != nil {
		return err
	}
	if page.Boot, err = json.Marshal(b); err != nil {
		return err
	}
	return answer(w, page)
}

// videoOf adds to the details what only some videos have and only some people are told.
func (s *Server) videoOf(r *http.Request, o *opened) (v api.VideoDetails, err error) {
	ctx, owner := r.Context(), o.Access().Owner(viewer(r))
	v = s.details(&o.Details, o.tail)
	if o.Blocked {
		blocks, err := video.BlocksOf(ctx, s.Pool, o.ID)
		if err != nil {
			return v, err
		}
		v.Blacklisted, v.BlacklistedReason = true, blocks[o.ID].Reason
	}
	if owner {
		plan, err := video.ScheduleOf(ctx, s.Pool, o.ID)
		if err != nil {
			return v, err
		}
		if plan != nil {
			v.ScheduledUpdate = &api.Schedule{UpdateAt: api.Time{Time: plan.UpdateAt}, Privacy: plan.Privacy}
		}
	}
	if v.State.ID != api.Published || owner {
		if v.Processing, err = transcode.Of(ctx, s.Pool, o.ID); err != nil {
			return v, err
		}
		if p := v.Processing; p != nil && p.State == "done" {
			v.Processing = nil
		}
	}
	if owner {
		v.Files = s.uploaded(&o.Details, v.Processing)
	}
	return v, nil
}

// uploaded is what apps that upload wait for: the first file and its torrent, whose address stays empty while nothing is made yet.
func (s *Server) uploaded(d *video.Details, p *api.Processing) []api.VideoFile {
	switch {
	case len(d.Files) > 0:
		return []api.VideoFile{s.file(d, d.Files[0])}
	case p != nil && p.State != "failed":
		return []api.VideoFile{{Resolution: api.Constant{Label: "Unknown"}}}
	}
	return []api.VideoFile{}
}
