package account

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"shoal/server/fail"
)

func TestHashAndMatch(t *testing.T) {
	ctx := context.Background()
	form := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	for _, password := range []string{"a good password", "päss wörd ⚓", strings.Repeat("x", 255), strings.Repeat("y", 100)} {
		phc, err := Hash(ctx, password)
		if err != nil || !form.MatchString(phc) {
			t.Fatalf("%s, %v", phc, err)
		}
		// Every character counts: nothing is cut at 72 bytes.
		for guess, want := range map[string]bool{password: true, password[:len(password)-1]: false, password + "x": false, "": false} {
			if got, err := matches(ctx, phc, guess); err != nil || got != want {
				t.Errorf("%.20q for %.20q: %v %v", guess, password, got, err)
			}
		}
	}
	if ok, err := matches(ctx, nobody, ""); ok || err != nil {
		t.Errorf("nobody: %v %v", ok, err)
	}
}

// A hash made elsewhere with other parameters (by the reference program: password, somesalt).
func TestMatchOtherParameters(t *testing.T) {
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := matches(context.Background(), phc, "password"); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
}

func TestBrokenHashes(t *testing.T) {
	for _, phc := range []string{
		"", "plain", "$argon2id$v=19$m=19456,t=2,p=1$", "$argon2id$v=18$m=19456,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=2,p=1$!$!",
		"$argon2id$v=19$m=19456,t=0,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAA$AA",
	} {
		if ok, err := matches(context.Background(), phc, ""); ok || err == nil {
			t.Errorf("%q: %v %v", phc, ok, err)
		}
	}
}

func TestHashingIsBounded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	if err := hashers.Acquire(ctx, hashersMost); err != nil {
		t.Fatal(err)
	}
	defer hashers.Release(hashersMost)
	cancel()
	if _, err := Hash(ctx, "a good password"); !fail.Is(err, fail.Unavailable) {
		t.Errorf("got %v", err)
	}
}
