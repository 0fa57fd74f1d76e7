package live

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"shoal/app/dom"
)

func TestRootDrawsAgainAfterAChange(t *testing.T) {
	words, begun := "before", 0
	r := NewRoot(func() *dom.Element {
		return dom.Div(dom.ID("app"), dom.If(words == "after", dom.Class("new")), dom.Text(words), dom.Raw("<svg></svg>"), dom.Input(dom.Flag("checked", true)),
			dom.Button(dom.On("click", func(dom.Event) {})))
	}, func() { begun++ })
	d := app.NewClientTester(r)
	defer d.Close()
	if html := app.HTMLString(r); !strings.Contains(html, "before") || !strings.Contains(html, "<svg></svg>") || begun != 1 {
		t.Fatal(html, begun)
	}
	r.Do(func() { words = "after" })
	d.Consume()
	if html := app.HTMLString(r); !strings.Contains(html, "after") || !strings.Contains(html, "new") || begun != 1 {
		t.Error(html, begun)
	}
}
