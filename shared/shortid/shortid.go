// Package shortid turns UUIDs into the 22-character ids of addresses and back (flickr base58, as PeerTube's short-uuid).
package shortid

import (
	"encoding/binary"
	"errors"
	"math/big"
	"math/bits"
	"strings"

	"github.com/google/uuid"
)

const (
	alphabet = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
	length   = 22
	radix    = uint64(len(alphabet))
)

// ErrBad is the answer to a string that is no short id.
var ErrBad = errors.New("not a short id")

var base = big.NewInt(int64(len(alphabet)))

// From gives the short id, padded to 22 characters.
func From(id uuid.UUID) string {
	high, low := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	var out [length]byte
	for i := length - 1; i >= 0; i-- {
		var rest uint64
		high, rest = high/radix, high%radix
		low, rest = bits.Div64(rest, low, radix)
		out[i] = alphabet[rest]
	}
	return string(out[:])
}

// To gives the UUID of a short id. Ids without their leading padding are taken too.
func To(s string) (uuid.UUID, error) {
	if len(s) == 0 || len(s) > length {
		return uuid.Nil, ErrBad
	}
	n := new(big.Int)
	for _, c := range s {
		i := strings.IndexRune(alphabet, c)
		if i < 0 {
			return uuid.Nil, ErrBad
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(i)))
	}
	if n.BitLen() > 128 {
		return uuid.Nil, ErrBad
	}
	var id uuid.UUID
	n.FillBytes(id[:])
	return id, nil
}

// Parse takes a UUID or a short id.
func Parse(s string) (uuid.UUID, error) {
	if len(s) > length {
		return uuid.Parse(s)
	}
	return To(s)
}
