package api

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"shoal/server/fail"
)

type everything struct {
	Name   string     `json:"name"`
	Maybe  *string    `json:"maybe"`
	On     bool       `json:"on"`
	Off    *bool      `json:"off"`
	Number int64      `json:"number"`
	Small  *int       `json:"small"`
	Ratio  float64    `json:"ratio"`
	IDs    []int64    `json:"ids"`
	Tags   []string   `json:"tags"`
	When   *time.Time `json:"when"`
	Inner  *struct {
		Privacy int `json:"privacy"`
	} `json:"inner"`
	Map map[string]int `json:"map"`
}

func full() everything {
	maybe, off, small, when := "ü & ü", false, 7, time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	e := everything{
		Name: "a", Maybe: &maybe, On: true, Off: &off, Number: 1 << 40, Small: &small, Ratio: 1.5,
		IDs: []int64{1, 2, 3}, Tags: []string{"x", "y"}, When: &when, Map: map[string]int{"a": 1},
	}
	e.Inner = &struct {
		Privacy int `json:"privacy"`
	}{3}
	return e
}

var fields = url.Values{
	"name": {"a"}, "maybe": {"ü & ü"}, "on": {"true"}, "off": {"false"}, "number": {"1099511627776"}, "small": {"7"}, "ratio": {"1.5"},
	"ids[]": {"1", "2", "3"}, "tags[0]": {"x"}, "tags[1]": {"y"}, "when": {"2026-01-31T12:00:00Z"}, "inner[privacy]": {"3"},
	"map": {`{"a":1}`}, "unknown": {"is passed over"},
}

