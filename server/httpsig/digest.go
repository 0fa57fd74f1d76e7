package httpsig

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// Digest is the Digest header of a body. The upper case is PeerTube's, which compares letters.
func Digest(body []byte) string {
	sum := sha256.Sum256(body)
	return "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

// ContentDigest is RFC 9530's header of a body.
func ContentDigest(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// sums knows the digests by name.
func sum(algorithm string, body []byte) ([]byte, bool) {
	switch algorithm {
	case "sha-256":
		s := sha256.Sum256(body)
		return s[:], true
	case "sha-512":
		s := sha512.Sum512(body)
		return s[:], true
	}
	return nil, false
}

// checkDigest wants at least one digest we know, and every one we know to be right.
func checkDigest(header string, body []byte) error {
	known := 0
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		want, ok := sum(strings.ToLower(name), body)
		if !ok {
			continue
		}
		got, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return refuse(Malformed, "digest is no base64")
		}
		if subtle.ConstantTimeCompare(got, want) != 1 {
			return refuse(Altered, "the body is not what %s says", name)
		}
		known++
	}
	if known == 0 {
		return refuse(Unsupported, "no digest we know")
	}
	return nil
}

func checkContentDigest(header string, body []byte) error {
	members, err := parseDict(header)
	if err != nil {
		return err
	}
	known := 0
	for _, m := range members {
		want, ok := sum(m.key, body)
		if !ok {
			continue
		}
		got, isBytes := m.value.([]byte)
		if !isBytes {
			return refuse(Malformed, "content-digest is no byte sequence")
		}
		if !bytes.Equal(got, want) {
			return refuse(Altered, "the body is not what %s says", m.key)
		}
		known++
	}
	if known == 0 {
		return refuse(Unsupported, "no content-digest we know")
	}
	return nil
}
