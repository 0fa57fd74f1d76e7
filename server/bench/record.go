package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// recorder puts a program in place of ffmpeg that notes its arguments and becomes ffmpeg.
func (b *bench) recorder() error {
	real, err := exec.LookPath("ffmpeg")
	if err != nil {
		return err
	}
	notes := filepath.Join(b.folder, "commands")
	if err := os.Mkdir(notes, 0o777); err != nil {
		return err
	}
	script := fmt.Sprintf("#!/bin/sh\nprintf '%%s\\0' \"$@\" > \"$(mktemp %s/XXXXXX)\"\nexec %s \"$@\"\n", notes, real)
	return os.WriteFile(filepath.Join(b.folder, "ffmpeg"), []byte(script), 0o755)
}

// forget drops the notes so far.
func (b *bench) forget() error {
	notes, err := filepath.Glob(filepath.Join(b.folder, "commands", "*"))
	for _, n := range notes {
		if err := os.Remove(n); err != nil {
			return err
		}
	}
	return err
}

// command is one run of ffmpeg, cut into its parts.
type command struct {
	before  []string // up to and with the input
	graph   string
	outputs [][]string // options of each, without its place
}

// recorded are the runs that read a file, since forget.
func (b *bench) recorded() ([]command, error) {
	notes, err := filepath.Glob(filepath.Join(b.folder, "commands", "*"))
	if err != nil {
		return nil, err
	}
	var out []command
	for _, n := range notes {
		text, err := os.ReadFile(n)
		if err != nil {
			return nil, err
		}
		args := strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
		if i := slices.Index(args, "-i"); i >= 0 && i+2 < len(args) {
			out = append(out, cut(args[:i+2], args[i+2:]))
		}
	}
	return out, nil
}

func cut(before, rest []string) command {
	c := command{before: before}
	var options []string
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == "-filter_complex" && i+1 < len(rest):
			c.graph = rest[i+1]
			i++
		case strings.HasPrefix(rest[i], "pipe:"):
			c.outputs = append(c.outputs, options)
			options = nil
		default:
			options = append(options, rest[i])
		}
	}
	return c
}

// films tells whether the run makes renditions, not just stills.
func (c command) films() bool {
	return slices.ContainsFunc(c.outputs, func(o []string) bool { return slices.Contains(o, "mp4") })
}

var (
	chainEnd = regexp.MustCompile(`\[([a-z]+\d*)\](?:\[[a-z]+\d*\])?$`)
	sizeOf   = regexp.MustCompile(`scale=(\d+):(\d+)`)
)

// picture is one encoded size and what makes it.
type picture struct {
	width   int
	filters string
	options []string
}

// merge makes one command of the runs that make renditions: one decode, each size scaled from the one before.
func merge(all []command, folder string) []string {
	var (
		before  []string
		sizes   []picture
		plain   [][]string
		board   *picture
		outputs []string
	)
	for _, c := range all {
		if !c.films() {
			continue
		}
		before = c.before
		filters := map[string]string{}
		for chain := range strings.SplitSeq(c.graph, ";") {
			if m := chainEnd.FindStringSubmatchIndex(chain); m != nil {
				body := chain[strings.IndexByte(chain, ']')+1 : m[0]]
				filters[chain[m[2]:m[3]]] = strings.TrimSuffix(body, ",split")
			}
		}
		for _, o := range c.outputs {
			label := strings.Trim(valueOf(o, "-map"), "[]")
			f, encoded := filters[label]
			switch {
			case label == "board":
				board = &picture{filters: f, options: o}
			case encoded:
				sizes = append(sizes, picture{widthOf(f), f, o})
			default:
				plain = append(plain, o)
			}
		}
	}
	slices.SortFunc(sizes, func(a, b picture) int { return b.width - a.width })
	if board != nil {
		sizes = append(sizes, *board)
	}
	var graph []string
	from := "[0:v:0]"
	for i, s := range sizes {
		to := fmt.Sprintf("[o%d]", i)
		if i+1 < len(sizes) {
			graph = append(graph, fmt.Sprintf("%s%s,split%s[m%d]", from, s.filters, to, i))
		} else {
			graph = append(graph, from+s.filters+to)
		}
		from = fmt.Sprintf("[m%d]", i)
		options := slices.Clone(s.options)
		options[slices.Index(options, "-map")+1] = to
		outputs = append(append(outputs, options...), filepath.Join(folder, fmt.Sprintf("bare-%d.mp4", i)))
	}
	for i, o := range plain {
		outputs = append(append(outputs, o...), filepath.Join(folder, fmt.Sprintf("bare-plain-%d.mp4", i)))
	}
	args := slices.Clone(before)
	if len(graph) > 0 {
		args = append(args, "-filter_complex", strings.Join(graph, ";"))
	}
	return append(args, outputs...)
}

func valueOf(options []string, name string) string {
	if i := slices.Index(options, name); i >= 0 && i+1 < len(options) {
		return options[i+1]
	}
	return ""
}

func widthOf(filters string) int {
	var width int
	if m := sizeOf.FindStringSubmatch(filters); m != nil {
		_, _ = fmt.Sscan(m[1], &width)
	}
	return width
}

// alone are the runs that make stills, as commands that write files.
func alone(all []command, folder string) [][]string {
	var out [][]string
	for n, c := range all {
		if c.films() {
			continue
		}
		args := slices.Clone(c.before)
		if c.graph != "" {
			args = append(args, "-filter_complex", c.graph)
		}
		for i, o := range c.outputs {
			args = append(append(args, o...), filepath.Join(folder, fmt.Sprintf("bare-still-%d-%d", n, i)))
		}
		out = append(out, args)
	}
	return out
}
