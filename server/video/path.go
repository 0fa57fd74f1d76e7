package video

import (
	"strconv"

	"github.com/google/uuid"

	"shoal/shared/api"
)

// Where files are served, from the root of our address.
const (
	HLSRoot      = "/static/streaming-playlists/hls/"
	PrivateRoot  = HLSRoot + "private/"
	LazyRoot     = "/lazy-static/"
	DownloadRoot = "/download/"
)

// HLSPath is the address of a file in the video's HLS folder.
func HLSPath(id uuid.UUID, privacy int, filename string) string {
	root := HLSRoot
	if privacy == api.Private || privacy == api.Internal || privacy == api.PasswordProtected {
		root = PrivateRoot
	}
	return root + id.String() + "/" + filename
}

// ImagePath is the address of a thumbnail or preview.
func ImagePath(kind, filename string) string { return LazyRoot + kind + "s/" + filename }

// StoryboardPath is the address of a storyboard.
func StoryboardPath(filename string) string { return LazyRoot + "storyboards/" + filename }

// CaptionPath is the address of a caption.
func CaptionPath(filename string) string { return LazyRoot + "video-captions/" + filename }

// TorrentPath is the address of a torrent file.
func TorrentPath(filename string) string { return LazyRoot + "torrents/" + filename }

// TorrentDownloadPath is the address of a torrent file as a download.
func TorrentDownloadPath(filename string) string { return DownloadRoot + "torrents/" + filename }

// DownloadPath is the address of a rendition as a download.
func DownloadPath(id uuid.UUID, f File) string {
	name := id.String() + "-" + strconv.Itoa(f.Resolution)
	if f.Language != "" {
		name += "-" + f.Language
	}
	return DownloadRoot + "streaming-playlists/hls/videos/" + name + "-fragmented.mp4"
}
