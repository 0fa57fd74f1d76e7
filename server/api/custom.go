package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"shoal/server/fail"
	"shoal/server/instance"
	"shoal/server/journal"
	"shoal/shared/api"
)

// customRoutes are what administrators change while the platform runs.
func (s *Server) customRoutes(r chi.Router) {
	r.Get("/config/custom", s.administrator(s.showCustom))
	r.Put("/config/custom", s.administrator(s.putCustom))
	r.Delete("/config/custom", s.administrator(s.dropCustom))
	r.Post("/config/instance-avatar/pick", s.administrator(s.pickOwn("avatar", "avatarfile")))
	r.Delete("/config/instance-avatar", s.administrator(s.unpickOwn("avatar")))
	r.Post("/config/instance-banner/pick", s.administrator(s.pickOwn("banner", "bannerfile")))
	r.Delete("/config/instance-banner", s.administrator(s.unpickOwn("banner")))
	r.Post("/config/instance-logo/{logoType}/pick", s.administrator(s.pickOwn("", "logofile")))
	r.Delete("/config/instance-logo/{logoType}", s.administrator(s.unpickOwn("")))
	r.Get("/custom-pages/homepage/instance", s.do(s.showHomepage))
	r.Put("/custom-pages/homepage/instance", s.administrator(s.putHomepage))
}

func (s *Server) showCustom(w http.ResponseWriter, r *http.Request) error {
	settings, err := s.Instance.Settings(r.Context())
	if err != nil {
		return err
	}
	return answer(w, s.custom(settings))
}

// putCustom changes what is given. The body is read before the settings are locked.
func (s *Server) putCustom(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return broken(err)
	}
	var now api.CustomConfig
	err = s.Instance.ChangeBy(r.Context(), s.Pool, func(tx pgx.Tx, settings *instance.Settings) error {
		in := s.custom(settings)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := read(w, r, &in); err != nil {
			return err
		}
		apply(in, settings)
		if err := s.possible(settings); err != nil {
			return err
		}
		now = s.custom(settings)
		return journal.Note(r.Context(), tx, viewer(r).Name, "config", "update", nil)
	})
	if err != nil {
		return err
	}
	return answer(w, now)
}

// possible refuses settings that need letters where none can be sent.
func (s *Server) possible(i *instance.Settings) error {
	if s.People.Post.Enabled() {
		return nil
	}
	switch {
	case i.SignUp.Open && i.SignUp.Verify:
		return fail.Field("signup.requiresEmailVerification", "This needs a mail server, which is set in the configuration file.")
	case i.Contact:
		return fail.Field("contactForm.enabled", "This needs a mail server, which is set in the configuration file.")
	}
	return nil
}

// dropCustom puts everything back to what a platform starts with, but for how its viewers share.
func (s *Server) dropCustom(w http.ResponseWriter, r *http.Request) error {
	var now api.CustomConfig
	err := s.Instance.ChangeBy(r.Context(), s.Pool, func(tx pgx.Tx, settings *instance.Settings) error {
		peering := settings.Peering
		*settings = *instance.Default()
		settings.Peering = peering
		now = s.custom(settings)
		return journal.Note(r.Context(), tx, viewer(r).Name, "config", "delete", nil)
	})
	if err != nil {
		return err
	}
	return answer(w, now)
}

// kind is the picture that an address speaks of: of its own, or by the name in it.
func logo(r *http.Request, kind string) string {
	if kind == "" {
		return chi.URLParam(r, "logoType")
	}
	return kind
}

func (s *Server) pickOwn(kind, field string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := instance.CheckKind(logo(r, kind)); err != nil {
			return err
		}
		file, err := readPicture(w, r, field)
		if err != nil {
			return err
		}
		return done(w, instance.Pick(r.Context(), s.Pool, s.Store, logo(r, kind), file))
	}
}

func (s *Server) unpickOwn(kind string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return done(w, instance.Unpick(r.Context(), s.Pool, logo(r, kind)))
	}
}

func (s *Server) showHomepage(w http.ResponseWriter, r *http.Request) error {
	text, err := instance.Homepage(r.Context(), s.Pool)
	if err != nil {
		return err
	}
	if text == "" {
		return fail.New(fail.NotFound, "Instance homepage could not be found")
	}
	return answer(w, api.Homepage{Content: text})
}

