package apub_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shoal/server/apub/objects"
)

var update = flag.Bool("update", false, "write the examples into docs/federation.md")

const page = "../../docs/federation.md"

// example finds what stands between the marks of an example.
var example = regexp.MustCompile(`(?s)<!-- example: ([A-Za-z0-9 ,'-]+) -->\n.*?<!-- end -->`)

// passing is what is another at each run, and what stands for it.
var passing = []struct {
	is   *regexp.Regexp
	says string
}{
	{regexp.MustCompile(`-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----`), `-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----`},
	{regexp.MustCompile(`"z6Mk\w+"`), `"z6Mk…"`},
	{regexp.MustCompile(`"signatureValue": "[^"]*"`), `"signatureValue": "…"`},
	{regexp.MustCompile(`"proofValue": "[^"]*"`), `"proofValue": "…"`},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), `2026-05-17T10:30:00.000Z`},
}

// shown is a document as the page shows it: without its context, and without what is another at each run.
func (w *world) shown(body []byte) string {
	w.t.Helper()
	var o struct {
		Context json.RawMessage `json:"@context"`
	}
	w.must(json.Unmarshal(body, &o))
	body = bytes.Replace(body, slices.Concat([]byte(`"@context":`), o.Context, []byte(",")), nil, 1)
	var b bytes.Buffer
	w.must(json.Indent(&b, body, "", "  "))
	text := b.String()
	for _, p := range passing {
		text = p.is.ReplaceAllLiteralString(text, p.says)
	}
	return strings.ReplaceAll(text, w.list.String(), "3c0d6f9e-8b7a-4c5d-9e1f-2a3b4c5d6e7f")
}

// addresses are the patterns of ids, one a line.
func patterns() string {
	at, u := time.Date(2026, 5, 17, 10, 30, 0, 0, time.UTC), filmID
	ada, film := objects.AccountID(site, "ada"), objects.VideoID(site, u)
	note, list := objects.CommentID(film, 7), objects.PlaylistID(site, uuid.MustParse("3c0d6f9e-8b7a-4c5d-9e1f-2a3b4c5d6e7f"))
	var b strings.Builder
	for _, l := range []struct {
		what string
		at   any
	}{
		{"the platform", objects.InstanceID(site)},
		{"account", ada},
		{"channel", objects.ChannelID(site, "ada_channel")},
		{"its keys", string(objects.KeyID(ada)) + ", " + string(objects.MultikeyID(ada))},
		{"video", film},
		{"comment", note},
		{"approval of a comment", objects.ApprovalID(note)},
		{"playlist", list},
		{"place in a playlist", objects.ElementID(list, 7)},
		{"Create", objects.CreateID(film)},
		{"Update", objects.UpdateID(film, at)},
		{"Delete", objects.DeleteID(film)},
		{"Announce", objects.AnnounceID(film, 5)},
		{"Like", objects.LikeID(ada, 7)},
		{"Dislike", objects.DislikeID(ada, 7)},
		{"Follow", objects.FollowID(ada, 7)},
		{"Accept", objects.AcceptID(site, 7)},
		{"Reject", objects.RejectID(site, at)},
		{"Undo", objects.UndoID(objects.LikeID(ada, 7))},
		{"View", objects.ViewID(site, 7, "0f8e")},
		{"WatchAction", objects.WatchID(site, u)},
		{"Flag", objects.FlagID(site, 7)},
		{"Move", objects.MoveID(ada, at)},
	} {
		b.WriteString("| " + l.what + " | `" + strings.ReplaceAll(strings.TrimSpace(toText(l.at)), ", ", "`, `") + "` |\n")
	}
	return strings.ReplaceAll(b.String(), site, "")
}

func toText(v any) string {
	b, _ := json.Marshal(v)
	var s string
	_ = json.Unmarshal(b, &s)
	return s
}

// TestTheExamplesAreWhatWeSay compares each example of the page with what the program says; -update writes them.
func TestTheExamplesAreWhatWeSay(t *testing.T) {
	w, sent := everything(t)
	text, err := os.ReadFile(page)
	w.must(err)
	shows, used := w.addresses(), 0
	got := example.ReplaceAllStringFunc(string(text), func(old string) string {
		name := example.FindStringSubmatch(old)[1]
		used++
		var now string
		switch {
		case name == "addresses":
			now = "| of | is |\n| --- | --- |\n" + patterns()
		case sent[name] != nil:
			now = "```json\n" + w.shown(sent[name]) + "\n```\n"
		case strings.HasPrefix(shows[name], site):
			now = "```json\n" + w.shown(w.get(shows[name]).ok().body) + "\n```\n"
		default:
			t.Errorf("nobody makes an example %q", name)
		}
		return "<!-- example: " + name + " -->\n" + now + "<!-- end -->"
	})
	if used < 15 {
		t.Errorf("only %d examples", used)
	}
	switch {
	case got == string(text):
	case *update:
		w.must(os.WriteFile(page, []byte(got), 0o644))
	default:
		t.Error("the examples of docs/federation.md are old: go test ./server/apub -run Examples -update")
	}
}
