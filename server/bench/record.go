package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// record notes the ffmpeg commands that the server runs, until stop.
func (b *bench) record() (stop func() []command) {
	end, ended := make(chan struct{}), make(chan map[string]command)
	folder := b.folder
	go func() {
		known, seen := map[string]bool{}, map[string]command{}
		tick := time.NewTicker(30 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				ended <- seen
				return
			case <-tick.C:
				look(folder, known, seen)
			}
		}
	}()
	return func() []command {
		close(end)
		return slices.Collect(maps.Values(<-ended))
	}
}

// look adds the ffmpeg commands on files below folder among the processes that are new.
func look(folder string, known map[string]bool, seen map[string]command) {
	names, _ := procs()
	for _, pid := range names {
		if known[pid] || pid[0] < '0' || pid[0] > '9' {
			continue
		}
		line, _ := os.ReadFile("/proc/" + pid + "/cmdline")
		args := strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
		if filepath.Base(args[0]) == "shoal" {
			continue // a child that has not become ffmpeg yet, perhaps
		}
		known[pid] = true
		if i := slices.Index(args, "-i"); i > 0 && i+2 < len(args) && strings.Contains(args[i+1], folder) {
			seen[pid] = cut(args[1:i+2], args[i+2:])
		}
	}
}

func procs() ([]string, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// command is one run of ffmpeg, cut into its parts.
type command struct {
	before  []string // up to and with the input
	graph   string
	outputs [][]string // options of each, without its place
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
