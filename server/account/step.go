package account

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shoal/server/db"
	"shoal/server/fail"
)

// stepLife is how long someone who showed the password has for the code of the second factor.
const stepLife = 5 * time.Minute

// Step is what someone shows with the code of the second factor instead of the password that was right a moment ago:
// the name, when it ends, and a hash that only we can make. A new password ends it.
func (d *Door) Step(ctx context.Context, q db.Q, name string) (string, error) {
	c, err := candidateOf(ctx, q, name)
	if err != nil {
		return "", err
	}
	return d.step(ctx, c, name, time.Now().Add(stepLife).Unix())
}

func (d *Door) step(ctx context.Context, c candidate, name string, ends int64) (string, error) {
	secret, err := d.Instance.Secret(ctx)
	if err != nil {
		return "", err
	}
	sum := keyed(secret, "step", fmt.Sprintf("%d\x00%d\x00%s\x00%s", c.member, ends, c.password, name))
	b := base64.RawURLEncoding
	return strconv.FormatInt(ends, 10) + "." + b.EncodeToString([]byte(name)) + "." + b.EncodeToString(sum), nil
}

var errStep = fail.New(fail.Invalid, "This took too long. Sign in again.").WithCode("two_factor_step_ended")

// SecondStep gives the token of a session of our own pages, by a step and the code.
func (d *Door) SecondStep(ctx context.Context, q db.Q, step string, a Attempt) (string, error) {
	end, rest, _ := strings.Cut(step, ".")
	encoded, _, _ := strings.Cut(rest, ".")
	name, err := base64.RawURLEncoding.DecodeString(encoded)
	ends, bad := strconv.ParseInt(end, 10, 64)
	if err != nil || bad != nil || ends < time.Now().Unix() {
		return "", errStep
	}
	a.Name = string(name)
	note, err := d.knock(ctx, q, a)
	if err != nil {
		return "", err
	}
	c, err := candidateOf(ctx, q, a.Name)
	if err != nil {
		return "", err
	}
	want, err := d.step(ctx, c, a.Name, ends)
	if err != nil {
		return "", err
	}
	if c.member == 0 || !hmac.Equal([]byte(want), []byte(step)) {
		return "", errStep
	}
	member, err := d.enter(ctx, q, c, a, note)
	if err != nil {
		return "", err
	}
	return issueCookie(ctx, q, member, a.From)
}
