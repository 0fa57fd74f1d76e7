package httpsig

import (
	"net/url"
	"strings"
)

const maxKeyID = 2000 // bytes

// KeyID is the address of a key.
type KeyID struct {
	Full  string // as sent, with its fragment
	Owner string // without the fragment: an actor, or of GoToSocial a document about the key
	Host  string // lower case, with the port when it is none of the scheme's own
}

// ParseKeyID reads an id strictly: an http or https address with a host, nobody's password, no blanks.
func ParseKeyID(s string) (KeyID, error) {
	if s == "" || len(s) > maxKeyID {
		return KeyID{}, refuse(Malformed, "keyId of %d bytes", len(s))
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' {
			return KeyID{}, refuse(Malformed, "keyId holds the byte %#x", c)
		}
	}
	u, err := url.Parse(s)
	if err != nil {
		return KeyID{}, &Error{Kind: Malformed, Text: "keyId", Cause: err}
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return KeyID{}, refuse(Unsupported, "keyId of scheme %q", u.Scheme)
	}
	if u.Opaque != "" || u.User != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") {
		return KeyID{}, refuse(Malformed, "keyId %q", s)
	}
	owner, _, _ := strings.Cut(s, "#")
	return KeyID{Full: s, Owner: owner, Host: authority(u.Scheme, u.Host)}, nil
}

// authority is RFC 9421's @authority: lower case, without the scheme's own port.
func authority(scheme, host string) string {
	host = strings.ToLower(host)
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}
