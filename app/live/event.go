package live

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"shoal/app/dom"
)

// event is dom.Event over go-app's.
type event struct {
	ctx app.Context
	e   app.Event
}

func (e event) word(name string) string {
	if v := e.ctx.JSSrc().Get(name); v.Truthy() {
		return v.String()
	}
	return ""
}

func (e event) Value() string { return e.word("value") }
func (e event) Checked() bool { return e.ctx.JSSrc().Get("checked").Truthy() }
func (e event) Prevent()      { e.e.PreventDefault() }

func (e event) Key() string {
	if k := e.e.Get("key"); k.Truthy() {
		return k.String()
	}
	return ""
}

// Data reads data-name; the browser gives it under its camel-case name.
func (e event) Data(name string) string {
	parts := strings.Split(name, "-")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	v := e.ctx.JSSrc().Get("dataset").Get(strings.Join(parts, ""))
	if !v.Truthy() {
		return ""
	}
	return v.String()
}

// Files are those of the field, or those dropped.
func (e event) Files() []dom.File {
	list := e.ctx.JSSrc().Get("files")
	if t := e.e.Get("dataTransfer"); t.Truthy() {
		list = t.Get("files")
	}
	if !list.Truthy() {
		return nil
	}
	var all []dom.File
	for i := range list.Length() {
		f := list.Index(i)
		all = append(all, dom.File{
			Name: f.Get("name").String(), Type: f.Get("type").String(), Size: int64(f.Get("size").Float()),
			Modified: int64(f.Get("lastModified").Float()), Handle: bare(f),
		})
	}
	return all
}
