package mutation_test

import (
	"encoding/csv"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/soap"
)

// least is the number of faults below which the catalogue has lost some.
const least = 180

var (
	nameForm        = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+){1,7}$`)
	requirementForm = regexp.MustCompile(`^[A-Z]\d\d$`)
)

func TestCatalogue(t *testing.T) {
	all := mutation.Catalogue()
	if len(all) < least {
		t.Errorf("%d faults, want at least %d", len(all), least)
	}
	names, titles := map[string]bool{}, map[string]string{}
	for _, m := range all {
		if names[m.Name] || !nameForm.MatchString(m.Name) {
			t.Errorf("name %q: want one of its own, of words joined by hyphens", m.Name)
		}
		names[m.Name] = true
		if !requirementForm.MatchString(m.Violates) || m.SameAs != "" && !requirementForm.MatchString(m.SameAs) || m.SameAs == m.Violates {
			t.Errorf("%s: violates %q, same as %q: want requirements, not the same twice", m.Name, m.Violates, m.SameAs)
		}
		if n := moments(m); n != 1 || m.Moment() == "" {
			t.Errorf("%s: %d moments set, want 1", m.Name, n)
		}
		if len(m.Roles) == 0 {
			t.Errorf("%s tests no role", m.Name)
		}
		for _, title := range []string{m.Title.FR, m.Title.EN} {
			if other, taken := titles[title]; taken || len(title) < 15 || strings.HasSuffix(title, ".") {
				t.Errorf("%s: title %q: want a sentence of its own without full stop (also that of %q)", m.Name, title, other)
			}
			titles[title] = m.Name
		}
		found, ok := mutation.ByName(m.Name)
		if !ok || found.Title != m.Title {
			t.Errorf("ByName(%q) finds %q, %v", m.Name, found.Name, ok)
		}
	}
	if _, ok := mutation.ByName("vi-parfait"); ok {
		t.Error("ByName finds a fault that does not exist")
	}
}

func moments(m mutation.Mutation) int {
	n := 0
	for _, set := range []bool{m.Content != nil, m.Form != nil, m.Wire != nil, m.JWT != nil && m.Form == nil, m.Conduct != nil} {
		if set {
			n++
		}
	}
	return n
}

// TestRequirementsBindTheRoles holds the faults against the catalogue of requirements: each is one, of the role tested.
func TestRequirementsBindTheRoles(t *testing.T) {
	rows := table(t, "requirements.csv")
	id, roles := slices.Index(rows[0], "id"), slices.Index(rows[0], "roles")
	if id < 0 || roles < 0 {
		t.Fatalf("header %v: want columns id and roles", rows[0])
	}
	bound := map[string]string{}
	for _, row := range rows[1:] {
		bound[row[id]] = row[roles]
	}
	for _, m := range mutation.Catalogue() {
		for _, role := range m.Roles {
			if !strings.Contains(bound[m.Violates], role) {
				t.Errorf("%s tests the %s for %s, which binds %q", m.Name, role, m.Violates, bound[m.Violates])
			}
			if m.SameAs != "" && !strings.Contains(bound[m.SameAs], role) {
				t.Errorf("%s is the same trial as one of %s, which binds %q", m.Name, m.SameAs, bound[m.SameAs])
			}
		}
	}
}

// TestNeedsHaveTheirReason holds the needs against the reasons that the features give when one is not met.
func TestNeedsHaveTheirReason(t *testing.T) {
	reasons := map[string]bool{}
	for _, row := range table(t, "needs.csv") {
		reasons[row[0]] = true
	}
	// The messages of the features always meet these three.
	reasons[string(mutation.TokenReference)], reasons[string(mutation.SAML20)], reasons[string(mutation.SignedResponse)] = true, true, true
	for _, m := range mutation.Catalogue() {
		for _, n := range m.Needs {
			if !reasons[string(n)] {
				t.Errorf("%s needs %s, for which needs.csv gives no reason", m.Name, n)
			}
		}
	}
}

// table reads a table of the features, header first.
func table(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open("../../features/interops/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.LazyQuotes = true
	rows, err := reader.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("read %s: %d rows, %v", name, len(rows), err)
	}
	return rows
}

func TestHooksHoldTheirMomentAlone(t *testing.T) {
	for _, m := range mutation.Catalogue() {
		h := stageFor(t, m).honest
		hooks := m.TokenHooks(h)
		got := map[string]bool{
			"content": hooks.Content != nil, "form": hooks.Form != nil, "wire": hooks.Wire != nil, "signed": hooks.Signed != nil,
			"jwt": hooks.JWT != nil && m.Form == nil,
		}
		for moment, set := range got {
			if set != (moment == m.Moment()) {
				t.Errorf("%s, a fault of %s: hook of %s set: %v", m.Name, m.Moment(), moment, set)
			}
		}
		if honest := isHonest(m.Behaviour(h)); honest != (m.Moment() != "conduct") {
			t.Errorf("%s, a fault of %s: honest behaviour: %v", m.Name, m.Moment(), honest)
		}
	}
}

// TestNeedsAreMissed tries every need on a convention that has nothing beyond the two parties.
func TestNeedsAreMissed(t *testing.T) {
	bare := &interops.Convention{Organisms: []interops.Organism{organism("client", "11111111100011"), organism("fournisseur", "22222222200022")}}
	p := profile()
	p.NameID.Formats, p.SAML.Versions, p.SOAP.Versions = nil, nil, []string{soap.V11, soap.V12}
	project := interops.Project{Name: "seul", Client: "client", Provider: "fournisseur"}
	bare.Projects = []interops.Project{project}
	h := mutation.Honest{Now: now, Profile: p, Convention: bare, Project: project, Service: interops.Service{Audience: "urn:seul"}}
	undecided := []mutation.Need{mutation.SignedResponse, mutation.ClockOffset, mutation.Revocation, mutation.TokenReference, mutation.InteropsInfos}
	for _, m := range mutation.Catalogue() {
		for _, n := range m.Needs {
			decided := !slices.Contains(undecided, n)
			h.Profile.SAML.Versions = nil
			if n == mutation.Only20 {
				h.Profile.SAML.Versions = []string{saml.Version20, saml.Version11}
			}
			if missed := slices.Contains(m.Unmet(h), n); missed != decided {
				t.Errorf("%s: need %s missed: %v, want %v", m.Name, n, missed, decided)
			}
		}
		if m.Content != nil { // a fault that cannot be played harms nothing either
			vi := honestVI(h)
			m.Content(h, &vi)
		}
		m.Behaviour(h)
	}
}

// TestFaultsRefuseWhatTheyDoNotKnow gives them bytes that are no message: they fail, or change them.
func TestFaultsRefuseWhatTheyDoNotKnow(t *testing.T) {
	hostile := []string{"", "<", "<?xml", "<a/>", "<a:b", "</Header></Subject>", "<Envelope><Header><Security/></Header><Body/></Envelope>"}
	for _, m := range changingBytes() {
		if m.Wire == nil {
			continue
		}
		h := stageFor(t, m).honest
		for _, raw := range hostile {
			if out, err := m.Wire(h, []byte(raw)); err == nil && string(out) == raw {
				t.Errorf("%s leaves %q as it is, and says nothing", m.Name, raw)
			}
		}
	}
}
