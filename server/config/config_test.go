package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shoal.yaml")
	text := "listen: 127.0.0.1:9100\nurl: https://videos.example/\nupload:\n  max_size: 2GB\n  life: 3h\ntranscoding:\n  resolutions: [360, 720]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file, []string{"SHOAL_LISTEN=127.0.0.1:9200", "SHOAL_LIMITS_SIGN_IN=3/1m", "SHOAL_PROXY_TRUSTED=10.0.0.1, ::1/128", "HOME=/x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9200" || c.URL != "https://videos.example" || c.Upload.MaxSize != 2*GB || c.Upload.Life != 3*time.Hour ||
		len(c.Transcoding.Resolutions) != 2 || c.Limits.SignIn != (Rate{3, time.Minute}) || len(c.Proxy.Trusted) != 2 || c.Transcoding.MaxFPS != 60 {
		t.Errorf("%+v", c)
	}
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shoal.yaml")
	text := "listn: x\nlisten: nowhere\nupload:\n  max_size: big\n  speed: 3\ntranscoding:\n  workers: many\n  resolutions: [721]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(file, []string{"SHOAL_NONSENSE=1", "SHOAL_URL=ftp://x", "SHOAL_ADMIN_USERNAME=ada"})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`"listn"`, "listen:", "upload.max_size", `"upload.speed"`, "transcoding.workers", "721", "SHOAL_NONSENSE", "url:", "admin:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in:\n%v", want, err)
		}
	}
}

func TestTheContractsNames(t *testing.T) {
	c := Default()
	have := map[string]bool{}
	for _, k := range keys(&c) {
		have[k.env] = true
		if k.doc == "" {
			t.Errorf("%s has no words", k.path)
		}
	}
	for _, name := range []string{"SHOAL_LISTEN", "SHOAL_URL", "SHOAL_DATA", "SHOAL_DATABASE_URL", "SHOAL_ADMIN_USERNAME", "SHOAL_ADMIN_PASSWORD", "SHOAL_ADMIN_EMAIL", "SHOAL_FEDERATION_ALLOW_PRIVATE_ADDRESSES"} {
		if !have[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestTheSampleLoadsWithAndWithoutItsComments(t *testing.T) {
	for name, text := range map[string]string{"as it is": Sample(), "uncommented": uncomment(Sample())} {
		file := filepath.Join(t.TempDir(), "shoal.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(file, []string{"SHOAL_ADMIN_USERNAME=", "SHOAL_ADMIN_PASSWORD="}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// uncomment takes the mark from lines that are settings ("#key: value") and leaves explanations ("# words").
func uncomment(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		if i := strings.IndexByte(l, '#'); i >= 0 && i+1 < len(l) && l[i+1] != ' ' {
			l = l[:i] + l[i+1:]
		}
		b.WriteString(l)
	}
	return b.String()
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Size{"0": 0, "-1": -1, "1.5GB": 1500 * MB, "64 gb": 64 * GB, "12B": 12, "1048576": 1048576} {
		if got, err := ParseSize(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "GB", "x", "1e40", "NaN"} {
		if got, err := ParseSize(text); err == nil {
			t.Errorf("%q became %d", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("15/5m")
	f.Add("1.5GB")
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := ParseRate(s); err == nil {
			if back, err := ParseRate(r.String()); err != nil || back != r {
				t.Fatalf("%q: %v became %v, %v", s, r, back, err)
			}
		}
		if n, err := ParseSize(s); err == nil {
			if back, err := ParseSize(n.String()); err != nil || (back != n && float64(n) < 1<<53) {
				t.Fatalf("%q: %v became %v, %v", s, n, back, err)
			}
		}
	})
}
