package stand

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/browser"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/stubs/authentication"
	"etalon/stubs/identification"
	"etalon/stubs/service"
)

// The parties of the sample sphere, by what each does on a journey.
const (
	sphereHub      = "organisme-1" // authenticates, and serves
	sphereDoor     = "organisme-2" // identifies
	sphereServing  = "organisme-3" // serves, without PAGM
	sphereAttested = "organisme-4" // serves, with PAGM
)

// MaxSpherePersons bounds the persons of one sphere: each has a browser of its own.
const MaxSpherePersons = 1000

// spherePatience bounds one request of a person, or of a member to another: many persons go at once.
const spherePatience = 2 * time.Minute

// sphereHosts are the names of the members' doors: cookies do not tell ports apart, so that each needs its own.
var sphereHosts = map[string]string{
	sphereHub: "services.organisme-1.test", sphereServing: "organisme-3.test", sphereAttested: "organisme-4.test",
}

// SphereOptions say which sphere to start.
type SphereOptions struct {
	// Dir gets the traces, one file of each organism; none of them may be there yet.
	Dir string
	// Persons is how many synthetic persons the operators know.
	Persons int
	Seed    bench.Seed
	// OperatorFlaws are neglects of the authentication operator, ServiceFlaws those of every service, by name.
	OperatorFlaws, ServiceFlaws []string
}

// Sphere is the sample sphere of trust, whole, in one process on loopback: an organism that identifies, one that
// authenticates and serves, and two that serve, each under a name of its own.
type Sphere struct {
	*Stand
	// Traces are the files of the organisms' traces.
	Traces   []string
	persons  int
	oi       *identification.Operator
	oa       *authentication.Operator
	services map[string]*service.Service // by organism
	names    map[string]string           // host to address
	logs     map[string]*bench.TraceLog  // by organism
	fetcher  *http.Client
}

// StartSphere starts the operators and services of candidate.SphereConvention and makes them known to each other by
// their signed metadata. The caller closes it. It refuses traces that are there already: a journey told from two
// executions is none.
func StartSphere(o SphereOptions) (*Sphere, error) {
	if o.Persons < 1 || o.Persons > MaxSpherePersons {
		return nil, verdict.Tell("sphère : %d personnes : attendu de 1 à %d", "start sphere: %d persons: want 1 to %d", o.Persons, MaxSpherePersons)
	}
	s := &Sphere{
		persons: o.Persons, services: map[string]*service.Service{}, names: map[string]string{}, logs: map[string]*bench.TraceLog{},
		fetcher: &http.Client{Transport: &http.Transport{}},
	}
	if err := s.start(o); err != nil {
		return nil, errors.Join(verdict.Tell("démarrage de la sphère : %s", "start sphere: %s", err), s.Close())
	}
	return s, nil
}

func (s *Sphere) start(o SphereOptions) (err error) {
	convention := candidate.SphereConvention()
	s.Stand, err = open("127.0.0.1:0", convention, candidate.DefaultProfile("current"), o.Seed, func(revocation string) (*pki.Set, error) {
		return pki.New(pki.Options{
			Organisms: convention.Organisms, Now: bench.Wall(), Rand: bench.Entropy(), Revocation: revocation,
			Hosts: []string{"127.0.0.1", "organisme-1.test", "organisme-2.test", sphereHosts[sphereHub], sphereHosts[sphereServing], sphereHosts[sphereAttested]},
		})
	})
	if err != nil {
		return err
	}
	for _, organism := range []string{sphereHub, sphereDoor, sphereServing, sphereAttested} {
		if err := s.trace(o.Dir, organism); err != nil {
			return err
		}
	}
	if err := s.operators(o); err != nil {
		return err
	}
	for _, organism := range []string{sphereHub, sphereServing, sphereAttested} {
		if err := s.serve(organism, o.ServiceFlaws); err != nil {
			return err
		}
	}
	return nil
}

// trace opens the traces of an organism, whatever it plays.
func (s *Sphere) trace(dir, organism string) error {
	path := filepath.Join(dir, organism+".jsonl")
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(verdict.Tell("traces : %s : %s", "keep traces: %s: %s", path, os.ErrExist), err)
	}
	log, err := bench.OpenTraceLog(path)
	if err != nil {
		return err
	}
	s.logs[organism], s.Traces = log, append(s.Traces, path)
	return nil
}

