package api

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/channel"
	"shoal/server/fail"
	"shoal/server/picture"
	"shoal/server/playlist"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

func (s *Server) playlistRoutes(r chi.Router) {
	r.Get("/video-playlists/privacies", s.constant(api.PlaylistPrivacies))
	r.Get("/video-playlists", s.anyone(s.briefly(s.listPlaylists)))
	r.Post("/video-playlists", s.member(s.createPlaylist))
	r.Get("/video-playlists/{id}", s.anyone(s.showPlaylist))
	r.Put("/video-playlists/{id}", s.member(s.updatePlaylist))
	r.Delete("/video-playlists/{id}", s.member(s.deletePlaylist))
	r.Get("/video-playlists/{id}/videos", s.anyone(s.listElements))
	r.Post("/video-playlists/{id}/videos", s.member(s.addElement))
	r.Post("/video-playlists/{id}/videos/reorder", s.member(s.reorderElements))
	r.Put("/video-playlists/{id}/videos/{elementID}", s.member(s.changeElement))
	r.Delete("/video-playlists/{id}/videos/{elementID}", s.member(s.removeElement))
	r.Get("/users/me/video-playlists/videos-exist", s.member(s.knowElements))
	r.Get("/accounts/{name}/video-playlists", s.anyone(s.listAccountPlaylists))
	r.Get("/video-channels/{handle}/video-playlists", s.anyone(s.listChannelPlaylists))
	r.Post("/video-channels/{handle}/video-playlists/reorder", s.member(s.reorderChannelPlaylists))
}

func readPlaylists(q url.Values, v *account.Viewer, first string) (f playlist.Filter, err error) {
	text, p, err := readFound(q)
	if err != nil {
		return f, err
	}
	f = playlist.Filter{Search: text, Start: p.Start, Count: p.Count}
	if v != nil {
		f.Viewer = v.AccountID
	}
	if f.Sort, f.Down, err = readSort(q, first, "createdAt", "updatedAt", "displayName", "name", "videoChannelPosition"); err != nil {
		return f, err
	}
	if f.Sort == "name" {
		f.Sort = "displayName"
	}
	kind, err := readRow(q, "playlistType")
	if err != nil || kind > api.PlaylistWatchLater {
		return f, fail.Field("playlistType", "Should be 1 or 2.")
	}
	f.Kind = int(kind)
	return f, nil
}

func (s *Server) answerPlaylists(w http.ResponseWriter, r *http.Request, f playlist.Filter) error {
	page, err := playlist.List(r.Context(), s.Pool, f, s.URL)
	if err != nil {
		return err
	}
	return answer(w, page)
}

func (s *Server) listPlaylists(w http.ResponseWriter, r *http.Request) error {
	f, err := readPlaylists(r.URL.Query(), viewer(r), "-createdAt")
	if err != nil {
		return err
	}
	f.Unmuted, f.OneHost = true, true // our own
	return s.answerPlaylists(w, r, f)
}

// listAccountPlaylists has all of one's own playlists, and the public ones of others.
func (s *Server) listAccountPlaylists(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := readPlaylists(q, viewer(r), "-createdAt")
	if err != nil {
		return err
	}
	a, err := account.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "name")))
	if err != nil {
		return err
	}
	v := viewer(r)
	f.Account, f.All = a.ID, v != nil && v.AccountID == a.ID
	f.Channels = lower(words(q, "channelNameOneOf"))
	return s.answerPlaylists(w, r, f)
}

func (s *Server) listChannelPlaylists(w http.ResponseWriter, r *http.Request) error {
	f, err := readPlaylists(r.URL.Query(), viewer(r), "videoChannelPosition")
	if err != nil {
		return err
	}
	c, err := channel.ByHandle(r.Context(), s.Pool, account.ParseHandle(chi.URLParam(r, "handle")))
	if err != nil {
		return err
	}
	v := viewer(r)
	f.Channel, f.All = c.ID, v != nil && c.OwnerAccount != nil && v.AccountID == c.OwnerAccount.ID
	return s.answerPlaylists(w, r, f)
}

// sentPlaylist is what is sent of a playlist.
type sentPlaylist struct {
	DisplayName *string  `json:"displayName"`
	Description *string  `json:"description"`
	Privacy     *int     `json:"privacy"`
	Channel     flexible `json:"videoChannelId"`
}

func readPlaylist(w http.ResponseWriter, r *http.Request) (e api.PlaylistEdit, noChannel bool, picture io.Reader, err error) {
	var in sentPlaylist
	if picture, err = readPictured(w, r, &in); err != nil {
		return e, false, nil, err
	}
	e = api.PlaylistEdit{DisplayName: in.DisplayName, Description: in.Description, Privacy: in.Privacy}
	e.ChannelID, err = in.Channel.number("videoChannelId")
	return e, in.Channel.isNull(), picture, err
}

