package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors is the house from the ground up: a room imports only rooms on lower floors. docs/house.md says what each room is.
var floors = [][]string{
	0:  {"docs", "shared/announce", "shared/api", "shared/hls", "shared/shortid", "shared/torrent", "shared/wire", "migrations", "static"},
	1:  {"server/fail", "server/markdown", "server/activity", "server/actorkey", "server/discovery", "server/rig", "app/dom"},
	2:  {"server/config", "server/db", "server/storage", "server/ffmpeg", "server/fmp4", "server/metrics", "server/job", "server/httpsig", "server/ldsig", "server/proof", "server/foreign", "app/text", "wasm/player", "wasm/sharing"},
	3:  {"server/hub", "server/mail", "server/mail/mailtest", "server/journal", "server/picture", "server/db/dbtest", "server/storage/storagetest", "server/fetch", "server/activity/activitytest", "app/session", "app/live", "wasm/swarm"},
	4:  {"server/instance", "app/uploading", "wasm/browser", "wasm/native"},
	5:  {"server/account", "app/parts", "wasm/controls", "wasm/tab"},
	6:  {"server/channel", "server/notify", "server/watchword", "server/keyring", "app/pages", "wasm/stage"},
	7:  {"server/follow", "server/crew", "server/joining", "server/moderation", "server/video", "server/remote"},
	8:  {"server/comment", "server/playlist", "server/seed", "server/delivery", "server/mirror"},
	9:  {"server/search", "server/transcode", "server/apub/objects"},
	10: {"server/receive", "server/outbox", "server/leaving", "server/upload"},
	11: {"server/inbox", "server/lookup", "server/api", "server/apub", "server/feed", "server/files", "server/tracker", "server/web", "server/web/webtest"},
	12: {"server", "server/bench", "server/bench/api", "server/bench/tracker", "server/bench/swarm", "server/bench/federation", "wasm/app", "wasm/embed", "static/build"},
}

func floorOf() map[string]int {
	m := map[string]int{}
	for floor, rooms := range floors {
		for _, room := range rooms {
			m[room] = floor
		}
	}
	return m
}

// source is one parsed Go file of the house.
type source struct {
	path, room string
	file       *ast.File
	fset       *token.FileSet
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	root := ".."
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := e.Name()
		if e.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "data" || name == "testdata" || name == "dist" || name == "bin" || name == "node_modules") {
			return fs.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		out = append(out, source{path, filepath.ToSlash(rel), f, fset})
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatal(len(out), err)
	}
	return out
}

func TestArrowsPointDown(t *testing.T) {
	floor := floorOf()
	for _, s := range sources(t) {
		from, known := floor[s.room]
		if !known {
			t.Errorf("%s: the room %s has no floor", s.path, s.room)
			continue
		}
		if strings.HasSuffix(s.path, "_test.go") {
			continue // a test may ask a higher room to set the scene
		}
		for _, i := range s.file.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			room, ours := strings.CutPrefix(path, "shoal/")
			if !ours {
				continue
			}
			if to, ok := floor[room]; !ok || to >= from {
				t.Errorf("%s (floor %d) imports %s (floor %d)", s.path, from, room, to)
			}
		}
	}
}

func isTestRoom(room string) bool { return strings.HasSuffix(room, "test") }

func TestSyscallJSLivesInTheBrowserRooms(t *testing.T) {
	may := map[string]bool{"wasm/browser": true, "wasm/controls": true, "wasm/embed": true, "wasm/app": true}
	for _, s := range sources(t) {
		for _, i := range s.file.Imports {
			if i.Path.Value == `"syscall/js"` && !may[s.room] {
				t.Errorf("%s imports syscall/js", s.path)
			}
		}
	}
}

func TestEveryRoomSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		said[s.room] = said[s.room] || (s.file.Doc != nil && strings.TrimSpace(s.file.Doc.Text()) != "")
	}
	for room := range said {
		if !said[room] {
			t.Errorf("%s has no sentence", room)
		}
	}
	house, err := os.ReadFile("../docs/house.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rooms := range floors {
		for _, room := range rooms {
			if !strings.Contains(string(house), room) {
				t.Errorf("docs/house.md does not name %s", room)
			}
			if _, err := os.Stat(filepath.Join("..", room)); err != nil {
				t.Errorf("there is no room %s", room)
			}
		}
	}
}
