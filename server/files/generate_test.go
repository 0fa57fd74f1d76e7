package files

import (
	"bytes"
	"fmt"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"shoal/server/account"
	"shoal/server/fmp4"
	"shoal/server/video"
	"shoal/shared/api"
	"shoal/shared/shortid"
)

// wares have a picture, a sound and a film of both, as the processing would have left them.
type wares struct {
	shelved
	picture, sound, both int64
}

func (s *shelf) film(privacy int, download bool) wares {
	s.t.Helper()
	k := wares{shelved: s.add(privacy, api.Published, download)}
	k.picture = s.rendition(k.shelved, 480, true, false, "-map", "0:v")
	k.sound = s.rendition(k.shelved, 0, false, true, "-map", "1:a")
	k.both = s.rendition(k.shelved, 360, true, true, "-map", "0:v", "-map", "1:a")
	return k
}

func (s *shelf) rendition(v shelved, resolution int, picture, sound bool, args ...string) (id int64) {
	s.t.Helper()
	all := append([]string{"-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=6", "-f", "lavfi", "-i", "sine=d=6:r=48000"}, args...)
	all = append(all, "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac",
		"-movflags", "+frag_keyframe+empty_moov+default_base_moof+delay_moov+skip_trailer", "-frag_duration", "500000", "-f", "mp4", "pipe:1")
	out, err := exec.Command("ffmpeg", all...).Output()
	if err != nil {
		s.t.Fatal(err)
	}
	var b bytes.Buffer
	c := fmp4.Cutter{To: &b, Target: 4}
	if _, err := c.Write(out); err != nil {
		s.t.Fatal(err)
	}
	r, err := c.Close()
	if err != nil {
		s.t.Fatal(err)
	}
	name := fmt.Sprintf("%s-%d", v.mp4[:36], resolution)
	f := video.File{
		Resolution: resolution, Filename: name + "-fragmented.mp4", Playlist: name + ".m3u8", Size: r.Size, Bandwidth: r.Bandwidth,
		Codecs: r.Codecs(), HasAudio: sound, HasVideo: picture, Media: r.Media, SHA256: r.SHA256,
	}
	if err := video.AddFile(ctx, s.Pool, v.ID, f); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.Store.Put(ctx, "hls/"+v.UUID.String()+"/"+f.Filename, &b); err != nil {
		s.t.Fatal(err)
	}
	err = s.Pool.QueryRow(ctx, `SELECT id FROM video_file WHERE filename = @name`, pgx.NamedArgs{"name": f.Filename}).Scan(&id)
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (k wares) path(ids ...int64) string {
	path := "/download/videos/generate/" + k.UUID.String() + "?x=1"
	for _, id := range ids {
		path += fmt.Sprintf("&videoFileIds=%d", id)
	}
	return path
}

func TestAPictureAndASoundAreOneFile(t *testing.T) {
	s := newShelf(t)
	k := s.film(api.Public, true)
	got := s.get(k.path(k.picture, k.sound))
	_, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
	if got.status != 200 || err != nil || params["filename"] != "Ducks_ _wild_ _ tame 480p.mp4" || got.header.Get("Content-Type") != "video/mp4" ||
		got.header.Get("Content-Length") != fmt.Sprint(len(got.body)) {
		t.Fatalf("got %d %v", got.status, got.header)
	}
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, []byte(got.body), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=codec_type,nb_read_packets:format=duration", "-of", "csv=p=0", path).Output()
	if err != nil || !strings.HasPrefix(string(out), "video,150\naudio,28") || !strings.Contains(string(out), "\n6.0") {
		t.Errorf("got %q, %v", out, err)
	}
	if out, err := exec.Command("ffmpeg", "-v", "warning", "-xerror", "-i", path, "-f", "null", "-").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("playing: %v %s", err, out)
	}
	part := s.get(k.path(k.picture, k.sound), "Range", "bytes=5000-20000", "If-Range", got.header.Get("Etag"))
	if part.status != 206 || part.body != got.body[5000:20001] {
		t.Errorf("a range: got %d, %d bytes", part.status, len(part.body))
	}
	var downloads int
	if err := s.Pool.QueryRow(ctx, `SELECT downloads FROM video WHERE id = @id`, pgx.NamedArgs{"id": k.ID}).Scan(&downloads); err != nil || downloads != 1 {
		t.Errorf("%d downloads, %v", downloads, err)
	}
}

