package announce

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/anacrolix/torrent/bencode"
)

func idOf(s string) (id ID) {
	copy(id[:], s)
	return id
}

// every is an id with bytes that JSON escapes, that take two bytes of UTF-8, and that stand as they are.
var every = ID{0, 1, '\n', '\r', '\t', '"', '\\', '/', 0x1f, ' ', 'a', 0x7f, 0x80, 0x9f, 0xa0, 0xff, 0xd8, 0xdc, 0xc3, 0}

var (
	hash = idOf("aaaaaaaaaaaaaaaaaaaa")
	ada  = idOf("-SH0001-aaaaaaaaaaaa")
	ben  = idOf("-SH0001-bbbbbbbbbbbb")
)

func description(kind string) []byte {
	return Description(kind, "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\na=\"quoted\\\" ü 😀\r\n")
}

func TestRequestsAreReadAsTheyWereWritten(t *testing.T) {
	for name, r := range map[string]Request{
		"an announce": {
			Kind: Announce, Infohash: every, PeerID: ada, Event: Started, Uploaded: 3, Downloaded: 4, Left: 5, Want: 2,
			Offers: []Offer{{every, description("offer")}, {ben, description("offer")}},
		},
		"a farewell": {Kind: Announce, Infohash: hash, PeerID: every, Event: Stopped, Left: -1},
		"an answer":  {Kind: Answer, Infohash: hash, PeerID: ada, To: every, OfferID: every, Answer: description("answer"), Left: -1, Want: -1},
	} {
		r.Hashes = []ID{r.Infohash}
		b := r.Append(nil)
		var got Request
		if err := got.Parse(b); err != nil || !reflect.DeepEqual(normal(got), normal(r)) {
			t.Errorf("%s: %v\n%s\n%+v", name, err, b, got)
		}
		sameAsEncodingJSON(t, b)
	}
	s := Request{Kind: Scrape, Hashes: []ID{every, hash}}
	var got Request
	if err := got.Parse(s.Append(nil)); err != nil || !reflect.DeepEqual(got.Hashes, s.Hashes) || got.Kind != Scrape {
		t.Errorf("a scrape: %v, %+v", err, got)
	}
}

func normal(r Request) Request {
	if len(r.Offers) == 0 {
		r.Offers = nil
	}
	return r
}

func TestMessagesAreReadAsTheyWereWritten(t *testing.T) {
	for name, m := range map[string]Message{
		"a reply":   {Kind: Reply, Infohash: every, Complete: 3, Incomplete: 4, Interval: 120},
		"an offer":  {Kind: Offered, Infohash: every, PeerID: every, OfferID: every, Description: description("offer")},
		"an answer": {Kind: Answer, Infohash: hash, PeerID: ada, OfferID: ben, Description: description("answer")},
		"a refusal": {Kind: Failure, Infohash: hash, Reason: "no \"such\" swarm\n"},
		"a general refusal": {
			Kind: Failure, Reason: FailureOff,
		},
	} {
		b := m.Append(nil)
		var got Message
		if err := got.Parse(b); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: %v\n%s\n%+v", name, err, b, got)
		}
		sameAsEncodingJSON(t, b)
	}
}

// sameAsEncodingJSON checks that another reader finds the ids in b that ours wrote.
func sameAsEncodingJSON(t *testing.T, b []byte) {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	var r Request
	var m Message
	_, _ = r.Parse(b), m.Parse(b)
	for name, ids := range map[string][]ID{"info_hash": {r.Infohash, m.Infohash}, "peer_id": {r.PeerID, m.PeerID}, "to_peer_id": {r.To}, "offer_id": {r.OfferID, m.OfferID}} {
		text, ok := all[name].(string)
		if !ok {
			continue
		}
		for _, id := range ids {
			if text != latin1(id) {
				t.Errorf("%s: %q is not %q in %s", name, text, id, b)
			}
		}
	}
}

