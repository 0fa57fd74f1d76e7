package dom

import "testing"

func TestNothingAPersonWroteBecomesMarkup(t *testing.T) {
	hostile := `"><script>alert('1')</script>&amp;`
	got := HTML(Div(Title(hostile), Text(hostile)))
	want := `<div title="&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;">&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</div>`
	if got != want {
		t.Errorf("got %s", got)
	}
}

func TestElements(t *testing.T) {
	for _, c := range []struct {
		name string
		node Node
		want string
	}{
		{"void", Input(Type("text"), Flag("required", true)), `<input type="text" required>`},
		{"flag off", Input(Flag("checked", false)), `<input>`},
		{"classes add up", Div(Class("a"), Class("b")), `<div class="a b"></div>`},
		{"the later attribute wins", Div(Type("a"), Type("b")), `<div type="b"></div>`},
		{"true is written out", Button(Aria("pressed", "true")), `<button aria-pressed="true"></button>`},
		{"nothing", Div(If(false, Text("x")), nil, (*Element)(nil), When(false, nil)), `<div></div>`},
		{"group", Div(Group{Text("a"), nil, Span(Text("b"))}), `<div>a<span>b</span></div>`},
		{"each", Ul(Each([]string{"a", "b"}, func(s string) Node { return Li(Text(s)) })), `<ul><li>a</li><li>b</li></ul>`},
		{"words of a textarea", El("textarea", At("value", "<b>")), "<textarea>\n&lt;b&gt;</textarea>"},
	} {
		if got := HTML(c.node); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got, c.want)
		}
	}
}
