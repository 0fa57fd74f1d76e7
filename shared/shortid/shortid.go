// Package shortid turns UUIDs into the 22-character ids of addresses and back (flickr base58, as PeerTube's short-uuid).
package shortid

import (
	"errors"
	"math/big"
	"strings"

	"github.com/google/uuid"
)

const (
	alphabet = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
	length   = 22
)

// ErrBad is the answer to a string that is no short id.
var ErrBad = errors.New("not a short id")

var base = big.NewInt(int64(len(alphabet)))

// From gives the short id, padded to 22 characters.
func From(id uuid.UUID) string {
	n, rest := new(big.Int).SetBytes(id[:]), new(big.Int)
	out := []byte(strings.Repeat(alphabet[:1], length))
	for i := length - 1; n.Sign() > 0; i-- {
		n.DivMod(n, base, rest)
		out[i] = alphabet[rest.Int64()]
	}
	return string(out)
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
