package main

import (
	"os"
	"strings"
	"testing"
)

func TestOnlyCleanPagesOfTheProgramAreGivenBack(t *testing.T) {
	const smaps = `00400000-00500000 r-xp 00000000 08:01 77 /opt/shoal
Rss:                 900 kB
Anonymous:             0 kB
00500000-00600000 r--p 00100000 08:01 77 /opt/shoal
Anonymous:             4 kB
00600000-00700000 rw-p 00200000 08:01 77 /opt/shoal
Anonymous:             0 kB
00700000-00710000 r--p 00300000 08:01 77 /opt/shoal
Anonymous:             0 kB
7f0000000000-7f0000100000 r-xp 00000000 08:01 78 /lib/other.so
Anonymous:             0 kB
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]
Anonymous:             0 kB
`
	got := clean(strings.NewReader(smaps), "/opt/shoal")
	if len(got) != 2 || uintptr(got[0].from) != 0x400000 || got[0].size != 0x100000 || uintptr(got[1].from) != 0x700000 {
		t.Errorf("%+v", got)
	}
}

func TestTheProgramRunsOnWithoutThePagesOfItsStart(t *testing.T) {
	let, err := slim()
	if err != nil || let == 0 {
		t.Errorf("%d bytes were given back: %v", let, err)
	}
	if _, err := os.ReadFile("/proc/self/status"); err != nil {
		t.Error(err)
	}
}
