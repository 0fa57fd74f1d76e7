package receive

import (
	"github.com/google/uuid"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/remote"
	"shoal/server/video"
	"shoal/shared/api"
)

// Limits of videos of elsewhere, in characters or numbers of things.
const (
	longestTitle   = 120
	longestText    = 10_000
	longestSupport = 1000
	longestSummary = 250
	mostTags       = 5
	mostFiles      = 30
	mostImages     = 10
	mostCaptions   = 100
	mostTrackers   = 10
	longestFilm    = 30 * 24 * 3600 // seconds
)

func refuse(what string) error {
	return fail.New(fail.Unprocessable, "The video of the other server %s.", what)
}

// convert cuts a video to what rows take. What is wrong with a part costs the part; without name, UUID, length or date there is
// no video.
func convert(v activity.Video, own string) (r video.Remote, err error) {
	id, err := uuid.Parse(v.UUID)
	switch {
	case err != nil || len(v.UUID) != 36:
		return r, refuse("has no UUID")
	case remote.Host(v.ID) == "" || remote.Host(v.ID) == own:
		return r, refuse("has no address")
	case v.Type != "Video":
		return r, errKind
	case len([]rune(remote.Line(v.Name, longestTitle))) < 3:
		return r, refuse("has no name")
	case v.Published.IsZero():
		return r, refuse("has no date")
	case v.Duration < 0 || v.Duration > longestFilm:
		return r, refuse("has no length that makes sense")
	}
	r = video.Remote{
		UUID: id, URL: string(v.ID), Page: sameHost(v.ID, pageOf(v)), Name: remote.Line(v.Name, longestTitle),
		Support: textOf(v.Support, longestSupport), NSFW: v.Sensitive, NSFWSummary: textOf(v.Summary, longestSummary), Tags: []string{},
		State: stateOf(v), WaitTranscoding: v.WaitTranscoding, Duration: float64(v.Duration), Views: int64(max(v.Views, 0)),
		Downloads: int64(max(or(v.Downloads, 0), 0)), CommentsPolicy: policyOf(v), DownloadEnabled: v.DownloadEnabled == nil || *v.DownloadEnabled,
		EmbedPolicy: 1, Privacy: api.Unlisted, PublishedAt: past(v.Published), UpdatedAt: past(v.Updated), Trackers: []string{},
		LikesURL: sameHost(v.ID, v.Likes), DislikesURL: sameHost(v.ID, v.Dislikes), SharesURL: sameHost(v.ID, v.Shares), ChaptersURL: sameHost(v.ID, v.HasParts),
	}
	r.CommentsURL = sameHost(v.ID, v.Comments)
	if r.CommentsURL == "" {
		r.CommentsURL = sameHost(v.ID, v.Replies)
	}
	if v.To.Public() {
		r.Privacy = api.Public
	}
	if v.Updated.IsZero() {
		r.UpdatedAt = r.PublishedAt
	}
	if o := v.OriginallyPublishedAt; !o.IsZero() && o.Year() > 0 {
		r.OriginallyPublishedAt = &o.Time
	}
	if t := textOf(v.Content, longestText); t != nil {
		if v.MediaType == "text/html" {
			*t = plainOf(*t)
		}
		r.Description = t
	}
	chosen(v, &r)
	files(v, &r)
	pictures(v, &r)
	captions(v, &r)
	return r, nil
}

func or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

// sameHost is an address if it is of the same server, else nothing.
func sameHost(of, id activity.ID) string {
	if !activity.SameOrigin(of, id) {
		return ""
	}
	return string(id)
}

func pageOf(v activity.Video) activity.ID {
	for _, l := range v.URL {
		if l.MediaType == "text/html" {
			return l.Href
		}
	}
	return v.ID
}
