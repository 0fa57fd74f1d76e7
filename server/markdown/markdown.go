// Package markdown turns what people write into safe HTML, and back into plain words.
package markdown

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	renderhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// written reads the small part of markdown that people expect in a comment. Raw HTML never passes through it.
var written = goldmark.New(
	goldmark.WithExtensions(extension.Linkify, extension.Strikethrough),
	goldmark.WithParserOptions(parser.WithInlineParsers(util.Prioritized(&mentions{}, 150))),
	goldmark.WithRendererOptions(renderhtml.WithHardWraps(), renderer.WithNodeRenderers(util.Prioritized(&mentions{}, 150))),
)

// safe is what may be in the HTML; whatever else there is goes, with the text inside of scripts and styles.
var safe = policy()

func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "em", "b", "i", "del", "s", "code", "pre", "ul", "ol", "li", "blockquote", "span")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^ugc$`)).OnElements("a")
	p.RequireNoReferrerOnLinks(true)
	return p
}

// HTML is markdown as safe HTML.
func HTML(text string) string {
	var b bytes.Buffer
	if written.Convert([]byte(text), &b) != nil { // cannot fail: it writes to memory
		return "<p>" + html.EscapeString(text) + "</p>"
	}
	return ugc(safe.Sanitize(b.String()))
}

// Safe is HTML of elsewhere without what could do harm.
func Safe(foreign string) string { return ugc(safe.Sanitize(foreign)) }

// ugc tells search engines that links were written by visitors.
func ugc(s string) string { return strings.ReplaceAll(s, ` rel="nofollow`, ` rel="ugc nofollow`) }

var (
	bare  = bluemonday.StrictPolicy()
	space = regexp.MustCompile(`\s+`)
)

// Plain is markdown as one line of words.
func Plain(text string) string { return Words(HTML(text)) }

// Words are those of HTML, in one line.
func Words(page string) string {
	out := strings.NewReplacer("</p>", " ", "<br>", " ", "<br />", " ", "</li>", " ").Replace(page)
	return strings.TrimSpace(space.ReplaceAllString(html.UnescapeString(bare.Sanitize(out)), " "))
}
