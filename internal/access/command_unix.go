//go:build unix

package access

import (
	"os/exec"
	"syscall"
)

// grouped gives a program a group of its own, so that it is ended with its children.
func grouped(program *exec.Cmd) {
	program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	program.Cancel = func() error { return syscall.Kill(-program.Process.Pid, syscall.SIGKILL) }
}
