package scenario

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/verdict"
)

// Trial is one case as the features tell it: a scenario, or one row of its Exemples.
type Trial struct {
	Address
	Name  string // the scenario's name without the case id
	Tags  []string
	Fault string // the mutation that it sends, if any
	// Needs are the capabilities without which it cannot be played (tags @besoin:…).
	Needs []string
	Long  bool // over ten seconds (tag @long)
	Alone bool // changes the state of the whole candidate (tag @seul)
	Row   verdict.Requirement
	// Rests are the marks of a variant that rests on less than its case (tag @base:…); "" for those of the catalogue.
	Rests verdict.Basis
	File  string // feature file, inside the features' tree
	Steps []string
}

// Basis returns the marks on which the trial rests.
func (t Trial) Basis() verdict.Basis {
	if t.Rests != "" {
		return t.Rests
	}
	return t.Row.BasisOf(t.Short())
}

var (
	caseName  = regexp.MustCompile(`^((?:[A-Z]+-)?[A-Z]+-?\d\d-[PND]\d*)(?:~([A-Za-z0-9-]+))?\s*[,:]\s*(.+)$`)
	faultName = regexp.MustCompile(`la faute "([a-z0-9-]+)"`)
)

// LoadPlan reads every feature of the tree and returns all trials, in the order of files and rows. A scenario that
// bears tags of several roles or modes is a trial in each: the same words, another carrier.
func LoadPlan(tree fs.FS, catalogue Catalogue) ([]Trial, error) {
	var plan []Trial
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		trials, err := featureTrials(name, raw, catalogue)
		plan = append(plan, trials...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load features: %w", err)
	}
	return plan, uniqueAddresses(plan)
}

// featureTrials reads one feature file.
func featureTrials(name string, raw []byte, catalogue Catalogue) ([]Trial, error) {
	next := 0
	id := func() string { next++; return strconv.Itoa(next) }
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(raw), id)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var trials []Trial
	for _, pickle := range gherkin.Pickles(*doc, name, id) {
		several, err := trialsOf(name, pickle, catalogue)
		if err != nil {
			return nil, err
		}
		trials = append(trials, several...)
	}
	return trials, nil
}

// trialsOf reads one pickle: one trial for each role and mode of its tags that go together.
func trialsOf(file string, p *messages.Pickle, catalogue Catalogue) ([]Trial, error) {
	common, err := trial(file, p, catalogue)
	if err != nil {
		return nil, err
	}
	var trials []Trial
	for _, scope := range scopesOf(p) {
		t := common
		t.Role, t.Mode, _ = strings.Cut(scope, "/")
		if !slices.Contains(t.Row.Roles, t.Role) {
			return nil, fmt.Errorf("%s: case %s: want tag @role: one of %v", file, t.Case, t.Row.Roles)
		}
		if !t.Row.Concerns(scope) {
			return nil, fmt.Errorf("%s: case %s: want tag @mode: one of %v", file, t.Case, t.Row.Modes)
		}
		for _, fault := range t.Faults() {
			if m, ok := mutation.ByName(fault); ok && !m.In(interops.Mode(t.Mode)) {
				return nil, fmt.Errorf("%s: case %s: fault %s cannot be made in mode %s", file, t.Case, fault, t.Mode)
			}
		}
		trials = append(trials, t)
	}
	if len(trials) == 0 {
		return nil, fmt.Errorf("%s: case %s: want a tag @role: and a tag @mode: that go together", file, common.Case)
	}
	return trials, nil
}

// scopesOf lists the roles and modes, ROLE/MODE, in which a pickle is a trial.
func scopesOf(p *messages.Pickle) []string {
	var roles, modes, scopes []string
	for _, tag := range p.Tags {
		if role, ok := strings.CutPrefix(tag.Name, "@role:"); ok {
			roles = append(roles, role)
		}
		if mode, ok := strings.CutPrefix(tag.Name, "@mode:"); ok {
			modes = append(modes, mode)
		}
	}
	for _, role := range roles {
		for _, mode := range modes {
			if played(role, interops.Mode(mode)) {
				scopes = append(scopes, role+"/"+mode)
			}
		}
	}
	return scopes
}

// played tells whether a role exists in a mode: a sphere has operators, the other modes a client and a provider; those
// of MSSanté and around Pro Santé Connect have no mode.
func played(role string, mode interops.Mode) bool {
	if alone := candidate.Role(role).WithoutMode(); alone || mode == candidate.NoMode {
		return alone && mode == candidate.NoMode
	}
	return strings.HasPrefix(role, "operateur-") == (mode == interops.ModeS)
}

