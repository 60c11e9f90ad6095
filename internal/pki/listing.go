package pki

import (
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Authority is an authority of a set, as anybody may know it.
type Authority struct {
	// Name is the last part of its CRL and OCSP addresses, Parent that of who certified it; empty for a root.
	Name, Parent string
	Certificate  *x509.Certificate
}

// Authorities returns the authorities of the set whose certificates are honest ones', the root first.
func (s *Set) Authorities() ([]Authority, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Authority
	for _, name := range []string{rootAuthority, tlsAuthority, signatureAuthority} {
		c, err := s.authorityCredential(name)
		if err != nil {
			return nil, err
		}
		all = append(all, Authority{name, s.authorities[name].parent, c.Leaf()})
	}
	return all, nil
}

// Revoked tells when a credential of the set was revoked; zero when it was not, or is not known.
func (s *Set) Revoked(name string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, known := s.entries[name]; known {
		return e.revoked
	}
	return time.Time{}
}

// CRL returns the list that an authority of the set publishes now, in DER. It refuses an unknown authority, and a set
// without clock.
func (s *Set) CRL(authority string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.authorities[authority]
	if !known || s.clock == nil {
		return nil, fmt.Errorf("make CRL of %q: want an authority of the set, and a clock", authority)
	}
	return s.current("crl "+a.name, func(now time.Time) ([]byte, error) { return s.makeCRL(a, now) })
}

// keepRotated writes a rotation to the directory of a set: the new files first, then the index that names them, at once.
// s.mu is held.
func (s *Set) keepRotated(rand io.Reader, name, old string, put, replaced *entry) error {
	path := filepath.Join(s.dir, indexFile)
	index, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	w := saver{dir: s.dir}
	rank := old[strings.LastIndex(old, "-")+1:]
	chain, key := w.pair("organisms/"+name+"~renewed-"+rank, *put.made)
	w.p12(rand, "organisms/"+name+"~renewed-"+rank, *put.made)
	found := false
	for line := range strings.SplitSeq(strings.TrimSuffix(string(index), "\n"), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 9 || f[0] != "credential" || f[1] != name {
			w.index.WriteString(line + "\n")
			continue
		}
		found = true
		leaf := put.made.Leaf()
		w.row("credential", name, put.authority, put.serial, "", chain, key, Subject(leaf), leaf.NotAfter.Format(time.RFC3339))
		f[1] = old
		if !replaced.revoked.IsZero() {
			f[4] = replaced.revoked.Format(time.RFC3339)
		}
		w.row(f...)
	}
	if !found {
		return fmt.Errorf("write %s: no line for %s; the file is damaged, make the PKI again", path, name)
	}
	w.write(indexFile+".new", w.index.Bytes(), 0o644)
	if w.err != nil {
		return w.err
	}
	return os.Rename(path+".new", path)
}
