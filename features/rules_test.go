package features_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/journey"
	"etalon/internal/rest"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
)

// explained reads rules.csv: for each rule, the requirements under which it is explained.
func explained(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, d := range domains {
		for _, line := range table(t, d, "rules.csv") {
			out[line["rule"]] = append(out[line["rule"]], line["requirement"])
		}
	}
	return out
}

func TestRulesAreWellFormed(t *testing.T) {
	rows := catalogue(t)
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, d := range domains {
		for _, line := range table(t, d, "rules.csv") {
			key := line["rule"] + " " + line["requirement"]
			if seen[key] || !slug.MatchString(line["rule"]) {
				t.Errorf("rule %s: want a slug, once for each requirement", key)
			}
			seen[key] = true
			if r, ok := rows[line["requirement"]]; (!ok || r.domain.name != d.name) && line["requirement"] != "*" {
				t.Errorf("rule %s: no such requirement in %s", key, d.name)
			}
			for column, text := range line {
				if strings.TrimSpace(text) == "" {
					t.Errorf("rule %s: %s is empty", key, column)
				}
			}
		}
	}
}

func TestEveryRuleOfTheWiresIsExplained(t *testing.T) {
	known := explained(t)
	for _, table := range []map[string]string{saml.Rules, soap.Rules, rest.Rules, journey.Rules} {
		for rule, requirement := range table {
			if !covers(known[rule], requirement) {
				t.Errorf("rule %s of %s: rules.csv explains it for %v", rule, requirement, known[rule])
			}
		}
	}
	for _, rule := range sso.ProtocolRules {
		if !covers(known[rule], "*") {
			t.Errorf("rule %s: rules.csv does not explain it for every requirement", rule)
		}
	}
}

// The rules that a sentence can report stand between braces in docs/features.md, before their requirement.
func TestEveryRuleOfTheVocabularyIsExplained(t *testing.T) {
	raw, err := os.ReadFile("../docs/features.md")
	if err != nil {
		t.Fatal(err)
	}
	known := explained(t)
	braces := regexp.MustCompile(`\{([^}]+)\}`)
	entry := regexp.MustCompile("`([a-z0-9-]+)`(?: ((?:[A-Z]+-)?[A-Z]+-?\\d\\d|\\*))?")
	found := 0
	for _, group := range braces.FindAllStringSubmatch(string(raw), -1) {
		for _, m := range entry.FindAllStringSubmatch(group[1], -1) {
			found++
			if m[2] != "" && !covers(known[m[1]], m[2]) || len(known[m[1]]) == 0 {
				t.Errorf("rule %s of %q: rules.csv explains it for %v", m[1], m[2], known[m[1]])
			}
		}
	}
	if found < 40 {
		t.Errorf("docs/features.md names %d rules: the test reads the wrong text", found)
	}
}

// A faulty message that is accepted is explained in the terms of each requirement that such a message can breach.
func TestAcceptanceIsExplainedForEachRequirement(t *testing.T) {
	known := explained(t)["accepted-faulty"]
	for _, s := range scenarios(t) {
		for _, step := range s.steps {
			refusal := step == "le candidat refuse le VI" || step == "le candidat refuse le message" || step == "la liaison est refusée"
			if refusal && s.interops() && s.requirement[0] != 'F' && !contains(known, s.requirement) {
				t.Errorf("accepted-faulty is not explained for %s", s.requirement)
			}
		}
	}
}

// covers tells whether the requirement, or any, is among those explained.
func covers(explained []string, requirement string) bool {
	return contains(explained, requirement) || contains(explained, "*")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
