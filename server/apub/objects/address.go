package objects

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shoal/server/activity"
	"shoal/server/keyring"
)

// Addresses are PeerTube's, down to the letter: other servers know things by them, and some guess one from another.

// InstanceID is the platform's own actor. site, here and below, is our public address without a closing slash.
func InstanceID(site string) activity.ID { return AccountID(site, keyring.Platform) }

// AccountID is an account of ours.
func AccountID(site, name string) activity.ID { return activity.ID(site + "/accounts/" + name) }

// ChannelID is a channel of ours.
func ChannelID(site, name string) activity.ID { return activity.ID(site + "/video-channels/" + name) }

// SharedInboxID is where one delivery serves all our actors.
func SharedInboxID(site string) activity.ID { return activity.ID(site + "/inbox") }

// VideoID is a video of ours.
func VideoID(site string, id uuid.UUID) activity.ID {
	return activity.ID(site + "/videos/watch/" + id.String())
}

// PlaylistID is a playlist of ours.
func PlaylistID(site string, id uuid.UUID) activity.ID {
	return activity.ID(site + "/video-playlists/" + id.String())
}

// ElementID is a place in a playlist, by the number of its row.
func ElementID(playlist activity.ID, id int64) activity.ID { return numbered(playlist+"/videos/", id) }

// CommentID is a comment of ours; below a video of elsewhere, too, video is our own address of it.
func CommentID(video activity.ID, id int64) activity.ID { return numbered(video+"/comments/", id) }

// KeyID is the RSA key of an actor; PeerTube takes what stands before # as the actor.
func KeyID(actor activity.ID) activity.ID { return actor + keyring.RSAFragment }

// MultikeyID is the Ed25519 key of an actor.
func MultikeyID(actor activity.ID) activity.ID { return actor + keyring.Ed25519Fragment }

// InboxID is where an actor of ours hears.
func InboxID(actor activity.ID) activity.ID { return actor + "/inbox" }

// OutboxID lists what an actor of ours said.
func OutboxID(actor activity.ID) activity.ID { return actor + "/outbox" }

// FollowersID lists who follows an actor of ours.
func FollowersID(actor activity.ID) activity.ID { return actor + "/followers" }

// FollowingID lists whom an actor of ours follows.
func FollowingID(actor activity.ID) activity.ID { return actor + "/following" }

// PlaylistsID lists the playlists of an actor of ours.
func PlaylistsID(actor activity.ID) activity.ID { return actor + "/playlists" }

// SynchronizationID lists the followers of an actor that are of the server which asks (FEP-8fcf).
func SynchronizationID(actor activity.ID) activity.ID { return actor + "/followers_synchronization" }

// LikesID lists the likes of a video.
func LikesID(video activity.ID) activity.ID { return video + "/likes" }

// DislikesID lists the dislikes of a video.
func DislikesID(video activity.ID) activity.ID { return video + "/dislikes" }

// SharesID lists the announces of a video.
func SharesID(video activity.ID) activity.ID { return video + "/announces" }

// CommentsID lists the comments below a video.
func CommentsID(video activity.ID) activity.ID { return video + "/comments" }

// ChaptersID lists the parts of a video.
func ChaptersID(video activity.ID) activity.ID { return video + "/chapters" }

// SettingsID is how the player shows a video, or those of a channel.
func SettingsID(of activity.ID) activity.ID { return of + "/player-settings" }

// CreateID is the activity that made an object known.
func CreateID(object activity.ID) activity.ID { return object + "/activity" }

// UpdateID is a change of an object. at must be another time for each activity sent, or receivers take it for the same again.
func UpdateID(object activity.ID, at time.Time) activity.ID { return object + "/updates/" + stamp(at) }

// DeleteID is the end of an object.
func DeleteID(object activity.ID) activity.ID { return object + "/delete" }

// TakenAwayID is an actor of ours taking away something of another server, whose names are not ours to give.
func TakenAwayID(actor, object activity.ID) activity.ID {
	sum := sha256.Sum256([]byte(object))
	return actor + "/deletes/" + activity.ID(hex.EncodeToString(sum[:8]))
}

// UndoID takes an activity back.
func UndoID(a activity.ID) activity.ID { return a + "/undo" }

// AnnounceID is an actor of ours, by the number of its row, sharing a video.
func AnnounceID(video activity.ID, actor int64) activity.ID {
	return numbered(SharesID(video)+"/", actor)
}

// LikeID is an account of ours liking a video, by the number of its row.
func LikeID(account activity.ID, video int64) activity.ID { return numbered(account+"/likes/", video) }

// DislikeID is an account of ours disliking a video, by the number of its row.
func DislikeID(account activity.ID, video int64) activity.ID {
	return numbered(account+"/dislikes/", video)
}

// FollowID is an actor of ours following another, by the number of that one's row.
func FollowID(follower activity.ID, followed int64) activity.ID {
	return numbered(follower+"/follows/", followed)
}

// AcceptID says yes to a follow, by the number of its row.
func AcceptID(site string, follow int64) activity.ID {
	return numbered(activity.ID(site+"/accepts/follows/"), follow)
}

// RejectID says no to a follow, of which no row need be left.
func RejectID(site string, at time.Time) activity.ID {
	return activity.ID(site+"/rejects/follows/") + stamp(at)
}

// ApprovalID is the yes to a reply below a video of ours: comment is our own address of it, also when somebody elsewhere wrote it.
func ApprovalID(comment activity.ID) activity.ID { return comment + "/approve-reply" }

// ViewID is somebody watching a video, by the number of its row; viewer is made up for each.
func ViewID(site string, video int64, viewer string) activity.ID {
	return numbered(InstanceID(site)+"/views/videos/", video) + activity.ID("/"+viewer)
}

// DownloadID is somebody taking a copy of a video, by the number of its row; visitor is made up for each.
func DownloadID(site string, video int64, visitor string) activity.ID {
	return numbered(InstanceID(site)+"/downloads/videos/", video) + activity.ID("/"+visitor)
}

// WatchID is one viewing that is over.
func WatchID(site string, id uuid.UUID) activity.ID {
	return activity.ID(site + "/videos/local-viewer/" + id.String())
}

// FlagID is a report, by the number of its row.
func FlagID(site string, id int64) activity.ID {
	return numbered(activity.ID(site+"/admin/abuses/"), id)
}

// MoveID is an actor of ours that moved elsewhere.
func MoveID(actor activity.ID, at time.Time) activity.ID { return actor + "/moves/" + stamp(at) }

func numbered(before activity.ID, n int64) activity.ID {
	return before + activity.ID(strconv.FormatInt(n, 10))
}

const iso = "2006-01-02T15:04:05.000Z"

func stamp(at time.Time) activity.ID { return activity.ID(at.UTC().Format(iso)) }

// PageID is a page of a collection, from 1.
func PageID(collection activity.ID, page int) activity.ID {
	return numbered(collection+"?page=", int64(page))
}
