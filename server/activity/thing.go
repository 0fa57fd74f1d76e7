package activity

import "encoding/json"

// Thing is something named by its address, or embedded with all that is said of it.
type Thing struct {
	ID  ID
	Is  Type            // of an embedded one
	Raw json.RawMessage // of an embedded one, as it came
}

// Named is a thing by its address.
func Named(id ID) Things { return Things{{ID: id}} }

// Embed puts one of the structs into an activity. Context, if it has one, belongs on the outside.
func Embed(v any) (Things, error) {
	raw, err := Write(v)
	if err != nil {
		return nil, err
	}
	var t Thing
	err = t.UnmarshalJSON(raw)
	return Things{t}, err
}

// Embedded tells whether more than the address came along.
func (t Thing) Embedded() bool { return t.Is != "" }

// Into reads an embedded thing.
func (t Thing) Into(v any) error {
	if t.Raw == nil {
		return errType
	}
	return into(t.Raw, v)
}

// Activity reads an embedded activity, such as the Like of an Undo.
func (t Thing) Activity() (*Activity, error) {
	a := &Activity{}
	if err := t.Into(a); err != nil {
		return nil, err
	}
	a.Raw = t.Raw
	return a, nil
}

// UnmarshalJSON takes an address or an object.
func (t *Thing) UnmarshalJSON(b []byte) error {
	*t = Thing{}
	_ = t.ID.UnmarshalJSON(b)
	if first(b) == '{' {
		var o struct {
			Type Type `json:"type"`
		}
		_ = json.Unmarshal(b, &o)
		t.Is, t.Raw = o.Type, append(json.RawMessage(nil), b...)
	}
	return nil
}

// MarshalJSON writes the object as it is, or its address.
func (t Thing) MarshalJSON() ([]byte, error) {
	if t.Raw != nil {
		return t.Raw, nil
	}
	return Write(t.ID)
}

// Things are what an activity is about: one, but of Mastodon's Flag.
type Things []Thing

// UnmarshalJSON takes one or a list.
func (l *Things) UnmarshalJSON(b []byte) error {
	*l = Things{}
	for _, raw := range elements(b) {
		var t Thing
		if first(raw) != '[' {
			_ = t.UnmarshalJSON(raw)
		}
		if t.ID != "" || t.Raw != nil {
			*l = append(*l, t)
		}
	}
	return nil
}

// MarshalJSON writes the one by itself, as PeerTube needs it.
func (l Things) MarshalJSON() ([]byte, error) {
	if len(l) == 1 {
		return l[0].MarshalJSON()
	}
	return Write([]Thing(l))
}
