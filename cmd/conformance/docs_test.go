package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"etalon/internal/timestamp"
)

// option is a long option as help writes it at the head of a line.
var option = regexp.MustCompile(`(?m)^ +(?:-[a-zA-Z], )? *(--[a-z-]+)`)

// commandLine is a command as help lists it.
var commandLine = regexp.MustCompile(`(?m)^  ([a-z]+(?: [a-z]+)?)  `)

// helps are what was asked before: several tests read the same.
var helps sync.Map

// help returns the help of a program, or of one of its commands.
func help(t *testing.T, program string, args ...string) string {
	t.Helper()
	asked := program + " " + strings.Join(args, " ")
	if told, ok := helps.Load(asked); ok {
		return told.(string)
	}
	cmd := exec.Command(program, append(args, "--help")...)
	cmd.Env = append(os.Environ(), "LC_ALL=fr_FR.UTF-8")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v --help: %v", program, args, err)
	}
	helps.Store(asked, string(out))
	return string(out)
}

// programs gives each program with the path that starts it.
func programs(t *testing.T) map[string]string {
	t.Helper()
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"conformance": "conformance", "sandbox": filepath.Join(tools, "sandbox")}
}

func commandsOf(t *testing.T, path string) []string {
	t.Helper()
	_, list, _ := strings.Cut(help(t, path), "Commandes :")
	list, _, _ = strings.Cut(list, "\n\n")
	var names []string
	for _, m := range commandLine.FindAllStringSubmatch(list, -1) {
		names = append(names, m[1])
	}
	return names
}

// TestEveryCommandHasHelp wants examples under the help of each command, in both languages.
func TestEveryCommandHasHelp(t *testing.T) {
	for name, path := range programs(t) {
		commands := commandsOf(t, path)
		if len(commands) < 2 {
			t.Fatalf("%s: help lists %v", name, commands)
		}
		for _, command := range append(commands, "") {
			args := strings.Fields(command)
			french, english := help(t, path, args...), help(t, path, append(args, "--lang", "en")...)
			for title, text := range map[string]string{"Exemples :": french, "Examples:": english} {
				_, examples, found := strings.Cut(text, title+"\n")
				if !found || !strings.Contains(examples, "  "+strings.TrimSpace(name+" "+command)) {
					t.Errorf("%s %s --help: want an example of it under %q, got %q", name, command, title, examples)
				}
			}
		}
	}
}

// exampleFlaw is a flaw that an example names.
var exampleFlaw = regexp.MustCompile(`--flaw ([a-z0-9-]+)`)

// TestExamplesNameRealFlaws wants every flaw of an example in the catalogue, or among the lies of a time authority, in help and in the README.
func TestExamplesNameRealFlaws(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(readme)}
	for _, path := range programs(t) {
		for _, command := range commandsOf(t, path) {
			texts = append(texts, help(t, path, strings.Fields(command)...))
		}
	}
	var list struct{ Flaws []listedFlaw }
	listJSON(t, &list, "list", "flaws", "--json")
	named := exampleFlaw.FindAllStringSubmatch(strings.Join(texts, "\n"), -1)
	if len(named) < 3 {
		t.Errorf("%d examples with a flaw: the test looks at the wrong place", len(named))
	}
	for _, m := range named {
		if !slices.ContainsFunc(list.Flaws, func(f listedFlaw) bool { return f.Name == m[1] }) && !slices.Contains(timestamp.Lies, m[1]) {
			t.Errorf("an example names the flaw %q, which no stub has", m[1])
		}
	}
}

// TestCommandPage wants every command and option of the two programs in docs/cli.md, each under its own heading.
func TestCommandPage(t *testing.T) {
	raw, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range programs(t) {
		for _, command := range commandsOf(t, path) {
			heading := "\n### `" + name + " " + command
			_, section, found := strings.Cut(string(raw), heading)
			if !found {
				t.Errorf("docs/cli.md: no heading %q", strings.TrimSpace(heading))
				continue
			}
			section, _, _ = strings.Cut(section, "\n#")
			for _, m := range option.FindAllStringSubmatch(help(t, path, strings.Fields(command)...), -1) {
				if common := m[1] == "--help" || m[1] == "--lang"; !common && !strings.Contains(section, "`"+m[1]) {
					t.Errorf("docs/cli.md, %s %s: option %s is not told", name, command, m[1])
				}
			}
		}
	}
}

// fence is a block of shell commands of a page.
var fence = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestEveryReadmeCommandRuns wants each command of the README in one of the scripts, or among the Makefile's targets.
func TestEveryReadmeCommandRuns(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	ran := scriptLines(t)
	commands := 0
	for _, block := range fence.FindAllStringSubmatch(string(readme), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, " #")
			line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "bin/"))
			if line == "" {
				continue
			}
			commands++
			if target, ok := strings.CutPrefix(line, "make "); ok {
				if !strings.Contains(string(makefile), "\n"+target+":") {
					t.Errorf("README: the Makefile has no target %s", target)
				}
				continue
			}
			if !slices.ContainsFunc(ran, func(script string) bool { return strings.HasSuffix(script, " "+line) }) {
				t.Errorf("README: no script of testdata/script runs %q", line)
			}
		}
	}
	if commands < 8 {
		t.Errorf("README: %d commands found: the test looks at the wrong place", commands)
	}
}

// scriptLines are the lines of the scripts, of both programs.
func scriptLines(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../*/testdata/script/*.txtar")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	var lines []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}
