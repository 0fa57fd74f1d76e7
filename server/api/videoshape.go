package api

import (
	"context"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

	"shoal/server/account"
	"shoal/server/seed"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
	"shoal/shared/torrent"
)

// longestTeaser is how much of a description lists give as its start, in characters.
const longestTeaser = 250

// card is a video as lists show it.
func (s *Server) card(c *video.Card, tail string) api.Video {
	v := api.Video{
		ID: c.ID, UUID: c.UUID.String(), ShortUUID: shortid.From(c.UUID), URL: c.URL, Name: c.Name,
		Category: optional(c.Category, api.Categories), Licence: optional(c.Licence, api.Licences), Language: language(c.Language),
		Privacy: api.Constant{ID: c.Privacy, Label: api.Privacies[c.Privacy]},
		NSFW:    c.NSFW, NSFWFlags: c.NSFWFlags, NSFWSummary: c.NSFWSummary,
		Description: c.Description, TruncatedDescription: teaser(c.Description), IsLocal: c.Local, Duration: int(math.Round(c.Duration)),
		Views: c.Views, Likes: c.Likes, Dislikes: c.Dislikes, Comments: c.Comments, Downloads: c.Downloads,
		CreatedAt: api.Time{Time: c.CreatedAt}, UpdatedAt: api.Time{Time: c.UpdatedAt}, PublishedAt: api.Time{Time: c.PublishedAt},
		OriginallyPublishedAt: moment(c.OriginallyPublishedAt),
		Channel:               summary(c.Channel), Account: summary(c.Account),
	}
	v.EmbedPath = "/videos/embed/" + v.UUID
	if c.Width > 0 && c.Height > 0 {
		ratio := math.Round(float64(c.Width)/float64(c.Height)*10_000) / 10_000
		v.AspectRatio = &ratio
	}
	if c.Position != nil {
		v.UserHistory = &api.UserHistory{CurrentTime: *c.Position}
	}
	s.pictures(&v, c.Images, tail)
	return v
}

// pictures fills the addresses of stills; old apps know JPEG only. tail goes behind each address.
func (s *Server) pictures(v *api.Video, images []video.Image, tail string) {
	v.Thumbnails = make([]api.Thumbnail, 0, len(images))
	for _, i := range images {
		path := video.ImagePath(i.Kind, i.Filename) + tail
		v.Thumbnails = append(v.Thumbnails, api.Thumbnail{Width: i.Width, Height: i.Height, FileURL: s.URL + path})
		jpeg := strings.HasSuffix(i.Filename, ".jpg")
		if old := &v.ThumbnailPath; i.Kind == video.Thumbnail && (*old == "" || jpeg) {
			*old = path
		}
		if old := &v.PreviewPath; i.Kind == video.Preview && (*old == "" || jpeg) {
			*old = path
		}
	}
	if v.PreviewPath == "" {
		v.PreviewPath = v.ThumbnailPath
	}
}

// tail is what opens the files of a video that is not for everybody, to be put behind their addresses.
func (s *Server) tail(ctx context.Context, a video.Access) (token, tail string, err error) {
	if !a.Closed() {
		return "", "", nil
	}
	token, _, err = s.tokens().Make(ctx, a.ID)
	return token, "?videoFileToken=" + token, err
}

func (s *Server) tokens() video.Tokens { return video.Tokens{Secret: s.Instance.Secret} }

// details is one video with all a player needs.
func (s *Server) details(d *video.Details, tail string) api.VideoDetails {
	v := api.VideoDetails{
		Video: s.card(&d.Card, tail), Files: s.filesElsewhere(d), StreamingPlaylists: s.playlists(d), Support: d.Support,
		Tags: d.Tags, CommentsEnabled: d.CommentsPolicy != 2, CommentsPolicy: api.Constant{ID: d.CommentsPolicy, Label: api.CommentPolicies[d.CommentsPolicy]},
		EmbedPrivacyPolicy: api.Constant{ID: d.EmbedPolicy, Label: api.EmbedPolicies[d.EmbedPolicy]},
		DownloadEnabled:    d.DownloadEnabled, P2PEnabled: d.P2P, WaitTranscoding: d.WaitTranscoding, InputFileUpdatedAt: moment(d.SourceAt),
		State: api.Constant{ID: d.State, Label: api.States[d.State]}, TrackerURLs: s.trackers(d),
	}
	v.DescriptionPath = Prefix + "/videos/" + v.UUID + "/description"
	v.Account = owner(v.Video.Account, d)
	v.Channel = channelOf(v.Video.Channel, d)
	v.Channel.P2PEnabled = d.ChannelP2P
	v.Channel.OwnerAccount = &v.Account
	return v
}

