// Package webtest is an API in memory with made-up videos, for tests of the pages and for looking at them.
package webtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"shoal/shared/api"
)

// Now is the moment at which the made-up platform stands still.
var Now = time.Date(2026, 5, 17, 14, 5, 0, 0, time.UTC)

// API answers what pages ask.
type API struct {
	URL    string
	Videos []api.VideoDetails
	User   *api.User              // signed in when the request has a session cookie
	Boot   map[string]api.Boot    // by UUID
	Fail   map[string]api.Problem // by path: refused with this
	Config api.Config
	Images func(i int) string // path of a picture, empty for none
}

// Titles, names and texts that stress a layout.
var (
	titles = []string{
		"How tides shape the harbour", "A quiet morning on the breakwater, filmed in one take without any cuts or music at all",
		"Repairing a 1962 reel-to-reel recorder", "Ducks", "Knots every sailor should know – part 3", "Night train to Trieste",
		"Backyard astronomy: first light with a home-made 8-inch Dobsonian", "Sourdough in small steps", "مقدمة قصيرة في الخط العربي",
		"Concert in the old gasworks (full evening)", "Building a bicycle frame from scratch", "What the moss knows",
	}
	names = []string{"Harbour School", "Nils Falk", "Workshop Nine", "Ada’s Ducks", "Open Sails", "Slow Trains", "Starfield", "Bread & Salt", "دار الخط", "Gaswerk", "Frame by Frame", "Undergrowth"}
	text  = "A slow look at how water moves sand, and sand moves people.\n\nChapters: 0:00 Intro, 1:05 The breakwater, 12:30 What the old maps say.\n\n" +
		"Recorded with a borrowed camera over **four** weeks. Notes and maps: https://harbour.example/notes?a=1&b=2\n\n- Low water\n- High water\n\n> The sea is never the same twice.\n\nMusic: none. Thank you for watching."
)

// New makes n videos of made-up channels.
func New(url string, n int) *API {
	a := &API{URL: url, Boot: map[string]api.Boot{}, Fail: map[string]api.Problem{}, Images: func(int) string { return "" }}
	for i := range n {
		a.Videos = append(a.Videos, a.video(i))
	}
	return a
}

func (a *API) host() string {
	return strings.TrimPrefix(strings.TrimPrefix(a.URL, "https://"), "http://")
}

func (a *API) actor(i int) api.ActorSummary {
	handle := fmt.Sprintf("channel_%d", i%len(names)+1)
	return api.ActorSummary{ID: int64(i), Name: handle, DisplayName: names[i%len(names)], Host: a.host(), URL: a.URL + "/video-channels/" + handle}
}

func (a *API) video(i int) api.VideoDetails {
	short := fmt.Sprintf("vid%019d", i)
	description := text
	ratio := 16.0 / 9
	at := Now.Add(-time.Duration(1+i*i*3) * time.Hour)
	v := api.Video{
		ID: int64(i + 1), UUID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), ShortUUID: short, URL: a.URL + "/videos/watch/" + short,
		Name: titles[i%len(titles)], Privacy: api.Constant{ID: api.Public, Label: "Public"}, IsLocal: true, Duration: 47 + i*397, AspectRatio: &ratio,
		Views: int64(i*i*i*331 + i), Likes: i * 13, Dislikes: i, PublishedAt: api.Time{Time: at}, CreatedAt: api.Time{Time: at}, UpdatedAt: api.Time{Time: at}, Description: &description,
		Channel: a.actor(i), Account: api.ActorSummary{Name: "root", DisplayName: "Rut Ohlsson", Host: a.host()}, EmbedPath: "/videos/embed/" + short,
	}
	if i == 4 {
		v.Views = 1
	}
	return api.VideoDetails{
		Video: v, Channel: api.Channel{ActorSummary: v.Channel, FollowersCount: 1234 * i, IsLocal: true}, Account: api.Account{ActorSummary: v.Account},
		State: api.Constant{ID: api.Published}, Tags: []string{"tides", "harbour", "slow tv"}, DownloadEnabled: true, CommentsEnabled: true,
		StreamingPlaylists: []api.StreamingPlaylist{{PlaylistURL: a.URL + "/static/streaming-playlists/hls/x/x-master.m3u8", Files: []api.VideoFile{
			{Resolution: api.Constant{ID: 1080, Label: "1080p"}, Width: 1920, Height: 1080, Size: 812_345_678, FileDownloadURL: a.URL + "/download/1080.mp4", FileURL: a.URL + "/static/1080.mp4", HasAudio: true, HasVideo: true},
			{Resolution: api.Constant{ID: 720, Label: "720p"}, Width: 1280, Height: 720, Size: 312_345_678, FileDownloadURL: a.URL + "/download/720.mp4", FileURL: a.URL + "/static/720.mp4", HasAudio: true, HasVideo: true},
		}}},
	}
}

