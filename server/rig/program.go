package rig

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Program is shoal serve as a process of its own.
type Program struct {
	URL    string        // http://127.0.0.1 and its port
	Ready  time.Duration // from exec to the line that says it listens
	cmd    *exec.Cmd
	ended  chan struct{}
	err    error
	mu     sync.Mutex
	log    bytes.Buffer
	listen chan struct{}
}

// Admin is the first administrator that Run makes unless told otherwise.
const (
	AdminName     = "root"
	AdminPassword = "correct horse battery"
)

// FreeAddress is an address of this machine that nobody listened on a moment ago.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Run starts the binary with its data in a folder, and waits until it listens. settings are NAME=value of its environment.
func Run(ctx context.Context, binary, data string, settings ...string) (*Program, error) {
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	p := &Program{URL: "http://" + address, ended: make(chan struct{}), listen: make(chan struct{})}
	p.cmd = exec.Command(binary, "serve")
	p.cmd.Env = append(clean(os.Environ()), "SHOAL_LISTEN="+address, "SHOAL_URL="+p.URL, "SHOAL_DATA="+data,
		"SHOAL_ADMIN_USERNAME="+AdminName, "SHOAL_ADMIN_PASSWORD="+AdminPassword, "SHOAL_ADMIN_EMAIL=root@example.org")
	p.cmd.Env = append(p.cmd.Env, settings...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	said, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.hear(said, began)
	select {
	case <-p.listen:
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("shoal ended at its start: %w\n%s", p.err, p.Log())
	case <-ctx.Done():
		p.Kill()
		return nil, fmt.Errorf("shoal did not listen: %w\n%s", context.Cause(ctx), p.Log())
	}
}

// clean is the environment without settings of ours that this process may have.
func clean(environ []string) []string {
	var out []string
	for _, e := range environ {
		if !strings.HasPrefix(e, "SHOAL_") {
			out = append(out, e)
		}
	}
	return out
}

func (p *Program) hear(r io.Reader, began time.Time) {
	lines := bufio.NewReader(r)
	for listening := false; ; {
		line, err := lines.ReadString('\n')
		p.mu.Lock()
		p.log.WriteString(line)
		p.mu.Unlock()
		if !listening && strings.Contains(line, "msg=listening") {
			listening, p.Ready = true, time.Since(began)
			close(p.listen)
		}
		if err != nil {
			break
		}
	}
	p.err = p.cmd.Wait()
	close(p.ended)
}

// Log is all it said.
func (p *Program) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// Setup is the link that makes the first administrator, once it was printed.
func (p *Program) Setup() string {
	_, rest, _ := strings.Cut(p.Log(), "link=")
	link, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(link, `"`)
}

// PID is the number of its process.
func (p *Program) PID() int { return p.cmd.Process.Pid }

// Ended is closed when the process is gone.
func (p *Program) Ended() <-chan struct{} { return p.ended }

// Kill ends it as a power cut would, and waits until it is gone.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

var errSlowEnd = errors.New("shoal did not end within its 10 seconds")

// Stop asks it to end, and tells when it does so late or badly.
func (p *Program) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return p.err
	case <-time.After(10 * time.Second):
		p.Kill()
		return errSlowEnd
	}
}
