package main

import (
	"bufio"
	"encoding/json"
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

	"etalon/features"
	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
)

var (
	guideBlock   = regexp.MustCompile("(?ms)^```(sh|text|yaml|gherkin)\n(.*?)^```$")
	guideStatus  = regexp.MustCompile(` # .*\b(?:sortie|exit) ([0-4])\b`)
	guideComment = regexp.MustCompile(` +# .*$`)
)

// guide runs the commands of docs/guide.md in a folder, in the order of the page.
type guide struct {
	t         *testing.T
	dir, root string
	real      []string // what stands in the page for an address of the reader's, each before what it is here
	said      string   // what the commands of the last block printed
	ran       []string
}

// TestGuide runs each command of docs/guide.md, whose status the page states where it is not 0, and wants each line that the
// page shows in what is printed, … being anything. The English part has the same commands.
func TestGuide(t *testing.T) {
	benchtest.Needs(t, "openssl", "unzip", "gzip")
	if err := buildSandbox(); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/guide.md")
	if err != nil {
		t.Fatal(err)
	}
	french, english, found := strings.Cut(string(page), "\n# User guide\n")
	if !found {
		t.Fatal("docs/guide.md: no English part")
	}
	g := newGuide(t)
	for _, block := range guideBlock.FindAllStringSubmatch(french, -1) {
		switch text := block[2]; block[1] {
		case "sh":
			g.said = ""
			for _, line := range guideLines(text) {
				g.run(line)
			}
		case "text":
			g.shows(text)
		case "yaml":
			name, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
			writeFile(t, filepath.Join(g.dir, name), text)
		case "gherkin":
			g.addCase(text)
		}
	}
	if len(g.ran) < 25 {
		t.Errorf("docs/guide.md: %d commands found: the test looks at the wrong place", len(g.ran))
	}
	told := 0
	for _, block := range guideBlock.FindAllStringSubmatch(english, -1) {
		for _, line := range guideLines(block[2]) {
			told++
			if line = strings.ReplaceAll(guideComment.ReplaceAllString(line, ""), " --lang en", ""); block[1] == "sh" && !slices.Contains(g.ran, line) {
				t.Errorf("docs/guide.md: the French part, whose commands are run, has no %q", line)
			}
		}
	}
	if told < 20 {
		t.Errorf("docs/guide.md: %d commands in English", told)
	}
}