func latin1(id ID) string {
	var s strings.Builder
	for _, c := range id {
		s.WriteRune(rune(c))
	}
	return s.String()
}

func TestDescriptionsArePassedOnUntouched(t *testing.T) {
	d := `{ "sdp" : "a\u000ab\/", "type":"offer", "more":[{"x":1e3}] }`
	b := `{"action":"announce","info_hash":"` + string(hash[:]) + `","peer_id":"` + string(ada[:]) + `","offers":[{"offer":` + d + `,"offer_id":"` + string(ben[:]) + `"}]}`
	var r Request
	if err := r.Parse([]byte(b)); err != nil || len(r.Offers) != 1 || string(r.Offers[0].Description) != d {
		t.Fatalf("%v: %s", err, r.Offers)
	}
	if got := SDP(r.Offers[0].Description); got != "a\nb/" {
		t.Errorf("got %q", got)
	}
}

func TestAnSDPComesBack(t *testing.T) {
	for _, sdp := range []string{"", "v=0\r\n", "\x00\x1f\"\\/\b\f\t ü 😀 \u2028", strings.Repeat("a=candidate:1 1 udp\r\n", 99)} {
		var all map[string]string
		d := Description("offer", sdp)
		if err := json.Unmarshal(d, &all); err != nil || all["sdp"] != sdp || all["type"] != "offer" || SDP(d) != sdp {
			t.Errorf("%q became %s, %v", sdp, d, err)
		}
	}
	if got := SDP([]byte(`{"type":"offer","sdp":"\ud83d\ude00\ud83d\u00e9"}`)); got != "😀\ufffdé" {
		t.Errorf("got %q", got)
	}
}

