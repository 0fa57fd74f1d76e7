// Package seed makes torrents for finished renditions and keeps them alive: web seeds point at our own storage, and a peer of our own
// answers those who know no web seeds.
package seed

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/google/uuid"

	"shoal/server/storage"
	"shoal/shared/api"
	"shoal/shared/torrent"
)

// Folder is where torrent files are in storage.
const Folder = "torrents/"

// Rendition is a file that gets a torrent.
type Rendition struct {
	Site       string // our public address, without a closing slash
	Video      uuid.UUID
	Name       string // of the video
	Resolution int    // 0 for sound alone
	File       string // inside the video's HLS folder
	Privacy    int
	Pieces     *Pieces // the whole file was written to it
}

// Make writes a rendition's torrent file and gives its name and infohash.
func Make(ctx context.Context, s storage.Store, r Rendition) (file string, h torrent.Infohash, err error) {
	info, err := bencode.Marshal(metainfo.Info{
		PieceLength: r.Pieces.Length, Pieces: r.Pieces.Sums(), Length: r.Pieces.size, Name: title(r.Name, r.Resolution),
	})
	if err != nil {
		return "", h, err
	}
	m := metainfo.MetaInfo{
		InfoBytes: info, CreatedBy: "Shoal", Encoding: "UTF-8", CreationDate: time.Now().Unix(),
		UrlList: metainfo.UrlList{FileURL(r.Site, r.Video, r.File, r.Privacy)},
	}
	announce(&m, r.Site)
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		return "", h, err
	}
	file = fmt.Sprintf("%s-%d-hls.torrent", uuid.New(), r.Resolution)
	_, err = s.Put(ctx, Folder+file, &b)
	return file, torrent.Infohash(m.HashInfoBytes()), err
}

func announce(m *metainfo.MetaInfo, site string) {
	trackers := Trackers(site)
	m.Announce = trackers[1]
	m.AnnounceList = metainfo.AnnounceList{{trackers[1]}, {trackers[0]}}
}

// Readdress gives a torrent file with the present addresses of its tracker and web seed; its infohash stays.
func Readdress(old []byte, site, webSeed string) ([]byte, error) {
	m, err := metainfo.Load(bytes.NewReader(old))
	if err != nil {
		return nil, fmt.Errorf("reading a torrent: %w", err)
	}
	announce(m, site)
	m.UrlList = metainfo.UrlList{webSeed}
	var b bytes.Buffer
	err = m.Write(&b)
	return b.Bytes(), err
}

// Trackers are the addresses of our tracker: HTTP, then WebSocket.
func Trackers(site string) []string {
	return []string{site + "/tracker/announce", "ws" + strings.TrimPrefix(site, "http") + "/tracker/socket"}
}

// FileURL is where a rendition's file is served.
func FileURL(site string, video uuid.UUID, file string, privacy int) string {
	folder := "/static/streaming-playlists/hls/"
	switch privacy {
	case api.Private, api.Internal, api.PasswordProtected:
		folder += "private/"
	}
	return site + folder + video.String() + "/" + file
}

// Magnet links to a rendition.
func Magnet(site string, video uuid.UUID, name, file, torrentFile string, h torrent.Infohash, privacy int) string {
	return torrent.Magnet{
		Torrent: site + "/lazy-static/torrents/" + torrentFile, Infohash: h, Name: name,
		Trackers: Trackers(site), WebSeeds: []string{FileURL(site, video, file, privacy)},
	}.String()
}

const longestTitle = 180 // bytes

// title is the file's name for whoever downloads it.
func title(name string, resolution int) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	for len(name) > longestTitle {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	return fmt.Sprintf("%s %dp.mp4", strings.TrimLeft(name, ". "), resolution)
}
