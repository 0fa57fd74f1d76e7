// Command build makes static/dist: programs compiled, styles and scripts minified, all compressed and named by content.
//
//	go run ./static/build
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const dist = "static/dist"

// entry is as package static reads it.
type entry struct {
	File       string `json:"file"`
	Plain      bool   `json:"plain"`
	Compressed bool   `json:"compressed"`
}

type build struct {
	manifest map[string]entry
	keep     map[string]bool
}

func main() {
	b := &build{manifest: map[string]entry{}, keep: map[string]bool{".gitkeep": true}}
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (b *build) run() error {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	for _, step := range []func() error{b.copies, b.styles, b.scripts, b.source, b.programs} {
		if err := step(); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(b.manifest, "", "  ")
	if err != nil {
		return err
	}
	b.keep["manifest.json"] = true
	if err := os.WriteFile(filepath.Join(dist, "manifest.json"), text, 0o644); err != nil {
		return err
	}
	b.report()
	return b.sweep()
}

// styles bundles static/css/*.css in order of name to shoal.css, and takes static/*.css each on its own.
func (b *build) styles() error {
	parts, err := filepath.Glob("static/css/*.css")
	if err != nil {
		return err
	}
	slices.Sort(parts)
	var all strings.Builder
	for _, part := range parts {
		text, err := os.ReadFile(part)
		if err != nil {
			return err
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	if err := b.minify("shoal.css", b.hashed(all.String()), api.LoaderCSS); err != nil {
		return err
	}
	alone, err := filepath.Glob("static/*.css")
	if err != nil {
		return err
	}
	for _, path := range alone {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := b.minify(filepath.Base(path), b.hashed(string(text)), api.LoaderCSS); err != nil {
			return err
		}
	}
	return nil
}

// hashed puts the built names into url("name") of a style.
func (b *build) hashed(style string) string {
	for name, e := range b.manifest {
		style = strings.ReplaceAll(style, `url("`+name+`")`, `url("`+e.File+`")`)
	}
	return style
}

// scripts minifies static/*.js and takes the Go runtime's own from the toolchain.
func (b *build) scripts() error {
	found, err := filepath.Glob("static/*.js")
	if err != nil {
		return err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	found = append(found, filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec.js"))
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := b.minify(filepath.Base(path), string(text), api.LoaderJS); err != nil {
			return err
		}
	}
	return nil
}

func (b *build) minify(name, text string, loader api.Loader) error {
	r := api.Transform(text, api.TransformOptions{
		Loader: loader, MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: loader == api.LoaderJS,
		Engines:       []api.Engine{{Name: api.EngineChrome, Version: "110"}, {Name: api.EngineFirefox, Version: "115"}, {Name: api.EngineSafari, Version: "16"}},
		Sourcefile:    name,
		LegalComments: api.LegalCommentsNone,
	})
	if len(r.Errors) > 0 {
		return errors.New(strings.Join(api.FormatMessages(r.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	return b.put(name, r.Code, true, true)
}

// copies takes fonts, icons and pictures as they are.
func (b *build) copies() error {
	for _, pattern := range []string{"static/fonts/*", "static/icons/*", "static/img/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, path := range found {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text := slices.Contains([]string{".svg", ".txt"}, filepath.Ext(path))
			if err := b.put(filepath.Base(path), content, true, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// programs compiles the browser's mains.
func (b *build) programs() error {
	for _, name := range []string{"app", "embed"} {
		out := filepath.Join(os.TempDir(), fmt.Sprintf("shoal-%s-%d.wasm", name, os.Getpid()))
		// Nothing inlined: 6 to 9 % fewer bytes on the network.
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l", "-o", out, "./wasm/"+name)
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("compiling wasm/%s: %w", name, err)
		}
		content, err := os.ReadFile(out)
		if err := errors.Join(err, os.Remove(out)); err != nil {
			return err
		}
		if content, err = joined(content, name == "embed"); err != nil {
			return err
		}
		if err := b.put(name+".wasm", content, false, true); err != nil {
			return err
		}
	}
	return nil
}

// put writes a file under its name with the hash of its content, plain or compressed or both.
func (b *build) put(name string, content []byte, plain, compressed bool) error {
	sum := sha256.Sum256(content)
	ext := filepath.Ext(name)
	e := entry{File: strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext, Plain: plain, Compressed: compressed && len(content) > 200}
	b.manifest[name] = e
	if plain {
		if err := b.write(e.File, func() ([]byte, error) { return content, nil }); err != nil {
			return err
		}
	}
	if !e.Compressed {
		return nil
	}
	if err := b.write(e.File+".gz", func() ([]byte, error) { return gzipped(content) }); err != nil {
		return err
	}
	return b.write(e.File+".br", func() ([]byte, error) { return remembered(content, brotlied) })
}

// write skips what is there already: the name holds the hash.
func (b *build) write(file string, content func() ([]byte, error)) error {
	b.keep[file] = true
	path := filepath.Join(dist, file)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	data, err := content()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// sweep removes what earlier builds left.
func (b *build) sweep() error {
	left, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, e := range left {
		if !b.keep[e.Name()] {
			if err := os.Remove(filepath.Join(dist, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// report prints what the network will carry.
func (b *build) report() {
	names := make([]string, 0, len(b.manifest))
	for name := range b.manifest {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		e := b.manifest[name]
		file := e.File
		if e.Compressed {
			file += ".br"
		}
		if info, err := os.Stat(filepath.Join(dist, file)); err == nil {
			fmt.Printf("%9d  %s\n", info.Size(), name)
		}
	}
}