// trial reads what a pickle's trials have in common.
func trial(file string, p *messages.Pickle, catalogue Catalogue) (Trial, error) {
	m := caseName.FindStringSubmatch(p.Name)
	if m == nil {
		return Trial{}, fmt.Errorf("%s: scenario %q: want a name that begins with its case id, such as V10-N1, …", file, p.Name)
	}
	t := Trial{Address: Address{Case: m[1], Variant: m[2]}, Name: m[3], File: file}
	for _, tag := range p.Tags {
		t.Tags = append(t.Tags, tag.Name)
		key, value, _ := strings.Cut(strings.TrimPrefix(tag.Name, "@"), ":")
		switch key {
		case "besoin":
			t.Needs = append(t.Needs, value)
		case "base":
			t.Rests = verdict.Basis(value)
		case "long":
			t.Long = true
		case "seul":
			t.Alone = true
		}
	}
	for _, s := range p.Steps {
		t.Steps = append(t.Steps, s.Text)
		if f := faultName.FindStringSubmatch(s.Text); f != nil && t.Fault == "" {
			t.Fault = f[1]
		}
	}
	row, ok := catalogue.Of(t.Requirement())
	if !ok {
		return t, fmt.Errorf("%s: case %s: requirement %s is not in the catalogue", file, t.Case, t.Requirement())
	}
	t.Row = row
	if !slices.Contains(t.Tags, "@"+row.ID) {
		return t, fmt.Errorf("%s: case %s: want tag @%s", file, t.Case, row.ID)
	}
	return t, nil
}

// uniqueAddresses refuses two scenarios with one address.
func uniqueAddresses(plan []Trial) error {
	seen := map[string]string{}
	for _, t := range plan {
		a := t.Address.String()
		if other, ok := seen[a]; ok {
			return fmt.Errorf("load features: case %s stands in %s and in %s", a, other, t.File)
		}
		seen[a] = t.File
	}
	return nil
}

// Selection chooses trials among a plan.
type Selection struct {
	Selectors []Selector
	Tags      string // godog's syntax; "" for all
}

// Everything tells whether nothing is left out.
func (s Selection) Everything() bool { return len(s.Selectors) == 0 && s.Tags == "" }

// ParseSelection reads selectors and tag expressions as given on a command line.
func ParseSelection(args []string) (Selection, error) {
	var s Selection
	for _, arg := range args {
		if strings.HasPrefix(arg, "@") || strings.HasPrefix(arg, "~@") {
			if s.Tags != "" {
				s.Tags += " && "
			}
			s.Tags += arg
			continue
		}
		sel, err := ParseSelector(arg)
		if err != nil {
			return s, err
		}
		s.Selectors = append(s.Selectors, sel)
	}
	return s, nil
}

// Chooses tells whether the trial is selected.
func (s Selection) Chooses(t Trial) bool {
	chosen := len(s.Selectors) == 0
	for _, sel := range s.Selectors {
		chosen = chosen || sel.Matches(t.Address)
	}
	return chosen && matchTags(s.Tags, t.Tags)
}

// matchTags evaluates godog's tag syntax: "&&" joins conditions, "," gives alternatives, "~" negates.
func matchTags(expression string, tags []string) bool {
	if strings.TrimSpace(expression) == "" {
		return true
	}
	for condition := range strings.SplitSeq(expression, "&&") {
		any := false
		for alternative := range strings.SplitSeq(condition, ",") {
			alternative = strings.TrimSpace(alternative)
			name, negated := strings.CutPrefix(alternative, "~")
			any = any || slices.Contains(tags, name) != negated
		}
		if !any {
			return false
		}
	}
	return true
}

var quotedNames = regexp.MustCompile(`les? fautes? "([a-z0-9, -]+)"`)

// Faults lists every fault that the trial's steps name.
func (t Trial) Faults() []string {
	var all []string
	for _, sentence := range t.Steps {
		for _, m := range quotedNames.FindAllStringSubmatch(sentence, -1) {
			all = append(all, names(m[1])...)
		}
		if m := faultName.FindStringSubmatch(sentence); m != nil && !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	return all
}

// names splits a list of fault names.
func names(list string) []string {
	parts := strings.Split(list, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
