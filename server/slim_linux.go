package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// slim gives back the memory that only the start needed: freed heap, and pages of the program's own file, which come
// again from the page cache when they are used. It returns the bytes of mappings that it let go of.
func slim() (let int64, err error) {
	debug.FreeOSMemory()
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return 0, err
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for _, m := range clean(f, self) {
		pages := unsafe.Slice((*byte)(m.from), m.size)
		if err := divide(pages); err != nil {
			return let, err
		}
		if err := unix.Madvise(pages, unix.MADV_DONTNEED); err != nil {
			return let, err
		}
		let += int64(m.size)
	}
	return let, nil
}

// stretch is how much of the program's file may come along with a page that is used.
const stretch = 128 << 10 // bytes

// divide keeps a kernel that is set to bring megabytes around a page (fault_around_bytes) to less: it does not go beyond a
// mapping, and stretches with different advice are different mappings. Pages of files are in no core dump anyway (core(5)).
func divide(pages []byte) error {
	for at := 0; at+stretch <= len(pages); at += 2 * stretch {
		if err := unix.Madvise(pages[at:at+stretch], unix.MADV_DONTDUMP); err != nil {
			return err
		}
	}
	return nil
}

// mapping is a stretch of this process' addresses.
type mapping struct {
	from unsafe.Pointer
	size uintptr
}

// clean finds in the text of /proc/self/smaps (proc(5)) the read-only mappings of a file, as long as all of their pages are the file's.
func clean(smaps io.Reader, file string) (all []mapping) {
	var last *mapping
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) > 1 && strings.HasSuffix(fields[0], ":"):
			if last != nil && fields[0] == "Anonymous:" && fields[1] == "0" {
				all = append(all, *last)
			}
		case len(fields) >= 6:
			last = nil
			var from, to uintptr
			if _, err := fmt.Sscanf(fields[0], "%x-%x", &from, &to); err == nil && fields[5] == file && (fields[1] == "r-xp" || fields[1] == "r--p") {
				last = &mapping{pointer(from), to - from}
			}
		}
	}
	return all
}

// pointer makes a pointer of a place in the program's file, which no collector moves or frees.
func pointer(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }
