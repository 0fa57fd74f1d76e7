package api

import (
	"strings"
	"testing"

	"shoal/shared/api"
)

func TestWhatComesLaterSaysSo(t *testing.T) {
	o := newOffice(t)
	fill := strings.NewReplacer("{id}", "1", "{name}", "ada", "{handle}", "x@y.example", "{host}", "y.example", "{export}", "1", "{video}", "1", "{filename}", "x")
	as := map[int]string{nobody: "", api.Member: o.ada, api.Moderator: o.mod, api.Administrator: o.root}
	for _, l := range awaited {
		for _, p := range l.paths {
			method, path, _ := strings.Cut(fill.Replace(p), " ")
			if got := o.send(method, "/api/v1"+path, as[l.role], nil); got.status != 501 {
				t.Errorf("%s: %d", p, got.status)
			}
			if l.role != nobody {
				o.send(method, "/api/v1"+path, "", nil).refused(401, "unauthorized_request")
			}
			if l.role == api.Administrator {
				o.send(method, "/api/v1"+path, o.mod, nil).refused(403, "")
			}
		}
	}
	for path, role := range empty {
		var page api.Page[any]
		o.get("/api/v1"+fill.Replace(path), as[role]).into(200, &page)
		if page.Data == nil || page.Total != 0 {
			t.Errorf("%s: %+v", path, page)
		}
		o.get("/api/v1"+fill.Replace(path)+"?count=101", as[role]).refused(400, "")
	}
}
