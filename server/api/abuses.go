package api

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/comment"
	"shoal/server/fail"
	"shoal/server/moderation"
	"shoal/server/video"
	"shoal/shared/api"
)

func (s *Server) abuseRoutes(r chi.Router) {
	r.Get("/users/me/abuses", s.member(s.listMyAbuses))
	r.Get("/abuses", s.role(api.Moderator, s.listAbuses))
	r.Post("/abuses", s.member(s.reportAbuse))
	r.Put("/abuses/{id}", s.role(api.Moderator, s.decideAbuse))
	r.Delete("/abuses/{id}", s.role(api.Moderator, s.removeAbuse))
	r.Get("/abuses/{id}/messages", s.member(s.listMessages))
	r.Post("/abuses/{id}/messages", s.member(s.addMessage))
	r.Delete("/abuses/{id}/messages/{messageID}", s.member(s.removeMessage))
}

func readReports(q url.Values) (f moderation.Reports, err error) {
	text, p, err := readFound(q)
	if err != nil {
		return f, err
	}
	f = moderation.Reports{Start: p.Start, Count: p.Count, Search: text}
	if f.Sort, f.Down, err = readSort(q, "-createdAt", "createdAt", "id", "state"); err != nil {
		return f, err
	}
	if f.ID, err = readRow(q, "id"); err != nil {
		return f, err
	}
	state, err := readRow(q, "state")
	if err != nil || state != 0 && api.AbuseStates[int(state)] == "" {
		return f, fail.Field("state", "Should be 1, 2 or 3.")
	}
	f.State = int(state)
	return f, nil
}

func (s *Server) listMyAbuses(w http.ResponseWriter, r *http.Request) error {
	f, err := readReports(r.URL.Query())
	if err != nil {
		return err
	}
	f.Reporter = viewer(r).AccountID
	return s.answerAbuses(w, r, f)
}

func (s *Server) listAbuses(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := readReports(q)
	if err != nil {
		return err
	}
	if reason := q.Get("predefinedReason"); reason != "" {
		if f.Predefined = slices.Index(api.AbuseReasons, reason) + 1; f.Predefined == 0 {
			return fail.Field("predefinedReason", "There is no such reason to choose.")
		}
	}
	if f.Kind = q.Get("filter"); f.Kind != "" && f.Kind != "video" && f.Kind != "comment" && f.Kind != "account" {
		return fail.Field("filter", "Should be video, comment or account.")
	}
	switch q.Get("videoIs") {
	case "":
	case "deleted":
		f.VideoGone = true
	case "blacklisted":
		f.VideoBlock = true
	default:
		return fail.Field("videoIs", "Should be deleted or blacklisted.")
	}
	f.ByReporter, f.OfFlagged, f.OnVideo, f.OnChannel = q.Get("searchReporter"), q.Get("searchReportee"), q.Get("searchVideo"), q.Get("searchVideoChannel")
	return s.answerAbuses(w, r, f)
}

func (s *Server) answerAbuses(w http.ResponseWriter, r *http.Request, f moderation.Reports) error {
	found, err := moderation.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	var ids []int64
	for _, id := range found.Channels {
		ids = append(ids, id)
	}
	channels, err := channel.Many(r.Context(), s.Pool, ids)
	if err != nil {
		return err
	}
	for i, a := range found.Data {
		if a.Video == nil {
			continue
		}
		for j, c := range channels {
			if c.ID == found.Channels[a.ID] {
				found.Data[i].Video.Channel = &channels[j]
			}
		}
		if path := a.Video.ThumbnailPath; path != "" {
			found.Data[i].Video.Thumbnails = []api.Thumbnail{{FileURL: s.URL + path}}
		}
	}
	return answer(w, found.Page)
}

// report is what is sent of a report to be. Its things may be named by number, and videos by UUID.
type report struct {
	Reason     string   `json:"reason"`
	Predefined []string `json:"predefinedReasons"`
	Video      *struct {
		ID      flexible `json:"id"`
		StartAt *int     `json:"startAt"`
		EndAt   *int     `json:"endAt"`
	} `json:"video"`
	Comment *struct {
		ID int64 `json:"id"`
	} `json:"comment"`
	Account *struct {
		ID int64 `json:"id"`
	} `json:"account"`
}

