package video

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// Tokens open the files of one video for a while, to players that cannot send a header.
type Tokens struct {
	Secret func(ctx context.Context) ([]byte, error)
}

const (
	tokenLife = 8 * time.Hour
	tokenStep = time.Hour
	tokenMAC  = 16 // bytes
)

// Make gives a token for the files of a video and when it ends.
func (t Tokens) Make(ctx context.Context, videoID int64) (string, time.Time, error) {
	ends := time.Now().Truncate(tokenStep).Add(tokenStep + tokenLife) // the same for a while, so that browsers keep what it opened
	b := binary.BigEndian.AppendUint64(nil, uint64(ends.Unix()))
	mac, err := t.mac(ctx, videoID, b)
	return base64.RawURLEncoding.EncodeToString(append(b, mac...)), ends, err
}

// Opens tells whether a token is for the files of a video and has not ended.
func (t Tokens) Opens(ctx context.Context, token string, videoID int64) (bool, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 8+tokenMAC || time.Now().Unix() >= int64(binary.BigEndian.Uint64(b)) {
		return false, nil
	}
	mac, err := t.mac(ctx, videoID, b[:8])
	return err == nil && hmac.Equal(mac, b[8:]), err
}

func (t Tokens) mac(ctx context.Context, videoID int64, ends []byte) ([]byte, error) {
	secret, err := t.Secret(ctx)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, secret)
	_, _ = m.Write([]byte("files of a video\x00"))
	_, _ = m.Write(binary.BigEndian.AppendUint64(nil, uint64(videoID)))
	_, _ = m.Write(ends)
	return m.Sum(nil)[:tokenMAC], nil
}