func (s *Server) putHomepage(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Content *string `json:"content"`
	}
	if err := read(w, r, &in); err != nil {
		return err
	}
	if in.Content == nil {
		return fail.Field("content", "A page is needed; an empty one takes it away.")
	}
	return done(w, s.audited(r, "custom-pages", "update", nil, func(ctx context.Context, tx pgx.Tx) error {
		return instance.SetHomepage(ctx, tx, *in.Content)
	}))
}

// custom is the settings as apps of administrators know them.
func (s *Server) custom(i *instance.Settings) (c api.CustomConfig) {
	customWords(&c.Instance, i)
	c.Theme = api.CustomTheme{Default: i.Theme.Default, Customization: map[string]string{}}
	for _, name := range api.ThemeColours {
		c.Theme.Customization[name] = i.Theme.Colours[name]
	}
	c.Services.Twitter.Username = i.Twitter
	c.Client.Header.HideInstanceName = i.Lists.HideName
	c.Client.Videos.Miniature.PreferAuthorDisplayName = i.Lists.AuthorName
	c.Client.BrowseVideos.DefaultSort, c.Client.BrowseVideos.DefaultScope = i.Lists.Sort, i.Lists.Scope
	c.SignUp = api.CustomSignUp{
		Enabled: i.SignUp.Open, Limit: i.SignUp.Limit, RequiresApproval: i.SignUp.Approval, RequiresEmailVerification: i.SignUp.Verify,
		MinimumAge: i.SignUp.MinimumAge,
	}
	c.Admin.Email, c.ContactForm.Enabled = i.AdminEmail, i.Contact
	c.Email.Body.Signature, c.Email.Subject.Prefix = i.Mail.Signature, i.Mail.Prefix
	c.User = api.CustomUser{Quota: i.SignUp.Quota, QuotaDaily: i.SignUp.QuotaDaily, ChannelName: i.SignUp.ChannelName}
	c.User.History.Videos.Enabled = i.SignUp.History
	c.VideoChannels.MaxPerUser = i.MaxChannels
	c.Trending.Videos.Algorithms.Enabled, c.Trending.Videos.Algorithms.Default = i.Lists.Trending, i.Lists.TrendBy
	c.AutoBlacklist.Videos.OfUsers.Enabled = i.ReviewVideos
	c.Broadcast = api.ConfigBroadcast{
		Enabled: i.Broadcast.On, Message: i.Broadcast.Message, Level: i.Broadcast.Level, Dismissable: i.Broadcast.Dismissable,
	}
	d := &c.Defaults
	d.Publish.DownloadEnabled, d.Publish.CommentsPolicy = i.Publish.Download, i.Publish.Comments
	d.Publish.Privacy, d.Publish.Licence = i.Publish.Privacy, i.Publish.Licence
	d.P2P.Webapp.Enabled, d.P2P.Embed.Enabled = i.P2P.Pages, i.P2P.Embeds
	d.Player.Theme, d.Player.AutoPlay = i.Player.Theme, i.Player.Autoplay
	s.customFixed(&c)
	return c
}

func customWords(c *api.CustomInstance, i *instance.Settings) {
	*c = api.CustomInstance{
		Name: i.Name, ShortDescription: i.ShortDescription, Description: i.Description, Terms: i.Terms, CodeOfConduct: i.CodeOfConduct,
		CreationReason: i.Reason, ModerationInformation: i.Moderation, Administrator: i.People, MaintenanceLifetime: i.Lifetime,
		BusinessModel: i.Money, HardwareInformation: i.Hardware, DefaultLanguage: i.Language, Languages: i.Languages,
		Categories: i.Categories, IsNSFW: i.Sensitive, NSFWPolicy: i.SensitivePolicy, Country: i.Country, ClientRoute: i.Front,
	}
	c.Support.Text = i.Support
	c.Social.External, c.Social.Mastodon, c.Social.Bluesky, c.Social.X = i.Social.External, i.Social.Mastodon, i.Social.Bluesky, i.Social.X
	c.Customizations.CSS, c.Customizations.JavaScript = i.CSS, i.JavaScript
}

