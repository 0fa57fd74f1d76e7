package transcode

import (
	"errors"
	"testing"
)

func TestTheOwnerIsNotToldTheServersFolders(t *testing.T) {
	for in, want := range map[string]string{
		"/srv/shoal/data/storage/originals/a-b.mp4: Invalid data found": "a-b.mp4: Invalid data found",
		"open '/var/lib/x/y.mp4' failed":                                "open 'y.mp4' failed",
		"30 frames/s at 1/2 speed":                                      "30 frames/s at 1/2 speed",
	} {
		if got := detail(errors.New(in)); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
