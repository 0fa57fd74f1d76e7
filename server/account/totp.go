package account

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// What authenticator apps expect (RFC 6238 with SHA-1): a code of six digits for every 30 seconds.
const (
	totpStep   = 30 // seconds
	totpDrift  = 1  // steps that a clock may be off
	totpSecret = 20 // bytes, RFC 4226, 4 (R6)
)

// totpCode is the code of a step (RFC 4226, 5.3).
func totpCode(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	h := hmac.New(sha1.New, secret)
	h.Write(counter[:])
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 15
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// totpMatch finds the step, later than last, whose code this is; 0 when there is none.
func totpMatch(secret []byte, code string, last int64, now time.Time) (step int64) {
	code = strings.ReplaceAll(code, " ", "")
	here := now.Unix() / totpStep
	for s := here - totpDrift; s <= here+totpDrift; s++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, s)), []byte(code)) == 1 && s > last {
			step = s
		}
	}
	return step
}

var totpText = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpURI is what authenticator apps read from a QR code.
func totpURI(secret []byte, platform, name string) string {
	v := url.Values{"secret": {totpText.EncodeToString(secret)}, "issuer": {platform}, "digits": {"6"}, "period": {"30"}, "algorithm": {"SHA1"}}
	return "otpauth://totp/" + url.PathEscape(platform+":"+name) + "?" + strings.ReplaceAll(v.Encode(), "+", "%20")
}
