package features_test

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gherkin "github.com/cucumber/gherkin/go/v26"

	"etalon/features"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/oidc"
)

// scenario is one case as the features tell it.
type scenario struct {
	file, role, mode, requirement, short, variant string
	tags, steps                                   []string
}

var scenarioName = regexp.MustCompile(`^((?:[A-Z]+-)?[A-Z]+-?\d\d)-(D|[PN]\d?)(?:~([A-Za-z0-9-]+))?, \S`)

// scenarios reads every feature.
func scenarios(t *testing.T) []scenario {
	t.Helper()
	var all []scenario
	err := fs.WalkDir(features.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		raw, err := fs.ReadFile(features.FS, name)
		if err != nil {
			return err
		}
		n := 0
		id := func() string { n++; return strconv.Itoa(n) }
		doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(raw), id)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		for _, p := range gherkin.Pickles(*doc, name, id) {
			m := scenarioName.FindStringSubmatch(p.Name)
			if m == nil {
				t.Errorf("%s: %q does not begin with its case", name, p.Name)
				continue
			}
			s := scenario{file: name, requirement: m[1], short: m[2], variant: m[3]}
			for _, tag := range p.Tags {
				s.tags = append(s.tags, tag.Name)
			}
			for _, step := range p.Steps {
				s.steps = append(s.steps, step.Text)
			}
			all = append(all, s.inEach()...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// in tells whether the scenario is one of a domain.
func (s scenario) in(d domain) bool { return strings.HasPrefix(s.file, d.name+"/") }

func (s scenario) interops() bool { return s.in(domains[0]) }

// inEach is the scenario in each role and mode of its tags that go together: a sphere has operators, the other modes a
// client and a provider; the other roles have no mode.
func (s scenario) inEach() []scenario {
	var all []scenario
	for _, role := range s.tags {
		for _, mode := range s.tags {
			role, isRole := strings.CutPrefix(role, "@role:")
			mode, isMode := strings.CutPrefix(mode, "@mode:")
			together := strings.HasPrefix(role, "operateur-") == (mode == "S") && slices.Contains(domains[0].roles, role) == (mode != "-")
			if isRole && isMode && together {
				s.role, s.mode = role, mode
				all = append(all, s)
			}
		}
	}
	return all
}

func (s scenario) address() string {
	a := s.role + "/" + s.mode + "/" + s.requirement + "-" + s.short
	if s.variant != "" {
		a += "~" + s.variant
	}
	return a
}

func TestScenariosAgreeWithTheCatalogue(t *testing.T) {
	rows := catalogue(t)
	seen := map[string]bool{}
	for _, s := range scenarios(t) {
		if seen[s.address()] {
			t.Errorf("%s stands twice", s.address())
		}
		seen[s.address()] = true
		r, ok := rows[s.requirement]
		if !ok || !slices.Contains(r.cases, s.short) || !slices.Contains(r.roles, s.role) || !slices.Contains(split(r.cell["modes"]), s.mode) {
			t.Errorf("%s (%s) is no case of the catalogue", s.address(), s.file)
			continue
		}
		for _, tag := range []string{"@" + s.requirement, "@" + r.severity.String()} {
			if !slices.Contains(s.tags, tag) {
				t.Errorf("%s: tag %s is missing", s.address(), tag)
			}
		}
		if !strings.HasPrefix(path.Base(s.file), s.requirement+"-") {
			t.Errorf("%s stands in %s: want a file named after its requirement", s.address(), s.file)
		}
		if reason, ok := r.reason(s.role, s.mode, s.short); ok {
			t.Errorf("%s is played, yet called untested: %s", s.address(), reason)
		}
	}
}

func TestEveryCaseIsPlayedOrHasItsReason(t *testing.T) {
	played, scopes := map[string]bool{}, map[[2]string]bool{}
	for _, s := range scenarios(t) {
		played[s.role+"/"+s.mode+"/"+s.requirement+"-"+s.short] = true
		scopes[[2]string{s.role, s.mode}] = true
	}
	for id, r := range catalogue(t) {
		for scope := range scopes {
			role, mode := scope[0], scope[1]
			if !slices.Contains(r.roles, role) || !slices.Contains(split(r.cell["modes"]), mode) {
				continue
			}
			negatives := 0
			for _, short := range r.cases {
				_, excused := r.reason(role, mode, short)
				known := played[role+"/"+mode+"/"+id+"-"+short]
				switch {
				case known && short != "P":
					negatives++
				case !known && !excused:
					t.Errorf("%s/%s/%s-%s: no scenario and no reason", role, mode, id, short)
				}
			}
			// A row of MSSanté is one trial, of either kind.
			if r.cell["severity"] == "bloquante" && negatives == 0 && r.domain.name == "interops" {
				t.Errorf("%s/%s/%s: blocking, yet no negative is played", role, mode, id)
			}
		}
	}
}

// Every negative that sends something faulty stands between two honest exchanges (rule 2).
func TestNegativesAreBracketed(t *testing.T) {
	for _, s := range scenarios(t) {
		faulty := slices.ContainsFunc(s.steps, func(step string) bool { return faults(step) != nil })
		if !faulty || s.requirement == "A16" || !s.interops() {
			continue
		}
		opened := slices.ContainsFunc(s.steps, func(step string) bool {
			return strings.HasPrefix(step, "un VI honnête accepté par le candidat") || step == "un appel honnête parvenu au partenaire"
		})
		last := s.steps[len(s.steps)-1]
		closed := strings.HasPrefix(last, "un VI honnête est de nouveau accepté") || last == "un appel honnête parvient de nouveau au partenaire"
		if !opened || !closed {
			t.Errorf("%s: opened %v, closed %v: a refusal proves nothing without both controls", s.address(), opened, closed)
		}
	}
}

// openings are the honest exchanges with which a negative of a role without mode begins, each with the one that ends it.
var openings = map[string]string{
	"le professionnel ouvre sa boîte avec un jeton valable":        "le témoin passe",
	"la boîte applicative s'ouvre à son certificat":                "la boîte applicative s'ouvre de nouveau à son certificat",
	`la boîte "organisationnelle" s'ouvre au jeton de "délégué"`:   `la boîte "organisationnelle" s'ouvre de nouveau au jeton de "délégué"`,
	"le proxy échange un jeton et lit la ressource de l'API":       "le proxy échange de nouveau un jeton et lit la ressource de l'API",
	"une connexion honnête aboutit chez le fournisseur d'identité": "une connexion honnête aboutit de nouveau chez le fournisseur d'identité",
	"un professionnel entre dans le service":                       "un autre professionnel entre encore dans le service",
	"un message honnête de l'opérateur voisin est remis":           "un autre message honnête de l'opérateur voisin est remis",
	"un message honnête du candidat parvient à l'opérateur voisin": "un autre message honnête du candidat parvient à l'opérateur voisin",
	`le logiciel passe le témoin "ouverture"`:                      `le logiciel passe de nouveau le témoin "ouverture"`,
	`le logiciel passe le témoin "envoi"`:                          `le logiciel passe de nouveau le témoin "envoi"`,
}

// Every negative of a role without mode begins with an honest exchange and ends with another: a server that stopped, or refuses
// everybody, proves nothing. What an operator declares (GOV) is not played.
func TestNegativesWithoutModeAreBracketed(t *testing.T) {
	for _, s := range scenarios(t) {
		if s.interops() || s.short[0] != 'N' || strings.HasPrefix(s.requirement, "GOV-") {
			continue
		}
		first, last := s.steps[0], s.steps[len(s.steps)-1]
		if closing, ok := openings[first]; !ok || last != closing {
			t.Errorf("%s: begins with %q and ends with %q: a refusal proves nothing without both controls", s.address(), first, last)
		}
	}
}

// An outcome without an effect is no proof: a refused message must also have missed the application (rule 3).
func TestRefusalsLookAtTheProbe(t *testing.T) {
	for _, s := range scenarios(t) {
		refusal := slices.ContainsFunc(s.steps, func(step string) bool {
			return strings.HasPrefix(step, "le candidat refuse") || step == "la liaison est refusée"
		})
		if refusal && s.interops() && s.requirement[0] != 'F' && !slices.ContainsFunc(s.steps, func(step string) bool {
			return strings.HasPrefix(step, "la sonde placée derrière le candidat n'a rien reçu")
		}) {
			t.Errorf("%s: the refusal is not proved by its effect", s.address())
		}
	}
}

var quotedFaults = regexp.MustCompile(`fautes? "([a-z0-9, -]+)"`)

// faults lists the faults that a step names.
func faults(step string) []string {
	m := quotedFaults.FindStringSubmatch(step)
	if m == nil {
		return nil
	}
	return strings.Split(m[1], ", ")
}

func TestFaultsExist(t *testing.T) {
	for _, s := range scenarios(t) {
		for _, step := range s.steps {
			for _, name := range faults(step) {
				if !s.interops() {
					_, known := violated()[name]
					if !known && !slices.ContainsFunc(oidc.Variants(), func(f oidc.Fault) bool { return f.Name == name }) {
						t.Errorf("%s: fault %q is none of a token, nor of the white list", s.address(), name)
					}
					continue
				}
				m, ok := mutation.ByName(name)
				if !ok {
					t.Errorf("%s: fault %q is not in the catalogue of faults", s.address(), name)
				} else if !m.Tests(s.role) || !m.In(interops.Mode(s.mode)) {
					t.Errorf("%s: fault %q does not test the role %s in mode %s", s.address(), name, s.role, s.mode)
				}
			}
		}
	}
}
