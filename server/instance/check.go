package instance

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"shoal/server/fail"
	"shoal/shared/api"
)

const (
	longText = 50_000 // characters
	longCode = 100_000
)

// Check refuses settings that pages or apps could not live with.
func (s *Settings) Check() error {
	for _, check := range []func() error{s.checkWords, s.checkChoices, s.checkNumbers, s.checkAddresses, s.Peering.check} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settings) checkWords() error {
	if n := utf8.RuneCountInString(s.Name); n < 1 || n > 120 {
		return fail.Field("name", "The name has 1 to 120 characters.")
	}
	for _, t := range []struct {
		field, text string
		most        int
	}{
		{"shortDescription", s.ShortDescription, 250},
		{"description", s.Description, longText},
		{"terms", s.Terms, longText},
		{"codeOfConduct", s.CodeOfConduct, longText},
		{"moderationInformation", s.Moderation, longText},
		{"creationReason", s.Reason, longText},
		{"administrator", s.People, longText},
		{"maintenanceLifetime", s.Lifetime, longText},
		{"businessModel", s.Money, longText},
		{"hardwareInformation", s.Hardware, longText},
		{"serverCountry", s.Country, 100},
		{"support.text", s.Support, longText},
		{"customizations.css", s.CSS, longCode},
		{"customizations.javascript", s.JavaScript, longCode},
		{"email.subject.prefix", s.Mail.Prefix, 100},
		{"email.body.signature", s.Mail.Signature, 1000},
		{"broadcastMessage.message", s.Broadcast.Message, 5000},
		{"user.defaultChannelName", s.SignUp.ChannelName, 100},
		{"services.twitter.username", s.Twitter, 100},
		{"theme.default", s.Theme.Default, 50},
	} {
		if utf8.RuneCountInString(t.text) > t.most {
			return fail.Field(t.field, "Has at most %d characters.", t.most)
		}
	}
	if strings.TrimSpace(s.SignUp.ChannelName) == "" {
		return fail.Field("user.defaultChannelName", "The first channel needs a name.")
	}
	return nil
}

var front = regexp.MustCompile(`^/[a-z0-9/_?=&-]{0,100}$`)

func (s *Settings) checkChoices() error {
	for _, c := range []struct {
		field, value string
		may          []string
	}{
		{"instance.defaultNSFWPolicy", s.SensitivePolicy, []string{"display", "warn", "blur", "do_not_list"}},
		{"broadcastMessage.level", s.Broadcast.Level, []string{"info", "warning", "error"}},
		{"client.browseVideos.defaultScope", s.Lists.Scope, []string{"local", "federated"}},
		{"defaults.player.theme", s.Player.Theme, []string{"galaxy", "lucide"}},
		{"trending.videos.algorithms.default", s.Lists.TrendBy, append([]string{""}, s.Lists.Trending...)},
	} {
		if !slices.Contains(c.may, c.value) {
			return fail.Field(c.field, "Should be one of %s.", strings.Join(c.may, ", "))
		}
	}
	for _, t := range s.Lists.Trending {
		if !slices.Contains([]string{"hot", "best", "most-viewed", "most-liked"}, t) {
			return fail.Field("trending.videos.algorithms.enabled", "Should be some of hot, best, most-viewed and most-liked.")
		}
	}
	if !slices.Contains(sorts, strings.TrimPrefix(s.Lists.Sort, "-")) {
		return fail.Field("client.browseVideos.defaultSort", "Videos cannot be sorted so.")
	}
	if !front.MatchString(s.Front) {
		return fail.Field("instance.defaultClientRoute", "Should be a path such as /videos/browse.")
	}
	return s.checkLists()
}

var sorts = []string{"publishedAt", "originallyPublishedAt", "createdAt", "name", "duration", "views", "likes", "comments", "trending", "hot", "best"}

var colour = regexp.MustCompile(`^[#a-zA-Z0-9(),.% /-]{0,60}$`)

func (s *Settings) checkLists() error {
	if len(s.Languages) > 300 || slices.ContainsFunc(s.Languages, func(l string) bool { return l == "" || len(l) > 35 }) {
		return fail.Field("instance.languages", "Should be a list of language codes.")
	}
	for _, c := range s.Categories {
		if _, known := api.Categories[c]; !known {
			return fail.Field("instance.categories", "There is no category %d.", c)
		}
	}
	if len(s.Language) > 35 || s.Language == "" {
		return fail.Field("instance.defaultLanguage", "Should be a language code.")
	}
	for name, c := range s.Theme.Colours {
		if !slices.Contains(api.ThemeColours, name) || !colour.MatchString(c) {
			return fail.Field("theme.customization", "%s is not a colour or a size of the pages.", name)
		}
	}
	return nil
}

func (s *Settings) checkNumbers() error {
	switch {
	case s.Publish.Privacy < api.Public || s.Publish.Privacy > api.Internal:
		return fail.Field("privacy", "New videos cannot start with this privacy.")
	case s.Publish.Comments < 1 || s.Publish.Comments > 3:
		return fail.Field("defaults.publish.commentsPolicy", "Should be 1, 2 or 3.")
	case s.MaxChannels < 1 || s.MaxChannels > 10_000:
		return fail.Field("maxChannels", "An account needs at least one channel.")
	case s.SignUp.Limit < -1:
		return fail.Field("signup.limit", "Should be a number of members, or -1 for no limit.")
	case s.SignUp.MinimumAge < 0 || s.SignUp.MinimumAge > 150:
		return fail.Field("signup.minimumAge", "Should be a number of years.")
	case s.SignUp.Quota < -1 || s.SignUp.QuotaDaily < -1:
		return fail.Field("user.videoQuota", "A quota is a number of bytes, or -1 for no limit.")
	}
	if s.Publish.Licence != nil {
		if _, known := api.Licences[*s.Publish.Licence]; !known {
			return fail.Field("defaults.publish.licence", "There is no such licence.")
		}
	}
	return nil
}

func (s *Settings) checkAddresses() error {
	if s.AdminEmail != "" {
		if a, err := mail.ParseAddress(s.AdminEmail); err != nil || a.Address != s.AdminEmail {
			return fail.Field("admin.email", "This is not an email address.")
		}
	}
	for field, link := range map[string]string{
		"externalLink": s.Social.External, "mastodonLink": s.Social.Mastodon, "blueskyLink": s.Social.Bluesky, "xLink": s.Social.X,
	} {
		u, err := url.Parse(link)
		if link != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(link) > 500) {
			return fail.Field("instance.social."+field, "Should be an address that starts with https://.")
		}
	}
	return nil
}
