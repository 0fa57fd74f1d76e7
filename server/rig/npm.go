package rig

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Package is the folder of an npm package that tests or benches measure with; it is fetched once and kept in the user's cache.
func Package(ctx context.Context, name, version string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "shoal", "npm", name+"-"+version)
	if _, err := os.Stat(filepath.Join(folder, "package.json")); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(folder), "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	if err := pack(ctx, fresh, name+"@"+version); err != nil {
		return "", fmt.Errorf("%s %s from npm, which is fetched once and kept in %s: %w", name, version, folder, err)
	}
	err = os.Rename(filepath.Join(fresh, "package"), folder)
	if errors.Is(err, os.ErrExist) { // another process was quicker
		err = nil
	}
	return folder, err
}

// pack lets npm fetch and check the package, and unpacks it into the folder "package".
func pack(ctx context.Context, folder, what string) error {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "npm", "pack", "--silent", what)
	cmd.Dir, cmd.Stderr = folder, &said
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("npm pack: %w: %s", err, strings.TrimSpace(said.String()))
	}
	lines := strings.Fields(string(out))
	if len(lines) == 0 {
		return errors.New("npm pack named no file")
	}
	f, err := os.Open(filepath.Join(folder, lines[len(lines)-1]))
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	return unpack(tar.NewReader(z), folder)
}

func unpack(t *tar.Reader, folder string) error {
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) {
			continue
		}
		path := filepath.Join(folder, h.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		content, err := io.ReadAll(t)
		if err == nil {
			err = os.WriteFile(path, content, 0o644)
		}
		if err != nil {
			return err
		}
	}
}

// Installed is a folder in whose node_modules an npm package and all that it needs lie; it is fetched once and kept in the user's
// cache. No package's own scripts are run.
func Installed(ctx context.Context, name, version string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "shoal", "npm", name+"-"+version+"-installed")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", name, "package.json")); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(folder), "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", fresh, name+"@"+version)
	cmd.Dir, cmd.Stderr = fresh, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s from npm, which is fetched once and kept in %s: %w: %s", name, version, folder, err, strings.TrimSpace(said.String()))
	}
	err = os.Rename(fresh, folder)
	if errors.Is(err, os.ErrExist) { // another process was quicker
		err = nil
	}
	return folder, err
}
