// Package stand puts up the mock parties that a run, a sandbox or a test needs, with the bench under them: one mock
// candidate with the file that drives it, the partners of a sandbox, the sample sphere of trust. It judges nothing.
package stand

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"

	"etalon/internal/anatomy"
	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// Stand is what the harness serves during a run whatever the roles: its bench, and the revocation lists and
// OCSP answers of its test authorities.
type Stand struct {
	Bench   *bench.Bench
	stop    func() error
	observe atomic.Pointer[func(store.Exchange)]
}

// Open starts serving at address and readies the bench. The PKI is the lasting one of dir, or one made now
// when dir is empty or holds none.
func Open(address, dir string, convention *interops.Convention, profile *interops.Profile, seed bench.Seed) (*Stand, error) {
	return open(address, convention, profile, seed, func(revocation string) (*pki.Set, error) {
		return setOf(dir, revocation, convention)
	})
}

// open serves at address the PKI that with gives, once it is told where the revocation lists are.
func open(address string, convention *interops.Convention, profile *interops.Profile, seed bench.Seed, with func(revocation string) (*pki.Set, error)) (*Stand, error) {
	listener, err := bench.Listen(address)
	if err != nil {
		return nil, verdict.Tell("listes de révocation : %s", "serve revocation lists: %s", err)
	}
	set, err := with("http://" + listener.Addr().String())
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	b, err := bench.New(convention, profile, set, seed)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	set.SetClock(bench.Wall)
	s := &Stand{Bench: b}
	s.stop = bench.Serve(b.Hold(listener), s.observed(set.Handler()))
	return s, nil
}

// Knowledge is what its parties judge messages by.
func (s *Stand) Knowledge() anatomy.Knowledge {
	b := s.Bench
	return anatomy.Knowledge{Convention: b.Convention, Profile: b.Profile, Roots: b.PKI.RootCertificates(), Recognised: b.Recognised}
}

// setOf loads the PKI of a folder, or makes one.
func setOf(dir, revocation string, convention *interops.Convention, hosts ...string) (*pki.Set, error) {
	if dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "INDEX")); err == nil {
			return pki.Load(dir)
		}
	}
	return NewPKI(convention, revocation, false, hosts...)
}

// NewPKI makes the test PKI of a convention's organisms. fresh makes new keys, for a PKI that lasts. hosts are the names
// and addresses of the TLS certificates; those of this machine alone when there are none.
func NewPKI(convention *interops.Convention, revocation string, fresh bool, hosts ...string) (*pki.Set, error) {
	return pki.New(pki.Options{
		Organisms: convention.Organisms, Now: bench.Wall(), Rand: bench.Entropy(), Revocation: revocation, Fresh: fresh, Hosts: hosts,
	})
}

// For opens the stand that a candidate file asks for, with the candidate's own authorities and certificates
// where it names some.
func For(c *candidate.Candidate, seed bench.Seed) (*Stand, error) {
	s, err := open(c.Listen.At(c.Listen.Ports.Revocation), c.Convention, &c.Profile.Profile, seed, func(revocation string) (*pki.Set, error) {
		return setOf(c.PKI.Dir, revocation, c.Convention, c.Hosts()...)
	})
	if err != nil {
		return nil, err
	}
	s.Bench.Recognised = c.PKI.Roots
	s.Bench.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		return candidate.Guarded(net.Dialer{})(candidate.Within(ctx, c.Targets), network, address)
	}
	if err := ownCertificates(s.Bench.PKI, c); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// ownCertificates puts the certificates that the candidate file gives in the place of the honest ones of the
// organisms that the harness plays.
func ownCertificates(set *pki.Set, c *candidate.Candidate) error {
	type place struct {
		pair *candidate.Pair
		name string
	}
	var places []place
	for _, role := range candidate.Roles() {
		for _, mode := range c.Modes(role) {
			project, ok := c.Convention.OpenedProject(c.Choice(role, mode).Project)
			switch {
			case mode == candidate.NoMode:
				places = append(places, place{c.PKI.Provider, candidate.PSCOrganism + "/tls"})
			case !ok: // it has no part in projects
			case role == candidate.RoleProvider || role == candidate.RoleService:
				places = append(places, place{c.PKI.Client, project.Client + "/tls"}, place{c.PKI.Signature, project.Client + "/signature"})
			default:
				places = append(places, place{c.PKI.Provider, project.Provider + "/tls"})
			}
		}
	}
	for _, p := range places {
		if p.pair == nil {
			continue
		}
		credential, err := pki.FromTLS(p.pair.TLS)
		if err != nil {
			return verdict.Tell("%s : %s", "use %s: %s", p.pair.Certificate, err)
		}
		if err := set.Replace(p.name, credential); err != nil {
			return err
		}
	}
	return nil
}

// Close stops serving.
func (s *Stand) Close() error { return s.stop() }
