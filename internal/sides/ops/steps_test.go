package ops_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/scenario"
	"etalon/internal/sides/ops"
	"etalon/internal/stand"
)

// Every sentence of every feature has one step, and every step a sentence.
func TestEverySentenceHasOneStep(t *testing.T) {
	steps := ops.Steps()
	used := make([]int, len(steps))
	for _, trial := range suiteOf(t).plan {
		for _, sentence := range trial.Steps {
			n := 0
			for i, s := range steps {
				if s.Sentence.MatchString(sentence) {
					used[i]++
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: %q matches %d steps", trial.Address, sentence, n)
			}
		}
	}
	for i, s := range steps {
		if used[i] == 0 {
			t.Errorf("step %s: no sentence uses it", s.Sentence)
		}
	}
}

// Every word that features give to a step with a table stands in it, and every word of a table is given.
func TestWordsOfTheTables(t *testing.T) {
	for _, x := range []struct{ table, sentence string }{
		{"variant", `envoie un VI honnête, variante "([^"]*)"$`},
		{"application", `^l'application appelle le service .*, variante "([^"]*)"$`},
		{"element", `^le VI émis comporte l'élément "([^"]*)"$`},
		{"signature", `^la signature du VI émis respecte "([^"]*)"$`},
		{"breakdown", `^la panne "([^"]*)" frappe le candidat$`},
	} {
		sentence := regexp.MustCompile(x.sentence)
		given := map[string]bool{}
		for _, trial := range suiteOf(t).plan {
			for _, s := range trial.Steps {
				if m := sentence.FindStringSubmatch(s); m != nil {
					given[m[1]] = true
				}
			}
		}
		delete(given, "verification") // every rule of G10, not a list
		delete(given, "piece-jointe") // no candidate can declare attachments yet, so that it is never played
		var words []string
		for word := range given {
			words = append(words, word)
		}
		slices.Sort(words)
		known := slices.DeleteFunc(ops.Words(x.table), func(w string) bool { return w == "simple" && !given[w] })
		same(t, x.table, words, known)
	}
}

// Every fault that a step names is in the catalogue of mutations.
func TestFaultsExist(t *testing.T) {
	n := 0
	for _, trial := range suiteOf(t).plan {
		for _, name := range trial.Faults() {
			n++
			if _, ok := mutation.ByName(name); !ok {
				t.Errorf("%s: fault %q", trial.Address, name)
			}
		}
	}
	if n < 150 {
		t.Errorf("%d faults read: the sentences have changed", n)
	}
}

// Every need that a trial states is known to the side of its role.
func TestNeedsAreKnown(t *testing.T) {
	s := suiteOf(t)
	for _, scope := range stand.MockScopes("") {
		role, mode, _ := strings.Cut(scope, "/")
		if interops.Mode(mode) == candidate.NoMode {
			continue // another domain's
		}
		set, convention := s.of(interops.Mode(mode))
		stub, err := stand.StartStub(stand.StubOptions{
			Role: candidate.Role(role), Mode: interops.Mode(mode), Dir: t.TempDir(), PKI: set, Convention: convention,
			Profile: candidate.DefaultProfile("current"), Seed: "needs",
		})
		if err != nil {
			t.Fatal(err)
		}
		defer stub.Close()
		c, err := candidate.Load(stub.Candidate)
		if err != nil {
			t.Fatal(err)
		}
		b, err := bench.New(c.Convention, &c.Profile.Profile, set, "needs")
		if err != nil {
			t.Fatal(err)
		}
		var needs []string
		for _, trial := range s.plan {
			if trial.Scope() == scope {
				needs = append(needs, trial.Needs...)
			}
		}
		slices.Sort(needs)
		needs = slices.Compact(needs)
		if len(needs) < 5 {
			t.Errorf("%s: needs %v", scope, needs)
		}
		config := scenario.Config{Candidate: c, Bench: b, Tree: features.FS, Texts: s.texts}
		unknown, err := ops.Unknown(config, scope, needs)
		if err != nil {
			t.Fatal(err)
		}
		same(t, scope+": unknown needs", unknown, nil)
		if unknown, _ := ops.Unknown(config, scope, []string{"besoin-invente"}); len(unknown) != 1 {
			t.Errorf("%s: an invented need is taken for known", scope)
		}
	}
}

// Every rule that the sources name is listed, every listed one is named, and the catalogue of rules explains it.
func TestRulesAreListed(t *testing.T) {
	named := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "rules.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, literal := range ruleLiterals(n) {
				named[literal] = true
			}
			return true
		})
	}
	for rule := range named {
		if !slices.Contains(ops.Rules, rule) {
			t.Errorf("rule %s: not in Rules", rule)
		}
	}
	raw, err := features.FS.ReadFile("interops/rules.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range ops.Rules {
		if !strings.Contains("\n"+string(raw), "\n"+rule+",") {
			t.Errorf("rule %s: rules.csv does not explain it", rule)
		}
		if !named[rule] && !indirect[rule] {
			t.Errorf("rule %s: no source names it", rule)
		}
	}
}

// indirect are the rules that come to a finding through a variable.
var indirect = map[string]bool{
	"app-security-forwarded": true, "home-cookie-forwarded": true, "home-host-forwarded": true, "interops-infos-forwarded": true, "vi-reused-expired": true, "window-near-end": true,
	"refusal-not-json": true, "refusal-without-code": true,
}

// ruleLiterals returns the rules that a node names: the first argument of own, and the field Rule of a finding.
func ruleLiterals(n ast.Node) []string {
	var e ast.Expr
	switch n := n.(type) {
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Own" && len(n.Args) > 0 {
			e = n.Args[0]
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
			e = n.Value
		}
	}
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return nil
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return nil
	}
	return []string{text}
}
