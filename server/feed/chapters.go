package feed

import (
	"context"
	"encoding/json"
	"net/http"
	"path"

	"shoal/server/fail"
	"shoal/server/video"
	"shoal/shared/api"
)

const (
	chaptersPath = "/feeds/podcast/chapters.json"
	chaptersType = "application/json+chapters" // as the podcast namespace names its JSON chapters, version 1.2.0
)

// chapters tells podcast programs where the chapters of an episode are.
type chapters struct {
	URL  string `xml:"url,attr"`
	Type string `xml:"type,attr"`
}

// chaptersOf is the address of a video's chapters, empty when it has none.
func (f *Feeds) chaptersOf(ctx context.Context, v *watchable) (string, error) {
	list, err := video.Chapters(ctx, f.Pool, v.ID)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return f.Site + chaptersPath + "?videoId=" + path.Base(v.Embed), nil
}

// chapter is one in the words of podcast programs.
type chapter struct {
	Start int    `json:"startTime"` // seconds
	Title string `json:"title"`
}

// chapters lists those of a public video.
func (f *Feeds) chapters(ctx context.Context, r *http.Request) (string, []byte, error) {
	ref, err := video.ParseRef(r.URL.Query().Get("videoId"))
	if err != nil {
		return "", nil, err
	}
	a, err := video.AccessOf(ctx, f.Pool, ref)
	if err == nil && (a.Privacy != api.Public || a.Closed()) {
		err = fail.New(fail.NotFound, "There is no such video.")
	}
	if err != nil {
		return "", nil, err
	}
	list, err := video.Chapters(ctx, f.Pool, a.ID)
	if err != nil {
		return "", nil, err
	}
	out := struct {
		Version  string    `json:"version"`
		Chapters []chapter `json:"chapters"`
	}{"1.2.0", []chapter{}}
	for _, c := range list {
		out.Chapters = append(out.Chapters, chapter{c.Timecode, c.Title})
	}
	body, err := json.Marshal(out)
	return chaptersType, body, err
}
