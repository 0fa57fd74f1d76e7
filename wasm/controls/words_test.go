package controls

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shoal/wasm/player"
	"shoal/wasm/sharing"
)

// used gathers the keys that the code asks for.
func used(t *testing.T) map[string]bool {
	keys := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	patterns := []*regexp.Regexp{
		regexp.MustCompile(`\.[tT]\("([\w.]+)"[,)]`),
		regexp.MustCompile(`count\("(\w+)"`),
		regexp.MustCompile(`\{([a-z][\w.]*)\}`),
		regexp.MustCompile(`\{button \S+ \S+ \S+ (\S+) `),
		regexp.MustCompile(`"(key\.\w+)"`),
		regexp.MustCompile(`check\("[^"]+", "([\w.]+)"`),
		regexp.MustCompile(`(?:word|label) :?= "([a-z][\w.]*)"`),
		regexp.MustCompile(`, "([a-z][\w.]*)"\)+\n`),
		regexp.MustCompile(`, "([a-z][\w.]*)", "[a-z][\w.]*"\)`),
	}
	for _, name := range files {
		if name == "words.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range patterns {
			for _, m := range p.FindAllStringSubmatch(string(text), -1) {
				keys[m[1]] = true
			}
		}
	}
	return keys
}

func TestEveryWordExists(t *testing.T) {
	keys := used(t)
	missing := func(key string) {
		if English[key] == "" {
			t.Errorf("the word %q is used and has no English", key)
		}
	}
	source := func(key string) bool { return strings.Contains(key, ".") || English[key] != "" }
	for key := range keys {
		if source(key) && !strings.HasSuffix(key, ".go") {
			missing(key)
		}
	}
	for unit := range strings.FieldsSeq("second minute hour") {
		missing(unit + ".one")
		missing(unit + ".other")
	}
	for kind, known := range notices {
		missing(string(kind) + ".title")
		missing(string(kind) + ".text")
		for way := range strings.FieldsSeq(known.ways) {
			missing(way)
		}
		if icons[known.icon] == "" {
			t.Errorf("no drawing %q for %s", known.icon, kind)
		}
	}
	for _, r := range []sharing.Reason{sharing.ByVideo, sharing.ByPlatform, sharing.ByWebRTC, sharing.ByPlayer, sharing.ByChannel, sharing.ByAddress, sharing.ByGesture, sharing.BySaver, sharing.ByMobile, sharing.ByRest} {
		missing("why." + string(r))
	}
	for _, r := range []sharing.Reason{sharing.ByMobile, sharing.ByCap, sharing.ByBattery, sharing.ByRest, sharing.ByHiding} {
		missing("send." + string(r))
	}
	for i, c := range choices {
		missing("style." + c.name)
		for _, value := range c.among {
			if choices[i].name != "ground" {
				missing(c.name + "." + value)
			}
		}
	}
}

// Words that are put together from parts.
var built = regexp.MustCompile(`^(\w+\.(title|text|one|other)|key\.\w+|(style|font|colour|edge|place|why|send)\.\w+)$`)

func TestNoWordIsIdle(t *testing.T) {
	keys := used(t)
	text := ""
	files, _ := filepath.Glob("*.go")
	for _, f := range files {
		if f != "words.go" && !strings.HasSuffix(f, "_test.go") {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text += string(b)
		}
	}
	for key := range English {
		if !keys[key] && !built.MatchString(key) && !strings.Contains(text, `"`+key+`"`) && !strings.Contains(text, " "+key+" ") {
			t.Errorf("the word %q is never used", key)
		}
	}
}

func TestWordsFillIn(t *testing.T) {
	w := Words{"resumed": "Weiter bei {at}"}
	if got := w.T("resumed", "at", "1:05"); got != "Weiter bei 1:05" {
		t.Error(got)
	}
	if got := w.T("play"); got != "Play" {
		t.Errorf("a missing key gives %q", got)
	}
	if got := Words(nil).T("seek.value", "at", "a", "all", "b"); got != "a of b" {
		t.Error(got)
	}
}

func TestShellInOrder(t *testing.T) {
	h := Shell(nil)
	order := strings.Fields("pl-big pl-unmute pl-overlay pl-toast pl-seek pl-play pl-prev pl-next pl-back pl-fwd pl-mute pl-vol pl-time pl-chapter pl-p2p pl-cc pl-menu pl-pop pl-mini pl-pip pl-theatre pl-full pl-live")
	at := -1
	for _, name := range order {
		i := strings.Index(h, `data-test="`+name+`"`)
		if i <= at {
			t.Errorf("%s stands at %d, after %d", name, i, at)
		}
		at = i
	}
	if strings.ContainsAny(h, "{}") {
		t.Error("a part of the template was not filled")
	}
	for _, d := range regexp.MustCompile(` d="([^"]*)"`).FindAllStringSubmatch(h, -1) {
		if d[1] == "" {
			t.Error("a drawing is missing")
		}
	}
}

func TestEveryIconIsDrawnAndUsed(t *testing.T) {
	text := ""
	files, _ := filepath.Glob("*.go")
	for _, f := range files {
		if f != "icons.go" {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text += string(b)
		}
	}
	for name := range icons {
		if !strings.Contains(text, `"`+name+`"`) && !strings.Contains(text, "{icon "+name+"}") && !strings.Contains(text, " "+name+" ") {
			t.Errorf("the drawing %q is never used", name)
		}
	}
}

func TestMarkupEscapes(t *testing.T) {
	v := View{Video: Video{Chapters: []Chapter{{0, `<img src=x onerror="alert(1)">`}}, Captions: []Caption{{Language: `"><b>`, Label: "<i>"}}}}
	for _, page := range []string{"chapters", "captions", "main", "context", "quality", "speed", "access", "sound"} {
		h := v.Markup(v.Page(page))
		for _, bad := range []string{"<img", "<b>", "<i>"} {
			if strings.Contains(h, bad) {
				t.Errorf("%s lets %s through", page, bad)
			}
		}
	}
	n := Words(nil).Notice(player.SignIn, Video{}, `/login?next="><b>`, "")
	if strings.Contains(n.Markup(), "<b>") {
		t.Error("a notice lets markup through")
	}
}

func TestNotices(t *testing.T) {
	w := Words(nil)
	labels := func(n Notice) (l []string) {
		for _, it := range n.Do {
			l = append(l, it.Do)
		}
		return l
	}
	for _, c := range []struct {
		kind  player.ErrorKind
		video Video
		want  []string
	}{
		{player.Network, Video{}, []string{"retry", "lower"}},
		{player.SignIn, Video{}, []string{"/login"}},
		{player.Unsupported, Video{}, nil},
		{player.Unsupported, Video{Download: "/download/x.mp4"}, []string{"/download/x.mp4"}},
		{player.Gone, Video{Download: "/x"}, nil},
	} {
		if got := labels(w.Notice(c.kind, c.video, "/login", "")); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.kind, got, c.want)
		}
	}
	if n := w.Notice(player.Processing, Video{Failed: true}, "", ""); n.Title != English["failed.title"] {
		t.Error(n.Title)
	}
	if n := w.Notice(player.Busy, Video{}, "", "7"); n.Text != "Trying again in 7 s." {
		t.Error(n.Text)
	}
}
