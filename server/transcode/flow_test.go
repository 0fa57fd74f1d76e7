package transcode

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestBytesFlowInOrder(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	b, on := newBeside(&out), &flowing{file: f}
	var want []byte
	for i := range 1500 {
		p := bytes.Repeat([]byte{byte(i), byte(i >> 8)}, i*13%20_000)
		want = append(want, p...)
		if n, err := b.Write(p); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
		if n, err := on.Write(p); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
	}
	b.wait()
	b.wait()
	if got, err := os.ReadFile(f.Name()); !bytes.Equal(out.Bytes(), want) || !bytes.Equal(got, want) || err != nil || on.sent == 0 && len(want) > flowStep {
		t.Errorf("%d and %d bytes of %d, %v", out.Len(), len(got), len(want), err)
	}
}
