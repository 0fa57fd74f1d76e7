package wire

// Torrent is a torrent file of one file (BEP 3).
type Torrent struct {
	Info        []byte // the dictionary whose SHA-1 is the infohash
	Name        string
	Length      int64  // of the file
	PieceLength int64  // of all pieces but the last
	Hashes      []byte // SHA-1 of each piece, one behind the other
}

const maxPieceLength = 32 << 20

// Parse reads a torrent file. The slices are of b.
func (t *Torrent) Parse(b []byte) error {
	*t = Torrent{}
	_, ok := dict(b, func(key string, raw []byte) {
		if key == "info" {
			t.Info = raw
		}
	})
	if !ok {
		return ErrBencode
	}
	_, ok = dict(t.Info, func(key string, raw []byte) {
		switch key {
		case "name":
			name, _, _ := text(raw)
			t.Name = string(name)
		case "length":
			t.Length = whole(raw)
		case "piece length":
			t.PieceLength = whole(raw)
		case "pieces":
			t.Hashes, _, _ = text(raw)
		}
	})
	if !ok || t.Length <= 0 || t.PieceLength <= 0 || t.PieceLength > maxPieceLength || len(t.Hashes) != 20*t.Pieces() {
		return ErrBencode
	}
	return nil
}

// Pieces is their number.
func (t *Torrent) Pieces() int { return int((t.Length + t.PieceLength - 1) / t.PieceLength) }

// Hash is what piece i must have.
func (t *Torrent) Hash(i int) (h ID) {
	copy(h[:], t.Hashes[20*i:])
	return h
}

// Size is the number of bytes of piece i.
func (t *Torrent) Size(i int) int {
	return int(min(t.PieceLength, t.Length-int64(i)*t.PieceLength))
}
