package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/internal/verdict"
)

// Operator is an authentication operator of the sphere, as a service operator knows it.
type Operator struct {
	Organism string // Organism.Name
	// SSO takes AuthnRequests, Logout the messages of a logout by Redirect; empty where the operator has none.
	SSO, Logout string
	// Keys are the certificate chains of its signatures, leaf first: a Redirect carries none.
	Keys [][]*x509.Certificate
}

// operators are those that are known. The zero value knows none; it may be shared.
type operators struct {
	mu  sync.RWMutex
	all []Operator
}

// put makes an operator known, in the place of what was known of the organism. It refuses an address that is not https.
func (o *operators) put(one Operator) error {
	for _, address := range []string{one.SSO, one.Logout} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
			return fmt.Errorf("read address of operator %q: %q: want https://host:port/path", one.Organism, address)
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(slices.DeleteFunc(slices.Clone(o.all), func(other Operator) bool { return other.Organism == one.Organism }), one)
	return nil
}

// list returns those that are known, in the order in which they became so.
func (o *operators) list() []Operator {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return slices.Clone(o.all)
}

// of returns what is known of an organism.
func (o *operators) of(organism string) (Operator, bool) {
	for _, one := range o.list() {
		if one.Organism == organism {
			return one, true
		}
	}
	return Operator{}, false
}

// SetOperator makes the addresses of an authentication operator known, or others than before: no restart is needed
// (S15). It refuses an address that is not https.
func (s *Service) SetOperator(o Operator) error { return s.operators.put(o) }

// errMetadata tells that metadata are not to be believed: the findings say why.
var errMetadata = errors.New("believe metadata: they depart from the norm")

// Register takes the signed metadata of an authentication operator: its addresses and keys serve from then on (S15,
// S16). The findings are their departures; with any, nothing is taken, and the error tells that.
func (s *Service) Register(raw []byte) ([]verdict.Finding, error) {
	v := &visit{service: s, now: s.config.Bench.Clock.Now()}
	judged := sso.VerifyMetadata(raw, "", s.circle(v))
	v.judged.Findings = judged.Findings
	if s.heed(v, judged.Findings); len(v.heeded) > 0 || judged.Organism.Name == "" || !judged.IDP {
		return judged.Findings, errMetadata
	}
	o := Operator{Organism: judged.Organism.Name, Keys: judged.Keys}
	o.SSO, _ = judged.Endpoint(judged.SSO, s.config.Binding)
	o.Logout, _ = judged.Endpoint(judged.SLO, sso.BindingRedirect)
	if err := s.SetOperator(o); err != nil {
		return judged.Findings, fmt.Errorf("register metadata: %w", err)
	}
	return judged.Findings, nil
}

// metadataLife is how long the receiver's metadata are valid.
const metadataLife = 7 * 24 * time.Hour

// Metadata makes the signed metadata of the receiver, which it also serves at /metadata (S16).
func (s *Service) Metadata() ([]byte, error) {
	signer, err := s.signer()
	if err != nil {
		return nil, err
	}
	id, err := bench.NewID(s.ids)
	if err != nil {
		return nil, err
	}
	slo := s.origin() + sloPath
	m := sso.Metadata{
		ID: id, EntityID: s.organism.Recipient, ValidUntil: s.config.Bench.Clock.Now().Add(metadataLife), SP: true,
		SLO: []sso.Endpoint{
			{Binding: sso.BindingRedirect, Location: slo}, {Binding: sso.BindingPOST, Location: slo}, {Binding: sso.BindingSOAP, Location: slo},
		},
		Keys: [][]*x509.Certificate{signer.Chain},
	}
	for _, f := range s.faces {
		m.ACS = append(m.ACS, sso.Endpoint{Binding: sso.BindingPOST, Location: s.ACS(f.service.Name)})
	}
	return m.Build(sso.Sending{Signer: &signer, Rand: bench.Entropy(), Now: s.config.Bench.Clock.Now()})
}

// publish serves the metadata.
func (s *Service) publish(v *visit) answer {
	raw, err := s.Metadata()
	if err != nil {
		return s.unavailable(v, err)
	}
	return answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/samlmetadata+xml"}}, Body: raw}
}

// signer is the key that signs the receiver's own messages.
func (s *Service) signer() (pki.Credential, error) {
	return s.config.Bench.PKI.Credential(s.organism.Name + "/signature")
}

// circle is what the receiver knows when it reads a message of another member.
func (s *Service) circle(v *visit) sso.Circle {
	b := s.config.Bench
	return sso.Circle{
		Convention: b.Convention.Settled(), Profile: b.Profile, Receiver: s.organism.Name, Now: v.now, Trust: s.gate.SignerTrust,
		Keys: func(organism string) [][]*x509.Certificate {
			o, _ := s.operators.of(organism)
			return o.Keys
		},
	}
}

// available lists the operators to which a person may be sent for a service now: known, with an address, and members
// in force that play the part (S02, S14, S15).
func (s *Service) available(v *visit) []Operator {
	return slices.DeleteFunc(s.operators.list(), func(o Operator) bool { return o.SSO == "" || !s.serves(o.Organism, v) })
}

// serves tells whether the convention opens a service to an authentication operator now.
func (s *Service) serves(operator string, v *visit) bool {
	return slices.ContainsFunc(s.config.Bench.Convention.Between(operator, s.organism.Name), func(p interops.Project) bool {
		_, offered := p.Service(v.face.service.Name)
		return p.Mode == interops.ModeS && p.Client == operator && p.Provider == s.organism.Name && offered && p.InForce(v.now)
	})
}

// patience bounds one call to an operator, unless the configuration does.
const patience = 5 * time.Second

// reach calls the server of an address, whatever it answers but a trouble of its own: a browser that is sent to a dead
// one never comes back (S17).
func (s *Service) reach(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("reach operator: %w", err)
	}
	config, _, err := s.gate.Settings(mutation.Conduct{})
	if err != nil {
		return fmt.Errorf("reach operator: %w", err)
	}
	dial := s.config.Dial
	if dial == nil {
		dial = s.config.Bench.Dial
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		MinVersion: tls.VersionTLS12, InsecureSkipVerify: true, Certificates: config.Certificates,
		VerifyConnection: func(c tls.ConnectionState) error {
			return s.gate.Trust.DecideServer(u.Hostname(), bench.Wall)(c.PeerCertificates)
		},
	}, DialContext: dial}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, s.config.Patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, u.Scheme+"://"+u.Host+"/", http.NoBody)
	if err != nil {
		return fmt.Errorf("reach operator: %w", err)
	}
	response, err := transport.RoundTrip(r)
	if err != nil {
		return fmt.Errorf("reach operator: %w", err)
	}
	_ = response.Body.Close()
	if response.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("reach operator: it answers %d", response.StatusCode)
	}
	return nil
}
