// Command conformance is the judge: it plays the scenarios against a candidate, writes a signed report and
// verifies one. It plays no partner by itself; see the command sandbox.
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
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// Exit statuses; those of run are the report's.
const (
	exitOK           = 0
	exitFailed       = 1
	exitUsage        = 2
	exitHarness      = 3
	exitUndetermined = 4
)

// streams are the program's, so that tests can give their own.
type streams struct {
	in       io.Reader
	out, err io.Writer
	lang     string
	live     bool // err is a terminal
}

// commands is the command line.
type commands struct {
	Lang string `enum:",fr,en" default:"" placeholder:"fr|en" help:"${lang}"`

	Init     initCommand     `cmd:"" help:"${init}"`
	Doctor   doctorCommand   `cmd:"" help:"${doctor}"`
	Run      runCommand      `cmd:"" help:"${run}"`
	Resume   resumeCommand   `cmd:"" help:"${resume}"`
	MSS      mssCommand      `cmd:"" name:"mss" help:"${mss}"`
	List     listCommand     `cmd:"" help:"${list}"`
	Coverage coverageCommand `cmd:"" help:"${coverage}"`
	Report   reportCommand   `cmd:"" help:"${report}"`
	Verify   verifyCommand   `cmd:"" help:"${verify}"`
	Revoke   revokeCommand   `cmd:"" help:"${revoke}"`
	Review   reviewCommand   `cmd:"" help:"${review}"`

	Engagement engagementCommand `cmd:"" help:"${engagement}"`
	Handover   handoverCommand   `cmd:"" help:"${handover}"`

	Diff     diffCommand     `cmd:"" help:"${diff}"`
	Replay   replayCommand   `cmd:"" help:"${replay}"`
	Traces   tracesCommand   `cmd:"" help:"${traces}"`
	Selftest selftestCommand `cmd:"" help:"${selftest}"`
	Version  versionCommand  `cmd:"" help:"${version}"`

	Convention conventionCommand `cmd:"" help:"${convention}"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, live: isTerminal(os.Stderr)})
	stop()
	os.Exit(status)
}

// status is an exit status that is no error to be told: the command has said all.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// hinted is an error with the command or gesture that mends it, and its exit status.
type hinted struct {
	error
	hint   string
	status int
}

func (h hinted) Unwrap() error { return h.error }

// run parses the arguments and runs the command; it returns the exit status.
func run(ctx context.Context, args []string, s streams) int {
	s.lang = cli.Language(args)
	exited := -1
	var c commands
	parser, err := kong.New(&c, kong.Name("conformance"), kong.Description(words.Text("description", s.lang)),
		kong.Writers(s.out, s.err), kong.Exit(func(code int) { exited = code }), words.Vars(s.lang),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Help(cli.Help(examples, s.lang)))
	if err != nil {
		return s.fail(err, exitHarness)
	}
	parser.Model.HelpFlag.Help = words.Text("help", s.lang)
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		return s.fail(hinted{cli.Misread(err), cli.HelpFor("conformance", err), exitUsage}, exitUsage)
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(&s); err != nil {
		return s.fail(err, exitHarness)
	}
	return exitOK
}

// fail tells an error and returns its exit status.
func (s streams) fail(err error, fallback int) int {
	var code status
	if errors.As(err, &code) {
		return int(code)
	}
	var problems candidate.Problems
	if errors.As(err, &problems) {
		for line := range strings.SplitSeq(problems.In(s.lang), "\n") {
			fmt.Fprintf(s.err, "conformance: error: %s\n", line)
		}
		return exitUsage
	}
	fmt.Fprintf(s.err, "conformance: error: %s\n", verdict.InLanguage(err, s.lang))
	var h hinted
	if errors.As(err, &h) {
		fmt.Fprintf(s.err, "conformance: hint: %s\n", h.hint)
		return h.status
	}
	if errors.Is(err, scenario.ErrNothingSelected) || errors.Is(err, scenario.ErrExclusion) || errors.Is(err, syscall.EADDRINUSE) {
		return exitUsage
	}
	return fallback
}
