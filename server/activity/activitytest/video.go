package activitytest

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Object is a document as its readers see it.
type Object = map[string]any

var (
	durations = regexp.MustCompile(`^PT[0-9].*S$`)
	uuids     = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// List is a value that must be a list, or nil.
func List(v any) []any { l, _ := v.([]any); return l }

// Text is a value that must be a string, or "".
func Text(v any) string { s, _ := v.(string); return s }

func whole(v any) bool { f, ok := v.(float64); return ok && f >= 0 && f == float64(int64(f)) }

func date(v any) bool { _, err := time.Parse(time.RFC3339, Text(v)); return err == nil }

func lettersOf(v any) int { return utf8.RuneCountInString(Text(v)) }

// reasons collects what is wrong.
type reasons []string

func (r *reasons) no(bad bool, why string) {
	if bad {
		*r = append(*r, why)
	}
}

// Refusals are PeerTube's reasons not to take a Video, as its answers to variants of one show.
func Refusals(v Object) []string {
	var r reasons
	r.no(Text(v["type"]) != "Video", "type")
	n := lettersOf(v["name"])
	r.no(n < 3 || n > 120, "name")
	r.no(!durations.MatchString(Text(v["duration"])), "duration")
	r.no(!uuids.MatchString(Text(v["uuid"])), "uuid")
	r.no(!whole(v["views"]), "views")
	r.no(!date(v["published"]), "published")
	r.no(!date(v["updated"]), "updated")
	if c, said := v["content"]; said && c != nil {
		n := lettersOf(c)
		r.no(n < 3 || n > 10000, "content")
		r.no(v["mediaType"] != "text/markdown" && v["mediaType"] != "text/html", "mediaType")
	}
	r.no(!icons(v), "icon")
	r.no(!channel(v), "attributedTo")
	_, isList := v["url"].([]any)
	r.no(!isList, "url")
	for _, u := range List(v["url"]) {
		l, _ := u.(Object)
		if Text(l["mediaType"]) == "application/x-mpegURL" {
			r.no(!stream(List(l["tag"])), "HLS")
		}
	}
	return r
}

func icons(v Object) bool {
	for _, i := range List(v["icon"]) {
		i, _ := i.(Object)
		if Text(i["type"]) == "Image" && Text(i["mediaType"]) == "image/jpeg" && whole(i["width"]) && whole(i["height"]) && Text(i["url"]) != "" {
			return true
		}
	}
	return false
}

// channel looks for a Group of the video's own host; ids alone are dereferenced, which proves their type.
func channel(v Object) bool {
	for _, o := range List(v["attributedTo"]) {
		id, kind := Text(o), "Group"
		if o, ok := o.(Object); ok {
			id, kind = Text(o["id"]), Text(o["type"])
		}
		if kind == "Group" && hostOf(id) == hostOf(v["id"]) {
			return true
		}
	}
	return false
}

func hostOf(v any) string {
	u, err := url.Parse(Text(v))
	if err != nil {
		return ""
	}
	return u.Host
}

func stream(tags []any) bool {
	sha, magnets, files := false, 0, 0
	for _, t := range tags {
		t, _ := t.(Object)
		sha = sha || Text(t["name"]) == "sha256"
		if strings.HasPrefix(Text(t["mediaType"]), "application/x-bittorrent;") {
			magnets++
		}
		if Text(t["mediaType"]) == "video/mp4" {
			files++
		}
	}
	return sha && magnets >= files
}

// film adds to PeerTube's reasons what Mastodon, GoToSocial and Lemmy want of a Video.
func film(r *reasons, v Object) {
	*r = append(*r, Refusals(v)...)
	lists(r, v, "attributedTo", "url", "tag", "icon", "subtitleLanguage", "to", "cc")
	if _, has := v["preview"]; has {
		lists(r, v, "preview")
	}
	r.no(!regexp.MustCompile(`^PT[0-9]+S$`).MatchString(Text(v["duration"])), "duration is not of seconds alone: PeerTube strips all else")
	r.no(Text(v["updated"]) < Text(v["published"]), "updated before published: GoToSocial takes it for broken")
	if urls := List(v["url"]); len(urls) > 0 {
		first, _ := urls[0].(Object)
		r.no(first["mediaType"] != "text/html" || hostOf(first["href"]) != hostOf(v["id"]), "the first url is no page of its own: Mastodon")
	}
	group, person := "", ""
	for _, o := range List(v["attributedTo"]) {
		o, isObject := o.(Object)
		r.no(!isObject, "attributedTo has an address alone: Lemmy")
		switch o["type"] {
		case "Group":
			group = Text(o["id"])
		case "Person":
			person = Text(o["id"])
		}
	}
	r.no(hostOf(person) != hostOf(v["id"]), "the account is of another server")
	r.no(v["audience"] != nil && v["audience"] != group, "audience is not the channel: Lemmy")
	if list := List(v["attachment"]); len(list) > 0 {
		first, _ := list[0].(Object)
		r.no(first["type"] != "Link" || Text(first["href"]) == "", "the first attachment is no link: Lemmy")
	}
	for _, t := range List(v["tag"]) {
		t, _ := t.(Object)
		n := lettersOf(t["name"])
		r.no(t["type"] == "Hashtag" && (n < 2 || n > 30 || strings.HasPrefix(Text(t["name"]), "#")), "tag")
	}
}
