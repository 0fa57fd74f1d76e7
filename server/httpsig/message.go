package httpsig

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// message is one signature of RFC 9421.
type message struct {
	label      string
	components []string
	params     []param // in the order sent, which is signed too
	keyID, alg string
	created    time.Time
	expires    time.Time
	signature  []byte
}

// parseMessage reads both headers. One signature may stand in them, as Mastodon too wants it.
func parseMessage(h http.Header) (m message, err error) {
	inputs, err := parseDict(strings.Join(h.Values("Signature-Input"), ", "))
	if err != nil {
		return m, err
	}
	signatures, err := parseDict(strings.Join(h.Values("Signature"), ", "))
	if err != nil {
		return m, err
	}
	if len(inputs) != 1 || len(signatures) != 1 || inputs[0].key != signatures[0].key {
		return m, refuse(Unsupported, "%d signatures", len(inputs))
	}
	list, isList := inputs[0].value.([]item)
	m.label, m.params = inputs[0].key, inputs[0].params
	var isBytes bool
	if m.signature, isBytes = signatures[0].value.([]byte); !isList || !isBytes {
		return m, refuse(Malformed, "signature headers")
	}
	for _, c := range list {
		name, isString := c.value.(string)
		if !isString || len(c.params) > 0 {
			return m, refuse(Unsupported, "a component with parameters")
		}
		if slices.Contains(m.components, name) {
			return m, refuse(Malformed, "%s is listed twice", name)
		}
		m.components = append(m.components, name)
	}
	return m, m.readParams()
}

func (m *message) readParams() error {
	for _, p := range m.params {
		ok := true
		switch p.key {
		case "keyid":
			m.keyID, ok = p.value.(string)
		case "alg":
			m.alg, ok = p.value.(string)
		case "created":
			m.created, ok = seconds(p.value)
		case "expires":
			m.expires, ok = seconds(p.value)
		}
		if !ok {
			return refuse(Malformed, "%s", p.key)
		}
	}
	if m.keyID == "" || m.created.IsZero() {
		return refuse(Uncovered, "keyid or created is missing")
	}
	return nil
}

func seconds(v any) (time.Time, bool) {
	n, ok := v.(int64)
	return time.Unix(n, 0), ok && n > 0 && n < 1<<40
}

// covered checks that the signature says enough about the request.
func (m message) covered(r *http.Request, body []byte) error {
	has := func(c string) bool { return slices.Contains(m.components, c) }
	if !has("@method") {
		return refuse(Uncovered, "@method is not signed")
	}
	path := has("@request-target") || has("@path") && (has("@query") || requestURL(r).RawQuery == "")
	if !has("@target-uri") && (!(has("@authority") || has("host")) || !path) {
		return refuse(Uncovered, "the target is not signed")
	}
	if carriesBody(r, body) && !has("content-digest") {
		return refuse(Uncovered, "content-digest is not signed")
	}
	return nil
}

func (m message) times(now time.Time, skew time.Duration) error {
	if !m.expires.IsZero() && now.After(m.expires) {
		return refuse(Stale, "it ended at %s", m.expires.UTC().Format(time.RFC3339))
	}
	return within("created", m.created, now, skew)
}

// base is the text that is signed (RFC 9421 §2.5).
func (m message) base(r *http.Request, scheme string) (string, error) {
	var b strings.Builder
	for _, c := range m.components {
		v, err := component(r, scheme, c)
		if err != nil {
			return "", err
		}
		write(&b, c)
		b.WriteString(": " + v + "\n")
	}
	b.WriteString(`"@signature-params": `)
	b.WriteString(m.input())
	return b.String(), nil
}

// input is the member of Signature-Input without its label.
func (m message) input() string {
	var b strings.Builder
	list := make([]item, len(m.components))
	for i, c := range m.components {
		list[i].value = c
	}
	write(&b, list)
	writeParams(&b, m.params)
	return b.String()
}

func component(r *http.Request, scheme, name string) (string, error) {
	u, host := requestURL(r), hostOf(r)
	switch name {
	case "@method":
		return r.Method, nil
	case "@target-uri":
		return scheme + "://" + host + targetOf(r), nil
	case "@authority":
		return authority(scheme, host), nil
	case "@scheme":
		return scheme, nil
	case "@request-target":
		return targetOf(r), nil
	case "@path":
		path, _, _ := strings.Cut(targetOf(r), "?")
		return path, nil
	case "@query":
		return "?" + u.RawQuery, nil
	case "host":
		return host, nil
	}
	if strings.HasPrefix(name, "@") || name != strings.ToLower(name) {
		return "", refuse(Unsupported, "the component %s", name)
	}
	values := r.Header.Values(name)
	if len(values) == 0 {
		return "", refuse(Uncovered, "%s is signed but not sent", name)
	}
	return joined(values), nil
}
