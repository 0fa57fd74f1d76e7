package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"shoal/server/account"
	"shoal/server/instance"
	"shoal/server/joining"
	"shoal/server/picture"
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

	KeepOriginal, SplitAudio bool // of transcoding
	MaxFPS, Threads, Workers int
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
	c := configuration(settings, s.Can)
	if err := s.present(r, settings, &c); err != nil {
		return err
	}
	return answer(w, c)
}

// present adds what changes from day to day: pictures, the front page, whether there is room for the asking one.
func (s *Server) present(r *http.Request, settings *instance.Settings, c *api.Config) error {
	pictures, err := instance.ReadPictures(r.Context(), s.Pool)
	if err != nil {
		return err
	}
	page, err := instance.Homepage(r.Context(), s.Pool)
	if err != nil {
		return err
	}
	full, err := joining.Full(r.Context(), s.Pool, settings)
	if err != nil {
		return err
	}
	c.Instance.Avatars, c.Instance.Banners = pictures.Images("avatar", s.URL), pictures.Images("banner", s.URL)
	c.Instance.Logo = s.logos(pictures)
	c.Homepage.Enabled = page != ""
	c.Email.Enabled = s.People.Post.Enabled()
	c.ContactForm.Enabled = settings.Contact && c.Email.Enabled && settings.AdminEmail != ""
	c.SignUp.Allowed = settings.SignUp.Open && !full
	c.SignUp.AllowedForCurrentIP = c.SignUp.Allowed && s.People.Gate.Allows(origin(r))
	c.SignUp.RequiresEmailVerification = settings.SignUp.Verify && c.Email.Enabled
	return nil
}

// logos are all of them, the largest of each kind first.
func (s *Server) logos(p instance.Pictures) []api.Logo {
	out := []api.Logo{}
	for _, kind := range instance.LogoKinds {
		images := p.Images(kind, s.URL)
		for i := len(images) - 1; i >= 0; i-- {
			out = append(out, api.Logo{Image: images[i], Type: kind})
		}
	}
	return out
}

// configuration says what is there and what is not: a part that Shoal does not have yet is off.
func configuration(s *instance.Settings, can Abilities) api.Config {
	c := api.Config{Version: compatible, Software: api.Software{Name: "shoal", Version: can.Version}}
	fillInstance(&c, s)
	fillDefaults(&c, s)
	fillFiles(&c, can)
	c.Client.NewFeaturesInfo = false
	c.Client.Videos.ResumableUpload.MaxChunkSize = can.MaxChunk
	c.Client.Header.HideInstanceName, c.Client.Videos.Miniature.DisplayName = s.Lists.HideName, s.Lists.AuthorName
	c.Client.BrowseVideos.DefaultSort, c.Client.BrowseVideos.DefaultScope = s.Lists.Sort, s.Lists.Scope
	c.Plugin = api.ConfigPlugin{Registered: []api.Plugin{}, RegisteredExternalAuths: []api.Plugin{}, RegisteredIDAndPassAuth: []api.Plugin{}}
	c.Theme = api.ConfigTheme{Registered: []api.Plugin{}, Default: s.Theme.Default, Customization: s.Theme.Colours}
	c.Theme.BuiltIn = some(c.Theme.BuiltIn) // none
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
	c.Trending.Videos.Algorithms.Enabled, c.Trending.Videos.Algorithms.Default = s.Lists.Trending, s.Lists.TrendBy
	c.BroadcastMessage = api.ConfigBroadcast{
		Enabled: s.Broadcast.On, Message: s.Broadcast.Message, Level: s.Broadcast.Level, Dismissable: s.Broadcast.Dismissable,
	}
	c.Webadmin.Configuration.Edition.Allowed = true
	c.AutoBlacklist.Videos.OfUsers.Enabled = s.ReviewVideos
	c.OpenTelemetry.Metrics.Interval = 15000
	c.Views.Videos.Remote.MaxAge, c.Views.Videos.Local.MaxAge = -1, -1
	c.Views.Videos.WatchingInterval.Anonymous, c.Views.Videos.WatchingInterval.Users = 5000, 5000
	c.FieldsConstraints.Users.Password.Min, c.FieldsConstraints.Users.Password.Max = account.MinPassword, account.MaxPassword
	return c
}

func fillInstance(c *api.Config, s *instance.Settings) {
	c.Instance = api.ConfigInstance{
		Name: s.Name, ShortDescription: s.ShortDescription, IsNSFW: s.Sensitive, NSFWPolicy: s.SensitivePolicy,
		ClientRoute: s.Front, Language: s.Language, Country: s.Country,
	}
	c.Instance.Support.Text = s.Support
	c.Instance.Social.Bluesky, c.Instance.Social.Mastodon = s.Social.Bluesky, s.Social.Mastodon
	c.Instance.Social.X, c.Instance.Social.External = s.Social.X, s.Social.External
	c.Instance.Customizations.CSS, c.Instance.Customizations.JavaScript = s.CSS, s.JavaScript
	c.SignUp = api.ConfigSignUp{MinimumAge: s.SignUp.MinimumAge, RequiresApproval: s.SignUp.Approval}
	c.User.Quota, c.User.QuotaDaily = s.SignUp.Quota, s.SignUp.QuotaDaily
	c.VideoChannels.MaxPerUser = s.MaxChannels
}

func fillDefaults(c *api.Config, s *instance.Settings) {
	p := &c.Defaults.Publish
	p.DownloadEnabled, p.CommentsPolicy, p.Privacy, p.Licence = s.Publish.Download, s.Publish.Comments, s.Publish.Privacy, s.Publish.Licence
	p.CommentsEnabled = s.Publish.Comments != 2
	c.Defaults.P2P.Webapp.Enabled, c.Defaults.P2P.Embed.Enabled = s.P2P.Pages, s.P2P.Embeds
	c.Defaults.Player.Theme, c.Defaults.Player.AutoPlay = s.Player.Theme, s.Player.Autoplay
}

func fillFiles(c *api.Config, can Abilities) {
	for _, f := range []*api.Files{&c.Avatar.File, &c.Banner.File, &c.Logo.File} {
		f.Size.Max, f.Extensions = picture.MaxBytes, picture.Extensions
	}
	c.Video.Image.Size.Max, c.Video.Image.Extensions = 4<<20, []string{".png", ".jpeg", ".jpg", ".webp"}
	c.Video.File.Extensions = can.Extensions
	c.VideoCaption.File.Size.Max, c.VideoCaption.File.Extensions = 20<<20, []string{".vtt", ".srt"}
}

func (s *Server) showAbout(w http.ResponseWriter, r *http.Request) error {
	i, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	pictures, err := instance.ReadPictures(r.Context(), s.Pool)
	if err != nil {
		return err
	}
	return answer(w, api.About{Instance: api.AboutInstance{
		Name: i.Name, ShortDescription: i.ShortDescription, Description: i.Description, Terms: i.Terms,
		CodeOfConduct: i.CodeOfConduct, HardwareInformation: i.Hardware, CreationReason: i.Reason,
		ModerationInformation: i.Moderation, Administrator: i.People, MaintenanceLifetime: i.Lifetime, BusinessModel: i.Money,
		Languages: i.Languages, Categories: i.Categories, Avatars: pictures.Images("avatar", s.URL), Banners: pictures.Images("banner", s.URL),
	}})
}
