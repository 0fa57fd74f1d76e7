package wire

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"
	pp "github.com/anacrolix/torrent/peer_protocol"
)

var samples = []Message{
	{Kind: KeepAlive},
	{Kind: Choke},
	{Kind: Unchoke},
	{Kind: Interested},
	{Kind: NotInterested},
	{Kind: HaveAll},
	{Kind: HaveNone},
	{Kind: Have, Index: 7},
	{Kind: Suggest, Index: 1 << 30},
	{Kind: AllowedFast, Index: 9},
	{Kind: Bitfield, Payload: []byte{0xa0, 1}},
	{Kind: Request, Index: 1, Begin: 16384, Length: Block},
	{Kind: Cancel, Index: 1, Begin: 2, Length: 3},
	{Kind: Reject, Index: 4, Begin: 5, Length: 6},
	{Kind: Extended, Ext: 3, Payload: []byte("d1:ai1ee")},
	{Kind: Extended},
	{Kind: Piece, Index: 8, Begin: 32768, Length: 5},
	{Kind: Piece, Index: 8, Begin: 0},
}

var body = []byte("01234")

// decode cuts a stream that comes in parts of the given sizes, and joins bodies.
func decode(b []byte, cut func() int) (out []Message, bodies []byte, err error) {
	var d Decoder
	for len(b) > 0 {
		n := min(max(cut(), 1), len(b))
		in := Bytes(b[:n])
		b = b[n:]
		for at := 0; at < len(in); {
			m, next, ok, err := d.Next(in, at)
			if err != nil {
				return out, bodies, err
			}
			at = next
			switch {
			case !ok:
			case m.Kind == Body:
				bodies = append(bodies, in[m.From:m.To]...)
			default:
				m.Payload = bytes.Clone(m.Payload)
				out = append(out, m)
			}
		}
	}
	return out, bodies, nil
}

