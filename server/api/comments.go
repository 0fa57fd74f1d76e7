package api

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/comment"
	"shoal/server/fail"
	"shoal/shared/api"
)

func (s *Server) commentRoutes(r chi.Router) {
	r.Get("/videos/{id}/comment-threads", s.anyone(s.briefly(s.listThreads)))
	r.Post("/videos/{id}/comment-threads", s.member(s.createThread))
	r.Get("/videos/{id}/comment-threads/{threadID}", s.anyone(s.briefly(s.showThread)))
	r.Post("/videos/{id}/comments/{commentID}", s.member(s.createReply))
	r.Delete("/videos/{id}/comments/{commentID}", s.member(s.deleteComment))
	r.Post("/videos/{id}/comments/{commentID}/approve", s.member(s.approveComment))
	r.Get("/videos/comments", s.role(api.Moderator, s.listAllComments))
	r.Get("/users/me/videos/comments", s.member(s.listMyComments))
	r.Post("/bulk/remove-comments-of", s.member(s.removeCommentsOf))
}

func (s *Server) listThreads(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	sort, down, err := readSort(q, "-createdAt", comment.Sorts...)
	if err != nil {
		return err
	}
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	closed(w, a.Closed())
	threads, err := comment.Threads(r.Context(), s.Pool, a.ID, viewer(r), signed(sort, down), p.Start, p.Count)
	if err != nil {
		return err
	}
	return answer(w, threads)
}

// closed keeps what is not for everybody out of all caches.
func closed(w http.ResponseWriter, is bool) {
	if is {
		w.Header().Set("Cache-Control", "private, no-store")
	}
}

func signed(sort string, down bool) string {
	if down {
		return "-" + sort
	}
	return sort
}

func (s *Server) showThread(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "threadID")
	if err != nil {
		return err
	}
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	closed(w, a.Closed())
	tree, err := comment.Thread(r.Context(), s.Pool, a.ID, id, viewer(r))
	if err != nil {
		return err
	}
	return answer(w, tree)
}

func (s *Server) createThread(w http.ResponseWriter, r *http.Request) error {
	return s.comment(w, r, 0)
}

func (s *Server) createReply(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "commentID")
	if err != nil {
		return err
	}
	return s.comment(w, r, id)
}

func (s *Server) comment(w http.ResponseWriter, r *http.Request, parent int64) error {
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	var in struct {
		Text string `json:"text"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	var out api.CommentMade
	err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		id, err := comment.Create(r.Context(), tx, comment.New{Video: a.ID, Author: viewer(r), Parent: parent, Text: in.Text, Site: s.URL})
		if err == nil {
			out.Comment, err = comment.One(r.Context(), tx, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	return answer(w, out)
}

// decide does something to the comment of the address.
func (s *Server) decide(w http.ResponseWriter, r *http.Request, do func(tx pgx.Tx, video, id int64) error) error {
	id, err := rowID(r, "commentID")
	if err != nil {
		return err
	}
	a, err := s.seen(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return do(tx, a.ID, id) }))
}

func (s *Server) deleteComment(w http.ResponseWriter, r *http.Request) error {
	return s.decide(w, r, func(tx pgx.Tx, video, id int64) error { return comment.Delete(r.Context(), tx, video, id, viewer(r)) })
}

func (s *Server) approveComment(w http.ResponseWriter, r *http.Request) error {
	return s.decide(w, r, func(tx pgx.Tx, video, id int64) error { return comment.Approve(r.Context(), tx, video, id, viewer(r)) })
}

// readComments reads the filters of the lists of those who decide.
func readComments(q url.Values) (f comment.Filter, err error) {
	p, err := readPage(q)
	if err != nil {
		return f, err
	}
	f = comment.Filter{
		Start: p.Start, Count: p.Count, Search: q.Get("search"), ByAuthor: q.Get("searchAccount"), OnVideo: q.Get("searchVideo"),
		Tags: words(q, "autoTagOneOf"),
	}
	if err := checkSearch(q, "search", "searchAccount", "searchVideo"); err != nil {
		return f, err
	}
	_, down, err := readSort(q, "-createdAt", "createdAt")
	if err != nil {
		return f, err
	}
	f.Up = !down
	for name, to := range map[string]*int64{"videoId": &f.Video, "videoChannelId": &f.Channel} {
		if *to, err = readRow(q, name); err != nil {
			return f, err
		}
	}
	f.Held, err = readBool(q, "isHeldForReview")
	return f, err
}

func (s *Server) listAllComments(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := readComments(q)
	if err != nil {
		return err
	}
	if f.Local, err = readBool(q, "isLocal"); err != nil {
		return err
	}
	if f.OnLocalVideo, err = readBool(q, "onLocalVideo"); err != nil {
		return err
	}
	muted, err := readBool(q, "includeMuted")
	if err != nil {
		return err
	}
	f.HideMuted = muted != nil && !*muted
	return s.answerComments(w, r, f)
}

func (s *Server) listMyComments(w http.ResponseWriter, r *http.Request) error {
	f, err := readComments(r.URL.Query())
	if err != nil {
		return err
	}
	f.Owner, f.HideMuted = viewer(r).AccountID, true
	return s.answerComments(w, r, f)
}

func (s *Server) answerComments(w http.ResponseWriter, r *http.Request, f comment.Filter) error {
	page, err := comment.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

// removeCommentsOf empties all comments of an account below one's own videos or, for moderators, everywhere.
func (s *Server) removeCommentsOf(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Name  string `json:"accountName"`
		Scope string `json:"scope"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	sweep := comment.Sweep{Owner: viewer(r).AccountID}
	switch in.Scope {
	case "my-videos":
	case "my-videos-and-collaborations":
		sweep.Together = true
	case "instance":
		if !viewer(r).IsModerator() {
			return fail.New(fail.Forbidden, "Your role does not allow this.")
		}
		sweep.Owner = 0
	default:
		return fail.Field("scope", "Should be my-videos, my-videos-and-collaborations or instance.")
	}
	if in.Name == "" {
		return fail.Field("accountName", "Name an account.")
	}
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(in.Name))
	if err != nil {
		return err
	}
	sweep.Author = a.ID
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return comment.DeleteAllOf(r.Context(), tx, sweep) }))
}
