package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Heights that may be in Transcoding.Resolutions.
var Heights = []int{144, 240, 360, 480, 720, 1080, 1440, 2160}

// Check names every setting that cannot be.
func (c Config) Check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		bad("listen: %q is no address with a port, such as 127.0.0.1:9000", c.Listen)
	}
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || (u.Scheme != "http" && u.Scheme != "https") {
		bad("url: %q is no address such as https://videos.example", c.URL)
	}
	if c.DatabaseURL != "" && !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://") {
		bad("database_url: it should start with postgres://")
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		bad("log_level: %q is none of debug, info, warn, error", c.LogLevel)
	}
	if (c.Admin.Username == "") != (c.Admin.Password == "") {
		bad("admin: username and password go together")
	}
	if !slices.Contains([]string{"start", "always", "never"}, c.Mail.TLS) {
		bad("mail.tls: %q is none of start, always, never", c.Mail.TLS)
	}
	if c.Mail.Port < 1 || c.Mail.Port > 65535 {
		bad("mail.port: %d is no port", c.Mail.Port)
	}
	for name, networks := range map[string][]string{
		"proxy.trusted": c.Proxy.Trusted, "metrics.allow": c.Metrics.Allow,
		"accounts.join_from": c.Accounts.JoinFrom, "accounts.join_not_from": c.Accounts.JoinNotFrom,
	} {
		for _, n := range networks {
			if _, err := Network(n); err != nil {
				bad("%s: %q is no address or network", name, n)
			}
		}
	}
	c.checkMedia(bad)
	c.Seed.check(bad)
	return errors.Join(errs...)
}

// leastUpload lets a request be answered within a second.
const leastUpload = 16 * KB

func (s Seed) check(bad func(string, ...any)) {
	for name, address := range map[string]string{"listen": s.Listen, "web": s.Web} {
		if _, _, err := net.SplitHostPort(address); err != nil && (name == "listen" || address != "") {
			bad("seed.%s: %q is no address with a port, such as :6881", name, address)
		}
	}
	for _, a := range s.Addresses {
		if _, err := netip.ParseAddr(a); err != nil {
			bad("seed.addresses: %q is no address", a)
		}
	}
	if s.Upload < leastUpload {
		bad("seed.upload: must be at least %v", leastUpload)
	}
	if s.Connections < 1 || s.Connections > 1000 {
		bad("seed.connections: %d is not between 1 and 1000", s.Connections)
	}
}

func (c Config) checkMedia(bad func(string, ...any)) {
	if c.Upload.MaxSize <= 0 {
		bad("upload.max_size: must be above zero")
	}
	if c.Upload.Life <= 0 {
		bad("upload.life: must be above zero")
	}
	t := c.Transcoding
	if len(t.Resolutions) == 0 {
		bad("transcoding.resolutions: at least one is needed")
	}
	for _, r := range t.Resolutions {
		if !slices.Contains(Heights, r) {
			bad("transcoding.resolutions: %d is none of %v", r, Heights)
		}
	}
	if t.MaxFPS < 10 || t.MaxFPS > 240 {
		bad("transcoding.max_fps: %d is not between 10 and 240", t.MaxFPS)
	}
	if t.Workers < 1 || t.Workers > 64 {
		bad("transcoding.workers: %d is not between 1 and 64", t.Workers)
	}
	if t.Memory < 256*MB {
		bad("transcoding.memory: ffmpeg needs at least 256MB")
	}
}

// Network reads an address or a network.
func Network(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// Networks reads a list that Check has passed.
func Networks(list []string) []netip.Prefix {
	out := make([]netip.Prefix, 0, len(list))
	for _, s := range list {
		if n, err := Network(s); err == nil {
			out = append(out, n)
		}
	}
	return out
}
