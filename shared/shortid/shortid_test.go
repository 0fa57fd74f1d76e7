package shortid

import (
	"testing"

	"github.com/google/uuid"
)

func TestRecordedPairs(t *testing.T) {
	for long, short := range map[string]string{
		"19f00752-46b7-468b-a9da-d6acd4c94fa7": "4cLvEtYHmPHgEwGouwdhcH",
		"92c7bdd7-200e-4d10-be0a-88496c166144": "j8fEJa8WfL6GZX9JCDnmi3",
		"f8f87edd-5184-4873-b29a-bafe80a86570": "wK9FRBTT32qYPHvxWgfDVs",
	} {
		id := uuid.MustParse(long)
		if got := From(id); got != short {
			t.Errorf("From(%s) = %s, want %s", long, got, short)
		}
		for _, s := range []string{long, short} {
			if got, err := Parse(s); err != nil || got != id {
				t.Errorf("Parse(%s) = %s, %v", s, got, err)
			}
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("0123456789abcdef"))
	f.Add(make([]byte, 16))
	f.Fuzz(func(t *testing.T, b []byte) {
		id, err := uuid.FromBytes(b)
		if err != nil {
			return
		}
		if back, err := To(From(id)); err != nil || back != id {
			t.Fatalf("%s became %s, %v", id, back, err)
		}
	})
}

func FuzzTo(f *testing.F) {
	f.Add("4cLvEtYHmPHgEwGouwdhcH")
	f.Add("ZZZZZZZZZZZZZZZZZZZZZZ")
	f.Add("0OIl")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := To(s)
		if err != nil {
			return
		}
		if back, err := To(From(id)); err != nil || back != id {
			t.Fatalf("%q: %s became %s, %v", s, id, back, err)
		}
	})
}
