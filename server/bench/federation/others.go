package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// others are servers that only listen, in a process of their own.
type others struct {
	Good, Hanging, Down []string // host and port
	cmd                 *exec.Cmd
}

// startOthers runs them: of each hundred, so many hang and so many are down.
func startOthers(ctx context.Context, all, hang, down int) (*others, error) {
	hanging, dead := all*hang/100, all*down/100
	o := &others{cmd: exec.CommandContext(ctx, "/proc/self/exe", "-simulate", fmt.Sprintf("%d,%d", all-hanging-dead, hanging))}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o.cmd.Stderr = os.Stderr
	o.cmd.Cancel = func() error { return o.cmd.Process.Signal(os.Interrupt) }
	if err := o.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, o)
	}
	for range dead { // ports that somebody had and nobody has any more
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return o, err
		}
		o.Down = append(o.Down, l.Addr().String())
		_ = l.Close()
	}
	return o, err
}

func (o *others) stop() {
	_ = o.cmd.Process.Signal(os.Interrupt)
	_ = o.cmd.Wait()
}

// inboxes are those of all, the bad ones between the good ones.
func (o *others) inboxes() (out []string) {
	bad := append(append([]string{}, o.Hanging...), o.Down...)
	every := len(o.Good)/(len(bad)+1) + 1
	for i, h := range o.Good {
		if i%every == 0 && len(bad) > 0 {
			out, bad = append(out, "http://"+bad[0]+"/inbox"), bad[1:]
		}
		out = append(out, "http://"+h+"/inbox")
	}
	for _, h := range bad {
		out = append(out, "http://"+h+"/inbox")
	}
	return out
}

// serveOthers is the process of the other servers, each at a port of its own.
func serveOthers(ctx context.Context, numbers string) error {
	g, h, _ := strings.Cut(numbers, ",")
	good, err := strconv.Atoi(g)
	hanging, err2 := strconv.Atoi(h)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	var o others
	var all sync.WaitGroup
	for i := range good + hanging {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s := &http.Server{Handler: http.HandlerFunc(take), ReadHeaderTimeout: time.Minute}
		if o.Good = append(o.Good, l.Addr().String()); i >= good {
			o.Good = o.Good[:good]
			o.Hanging = append(o.Hanging, l.Addr().String())
			s.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { // until who asks has had enough
				_, _ = io.Copy(io.Discard, r.Body)
				<-r.Context().Done()
			})
		}
		all.Go(func() { _ = s.Serve(l) })
		context.AfterFunc(ctx, func() { _ = s.Close() })
	}
	if err := json.NewEncoder(os.Stdout).Encode(o); err != nil {
		return err
	}
	all.Wait()
	return nil
}

func take(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil || r.Header.Get("Signature") == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}
