package httpsig

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cavage is a Signature header of the draft.
type cavage struct {
	keyID, algorithm string
	headers          []string // lower case
	created, expires string   // unix seconds as sent, empty when not
	signature        []byte
}

// parseCavage reads key="value" and key=123, separated by commas; a name may stand once.
func parseCavage(s string) (c cavage, err error) {
	if len(s) > maxHeader {
		return c, refuse(Malformed, "a signature header of %d bytes", len(s))
	}
	said := map[string]string{}
	for rest := strings.TrimSpace(s); rest != ""; {
		name, value, after, ok := cavageParam(rest)
		if _, twice := said[name]; !ok || twice {
			return c, refuse(Malformed, "signature parameters")
		}
		said[name], rest = value, after
	}
	c.keyID, c.algorithm = said["keyId"], strings.ToLower(said["algorithm"])
	c.created, c.expires = said["created"], said["expires"]
	c.headers = strings.Fields(strings.ToLower(said["headers"]))
	if c.keyID == "" || said["signature"] == "" {
		return c, refuse(Malformed, "keyId or signature is missing")
	}
	if len(c.headers) > maxComponents {
		return c, refuse(Malformed, "more than %d headers", maxComponents)
	}
	if c.signature, err = base64.StdEncoding.DecodeString(said["signature"]); err != nil {
		return c, refuse(Malformed, "the signature is no base64")
	}
	return c, nil
}

func cavageParam(s string) (name, value, rest string, ok bool) {
	name, s, ok = strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" || strings.ContainsAny(name, " \t\",") {
		return "", "", "", false
	}
	quoted := false
	if s, quoted = strings.CutPrefix(s, `"`); quoted {
		if value, s, ok = strings.Cut(s, `"`); !ok || strings.Contains(value, `\`) {
			return "", "", "", false
		}
		s = strings.TrimSpace(s)
		if s == "" {
			return name, value, "", true
		}
		rest, ok = strings.CutPrefix(s, ",")
		rest = strings.TrimSpace(rest)
		return name, value, rest, ok && rest != ""
	}
	value, rest, comma := strings.Cut(s, ",")
	rest = strings.TrimSpace(rest)
	return name, strings.TrimSpace(value), rest, value != "" && comma == (rest != "")
}

// covered checks that the signature says enough about the request.
func (c cavage) covered(r *http.Request, body []byte) error {
	if len(c.headers) == 0 {
		return refuse(Uncovered, "only the date is signed")
	}
	must := []string{"(request-target)", "host"}
	if carriesBody(r, body) {
		must = append(must, "digest")
	}
	for i, h := range c.headers {
		if slices.Contains(c.headers[:i], h) {
			return refuse(Malformed, "%s is listed twice", h)
		}
	}
	for _, h := range must {
		if !slices.Contains(c.headers, h) {
			return refuse(Uncovered, "%s is not signed", h)
		}
	}
	if !slices.Contains(c.headers, "date") && !slices.Contains(c.headers, "(created)") {
		return refuse(Uncovered, "neither date nor (created) is signed")
	}
	return nil
}

// times are what the signature says of its making and its end, each one inside the window around now.
func (c cavage) times(r *http.Request, now time.Time, skew time.Duration) (created, expires time.Time, err error) {
	if slices.Contains(c.headers, "date") {
		created, err = http.ParseTime(r.Header.Get("Date"))
		if err != nil || len(r.Header.Values("Date")) != 1 {
			return created, expires, refuse(Malformed, "date")
		}
		if err := within("date", created, now, skew); err != nil {
			return created, expires, err
		}
	}
	if slices.Contains(c.headers, "(created)") {
		if created, err = unix("created", c.created); err != nil {
			return created, expires, err
		}
		if err := within("created", created, now, skew); err != nil {
			return created, expires, err
		}
	}
	if c.expires == "" {
		return created, expires, nil
	}
	if expires, err = unix("expires", c.expires); err == nil && now.After(expires) {
		err = refuse(Stale, "it ended at %s", expires.UTC().Format(time.RFC3339))
	}
	return created, expires, err
}

func unix(name, s string) (time.Time, error) {
	s, _, _ = strings.Cut(s, ".") // the draft lets expires have a fraction
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return time.Time{}, refuse(Malformed, "%s", name)
	}
	return time.Unix(n, 0), nil
}

func within(name string, t, now time.Time, skew time.Duration) error {
	if d := now.Sub(t); d > skew || d < -skew {
		return refuse(Stale, "%s is %s away from now", name, d.Abs().Round(time.Second))
	}
	return nil
}

// base is the text that is signed, with the request target given.
func (c cavage) base(r *http.Request, target string) (string, error) {
	var b strings.Builder
	for i, h := range c.headers {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(h + ": ")
		switch h {
		case "(request-target)":
			b.WriteString(strings.ToLower(r.Method) + " " + target)
		case "(created)":
			b.WriteString(c.created)
		case "(expires)":
			b.WriteString(c.expires)
		case "host":
			b.WriteString(hostOf(r))
		default:
			values := r.Header.Values(h)
			if len(values) == 0 {
				return "", refuse(Uncovered, "%s is signed but not sent", h)
			}
			b.WriteString(joined(values))
		}
	}
	return b.String(), nil
}

func joined(values []string) string {
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = strings.TrimSpace(v)
	}
	return strings.Join(trimmed, ", ")
}