func TestAddressesOfGeneratedFiles(t *testing.T) {
	s := newShelf(t)
	k := s.film(api.Public, true)
	ids := fmt.Sprintf("videoFileIds=%d&videoFileIds=%d", k.sound, k.picture)
	short, number := shortid.From(k.UUID), fmt.Sprint(k.ID)
	for path, kind := range map[string]string{
		k.UUID.String() + "?" + ids: "video/mp4", short + "?" + ids: "video/mp4", number + "?" + ids: "video/mp4",
		number + fmt.Sprintf("?videoFileIds[]=%d", k.both):                   "video/mp4",
		number + fmt.Sprintf("?videoFileIds=%d,%d", k.picture, k.sound):      "video/mp4",
		number + fmt.Sprintf("?videoFileIds=%d&videoFileIds=%[1]d", k.sound): "audio/mp4",
	} {
		if got := s.get("/download/videos/generate/" + path); got.status != 200 || got.header.Get("Content-Type") != kind {
			t.Errorf("%s: got %d %v", path, got.status, got.header)
		}
	}
}

func TestGeneratedFilesRefused(t *testing.T) {
	s := newShelf(t)
	k, other, hidden := s.film(api.Public, true), s.film(api.Private, true), s.film(api.Unlisted, true)
	sealed := s.film(api.Public, false)
	for path, want := range map[string]int{
		k.path(): 400,
		"/download/videos/generate/" + k.UUID.String() + "?videoFileIds=x":                              400,
		"/download/videos/generate/" + k.UUID.String() + "?videoFileIds=-1":                             400,
		"/download/videos/generate/" + k.UUID.String() + "?videoFileIds=99999999999999999999":           400,
		"/download/videos/generate/" + k.UUID.String() + "?videoFileIds=" + strings.Repeat("1,", 20000): 400,
		"/download/videos/generate/" + k.UUID.String() + "?" + strings.Repeat("videoFileIds=1&", 5000):  400,
		"/download/videos/generate/nothing?videoFileIds=1":                                              404,
		"/download/videos/generate/999999?videoFileIds=1":                                               404,
		"/download/videos/generate/" + k.UUID.String() + "/x?videoFileIds=1":                            404,
		"/download/videos/generate/..%2f" + k.UUID.String() + "?videoFileIds=1":                         404,
		k.path(k.picture, k.both):      400,
		k.path(k.sound, k.both):        400,
		k.path(1 << 60):                404,
		k.path(other.picture):          404,
		k.path(k.picture, other.sound): 404,
		fmt.Sprintf("/download/videos/generate/%d?videoFileIds=%d", hidden.ID, hidden.both): 404,
		sealed.path(sealed.both): 404,
		fmt.Sprintf("/download/videos/generate/%d?videoFileIds=%d", other.ID, other.both):               401,
		other.path(other.picture, other.sound):                                                          401,
		other.path(other.picture, other.sound) + "&videoFileToken=00000000-0000-0000-0000-000000000000": 401,
	} {
		if got := s.get(path); got.status != want || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%.100s: got %d, want %d", path, got.status, want)
		}
	}
	foreign, _, err := s.Tokens.Make(ctx, k.ID)
	if err != nil {
		t.Fatal(err)
	}
	own, _, err := s.Tokens.Make(ctx, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	private := other.path(other.picture, other.sound)
	for name, c := range map[string]struct{ got, want int }{
		"another video's token": {s.get(private + "&videoFileToken=" + foreign).status, 401},
		"a token":               {s.get(private + "&videoFileToken=" + own).status, 200},
		"a stranger":            {s.get(private, "Authorization", "Bearer "+s.tokens["ben"]).status, 403},
		"the owner":             {s.get(private, "Authorization", "Bearer "+s.tokens["ada"]).status, 200},
		"the owner's cookie":    {s.get(private, "Cookie", account.Cookie+"="+s.tokens["ada"]).status, 200},
		"an unlisted one":       {s.get(hidden.path(hidden.both)).status, 200},
		"a sealed one's owner":  {s.get(sealed.path(sealed.both), "Authorization", "Bearer "+s.tokens["ada"]).status, 200},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", name, c.got, c.want)
		}
	}
	if got := s.get(private, "Authorization", "Bearer "+s.tokens["ada"]).header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
		t.Errorf("a private one may be kept: %s", got)
	}
}
