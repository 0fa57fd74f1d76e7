package text

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	w := For("en")
	for _, c := range []struct{ got, want string }{
		{w.T("signin.title", "site", "Shoal"), "Sign in to Shoal"},
		{w.T("no.such.key"), "⟦no.such.key⟧"},
		{w.N("views", 1), "1 view"},
		{w.N("views", 1234), "1.2K views"},
		{w.Count(999), "999"},
		{w.Count(999_999), "999K"},
		{w.Count(5_600_000), "5.6M"},
		{w.Count(2_000_000_000), "2B"},
		{w.Full(1234567), "1,234,567"},
		{w.Full(12), "12"},
		{w.Bytes(820), "820 B"},
		{w.Bytes(1_440_000), "1.4 MB"},
		{w.Bytes(23_000_000_000), "23 GB"},
		{Clock(7), "0:07"},
		{Clock(725), "12:05"},
		{Clock(3723), "1:02:03"},
		{w.Spoken(725), "12 minutes 5 seconds"},
		{w.Spoken(0), "0 seconds"},
		{w.Spoken(7261), "2 hours 1 minute"},
		{w.Left(45), "45 seconds left"},
		{w.Left(185), "3 minutes left"},
	} {
		if c.got != c.want {
			t.Errorf("%q, not %q", c.got, c.want)
		}
	}
}

func TestAgo(t *testing.T) {
	w, now := For("en"), time.Date(2026, 5, 17, 14, 5, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		20 * time.Second: "just now", 61 * time.Second: "1 minute ago", 5 * time.Hour: "5 hours ago", 6 * 24 * time.Hour: "6 days ago",
		8 * 24 * time.Hour: "May 9, 2026", -time.Hour: "just now",
	} {
		if got := w.Ago(now.Add(-d), now); got != want {
			t.Errorf("%v ago is %q, not %q", d, got, want)
		}
	}
}

func TestPlurals(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 1, "one"},
		{"en", 0, "other"},
		{"fr", 0, "one"},
		{"ja", 1, "other"},
		{"ar", 0, "zero"},
		{"ar", 2, "two"},
		{"ar", 103, "few"},
		{"ar", 111, "many"},
		{"ar", 100, "other"},
		{"ru", 21, "one"},
		{"ru", 11, "many"},
		{"ru", 3, "few"},
		{"pl", 21, "many"},
		{"pl", 22, "few"},
	} {
		if got := plural(c.lang, c.n); got != c.want {
			t.Errorf("%s %d: %s, not %s", c.lang, c.n, got, c.want)
		}
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		wishes []string
		want   string
	}{
		{[]string{"", ""}, "en"}, {[]string{"", "xx-YY,en;q=0.1"}, "en"}, {[]string{"ar-XB", "en"}, "ar-XB"}, {[]string{"", "en-GB;q=0.8"}, "en"}, {[]string{"../../etc"}, "en"},
	} {
		if got := Choose(c.wishes...); got != c.want {
			t.Errorf("%q: %s, not %s", c.wishes, got, c.want)
		}
	}
}

func TestPseudoLanguagesKeepNames(t *testing.T) {
	long := For("en-XA").T("signin.title", "site", "Shoal")
	if !strings.HasPrefix(long, "[") || !strings.Contains(long, "Shoal") || len(long) < len("Sign in to Shoal")*5/4 {
		t.Error(long)
	}
	if w := For("ar-XB"); w.Dir != "rtl" || w.Lang != "ar-XB" {
		t.Error(w.Lang, w.Dir)
	}
	if w := For("xx"); w.Lang != "en" {
		t.Error(w.Lang)
	}
}

// wordy are the calls that put words before people.
var wordy = map[string]int{"Text": 0, "Title": 0, "Chip": 2, "Button": 2, "LinkButton": 2, "SubmitButton": 2, "IconButton": 1}

// TestNoWordsOutsideOfTheCatalogue reads the pages: words stand in the catalogue, and every key asked for is in it.
func TestNoWordsOutsideOfTheCatalogue(t *testing.T) {
	w := For("en")
	for _, file := range sources(t) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := called(call)
			if i, ok := wordy[name]; ok && len(call.Args) > i && letters(literal(call.Args[i])) {
				t.Errorf("%s: %s has words of its own: %s", fset.Position(call.Pos()), name, literal(call.Args[i]))
			}
			if name == "Aria" && literal(call.Args[0]) == "label" && letters(literal(call.Args[1])) {
				t.Errorf("%s: a label of its own", fset.Position(call.Pos()))
			}
			if name == "At" && len(call.Args) == 2 && (literal(call.Args[0]) == "placeholder" || literal(call.Args[0]) == "alt") && letters(literal(call.Args[1])) {
				t.Errorf("%s: words of its own", fset.Position(call.Pos()))
			}
			if key := ""; (name == "T" || name == "N") && len(call.Args) > 0 {
				if key = literal(call.Args[0]); key == "" {
					return true
				}
				if name == "N" {
					key += ".other"
				}
				if !w.Has(key) {
					t.Errorf("%s: no words under %q", fset.Position(call.Pos()), key)
				}
			}
			return true
		})
	}
}

func sources(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, room := range []string{"../parts", "../pages"} {
		found, err := filepath.Glob(room + "/*.go")
		if err != nil || len(found) == 0 {
			t.Fatal(room, err)
		}
		for _, f := range found {
			if !strings.HasSuffix(f, "_test.go") {
				all = append(all, f)
			}
		}
	}
	return all
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
		s, _ := strconv.Unquote(l.Value)
		return s
	}
	return ""
}

// letters tells words from signs such as # and @.
func letters(s string) bool {
	n := 0
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			n++
		}
	}
	return n > 1
}

func TestCatalogueIsFlatJSON(t *testing.T) {
	if _, err := os.Stat("en.json"); err != nil {
		t.Fatal(err)
	}
	if len(load("en").words) < 100 {
		t.Error("the English words are not complete")
	}
}

func TestAPartBringsItsEnglish(t *testing.T) {
	english := map[string]string{"play": "Play", "at": "At {time}"}
	if got := For("en").Over(english, "player."); got["play"] != "Play" || got["at"] != "At {time}" {
		t.Errorf("%q", got)
	}
	if got := For("en-XA").Over(english, "player."); got["play"] == "Play" || !strings.Contains(got["at"], "{time}") {
		t.Errorf("%q", got)
	}
	w := &Words{words: map[string]string{"player.play": "Abspielen"}}
	if got := w.Over(english, "player."); got["play"] != "Abspielen" || got["at"] != "At {time}" {
		t.Errorf("%q", got)
	}
}
