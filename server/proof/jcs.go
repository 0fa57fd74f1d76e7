package proof

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxWhole is from where on a double does not tell all whole numbers apart (RFC 7493, section 2.2).
const maxWhole = 1 << 53

// Canonical writes JSON in the one form of RFC 8785. It refuses what two readers may understand differently: a key twice, half
// a surrogate pair, numbers that no double holds.
func Canonical(body []byte) ([]byte, error) {
	v, err := parse(body)
	if err != nil {
		return nil, err
	}
	return canonical(nil, v), nil
}

// parse reads a value; numbers become float64.
func parse(body []byte) (any, error) {
	if !utf8.Valid(body) || halved(body) {
		return nil, fmt.Errorf("%w: no Unicode", ErrForm)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := value(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: more than one value", ErrForm)
	}
	return v, nil
}

const maxDepth = 64

func value(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil || depth > maxDepth {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	switch t := t.(type) {
	case json.Number:
		return number(t)
	case json.Delim:
		if t == '{' {
			return object(d, depth)
		}
		list := []any{}
		for d.More() {
			v, err := value(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		if _, err := d.Token(); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
		return list, nil
	}
	return t, nil
}

func object(d *json.Decoder, depth int) (any, error) {
	o := map[string]any{}
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return nil, fmt.Errorf("%w: %w", ErrForm, err)
		}
		if _, twice := o[key]; twice {
			return nil, fmt.Errorf("%w: %.50q twice", ErrForm, key)
		}
		if o[key], err = value(d, depth+1); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	return o, nil
}

func number(n json.Number) (any, error) {
	f, err := n.Float64()
	if err != nil || math.Abs(f) >= maxWhole && !strings.ContainsAny(n.String(), ".eE") {
		return nil, fmt.Errorf("%w: number %.50q", ErrForm, n)
	}
	return f, nil
}

// halved tells whether an escape names one half of a surrogate pair without the other.
func halved(body []byte) bool {
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		i++
		unit, ok := escaped(body, i)
		if !ok || !utf16.IsSurrogate(unit) {
			continue
		}
		low, ok := escaped(body, i+6)
		if !ok || body[i+5] != '\\' || utf16.DecodeRune(unit, low) == utf8.RuneError {
			return true
		}
		i += 10
	}
	return false
}

// escaped reads the uXXXX at i.
func escaped(body []byte, i int) (rune, bool) {
	if i+5 > len(body) || body[i] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(body[i+1:i+5]), 16, 16)
	return rune(n), err == nil
}

func canonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case float64:
		return appendNumber(b, v)
	case string:
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, one := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = canonical(b, one)
		}
		return append(b, ']')
	case map[string]any:
		return appendObject(b, v)
	}
	return append(b, "null"...)
}

// appendObject writes the keys in the order of their UTF-16 code units (section 3.2.3).
func appendObject(b []byte, o map[string]any) []byte {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y string) int { return slices.Compare(utf16.Encode([]rune(x)), utf16.Encode([]rune(y))) })
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		b = canonical(b, o[k])
	}
	return append(b, '}')
}

const escapes = "\b\t\n\f\r\"\\"

// appendString escapes what must be escaped, and nothing else (section 3.2.2.2).
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range []byte(s) {
		switch i := strings.IndexByte(escapes, c); {
		case i >= 0:
			b = append(b, '\\', `btnfr"\`[i])
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// appendNumber writes a number as ECMAScript does (section 3.2.2.3).
func appendNumber(b []byte, f float64) []byte {
	if f == 0 {
		return append(b, '0') // -0, too
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	b = append(append(b, digits...), 'e', exponent[0])
	return append(b, strings.TrimLeft(exponent[1:], "0")...)
}
