package files

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"shoal/server/fail"
	"shoal/server/fmp4"
	"shoal/server/storage"
	"shoal/server/video"
	"shoal/shared/api"
)

// mostNamed is how many ids of files one address may carry.
const mostNamed = 10

// generate answers one file made of the picture of one rendition and the sound of another, while it is sent.
func (f *Files) generate(w http.ResponseWriter, r *http.Request, id string) error {
	ids, err := namedFiles(r)
	if err != nil {
		return err
	}
	d, err := f.named(r, id)
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
	chosen, err := choose(d.Files, ids)
	if err != nil {
		return err
	}
	return f.muxed(w, r, p, d, chosen)
}

// namedFiles reads videoFileIds, which may stand several times, be written with brackets, or hold a list with commas.
func namedFiles(r *http.Request) (ids []int64, err error) {
	q := r.URL.Query()
	given := slices.Concat(q["videoFileIds"], q["videoFileIds[]"])
	if len(given) == 1 {
		given = strings.SplitN(given[0], ",", mostNamed+1)
	}
	bad := fail.Field("videoFileIds", "Should be the numbers of one or two files of the video.")
	if len(given) == 0 || len(given) > mostNamed {
		return nil, bad
	}
	for _, text := range given {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n <= 0 {
			return nil, bad
		}
		if !slices.Contains(ids, n) {
			ids = append(ids, n)
		}
	}
	return ids, nil
}

// named finds the folder of a video by any of its names.
func (f *Files) named(r *http.Request, id string) (folder, error) {
	ref, err := video.ParseRef(id)
	if err != nil {
		return folder{}, err
	}
	if ref.UUID != nil {
		return f.folder(r.Context(), ref.UUID.String())
	}
	a, err := video.AccessOf(r.Context(), f.Pool, ref)
	if err != nil {
		return folder{}, err
	}
	if a.Privacy == api.Unlisted { // its number can be guessed
		if v, err := f.viewer(r); err != nil || !a.Owner(v) {
			return folder{}, absent()
		}
	}
	return f.folder(r.Context(), a.UUID.String())
}

// downloadable refuses where the owner does not offer files to keep.
func (f *Files) downloadable(r *http.Request, d folder) error {
	if d.Download {
		return nil
	}
	if v, err := f.viewer(r); err != nil || !d.Owner(v) {
		return absent()
	}
	return nil
}

// choose gives the files with these ids, which are at most one picture and one sound.
func choose(files []video.File, ids []int64) (chosen []video.File, err error) {
	pictures, sounds := 0, 0
	for _, file := range files {
		if !slices.Contains(ids, file.ID) {
			continue
		}
		chosen = append(chosen, file)
		if file.HasVideo {
			pictures++
		}
		if file.HasAudio {
			sounds++
		}
	}
	switch {
	case len(chosen) < len(ids):
		return nil, absent()
	case pictures > 1 || sounds > 1:
		return nil, fail.Field("videoFileIds", "Only one file with a picture and one with sound go together.")
	}
	return chosen, nil
}

func (f *Files) muxed(w http.ResponseWriter, r *http.Request, p pass, d folder, chosen []video.File) error {
	sources := make([]fmp4.Source, 0, len(chosen))
	tag, extension, resolution := "", ".m4a", ""
	var last time.Time
	for _, file := range chosen {
		if file.HasVideo {
			extension, resolution = ".mp4", " "+strconv.Itoa(file.Resolution)+"p"
		}
		o, err := f.open(r.Context(), d, file, &sources)
		if err != nil {
			return err
		}
		defer o.Close()
		if o.ModTime().After(last) {
			last = o.ModTime()
		}
		tag += "-" + strconv.FormatInt(o.Size(), 36) + "-" + strconv.FormatInt(o.ModTime().UnixNano(), 36)
	}
	m, err := fmp4.NewMux(sources...)
	if errors.Is(err, fmp4.ErrTracks) {
		return fail.Field("videoFileIds", "These files do not go together.")
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h["Etag"] = []string{`"mux` + tag + `"`}
	h["Content-Type"] = mp4
	if resolution == "" {
		h["Content-Type"] = []string{"audio/mp4"}
	}
	p.keep(h, false)
	attach(w, d.Name+resolution+extension)
	f.count(r, d)
	http.ServeContent(w, r, "", last, m)
	return nil
}

func (f *Files) open(ctx context.Context, d folder, file video.File, sources *[]fmp4.Source) (storage.Object, error) {
	media, err := f.media(ctx, d.ID, file.Filename)
	if err != nil {
		return nil, err
	}
	o, err := f.Store.Open(ctx, "hls/"+d.UUID.String()+"/"+file.Filename)
	if err != nil {
		return nil, err
	}
	*sources = append(*sources, fmp4.Source{ReaderAt: o, Media: media})
	return o, nil
}

// count remembers that a download began. Who goes on with one does not begin another.
func (f *Files) count(r *http.Request, d folder) {
	if part := r.Header.Get("Range"); r.Method != http.MethodGet || part != "" && !strings.HasPrefix(part, "bytes=0-") {
		return
	}
	if err := video.Downloaded(r.Context(), f.Pool, d.ID); err != nil && f.Log != nil && r.Context().Err() == nil {
		f.Log.ErrorContext(r.Context(), "counting a download", "err", err)
	}
}
