package wire

// Extensions is the handshake of BEP 10: which extended messages the sender takes, under which number; 0 for none.
type Extensions struct {
	Metadata byte   // ut_metadata, BEP 9
	DontHave byte   // lt_donthave, BEP 54
	Known    byte   // shoal_known: hears of pieces that somebody further away has, see AppendKnown
	Sibling  byte   // shoal_sibling: takes streams of other infohashes on the same connection
	Client   string // name and version
	Requests int    // most requests it keeps, 0 when not told
	InfoSize int    // bytes of the info dictionary, 0 when not told
}

// Names of extended messages.
const (
	nameMetadata = "ut_metadata"
	nameDontHave = "lt_donthave"
	nameKnown    = "shoal_known"
	nameSibling  = "shoal_sibling"
)

// Append writes the payload of the extended message 0.
func (e Extensions) Append(b []byte) []byte {
	b = append(appendText(append(b, 'd'), "m"), 'd')
	for _, x := range [...]struct {
		name string
		id   byte
	}{{nameDontHave, e.DontHave}, {nameKnown, e.Known}, {nameSibling, e.Sibling}, {nameMetadata, e.Metadata}} {
		if x.id > 0 {
			b = appendEntry(b, x.name, int64(x.id))
		}
	}
	b = append(b, 'e')
	if e.InfoSize > 0 {
		b = appendEntry(b, "metadata_size", int64(e.InfoSize))
	}
	if e.Requests > 0 {
		b = appendEntry(b, "reqq", int64(e.Requests))
	}
	if e.Client != "" {
		b = appendText(appendText(b, "v"), e.Client)
	}
	return append(b, 'e')
}

// Parse reads such a payload; what is unknown is passed over.
func (e *Extensions) Parse(b []byte) error {
	*e = Extensions{}
	_, ok := dict(b, func(key string, raw []byte) {
		switch key {
		case "m":
			e.names(raw)
		case "v":
			v, _, _ := text(raw)
			e.Client = string(v[:min(len(v), 64)])
		case "reqq":
			e.Requests = int(min(max(whole(raw), 0), 1<<16))
		case "metadata_size":
			e.InfoSize = int(min(max(whole(raw), 0), 1<<28))
		}
	})
	if !ok {
		return ErrBencode
	}
	return nil
}

func (e *Extensions) names(raw []byte) {
	_, _ = dict(raw, func(name string, raw []byte) {
		id := whole(raw)
		if id < 0 || id > 255 {
			return
		}
		switch name {
		case nameMetadata:
			e.Metadata = byte(id)
		case nameDontHave:
			e.DontHave = byte(id)
		case nameKnown:
			e.Known = byte(id)
		case nameSibling:
			e.Sibling = byte(id)
		}
	})
}

// MostKnown is how many pieces one message of shoal_known may name.
const MostKnown = 1024

// AppendKnown writes the payload of shoal_known: the numbers of pieces, each of four bytes.
func AppendKnown(b []byte, pieces []int) []byte {
	for _, i := range pieces {
		b = append(b, byte(i>>24), byte(i>>16), byte(i>>8), byte(i))
	}
	return b
}

// ParseKnown calls each with the numbers of such a payload; it is false for a malformed one.
func ParseKnown(b []byte, each func(piece int)) bool {
	if len(b)%4 != 0 || len(b) > 4*MostKnown {
		return false
	}
	for ; len(b) > 0; b = b[4:] {
		each(int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3]))
	}
	return true
}

// Kinds of Metadata messages.
const (
	MetadataRequest = 0
	MetadataData    = 1
	MetadataReject  = 2
)

// MetadataPart is how many bytes of the info dictionary one message carries.
const MetadataPart = 16 << 10

// Metadata is a message of ut_metadata (BEP 9).
type Metadata struct {
	Kind, Part int
	Size       int    // of the whole dictionary, told with data
	Data       []byte // of the part
}

// Append writes the payload.
func (m Metadata) Append(b []byte) []byte {
	b = appendEntry(append(b, 'd'), "msg_type", int64(m.Kind))
	b = appendEntry(b, "piece", int64(m.Part))
	if m.Kind == MetadataData {
		b = appendEntry(b, "total_size", int64(m.Size))
	}
	return append(append(b, 'e'), m.Data...)
}

// Parse reads such a payload.
func (m *Metadata) Parse(b []byte) error {
	kind, part, size := int64(-1), int64(-1), int64(0)
	n, ok := dict(b, func(key string, raw []byte) {
		switch key {
		case "msg_type":
			kind = whole(raw)
		case "piece":
			part = whole(raw)
		case "total_size":
			size = whole(raw)
		}
	})
	if !ok || kind < 0 || part < 0 || size < 0 || kind > 255 || part > 1<<20 || size > 1<<28 {
		return ErrBencode
	}
	*m = Metadata{Kind: int(kind), Part: int(part), Size: int(size), Data: b[n:]}
	return nil
}
