package video

import (
	"strings"
	"unicode/utf8"

	"shoal/server/fail"
	"shoal/shared/api"
)

// Limits of what people write about a video, in characters; they are PeerTube's, so that other instances take our videos.
const (
	shortestName       = 3
	longestName        = 120
	longestDescription = 10_000
	longestSupport     = 1000
	longestSummary     = 250
	shortestTag        = 2
	longestTag         = 30
	mostTags           = 5
	mostPasswords      = 10
	longestPassword    = 100
	lastCategory       = 18
	lastLicence        = 9
	allFlags           = 7
)

// Check says what is wrong with what a person wrote about a video.
func Check(u api.VideoUpdate) error {
	for _, c := range []struct {
		field    string
		value    *string
		min, max int
	}{
		{"name", u.Name, shortestName, longestName},
		{"description", u.Description, 0, longestDescription},
		{"support", u.Support, 0, longestSupport},
		{"nsfwSummary", u.NSFWSummary, 0, longestSummary},
		{"language", u.Language, 0, 10},
	} {
		if c.value != nil && !fits(*c.value, c.min, c.max) {
			return fail.Field(c.field, "%s has %d to %d characters.", c.field, c.min, c.max)
		}
	}
	for _, c := range []struct {
		field    string
		value    *int
		min, max int
	}{
		{"category", u.Category, 0, lastCategory},
		{"licence", u.Licence, 0, lastLicence},
		{"privacy", u.Privacy, api.Public, api.PasswordProtected},
		{"nsfwFlags", u.NSFWFlags, 0, allFlags},
		{"commentsPolicy", u.CommentsPolicy, 1, 3},
	} {
		if c.value != nil && (*c.value < c.min || *c.value > c.max) {
			return fail.Field(c.field, "%s is a number from %d to %d.", c.field, c.min, c.max)
		}
	}
	if err := checkSchedule(u.ScheduleUpdate); err != nil {
		return err
	}
	return checkLists(u)
}

func checkLists(u api.VideoUpdate) error {
	if len(u.Tags) > mostTags {
		return fail.Field("tags", "A video has at most %d tags.", mostTags)
	}
	for _, t := range u.Tags {
		if !fits(t, shortestTag, longestTag) {
			return fail.Field("tags", "A tag has %d to %d characters.", shortestTag, longestTag)
		}
	}
	if len(u.VideoPasswords) > mostPasswords {
		return fail.Field("videoPasswords", "A video has at most %d passwords.", mostPasswords)
	}
	for _, p := range u.VideoPasswords {
		if !fits(p, 2, longestPassword) {
			return fail.Field("videoPasswords", "A password has 2 to %d characters.", longestPassword)
		}
	}
	if u.Language != nil && strings.Trim(*u.Language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return fail.Field("language", "language is a tag such as en or pt-BR.")
	}
	return nil
}

// fits also refuses what PostgreSQL cannot keep.
func fits(s string, shortest, longest int) bool {
	n := utf8.RuneCountInString(s)
	return n >= shortest && n <= longest && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}

// DraftOf turns what a person wrote into a draft, without the file.
func DraftOf(u api.VideoUpdate) Draft {
	return Draft{
		ChannelID: or(u.ChannelID), Name: or(u.Name), Privacy: or(u.Privacy), Description: text(u.Description), Support: text(u.Support),
		Category: choice(u.Category), Licence: choice(u.Licence), Language: text(u.Language), NSFW: or(u.NSFW), NSFWFlags: or(u.NSFWFlags),
		NSFWSummary: text(u.NSFWSummary), Tags: unique(u.Tags), CommentsPolicy: or(policy(u)), DownloadEnabled: u.DownloadEnabled, P2P: u.P2PEnabled,
		WaitTranscoding: u.WaitTranscoding, OriginallyPublishedAt: u.OriginallyPublishedAt, Passwords: u.VideoPasswords, Schedule: u.ScheduleUpdate,
	}
}

func or[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

// text turns an empty text into none.
func text(p *string) *string {
	if p == nil || *p == "" {
		return nil
	}
	return p
}

// choice turns 0 into none.
func choice(p *int) *int {
	if p == nil || *p == 0 {
		return nil
	}
	return p
}

// policy reads the comments policy, or the older switch that says yes or no.
func policy(u api.VideoUpdate) *int {
	if u.CommentsPolicy != nil || u.CommentsEnabled == nil {
		return u.CommentsPolicy
	}
	p := 2
	if *u.CommentsEnabled {
		p = 1
	}
	return &p
}

// unique keeps the first of each tag, whatever its case.
func unique(tags []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range tags {
		if k := strings.ToLower(t); !seen[k] {
			seen[k] = true
			out = append(out, t)
		}
	}
	return out
}
