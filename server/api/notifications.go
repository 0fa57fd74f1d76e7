package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/notify"
)

func (s *Server) notificationRoutes(r chi.Router) {
	r.Get("/users/me/notifications", s.member(s.listNotifications))
	r.Post("/users/me/notifications/read", s.member(s.readNotifications))
	r.Post("/users/me/notifications/read-all", s.member(s.readAllNotifications))
	r.Put("/users/me/notification-settings", s.member(s.setNotifications))
}

func (s *Server) listNotifications(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p, err := readPage(q)
	if err != nil {
		return err
	}
	f := notify.Filter{Member: viewer(r).MemberID, Start: p.Start, Count: p.Count}
	if f.Types, err = numbers(q, "typeOneOf"); err != nil {
		return err
	}
	if f.Unread, err = readBool(q, "unread"); err != nil {
		return err
	}
	_, down, err := readSort(q, "-createdAt", "createdAt", "id", "read")
	if err != nil {
		return err
	}
	f.Up = !down
	page, err := notify.List(r.Context(), s.Pool, f)
	if err != nil {
		return err
	}
	return answer(w, page)
}

const mostMarked = 1000

func (s *Server) readNotifications(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		IDs []int64 `json:"ids"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if len(in.IDs) == 0 || len(in.IDs) > mostMarked {
		return fail.Field("ids", "Should be 1 to %d ids.", mostMarked)
	}
	return done(w, notify.Read(r.Context(), s.Pool, viewer(r).MemberID, in.IDs))
}

func (s *Server) readAllNotifications(w http.ResponseWriter, r *http.Request) error {
	return done(w, notify.ReadAll(r.Context(), s.Pool, viewer(r).MemberID))
}

// wishes are the settings of notifications; each has a name of its own so that forms can be read, too.
type wishes struct {
	AbuseAsModerator     *int `json:"abuseAsModerator"`
	AbuseNewMessage      *int `json:"abuseNewMessage"`
	AbuseStateChange     *int `json:"abuseStateChange"`
	AutoFollowing        *int `json:"autoInstanceFollowing"`
	BlockOnMyVideo       *int `json:"blacklistOnMyVideo"`
	CommentMention       *int `json:"commentMention"`
	ImportFinished       *int `json:"myVideoImportFinished"`
	Published            *int `json:"myVideoPublished"`
	StudioFinished       *int `json:"myVideoStudioEditionFinished"`
	Transcribed          *int `json:"myVideoTranscriptionGenerated"`
	NewCommentOnMyVideo  *int `json:"newCommentOnMyVideo"`
	NewFollow            *int `json:"newFollow"`
	NewInstanceFollower  *int `json:"newInstanceFollower"`
	NewPeerTubeVersion   *int `json:"newPeerTubeVersion"`
	NewPluginVersion     *int `json:"newPluginVersion"`
	NewUserRegistration  *int `json:"newUserRegistration"`
	NewVideo             *int `json:"newVideoFromSubscription"`
	AutoBlockAsModerator *int `json:"videoAutoBlacklistAsModerator"`
}

func (i wishes) all() map[string]*int {
	return map[string]*int{
		"abuseAsModerator": i.AbuseAsModerator, "abuseNewMessage": i.AbuseNewMessage, "abuseStateChange": i.AbuseStateChange,
		"autoInstanceFollowing": i.AutoFollowing, "blacklistOnMyVideo": i.BlockOnMyVideo, "commentMention": i.CommentMention,
		"myVideoImportFinished": i.ImportFinished, "myVideoPublished": i.Published, "myVideoStudioEditionFinished": i.StudioFinished,
		"myVideoTranscriptionGenerated": i.Transcribed, "newCommentOnMyVideo": i.NewCommentOnMyVideo, "newFollow": i.NewFollow,
		"newInstanceFollower": i.NewInstanceFollower, "newPeerTubeVersion": i.NewPeerTubeVersion, "newPluginVersion": i.NewPluginVersion,
		"newUserRegistration": i.NewUserRegistration, "newVideoFromSubscription": i.NewVideo, "videoAutoBlacklistAsModerator": i.AutoBlockAsModerator,
	}
}

func (s *Server) setNotifications(w http.ResponseWriter, r *http.Request) error {
	var in wishes
	if err := read(w, r, &in); err != nil {
		return err
	}
	set := map[string]int{}
	for name, ways := range in.all() {
		if ways != nil {
			set[name] = *ways
		}
	}
	return done(w, account.SetWishes(r.Context(), s.Pool, viewer(r).MemberID, set))
}
