package pages

import (
	"strconv"
	"strings"

	"shoal/shared/api"
)

// Changes reads the fields of the form that edits a video; what the form lacks stays as it is.
func Changes(field func(name string) (string, bool)) api.VideoUpdate {
	var u api.VideoUpdate
	words := func(name string, into **string) {
		if v, ok := field(name); ok {
			*into = &v
		}
	}
	number := func(name string, into **int) {
		if v, ok := field(name); ok {
			if n, err := strconv.Atoi(v); err == nil {
				*into = &n
			}
		}
	}
	words("name", &u.Name)
	words("description", &u.Description)
	words("support", &u.Support)
	words("language", &u.Language)
	number("category", &u.Category)
	number("licence", &u.Licence)
	number("privacy", &u.Privacy)
	number("commentsPolicy", &u.CommentsPolicy)
	if v, ok := field("channelId"); ok {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			u.ChannelID = &n
		}
	}
	if v, ok := field("tags"); ok {
		u.Tags = Tags(v)
	}
	if v, _ := field("videoPasswords"); v != "" { // left empty, those that are there stay
		u.VideoPasswords = []string{v}
	}
	if _, ok := field("boxes"); ok { // an empty box is not sent, so this says that the form has them
		box := func(name string, into **bool) {
			v, _ := field(name)
			on := v == "true"
			*into = &on
		}
		box("nsfw", &u.NSFW)
		box("downloadEnabled", &u.DownloadEnabled)
		box("p2pEnabled", &u.P2PEnabled)
	}
	return u
}

// Tags takes a line of tags apart at commas: five at most, each once, of 2 to 30 characters, as other platforms allow.
func Tags(line string) []string {
	tags := []string{}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(line, ",") {
		t := strings.Trim(strings.TrimSpace(part), "#")
		if n := len([]rune(t)); n < 2 || n > 30 || seen[strings.ToLower(t)] || len(tags) == 5 {
			continue
		}
		seen[strings.ToLower(t)] = true
		tags = append(tags, t)
	}
	return tags
}
