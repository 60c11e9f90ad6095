package authentication_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/stubs/authentication"
	"etalon/stubs/identification"
	"etalon/stubs/service"
)

// sphere is a whole sphere in one process: an organism that identifies, one that authenticates and serves, and two
// that serve, each under its own name.
type sphere struct {
	*world
	t        testing.TB
	bench    *bench.Bench
	oi       *identification.Operator
	oa       *authentication.Operator
	services map[string]*service.Service // by organism
	names    map[string]string           // host to address
	files    []string                    // traces, one of each party
}

// newSphere starts a sphere for that many persons.
func newSphere(t testing.TB, persons int) *sphere {
	t.Helper()
	b := newBench(t)
	b.Clock.Follow()
	w, _ := theWorld()
	s := &sphere{world: w, t: t, bench: b, services: map[string]*service.Service{}, names: map[string]string{}}
	var known []authentication.Account
	var people []identification.Account
	var rights []interops.Habilitation
	for i := range persons {
		id := personID(i)
		known = append(known, authentication.Account{ID: id, Secret: secretOf(id)})
		people = append(people, identification.Account{ID: id, Secret: secretOf(id)})
		rights = append(rights,
			interops.Habilitation{User: id, Project: project(operator), PAGM: []string{"PAGM_COMPTE"}},
			interops.Habilitation{User: id, Project: project(attesting), PAGM: []string{"PAGM_ATTESTATION"}})
	}
	s.oa = started(t, func() (*authentication.Operator, error) {
		return authentication.Start(authentication.Config{
			Bench: b, Organism: operator, Host: "organisme-1.test", Traces: s.traces("operateur"), Revocation: w.fetcher, Dial: s.dial,
			Accounts: known, Habilitations: rights, Patience: time.Minute,
		})
	})
	s.name(s.oa.URL(""))
	s.oi = started(t, func() (*identification.Operator, error) {
		return identification.Start(identification.Config{
			Bench: b, Organism: other, Host: "organisme-2.test", Traces: s.traces("identification"), Accounts: people,
			Operators: map[string]string{operator: s.oa.URL(authentication.PathContext)},
		})
	})
	s.name(s.oi.URL(""))
	for organism, host := range map[string]string{operator: "services.organisme-1.test", serving: "organisme-3.test", attesting: "organisme-4.test"} {
		s.serve(organism, host)
	}
	return s
}

// serve starts the services of an organism, and makes them and the operator known to each other by their metadata.
func (s *sphere) serve(organism, host string) {
	s.t.Helper()
	one := started(s.t, func() (*service.Service, error) {
		return service.Start(service.Config{
			Bench: s.bench, Organism: organism, Role: service.ServiceOperator, Origin: "https://" + host, Traces: s.traces(organism),
			Revocation: s.fetcher, Dial: s.dial, Patience: time.Minute,
		})
	})
	s.services[organism], s.names[host] = one, one.Addr()
	raw, err := one.Metadata()
	if err == nil {
		_, err = s.oa.Register(raw)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	page, err := s.browser().Get(context.Background(), s.oa.URL(authentication.PathMetadata))
	if err == nil {
		_, err = one.Register(page.Body)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// traces opens the trace log of a party.
func (s *sphere) traces(party string) *bench.TraceLog {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), party+".jsonl")
	log, err := bench.OpenTraceLog(path)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = log.Close() })
	s.files = append(s.files, path)
	return log
}

// name remembers where the host of an address is.
func (s *sphere) name(address string) {
	host, port, _ := net.SplitHostPort(strings.TrimPrefix(address, "https://"))
	s.names[host] = "127.0.0.1:" + port
}

