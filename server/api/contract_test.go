package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"shoal/docs"
)

// described is the description of the interface, read strictly: an object has no names but those that are described.
var described = sync.OnceValues(func() (*openapi3.T, error) {
	l := openapi3.NewLoader()
	d, err := l.LoadFromData(docs.OpenAPI)
	if err != nil {
		return nil, err
	}
	if err := d.Validate(l.Context); err != nil {
		return nil, err
	}
	for _, s := range d.Components.Schemas {
		seal(s)
	}
	for _, p := range d.Paths.Map() {
		for _, o := range p.Operations() {
			for _, a := range o.Responses.Map() {
				for _, c := range a.Value.Content {
					seal(c.Schema)
				}
			}
		}
	}
	return d, nil
})

func seal(r *openapi3.SchemaRef) {
	if r == nil || r.Value == nil || r.Value.Extensions["sealed"] != nil {
		return
	}
	s := r.Value
	s.Extensions = map[string]any{"sealed": true}
	if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for _, p := range s.Properties {
		seal(p)
	}
	for _, p := range slices.Concat(s.AllOf, s.OneOf, s.AnyOf) {
		seal(p)
	}
	seal(s.Items)
	seal(s.AdditionalProperties.Schema)
}

// pattern is the route that a request meets; empty for none.
func pattern(routes chi.Routes, method, path string) string {
	path = strings.TrimRight(path, "/")
	found := routes.Find(chi.NewRouteContext(), method, path)
	if found == "" && method == http.MethodHead {
		found = routes.Find(chi.NewRouteContext(), http.MethodGet, path)
	}
	return strings.TrimPrefix(found, Prefix)
}

// checked compares every answer that goes through it with the description.
func checked(t testing.TB, h http.Handler) http.Handler {
	t.Helper()
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	routes := h.(chi.Routes)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" { // the socket writes past the answer
			h.ServeHTTP(w, r)
			return
		}
		method, path := r.Method, r.URL.Path
		a := &answered{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(a, r)
		if err := a.check(d, pattern(routes, method, path), method); err != nil {
			t.Errorf("%s %s: %d: %v: %.300s", method, path, a.status, err, a.body.Bytes())
		}
	})
}

// answered is an answer as it goes to who asked.
type answered struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answered) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *answered) Write(b []byte) (int, error) {
	a.body.Write(b)
	return a.ResponseWriter.Write(b)
}

func (a *answered) check(d *openapi3.T, path, method string) error {
	if method == http.MethodOptions {
		return nil
	}
	problem := d.Components.Schemas["Problem"].Value
	if path == "" || a.status == http.StatusMethodNotAllowed {
		return a.matches(problem)
	}
	item := d.Paths.Value(path)
	if item == nil {
		return errors.New("the path is not described")
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	o := item.GetOperation(method)
	if o == nil {
		return errors.New("the method is not described")
	}
	said := o.Responses.Status(a.status)
	if said == nil && (a.status == http.StatusTooManyRequests || a.status >= 500 && a.status != http.StatusNotImplemented) {
		said = o.Responses.Default()
	}
	if said == nil {
		return errors.New("the status is not described")
	}
	seen.Store(fmt.Sprintf("%s %s %d", method, path, a.status), true)
	return a.fits(said.Value)
}

func (a *answered) fits(said *openapi3.Response) error {
	if a.body.Len() == 0 { // also to HEAD
		if len(said.Content) > 0 && a.status != http.StatusOK {
			return errors.New("there is no body")
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(a.Header().Get("Content-Type"))
	if err != nil {
		return err
	}
	media := said.Content[kind]
	if media == nil {
		return fmt.Errorf("%s is not described", kind)
	}
	if !strings.HasSuffix(kind, "json") {
		return nil
	}
	return a.matches(media.Schema.Value)
}

func (a *answered) matches(s *openapi3.Schema) error {
	var body any
	if err := json.Unmarshal(a.body.Bytes(), &body); err != nil {
		return err
	}
	return s.VisitJSON(body, openapi3.MultiErrors())
}

func TestEveryRouteIsDescribedAndEveryDescriptionRouted(t *testing.T) {
	d, err := described()
	if err != nil {
		t.Fatal(err)
	}
	g := newRig(t)
	routed := map[string]bool{}
	err = chi.Walk(g.server.Handler().(chi.Routes), func(method, path string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		routed[method+" "+strings.TrimPrefix(path, Prefix)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for path, item := range d.Paths.Map() {
		if len(item.Servers) > 0 { // another room answers it
			continue
		}
		for method, o := range item.Operations() {
			op := method + " " + path
			if !routed[op] {
				t.Errorf("%s is described, but there is no such route", op)
			}
			delete(routed, op)
			if other := ids[o.OperationID]; other != "" || o.OperationID == "" {
				t.Errorf("%s and %s have the same operationId %q", op, other, o.OperationID)
			}
			ids[o.OperationID] = op
			if o.Summary == "" || len(o.Tags) != 1 {
				t.Errorf("%s has no summary, or not one tag", op)
			}
		}
	}
	for op := range routed {
		t.Errorf("%s is not described", op)
	}
}

func TestTheDescriptionIsServed(t *testing.T) {
	g := newRig(t)
	a := g.get("/api/v1/openapi.yaml", "")
	if a.into(200, nil); !bytes.Equal(a.body, docs.OpenAPI) || a.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("%d bytes of %s", len(a.body), a.header.Get("Content-Type"))
	}
	again := g.ask(ask{method: "GET", path: "/api/v1/openapi.yaml", header: map[string]string{"If-None-Match": a.header.Get("Etag")}})
	if again.status != http.StatusNotModified {
		t.Errorf("asked again: %d", again.status)
	}
}

// seen are the operations and statuses that were answered.
var seen sync.Map

// TestMain also refuses a suite that never saw an operation go well, or, where it comes later, say so.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		for _, op := range unseen() {
			fmt.Println("never answered:", op)
			code = 1
		}
	}
	os.Exit(code)
}

func unseen() (out []string) {
	d, err := described()
	if err != nil {
		return []string{err.Error()}
	}
	for path, item := range d.Paths.Map() {
		for method, o := range item.Operations() {
			for status := range o.Responses.Map() {
				n, _ := strconv.Atoi(status)
				op := fmt.Sprintf("%s %s %d", method, path, n)
				if _, ok := seen.Load(op); !ok && (n/100 == 2 || n/100 == 3 || n == http.StatusNotImplemented) && len(item.Servers) == 0 {
					out = append(out, op)
				}
			}
		}
	}
	return slices.Sorted(slices.Values(out))
}