// picturesOfPlaylists is the one size they have.
var picturesOfPlaylists = []picture.Size{{Width: 560, Height: 315}}

// withPicture keeps a picture that was sent while do tells the database of it; it goes again when do fails.
func (s *Server) withPicture(ctx context.Context, sent io.Reader, do func(tx pgx.Tx, p *playlist.Picture) error) error {
	if sent == nil {
		return pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error { return do(tx, nil) })
	}
	kept, err := picture.Keep(ctx, s.Store, playlist.Folder, sent, picturesOfPlaylists, 1)
	if err != nil {
		return err
	}
	k := kept[0]
	err = pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		return do(tx, &playlist.Picture{Filename: k.Filename, Width: k.Width, Height: k.Height})
	})
	if err != nil {
		picture.Forget(ctx, s.Store, playlist.Folder, kept)
	}
	return err
}

func (s *Server) createPlaylist(w http.ResponseWriter, r *http.Request) error {
	e, _, sent, err := readPlaylist(w, r)
	if err != nil {
		return err
	}
	var out api.PlaylistMade
	made := &out.Playlist
	err = s.withPicture(r.Context(), sent, func(tx pgx.Tx, p *playlist.Picture) error {
		id, u, err := playlist.Create(r.Context(), tx, viewer(r).AccountID, s.URL, e, p)
		made.ID, made.UUID, made.ShortUUID = id, u.String(), shortid.From(u)
		return err
	})
	if err != nil {
		return err
	}
	return answer(w, out)
}

// seenPlaylist is the playlist of the address, when this visitor may see it.
func (s *Server) seenPlaylist(r *http.Request) (playlist.Access, error) {
	a, counted, err := playlist.Find(r.Context(), s.Pool, chi.URLParam(r, "id"))
	if err != nil {
		return a, err
	}
	return a, a.See(viewer(r), counted)
}

// managedPlaylist is the playlist of the address, when the viewer may change it.
func (s *Server) managedPlaylist(r *http.Request) (playlist.Access, error) {
	a, counted, err := playlist.Find(r.Context(), s.Pool, chi.URLParam(r, "id"))
	if err != nil {
		return a, err
	}
	return a, a.Manage(viewer(r), counted)
}

func (s *Server) showPlaylist(w http.ResponseWriter, r *http.Request) error {
	a, err := s.seenPlaylist(r)
	if err != nil {
		return err
	}
	closed(w, a.Privacy == api.PlaylistPrivate)
	page, err := playlist.List(r.Context(), s.Pool, playlist.Filter{IDs: []int64{a.ID}, All: true, Count: 1}, s.URL)
	if err != nil {
		return err
	}
	if len(page.Data) == 0 { // it went meanwhile
		return fail.New(fail.NotFound, "Video playlist not found")
	}
	return answer(w, page.Data[0])
}

func (s *Server) updatePlaylist(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managedPlaylist(r)
	if err != nil {
		return err
	}
	e, noChannel, sent, err := readPlaylist(w, r)
	if err != nil {
		return err
	}
	return done(w, s.withPicture(r.Context(), sent, func(tx pgx.Tx, p *playlist.Picture) error {
		return playlist.Update(r.Context(), tx, a.ID, e, noChannel, p)
	}))
}

// changePlaylist does something to the playlist of the address.
func (s *Server) changePlaylist(w http.ResponseWriter, r *http.Request, do func(tx pgx.Tx, id int64) error) error {
	a, err := s.managedPlaylist(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return do(tx, a.ID) }))
}

func (s *Server) deletePlaylist(w http.ResponseWriter, r *http.Request) error {
	return s.changePlaylist(w, r, func(tx pgx.Tx, id int64) error { return playlist.Delete(r.Context(), tx, id) })
}

func (s *Server) listElements(w http.ResponseWriter, r *http.Request) error {
	p, err := readPage(r.URL.Query())
	if err != nil {
		return err
	}
	a, err := s.seenPlaylist(r)
	if err != nil {
		return err
	}
	closed(w, a.Privacy == api.PlaylistPrivate)
	v := viewer(r)
	var me int64
	if v != nil {
		me = v.AccountID
	}
	all, total, err := playlist.Elements(r.Context(), s.Pool, a.ID, me, p.Start, p.Count)
	if err != nil {
		return err
	}
	var ids []int64
	for _, e := range all {
		if e.VideoID != nil {
			ids = append(ids, *e.VideoID)
		}
	}
	cards, err := video.Cards(r.Context(), s.Pool, ids, memberOf(v))
	if err != nil {
		return err
	}
	byID := map[int64]*video.Card{}
	for i := range cards {
		byID[cards[i].ID] = &cards[i]
	}
	out := api.Page[api.PlaylistElement]{Total: total, Data: make([]api.PlaylistElement, 0, len(all))}
	for _, e := range all {
		shown, err := s.element(r.Context(), v, e, byID)
		if err != nil {
			return err
		}
		out.Data = append(out.Data, shown)
	}
	return answer(w, out)
}