// dial opens a connection to a host of the sphere.
func (s *sphere) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if known, ok := s.names[host]; ok {
		address = known
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (s *sphere) browser() *browser.Agent {
	a := browser.New(browser.Options{Roots: s.set.Roots(), Dial: s.names, Patience: 2 * time.Minute})
	s.t.Cleanup(func() { _ = a.Close() })
	return a
}

// stop is a service where a journey stops.
type stop struct{ organism, service string }

// stops are those of a journey: to the second the person goes by herself, and the service asks who she is; to the
// others the operator sends her.
var stops = []stop{{operator, "compte-assure"}, {serving, "carte-europeenne"}, {attesting, "attestations"}}

// form is the login form of both operators.
func form(means string, success string) candidate.Recipe {
	return candidate.Recipe{
		Form:    candidate.Form{User: "identifiant", Password: "secret", Extra: map[string]string{"moyen": means}},
		Success: candidate.Success{Text: success},
	}
}

// travel is a whole journey of a person: identified, authenticated, at three services, and out of all of them.
func (s *sphere) travel(a *browser.Agent, i int) error {
	ctx := context.Background()
	who := browser.Person{ID: personID(i), Secret: secretOf(personID(i))}
	page, err := a.Get(ctx, s.oi.Link(operator))
	if err == nil {
		page, err = a.Fill(ctx, page, form("Carte Sesam-Vitale", "S'authentifier"), who)
	}
	if err == nil {
		_, err = a.Fill(ctx, page, form(vitale, "Vous êtes connecté"), who)
	}
	if err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	for n, at := range stops {
		address := s.oa.RebondURL(at.organism, at.service)
		if n == 1 {
			address = s.services[at.organism].Target(at.service, "page")
		}
		page, err := a.Get(ctx, address)
		if err != nil {
			return fmt.Errorf("go to %s: %w", at.service, err)
		}
		if page.Status != 200 || !page.Text("<b id=\"utilisateur\">"+who.ID+"</b>") {
			return fmt.Errorf("go to %s: %d %s", at.service, page.Status, page.Body)
		}
	}
	end := s.oa.URL(authentication.PathLogout)
	if i%2 == 1 {
		end = s.services[stops[1].organism].SphereLogout(stops[1].service)
	}
	if page, err = a.Get(ctx, end); err != nil || !page.Text("Déconnexion effectuée") {
		return fmt.Errorf("log out: %d %s %w", page.Status, page.Body, err)
	}
	return nil
}

// shut tells which services still let a person in who has logged out.
func (s *sphere) shut(a *browser.Agent) error {
	for _, at := range stops {
		page, err := a.Get(context.Background(), s.services[at.organism].Target(at.service, "page"))
		if err != nil {
			return fmt.Errorf("go back to %s: %w", at.service, err)
		}
		if !page.Shown() || !strings.HasPrefix(page.URL, s.oa.URL("")) {
			return fmt.Errorf("go back to %s: no login is asked, but %s %d", at.service, page.URL, page.Status)
		}
	}
	return nil
}

// TestSphere is one person in a whole sphere.
func TestSphere(t *testing.T) {
	s := newSphere(t, 2)
	for i := range 2 {
		a := s.browser()
		if err := s.travel(a, i); err != nil {
			t.Fatal(err)
		}
		if err := s.shut(a); err != nil {
			t.Error(err)
		}
	}
	s.told(2)
}

// TestSphereUnderLoad is many persons at once: none takes another's place anywhere, and each journey can be told from
// the traces of the members.
func TestSphereUnderLoad(t *testing.T) {
	persons := 200
	if testing.Short() {
		persons = 24
	}
	s := newSphere(t, persons)
	var travelling sync.WaitGroup
	failures := make([]error, persons)
	for i := range persons {
		a := s.browser()
		travelling.Go(func() {
			if failures[i] = s.travel(a, i); failures[i] == nil {
				failures[i] = s.shut(a)
			}
		})
	}
	travelling.Wait()
	for i, err := range failures {
		if err != nil {
			t.Errorf("%s: %v", personID(i), err)
		}
	}
	s.told(persons)
}

// told reads the traces of all parties, and finds every journey in them: whole, in order, and ended everywhere.
func (s *sphere) told(persons int) {
	s.t.Helper()
	var exports []journey.Export
	for _, path := range s.files {
		file, err := os.Open(path)
		if err != nil {
			s.t.Fatal(err)
		}
		export, err := journey.Read(filepath.Base(path), file, journey.ReadOptions{})
		_ = file.Close()
		if err != nil {
			s.t.Fatal(err)
		}
		exports = append(exports, export)
	}
	r := journey.Reconcile(exports, journey.Options{Convention: s.convention.Settled()})
	for _, remark := range r.Remarks {
		s.t.Errorf("%s %s: %s %v", remark.Requirement, remark.Rule, remark.Text.EN, remark.At)
	}
	met := map[string]bool{}
	for _, j := range r.Journeys {
		var kinds []journey.Kind
		for _, step := range j.Steps {
			kinds = append(kinds, step.Kind)
		}
		want := []journey.Kind{journey.Identification, journey.Authentication, journey.Rebond, journey.Rebond, journey.Logout}
		if !slices.Equal(kinds, want) {
			s.t.Errorf("%s: %v, want %v", j.Person, kinds, want)
		}
		for _, step := range j.Steps {
			if step.Exchange != nil && (step.Exchange.Missing() || step.Exchange.Refused()) {
				s.t.Errorf("%s: a hop without its other side, or refused", j.Person)
			}
		}
		if met[j.Person] {
			s.t.Errorf("%s: two journeys", j.Person)
		}
		met[j.Person] = true
	}
	if len(met) != persons {
		s.t.Errorf("%d journeys told, want %d", len(met), persons)
	}
}
