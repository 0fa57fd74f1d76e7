package tracker

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"
)

const (
	tokenLife = time.Hour
	tokenMAC  = 16 // bytes
	tokenSize = 4 + 8 + tokenMAC
)

// Token shows the tracker that who asks loaded a page of this video from the same place. It is bound to the place but does not
// tell it, and ends after an hour.
func (t *Tracker) Token(r *http.Request, video int64) (token string, ends time.Time, err error) {
	t.prepare()
	n, _ := networkOf(r)
	ends = t.Now().Add(tokenLife)
	b := binary.BigEndian.AppendUint32(make([]byte, 0, tokenSize), uint32(ends.Unix()))
	b = binary.BigEndian.AppendUint64(b, uint64(video))
	mac, err := t.tokenMAC(r.Context(), b, n)
	return base64.RawURLEncoding.EncodeToString(append(b, mac...)), ends, err
}

// bearer is the video whose token the request carries, 0 for none that holds.
func (t *Tracker) bearer(r *http.Request, n network) int64 {
	b, err := base64.RawURLEncoding.DecodeString(r.URL.Query().Get("token"))
	if err != nil || len(b) != tokenSize || t.unix() >= int64(binary.BigEndian.Uint32(b)) {
		return 0
	}
	mac, err := t.tokenMAC(r.Context(), b[:12], n)
	if err != nil || !hmac.Equal(mac, b[12:]) {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b[4:]))
}

func (t *Tracker) tokenMAC(ctx context.Context, b []byte, n network) ([]byte, error) {
	secret, err := t.Secret(ctx)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, secret)
	_, _ = m.Write([]byte("viewer of a swarm\x00"))
	_, _ = m.Write(b)
	_, _ = m.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return m.Sum(nil)[:tokenMAC], nil
}
