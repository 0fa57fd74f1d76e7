package rig

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Family is a process and all that descend from it.
func Family(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		f, id, err := stat(path)
		if err != nil {
			continue
		}
		parent, _ := strconv.Atoi(f[1])
		children[parent] = append(children[parent], id)
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// stat gives the fields of /proc/pid/stat behind the name: state, parent and so on.
func stat(path string) ([]string, int, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return nil, 0, errors.New("no stat line")
	}
	f := strings.Fields(string(text[end+1:]))
	id, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
	if len(f) < 22 {
		return nil, id, errors.New("short stat line")
	}
	return f, id, err
}

const tick = time.Second / 100 // USER_HZ of Linux

// CPU is the time that processes have used, theirs and that of children they waited for.
func CPU(pids ...int) time.Duration {
	var sum time.Duration
	for _, pid := range pids {
		f, _, err := stat(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		for _, field := range f[11:15] { // utime, stime, cutime, cstime
			n, _ := strconv.ParseInt(field, 10, 64)
			sum += time.Duration(n) * tick
		}
	}
	return sum
}

// Resident is the memory of a process in bytes.
func Resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// Private is the memory in bytes that a process shares with nobody.
func Private(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	var sum int64
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "Private_") {
			kb, _ := strconv.ParseInt(strings.Fields(line)[1], 10, 64)
			sum += kb << 10
		}
	}
	return sum
}
