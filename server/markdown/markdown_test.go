package markdown

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestHTML(t *testing.T) {
	for text, want := range map[string]string{
		"hello":                        "<p>hello</p>",
		"a\nb":                         "<p>a<br>\nb</p>",
		"**a** _b_ ~~c~~ `d`":          "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>",
		"- a\n- b":                     "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"hi @bob.":                     `<p>hi <a href="/a/bob" rel="ugc nofollow noreferrer">@bob</a>.</p>`,
		"@bob@videos.example: look":    `<p><a href="/a/bob@videos.example" rel="ugc nofollow noreferrer">@bob@videos.example</a>: look</p>`,
		"me@example.org":               "<p>me@example.org</p>",
		"[x](https://e.example/a?b&c)": `<p><a href="https://e.example/a?b&amp;c" rel="ugc nofollow noreferrer noopener" target="_blank">x</a></p>`,
		"1 < 2 & 3":                    "<p>1 &lt; 2 &amp; 3</p>",
	} {
		if got := strings.TrimSpace(HTML(text)); got != want {
			t.Errorf("%q: %s, not %s", text, got, want)
		}
	}
	if got := HTML("see https://e.example/x"); !strings.Contains(got, `href="https://e.example/x"`) {
		t.Errorf("got %s", got)
	}
	if got := Plain("**Hi** @bob\n\n- a <b>\n\n<script>x</script>"); got != "Hi @bob a" {
		t.Errorf("got %q", got)
	}
}

func TestMentions(t *testing.T) {
	got := Mentions("@ada and (@bob@v.example:9000), @ada. not me@x.org nor /@no nor @@twice, @c.")
	if want := []string{"ada", "bob@v.example:9000", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := Mentions(strings.Repeat("@a", 100) + " @b1 @b2 @b3 @b4 @b5 @b6 @b7 @b8 @b9 @c1 @c2 @c3 @c4 @c5 @c6 @c7 @c8 @c9 @d1 @d2 @d3 @d4"); len(got) > mostMentions {
		t.Errorf("%d are called", len(got))
	}
}

// attacks are ways to bring code into a page.
var attacks = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[x](javascript:alert(1))",
	"[x](JaVaScRiPt:alert(1))", "[x](java\tscript:alert(1))", "[x](&#106;avascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)",
	"![x](x\"onerror=\"alert(1))", "![a](javascript:alert(1))", "<javascript:alert(1)>", "<a href=\"javascript:alert(1)\">x</a>",
	"[x](vbscript:msgbox(1))", "`<script>alert(1)</script>`", "<iframe src=https://e.example></iframe>", "<style>*{display:none}</style>",
	"<a href='https://e.example' onclick='alert(1)'>x</a>", "<math><mtext></math><img src onerror=alert(1)>", "<form action=/x><input name=y>",
	"[x](https://e.example \"a\" onmouseover=\"alert(1)\")", "@<img/src=x/onerror=alert(1)>", "[x]: javascript:alert(1)\n\n[x]",
	"<p style=\"position:fixed\">x</p>", "<details open ontoggle=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<!--><script>alert(1)</script>-->", "\x00<script>alert(1)</script>", "<ScRiPt\n>alert(1)</sCrIpT>", "<object data=x>", "<base href=//e.example>",
	"[x](//e.example)", "<a href=\"\x01javascript:alert(1)\">x</a>", "**<img src=x onerror=alert(1)>**", "<textarea><script>alert(1)</script>",
}

func TestNothingHarmfulPasses(t *testing.T) {
	for _, text := range attacks {
		for how, out := range map[string]string{"markdown": HTML(text), "foreign": Safe(text)} {
			harmless(t, how, text, out)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, text := range attacks {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		harmless(t, "markdown", text, HTML(text))
		harmless(t, "foreign", text, Safe(text))
	})
}

// harmless reads the HTML as a browser would and looks at all of it.
func harmless(t *testing.T, how, text, out string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader("<!doctype html><body>" + out))
	if err != nil {
		t.Fatal(err)
	}
	may := strings.Fields("html head body p br strong em b i del s code pre ul ol li blockquote span a")
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(may, n.Data) {
			t.Errorf("%s %q: there is a %s: %s", how, text, n.Data, out)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "rel", "target":
			case "href":
				if l := strings.ToLower(strings.TrimSpace(a.Val)); strings.Contains(strings.SplitN(l, "/", 2)[0], ":") && !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") {
					t.Errorf("%s %q: a link to %s", how, text, a.Val)
				}
			default:
				t.Errorf("%s %q: there is %s on %s: %s", how, text, a.Key, n.Data, out)
			}
		}
	}
}
