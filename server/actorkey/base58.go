package actorkey

import (
	"math/big"
	"slices"
	"strings"
)

// Base58 writes bytes in Bitcoin's base 58 behind the letter by which multibase calls it.
func Base58(b []byte) string {
	var out []byte
	for n, base, rest := new(big.Int).SetBytes(b), big.NewInt(58), new(big.Int); n.Sign() > 0; {
		n.DivMod(n, base, rest)
		out = append(out, alphabet[rest.Int64()])
	}
	for i := 0; i < len(b) && b[i] == 0; i++ {
		out = append(out, alphabet[0])
	}
	slices.Reverse(out)
	return "z" + string(out)
}

// ParseBase58 reads what Base58 writes of so many bytes.
func ParseBase58(s string, size int) ([]byte, error) {
	digits, ok := strings.CutPrefix(s, "z")
	if !ok || len(digits) > 2*size {
		return nil, ErrKey
	}
	n, base := new(big.Int), big.NewInt(58)
	for _, c := range []byte(digits) {
		d := strings.IndexByte(alphabet, c)
		if d < 0 {
			return nil, ErrKey
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(d)))
	}
	if n.BitLen() > 8*size {
		return nil, ErrKey
	}
	b := n.FillBytes(make([]byte, size))
	if Base58(b) != s {
		return nil, ErrKey
	}
	return b, nil
}