func (s *Server) reportAbuse(w http.ResponseWriter, r *http.Request) error {
	var in report
	if err := read(w, r, &in); err != nil {
		return err
	}
	n := moderation.New{Reporter: viewer(r).AccountID, Reason: in.Reason, Predefined: in.Predefined}
	switch {
	case in.Video != nil:
		a, err := s.seenBy(r, string(in.Video.ID), "video.id")
		if err != nil {
			return err
		}
		n.Video, n.StartAt, n.EndAt = a.ID, in.Video.StartAt, in.Video.EndAt
	case in.Comment != nil:
		of, err := comment.VideoOf(r.Context(), s.Pool, in.Comment.ID, viewer(r))
		if err != nil {
			return err
		}
		a, err := video.AccessOf(r.Context(), s.Pool, video.ByNumber(of))
		if err != nil {
			return err
		}
		if a.Admit(r.Context(), s.Pool, s.visit(r), false) != nil {
			return fail.New(fail.NotFound, "Comment not found")
		}
		n.Comment = in.Comment.ID
	}
	if in.Account != nil {
		n.Account = in.Account.ID
	}
	var out struct {
		Abuse struct {
			ID int64 `json:"id"`
		} `json:"abuse"`
	}
	err := pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) (err error) {
		out.Abuse.ID, err = moderation.Report(r.Context(), tx, n)
		return err
	})
	if err != nil {
		return err
	}
	return answer(w, out)
}

// seenBy is the video that a body names, when the visitor may see it; who may not hears that it is absent.
func (s *Server) seenBy(r *http.Request, id, field string) (video.Access, error) {
	ref, err := video.ParseRef(id)
	if err != nil {
		return video.Access{}, fail.Field(field, "Should be the id of a video.")
	}
	a, err := video.AccessOf(r.Context(), s.Pool, ref)
	if err != nil {
		return a, err
	}
	if a.Admit(r.Context(), s.Pool, s.visit(r), false) != nil {
		return a, fail.New(fail.NotFound, "Video not found")
	}
	return a, nil
}

func (s *Server) decideAbuse(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	var in struct {
		State *int    `json:"state"`
		Note  *string `json:"moderationComment"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return moderation.Decide(r.Context(), tx, id, in.State, in.Note)
	}))
}

func (s *Server) removeAbuse(w http.ResponseWriter, r *http.Request) error {
	id, err := rowID(r, "id")
	if err != nil {
		return err
	}
	return done(w, moderation.Remove(r.Context(), s.Pool, id))
}

// ownAbuse is the report of the address, whose reporter and moderators talk about it.
func (s *Server) ownAbuse(r *http.Request) (int64, error) {
	id, err := rowID(r, "id")
	if err != nil {
		return 0, err
	}
	reporter, err := moderation.Reporter(r.Context(), s.Pool, id)
	if err != nil {
		return 0, err
	}
	if v := viewer(r); !v.IsModerator() && (reporter == nil || *reporter != v.AccountID) {
		return 0, fail.New(fail.Forbidden, "This report is somebody else's.")
	}
	return id, nil
}

func (s *Server) listMessages(w http.ResponseWriter, r *http.Request) error {
	id, err := s.ownAbuse(r)
	if err != nil {
		return err
	}
	all, err := moderation.Messages(r.Context(), s.Pool, id)
	if err != nil {
		return err
	}
	var ids []int64
	for _, m := range all {
		if m.AccountID != nil {
			ids = append(ids, *m.AccountID)
		}
	}
	people, err := account.Many(r.Context(), s.Pool, ids)
	if err != nil {
		return err
	}
	out := api.Page[api.AbuseMessage]{Total: int64(len(all)), Data: []api.AbuseMessage{}}
	for _, m := range all {
		said := api.AbuseMessage{ID: m.ID, Message: m.Text, ByModerator: m.ByModerator, CreatedAt: m.CreatedAt}
		if m.AccountID != nil {
			who := people[*m.AccountID].ActorSummary
			said.Account = &who
		}
		out.Data = append(out.Data, said)
	}
	return answer(w, out)
}

func (s *Server) addMessage(w http.ResponseWriter, r *http.Request) error {
	id, err := s.ownAbuse(r)
	if err != nil {
		return err
	}
	var in struct {
		Message string `json:"message"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error {
		return moderation.Say(r.Context(), tx, id, viewer(r).AccountID, in.Message)
	})
	if err == nil {
		w.WriteHeader(http.StatusOK)
	}
	return err
}

func (s *Server) removeMessage(w http.ResponseWriter, r *http.Request) error {
	message, err := rowID(r, "messageID")
	if err != nil {
		return err
	}
	id, err := s.ownAbuse(r)
	if err != nil {
		return err
	}
	v := viewer(r)
	return done(w, moderation.Unsay(r.Context(), s.Pool, id, message, v.AccountID, v.IsModerator()))
}
