package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/watchword"
	"shoal/shared/api"
)

func (s *Server) wordRoutes(r chi.Router) {
	for owner, by := range map[string]func(muting) http.HandlerFunc{
		"/accounts/{name}": s.ofAccount,
		"/server": func(m muting) http.HandlerFunc {
			return s.role(api.Moderator, func(w http.ResponseWriter, r *http.Request) error { return m(w, r, 0) })
		},
	} {
		r.Get("/watched-words"+owner+"/lists", by(s.listWords))
		r.Post("/watched-words"+owner+"/lists", by(s.addWords))
		r.Put("/watched-words"+owner+"/lists/{listID}", by(s.changeWords))
		r.Delete("/watched-words"+owner+"/lists/{listID}", by(s.removeWords))
		r.Get("/watched-words"+owner+"/subscriptions", by(none(s.listNone)))
		r.Post("/watched-words"+owner+"/subscriptions", by(none(notBuilt("Lists of words of elsewhere cannot be followed yet."))))
		r.Delete("/watched-words"+owner+"/subscriptions/{id}", by(none(s.noSubscription)))
		r.Get("/automatic-tags"+owner+"/available", by(s.listTags))
	}
	r.Get("/automatic-tags/policies/accounts/{name}/comments", s.ofAccount(s.showCommentPolicy))
	r.Put("/automatic-tags/policies/accounts/{name}/comments", s.ofAccount(s.setCommentPolicy))
	r.Get("/automatic-tags/policies/server/videos", s.role(api.Moderator, s.showVideoPolicy))
	r.Put("/automatic-tags/policies/server/videos", s.role(api.Moderator, s.setVideoPolicy))
}

// none is a handler that does not care whose list it is.
func none(h handler) muting {
	return func(w http.ResponseWriter, r *http.Request, _ int64) error { return h(w, r) }
}

// ofAccount lets a member, and moderators for any of ours, do something to the lists of the account of the address.
func (s *Server) ofAccount(m muting) http.HandlerFunc {
	return s.member(func(w http.ResponseWriter, r *http.Request) error {
		a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
		if err != nil {
			return err
		}
		if v := viewer(r); a.UserID == nil || a.ID != v.AccountID && !v.IsModerator() {
			return fail.New(fail.Forbidden, "These are another user's.")
		}
		return m(w, r, a.ID)
	})
}

func (s *Server) listWords(w http.ResponseWriter, r *http.Request, owner int64) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	sort, down, err := readSort(q, "-createdAt", "createdAt", "updatedAt", "listName")
	if err != nil {
		return err
	}
	page, err := watchword.List(r.Context(), s.Pool, owner, sort, down, p.Start, p.Count)
	if err != nil {
		return err
	}
	return answer(w, page)
}

// wordList is what is sent of a list of words.
type wordList struct {
	Name  string   `json:"listName"`
	Words []string `json:"words"`
}

func (s *Server) addWords(w http.ResponseWriter, r *http.Request, owner int64) error {
	var in wordList
	if err := read(w, r, &in); err != nil {
		return err
	}
	var out struct {
		List struct {
			ID int64 `json:"id"`
		} `json:"watchedWordsList"`
	}
	var err error
	if out.List.ID, err = watchword.Add(r.Context(), s.Pool, owner, in.Name, in.Words); err != nil {
		return err
	}
	return answer(w, out)
}

func (s *Server) changeWords(w http.ResponseWriter, r *http.Request, owner int64) error {
	id, err := rowID(r, "listID")
	if err != nil {
		return err
	}
	var in wordList
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, watchword.Change(r.Context(), s.Pool, owner, id, in.Name, in.Words))
}

func (s *Server) removeWords(w http.ResponseWriter, r *http.Request, owner int64) error {
	id, err := rowID(r, "listID")
	if err != nil {
		return err
	}
	return done(w, watchword.Remove(r.Context(), s.Pool, owner, id))
}

func (s *Server) listTags(w http.ResponseWriter, r *http.Request, owner int64) error {
	tags, err := watchword.Available(r.Context(), s.Pool, owner)
	if err != nil {
		return err
	}
	return answer(w, tags)
}

// policy is what is done about automatic tags.
type policy struct {
	Review    []string `json:"review,omitzero"`
	AutoBlock []string `json:"autoBlock,omitzero"`
}

func (s *Server) showCommentPolicy(w http.ResponseWriter, r *http.Request, owner int64) error {
	tags, err := watchword.Policy(r.Context(), s.Pool, owner)
	if err != nil {
		return err
	}
	return answer(w, policy{Review: tags})
}

func (s *Server) setCommentPolicy(w http.ResponseWriter, r *http.Request, owner int64) error {
	var in policy
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Review == nil {
		return fail.Field("review", "Should be a list of tags.")
	}
	return done(w, watchword.SetPolicy(r.Context(), s.Pool, owner, "review", in.Review))
}

func (s *Server) showVideoPolicy(w http.ResponseWriter, r *http.Request) error {
	tags, err := watchword.Policy(r.Context(), s.Pool, 0)
	if err != nil {
		return err
	}
	return answer(w, policy{AutoBlock: tags})
}

func (s *Server) setVideoPolicy(w http.ResponseWriter, r *http.Request) error {
	var in policy
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.AutoBlock == nil {
		return fail.Field("autoBlock", "Should be a list of tags.")
	}
	return done(w, watchword.SetPolicy(r.Context(), s.Pool, 0, "autoBlock", in.AutoBlock))
}