// newGuide readies a folder that looks like the repository to who types the commands.
func newGuide(t *testing.T) *guide {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := exec.LookPath("conformance")
	if err != nil {
		t.Fatal(err)
	}
	g := &guide{t: t, dir: t.TempDir(), root: root}
	for name, to := range map[string]string{"bin/conformance": whole, "bin/sandbox": filepath.Join(tools, "sandbox"), "docs": filepath.Join(root, "docs")} {
		if err := os.MkdirAll(filepath.Join(g.dir, "bin"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, filepath.Join(g.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// guideLines are the commands of a block.
func guideLines(block string) (all []string) {
	for line := range strings.Lines(strings.ReplaceAll(block, "\\\n", "")) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// run runs one command, and wants the status that the page states.
func (g *guide) run(line string) {
	g.t.Helper()
	want := 0
	if m := guideStatus.FindStringSubmatch(line); m != nil {
		want, _ = strconv.Atoi(m[1])
	}
	command := guideComment.ReplaceAllString(line, "")
	twice := slices.Contains(g.ran, command)
	g.ran = append(g.ran, command)
	if program, ok := strings.CutPrefix(command, "bin/sandbox "); ok {
		g.start(strings.Fields(program))
		return
	}
	if target, ok := strings.CutPrefix(command, "make "); ok {
		g.makes(target)
		return
	}
	if twice && command == "bin/conformance doctor essai/candidate.yaml" {
		g.loadGateway()
	}
	// The guide judges the whole scope; the test one case or requirement of it.
	if strings.Contains(command, " --long") {
		part := " fournisseur/A/V10-P"
		if strings.Contains(command, "operateur.yaml") {
			part = " '*/-/TOK-01'"
		}
		command = strings.Replace(command, " --long", part, 1)
	}
	out, code := shell(g.t, g.dir, "export LC_ALL=C.UTF-8\n"+strings.NewReplacer(g.real...).Replace(command))
	g.said += out
	if code != want {
		g.t.Errorf("%s: exit %d, want %d:\n%s", line, code, want, out)
	}
}

// start runs the sandbox until the test ends, as another terminal would.
func (g *guide) start(args []string) {
	g.t.Helper()
	if args[0] == "timestamp" {
		args = append(args, "--listen", "127.0.0.1:0")
	}
	cmd := exec.Command(filepath.Join(tools, "sandbox"), args...)
	cmd.Dir = g.dir
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		g.t.Fatal(err)
	}
	g.said += line
	switch args[0] + " " + args[1] {
	case "timestamp --dir":
		g.real = append(g.real, "http://127.0.0.1:8550/", strings.TrimSpace(line))
	case "stub mss-imap":
		g.real = append(g.real, "--address mail.operateur.test.invalid", g.operator())
	}
}

// operator is how the mock operator is reached, instead of at its well-known ports.
func (g *guide) operator() string {
	raw, err := os.ReadFile(filepath.Join(g.dir, "operateur", "candidate.yaml"))
	if err != nil {
		g.t.Fatal(err)
	}
	options := "--address localhost --pki operateur/pki"
	for _, o := range [][2]string{{"psc", `"listen":"(127[^"]*)"`}, {"revocation", `"revocation":([0-9]+)`},
		{"imap-port", `mss-imap: \{"address":"127.0.0.1:([0-9]+)"`}, {"smtp-port", `mss-smtp: \{"address":"127.0.0.1:([0-9]+)"`}} {
		m := regexp.MustCompile(o[1]).FindSubmatch(raw)
		if m == nil {
			g.t.Fatalf("no %s in %s", o[1], raw)
		}
		options += " --" + o[0] + " " + string(m[1])
	}
	return options
}

// loadGateway does what the reader does outside of the commands: an honest gateway is there, and the file tells where.
func (g *guide) loadGateway() {
	raw, err := os.ReadFile(mock(g.t, filepath.Join(g.dir, "passerelle")))
	if err != nil {
		g.t.Fatal(err)
	}
	text := string(raw)
	for _, name := range []string{"pki", "traces.jsonl", "application.log"} {
		text = strings.ReplaceAll(text, `"`+name+`"`, `"`+filepath.Join(g.dir, "passerelle", name)+`"`)
	}
	writeFile(g.t, filepath.Join(g.dir, "essai", "candidate.yaml"), text)
}

// shows wants each line in what was printed.
func (g *guide) shows(text string) {
	g.t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line == "…" {
			continue
		}
		pattern := "(?m)^ *" + strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + " *$"
		if !regexp.MustCompile(pattern).MatchString(g.said) {
			g.t.Errorf("docs/guide.md shows %q, which is not in\n%s", line, g.said)
		}
	}
}

// addedCase is where the guide adds a line.
const addedCase = "interops/A/fournisseur/V10-audience.feature"

// addCase adds the line to a copy of the features, and wants its case in the plan made of them.
func (g *guide) addCase(row string) {
	g.t.Helper()
	tree := filepath.Join(g.dir, "features")
	if err := os.CopyFS(tree, features.FS); err != nil {
		g.t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(tree, addedCase))
	if err != nil {
		g.t.Fatal(err)
	}
	text := strings.TrimRight(string(raw), "\n")
	if _, last, _ := strings.Cut(text, "| V10-N2~saml11 "); last == "" || strings.Contains(last, "\n") {
		g.t.Fatalf("%s: its last line is not that of V10-N2~saml11", addedCase)
	}
	writeFile(g.t, filepath.Join(tree, addedCase), text+"\n"+row)
	catalogue, err := scenario.LoadCatalogue(os.DirFS(tree))
	if err != nil {
		g.t.Fatal(err)
	}
	plan, err := scenario.LoadPlan(os.DirFS(tree), catalogue)
	if err != nil {
		g.t.Fatal(err)
	}
	address := "fournisseur/A/" + strings.TrimSpace(strings.Split(row, "|")[1])
	if !slices.ContainsFunc(plan, func(one scenario.Trial) bool { return one.Address.String() == address }) {
		g.t.Errorf("the plan made of the changed features has no %s", address)
	}
}

// complaint is what a failed test says of the source.
var complaint = regexp.MustCompile(`(?m)^ +[a-z_]+_test\.go:\d+: .*$`)

// makes runs a target of the Makefile where the guide's change matters: the tests of the features, over the changed copy, the fault
// of its line misspelt. They refuse that, and nothing else of the line; well spelt, the fault is one of the role and mode.
func (g *guide) makes(target string) {
	g.t.Helper()
	raw, err := os.ReadFile(filepath.Join(g.root, "Makefile"))
	if err != nil {
		g.t.Fatal(err)
	}
	_, rule, found := strings.Cut(string(raw), "\n"+target+":")
	if !found {
		g.t.Fatalf("the Makefile has no target %s", target)
	}
	if target != "features" {
		return
	}
	if !strings.Contains(strings.Split(rule, "\n.")[0], "$(GO) test ./features/\n") {
		g.t.Fatal("make features does not run the tests of the features")
	}
	changed := filepath.Join(g.dir, "features", addedCase)
	if raw, err = os.ReadFile(changed); err != nil {
		g.t.Fatal(err)
	}
	cells := strings.Split(string(raw), "|")
	name := strings.TrimSpace(cells[len(cells)-2])
	if m, ok := mutation.ByName(name); !ok || !m.Tests("fournisseur") || !m.In(interops.ModeA) {
		g.t.Errorf("%s is no fault for the role and mode of the guide's case", name)
	}
	writeFile(g.t, changed, strings.TrimRight(string(raw), " |\n")+"x |\n")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(g.root, "features", addedCase): changed}})
	if err != nil {
		g.t.Fatal(err)
	}
	overlay := filepath.Join(g.dir, "overlay.json")
	writeFile(g.t, overlay, string(replace))
	cmd := exec.Command("go", "test", "-overlay", overlay, "./features")
	cmd.Dir = g.root
	out, err := cmd.CombinedOutput()
	if said := complaint.FindAllString(string(out), -1); err == nil || len(said) != 1 || !strings.Contains(said[0], name+"x") {
		g.t.Errorf("make features after the change of the guide, its fault misspelt: %v, want one complaint\n%s", err, out)
	}
	g.said += string(out)
}