func TestRefused(t *testing.T) {
	h, p, o := string(hash[:]), string(ada[:]), `{"offer_id":"`+string(ben[:])+`","offer":{"type":"offer","sdp":""}}`
	start := `{"action":"announce","info_hash":"` + h + `","peer_id":"` + p + `"`
	for text, want := range map[string]error{
		``: ErrJSON, `[]`: ErrJSON, `{`: ErrJSON, `{}x`: ErrJSON, "{}\x00": ErrJSON, `{"action":"announce",}`: ErrJSON, `{"a":01}`: ErrJSON,
		`{"a":tru}`: ErrJSON, `{"a":"\x"}`: ErrJSON, `{"a":"\u12"}`: ErrJSON, "{\"a\":\"\n\"}": ErrJSON, "{\"a\":\"\xff\"}": ErrJSON,
		`{"a":-}`: ErrJSON, `{"a":1.}`: ErrJSON, `{"a":1e}`: ErrJSON, `{"a" 1}`: ErrJSON, `{a:1}`: ErrJSON,
		`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`: ErrJSON,
		`{}`: ErrAction, `{"action":"dance"}`: ErrAction, `{"action":["announce"]}`: ErrAction,
		`{"action":"announce"}`:                                                                                 ErrInfohash,
		`{"action":"announce","info_hash":"` + h + `x"}`:                                                        ErrInfohash,
		`{"action":"announce","info_hash":"` + h[1:] + `"}`:                                                     ErrInfohash,
		`{"action":"announce","info_hash":"` + h[1:] + `Ā"}`:                                                    ErrInfohash,
		`{"action":"announce","info_hash":"` + h + `"}`:                                                         ErrPeerID,
		`{"action":"announce","info_hash":["` + h + `"],"peer_id":"` + p + `"}`:                                 ErrInfohash,
		`{"action":"scrape"}`:                                                                                   ErrInfohash,
		`{"action":"scrape","info_hash":[]}`:                                                                    ErrInfohash,
		`{"action":"scrape","info_hash":[` + strings.Repeat(`"`+h+`",`, MaxHashes) + `"` + h + `"]}`:            ErrInfohash,
		start + `,"offers":[1]}`:                                                                                ErrOffer,
		start + `,"offers":[{}]}`:                                                                               ErrOffer,
		start + `,"offers":[` + strings.Replace(o, `"sdp":""`, `"sdp":3`, 1) + `]}`:                             ErrOffer,
		start + `,"offers":[` + strings.Replace(o, `""`, `"`+strings.Repeat("x", MaxDescription)+`"`, 1) + `]}`: ErrOffer,
		start + `,"answer":{}}`:                                                                                 ErrDescription,
		start + `,"answer":{"type":"answer","sdp":""}}`:                                                         ErrTo,
		start + `,"answer":{"type":"answer","sdp":""},"to_peer_id":"` + p + `"}`:                                ErrOffer,
		start + `,"x":"` + strings.Repeat("x", MaxMessage) + `"}`:                                               ErrLong,
	} {
		var r Request
		if err := r.Parse([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.200s: %v, want %v", text, err, want)
		}
	}
}

func TestWhatClientsLeaveOpenIsTaken(t *testing.T) {
	h, p := string(hash[:]), string(ada[:])
	for _, text := range []string{
		`{"action":"announce","info_hash":"` + h + `","peer_id":"` + p + `","event":"empty","left":null,"uploaded":-1,"numwant":1e9,"offers":null,"answer":null}`,
		"\t{\"acti\\u006fn\" : \"announce\" , \"info_hash\":\"" + h + "\",\"peer_id\":\"" + p + "\",\"trackerid\":{\"a\":[true,false,null]}}\r\n",
	} {
		var r Request
		if err := r.Parse([]byte(text)); err != nil || r.Left != -1 || r.Event != "" || r.Uploaded != 0 || r.Kind != Announce {
			t.Errorf("%v, %+v", err, r)
		}
	}
	many := Request{Kind: Announce, Infohash: hash, PeerID: ada}
	for range 3 * MaxOffers {
		many.Offers = append(many.Offers, Offer{ben, description("offer")})
	}
	var r Request
	if err := r.Parse(many.Append(nil)); err != nil || len(r.Offers) != MaxOffers {
		t.Errorf("%v, %d offers", err, len(r.Offers))
	}
}

func TestARequestIsUsedAgainWithoutTrace(t *testing.T) {
	full := Request{Kind: Answer, Infohash: hash, PeerID: ada, To: ben, OfferID: ben, Answer: description("answer")}
	var r Request
	if err := r.Parse(full.Append(nil)); err != nil {
		t.Fatal(err)
	}
	if err := r.Parse([]byte(`{"action":"scrape"}`)); err == nil || len(r.Hashes) != 0 || r.To != (ID{}) {
		t.Errorf("%v, %+v", err, r)
	}
}

func TestUnknownMessagesArePassedOver(t *testing.T) {
	for _, text := range []string{`{}`, `{"action":"scrape","files":{}}`, `{"action":"announce"}`, `{"warning message":"soon"}`} {
		var m Message
		if err := m.Parse([]byte(text)); err != nil || m.Kind != Other {
			t.Errorf("%s: %v, %+v", text, err, m)
		}
	}
	var m Message
	if err := m.Parse([]byte(`{"failure reason":` + `"` + strings.Repeat("x", 5000) + `"}`)); err != nil || m.Kind != Failure {
		t.Errorf("%v, %+v", err, m)
	}
}

func TestBencode(t *testing.T) {
	b := HTTPReply{Complete: 1, Incomplete: 2, Interval: 3, MinInterval: 4, Peers: []byte("123456"), Peers6: bytes.Repeat([]byte("x"), 18)}.Append(nil)
	var reply struct {
		Complete   int    `bencode:"complete"`
		Incomplete int    `bencode:"incomplete"`
		Interval   int    `bencode:"interval"`
		Min        int    `bencode:"min interval"`
		Peers      []byte `bencode:"peers"`
		Peers6     []byte `bencode:"peers6"`
	}
	if err := bencode.Unmarshal(b, &reply); err != nil || reply.Complete != 1 || reply.Min != 4 || string(reply.Peers) != "123456" || len(reply.Peers6) != 18 {
		t.Errorf("%v, %+v", err, reply)
	}
	var scrape struct {
		Files map[string]struct {
			Complete, Downloaded, Incomplete int
		} `bencode:"files"`
	}
	counts := []Counts{{every, 1, 2, 3}, {hash, 4, 5, 6}}
	var asJSON struct {
		Files map[string]struct{ Complete, Downloaded, Incomplete int }
	}
	if err := json.Unmarshal(AppendScrape(nil, counts), &asJSON); err != nil || asJSON.Files[latin1(every)].Downloaded != 3 || asJSON.Files[latin1(hash)].Incomplete != 5 {
		t.Errorf("%v, %+v", err, asJSON)
	}
	if err := bencode.Unmarshal(AppendHTTPScrape(nil, counts), &scrape); err != nil || len(scrape.Files) != 2 {
		t.Errorf("%v, %+v", err, scrape)
	}
	var failure map[string]string
	if err := bencode.Unmarshal(AppendHTTPFailure(nil, "no"), &failure); err != nil || failure["failure reason"] != "no" {
		t.Errorf("%v, %+v", err, failure)
	}
}

func FuzzRequest(f *testing.F) {
	r := Request{Kind: Announce, Infohash: every, PeerID: ada, Event: Started, Offers: []Offer{{ben, description("offer")}}}
	f.Add(r.Append(nil))
	r = Request{Kind: Answer, Infohash: hash, PeerID: ada, To: ben, OfferID: every, Answer: description("answer")}
	f.Add(r.Append(nil))
	f.Add([]byte(`{"action":"scrape","info_hash":"aaaaaaaaaaaaaaaaaaaa"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		var r, again Request
		if r.Parse(in) != nil {
			return
		}
		if !json.Valid(in) || !utf8.Valid(in) {
			t.Fatalf("%q is not JSON", in)
		}
		for _, o := range append(r.Offers, Offer{Description: r.Answer}) {
			if o.Description != nil && !json.Valid(o.Description) {
				t.Fatalf("%q is not JSON", o.Description)
			}
		}
		if r.Kind == Announce {
			r.Want = len(r.Offers)
		}
		out := r.Append(nil)
		if err := again.Parse(out); err != nil || !json.Valid(out) || !bytes.Equal(out, again.Append(nil)) {
			t.Fatalf("%v: %q became %q", err, in, out)
		}
	})
}

func FuzzMessage(f *testing.F) {
	for _, m := range []Message{
		{Kind: Reply, Infohash: every, Interval: 3},
		{Kind: Offered, Infohash: every, PeerID: ada, OfferID: ben, Description: description("offer")},
		{Kind: Failure, Infohash: hash, Reason: "ü\n\x00"},
	} {
		f.Add(m.Append(nil))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var m, again Message
		if m.Parse(in) != nil || m.Kind == Other {
			return
		}
		out := m.Append(nil)
		if err := again.Parse(out); err != nil || !json.Valid(out) || again.Kind != m.Kind || again.Reason != m.Reason || !bytes.Equal(again.Description, m.Description) {
			t.Fatalf("%v: %q became %q", err, in, out)
		}
		_ = SDP(m.Description)
	})
}

// FuzzScan checks that we take for JSON what encoding/json does, but for depth.
func FuzzScan(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2.5e+3,"\ud83d\ude00\n",{"b":null}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		err := scan(in, func(r *reader, _ []byte) { r.value() })
		ours := err == nil
		theirs := json.Valid(in) && utf8.Valid(in) && bytes.HasPrefix(bytes.TrimLeft(in, " \t\r\n"), []byte("{"))
		if ours && !theirs || theirs && !ours && bytes.Count(in, []byte("["))+bytes.Count(in, []byte("{")) < maxDepth {
			t.Fatalf("%q: ours %v, theirs %v", in, ours, theirs)
		}
	})
}
