package parts

import (
	"regexp"
	"strings"
	"testing"

	d "shoal/app/dom"
)

func TestMarkdown(t *testing.T) {
	r := Reading{Path: "/w/abc"}
	for _, c := range []struct{ text, want string }{
		{"one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"},
		{"**bold** and *soft* and `code`", "<p><strong>bold</strong> and <em>soft</em> and <code>code</code></p>"},
		{"a_b_c", "<p>a_b_c</p>"},
		{"- a\n- b", "<ul><li>a</li><li>b</li></ul>"},
		{"1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"},
		{"> said", "<blockquote><p>said</p></blockquote>"},
		{"# Title", "<p><strong>Title</strong></p>"},
		{"at 1:05, not 1:99", `<p>at <a class="moment" href="/w/abc?start=65">1:05</a>, not 1:99</p>`},
		{"1:02:03", `<p><a class="moment" href="/w/abc?start=3723">1:02:03</a></p>`},
		{"see https://a.example/b_c?d=1.", `<p>see <a href="https://a.example/b_c?d=1" rel="ugc noopener nofollow" target="_blank">https://a.example/b_c?d=1</a>.</p>`},
		{"[here](https://a.example)", `<p><a href="https://a.example" rel="ugc noopener nofollow" target="_blank">here</a></p>`},
		{"[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"},
		{"<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"},
		{"```\n<b>\n```", "<pre><code>&lt;b&gt;</code></pre>"},
		{`\*not soft\*`, "<p>*not soft*</p>"},
	} {
		if got := d.HTML(Markdown(c.text, r)); got != c.want {
			t.Errorf("%q became\n%s, not\n%s", c.text, got, c.want)
		}
	}
}

var (
	tags  = regexp.MustCompile(`</?([a-z0-9]+)[^>]*>`)
	links = regexp.MustCompile(`href="([^"]*)"`)
)

func FuzzMarkdownIsHarmless(f *testing.F) {
	for _, s := range []string{"**a*b**", "[a](b) [c](https://d)", "``` x", "> > *", "1:2:3 12:34", "\x00\xff", "[[[[](((", "- \n-\n1.", "_a_ __b__ *c*"} {
		f.Add(s)
	}
	allowed := map[string]bool{"p": true, "br": true, "strong": true, "em": true, "code": true, "pre": true, "ul": true, "ol": true, "li": true, "blockquote": true, "hr": true, "a": true}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4000 {
			return
		}
		html := d.HTML(Markdown(s, Reading{Path: "/w/x"}))
		for _, m := range tags.FindAllStringSubmatch(html, -1) {
			if !allowed[m[1]] {
				t.Fatalf("%q made a %s", s, m[1])
			}
		}
		for _, m := range links.FindAllStringSubmatch(html, -1) {
			if l := strings.ToLower(m[1]); !strings.HasPrefix(l, "/") && !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") && !strings.HasPrefix(l, "mailto:") {
				t.Fatalf("%q made a link to %q", s, m[1])
			}
		}
	})
}
