// Package objects makes our rows into objects of the fediverse: videos, actors, notes, playlists, and what happens to them.
//
// Whatever must not be seen outside is fail.NotFound here, whoever asks: there is no other way out of the house.
package objects

import (
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"strings"

	"github.com/jackc/pgx/v5"

	"shoal/server/activity"
	"shoal/server/fail"
	"shoal/server/instance"
)

// Site is our platform, as objects name it.
type Site struct {
	URL      string             // our public address, without a closing slash
	Instance *instance.Instance // what the platform says of itself; nil for nothing
	Unlisted bool               // unlisted videos and playlists are told of, too
}

func absent() error { return fail.New(fail.NotFound, "There is nothing here for other servers.") }

// found turns the absence of a row into a plain refusal.
func found(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return absent()
	}
	return err
}

// ContextOf is the context that documents of a type are written with.
func ContextOf(t activity.Type) json.RawMessage {
	switch t {
	case "Video":
		return activity.ContextVideo
	case "Person", "Group", "Application", "Service", "Organization":
		return activity.ContextActor
	case "Note":
		return activity.ContextComment
	case "Playlist", "PlaylistElement":
		return activity.ContextPlaylist
	case "ApproveReply", "RejectReply":
		return activity.ContextApproval
	case "CacheFile":
		return activity.ContextCacheFile
	case "WatchAction":
		return activity.ContextWatchAction
	case "View", "Download":
		return activity.ContextView
	case "PlayerSettings":
		return activity.ContextSettings
	case "Flag":
		return activity.ContextFlag
	}
	return activity.ContextBase
}

// audience is who is addressed: everybody and the followers of an actor, or for what is not listed nobody.
func audience(public bool, actor activity.ID) (to, cc activity.IDs) {
	if !public {
		return activity.IDs{}, activity.IDs{}
	}
	return activity.IDs{activity.Public}, activity.IDs{FollowersID(actor)}
}

// pictureTypes are the types of pictures by the endings of their files.
var pictureTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif", ".gif": "image/gif",
}

func pictureType(name string) string { return pictureTypes[strings.ToLower(path.Ext(name))] }

// host is that of an address.
func host(of string) string {
	u, err := url.Parse(of)
	if err != nil {
		return ""
	}
	return u.Host
}

// missing lets pass what was taken away while a list was made.
func missing(err error) error {
	if fail.Is(err, fail.NotFound) {
		return nil
	}
	return err
}
