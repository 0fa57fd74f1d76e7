package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)#]+)`)
	command = regexp.MustCompile("`make ([a-z-]+)`|^make ([a-z-]+)")
)

func TestLinksAndCommandsOfTheDocumentsExist(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
		for line := range strings.Lines(string(text)) {
			for _, m := range command.FindAllStringSubmatch(line, -1) {
				if target := m[1] + m[2]; !strings.Contains("\n"+string(makefile), "\n"+target+":") {
					t.Errorf("%s names make %s, which does not exist", page, target)
				}
			}
		}
	}
}