// element shows a place of a playlist, with the video if the viewer may see it.
func (s *Server) element(ctx context.Context, v *account.Viewer, e playlist.Element, cards map[int64]*video.Card) (api.PlaylistElement, error) {
	out := api.PlaylistElement{ID: e.ID, Position: e.Position, StartAt: e.StartAt, StopAt: e.StopAt}
	if e.VideoID == nil || cards[*e.VideoID] == nil {
		out.Type = api.ElementDeleted
		return out, nil
	}
	c := cards[*e.VideoID]
	a := accessOf(c)
	a.AccountID = c.Account.ID
	switch {
	case a.Owner(v):
	case c.Blocked || e.Muted:
		out.Type = api.ElementUnavailable
		return out, nil
	case a.See(v, false, false) != nil:
		out.Type = api.ElementPrivate
		return out, nil
	}
	_, tail, err := s.tail(ctx, a)
	shown := s.card(c, tail)
	out.Video = &shown
	return out, err
}

func (s *Server) addElement(w http.ResponseWriter, r *http.Request) error {
	a, err := s.managedPlaylist(r)
	if err != nil {
		return err
	}
	var in struct {
		VideoID flexible `json:"videoId"`
		playlist.Times
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	of, err := s.seenBy(r, string(in.VideoID), "videoId")
	if err != nil {
		return err
	}
	var out struct {
		Element struct {
			ID int64 `json:"id"`
		} `json:"videoPlaylistElement"`
	}
	err = pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) (err error) {
		out.Element.ID, err = playlist.Add(r.Context(), tx, a.ID, of.ID, in.Times)
		return err
	})
	if err != nil {
		return err
	}
	return answer(w, out)
}

func (s *Server) changeElement(w http.ResponseWriter, r *http.Request) error {
	element, err := rowID(r, "elementID")
	if err != nil {
		return err
	}
	var in playlist.Times
	if err := read(w, r, &in); err != nil {
		return err
	}
	return s.changePlaylist(w, r, func(tx pgx.Tx, id int64) error { return playlist.Change(r.Context(), tx, id, element, in) })
}

func (s *Server) removeElement(w http.ResponseWriter, r *http.Request) error {
	element, err := rowID(r, "elementID")
	if err != nil {
		return err
	}
	return s.changePlaylist(w, r, func(tx pgx.Tx, id int64) error { return playlist.Remove(r.Context(), tx, id, element) })
}

func (s *Server) reorderElements(w http.ResponseWriter, r *http.Request) error {
	var in playlist.Order
	if err := read(w, r, &in); err != nil {
		return err
	}
	return s.changePlaylist(w, r, func(tx pgx.Tx, id int64) error { return playlist.Reorder(r.Context(), tx, id, in) })
}

func (s *Server) reorderChannelPlaylists(w http.ResponseWriter, r *http.Request) error {
	var in playlist.Order
	if err := read(w, r, &in); err != nil {
		return err
	}
	c, err := s.ownChannel(r)
	if err != nil {
		return err
	}
	return done(w, pgx.BeginFunc(r.Context(), s.Pool, func(tx pgx.Tx) error { return playlist.ReorderChannel(r.Context(), tx, c.ID, in) }))
}

func (s *Server) knowElements(w http.ResponseWriter, r *http.Request) error {
	given := words(r.URL.Query(), "videoIds")
	if len(given) == 1 && strings.Contains(given[0], ",") {
		given = strings.Split(given[0], ",")
	}
	if len(given) == 0 || len(given) > maxCount {
		return fail.Field("videoIds", "Should be 1 to %d numbers.", maxCount)
	}
	ids := make([]int64, len(given))
	for i, text := range given {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return fail.Field("videoIds", "Should be numbers.")
		}
		ids[i] = n
	}
	in, err := playlist.Exist(r.Context(), s.Pool, viewer(r).AccountID, ids)
	if err != nil {
		return err
	}
	return answer(w, in)
}

// readUUIDs reads ids of a search.
func readUUIDs(q url.Values, name string) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for _, text := range words(q, name) {
		u, err := shortid.Parse(text)
		if err != nil || len(text) != 22 && len(text) != 36 || len(out) == maxCount {
			return nil, fail.Field(name, "Should be at most %d UUIDs.", maxCount)
		}
		out = append(out, u)
	}
	return out, nil
}