func TestAStreamIsCutAnywhere(t *testing.T) {
	hello := Message{Kind: Hello, Handshake: Handshake{Fast: true, Extended: true, Infohash: ID{1}, PeerID: ID{2}}}
	stream := hello.Append(nil)
	want := []Message{hello}
	for _, m := range samples {
		stream = m.Append(stream)
		if m.Kind == Piece {
			stream = append(stream, body[:m.Length]...)
		}
		want = append(want, m)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, most := range []int{1, 2, 5, 20, 1000} {
		got, bodies, err := decode(stream, func() int { return 1 + r.IntN(most) })
		if err != nil || string(bodies) != string(body) || len(got) != len(want) {
			t.Fatalf("%v, %q, %d messages", err, bodies, len(got))
		}
		for i := range want {
			if len(got[i].Payload) == 0 {
				got[i].Payload = nil
			}
			if !reflect.DeepEqual(got[i], want[i]) {
				t.Errorf("%+v became %+v", want[i], got[i])
			}
		}
	}
}

func TestMessagesAreAsAnacrolixReadsThem(t *testing.T) {
	for _, m := range samples {
		b := m.Append(nil)
		if m.Kind == Piece {
			b = append(b, body[:m.Length]...)
		}
		var got pp.Message
		d := pp.Decoder{R: bufio.NewReader(bytes.NewReader(b)), MaxLength: 1 << 18}
		if err := d.Decode(&got); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		if back := got.MustMarshalBinary(); m.Kind != Bitfield && !bytes.Equal(back, b) {
			t.Errorf("%x became %x", b, back)
		}
		if m.Kind == Bitfield && (len(got.Bitfield) != 16 || !got.Bitfield[0] || got.Bitfield[1] || !got.Bitfield[2] || !got.Bitfield[15]) {
			t.Errorf("bits %v", got.Bitfield)
		}
	}
}

func TestRefused(t *testing.T) {
	hello := Handshake{}.Append(nil)
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"another protocol":   {bytes.Repeat([]byte{19}, 68), ErrProtocol},
		"a long message":     {append(hello[:68:68], 0, 4, 0, 1, 5), ErrLong},
		"a negative length":  {append(hello[:68:68], 0xff, 0, 0, 0, 5), ErrLong},
		"a long body":        {append(hello[:68:68], 0, 2, 0, 10, 7), ErrLong},
		"a piece of nothing": {append(hello[:68:68], 0, 0, 0, 8, 7), ErrMessage},
		"a short have":       {append(hello[:68:68], 0, 0, 0, 3, 4, 0, 0), ErrMessage},
		"a long choke":       {append(hello[:68:68], 0, 0, 0, 2, 0, 0), ErrMessage},
		"no extension":       {append(hello[:68:68], 0, 0, 0, 1, 20), ErrMessage},
	} {
		if _, _, err := decode(c.b, func() int { return 1 << 20 }); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExtensionsAreAsAnacrolixReadsThem(t *testing.T) {
	e := Extensions{Metadata: 1, DontHave: 2, Sibling: 3, Known: 4, Client: "Shoal 1", Requests: 64, InfoSize: 12345}
	var theirs pp.ExtendedHandshakeMessage
	if err := bencode.Unmarshal(e.Append(nil), &theirs); err != nil || theirs.M["ut_metadata"] != 1 || theirs.M["lt_donthave"] != 2 || theirs.Reqq != 64 || theirs.MetadataSize != 12345 || theirs.V != "Shoal 1" {
		t.Errorf("%v: %+v", err, theirs)
	}
	b, err := bencode.Marshal(pp.ExtendedHandshakeMessage{
		M: map[pp.ExtensionName]pp.ExtensionNumber{"ut_metadata": 4, "ut_pex": 5, "lt_donthave": 7}, V: "anacrolix", Reqq: 250, MetadataSize: 99, Port: 6881,
	})
	var ours Extensions
	if err != nil || ours.Parse(b) != nil || ours != (Extensions{Metadata: 4, DontHave: 7, Client: "anacrolix", Requests: 250, InfoSize: 99}) {
		t.Errorf("%v: %s: %+v", err, b, ours)
	}
	m := Metadata{Kind: MetadataData, Part: 2, Size: 40000, Data: []byte("de")}
	var their pp.ExtendedMetadataRequestMsg
	d := bencode.NewDecoder(bytes.NewReader(m.Append(nil)))
	if err := d.Decode(&their); err != nil || their.Piece != 2 || their.TotalSize != 40000 || int(their.Type) != MetadataData {
		t.Errorf("%v: %+v", err, their)
	}
}

func torrentFile(t testing.TB, length, piece int64) []byte {
	t.Helper()
	var sums []byte
	for at := int64(0); at < length; at += piece {
		h := sha1.Sum(make([]byte, min(piece, length-at)))
		sums = append(sums, h[:]...)
	}
	info, err := bencode.Marshal(metainfo.Info{PieceLength: piece, Pieces: sums, Length: length, Name: "Ünï 720p.mp4"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	m := metainfo.MetaInfo{InfoBytes: info, Announce: "wss://a.example/tracker/socket", UrlList: metainfo.UrlList{"https://a.example/f.mp4"}}
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestATorrentFile(t *testing.T) {
	b := torrentFile(t, 100_000, 65536)
	var got Torrent
	if err := got.Parse(b); err != nil || got.Name != "Ünï 720p.mp4" || got.Length != 100_000 || got.PieceLength != 65536 || got.Pieces() != 2 {
		t.Fatalf("%v: %+v", err, got)
	}
	if got.Size(0) != 65536 || got.Size(1) != 100_000-65536 || got.Hash(1) != sha1.Sum(make([]byte, got.Size(1))) {
		t.Errorf("%d, %d, %x", got.Size(0), got.Size(1), got.Hash(1))
	}
	m, err := metainfo.Load(bytes.NewReader(b))
	if err != nil || m.HashInfoBytes() != sha1.Sum(got.Info) {
		t.Errorf("%v, %x", err, sha1.Sum(got.Info))
	}
	for n := range len(b) {
		if err := got.Parse(b[:n]); err == nil {
			t.Fatalf("the first %d bytes passed", n)
		}
	}
}

func FuzzMetadata(f *testing.F) {
	f.Add([]byte("d8:msg_typei1e5:piecei0e10:total_sizei34256eexxxxxxxx"))
	f.Add(Extensions{Metadata: 1, DontHave: 2, Client: "x"}.Append(nil))
	f.Add(torrentFile(f, 100_000, 65536))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m, again Metadata
		if m.Parse(b) == nil && m.Kind == MetadataData {
			if err := again.Parse(m.Append(nil)); err != nil || !reflect.DeepEqual(m, again) {
				t.Errorf("%+v became %+v, %v", m, again, err)
			}
		}
		var e, back Extensions
		if e.Parse(b) == nil && back.Parse(e.Append(nil)) == nil && e != back {
			t.Errorf("%+v became %+v", e, back)
		}
		var ours Torrent
		if ours.Parse(b) != nil {
			return
		}
		theirs, err := metainfo.Load(bytes.NewReader(b))
		if err != nil {
			return // it may be stricter with what we pass over
		}
		if info, err := theirs.UnmarshalInfo(); err == nil && (info.Length != ours.Length || info.PieceLength != ours.PieceLength || !bytes.Equal(info.Pieces, ours.Hashes)) {
			t.Errorf("%+v, %+v", ours, info)
		}
	})
}

// FuzzDecode checks that how a stream is cut changes nothing, that what was read is written the same, and that anacrolix agrees.
func FuzzDecode(f *testing.F) {
	for _, m := range samples {
		b := Handshake{Fast: true}.Append(nil)
		b = m.Append(b)
		if m.Kind == Piece {
			b = append(b, body[:m.Length]...)
		}
		f.Add(b, byte(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut byte) {
		whole, bodies, err := decode(b, func() int { return len(b) })
		cutUp, others, err2 := decode(b, func() int { return int(cut) })
		if !errors.Is(err, err2) || !reflect.DeepEqual(whole, cutUp) || !bytes.Equal(bodies, others) {
			t.Fatalf("%v: %+v\n%v: %+v", err, whole, err2, cutUp)
		}
		if err != nil || len(whole) == 0 {
			return
		}
		back := whole[0].Append(nil)
		for i, m := range whole[1:] {
			back = m.Append(back)
			if m.Kind == Piece {
				n := min(int(m.Length), len(bodies))
				back = append(back, bodies[:n]...)
				bodies = bodies[n:]
				if n < int(m.Length) && i+2 != len(whole) {
					t.Fatal("a message inside a body")
				}
			}
		}
		if n := len(back); len(b) < n || !bytes.Equal(b[68:n], back[68:]) {
			t.Fatalf("%x became %x", b, back)
		}
	})
}

func TestKnownPieces(t *testing.T) {
	want := []int{0, 7, 70000, 1<<31 - 1}
	var got []int
	b := AppendKnown(nil, want)
	if !ParseKnown(b, func(i int) { got = append(got, i) }) || !slices.Equal(got, want) {
		t.Errorf("%v became %v", want, got)
	}
	for _, bad := range [][]byte{b[:5], make([]byte, 4*MostKnown+4)} {
		if ParseKnown(bad, func(int) {}) {
			t.Errorf("%d bytes were taken", len(bad))
		}
	}
}
