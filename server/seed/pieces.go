package seed

import (
	"crypto/sha1"
	"hash"
)

// Bounds of a piece's length in bytes, and how many pieces a torrent should have at most.
const (
	leastPiece = 64 << 10
	mostPiece  = 1 << 20
	manyPieces = 1500
)

// Pieces is a writer that hashes a file while it is written.
type Pieces struct {
	Length int64 // bytes of a piece

	size   int64
	sums   []byte
	digest hash.Hash
}

// NewPieces chooses the length of pieces by the size that is expected.
func NewPieces(expected int64) *Pieces {
	length := int64(leastPiece)
	for length < mostPiece && expected/length > manyPieces {
		length *= 2
	}
	return &Pieces{Length: length, digest: sha1.New()}
}

// Write takes the next bytes of the file.
func (p *Pieces) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		k := min(p.Length-p.size%p.Length, int64(len(b)))
		p.digest.Write(b[:k])
		p.size += k
		b = b[k:]
		if p.size%p.Length == 0 {
			p.sums = p.digest.Sum(p.sums)
			p.digest.Reset()
		}
	}
	return n, nil
}

// Sums is the concatenated SHA-1 of all pieces; the file is whole.
func (p *Pieces) Sums() []byte {
	if p.size%p.Length != 0 {
		return p.digest.Sum(p.sums)
	}
	return p.sums
}
