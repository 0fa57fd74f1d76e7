package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) listVideos(w http.ResponseWriter, r *http.Request) error {
	return s.listSome(w, r, func(*video.Filter) {})
}

// searchVideos is listVideos with the best match first.
func (s *Server) searchVideos(w http.ResponseWriter, r *http.Request) error {
	return s.listSome(w, r, func(f *video.Filter) {
		if f.Sort == "" && f.Search != nil {
			f.Sort = "-match"
		}
	})
}

// listSome answers a list for everybody; narrow adds to its filter.
func (s *Server) listSome(w http.ResponseWriter, r *http.Request, narrow func(*video.Filter)) error {
	q := r.URL.Query()
	f, err := readVideos(q, viewer(r))
	if err != nil {
		return err
	}
	narrow(&f)
	return s.answerVideos(w, r, q, f)
}

// answerVideos leaves out what visitors should not come across.
func (s *Server) answerVideos(w http.ResponseWriter, r *http.Request, q url.Values, f video.Filter) error {
	if f.NSFW == nil && q.Get("nsfw") == "" {
		var err error
		if f.NSFW, err = s.sensitive(r); err != nil {
			return err
		}
	}
	if f.Host != nil && *f.Host == s.host() {
		f.Host = new(string)
	}
	if f.Unmuted == nil && !showsBlockedOwners(q, viewer(r)) {
		f.Unmuted = new(int64)
		if v := viewer(r); v != nil {
			*f.Unmuted = v.AccountID
		}
	}
	page, cards, err := s.videos(r.Context(), q, f)
	if err != nil {
		return err
	}
	if f.States != nil || f.Blocked {
		err = s.reveal(r.Context(), page.Data, cards)
	}
	if err != nil {
		return err
	}
	if bits := asked(q) & telling; bits != 0 && len(page.Data) > 0 {
		more, err := s.include(r.Context(), bits, page)
		return or(err, func() error { return answer(w, more) })
	}
	return answer(w, page)
}

// showsBlockedOwners tells whether a moderator wants to see videos of blocked accounts, too.
func showsBlockedOwners(q url.Values, v *account.Viewer) bool {
	return v.IsModerator() && asked(q)&includeBlockedOwners != 0
}

// host is the name of this platform in handles.
func (s *Server) host() string {
	_, host, _ := strings.Cut(s.URL, "://")
	return host
}

// reveal adds what moderators and owners see of videos.
func (s *Server) reveal(ctx context.Context, videos []api.Video, cards []video.Card) error {
	var ids []int64
	for i := range cards {
		c, v := &cards[i], &videos[i]
		v.State = &api.Constant{ID: c.State, Label: api.States[c.State]}
		v.WaitTranscoding, v.Blacklisted = &c.WaitTranscoding, &c.Blocked
		if c.Blocked {
			ids = append(ids, c.ID)
		}
	}
	if ids == nil {
		return nil
	}
	blocks, err := video.BlocksOf(ctx, s.Pool, ids...)
	for i := range cards {
		videos[i].BlacklistedReason = blocks[cards[i].ID].Reason
	}
	return err
}

// sensitive is what lists say of sensitive videos when they are not asked: false leaves them out.
func (s *Server) sensitive(r *http.Request) (*bool, error) {
	settings, err := s.Instance.Settings(r.Context())
	if err != nil || settings.SensitivePolicy != "do_not_list" {
		return nil, err
	}
	return new(bool), nil
}

func or(err error, f func() error) error {
	if err != nil {
		return err
	}
	return f()
}

// videos reads a list and how long it is in all.
func (s *Server) videos(ctx context.Context, q url.Values, f video.Filter) (api.Page[api.Video], []video.Card, error) {
	page := api.Page[api.Video]{Data: []api.Video{}}
	skip, err := readBool(q, "skipCount")
	if err != nil {
		return page, nil, err
	}
	if q.Get("count") == "0" {
		n, err := video.Count(ctx, s.Pool, f)
		page.Total = n
		return page, nil, err
	}
	cards, err := video.List(ctx, s.Pool, f)
	if err != nil {
		return page, nil, err
	}
	for i := range cards {
		c := &cards[i]
		_, tail, err := s.tail(ctx, accessOf(c))
		if err != nil {
			return page, nil, err
		}
		page.Data = append(page.Data, s.card(c, tail))
	}
	page.Total = int64(f.Start + len(cards))
	if skip != nil && *skip || len(cards) < f.Count && (len(cards) > 0 || f.Start == 0) {
		return page, cards, nil
	}
	page.Total, err = s.totals.of(f, func() (int64, error) { return video.Count(ctx, s.Pool, f) })
	return page, cards, err
}

func (s *Server) listAccountVideos(w http.ResponseWriter, r *http.Request) error {
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	return s.listSome(w, r, func(f *video.Filter) { f.Account = &a.ID })
}

func (s *Server) listChannelVideos(w http.ResponseWriter, r *http.Request) error {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return err
	}
	return s.listSome(w, r, func(f *video.Filter) { f.Channel = &c.ID })
}
