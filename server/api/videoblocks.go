package api

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) blockRoutes(r chi.Router) {
	r.Get("/videos/blacklist", s.role(api.Moderator, s.listBlocks))
	r.Post("/videos/{id}/blacklist", s.role(api.Moderator, s.blockVideo))
	r.Put("/videos/{id}/blacklist", s.role(api.Moderator, s.changeBlock))
	r.Delete("/videos/{id}/blacklist", s.role(api.Moderator, s.unblockVideo))
}

// readBlock reads a video and what is said about its block.
func (s *Server) readBlock(w http.ResponseWriter, r *http.Request) (a video.Access, in api.VideoBlockEdit, err error) {
	if a, err = s.managed(r); err != nil {
		return a, in, err
	}
	if err = read(w, r, &in); err != nil {
		return a, in, err
	}
	return a, in, video.CheckBlock(in.Reason, in.InternalNote)
}

func (s *Server) blockVideo(w http.ResponseWriter, r *http.Request) error {
	a, in, err := s.readBlock(w, r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return video.AddBlock(r.Context(), tx, video.Block{
			VideoID: a.ID, Kind: video.BlockedByHand, Reason: in.Reason, InternalNote: in.InternalNote, Unfederated: in.Unfederate,
		})
	}))
}

func (s *Server) changeBlock(w http.ResponseWriter, r *http.Request) error {
	a, in, err := s.readBlock(w, r)
	if err != nil {
		return err
	}
	return done(w, video.ChangeBlock(r.Context(), s.Pool, a.ID, in.Reason, in.InternalNote))
}

func (s *Server) unblockVideo(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managed(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return video.RemoveBlock(r.Context(), tx, a.ID) }))
}

func (s *Server) listBlocks(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	f := video.BlockFilter{Start: p.Start, Count: p.Count}
	if f.Sort, f.Down, err = readSort(q, "-createdAt", video.BlockSorts...); err != nil {
		return err
	}
	if f.Search, err = readSearch(q); err != nil {
		return err
	}
	if text := q.Get("type"); text != "" {
		kind, err := strconv.Atoi(text)
		if err != nil || kind != video.BlockedByHand && kind != video.BlockedFirst {
			return fail.Field("type", "Should be 1 or 2.")
		}
		f.Kind = &kind
	}
	list, total, err := video.Blocks(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	out := api.Page[api.VideoBlock]{Total: total, Data: []api.VideoBlock{}}
	ids := make([]int64, len(list))
	for i, b := range list {
		ids[i] = b.VideoID
	}
	cards, err := video.Cards(r.Context(), s.Pool, ids, nil)
	if err != nil {
		return err
	}
	by := map[int64]*video.Card{}
	for i := range cards {
		by[cards[i].ID] = &cards[i]
	}
	for _, b := range list {
		c := by[b.VideoID]
		if c == nil {
			continue // deleted a moment ago
		}
		_, tail, err := s.tail(r.Context(), accessOf(c))
		if err != nil {
			return err
		}
		out.Data = append(out.Data, api.VideoBlock{
			ID: b.ID, Type: b.Kind, Unfederated: b.Unfederated, Reason: b.Reason, InternalNote: b.InternalNote,
			CreatedAt: api.Time{Time: b.CreatedAt}, UpdatedAt: api.Time{Time: b.UpdatedAt}, Video: s.card(c, tail),
		})
	}
	return answer(w, out)
}
