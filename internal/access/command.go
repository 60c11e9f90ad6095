package access

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"time"

	"etalon/internal/verdict"
)

// Bounds of a command that a candidate file declares.
const (
	// commandTime is how long one may take that nobody set a time for.
	commandTime = time.Minute
	// maxDiagnostics is how much is kept of what one says on its standard error.
	maxDiagnostics = 64 << 10
	// lingering is how long its output may stay open once it has ended.
	lingering = 2 * time.Second
)

// command is a program that a candidate file declares.
type command struct {
	argv   []string
	dir    string
	input  []byte
	most   int // octets of its output
	within time.Duration
}

// run returns what the program wrote on its standard output. One that takes longer, whatever its context, or writes more, is
// ended with its children, and that is the error; of one that fails by itself, the error wraps *exec.ExitError.
func (c command) run(ctx context.Context) ([]byte, error) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	ctx, stop := context.WithTimeoutCause(ctx, c.within, verdict.Tell("il n'a pas fini en %v, et a été arrêté", "it has not ended after %v, and was ended", c.within))
	defer stop()
	program := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	program.Dir, program.Stdin, program.WaitDelay = c.dir, bytes.NewReader(c.input), lingering
	program.Env = slices.DeleteFunc(program.Environ(), ours)
	grouped(program)
	out := &bounded{most: c.most, over: func() {
		end(verdict.Tell("il a écrit plus de %d octets, et a été arrêté", "it wrote more than %d octets, and was ended", c.most))
	}}
	said := &bounded{most: maxDiagnostics, over: func() {}}
	program.Stdout, program.Stderr = out, said
	err := program.Run()
	switch cause := context.Cause(ctx); {
	case cause != nil && (err != nil || out.full):
		return out.kept, verdict.Tell("exécution de %s : %s : %s", "run %s: %s: %s", c.argv[0], cause, firstLine(said.kept))
	case errors.Is(err, exec.ErrWaitDelay):
		return out.kept, verdict.Tell("exécution de %s : il a fini, et un fils garde sa sortie ouverte : envoyez ailleurs celle du fils : %s", "run %s: it has ended, and a child keeps its output open: send the child's elsewhere: %s", c.argv[0], err)
	case err != nil:
		return out.kept, verdict.Tell("exécution de %s : %s : %s", "run %s: %s: %s", c.argv[0], err, firstLine(said.kept))
	}
	return out.kept, nil
}

// ours tells whether a variable of the environment is the harness's own: passwords of its keys and its tokens are among them, and a
// candidate's program has no business with any.
func ours(variable string) bool { return strings.HasPrefix(strings.ToUpper(variable), "ETALON_") }

// bounded keeps the beginning of what is written to it, and tells once when there is more. Its writer is never held up.
type bounded struct {
	most int
	kept []byte
	full bool
	over func()
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	room := b.most - len(b.kept)
	b.kept = append(b.kept, p[:min(len(p), room)]...)
	if len(p) > room && !b.full {
		b.full = true
		b.over()
	}
	return len(p), nil
}

// firstLine shortens a program's diagnostics.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	return string(line)
}
