package account

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// Origin is where somebody signs in from, shown to them in the list of their sessions.
type Origin struct {
	Device  string // as the app names itself
	Address string
}

const longestDevice = 200 // bytes

// OriginOf reads it from a request.
func OriginOf(r *http.Request) Origin {
	device := strings.ToValidUTF8(r.UserAgent(), "")
	for len(device) > longestDevice {
		_, n := utf8.DecodeLastRuneInString(device)
		device = device[:len(device)-n]
	}
	return Origin{Device: strings.ReplaceAll(device, "\x00", ""), Address: Address(r)}
}

// first is the origin, if the caller knows it.
func first(from []Origin) Origin {
	if len(from) == 0 {
		return Origin{}
	}
	return from[0]
}
