package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"

	"shoal/server/fail"
)

// What one argon2id computation costs (OWASP's second choice).
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	threads = 1
)

// Limits of a password, in characters.
const (
	MinPassword = 8
	MaxPassword = 255
)

// hashers bounds the memory that sign-ins can take at once: 19 MiB each.
var (
	hashersMost = int64(min(runtime.NumCPU(), 8))
	hashers     = semaphore.NewWeighted(hashersMost)
)

// Hash gives a password's PHC string.
func Hash(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	sum, err := derive(ctx, password, salt, memory, passes, threads, 32)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

func checkPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return fail.Field("password", "The password needs at least %d characters.", MinPassword)
	case n > MaxPassword:
		return fail.Field("password", "The password has at most %d characters.", MaxPassword)
	case !utf8.ValidString(password):
		return fail.Field("password", "The password is not text.")
	}
	return nil
}

// nobody is compared with when there is no such member, so that the time does not tell.
var nobody = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads,
	strings.Repeat("A", 22), strings.Repeat("A", 43))

// matches tells whether password belongs to the PHC string.
func matches(ctx context.Context, phc, password string) (bool, error) {
	var version, m, t, p int
	var rest string
	if _, err := fmt.Sscanf(phc, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &m, &t, &p, &rest); err != nil {
		return false, fmt.Errorf("stored password: %w", err)
	}
	saltText, sumText, _ := strings.Cut(rest, "$")
	salt, err := base64.RawStdEncoding.DecodeString(saltText)
	if err != nil {
		return false, fmt.Errorf("stored salt: %w", err)
	}
	sum, err := base64.RawStdEncoding.DecodeString(sumText)
	if err != nil {
		return false, fmt.Errorf("stored hash: %w", err)
	}
	if version != argon2.Version || m < 8 || m > 1<<20 || t < 1 || t > 64 || p < 1 || p > 16 || len(sum) < 16 {
		return false, fmt.Errorf("stored password has unknown parameters v=%d m=%d t=%d p=%d", version, m, t, p)
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		password = "" // too long to be anyone's; costs the same
	}
	got, err := derive(ctx, password, salt, uint32(m), uint32(t), uint8(p), uint32(len(sum)))
	return err == nil && subtle.ConstantTimeCompare(got, sum) == 1, err
}

func derive(ctx context.Context, password string, salt []byte, m, t uint32, p uint8, size uint32) ([]byte, error) {
	if err := hashers.Acquire(ctx, 1); err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "The server is busy. Try again in a moment.")
	}
	defer hashers.Release(1)
	return argon2.IDKey([]byte(password), salt, t, m, p, size), nil
}
