package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/instance"
	"shoal/shared/api"
)

// compatible is the version of PeerTube whose interface this is; apps compare it.
const compatible = "8.2.0"

// Abilities are what the operator switched on before the start; the configuration tells them.
type Abilities struct {
	Version     string   // of Shoal
	Resolutions []int    // of renditions
	MaxChunk    int64    // bytes of one request of an upload, 0 for any
	Extensions  []string // of files that can be uploaded, with their dots; nil for the usual ones
	Tracker     bool
}

var extensions = []string{
	".webm", ".ogv", ".ogg", ".mp4", ".mkv", ".mov", ".qt", ".mqv", ".m4v", ".flv", ".f4v", ".wmv", ".avi", ".3gp", ".3gpp",
	".3g2", ".3gpp2", ".nut", ".mts", ".m2ts", ".mpv", ".m2v", ".m1v", ".mpg", ".mpe", ".mpeg", ".vob", ".mxf", ".ts",
	".mp3", ".wma", ".wav", ".flac", ".aac", ".m4a", ".ac3", ".opus",
}

func (s *Server) configRoutes(r chi.Router) {
	r.Get("/ping", s.do(ping))
	r.Get("/config", s.do(s.showConfig))
	r.Get("/config/about", s.do(s.showAbout))
	r.Get("/server/stats", s.do(s.showStats))
}

func ping(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte("pong")) // the reader may be gone
	return nil
}

func (s *Server) showConfig(w http.ResponseWriter, r *http.Request) error {
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	return answer(w, configuration(settings, s.Can))
}

// configuration says what is there and what is not: a part that Shoal does not have yet is off.
func configuration(s *instance.Settings, can Abilities) api.Config {
	c := api.Config{Version: compatible, Software: api.Software{Name: "shoal", Version: can.Version}}
	fillInstance(&c, s)
	fillDefaults(&c, s)
	fillFiles(&c, can)
	c.Client.NewFeaturesInfo = false
	c.Client.Videos.ResumableUpload.MaxChunkSize = can.MaxChunk
	c.Client.BrowseVideos.DefaultSort, c.Client.BrowseVideos.DefaultScope = "-publishedAt", "local"
	c.Plugin = api.ConfigPlugin{Registered: []api.Plugin{}, RegisteredExternalAuths: []api.Plugin{}, RegisteredIDAndPassAuth: []api.Plugin{}}
	c.Theme = api.ConfigTheme{Registered: []api.Plugin{}, Default: "default", Customization: map[string]string{}}
	c.Transcoding = api.ConfigEncoding{
		HLS: api.Switch{Enabled: true}, EnabledResolutions: can.Resolutions, Profile: "default", AvailableProfiles: []string{"default"},
	}
	c.Live.MaxDuration = -1
	c.Live.Transcoding.EnabledResolutions, c.Live.Transcoding.AvailableProfiles = []int{}, []string{"default"}
	c.Live.Transcoding.Profile = "default"
	c.Tracker.Enabled = can.Tracker && s.Peering.Enabled
	c.Storyboards.Enabled = true
	c.NSFWFlagsSettings.Enabled = true
	c.WebRTC.StunServers = s.Peering.STUN
	c.Trending.Videos.IntervalDays = 7
	c.Trending.Videos.Algorithms.Enabled = []string{"hot", "most-viewed", "most-liked"}
	c.Trending.Videos.Algorithms.Default = "most-viewed"
	c.BroadcastMessage.Level = "info"
	c.OpenTelemetry.Metrics.Interval = 15000
	c.Views.Videos.Remote.MaxAge, c.Views.Videos.Local.MaxAge = -1, -1
	c.Views.Videos.WatchingInterval.Anonymous, c.Views.Videos.WatchingInterval.Users = 5000, 5000
	c.FieldsConstraints.Users.Password.Min, c.FieldsConstraints.Users.Password.Max = account.MinPassword, account.MaxPassword
	return c
}

func fillInstance(c *api.Config, s *instance.Settings) {
	c.Instance = api.ConfigInstance{
		Name: s.Name, ShortDescription: s.ShortDescription, IsNSFW: s.Sensitive, NSFWPolicy: s.SensitivePolicy,
		ClientRoute: "/videos/browse", Language: s.Language, Avatars: []api.Image{}, Banners: []api.Image{}, Logo: []api.Image{},
	}
	c.SignUp = api.ConfigSignUp{Allowed: s.SignUp.Open, AllowedForCurrentIP: s.SignUp.Open, MinimumAge: s.SignUp.MinimumAge}
	c.User.Quota, c.User.QuotaDaily = s.SignUp.Quota, s.SignUp.QuotaDaily
	c.VideoChannels.MaxPerUser = s.MaxChannels
}

func fillDefaults(c *api.Config, s *instance.Settings) {
	p := &c.Defaults.Publish
	p.DownloadEnabled, p.CommentsPolicy, p.Privacy, p.Licence = s.Publish.Download, s.Publish.Comments, s.Publish.Privacy, s.Publish.Licence
	p.CommentsEnabled = s.Publish.Comments != 2
	c.Defaults.P2P.Webapp.Enabled, c.Defaults.P2P.Embed.Enabled = s.P2P.Pages, s.P2P.Embeds
	c.Defaults.Player.Theme, c.Defaults.Player.AutoPlay = "galaxy", true
}

func fillFiles(c *api.Config, can Abilities) {
	pictures := []string{".png", ".jpeg", ".jpg", ".webp"}
	for _, f := range []*api.Files{&c.Avatar.File, &c.Banner.File, &c.Video.Image} {
		f.Size.Max, f.Extensions = 4<<20, pictures
	}
	c.Video.File.Extensions = can.Extensions
	c.VideoCaption.File.Size.Max, c.VideoCaption.File.Extensions = 20<<20, []string{".vtt", ".srt"}
}

func (s *Server) showAbout(w http.ResponseWriter, r *http.Request) error {
	i, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	return answer(w, api.About{Instance: api.AboutInstance{
		Name: i.Name, ShortDescription: i.ShortDescription, Description: i.Description, Terms: i.Terms,
		CodeOfConduct: i.CodeOfConduct, HardwareInformation: i.Hardware, CreationReason: i.Reason,
		ModerationInformation: i.Moderation, Administrator: i.People, MaintenanceLifetime: i.Lifetime, BusinessModel: i.Money,
		Languages: i.Languages, Categories: i.Categories, Avatars: []api.Image{}, Banners: []api.Image{},
	}})
}
