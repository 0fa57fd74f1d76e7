package markdown

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

var (
	handle = regexp.MustCompile(`^@[a-zA-Z0-9_.:-]{1,50}(?:@[a-zA-Z0-9.-]+(?::[0-9]+)?)?`)

	// everywhere finds handles in text; what stands before one must not be a part of a word or an address.
	everywhere = regexp.MustCompile(`(?:^|[^a-zA-Z0-9_/@.])@([a-zA-Z0-9_.:-]{1,50}(?:@[a-zA-Z0-9.-]+(?::[0-9]+)?)?)`)
)

// trim takes the end of a sentence off a handle.
func trim(s string) string {
	for s != "" && (s[len(s)-1] == '.' || s[len(s)-1] == ':' || s[len(s)-1] == '-') {
		s = s[:len(s)-1]
	}
	return s
}

// mostMentions bounds whom one text can call.
const mostMentions = 20

// Mentions are the handles in a text, such as ada or ada@videos.example, each once.
func Mentions(words string) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range everywhere.FindAllStringSubmatch(words, -1) {
		if h := trim(m[1]); h != "" && !seen[h] && len(out) < mostMentions {
			seen[h] = true
			out = append(out, h)
		}
	}
	return out
}

// mention is a handle in a text.
type mention struct {
	ast.BaseInline
	handle []byte
}

var mentionKind = ast.NewNodeKind("Mention")

func (*mention) Kind() ast.NodeKind          { return mentionKind }
func (m *mention) Dump(source []byte, n int) { ast.DumpHelper(m, source, n, nil, nil) }

// mentions reads and writes them.
type mentions struct{}

func (*mentions) Trigger() []byte { return []byte{'@'} }

func (*mentions) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	if before == '/' || before == '@' || before == '_' || before >= '0' && before <= '9' || before >= 'a' && before <= 'z' || before >= 'A' && before <= 'Z' {
		return nil
	}
	if _, inLink := parent.(*ast.Link); inLink {
		return nil
	}
	line, _ := block.PeekLine()
	found := trim(string(handle.Find(line)))
	if len(found) < 2 {
		return nil
	}
	block.Advance(len(found))
	return &mention{handle: []byte(found)}
}

func (*mentions) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(mentionKind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if m, ok := n.(*mention); ok && entering {
			_, _ = w.WriteString(`<a href="/a/` + string(m.handle[1:]) + `">` + string(m.handle) + `</a>`) // letters, digits and _.:@- alone
		}
		return ast.WalkContinue, nil
	})
}
