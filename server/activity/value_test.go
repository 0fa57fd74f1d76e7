package activity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"shoal/server/activity"
)

func TestOneOrMany(t *testing.T) {
	for in, want := range map[string]string{
		`{"type":"Like","id":"i","actor":"a","object":"o"}`:                                                              `{"type":"Like","id":"i","actor":"a","object":"o"}`,
		`{"type":"Like","id":"i","actor":{"id":"a","type":"Person"},"object":["o"],"to":"t","cc":null}`:                  `{"to":["t"],"cc":[],"type":"Like","id":"i","actor":"a","object":"o"}`,
		`{"type":["Like","x"],"id":"i","actor":["a","b"],"object":{"id":"o"},"to":{"id":"t"},"cc":[{"id":"c"},7,null]}`:  `{"to":["t"],"cc":["c"],"type":"Like","id":"i","actor":"a","object":{"id":"o"}}`,
		`{"type":"Flag","id":"i","actor":"a","object":["o","p"],"content":7}`:                                            `{"type":"Flag","id":"i","actor":"a","object":["o","p"]}`,
		`{"type":"Like","id":7,"actor":[[["a"]]],"object":[[1]],"published":"soon","tag":{"name":"x"},"result":[]}`:      `{"type":"Like","id":"","actor":"","object":[],"tag":[{"name":"x"}]}`,
		`{"type":"View","id":"i","actor":"a","object":"o","expires":"2026-11-23T06:06:00Z","content":["x"],"x":{"y":1}}`: `{"type":"View","id":"i","actor":"a","object":"o","expires":"2026-11-23T06:06:00.000Z"}`,
	} {
		a, err := activity.Read([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if a.Result != nil && *a.Result == (activity.Result{}) {
			a.Result = nil
		}
		out, err := activity.Write(a)
		if err != nil || string(out) != want {
			t.Errorf("%s\n became %s %v", in, out, err)
		}
	}
}

func TestVideosOfOthers(t *testing.T) {
	for in, want := range map[string]string{
		`{"duration":"PT1M53S"}`:    "113",
		`{"duration":"P1DT1H1.5S"}`: "90001",
		`{"duration":"PT113.9S"}`:   "113",
		`{"duration":113}`:          "113",
		`{"duration":"-PT5S"}`:      "0",
		`{"duration":"PT-5S"}`:      "0",
		`{"duration":"PT1e99S"}`:    "0",
		`{"duration":"PTNaNS"}`:     "0",
		`{"duration":"PT5S "}`:      "0",
		`{"duration":{}}`:           "0",
	} {
		v := &activity.Video{}
		if err := activity.Into([]byte(in), v); err != nil || fmt.Sprint(int(v.Duration)) != want {
			t.Errorf("%s: %d %v", in, v.Duration, err)
		}
	}
	v := &activity.Video{}
	err := activity.Into([]byte(`{"url":"https://a.example/w","icon":{"type":"Image","url":{"href":"https://a.example/i"}},"attributedTo":"https://a.example/a",
		"tag":{"type":"Hashtag","name":"#x"},"views":"many","name":7,"state":1,"subtitleLanguage":[{"identifier":"fr","url":[{"type":"Link","mediaType":"text/vtt","href":"https://a.example/v"}]},{"identifier":"de","url":"https://a.example/d"}]}`), v)
	if err != nil || v.URL[0].Href != "https://a.example/w" || v.Icon[0].URL != "https://a.example/i" || v.AttributedTo[0].ID != "https://a.example/a" ||
		v.Tag[0].Name != "#x" || *v.State != 1 || v.SubtitleLanguage[0].URL[0].Href != "https://a.example/v" || v.SubtitleLanguage[1].URL[0].Href != "https://a.example/d" {
		t.Errorf("%+v %v", v, err)
	}
	a := &activity.Actor{}
	err = activity.Into([]byte(`{"url":[{"type":"Link","mediaType":"x","href":"https://a.example/1"},{"type":"Link","mediaType":"text/html","href":"https://a.example/2"}],
		"publicKey":[{"id":"k","owner":"o","publicKeyPem":"p"}],"icon":"https://a.example/i","inbox":"https://a.example/in"}`), a)
	if err != nil || a.URL != "https://a.example/2" || a.PublicKey.PEM != "p" || a.Icon[0].URL != "https://a.example/i" || a.SharedInbox() != "https://a.example/in" {
		t.Errorf("%+v %v", a, err)
	}
}

func TestDocumentsThatAreNotRead(t *testing.T) {
	for in, want := range map[string]error{
		``:                               activity.ErrForm,
		`[]`:                             activity.ErrForm,
		`"a"`:                            activity.ErrForm,
		`{`:                              activity.ErrForm,
		`{"a":1}{"b":2}`:                 activity.ErrForm,
		`{"a":1} x`:                      activity.ErrForm,
		`{"a":nope}`:                     activity.ErrForm,
		"{\"a\":\"\xff\"}":               activity.ErrForm,
		`{"id":"a","id":"b"}`:            activity.ErrTrick,
		`{"x":{"id":"a","\u0069d":"b"}}`: activity.ErrTrick,
		`{"Actor":"a"}`:                  activity.ErrTrick,
		`{"x":[{"OBJECT":"a"}]}`:         activity.ErrTrick,
		"{\"i\u017f\":1,\"u\u017fe\":2,\"inReplyTo\":\"a\",\"di\u017fcoverable\":true}": activity.ErrTrick,
		`{"@graph":[]}`:         activity.ErrTrick,
		`{"x":{"@included":1}}`: activity.ErrTrick,
		`{"@id":"a"}`:           activity.ErrTrick,
		`{"@reverse":{}}`:       activity.ErrTrick,
		`{"@type":"Create"}`:    activity.ErrTrick,
		strings.Repeat(`{"x":`, 40) + "1" + strings.Repeat("}", 40):                                                activity.ErrDeep,
		`{"@context":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "}":                               activity.ErrDeep,
		`{"x":"` + strings.Repeat("a", activity.MaxBytes) + `"}`:                                                   activity.ErrLarge,
		`{"@context":["https://www.w3.org/ns/activitystreams",{"@vocab":"x","Id":"@id"}],"type":"X","x":"{[\"{["}`: nil,
	} {
		if err := activity.Check([]byte(in)); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%.80q: %v", in, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"ap/*.json", "inbound/*.json"} {
		for _, raw := range recorded(f, pattern) {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := activity.Read(b)
		if err != nil {
			return
		}
		_, _ = activity.Judge(a.Actor, a)
		_, _, _ = activity.Fetched(a.ID, b)
		for _, v := range []any{a, &activity.Video{}, &activity.Actor{}, &activity.Note{}, &activity.Playlist{}, &activity.Collection{}, &activity.CacheFile{}, &activity.WatchAction{}} {
			if err := activity.Into(b, v); err != nil {
				t.Fatal(err)
			}
			out, err := activity.Write(v)
			if err != nil {
				t.Fatal(err)
			}
			if err := activity.Into(out, v); err != nil && !errors.Is(err, activity.ErrTrick) && !errors.Is(err, activity.ErrDeep) {
				t.Fatalf("%v: %s", err, out)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for name, v := range map[string]func() any{"Create-Note-1.json": func() any { return &activity.Note{} }, "Create-Video-1.json": func() any { return &activity.Video{} }} {
		raw := recorded(b, "inbound/"+name)[name]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				a, err := activity.Read(raw)
				if err != nil {
					b.Fatal(err)
				}
				if err := a.Object[0].Into(v()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
