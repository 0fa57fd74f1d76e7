package activity_test

import (
	"errors"
	"strings"
	"testing"

	"shoal/server/activity"
)

func TestOrigins(t *testing.T) {
	for in, want := range map[activity.ID]string{
		"https://A.example/x":              "https://a.example",
		"https://a.example:443/x":          "https://a.example",
		"http://a.example:80":              "http://a.example",
		"https://a.example:80/":            "https://a.example:80",
		"http://localhost:9000/accounts/b": "http://localhost:9000",
		"":                                 "", "a.example": "", "//a.example/x": "", "https:a.example": "", "https:///x": "",
		"https://a.example:/x": "", "https://u:p@a.example/": "", "https://a.example\\@b.example/": "", "https://a.example/ x": "",
		"https://a.example/\n": "", "ftp://a.example/": "", "did:key:z6Mk": "", "javascript:1": "",
		activity.ID("https://a.example/" + strings.Repeat("x", 2000)): "",
	} {
		if got, err := activity.Origin(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%.60q: %q %v", in, got, err)
		}
	}
	if activity.SameOrigin() || activity.SameOrigin("https://a.example/", "http://a.example/") || !activity.SameOrigin("https://a.example/", "https://A.example:443/b") {
		t.Error("same origin")
	}
}

// TestWhoMaySayWhat signs everything by ann of a.example; bea is on the same server, cem on another, we are on s.example.
func TestWhoMaySayWhat(t *testing.T) {
	const head = `"id":"https://a.example/1","actor":"https://a.example/ann"`
	for in, want := range map[string]struct {
		trust activity.Trust
		err   error
	}{
		`{"type":"Create",` + head + `,"object":{"type":"Note","id":"https://a.example/n","attributedTo":"https://a.example/ann"}}`:                        {activity.Whole, nil},
		`{"type":"Create",` + head + `,"object":{"type":"Video","id":"https://a.example/v","attributedTo":[{"type":"Group","id":"https://a.example/c"}]}}`: {activity.Whole, nil},
		`{"type":"Create",` + head + `,"object":{"type":"Note","id":"https://a.example/n","attributedTo":"https://c.example/cem"}}`:                        {0, activity.ErrOrigin},
		`{"type":"Create",` + head + `,"object":{"type":"Note","id":"https://c.example/n","attributedTo":"https://c.example/cem"}}`:                        {activity.Fetch, nil},
		`{"type":"Create",` + head + `,"object":"https://a.example/n"}`:                                                                                    {activity.Fetch, nil},
		`{"type":"Create",` + head + `,"object":{"type":"Note"}}`:                                                                                          {0, activity.ErrObject},
		`{"type":"Create",` + head + `,"object":[{"type":"Note","id":"https://a.example/n"},{"type":"Note","id":"https://a.example/m"}]}`:                  {0, activity.ErrObject},
		`{"type":"Create",` + head + `}`: {0, activity.ErrObject},
		`{"type":"Update",` + head + `,"object":{"type":"Video","id":"https://c.example/v","attributedTo":"https://c.example/cem"}}`:     {0, activity.ErrOrigin},
		`{"type":"Update",` + head + `,"object":{"type":"Person","id":"https://a.example/ann"}}`:                                         {activity.Whole, nil},
		`{"type":"Update",` + head + `,"object":{"type":"Person","id":"https://a.example/bea"}}`:                                         {0, activity.ErrOrigin},
		`{"type":"Update",` + head + `,"object":{"type":["Group"],"id":"https://a.example/bea"}}`:                                        {0, activity.ErrOrigin},
		`{"type":"Delete",` + head + `,"object":"https://a.example/n"}`:                                                                  {activity.Name, nil},
		`{"type":"Delete",` + head + `,"object":"https://c.example/comment"}`:                                                            {activity.Name, nil},
		`{"type":"Delete","id":"https://c.example/comment/delete","actor":"https://a.example/ann","object":"https://c.example/comment"}`: {activity.Name, nil},
		`{"type":"Delete","id":"https://c.example/other/delete","actor":"https://a.example/ann","object":"https://c.example/comment"}`:   {0, activity.ErrOrigin},
		`{"type":"Undo","id":"https://c.example/comment/delete","actor":"https://a.example/ann","object":"https://c.example/comment"}`:   {0, activity.ErrOrigin},
		`{"type":"Like",` + head + `,"object":"https://s.example/v"}`:                                                                    {activity.Name, nil},
		`{"type":"Like",` + head + `}`:                                    {0, activity.ErrObject},
		`{"type":"Announce",` + head + `,"object":"https://c.example/v"}`: {activity.Name, nil},
		`{"type":"Announce",` + head + `,"object":{"type":"Create","id":"https://c.example/1","actor":"https://c.example/cem"}}`:                              {activity.Fetch, nil},
		`{"type":"Undo",` + head + `,"object":{"type":"Like","id":"https://a.example/l","actor":"https://a.example/ann","object":"https://s.example/v"}}`:     {activity.Whole, nil},
		`{"type":"Undo",` + head + `,"object":{"type":"Like","id":"https://a.example/l","actor":"https://a.example/bea","object":"https://s.example/v"}}`:     {0, activity.ErrOrigin},
		`{"type":"Undo",` + head + `,"object":{"type":"Like","id":"https://c.example/l","actor":"https://a.example/ann"}}`:                                    {0, activity.ErrOrigin},
		`{"type":"Undo",` + head + `,"object":{"type":"Follow","actor":"https://a.example/ann","object":"https://s.example/x"}}`:                              {activity.Whole, nil},
		`{"type":"Undo",` + head + `,"object":"https://a.example/l"}`:                                                                                         {activity.Name, nil},
		`{"type":"Undo",` + head + `,"object":"https://c.example/l"}`:                                                                                         {0, activity.ErrOrigin},
		`{"type":"Accept",` + head + `,"object":{"type":"Follow","id":"https://s.example/f","actor":"https://s.example/x","object":"https://a.example/ann"}}`: {activity.Name, nil},
		`{"type":"Accept",` + head + `,"object":{"type":"Follow","id":"https://s.example/f","actor":"https://s.example/x","object":"https://c.example/cem"}}`: {0, activity.ErrOrigin},
		`{"type":"Reject",` + head + `,"object":"https://s.example/f"}`:                                                                                       {activity.Name, nil},
		`{"type":"Move",` + head + `,"object":"https://a.example/ann","target":"https://c.example/ann"}`:                                                      {activity.Name, nil},
		`{"type":"Move",` + head + `,"object":"https://a.example/bea","target":"https://c.example/ann"}`:                                                      {0, activity.ErrOrigin},
		`{"type":"Flag",` + head + `,"object":["https://s.example/v","https://s.example/x"]}`:                                                                 {activity.Name, nil},
		`{"type":"Flag",` + head + `}`: {0, activity.ErrObject},
		`{"type":"Like","id":"https://c.example/1","actor":"https://a.example/ann","object":"https://s.example/v"}`: {0, activity.ErrOrigin},
		`{"type":"Like","actor":"https://a.example/ann","object":"https://s.example/v"}`:                            {0, activity.ErrOrigin},
		`{"type":"Like","id":"https://a.example/1","object":"https://s.example/v"}`:                                 {0, activity.ErrOrigin},
		`{"type":"Like","id":"https://a.example/1","actor":"https://a.example/bea","object":"https://s.example/v"}`: {0, activity.ErrForwarded},
		`{"type":"Like","id":"https://c.example/1","actor":"https://c.example/cem","object":"https://s.example/v"}`: {0, activity.ErrForwarded},
	} {
		a, err := activity.Read([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		trust, err := activity.Judge("https://a.example/ann", a)
		if trust != want.trust || !errors.Is(err, want.err) || want.err == nil && err != nil {
			t.Errorf("%s: %v %v", in, trust, err)
		}
	}
}

func TestFetched(t *testing.T) {
	for _, c := range []struct {
		from  activity.ID
		body  string
		again activity.ID
		err   error
	}{
		{"https://a.example/n", `{"type":"Note","id":"https://a.example/n","attributedTo":"https://a.example/ann"}`, "", nil},
		{"https://a.example/ann", `{"type":"Person","id":"https://a.example/ann#me"}`, "", nil},
		{"https://a.example/w/1", `{"type":"Video","id":"https://a.example/videos/watch/1"}`, "https://a.example/videos/watch/1", nil},
		{"https://a.example/n", `{"type":"Note","id":"https://c.example/n"}`, "", activity.ErrOrigin},
		{"https://a.example/n", `{"type":"Note","id":"http://a.example/n"}`, "", activity.ErrOrigin},
		{"https://a.example/n", `{"type":"Note"}`, "", activity.ErrOrigin},
		{"https://a.example/n", `{"type":"Note","id":"https://a.example/n","attributedTo":"https://c.example/cem"}`, "", activity.ErrOrigin},
		{"https://a.example/n", `{"type":"Like","id":"https://a.example/n","actor":"https://c.example/cem"}`, "", activity.ErrOrigin},
		{"https://a.example/n", `{"type":"Note","id":"https://a.example/n","@graph":[]}`, "", activity.ErrTrick},
	} {
		thing, again, err := activity.Fetched(c.from, []byte(c.body))
		if again != c.again || !errors.Is(err, c.err) || c.err == nil && (err != nil || thing.Is == "") {
			t.Errorf("%s: %+v %q %v", c.body, thing, again, err)
		}
	}
}