// playlists are the renditions of a video: none, or one list of them.
func (s *Server) playlists(d *video.Details) []api.StreamingPlaylist {
	if d.PlaylistID == nil {
		return []api.StreamingPlaylist{}
	}
	p := api.StreamingPlaylist{
		ID: *d.PlaylistID, Type: 1, Redundancies: []struct{}{}, Files: make([]api.VideoFile, 0, len(d.Files)),
		PlaylistURL:       s.URL + video.HLSPath(d.UUID, d.Privacy, *d.Master),
		SegmentsSha256URL: s.URL + video.HLSPath(d.UUID, d.Privacy, *d.SegmentsSHA256),
	}
	if !d.Local {
		p.PlaylistURL, p.SegmentsSha256URL = d.Elsewhere.Playlist, d.Elsewhere.Segments
	}
	for _, f := range d.Files {
		p.Files = append(p.Files, s.file(d, f))
	}
	return []api.StreamingPlaylist{p}
}

func (s *Server) file(d *video.Details, f video.File) api.VideoFile {
	out := api.VideoFile{
		ID: f.ID, Resolution: resolution(f), Width: f.Width, Height: f.Height, Size: f.Size, FPS: f.FPS,
		Infohash: hex.EncodeToString(f.Infohash), HasAudio: f.HasAudio, HasVideo: f.HasVideo,
		FileURL:         s.URL + video.HLSPath(d.UUID, d.Privacy, f.Filename),
		PlaylistURL:     s.URL + video.HLSPath(d.UUID, d.Privacy, f.Playlist),
		FileDownloadURL: s.URL + video.DownloadPath(d.UUID, f),
		MetadataURL:     s.URL + Prefix + "/videos/" + d.UUID.String() + "/metadata/" + strconv.FormatInt(f.ID, 10),
	}
	if !d.Local {
		return s.elsewhere(out, f)
	}
	var h torrent.Infohash
	if f.Torrent == "" || copy(h[:], f.Infohash) != len(h) {
		return out
	}
	out.TorrentURL = s.URL + video.TorrentPath(f.Torrent)
	out.TorrentDownloadURL = s.URL + video.TorrentDownloadPath(f.Torrent)
	out.MagnetURI = seed.Magnet(s.URL, d.UUID, d.Name, f.Filename, f.Torrent, h, d.Privacy)
	return out
}

// smooth is from how many frames a second the label of a resolution tells them.
const smooth = 50

func resolution(f video.File) api.Constant {
	label := strconv.Itoa(f.Resolution) + "p"
	switch {
	case f.Resolution == 0:
		label = "Audio only"
	case f.FPS >= smooth:
		label += strconv.Itoa(f.FPS)
	}
	return api.Constant{ID: f.Resolution, Label: label}
}

func optional(id *int, labels map[int]string) api.OptionalConstant {
	if id == nil {
		return api.OptionalConstant{Label: "Unknown"}
	}
	return api.OptionalConstant{ID: id, Label: labels[*id]}
}

func language(id *string) api.Language {
	if id == nil {
		return api.Language{Label: "Unknown"}
	}
	label := api.Languages[*id]
	if label == "" {
		label = *id
	}
	return api.Language{ID: id, Label: label}
}

func moment(t *time.Time) *api.Time {
	if t == nil {
		return nil
	}
	return &api.Time{Time: *t}
}

func teaser(text *string) *string {
	if text == nil || len(*text) <= longestTeaser {
		return text
	}
	r := []rune(*text)
	if len(r) <= longestTeaser {
		return text
	}
	cut := string(r[:longestTeaser-3]) + "..."
	return &cut
}

// summary is an account or channel inside a list.
func summary(a video.Actor) api.ActorSummary {
	host := a.Host
	if parts := strings.SplitN(a.URL, "/", 4); host == "" && len(parts) > 2 {
		host = parts[2]
	}
	return api.ActorSummary{ID: a.ID, Name: a.Name, DisplayName: a.DisplayName, URL: a.URL, Host: host, Avatars: []api.Image{}}
}

func owner(a api.ActorSummary, d *video.Details) api.Account {
	m := d.AccountMore
	return api.Account{
		ActorSummary: a, FollowingCount: m.Following, FollowersCount: m.Followers, Description: m.Description, UserID: d.MemberID,
		CreatedAt: api.Time{Time: m.CreatedAt}, UpdatedAt: api.Time{Time: m.UpdatedAt},
	}
}

func channelOf(a api.ActorSummary, d *video.Details) api.Channel {
	m := d.ChannelMore
	return api.Channel{
		ActorSummary: a, FollowingCount: m.Following, FollowersCount: m.Followers, Description: m.Description, Support: m.Support,
		CreatedAt: api.Time{Time: m.CreatedAt}, UpdatedAt: api.Time{Time: m.UpdatedAt}, Banners: []api.Image{}, IsLocal: d.Channel.Host == "",
	}
}

// memberOf is whose positions and internal videos are told.
func memberOf(v *account.Viewer) *int64 {
	if v == nil {
		return nil
	}
	return &v.MemberID
}
