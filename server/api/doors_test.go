package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"shoal/shared/api"
)

// door is an operation of the description.
type door struct {
	method, path string
	params       openapi3.Parameters
	o            *openapi3.Operation
	later        bool // answers 501 until it is built
}

// doors are all operations but the socket.
func doors(t *testing.T) (out []door) {
	t.Helper()
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range d.Paths.Map() {
		for method, o := range item.Operations() {
			if path == "/socket" || len(item.Servers) > 0 {
				continue
			}
			ps := append(append(openapi3.Parameters{}, item.Parameters...), o.Parameters...)
			out = append(out, door{method, path, ps, o, o.Responses.Value("501") != nil && o.Responses.Value("200") == nil && o.Responses.Value("204") == nil})
		}
	}
	return out
}

// least is the role that an operation asks for, by its scopes; nobody when it needs none.
func (d door) least() int {
	if d.o.Security == nil {
		return api.Member
	}
	role := nobody
	for _, way := range *d.o.Security {
		scopes, ok := way["token"]
		switch {
		case len(way) == 0:
			return nobody
		case ok && len(scopes) == 0:
			role = api.Member
		case ok && scopes[0] == "moderator":
			role = api.Moderator
		case ok:
			role = api.Administrator
		}
	}
	return role
}

var inBraces = regexp.MustCompile(`\{[^}]*\}`)

// at is the address with every part in braces replaced.
func (d door) at(id string) string { return Prefix + inBraces.ReplaceAllString(d.path, id) }

func TestEveryOperationKeepsItsDoor(t *testing.T) {
	o := newOffice(t)
	as := map[int]string{api.Member: o.eve, api.Moderator: o.mod}
	for _, d := range doors(t) {
		least := d.least()
		if least == nobody {
			continue
		}
		if got := o.send(d.method, d.at("1"), "", nil); got.status != http.StatusUnauthorized {
			t.Errorf("%s %s lets nobody in: %d", d.method, d.path, got.status)
		}
		for role, token := range as {
			if role <= least { // smaller numbers may more
				continue
			}
			if got := o.send(d.method, d.at("1"), token, nil); got.status != http.StatusForbidden {
				t.Errorf("%s %s lets the role %d in: %d", d.method, d.path, role, got.status)
			}
		}
	}
}

func TestEveryParameterIsChecked(t *testing.T) {
	o := newOffice(t)
	for _, d := range doors(t) {
		if d.method != http.MethodGet || d.later || strings.Contains(d.path, "{") {
			continue
		}
		for _, p := range d.params {
			for _, wrong := range wrongs(p.Value) {
				if got := o.get(d.at("")+"?"+p.Value.Name+"="+wrong, o.root); got.status != http.StatusBadRequest {
					t.Errorf("%s?%s=%s: %d", d.path, p.Value.Name, wrong, got.status)
				}
			}
		}
	}
}

// wrongs are values that a parameter of a query may not have.
func wrongs(p *openapi3.Parameter) (out []string) {
	s := p.Schema.Value
	if p.In != openapi3.ParameterInQuery {
		return nil
	}
	if s.Type.Is("array") {
		s = s.Items.Value
	}
	switch {
	case s.Type.Is("integer") && s.Max != nil:
		out = []string{"x", "-1", "1000000001"}
	case s.Type.Is("integer"), s.Type.Is("boolean"), s.Format == "date-time", len(s.Enum) > 0:
		out = []string{"x"}
	case s.MaxLength != nil:
		out = []string{strings.Repeat("x", int(*s.MaxLength)+1)}
	}
	return out
}

func TestEveryBodyIsChecked(t *testing.T) {
	o := newOffice(t)
	for _, d := range doors(t) {
		if d.o.RequestBody == nil || d.later || d.o.RequestBody.Value.Content["application/json"] == nil {
			continue
		}
		for name, b := range map[string]struct {
			ask
			status []int
		}{
			"broken":  {ask{kind: "application/json", body: `{"a":`}, []int{400, 403, 404, 409}},
			"a list":  {ask{kind: "application/json", body: `[1]`}, []int{400, 403, 404, 409}},
			"strange": {ask{kind: "text/plain", body: "a"}, []int{415, 403, 404, 409}},
			"NUL":     {ask{kind: "application/x-www-form-urlencoded", body: "a=%00"}, []int{400, 403, 404, 409}},
		} {
			b.method, b.path, b.header = d.method, d.at("1"), auth(o.root)
			if got := o.ask(b.ask); !slices.Contains(b.status, got.status) {
				t.Errorf("%s %s takes a body that is %s: %d %.100s", d.method, d.path, name, got.status, got.body)
			}
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	o := newOffice(t)
	for _, d := range doors(t) {
		if d.later || !strings.Contains(d.path, "{") || d.o.Responses.Value("404") == nil {
			continue
		}
		for _, id := range []string{"999999", "9223372036854775807", "00000000-0000-4000-8000-000000000000", "no.such@nowhere.example", "%00", "..%2f"} {
			if got := o.send(d.method, d.at(id), o.root, map[string]any{}); got.status/100 != 4 {
				t.Errorf("%s %s: %d %.100s", d.method, d.at(id), got.status, got.body)
			}
		}
	}
}
