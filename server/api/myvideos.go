package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shoal/server/account"
	"shoal/server/fail"
	"shoal/server/transcode"
	"shoal/server/video"
	"shoal/shared/api"
)

// myVideo is a video as its owner's list shows it.
type myVideo struct {
	api.Video
	Blacklisted       bool    `json:"blacklisted"`
	BlacklistedReason *string `json:"blacklistedReason"`
}

// readOwn reads the filters of a member's own videos: whatever their state and privacy, nothing of them is hidden from the member.
func readOwn(q url.Values, v *account.Viewer) (f video.Filter, err error) {
	states, err := numbers(q, "stateOneOf")
	if err != nil {
		return f, err
	}
	privacies, err := numbers(q, "privacyOneOf")
	if err != nil {
		return f, err
	}
	rest := maps.Clone(q)
	maps.DeleteFunc(rest, func(key string, _ []string) bool {
		name, _, _ := strings.Cut(key, "[")
		return slices.Contains([]string{"stateOneOf", "privacyOneOf", "include", "autoTagOneOf"}, name)
	})
	f, err = readVideos(rest, v)
	f.InState, f.InPrivacy = states, privacies
	return f, err
}

// listMyVideos has all of a member's own videos, with their state and how far their processing is.
func (s *Server) listMyVideos(w http.ResponseWriter, r *http.Request) error {
	q, v := r.URL.Query(), viewer(r)
	f, err := readOwn(q, v)
	if err != nil {
		return err
	}
	f.Member, f.Owner = &v.MemberID, &v.AccountID
	if id := q.Get("channelId"); id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return fail.Field("channelId", "Should be a number.")
		}
		f.Channel = &n
	}
	page, cards, err := s.videos(r.Context(), q, f)
	if err != nil {
		return err
	}
	ids := make([]int64, len(cards))
	for i, c := range cards {
		ids[i] = c.ID
	}
	if err := s.reveal(r.Context(), page.Data, cards); err != nil {
		return err
	}
	work, err := transcode.OfMany(r.Context(), s.Pool, ids)
	if err != nil {
		return err
	}
	out := api.Page[myVideo]{Total: page.Total, Data: make([]myVideo, len(page.Data))}
	for i := range page.Data {
		out.Data[i].Video = page.Data[i]
		c, v := &cards[i], &out.Data[i]
		v.Blacklisted, v.BlacklistedReason = c.Blocked, v.Video.BlacklistedReason
		if p := work[c.ID]; p != nil && p.State != "done" {
			v.Processing = p
		}
	}
	return answer(w, out)
}
