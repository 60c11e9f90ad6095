package container

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"etalon/internal/verdict"
)

// Labels that each container and image of ours bears.
const (
	LabelRun     = "etalon.run"     // Options.Run
	LabelStarted = "etalon.started" // when it began (RFC 3339); of containers alone
	LabelOwner   = "etalon.owner"   // the process that holds it
)

// owner is a process, told from all others, past ones and those of other machines that share an engine.
type owner struct {
	// machine is the host's name with the space in which process numbers are counted.
	machine string
	// process is its number, with the boot and the instant of its start where the system tells them.
	process string
}

// String is the owner in a label.
func (o owner) String() string { return o.machine + " " + o.process }

// self is the process that runs.
func self() (owner, error) {
	name, err := os.Hostname()
	if err != nil {
		return owner{}, verdict.Tell("nom de cette machine : %s", "name this machine: %s", err)
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		space = "-" // a system without name spaces
	}
	return owner{machine: strings.Join(strings.Fields(name+" "+space), " "), process: describe(os.Getpid())}, nil
}

// describe tells a process from those that had, or will have, its number.
func describe(pid int) string { return fmt.Sprintf("%d %s %s", pid, boot(), began(pid)) }

// boot names this start of the system; "-" where it does not tell.
func boot() string {
	raw, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "-"
	}
	return strings.TrimSpace(string(raw))
}

// began is when a process started, in ticks of the system; "-" where it does not tell.
func began(pid int) string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "-"
	}
	// The name of the program, between parentheses, may hold spaces and parentheses: the 22nd field is the 20th after it.
	if fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:])); len(fields) >= 20 {
		return fields[19]
	}
	return "-"
}

// gone tells whether labels name a process of this machine that has ended. In doubt it has not.
func (o owner) gone(labels map[string]string) bool {
	theirs, here := strings.CutPrefix(labels[LabelOwner], o.machine+" ")
	if labels[LabelRun] == "" || !here {
		return false
	}
	number, _, _ := strings.Cut(theirs, " ")
	pid, err := strconv.Atoi(number)
	if err != nil || pid <= 0 {
		return false
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	defer func() { _ = process.Release() }()
	if err := process.Signal(syscall.Signal(0)); errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH) {
		return true
	}
	return describe(pid) != theirs // another one has its number now
}
