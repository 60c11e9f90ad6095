package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"etalon/internal/verdict"
)

func TestScripts(t *testing.T) {
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	repository, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true, UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", tools+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("LC_ALL", "fr_FR.UTF-8")
			env.Setenv("REPOSITORY", repository)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "alike": alike, "appended": appendLine, "start": start, "cut": cutRun, "operator": operatorKeys, "token": tokenKeys, "listen": listenAt,
			"replace": replaceInFile, "conforming": conformingReport, "flip": flipByte, "pick": pick,
		},
	})
}

// exits runs a program and wants an exit status: exits STATUS PROGRAM [ARGUMENT…].
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("%s: exit status %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// start runs the sandbox in the background until the script ends, and sets a variable to the first line that it
// prints, which tells that it is ready: start VARIABLE sandbox ARGUMENT….
func start(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(filepath.Join(tools, args[1]), args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "TMPDIR="+ts.Getenv("TMPDIR"))
	cmd.Stderr = ts.Stderr()
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			ts.Logf("%v: %v", args[1:], err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	ts.Setenv(args[0], strings.TrimSpace(line))
}

// cutRun starts conformance and ends it when it has told some verdicts: cut SIGNAL VERDICTS WANTED ARGUMENT….
func cutRun(ts *testscript.TestScript, _ bool, args []string) {
	signal := map[string]syscall.Signal{"KILL": syscall.SIGKILL, "TERM": syscall.SIGTERM}[args[0]]
	lines, err := strconv.Atoi(args[1])
	ts.Check(err)
	cmd := exec.Command("conformance", args[3:]...)
	cmd.Dir = ts.MkAbs(".")
	progress, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	var told strings.Builder
	for scanner := bufio.NewScanner(progress); scanner.Scan(); lines-- {
		told.WriteString(scanner.Text() + "\n")
		if lines == 0 {
			ts.Check(cmd.Process.Signal(signal))
		}
	}
	_ = cmd.Wait()
	status := "killed"
	if cmd.ProcessState.Exited() {
		status = strconv.Itoa(cmd.ProcessState.ExitCode())
	}
	if status != args[2] {
		ts.Fatalf("conformance ended by %s: status %s, want %s\n%s", args[0], status, args[2], told.String())
	}
	_, _ = io.WriteString(ts.Stderr(), told.String())
}

// alike wants two records with the same verdicts and findings case by case, and says how often the first was resumed:
// alike RUN.json RUN.json.
func alike(ts *testscript.TestScript, _ bool, args []string) {
	var runs [2]verdict.Run
	var told [2][]string
	for i, file := range args {
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &runs[i]))
		for _, c := range runs[i].Cases {
			line := c.Address + " " + c.Verdict.String() + " " + c.Why.Key
			for _, f := range c.Findings {
				line += " " + f.Requirement + ":" + f.Rule
			}
			told[i] = append(told[i], line)
		}
		for _, q := range runs[i].Requirements {
			told[i] = append(told[i], q.ID+" "+q.Verdict.String()+" "+q.Standard.String())
		}
		for _, n := range runs[i].NotRun {
			told[i] = append(told[i], n.Address+" "+n.Why.Key)
		}
	}
	if !slices.Equal(told[0], told[1]) || runs[0].Level != runs[1].Level || runs[0].Counts != runs[1].Counts {
		ts.Fatalf("not alike:\n%s\n\n%s", strings.Join(told[0], "\n"), strings.Join(told[1], "\n"))
	}
	_, _ = fmt.Fprintf(ts.Stdout(), "%d resumptions\n", len(runs[0].Resumed))
}

// appendLine puts a line at the end of a file: appended FILE LINE.
func appendLine(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0])+args[1]+"\n"), 0o600))
}

// replaceInFile replaces the one occurrence of a text: replace FILE OLD NEW.
func replaceInFile(ts *testscript.TestScript, _ bool, args []string) {
	old := ts.ReadFile(args[0])
	if strings.Count(old, args[1]) != 1 {
		ts.Fatalf("%s holds %q %d times", args[0], args[1], strings.Count(old, args[1]))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(old, args[1], args[2], 1)), 0o600))
}

// pick sets a variable to what the parenthesis of a pattern finds in a file: pick VARIABLE FILE PATTERN.
func pick(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[2]).FindStringSubmatch(ts.ReadFile(args[1]))
	if len(found) != 2 {
		ts.Fatalf("%s holds no %s", args[1], args[2])
	}
	ts.Setenv(args[0], found[1])
}

// flipByte changes one byte in the middle of a file: flip FROM TO.
func flipByte(ts *testscript.TestScript, _ bool, args []string) {
	raw := []byte(ts.ReadFile(args[0]))
	raw[len(raw)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), raw, 0o600))
}
