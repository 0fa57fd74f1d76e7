package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"shoal/server/rig"
	"shoal/shared/api"
)

const (
	rangeSize  = 1 << 20
	rangeTime  = 1500 * time.Millisecond
	rangeTurns = 5
	lines      = 8 // connections kept open
)

// ranges asks both servers for the same random mebibytes of the same file, in turns.
func (b *bench) ranges(ctx context.Context) error {
	if err := b.ready(ctx); err != nil {
		return err
	}
	v, err := b.client.Video(ctx, b.film)
	if err != nil {
		return err
	}
	file, err := largest(v)
	if err != nil {
		return err
	}
	peer, err := b.nginx(ctx, v.UUID, filepath.Base(file.FileURL))
	if err != nil {
		return err
	}
	var ours, theirs []float64
	for turn := range rangeTurns {
		for i := range 2 {
			mine := (turn+i)%2 == 0
			url := peer
			if mine {
				url = file.FileURL
			}
			speed, err := pull(ctx, url, file.Size)
			if err != nil {
				return err
			}
			if mine {
				ours = append(ours, speed/1e6)
			} else {
				theirs = append(theirs, speed/1e6)
			}
		}
	}
	b.add(row{name: "byte ranges of 1 MiB, 8 connections", ours: median(ours), peer: median(theirs), unit: "MB/s", target: 0.8, least: true})
	return nil
}

// largest is the film's biggest file.
func largest(v api.VideoDetails) (api.VideoFile, error) {
	var best api.VideoFile
	for _, p := range v.StreamingPlaylists {
		for _, f := range p.Files {
			if f.Size > best.Size {
				best = f
			}
		}
	}
	if best.Size <= rangeSize {
		return best, fmt.Errorf("the film has no file above a mebibyte")
	}
	return best, nil
}

// pull fetches random ranges for a while and gives bytes per second.
func pull(ctx context.Context, url string, size int64) (float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: lines, MaxIdleConnsPerHost: lines, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var (
		sum   atomic.Int64
		first atomic.Pointer[error]
		group sync.WaitGroup
	)
	began := time.Now()
	for range lines {
		group.Go(func() {
			buffer := make([]byte, 256<<10)
			for time.Since(began) < rangeTime && first.Load() == nil {
				n, err := one(ctx, client, url, rand.Int64N(size-rangeSize), buffer)
				if err != nil {
					first.Store(&err)
				}
				sum.Add(n)
			}
		})
	}
	group.Wait()
	if err := first.Load(); err != nil {
		return 0, *err
	}
	return float64(sum.Load()) / time.Since(began).Seconds(), nil
}

// sink keeps io.CopyBuffer from choosing a smaller buffer of its own.
type sink struct{}

func (sink) Write(p []byte) (int, error) { return len(p), nil }

func one(ctx context.Context, client *http.Client, url string, from int64, buffer []byte) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, from+rangeSize-1))
	resp, err := client.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.CopyBuffer(sink{}, struct{ io.Reader }{resp.Body}, buffer)
	if err == nil && (resp.StatusCode != http.StatusPartialContent || n != rangeSize) {
		err = fmt.Errorf("%s: %s with %d bytes", url, resp.Status, n)
	}
	return n, err
}

const nginxConfig = `daemon off;
worker_processes auto;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log error;
%[4]s
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type video/mp4;
	client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
	server { listen %[2]s; root %[3]s; }
}
`

// nginx serves the film's folder and gives the file's address there.
func (b *bench) nginx(ctx context.Context, video, file string) (string, error) {
	path := "nginx"
	if _, err := exec.LookPath(path); err != nil {
		path = "/usr/sbin/nginx"
	}
	address, err := rig.FreeAddress()
	if err != nil {
		return "", err
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	root := filepath.Join(b.folder, "data", "storage", "hls", video)
	config := filepath.Join(b.folder, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, b.folder, address, root, user), 0o644); err != nil {
		return "", err
	}
	cmd := exec.Command(path, "-p", b.folder, "-c", config, "-e", filepath.Join(b.folder, "nginx.log"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	b.ends = append(b.ends, func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	url := "http://" + address + "/" + file
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	return url, rig.Until(ctx, "nginx", func() (bool, error) {
		resp, err := http.Head(url)
		if err != nil {
			return false, nil
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return false, fmt.Errorf("%s: %s", url, resp.Status)
		}
		return true, nil
	})
}