// operators starts the two operators, which know the same persons.
func (s *Sphere) operators(o SphereOptions) (err error) {
	var known []authentication.Account
	var people []identification.Account
	var rights []interops.Habilitation
	for i := range s.persons {
		p := s.Person(i)
		known = append(known, authentication.Account{ID: p.ID, Secret: p.Secret})
		people = append(people, identification.Account{ID: p.ID, Secret: p.Secret})
		rights = append(rights,
			interops.Habilitation{User: p.ID, Project: "sphere-essai/" + sphereHub + "/" + sphereHub, PAGM: []string{"PAGM_COMPTE"}},
			interops.Habilitation{User: p.ID, Project: "sphere-essai/" + sphereHub + "/" + sphereAttested, PAGM: []string{"PAGM_ATTESTATION"}})
	}
	s.oa, err = authentication.Start(authentication.Config{
		Bench: s.Bench, Organism: sphereHub, Host: "organisme-1.test", Traces: s.logs[sphereHub], Revocation: s.fetcher, Dial: s.dial,
		Accounts: known, Habilitations: rights, Patience: spherePatience, Flaws: o.OperatorFlaws,
	})
	if err != nil {
		return err
	}
	s.name(s.oa.URL(""))
	s.oi, err = identification.Start(identification.Config{
		Bench: s.Bench, Organism: sphereDoor, Host: "organisme-2.test", Traces: s.logs[sphereDoor], Accounts: people,
		Operators: map[string]string{sphereHub: s.oa.URL(authentication.PathContext)},
	})
	if err != nil {
		return err
	}
	s.name(s.oi.URL(""))
	return nil
}

// serve starts the services of an organism, and makes them and the operator known to each other by their metadata.
func (s *Sphere) serve(organism string, flaws []string) error {
	host := sphereHosts[organism]
	one, err := service.Start(service.Config{
		Bench: s.Bench, Organism: organism, Role: service.ServiceOperator, Origin: "https://" + host, Traces: s.logs[organism],
		Revocation: s.fetcher, Dial: s.dial, Patience: spherePatience, Flaws: flaws,
	})
	if err != nil {
		return err
	}
	s.services[organism], s.names[host] = one, one.Addr()
	raw, err := one.Metadata()
	if err != nil {
		return err
	}
	if _, err := s.oa.Register(raw); err != nil {
		return err
	}
	a := s.Browser()
	defer func() { _ = a.Close() }()
	page, err := a.Get(context.Background(), s.oa.URL(authentication.PathMetadata))
	if err != nil {
		return err
	}
	_, err = one.Register(page.Body)
	return err
}

// name remembers where the host of an address is.
func (s *Sphere) name(address string) {
	host, port, _ := net.SplitHostPort(strings.TrimPrefix(address, "https://"))
	s.names[host] = "127.0.0.1:" + port
}

// dial opens a connection to a host of the sphere.
func (s *Sphere) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if known, ok := s.names[host]; ok {
		address = known
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// Browser is a new person's browser, which finds the sphere by its names. The caller closes it.
func (s *Sphere) Browser() *browser.Agent {
	return browser.New(browser.Options{Roots: s.Bench.PKI.Roots(), Dial: s.names, Patience: spherePatience})
}

// Person is the synthetic person of a number from 0.
func (s *Sphere) Person(i int) browser.Person {
	id := fmt.Sprintf("personne-%04d", i)
	return browser.Person{ID: id, Secret: "secret de " + id}
}

// Close ends every party. What the parties traced stays.
func (s *Sphere) Close() error {
	var errs []error
	if s.oi != nil {
		errs = append(errs, s.oi.Close())
	}
	for _, one := range s.services {
		errs = append(errs, one.Close())
	}
	if s.oa != nil {
		errs = append(errs, s.oa.Close())
	}
	s.fetcher.CloseIdleConnections()
	for _, log := range s.logs {
		errs = append(errs, log.Close())
	}
	if s.Stand != nil {
		errs = append(errs, s.Stand.Close())
	}
	return errors.Join(errs...)
}
