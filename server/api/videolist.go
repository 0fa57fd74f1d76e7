package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/transcode"
	"shoal/server/video"
	"shoal/shared/api"
)

// longestSearch bounds what a search costs.
const longestSearch = 200

// readVideos reads the filters that all lists of videos share.
func readVideos(q url.Values, v *account.Viewer) (f video.Filter, err error) {
	p, err := readPage(q)
	if err != nil {
		return f, err
	}
	f = video.Filter{Start: p.Start, Count: p.Count, Sort: q.Get("sort"), Member: memberOf(v), Privacies: []int{api.Public}}
	if v != nil {
		f.Privacies = append(f.Privacies, api.Internal)
	}
	if err := video.CheckSort(f.Sort); err != nil {
		return f, err
	}
	for name, to := range map[string]*[]int{"categoryOneOf": &f.Categories, "licenceOneOf": &f.Licences} {
		if *to, err = numbers(q, name); err != nil {
			return f, err
		}
	}
	f.Languages, f.TagsOne, f.TagsAll = words(q, "languageOneOf"), lower(words(q, "tagsOneOf")), lower(words(q, "tagsAllOf"))
	if f.Local, err = readBool(q, "isLocal"); err != nil {
		return f, err
	}
	if q.Get("nsfw") != "both" {
		if f.NSFW, err = readBool(q, "nsfw"); err != nil {
			return f, err
		}
	}
	if text := q.Get("search"); len(text) > longestSearch {
		return f, fail.Field("search", "Should have at most %d characters.", longestSearch)
	} else if text != "" {
		f.Search = &text
	}
	return f, readPrivacies(q, v, &f)
}

// readPrivacies lets moderators see more, and everybody less.
func readPrivacies(q url.Values, v *account.Viewer, f *video.Filter) error {
	asked, err := numbers(q, "privacyOneOf")
	if err != nil || asked == nil {
		return err
	}
	if v.IsModerator() {
		f.Privacies = asked
		return nil
	}
	for _, p := range asked {
		if p != api.Public && (p != api.Internal || v == nil) {
			return fail.New(fail.Unauthorized, "You are not allowed to see videos of this privacy.")
		}
	}
	f.Privacies = asked
	return nil
}

// words are the values of a name that may be repeated, with or without brackets.
func words(q url.Values, name string) []string { return list(q, name) }

func lower(words []string) []string {
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words
}

func numbers(q url.Values, name string) ([]int, error) {
	var out []int
	for _, text := range list(q, name) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 1_000_000 {
			return nil, fail.Field(name, "Should be numbers.")
		}
		out = append(out, n)
	}
	return out, nil
}

func readBool(q url.Values, name string) (*bool, error) {
	text := q.Get(name)
	if text == "" {
		return nil, nil
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		return nil, fail.Field(name, "Should be true or false.")
	}
	return &b, nil
}

func (s *Server) listVideos(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := readVideos(q, viewer(r))
	if err != nil {
		return err
	}
	return s.answerVideos(w, r, q, f)
}

// searchVideos is listVideos with the best match first.
func (s *Server) searchVideos(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := readVideos(q, viewer(r))
	if err != nil {
		return err
	}
	if f.Sort == "" && f.Search != nil {
		f.Sort = "-match"
	}
	return s.answerVideos(w, r, q, f)
}

// answerVideos answers a list for everybody.
func (s *Server) answerVideos(w http.ResponseWriter, r *http.Request, q url.Values, f video.Filter) error {
	if f.NSFW == nil && q.Get("nsfw") == "" {
		settings, err := s.Instance.Settings(r.Context())
		if err != nil {
			return err
		}
		if settings.SensitivePolicy == "do_not_list" {
			f.NSFW = new(bool)
		}
	}
	if live, err := readBool(q, "isLive"); err != nil || live != nil && *live {
		return or(err, func() error { return answer(w, api.Page[api.Video]{Data: []api.Video{}}) })
	}
	page, _, err := s.videos(r.Context(), q, f)
	if err != nil {
		return err
	}
	return answer(w, page)
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
		_, tail, err := s.tail(ctx, video.Access{ID: c.ID, Privacy: c.Privacy, State: c.State})
		if err != nil {
			return page, nil, err
		}
		page.Data = append(page.Data, s.card(c, tail))
	}
	page.Total = int64(f.Start + len(cards))
	if skip, _ := strconv.ParseBool(q.Get("skipCount")); skip || len(cards) < f.Count && (len(cards) > 0 || f.Start == 0) {
		return page, cards, nil
	}
	page.Total, err = s.totals.of(f, func() (int64, error) { return video.Count(ctx, s.Pool, f) })
	return page, cards, err
}

// totals remembers how long the long lists are: nobody counts along, and counting takes longer than the list itself.
type totals struct {
	mu   sync.Mutex
	kept map[string]total
}

type total struct {
	n     int64
	until time.Time
}

const (
	longList   = 2000
	totalsLife = 20 * time.Second
	mostTotals = 1000
)

func (t *totals) of(f video.Filter, count func() (int64, error)) (int64, error) {
	f.Start, f.Count, f.Sort, f.Member = 0, 0, "", nil
	b, err := json.Marshal(f)
	if err != nil {
		return 0, err
	}
	key, now := string(b), time.Now()
	t.mu.Lock()
	known, ok := t.kept[key]
	t.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.n, nil
	}
	n, err := count()
	if err != nil || n < longList {
		return n, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil || len(t.kept) >= mostTotals {
		t.kept = map[string]total{}
	}
	t.kept[key] = total{n, now.Add(totalsLife)}
	return n, nil
}

func (s *Server) listAccountVideos(w http.ResponseWriter, r *http.Request) error {
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f, err := readVideos(q, viewer(r))
	if err != nil {
		return err
	}
	f.Account = &a.ID
	return s.answerVideos(w, r, q, f)
}

func (s *Server) listChannelVideos(w http.ResponseWriter, r *http.Request) error {
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f, err := readVideos(q, viewer(r))
	if err != nil {
		return err
	}
	f.Channel = &c.ID
	return s.answerVideos(w, r, q, f)
}

// myVideo is a video as its owner's list shows it.
type myVideo struct {
	api.Video
	Blacklisted       bool    `json:"blacklisted"`
	BlacklistedReason *string `json:"blacklistedReason"`
}

// listMyVideos has all of a member's own videos, with their state and how far their processing is.
func (s *Server) listMyVideos(w http.ResponseWriter, r *http.Request) error {
	q, v := r.URL.Query(), viewer(r)
	f, err := readVideos(q, nil)
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
	work, err := transcode.OfMany(r.Context(), s.Pool, ids)
	if err != nil {
		return err
	}
	out := api.Page[myVideo]{Total: page.Total, Data: make([]myVideo, len(page.Data))}
	for i := range page.Data {
		out.Data[i].Video = page.Data[i]
		c, v := &cards[i], &out.Data[i]
		v.State = &api.Constant{ID: c.State, Label: api.States[c.State]}
		v.WaitTranscoding = &c.WaitTranscoding
		if p := work[c.ID]; p != nil && p.State != "done" {
			v.Processing = p
		}
	}
	return answer(w, out)
}
