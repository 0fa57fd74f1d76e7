package files

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/hls"
)

// hls answers what is in the HLS folder of a video. private tells which of its two addresses was asked; the other one
// belongs to everybody, and what stands between us and the visitor may keep what it sees there.
func (f *Files) hls(w http.ResponseWriter, r *http.Request, id, name string, private bool) error {
	d, err := f.folder(r.Context(), id)
	if err != nil {
		return err
	}
	if needsPrivate(d.Privacy) && !private {
		return absent()
	}
	p, err := f.may(r, d.Access)
	if err != nil {
		return err
	}
	p.closed = p.closed || private
	switch {
	case name == d.Master && d.Master != "":
		return f.text(w, r, p, "", playlistType, func() (string, error) { return master(d).String(), nil })
	case name == d.Sums && d.Sums != "":
		return f.text(w, r, p, "", "application/json; charset=utf-8", func() (string, error) { return f.sums(r, d) })
	}
	for _, file := range d.Files {
		switch name {
		case file.Filename:
			w.Header()["Content-Type"] = mp4
			return f.object(w, r, p, "hls/"+d.UUID.String()+"/"+name)
		case file.Playlist:
			return f.text(w, r, p, file.Filename, playlistType, func() (string, error) {
				m, err := f.media(r.Context(), d.ID, file.Filename)
				return m.String(), err
			})
		}
	}
	return absent()
}

const playlistType = "application/vnd.apple.mpegurl"

var mp4 = []string{"video/mp4"}

func needsPrivate(privacy int) bool {
	return privacy != api.Public && privacy != api.Unlisted
}

// soundGroup is the group of renditions of sound alone that belong to pictures without.
const soundGroup = "audio"

// master lists the renditions, lowest first. Sound alone is a rendition of the silent ones, or else a variant of its own.
func master(d folder) hls.Master {
	var m hls.Master
	var sound video.File
	split := false
	for _, file := range d.Files {
		split = split || file.HasVideo && !file.HasAudio
		if !file.HasVideo && file.Bandwidth > sound.Bandwidth {
			sound = file
		}
	}
	split = split && sound.Playlist != ""
	for _, file := range d.Files {
		v := hls.Variant{URI: file.Playlist, Bandwidth: file.Bandwidth, Width: file.Width, Height: file.Height, FrameRate: float64(file.FPS), Codecs: file.Codecs}
		switch {
		case !file.HasVideo && split:
			m.Audio = append(m.Audio, track(file, len(m.Audio) == 0))
			continue
		case !file.HasVideo:
			v.Width, v.Height, v.FrameRate = 0, 0, 0
		case !file.HasAudio && split:
			v.Bandwidth += sound.Bandwidth
			v.Codecs += "," + sound.Codecs
			v.AudioGroup = soundGroup
		}
		m.Variants = append(m.Variants, v)
	}
	return m
}

func track(file video.File, first bool) hls.Track {
	name := "Sound"
	if file.Language != "" {
		name = file.Language
	}
	return hls.Track{Group: soundGroup, Name: name, Language: file.Language, URI: file.Playlist, Default: first}
}

// sums is PeerTube's list of digests: for each file, each range with its first and last byte.
func (f *Files) sums(r *http.Request, d folder) (string, error) {
	list, err := f.digests(r.Context(), d.ID)
	if err != nil {
		return "", err
	}
	out := map[string]map[string]string{}
	for _, one := range list {
		ranges := map[string]string{}
		for i, s := range one.Media.Segments[:min(len(one.Media.Segments), len(one.SHA256))] {
			ranges[strconv.FormatInt(s.Offset, 10)+"-"+strconv.FormatInt(s.End()-1, 10)] = one.SHA256[i]
		}
		out[one.Filename] = ranges
	}
	b, err := json.Marshal(out)
	return string(b), err
}

// download answers a rendition as a file to keep: <uuid>-<resolution>[-<language>]-fragmented.mp4.
func (f *Files) download(w http.ResponseWriter, r *http.Request, name string) error {
	const uuidLength = 36
	if len(name) < uuidLength {
		return absent()
	}
	d, err := f.folder(r.Context(), name[:uuidLength])
	if err != nil {
		return err
	}
	p, err := f.may(r, d.Access)
	if err != nil {
		return err
	}
	if err := f.downloadable(r, d); err != nil {
		return err
	}
	for _, file := range d.Files {
		if !strings.HasSuffix(video.DownloadPath(d.UUID, file), "/"+name) {
			continue
		}
		w.Header()["Content-Type"] = mp4
		attach(w, d.Name+" "+strconv.Itoa(file.Resolution)+"p.mp4")
		f.count(r, d)
		return f.object(w, r, p, "hls/"+d.UUID.String()+"/"+file.Filename)
	}
	return absent()
}

// attach makes the answer a file to keep under a name.
func attach(w http.ResponseWriter, name string) {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// withToken puts the visitor's token into each address of a playlist, for players that know no better.
func withToken(playlist, token string) string {
	tail := "?videoFileToken=" + url.QueryEscape(token)
	var b strings.Builder
	for line := range strings.Lines(playlist) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line != "" && line[0] != '#':
			line += tail
		case strings.Contains(line, `URI="`):
			before, rest, _ := strings.Cut(line, `URI="`)
			uri, after, _ := strings.Cut(rest, `"`)
			line = before + `URI="` + uri + tail + `"` + after
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// object sends a file of the store, or the ranges of it that are asked for.
func (f *Files) object(w http.ResponseWriter, r *http.Request, p pass, key string) error {
	o, err := f.Store.Open(r.Context(), key)
	if err != nil {
		return err
	}
	defer o.Close()
	h := w.Header()
	h["Etag"] = []string{`"` + strconv.FormatInt(o.Size(), 36) + "-" + strconv.FormatInt(o.ModTime().UnixNano(), 36) + `"`}
	p.keep(h, true)
	if file, ok := o.(*storage.File); ok {
		http.ServeContent(w, r, "", o.ModTime(), file.File) // the kernel copies an *os.File by itself
		return nil
	}
	http.ServeContent(w, r, "", o.ModTime(), o)
	return nil
}
