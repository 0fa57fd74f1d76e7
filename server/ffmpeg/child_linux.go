package ffmpeg

import (
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	openFiles = 256
	leastData = 2 << 30 // bytes; a ladder from 2160p needs about 1.5 GiB
	oomScore  = "800"   // of 1000: when memory is short, the child goes before the server
)

// detach makes the calling thread nice and cmd a group of its own that dies with the thread.
func detach(cmd *exec.Cmd, nice int) {
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, nice)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// bound limits memory and open files and forbids it to write files; its outputs are pipes.
func (t *Tool) bound(pid int) {
	for kind, n := range map[int]uint64{
		unix.RLIMIT_DATA: uint64(t.Memory), unix.RLIMIT_FSIZE: 0, unix.RLIMIT_CORE: 0, unix.RLIMIT_NOFILE: openFiles,
	} {
		if kind == unix.RLIMIT_DATA && t.Memory <= 0 {
			continue
		}
		_ = unix.Prlimit(pid, kind, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
	_ = os.WriteFile("/proc/"+strconv.Itoa(pid)+"/oom_score_adj", []byte(oomScore), 0)
}

// memory is three quarters of the machine's, but enough for any ladder.
func memory() int64 {
	var s unix.Sysinfo_t
	if err := unix.Sysinfo(&s); err != nil {
		return leastData
	}
	return max(int64(s.Totalram)*int64(s.Unit)/4*3, leastData)
}

func widen(pipe *os.File) { _, _ = unix.FcntlInt(pipe.Fd(), unix.F_SETPIPE_SZ, pipeSize) }