// customFixed adds what the operator decides before the start, and what is not built.
func (s *Server) customFixed(c *api.CustomConfig) {
	t := &c.Transcoding
	t.Enabled, t.HLS.Enabled, t.AllowAudioFiles, t.AllowAdditionalExtensions = true, true, true, true
	t.Profile, t.Resolutions, t.Concurrency = "default", resolutions(s.Can.Resolutions), max(1, s.Can.Workers)
	t.OriginalFile.Keep, t.FPS.Max, t.Threads = s.Can.KeepOriginal, s.Can.MaxFPS, s.Can.Threads
	t.HLS.SplitAudioAndVideo = s.Can.SplitAudio
	c.Live.Transcoding.Resolutions, c.Live.Transcoding.Profile = resolutions(nil), "default"
	c.Live.MaxDuration = -1
	c.Storyboards.Enabled = true
}

func resolutions(on []int) map[string]bool {
	out := map[string]bool{}
	for _, r := range []int{0, 144, 240, 360, 480, 720, 1080, 1440, 2160} {
		out[strconv.Itoa(r)+"p"] = false
	}
	for _, r := range on {
		out[strconv.Itoa(r)+"p"] = true
	}
	return out
}

// apply puts what an administrator sent into the settings.
func apply(c api.CustomConfig, i *instance.Settings) {
	n := c.Instance
	i.Name, i.ShortDescription, i.Description, i.Terms, i.CodeOfConduct = n.Name, n.ShortDescription, n.Description, n.Terms, n.CodeOfConduct
	i.Reason, i.Moderation, i.People, i.Lifetime, i.Money = n.CreationReason, n.ModerationInformation, n.Administrator, n.MaintenanceLifetime, n.BusinessModel
	i.Hardware, i.Language, i.Languages, i.Categories = n.HardwareInformation, n.DefaultLanguage, some(n.Languages), some(n.Categories)
	i.Sensitive, i.SensitivePolicy, i.Country, i.Front = n.IsNSFW, n.NSFWPolicy, n.Country, n.ClientRoute
	i.Support, i.CSS, i.JavaScript = n.Support.Text, n.Customizations.CSS, n.Customizations.JavaScript
	i.Social = instance.Social{External: n.Social.External, Mastodon: n.Social.Mastodon, Bluesky: n.Social.Bluesky, X: n.Social.X}
	i.Theme = instance.Theme{Default: c.Theme.Default, Colours: map[string]string{}}
	for name, colour := range c.Theme.Customization {
		if colour != "" {
			i.Theme.Colours[name] = colour
		}
	}
	i.Twitter = c.Services.Twitter.Username
	i.Lists = instance.Lists{
		HideName: c.Client.Header.HideInstanceName, AuthorName: c.Client.Videos.Miniature.PreferAuthorDisplayName,
		Sort: c.Client.BrowseVideos.DefaultSort, Scope: c.Client.BrowseVideos.DefaultScope,
		Trending: some(c.Trending.Videos.Algorithms.Enabled), TrendBy: c.Trending.Videos.Algorithms.Default,
	}
	i.SignUp = instance.SignUp{
		Open: c.SignUp.Enabled, Approval: c.SignUp.RequiresApproval, Verify: c.SignUp.RequiresEmailVerification, Limit: c.SignUp.Limit,
		MinimumAge: c.SignUp.MinimumAge, Quota: c.User.Quota, QuotaDaily: c.User.QuotaDaily, ChannelName: c.User.ChannelName,
		History: c.User.History.Videos.Enabled,
	}
	i.AdminEmail, i.Contact = c.Admin.Email, c.ContactForm.Enabled
	i.Mail = instance.Mail{Prefix: c.Email.Subject.Prefix, Signature: c.Email.Body.Signature}
	i.MaxChannels, i.ReviewVideos = c.VideoChannels.MaxPerUser, c.AutoBlacklist.Videos.OfUsers.Enabled
	i.Broadcast = instance.Broadcast{On: c.Broadcast.Enabled, Message: c.Broadcast.Message, Level: c.Broadcast.Level, Dismissable: c.Broadcast.Dismissable}
	d := c.Defaults
	i.Publish = instance.Publish{Download: d.Publish.DownloadEnabled, Comments: d.Publish.CommentsPolicy, Privacy: d.Publish.Privacy, Licence: d.Publish.Licence}
	i.P2P = instance.P2P{Pages: d.P2P.Webapp.Enabled, Embeds: d.P2P.Embed.Enabled}
	i.Player = instance.Player{Theme: d.Player.Theme, Autoplay: d.Player.AutoPlay}
}

// some is never nil, since lists are never null in answers.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
