package campaign_test

import (
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"etalon/features"
	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/candidate"
	"etalon/internal/pki"
	"etalon/internal/sides"
	"etalon/internal/stand"
)

// clinic examines the candidates of a roster.
func clinic(t *testing.T, of campaign.Roster) *campaign.Clinic {
	t.Helper()
	suite, err := campaign.LoadSuite(features.FS, "test")
	if err != nil {
		t.Fatal(err)
	}
	c := &campaign.Clinic{Roster: of, Suite: func() (*campaign.Suite, error) { return suite, nil }, Tree: features.FS, Domains: sides.Domains()}
	t.Cleanup(c.Close)
	return c
}

// ended waits for the end of an examination.
func ended(t *testing.T, c *campaign.Clinic, id string) campaign.Examined {
	t.Helper()
	for {
		seen, known, err := c.Examined("", id)
		if err != nil || !known {
			t.Fatalf("examination: %v, %v", known, err)
		}
		if !seen.Running {
			return seen
		}
		if err := bench.Pause(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// ports are those of the harness for one test, as the form has them.
func ports(t *testing.T, d *candidate.Draft) (p candidate.Ports) {
	t.Helper()
	d.Values["listen.ports"] = "fixed"
	for name, port := range map[string]*int{"provider": &p.Provider, "client": &p.Client, "probe": &p.Probe, "revocation": &p.Revocation, "service": &p.Service, "authentication": &p.Authentication, "identification": &p.Identification, "portal": &p.Portal} {
		free, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		*port = free
		d.Values["listen.ports."+name] = strconv.Itoa(free)
	}
	return p
}

// TestFormMadeCandidateIsJudged types the address of a running mock provider in the form: nothing is found wrong with it, and the
// honest exchange passes; with a wrong address, the field to change is named; and where the operator lets nothing be called,
// nothing is.
func TestFormMadeCandidateIsJudged(t *testing.T) {
	m := &campaign.Made{Dir: t.TempDir()}
	d, err := candidate.NewDraft("fournisseur/A")
	if err != nil {
		t.Fatal(err)
	}
	d.Values["candidate.name"], d.Values["candidate.vendor"], d.Values["candidate.version"] = "Passerelle", "Éditeur", "1"
	d.Values["roles.fournisseur.A.endpoint"] = here
	listening := ports(t, &d)
	text, err := d.Text(nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := m.Create("", text)
	if err != nil {
		t.Fatal(err)
	}
	set, err := pki.Load(filepath.Join(m.Dir, id, "pki"))
	if err != nil {
		t.Fatal(err)
	}
	stub, err := stand.StartStub(stand.StubOptions{
		Role: candidate.RoleProvider, Dir: t.TempDir(), PKI: set, Convention: candidate.DefaultConvention(), Profile: candidate.DefaultProfile("current"),
		Seed: bench.NewSeed(), Ports: listening,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stub.Close()
	declared, err := candidate.Load(stub.Candidate)
	if err != nil {
		t.Fatal(err)
	}
	c := clinic(t, m)
	if err := c.Examine("", id); err != nil {
		t.Fatal(err)
	}
	if seen := ended(t, c, id); seen.Sound() || len(seen.Findings) == 0 || seen.Findings[0].Field != "roles.fournisseur.A.endpoint" {
		t.Errorf("at a wrong address: %+v", seen)
	}
	d.Values["roles.fournisseur.A.endpoint"] = declared.Provider.A.Endpoint
	if text, err = d.Text(nil); err != nil {
		t.Fatal(err)
	}
	_, version, err := m.Text("", id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Save("", id, version, text); err != nil {
		t.Fatal(err)
	}
	if err := c.Examine("", id); err != nil {
		t.Fatal(err)
	}
	if err := c.Examine("", id); !errors.Is(err, campaign.ErrRunning) {
		t.Errorf("at the same time: %v", err)
	}
	if seen := ended(t, c, id); !seen.Sound() {
		t.Errorf("at the right address: %+v", seen)
	}
	narrowed(t, m, id, declared.Provider.A.Endpoint)
}

// narrowed opens the candidate and lets it call another host alone: its own is not reached, whoever dials.
func narrowed(t *testing.T, m *campaign.Made, id, endpoint string) {
	t.Helper()
	opened, release, err := m.Open(t.Context(), id, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	opened.Targets = opened.Targets.Without(port)
	suite, err := campaign.LoadSuite(features.FS, "test")
	if err != nil {
		t.Fatal(err)
	}
	found, err := campaign.Examiner{Suite: suite, Tree: features.FS, Domains: sides.Domains()}.Examine(t.Context(), opened)
	if err != nil || found.Sound() {
		t.Errorf("what may not be called: %+v, %v", found, err)
	}
}

// TestExaminationAsksAndEnds asks a person for the gesture of a candidate that is driven by hand, and stops when told.
func TestExaminationAsksAndEnds(t *testing.T) {
	m := &campaign.Made{Dir: t.TempDir()}
	d, err := candidate.NewDraft("client/A")
	if err != nil {
		t.Fatal(err)
	}
	d.Values["candidate.name"], d.Values["candidate.vendor"], d.Values["candidate.version"] = "Client", "Éditeur", "1"
	d.Values["roles.client.A.drive.manual"] = "true"
	delete(d.Values, "roles.client.A.drive.http.url")
	delete(d.Values, "roles.client.A.drive.http.identity")
	d.Values["listen.ports"] = "auto"
	text, err := d.Text(nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := m.Create("", text)
	if err != nil {
		t.Fatal(err)
	}
	c := clinic(t, m)
	if _, known, err := c.Examined("", id); known || err != nil {
		t.Errorf("before: %v %v", known, err)
	}
	if err := c.Examine("", id); err != nil {
		t.Fatal(err)
	}
	for asked := false; !asked; {
		seen, _, err := c.Examined("", id)
		if err != nil || !seen.Running {
			t.Fatalf("it ended: %+v, %v", seen, err)
		}
		if asked = seen.Gesture != ""; !asked {
			if err := bench.Pause(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Done("", id); err != nil {
		t.Error(err)
	}
	if err := c.Stop("", id); err != nil && !errors.Is(err, campaign.ErrOver) {
		t.Error(err)
	}
	if seen := ended(t, c, id); seen.Sound() {
		t.Errorf("stopped: %+v", seen)
	}
	for what, err := range map[string]error{"done": c.Done("", id), "stop": c.Stop("", id)} {
		if !errors.Is(err, campaign.ErrNoGesture) && !errors.Is(err, campaign.ErrOver) {
			t.Errorf("%s after the end: %v", what, err)
		}
	}
	if err := c.Examine("", "autre"); !errors.Is(err, campaign.ErrUnknown) {
		t.Errorf("an unknown one: %v", err)
	}
}

// TestPortInUseIsTold examines a candidate whose port another program has.
func TestPortInUseIsTold(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	m := &campaign.Made{Dir: t.TempDir()}
	text := strings.Replace(string(drafted(t, "P", here)), "revocation: 8546", "revocation: "+strconv.Itoa(other.Addr().(*net.TCPAddr).Port), 1)
	id, err := m.Create("", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c := clinic(t, campaign.Rosters{m, campaign.Mocks{}})
	if err := c.Examine("", id); err != nil {
		t.Fatal(err)
	}
	if seen := ended(t, c, id); len(seen.Findings) != 1 || seen.Findings[0].Field != "listen.ports.revocation" || !strings.Contains(seen.Findings[0].What.EN, "in use") {
		t.Errorf("%+v", seen)
	}
}