// Person is a signed-in user with one channel.
func (a *API) Person() *api.User {
	channel := api.Channel{ActorSummary: a.actor(0), IsLocal: true}
	return &api.User{
		ID: 7, Username: "root", Role: api.Constant{ID: api.Administrator}, VideoQuota: -1, VideoQuotaDaily: -1,
		Account: api.Account{ActorSummary: api.ActorSummary{Name: "root", DisplayName: "Rut Ohlsson", Host: a.host()}}, VideoChannels: []api.Channel{channel},
	}
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, "/"), "/api/v1")
	if p, ok := a.Fail[path]; ok {
		refuse(w, p.Status, p.Detail)
		return
	}
	var user *api.User
	if c, err := r.Cookie("shoal_session"); err == nil && c.Value != "" {
		user = a.User
	}
	part := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case r.Method != http.MethodGet:
		a.change(w, r, path)
	case path == "/users/me" && user == nil, strings.HasPrefix(path, "/users/me") && user == nil:
		refuse(w, 401, "You are not signed in.")
	case path == "/users/me":
		answer(w, user)
	case path == "/users/me/video-quota-used":
		answer(w, api.Quota{Used: 4_200_000_000})
	case path == "/videos", path == "/search/videos", path == "/users/me/videos", len(part) == 3 && part[2] == "videos":
		a.list(w, r, path == "/users/me/videos")
	case part[0] == "videos" && len(part) == 2 && a.constants(w, part[1]):
	case part[0] == "videos" && len(part) >= 2:
		a.one(w, part, user)
	case part[0] == "video-channels" && len(part) == 2:
		a.channel(w, part[1])
	case part[0] == "accounts" && len(part) == 2:
		words := "I film water."
		answer(w, api.Account{ActorSummary: api.ActorSummary{Name: part[1], DisplayName: "Rut Ohlsson", Host: a.host()}, Description: &words})
	case part[0] == "accounts" && len(part) == 3 && part[2] == "video-channels":
		answer(w, api.Page[api.Channel]{Total: 2, Data: []api.Channel{{ActorSummary: a.actor(0)}, {ActorSummary: a.actor(3)}}})
	case path == "/setup":
		w.WriteHeader(204)
	case path == "/config":
		answer(w, a.Config)
	default:
		refuse(w, 404, "There is nothing at this address.")
	}
}

func (a *API) constants(w http.ResponseWriter, name string) bool {
	switch name {
	case "categories":
		answer(w, map[string]string{"1": "Music", "2": "Films", "15": "Science & Technology"})
	case "licences":
		answer(w, map[string]string{"1": "Attribution", "2": "Attribution - Share Alike", "7": "Public Domain Dedication"})
	case "languages":
		answer(w, map[string]string{"en": "English", "de": "German", "ar": "Arabic"})
	default:
		return false
	}
	return true
}

func (a *API) list(w http.ResponseWriter, r *http.Request, mine bool) {
	q := r.URL.Query()
	start, _ := strconv.Atoi(q.Get("start"))
	count, _ := strconv.Atoi(q.Get("count"))
	page := api.Page[api.Video]{Data: []api.Video{}}
	for i, v := range a.Videos {
		if s := q.Get("search"); s != "" && !strings.Contains(strings.ToLower(v.Name), strings.ToLower(s)) {
			continue
		}
		if !mine && (v.State.ID != api.Published || v.Privacy.ID != api.Public) {
			continue
		}
		v.Video.ThumbnailPath = a.Images(i)
		if mine {
			state := v.State
			v.Video.State = &state
		}
		page.Total++
		if int(page.Total) > start && len(page.Data) < count {
			page.Data = append(page.Data, v.Video)
		}
	}
	answer(w, page)
}

func (a *API) one(w http.ResponseWriter, part []string, user *api.User) {
	for i, v := range a.Videos {
		if part[1] != v.ShortUUID && part[1] != v.UUID {
			continue
		}
		switch {
		case v.State.ID != api.Published && user == nil:
			refuse(w, 403, "This video is not ready to be watched.")
		case len(part) == 2:
			v.PreviewPath = a.Images(i)
			answer(w, v)
		case part[2] == "page":
			v.PreviewPath = a.Images(i)
			answer(w, api.VideoPage{Video: v, Boot: a.boot(i)})
		default:
			refuse(w, 404, "There is nothing at this address.")
		}
		return
	}
	refuse(w, 404, "There is no such video.")
}

// boot is what the player of the i-th video is told.
func (a *API) boot(i int) json.RawMessage {
	v := a.Videos[i]
	b, ok := a.Boot[v.UUID]
	if !ok {
		b = api.Boot{UUID: v.UUID, Title: v.Name, Channel: v.Channel.DisplayName, Duration: float64(v.Duration), State: v.State.ID, Poster: a.Images(i), WatchPath: "/w/" + v.ShortUUID, EmbedPath: v.EmbedPath}
	}
	j, err := json.Marshal(b)
	if err != nil {
		panic(err)
	}
	return j
}

func (a *API) channel(w http.ResponseWriter, handle string) {
	for i := range names {
		if c := a.actor(i); c.Name == handle {
			words := "Films about **water**, made by people who live beside it."
			answer(w, api.Channel{ActorSummary: c, IsLocal: true, FollowersCount: 8123, Description: &words, OwnerAccount: &api.Account{ActorSummary: api.ActorSummary{Name: "root", DisplayName: "Rut Ohlsson", Host: a.host()}}})
			return
		}
	}
	refuse(w, 404, "There is no such channel.")
}

func (a *API) change(w http.ResponseWriter, r *http.Request, path string) {
	switch {
	case path == "/session" && r.Method == http.MethodPost:
		var in struct{ Username, Password string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		if in.Password != "right password" {
			refuse(w, 400, "User name or password is not right.")
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "shoal_session", Value: "token", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		w.WriteHeader(204)
	case path == "/session":
		http.SetCookie(w, &http.Cookie{Name: "shoal_session", Path: "/", MaxAge: -1})
		w.WriteHeader(204)
	default:
		w.WriteHeader(204)
	}
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(api.Problem{Status: status, Detail: words, Error: words})
}