func parts() (kind, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, all := range fields {
		for _, v := range all {
			_ = w.WriteField(k, v)
		}
	}
	f, _ := w.CreateFormFile("file", "a.bin")
	_, _ = f.Write([]byte{0, 1, 2, 0xff})
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

func readBody(kind, body string, out any) error {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return read(httptest.NewRecorder(), r, out)
}

func TestBodiesAlike(t *testing.T) {
	multi, text := parts()
	for kind, body := range map[string]string{
		"application/json": `{"name":"a","maybe":"ü & ü","on":true,"off":false,"number":1099511627776,"small":7,"ratio":1.5,"ids":[1,2,3],
			"tags":["x","y"],"when":"2026-01-31T12:00:00Z","inner":{"privacy":3},"map":{"a":1},"unknown":1}`,
		"application/json; charset=utf-8":   `{"name":"a","maybe":"ü & ü","on":true,"off":false,"number":1099511627776,"small":7,"ratio":1.5,"ids":[1,2,3],"tags":["x","y"],"when":"2026-01-31T12:00:00Z","inner":{"privacy":3},"map":{"a":1}}`,
		"application/x-www-form-urlencoded": fields.Encode(),
		multi:                               text,
	} {
		var got everything
		if err := readBody(kind, body, &got); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if !reflect.DeepEqual(got, full()) {
			t.Errorf("%s: got %+v", kind, got)
		}
	}
}

func TestAbsentFieldsStayAsTheyAre(t *testing.T) {
	for kind, body := range map[string]string{
		"application/json":                  `{"maybe":null,"small":null}`,
		"application/x-www-form-urlencoded": "maybe=null&small=null&number=&ids[]=",
		"":                                  "",
	} {
		got := everything{Name: "before"}
		if err := readBody(kind, body, &got); err != nil {
			t.Errorf("%q: %v", kind, err)
		}
		if got.Name != "before" || got.Maybe != nil || got.Small != nil || got.Number != 0 || len(got.IDs) != 0 || got.Inner != nil {
			t.Errorf("%q: got %+v", kind, got)
		}
	}
}

func TestBadBodies(t *testing.T) {
	const form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
	for name, c := range map[string]struct {
		kind, body string
		want       fail.Kind
		field      string
	}{
		"broken JSON":        {"application/json", `{"name":`, fail.Invalid, ""},
		"wrong type":         {"application/json", `{"number":"x"}`, fail.Invalid, "number"},
		"a list":             {"application/json", `[]`, fail.Invalid, ""},
		"NUL in JSON":        {"application/json", `{"name":"a\u0000b"}`, fail.Invalid, ""},
		"deep JSON":          {"application/json", strings.Repeat("[", 100_000), fail.Invalid, ""},
		"word for number":    {form, "number=many", fail.Invalid, "number"},
		"number too large":   {form, "number=99999999999999999999", fail.Invalid, "number"},
		"word for bool":      {form, "on=perhaps", fail.Invalid, "on"},
		"word in list":       {form, "ids[]=1&ids[]=x", fail.Invalid, "ids"},
		"word for date":      {form, "when=tomorrow", fail.Invalid, "when"},
		"word for map":       {form, "map=x", fail.Invalid, "map"},
		"NUL in form":        {form, "name=a%00b", fail.Invalid, ""},
		"bad UTF-8 in form":  {form, "name=%ff", fail.Invalid, ""},
		"bad escape in form": {form, "name=%zz", fail.Invalid, ""},
		"many fields":        {form, strings.Repeat("a=b&", 2000), fail.TooLarge, ""},
		"many parts":         {multi, strings.Repeat("--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n", 2000) + "--x--\r\n", fail.TooLarge, ""},
		"unended parts":      {multi, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb", fail.Invalid, ""},
		"no boundary":        {"multipart/form-data", "--x--", fail.Invalid, ""},
		"other type":         {"application/xml", "<a/>", fail.Unsupported, ""},
		"no type":            {";;", "{}", fail.Unsupported, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := readBody(c.kind, c.body, &everything{})
			if !fail.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
			var e *fail.Error
			if errors.As(err, &e) && c.field != "" && e.Fields[c.field] == "" {
				t.Errorf("got fields %v", e.Fields)
			}
		})
	}
	for _, kind := range []string{"application/json", form, "multipart/form-data; boundary=x"} {
		var tooLong *http.MaxBytesError
		body := "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + strings.Repeat(" ", maxBody+1)
		if err := readBody(kind, body, &everything{}); !errors.As(err, &tooLong) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add(fields.Encode())
	f.Add("ids[]=1&ids[0]=2&inner[privacy]=x&map={}&when=")
	f.Fuzz(func(t *testing.T, body string) {
		var out everything
		if err := readBody(formType, body, &out); err == nil && !plain(out.Name) {
			t.Errorf("%q came through", out.Name)
		}
	})
}

func TestPagesAndSorts(t *testing.T) {
	for query, want := range map[string]any{
		"":                          page{0, 15},
		"start=5&count=100":         page{5, 100},
		"count=0":                   page{0, 0},
		"count=101":                 nil,
		"count=-1":                  nil,
		"count=x":                   nil,
		"start=-1":                  nil,
		"start=1000001":             nil,
		"start=9223372036854775808": nil,
		"start=1&unknown=2":         page{1, 15},
	} {
		q, _ := url.ParseQuery(query)
		got, err := readPage(q)
		if want == nil && !fail.Is(err, fail.Invalid) || want != nil && (err != nil || got != want) {
			t.Errorf("%s: %v %v", query, got, err)
		}
	}
	for text, ok := range map[string]bool{"": true, "-name": true, "name": true, "--name": false, "-": false, "password": false, "name;": false} {
		if _, _, err := readSort(url.Values{"sort": {text}}, "-createdAt", "createdAt", "name"); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestIDs(t *testing.T) {
	for text, want := range map[string]string{
		"42": "number", "19f00752-46b7-468b-a9da-d6acd4c94fa7": "uuid", "4cLvEtYHmPHgEwGouwdhcH": "uuid",
		"0": "", "-1": "", "99999999999999999999": "", "notauuid": "", "": "", "4cLvEtYHmPHgEwGouwdhc0": "",
		"19f0075246b7468ba9dad6acd4c94fa7x": "", "ZZZZZZZZZZZZZZZZZZZZZZ": "", "{19f00752-46b7-468b-a9da-d6acd4c94fa7}": "", "urn:uuid:19f00752-46b7-468b-a9da-d6acd4c94fa7": "",
	} {
		n, id, err := readID(text)
		got := ""
		switch {
		case err != nil:
		case id != nil:
			got = "uuid"
		case n > 0:
			got = "number"
		}
		if got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}
