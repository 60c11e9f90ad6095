// Command sandbox is the partner: it plays the other organisms of a convention, honest unless told otherwise, or a
// mock candidate alone. It judges nothing; see the command conformance.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"etalon/cmd/internal/cli"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// streams are the program's, so that tests can give their own.
type streams struct {
	out, err io.Writer
	lang     string
}

// commands is the command line.
type commands struct {
	Lang string `enum:",fr,en" default:"" placeholder:"fr|en" help:"${lang}"`

	Serve serveCommand `cmd:"" help:"${serve}"`
	Stub  stubCommand  `cmd:"" help:"${stub}"`

	Backup  backupCommand  `cmd:"" help:"${backup}"`
	Restore restoreCommand `cmd:"" help:"${restore}"`

	Token tokenCommand `cmd:"" help:"${token}"`

	Sphere sphereCommand `cmd:"" help:"${sphere}"`
	PSC    pscCommand    `cmd:"" name:"psc" help:"${psc}"`

	Timestamp timestampCommand `cmd:"" help:"${timestamp}"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(status)
}

// hinted is an error of the user's with the command that mends it.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

// run parses the arguments and runs the command; it returns the exit status: 0, 1 when the sphere did not keep
// what it owes, 2 for usage, 3 for ours.
func run(ctx context.Context, args []string, s streams) int {
	s.lang = cli.Language(args)
	exited := -1
	var c commands
	parser, err := kong.New(&c, kong.Name("sandbox"), kong.Description(words.Text("description", s.lang)),
		kong.Writers(s.out, s.err), kong.Exit(func(code int) { exited = code }), words.Vars(s.lang),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Help(cli.Help(examples, s.lang)))
	if err != nil {
		return s.fail(err)
	}
	parser.Model.HelpFlag.Help = words.Text("help", s.lang)
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return s.fail(hinted{cli.Misread(err), cli.HelpFor("sandbox", err)})
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(&s); err != nil {
		return s.fail(err)
	}
	return 0
}

// fail tells an error and returns its exit status.
func (s streams) fail(err error) int {
	var problems candidate.Problems
	if errors.As(err, &problems) {
		for line := range strings.SplitSeq(problems.In(s.lang), "\n") {
			fmt.Fprintf(s.err, "sandbox: error: %s\n", line)
		}
		return 2
	}
	fmt.Fprintf(s.err, "sandbox: error: %s\n", verdict.InLanguage(err, s.lang))
	var h hinted
	if errors.As(err, &h) {
		fmt.Fprintf(s.err, "sandbox: hint: %s\n", h.hint)
		return 2
	}
	if promise := (broken{}); errors.As(err, &promise) {
		return 1
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		fmt.Fprintf(s.err, "sandbox: hint: %s\n", words.Text("busy", s.lang))
		return 2
	}
	return 3
}
