package controls

import (
	"strings"

	"shoal/wasm/player"
)

// Notice is what covers the picture when playing is not possible: a drawing, words, and what can be done.
type Notice struct {
	Icon, Title, Text string
	Do                []Item // buttons; a Do with a slash is an address
}

// notices are the drawings and the ways out, by the kind of failure.
var notices = map[player.ErrorKind]struct{ icon, ways string }{
	player.Offline: {"offline", "retry"}, player.Network: {"offline", "retry lower"}, player.Busy: {"hourglass", "retry"},
	player.SignIn: {"lock", "signin"}, player.Forbidden: {"lock", ""}, player.Gone: {"gone", ""}, player.Blocked: {"lock", ""},
	player.Decode: {"warning", "retry lower"}, player.Unsupported: {"warning", "download"}, player.Processing: {"hourglass", ""},
}

// Notice tells about the failure of s, for a video that may be downloaded or that could not be prepared.
func (w Words) Notice(kind player.ErrorKind, v Video, login string, seconds string) Notice {
	name := string(kind)
	known := notices[kind]
	if kind == player.Processing && v.Failed {
		name, known.icon = "failed", "warning"
	}
	n := Notice{Icon: known.icon, Title: w.T(name + ".title"), Text: w.T(name+".text", "n", seconds)}
	for _, way := range strings.Fields(known.ways) {
		switch {
		case way == "signin":
			n.Do = append(n.Do, Item{Do: login, Label: w.T(way)})
		case way != "download":
			n.Do = append(n.Do, Item{Do: way, Label: w.T(way)})
		case v.Download != "":
			n.Do = append(n.Do, Item{Do: v.Download, Label: w.T(way)})
		}
	}
	return n
}

// Markup is the notice as markup.
func (n Notice) Markup() string {
	h := &html{}
	h.add(`<div class="pl-notice" role="alert">`, icon(n.Icon), `<h2>`, escape(n.Title), `</h2><p>`, escape(n.Text), `</p>`)
	if len(n.Do) > 0 {
		h.add(`<div class="pl-ways">`)
		for _, it := range n.Do {
			tag, attr := "button", `type="button" data-do="`
			if strings.Contains(it.Do, "/") {
				tag, attr = "a", `href="`
			}
			h.add(`<`, tag, ` class="pl-wide" `, attr, escape(it.Do), `">`, escape(it.Label), `</`, tag, `>`)
		}
		h.add(`</div>`)
	}
	h.add(`</div>`)
	return h.String()
}
