package pki

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// Options says what a Set is made for.
type Options struct {
	// Organisms get, each, the credentials "NAME/tls" and "NAME/signature" with the subject of their
	// first identity of that kind in force at Now ("*" in a pattern becomes "TEST"), "NAME/tls-2" when
	// there is a second such TLS identity, "NAME/signature-ec" (P-256), and every bad variant, named
	// "NAME/tls~VARIANT" and "NAME/signature~VARIANT". A kind without identity gets nothing.
	Organisms []interops.Organism
	// Now is the instant around which certificates are dated: honest ones live from a day before to
	// two years after.
	Now time.Time
	// Rand feeds new keys; needed only with Fresh or for more organisms than there are embedded keys.
	Rand io.Reader
	// Revocation is the base URL under which Handler is served; certificates name no source when empty.
	Revocation string
	// Hosts are the names and addresses of the TLS certificates; localhost, 127.0.0.1 and ::1 when empty.
	Hosts []string
	// Fresh makes new keys. The embedded ones are public: good for a sandbox on loopback, no more.
	Fresh bool
}

// Set is a family of test authorities and of the credentials that they issued. Credentials are made
// when first asked for and change by Rotate and Replace alone. A Set may be used by several goroutines.
type Set struct {
	mu          sync.Mutex
	rand        io.Reader
	names       []string // in order of creation
	entries     map[string]*entry
	authorities map[string]*authority
	clock       func() time.Time // nil after Load
	responses   map[string]signedAnswer
	lists       int64  // number of the last CRL
	dir         string // where it was loaded from; "" when it was made
}

// entry is one credential of a Set, made or not yet.
type entry struct {
	authority string // who issued the certificate; "" when self-signed
	serial    string // of the certificate, decimal
	revoked   time.Time
	make      func() (Credential, error)
	made      *Credential
}

// New plans the authorities and credentials for the organisms. It refuses an organism's name that
// cannot be part of a file name, a subject that is not RFC 4514, a revocation URL that is not http,
// and a missing Now.
func New(o Options) (*Set, error) {
	if o.Now.IsZero() {
		return nil, fmt.Errorf("make test PKI: no instant given (Options.Now)")
	}
	if o.Revocation != "" {
		u, err := url.Parse(o.Revocation)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, fmt.Errorf("make test PKI: revocation URL %q: want http://host:port", o.Revocation)
		}
		o.Revocation = strings.TrimSuffix(o.Revocation, "/")
	}
	m, err := newMint(o)
	if err != nil {
		return nil, verdict.Tell("PKI de TEST : %s", "make test PKI: %s", err)
	}
	s := emptySet(o.Rand)
	s.clock = func() time.Time { return m.now }
	for _, a := range authorityPlans {
		s.authorities[a.name] = &authority{
			name: a.name, parent: a.parent, serial: m.serial("authority/" + a.name).String(),
			make: func() (Credential, error) { return m.authority(a) },
		}
	}
	m.parent = s.authorityCredential
	for _, org := range o.Organisms {
		recipes, err := m.recipes(org)
		if err != nil {
			return nil, verdict.Tell("PKI de TEST : organisme « %s » : %s", "make test PKI: organism %q: %s", org.Name, err)
		}
		for _, r := range recipes {
			if err := s.add(m, r); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func emptySet(rand io.Reader) *Set {
	return &Set{
		rand: rand, entries: map[string]*entry{}, authorities: map[string]*authority{}, responses: map[string]signedAnswer{},
	}
}

func (s *Set) add(m *mint, r recipe) error {
	if _, twice := s.entries[r.name]; twice {
		return fmt.Errorf("make test PKI: two organisms of the same name (%s)", r.name)
	}
	e := &entry{authority: r.issuer, serial: m.serial(r.name).String(), make: func() (Credential, error) { return m.leaf(r) }}
	if r.revoked {
		e.revoked = m.now.Add(-revokedSince)
	}
	s.names = append(s.names, r.name)
	s.entries[r.name] = e
	return nil
}

// SetClock tells the Handler which time it is; without it the time stands still at Options.Now, and
// a loaded Set serves no revocation data.
func (s *Set) SetClock(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = now
}

// Names lists the credentials, organism by organism, honest ones first, then those that others have replaced.
func (s *Set) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.names)
}

// Credential returns the credential of that name, making it if it is the first time. Its error for an
// unknown name lists the nearest ones.
func (s *Set) Credential(name string) (Credential, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[name]
	if !ok {
		return Credential{}, verdict.Tell("certificat « %s » : aucun de ce nom ; les plus proches sont %s", "find credential %q: no such name; the nearest are %s", name, strings.Join(nearest(name, s.names), ", "))
	}
	if e.made == nil {
		c, err := e.make()
		if err != nil {
			return Credential{}, fmt.Errorf("make credential %q: %w", name, err)
		}
		c.Name = name
		e.made = &c
	}
	return *e.made, nil
}

// Replace puts another credential in the place of one of the set: that of the candidate's own authority, where
// it will not load ours. It refuses a name that the set does not have.
func (s *Set) Replace(name string, c Credential) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[name]
	if !ok {
		return fmt.Errorf("replace credential %q: no such name; the nearest are %s", name, strings.Join(nearest(name, s.names), ", "))
	}
	c.Name = name
	e.made = &c
	return nil
}

// RootCertificates returns the roots to load in a gateway: one, the foreign root left out.
// It returns nil when the root cannot be made, which New's checks exclude but for Fresh without Rand.
func (s *Set) RootCertificates() []*x509.Certificate {
	s.mu.Lock()
	defer s.mu.Unlock()
	root, err := s.authorityCredential(rootAuthority)
	if err != nil {
		return nil
	}
	return []*x509.Certificate{root.Leaf()}
}

// Roots returns the roots as a pool.
func (s *Set) Roots() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range s.RootCertificates() {
		pool.AddCert(c)
	}
	return pool
}

// RootsPEM returns the roots as a PEM file.
func (s *Set) RootsPEM() []byte { return CertificatesPEM(s.RootCertificates()) }

// ChainMedia is the media type of what CertificatesPEM writes (RFC 8555 §9.1).
const ChainMedia = "application/pem-certificate-chain"

// CertificatesPEM writes certificates one behind the other, as a PEM file.
func CertificatesPEM(certs []*x509.Certificate) []byte {
	var b bytes.Buffer
	for _, c := range certs {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
	}
	return b.Bytes()
}

// authorityCredential returns an authority, made if needed; s.mu is held.
func (s *Set) authorityCredential(name string) (Credential, error) {
	a, ok := s.authorities[name]
	if !ok {
		return Credential{}, verdict.Tell("autorité « %s » : attendu l'une de %v", "find authority %q: want one of %v", name, slices.Sorted(maps.Keys(s.authorities)))
	}
	return a.credential()
}

// nearest returns up to three names that resemble the one asked for.
func nearest(name string, names []string) []string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int { return distance(name, a) - distance(name, b) })
	return sorted[:min(3, len(sorted))]
}

// distance is the number of letters to add, drop or change from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
