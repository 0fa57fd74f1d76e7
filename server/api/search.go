package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/playlist"
	"shoal/server/search"
	"shoal/server/video"
	"shoal/shared/api"
)

// Lookup brings something of another platform here by its address or handle. kind is one of search's. It returns the id of its
// row, or 0 when there is nothing. Only people who are signed in make it ask elsewhere.
type Lookup func(ctx context.Context, kind, address string) (id int64, err error)

func (s *Server) searchRoutes(r chi.Router) {
	r.Get("/search/video-channels", s.anyone(s.briefly(s.searchChannels)))
	r.Get("/search/video-playlists", s.anyone(s.briefly(s.searchPlaylists)))
}

// readQuestion reads what is looked for and checks what all searches share.
func readQuestion(q url.Values) (text string, p page, err error) {
	if target := q.Get("searchTarget"); target != "" && target != "local" && target != "search-index" {
		return "", p, fail.Field("searchTarget", "Should be local or search-index.")
	}
	text, p, err = readFound(q)
	return strings.TrimSpace(text), p, err
}

// byAddress is what an address or handle names; 0 when there is nothing that we know or may ask for.
func (s *Server) byAddress(r *http.Request, kind, address string) (int64, error) {
	id, err := search.ByAddress(r.Context(), s.Pool, kind, s.URL, address)
	if err != nil || id != 0 || s.Lookup == nil || viewer(r) == nil || strings.HasPrefix(address, s.URL) {
		return id, err
	}
	return s.Lookup(r.Context(), kind, address)
}

// searchVideosOrOne answers an address with its video, and words with a list.
func (s *Server) searchVideosOrOne(w http.ResponseWriter, r *http.Request) error {
	text, _, err := readQuestion(r.URL.Query())
	if err != nil {
		return err
	}
	if !search.IsAddress(text) {
		return s.searchVideos(w, r)
	}
	out := api.Page[api.Video]{Data: []api.Video{}}
	id, err := s.byAddress(r, search.Video, text)
	if err != nil {
		return err
	}
	cards, err := video.Cards(r.Context(), s.Pool, []int64{id}, memberOf(viewer(r)))
	if err != nil {
		return err
	}
	for i := range cards {
		a := accessOf(&cards[i])
		a.AccountID = cards[i].Account.ID
		if a.See(viewer(r), false, false) != nil {
			continue
		}
		closed(w, a.Closed())
		_, tail, err := s.tail(r.Context(), a)
		if err != nil {
			return err
		}
		out.Data = append(out.Data, s.card(&cards[i], tail))
	}
	out.Total = int64(len(out.Data))
	return answer(w, out)
}

func (s *Server) searchChannels(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text, p, err := readQuestion(q)
	if err != nil {
		return err
	}
	f := search.Channels{Text: text, Start: p.Start, Count: p.Count}
	if f.Sort, f.Down, err = readSort(q, "-match", "match", "createdAt"); err != nil {
		return err
	}
	f.Host, f.OneHost = s.hostOf(q)
	if v := viewer(r); v != nil {
		f.Viewer = v.AccountID
	}
	for _, h := range words(q, "handles") {
		handle, err := readHandle("handles", h)
		if err != nil || len(f.Handles) == maxCount {
			return fail.Field("handles", "Should be at most %d handles.", maxCount)
		}
		f.Handles = append(f.Handles, handle)
	}
	var ids []int64
	var total int64
	if one, ok := aHandle(text); ok || search.IsAddress(text) {
		if ids, total, err = s.oneChannel(r, text, one); err != nil {
			return err
		}
	} else if ids, total, err = f.Find(r.Context(), s.Pool); err != nil {
		return err
	}
	all, err := channel.Many(r.Context(), s.Pool, ids)
	if err != nil {
		return err
	}
	return answer(w, api.Page[api.Channel]{Total: total, Data: all})
}

// aHandle reads name@host, as people paste it.
func aHandle(text string) (account.Handle, bool) {
	h, err := readHandle("search", text)
	return h, err == nil && h.Host != ""
}

func (s *Server) oneChannel(r *http.Request, text string, h account.Handle) (ids []int64, total int64, err error) {
	if h.Host != "" {
		ids, total, err = search.Channels{Handles: []account.Handle{h}, Count: 1}.Find(r.Context(), s.Pool)
		if err != nil || total > 0 || s.Lookup == nil || viewer(r) == nil || h.Host == s.host() {
			return ids, total, err
		}
	}
	id, err := s.byAddress(r, search.Channel, text)
	if err != nil || id == 0 {
		return nil, 0, err
	}
	return []int64{id}, 1, nil
}

// hostOf reads the filter host, where our own name stands for us.
func (s *Server) hostOf(q url.Values) (host string, given bool) {
	host = strings.ToLower(q.Get("host"))
	if given = host != ""; host == s.host() {
		host = ""
	}
	return host, given
}

func (s *Server) searchPlaylists(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	text, p, err := readQuestion(q)
	if err != nil {
		return err
	}
	f := playlist.Filter{Search: text, Start: p.Start, Count: p.Count, NotEmpty: true, Unmuted: true, Kind: api.PlaylistRegular}
	if f.Sort, f.Down, err = readSort(q, "-match", "match", "createdAt"); err != nil {
		return err
	}
	f.Host, f.OneHost = s.hostOf(q)
	if v := viewer(r); v != nil {
		f.Viewer = v.AccountID
	}
	if f.UUIDs, err = readUUIDs(q, "uuids"); err != nil {
		return err
	}
	if search.IsAddress(text) {
		id, err := s.byAddress(r, search.Playlist, text)
		if err != nil {
			return err
		}
		f.Search, f.IDs, f.NotEmpty = "", []int64{id}, false // its videos may still be on their way
	}
	return s.answerPlaylists(w, r, f)
}
