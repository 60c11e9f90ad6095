package mss

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/mail"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/stubs/psc"
)

// certifying is what a scenario knows of the certificates that open an application's mailbox.
type certifying struct {
	// requested tells whether the server asked for a certificate, once a client looked; authorities how many it named.
	requested   *bool
	authorities int
	// way is, among externals, the one that went through in this scenario; nil before.
	way *int
}

// external is how EXTERNAL is said: the certificate alone tells the mailbox, or it is named; with the command, or after
// the prompt.
type external struct{ named, twoSteps bool }

// externals are the ways, that of the specification first. All are sound: which one an operator knows is its own affair.
var externals = []external{{}, {named: true}, {twoSteps: true}, {named: true, twoSteps: true}}

// login is the way to say EXTERNAL for a mailbox.
func (e external) login(address string) mail.Login {
	l := mail.External("")
	if e.named {
		l = mail.External(address)
	}
	if e.twoSteps {
		return l.InTwoSteps()
	}
	return l
}

// certificateVariants are the certificates by the words of the features: how each is named in the test PKI, behind the
// name of the structure's own.
var certificateVariants = map[string]string{
	"expire": "~expired", "futur": "~not-yet-valid", "revoque": "~revoked", "crl-perimee": "~stale-crl", "auto-signe": "~self-signed",
	"autre-autorite": "~unknown-ca", "usage-serveur": "~server-auth-only", "usage-signature": "~signature-only", "personne": "~person",
	"autre-branche": "~other-branch", "autre-cle": "~mismatch", "rsa-1024": "~rsa-1024", "sha-1": "~sha1",
	"autre-nom": "~renamed", "virgule": "~comma", "ordre": "~reordered", "renouvele": "~renewed",
}

// application is the first mailbox of an application; empty when none is declared.
func (s *Side) application() candidate.Mailbox {
	if boxes := s.declared.Open(mssante.Application); len(boxes) > 0 {
		return boxes[0]
	}
	return candidate.Mailbox{}
}

// staleBy is for how long the stale list of the test authorities has been stale, at least (CLI-08).
const staleBy = 30 * 24 * time.Hour

// certificate is the credential that a word of the features names, for the application's mailbox.
func (s *Side) certificate(word string) (pki.Credential, error) {
	box := s.application()
	own := candidate.StructureOrganism(box.Holder)
	switch suffix, known := certificateVariants[word]; {
	case word == "absent":
		return noCredential, nil
	case word == "valable":
		return s.ownCertificate(box)
	case word == "sans-intermediaire":
		c, err := s.ownCertificate(box)
		if len(c.Chain) > 1 {
			c.Chain = c.Chain[:1]
		}
		return c, err
	case word == "autre-structure":
		other := candidate.PSCOrganism
		if own == other {
			other = candidate.VendorOrganism
		}
		return s.run.Bench.PKI.Credential(other + "/tls")
	case known:
		return s.run.Bench.PKI.Credential(own + "/tls" + suffix)
	}
	return noCredential, fmt.Errorf("certificate %q: want absent, autre-structure, sans-intermediaire, valable or one of %v", word, slices.Sorted(maps.Keys(certificateVariants)))
}

// ownCertificate is the honest certificate of an application's mailbox: the declared one, or one of the test PKI whose OU
// is the structure.
func (s *Side) ownCertificate(box candidate.Mailbox) (pki.Credential, error) {
	if box.Certificate != nil {
		return pki.FromTLS(box.Certificate.TLS)
	}
	return s.run.Bench.PKI.Credential(candidate.StructureOrganism(box.Holder) + "/tls")
}

// byCertificate opens a mailbox by a certificate and a login, or without a SASL exchange where there is none.
func (p *part) byCertificate(ctx context.Context, label, address string, credential pki.Credential, login *mail.Login) (*attempt, error) {
	a := &attempt{box: address}
	talking, err := p.dial(ctx, label, p.side.Role, mail.Limits{Wait: p.side.run.Patience}, credential)
	switch {
	case errors.Is(err, mail.ErrHandshake), errors.Is(err, mail.ErrClosed):
		a.result = mail.Result{Outcome: mail.Disconnected, Err: err} // TLS refuses a certificate so
		return a, nil
	case err != nil:
		return a, p.unconnected(err)
	}
	a.talk = talking
	if login != nil {
		a = p.logsIn(ctx, talking, address, psc.Minted{}, saying(*login))
	}
	err = p.probes(ctx, a, p.side.habit.blind)
	if login == nil {
		a.result = mail.Result{Outcome: mail.RefusedDirectly, Text: a.probe, Err: err}
		if a.opens {
			a.result.Outcome = mail.Accepted
		}
	}
	return a, nil
}

// way is, among externals, the one to begin with: that which went through in this scenario, else in the last one.
func (p *part) way() int {
	if p.cli.way != nil {
		return *p.cli.way
	}
	return p.side.external()
}

// ways are the logins by which the declared means opens a mailbox, from that one of externals on.
func (p *part) ways(address string, start int) []*mail.Login {
	if p.side.declared.SecondMeans == candidate.MeansCertificate {
		return []*mail.Login{nil}
	}
	var all []*mail.Login
	for i := range externals {
		l := externals[(start+i)%len(externals)].login(address)
		all = append(all, &l)
	}
	return all
}

// byAnyWay opens the application's mailbox by a certificate that is to be accepted, in whichever way. It returns the first
// attempt where none goes through.
func (p *part) byAnyWay(ctx context.Context, label string, credential pki.Credential) (*attempt, error) {
	address := p.side.application().Address
	start := p.way() // read once: other scenarios change that of the side
	var first *attempt
	for i, login := range p.ways(address, start) {
		a, err := p.byCertificate(ctx, label, address, credential, login)
		if err != nil {
			return a, err
		}
		if a.accepted() {
			way := (start + i) % len(externals)
			p.cli.way = &way
			p.side.useExternal(way)
			return a, nil
		}
		if first == nil {
			first = a
		}
		if a.result.Outcome == mail.Disconnected && a.talk == nil {
			break // TLS said no
		}
	}
	return first, nil
}

// external is the place, among externals, of the way that went through last.
func (s *Side) external() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.way
}

func (s *Side) useExternal(way int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.way = way
}

// looks makes a handshake and notes whether the server asks for a certificate.
func (p *part) looks(ctx context.Context) error {
	s := p.side
	requested := false
	p.cli.requested = &requested
	config := s.tlsConfig(noCredential)
	config.GetClientCertificate = func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		requested, p.cli.authorities = true, len(r.AcceptableCAs)
		return &tls.Certificate{}, nil
	}
	d := s.dialing()
	d.config = config
	talking, transcript, err := s.connect(ctx, d)
	p.talks = append(p.talks, talk{label: labelTrial, transcript: transcript, talk: talking, err: err})
	if err != nil && !requested {
		return p.unconnected(err)
	}
	return nil
}
