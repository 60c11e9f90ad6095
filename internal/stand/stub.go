package stand

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// StubOptions says which mock candidate to start, and where.
type StubOptions struct {
	Role candidate.Role
	// Mode is A when empty. Transport is that of the Responses in mode P, the form of the token in mode R; the profile's
	// when empty.
	Mode      interops.Mode
	Transport string
	Flaws     []string
	// Dir gets the candidate file, the traces and the log.
	Dir string
	// PKI is the test PKI; PKIDir the folder that the candidate file names, empty when the harness shares PKI.
	PKI        *pki.Set
	PKIDir     string
	Convention *interops.Convention
	Profile    *interops.Profile
	Seed       bench.Seed
	// Stopped is where the mock's protocol clock stands (Clock.Stop); it follows the wall clock when zero.
	Stopped time.Time
	// PSC is where the harness will play Pro Santé Connect for a mail operator; a free port of 127.0.0.1 when empty.
	PSC string
	// Ports are the harness's, fixed so that the stub knows its partners; free ones where zero.
	Ports candidate.Ports
}

// Stub is a running mock candidate with the candidate file that drives it.
type Stub struct {
	// Candidate is the path of the candidate file.
	Candidate string
	closers   []func() error
}

// StartStub starts a mock candidate and writes its candidate file.
func StartStub(o StubOptions) (*Stub, error) {
	if o.Mode == "" {
		o.Mode = interops.ModeA
		if o.Role.WithoutMode() {
			o.Mode = candidate.NoMode
		}
	}
	harness := []*int{&o.Ports.Provider, &o.Ports.Client, &o.Ports.Probe, &o.Ports.Revocation, &o.Ports.Service, &o.Ports.Authentication, &o.Ports.Identification}
	free, err := freePorts(len(harness))
	if err != nil {
		return nil, err
	}
	for i, port := range harness {
		if *port == 0 {
			*port = free[i]
		}
	}
	s := &Stub{Candidate: filepath.Join(o.Dir, "candidate.yaml")}
	s.closers = append(s.closers, func() error { release(free...); return nil })
	if err := s.start(o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Stub) start(o StubOptions) error {
	b, err := bench.New(o.Convention, o.Profile, o.PKI, o.Seed)
	if err != nil {
		return err
	}
	if !o.Stopped.IsZero() {
		b.Clock.Stop(o.Stopped)
	}
	traces, err := bench.OpenTraceLog(filepath.Join(o.Dir, "traces.jsonl"))
	if err != nil {
		return err
	}
	s.closers = append(s.closers, traces.Close)
	log, err := os.OpenFile(filepath.Join(o.Dir, "application.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return verdict.Tell("ouverture du journal : %s", "open log: %s", err)
	}
	s.closers = append(s.closers, log.Close)
	logger := slog.New(slog.NewTextHandler(log, nil))
	m, ok := mockOf(string(o.Role) + "/" + string(o.Mode))
	if !ok {
		return verdict.Tell("candidat d'essai %s/%s : attendu l'un de %s", "start stub: %s/%s: want one of %s", o.Role, o.Mode, strings.Join(MockScopes(""), ", "))
	}
	return m.start(s, o, stubParts{b, traces, logger})
}

// write writes the candidate file.
func (s *Stub) write(o StubOptions, c candidate.StubCandidate) error {
	c.Version, c.Address, c.Ports, c.PKIDir = "1", "127.0.0.1", o.Ports, o.PKIDir
	if o.Mode == interops.ModeS {
		_, c.Convention = ConventionOf(o.Mode)
		if err := os.WriteFile(filepath.Join(o.Dir, c.Convention), candidate.SampleText(c.Convention), 0o644); err != nil {
			return verdict.Tell("écriture de la convention : %s", "write convention: %s", err)
		}
	}
	for _, flaw := range o.Flaws {
		c.Name += ", " + flaw
	}
	return c.Write(s.Candidate)
}

// serve opens a handler on a free port of loopback and returns its address.
func (s *Stub) serve(h http.Handler) (string, error) {
	l, err := bench.Listen("127.0.0.1:0")
	if err != nil {
		return "", verdict.Tell("gestion : %s", "serve management: %s", err)
	}
	s.closers = append(s.closers, bench.Serve(l, h))
	return "http://" + l.Addr().String(), nil
}

// Close ends the stub.
func (s *Stub) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// firstProject is the first project of a mode in a convention: the one that stubs play.
func firstProject(c *interops.Convention, mode interops.Mode) interops.Project {
	for _, p := range c.Projects {
		if p.Mode == mode {
			return p
		}
	}
	return interops.Project{}
}

// OperationOf is the operation that calls of a project exercise: mock candidates declare it, the harness asks for it.
func OperationOf(p interops.Project) string {
	if len(p.PAGM) > 0 && len(p.PAGM[0].Operations) > 0 {
		return p.PAGM[0].Operations[0]
	}
	return "consulter"
}
