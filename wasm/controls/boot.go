//go:build js

package controls

import "shoal/wasm/browser"

// FromBoot reads what the controls need from the page's boot object (shared/api.Boot, parsed by the browser).
func FromBoot(boot browser.Value) Video {
	v := Video{
		UUID: text(boot, "uuid"), Title: text(boot, "title"), Channel: text(boot, "channel"), Handle: text(boot, "handle"), Poster: text(boot, "poster"),
		Duration: num(boot, "duration"), Position: num(boot, "position"), Watch: text(boot, "watchPath"), Embed: text(boot, "embedPath"),
		Failed: num(boot, "state") == 7,
	}
	each(boot.Get("captions"), func(c browser.Value) {
		v.Captions = append(v.Captions, Caption{Language: text(c.Get("language"), "id"), Label: text(c.Get("language"), "label"), URL: text(c, "fileUrl"), Auto: c.Get("automaticallyGenerated").Truthy()})
	})
	each(boot.Get("chapters"), func(c browser.Value) {
		v.Chapters = append(v.Chapters, Chapter{At: num(c, "timecode"), Title: text(c, "title")})
	})
	if s := boot.Get("storyboard"); !browser.Nil(s) && num(s, "spriteWidth") > 0 && num(s, "spriteHeight") > 0 {
		v.Storyboard = Storyboard{
			URL: text(s, "fileUrl"), Width: int(num(s, "spriteWidth")), Height: int(num(s, "spriteHeight")), Every: num(s, "spriteDuration"),
			Columns: int(num(s, "totalWidth") / num(s, "spriteWidth")), Rows: int(num(s, "totalHeight") / num(s, "spriteHeight")),
		}
	}
	if boot.Get("download").Truthy() {
		v.Download = file(boot)
	}
	return v
}

// file is the address of the best whole file, for browsers that cannot play.
func file(boot browser.Value) (url string) {
	each(boot.Get("levels"), func(l browser.Value) {
		if l.Get("muxed").Truthy() || url == "" {
			url = text(l, "file")
		}
	})
	if token := text(boot, "fileToken"); token != "" && url != "" {
		url += "?videoFileToken=" + token
	}
	return url
}

// FromAddress reads what the address of this page asks for.
func FromAddress() Start {
	location := browser.Window.Get("location")
	query := browser.Window.Get("URLSearchParams").New(location.Get("search"))
	fragment := location.Get("hash").String()
	if fragment != "" {
		fragment = fragment[1:]
	}
	return ParseStart(func(name string) (string, bool) {
		v := query.Call("get", name)
		if browser.Nil(v) {
			return "", false
		}
		return v.String(), true
	}, fragment)
}

// FromWords reads a catalogue that the page carries as an object of sentences by key.
func FromWords(catalogue browser.Value) Words {
	w := Words{}
	if browser.Nil(catalogue) {
		return w
	}
	keys := browser.Window.Get("Object").Call("keys", catalogue)
	for i := range keys.Length() {
		key := keys.Index(i).String()
		w[key] = text(catalogue, key)
	}
	return w
}

func each(list browser.Value, f func(browser.Value)) {
	if browser.Nil(list) {
		return
	}
	for i := range list.Length() {
		f(list.Index(i))
	}
}

func text(of browser.Value, name string) string {
	if browser.Nil(of) {
		return ""
	}
	if v := of.Get(name); !browser.Nil(v) {
		return v.String()
	}
	return ""
}

func num(of browser.Value, name string) float64 {
	if v := of.Get(name); !browser.Nil(v) {
		return v.Float()
	}
	return 0
}
