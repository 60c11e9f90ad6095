package stand

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/pki"
)

// Use is what a certificate of a sandbox serves.
type Use string

// The uses.
const (
	UseAuthority Use = "authority"
	UseTLS       Use = "tls"
	UseSignature Use = "signature"
)

// Issued is a certificate of a sandbox: of an authority, of a partner, or of the organism of the candidate.
type Issued struct {
	// Print is its SHA-256, in hexadecimal: by it the certificate is named.
	Print string
	// Name is that in the PKI, Organism whose it is; an authority's is its own.
	Name, Organism string
	Use            Use
	// Family is the PKI that it is of: FamilyConvention or FamilyMSSante.
	Family      string
	Certificate *x509.Certificate
	// Chain are the authorities above it, the root left out.
	Chain []*x509.Certificate
	// Played tells that a partner of the sandbox presents it; Former that another has replaced it.
	Played, Former bool
	// Revoked is when it was revoked; zero when it was not.
	Revoked time.Time
	// CRL is the list in which its authority would say so, DER; an authority's is its own.
	CRL func() ([]byte, error)
	// Key gives the private key in PEM, where the PKI folder is the candidate's and so is the organism; else nil.
	Key func() ([]byte, error)

	realm realm
}

// Title is the name that people see.
func (i Issued) Title() string {
	of, _ := pki.Former(i.Name)
	return of
}

// Rotates tells whether the sandbox can make it anew.
func (i Issued) Rotates() bool { return i.Use != UseAuthority && !i.Former }

// PrintOf is the SHA-256 of a certificate, in hexadecimal: by it the certificate is named.
func PrintOf(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// The PKIs of a sandbox.
const (
	FamilyConvention = "convention"
	FamilyMSSante    = "mssante"
)

// realm is a PKI of the sandbox, with whom it plays and whose keys are the candidate's.
type realm struct {
	family      string
	set         *pki.Set
	played, own map[string]bool // by organism
}

// realms are the PKIs of the sandbox.
func (d *Directory) realms() []realm {
	p := d.partners
	all := []realm{{family: FamilyConvention, set: p.stand.Bench.PKI, played: map[string]bool{}, own: map[string]bool{}}}
	for _, f := range p.Faces {
		all[0].played[f.Organism] = true
	}
	if subject := p.options.Candidate; subject != nil && subject.PKI.Dir != "" {
		for organism := range organismsOf(subject) {
			all[0].own[organism] = !all[0].played[organism]
		}
	}
	if h := d.health; h != nil {
		other := realm{family: FamilyMSSante, set: h.Stand.Bench.PKI, played: map[string]bool{candidate.PSCOrganism: true}, own: map[string]bool{candidate.VendorOrganism: h.Lasting}}
		other.played[candidate.OperatorOrganism], other.played[candidate.WhiteListOrganism] = h.Operator != nil, h.List != nil
		all = append(all, other)
	}
	return all
}

// organismsOf are the organisms that a candidate plays in its convention.
func organismsOf(c *candidate.Candidate) map[string]bool {
	all := map[string]bool{}
	for _, role := range []candidate.Role{candidate.RoleProvider, candidate.RoleClient} {
		for _, mode := range c.Modes(role) {
			p, _ := c.Convention.OpenedProject(c.Choice(role, mode).Project)
			if role == candidate.RoleProvider {
				all[p.Provider] = true
			} else {
				all[p.Client] = true
			}
		}
	}
	return all
}

// Certificates are those in use: the authorities, the honest certificates of each organism, and those that others have
// replaced, behind them. Deliberately bad ones are left out.
func (d *Directory) Certificates() ([]Issued, error) {
	var all []Issued
	for _, r := range d.realms() {
		authorities, err := r.authorities()
		if err != nil {
			return nil, err
		}
		all = append(all, authorities...)
		for _, name := range r.honest() {
			one, err := r.issued(name)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
	}
	seen := map[string]bool{} // two PKIs of the same instant and keys have the same root
	return slices.DeleteFunc(all, func(one Issued) bool {
		twice := seen[one.Print]
		seen[one.Print] = true
		return twice
	}), nil
}

// honest are the names of the certificates of a PKI, the bad ones left out, those that were replaced behind the others.
func (r realm) honest() []string {
	var names []string
	at := map[string]int{}
	for _, name := range r.set.Names() {
		of, former := pki.Former(name)
		if _, known := at[of]; !known {
			at[of] = len(at)
		}
		if former || !strings.Contains(name, "~") {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		first, _ := pki.Former(a)
		second, _ := pki.Former(b)
		return at[first] - at[second]
	})
	return names
}

// authorities are those of a PKI.
func (r realm) authorities() ([]Issued, error) {
	known, err := r.set.Authorities()
	if err != nil {
		return nil, err
	}
	var all []Issued
	for _, a := range known {
		all = append(all, Issued{
			Print: PrintOf(a.Certificate), Name: a.Name, Use: UseAuthority, Family: r.family, Certificate: a.Certificate, realm: r,
			CRL: func() ([]byte, error) { return r.set.CRL(a.Name) },
		})
	}
	return all, nil
}

// issued is a credential of a PKI.
func (r realm) issued(name string) (Issued, error) {
	c, err := r.set.Credential(name)
	if err != nil {
		return Issued{}, err
	}
	organism, kind, _ := strings.Cut(name, "/")
	_, former := pki.Former(name)
	one := Issued{
		Print: PrintOf(c.Leaf()), Name: name, Organism: organism, Use: UseTLS, Family: r.family, Certificate: c.Leaf(), Chain: c.Chain[1:],
		Played: r.played[organism], Former: former, Revoked: r.set.Revoked(name), realm: r,
	}
	authority := "tls"
	if strings.HasPrefix(kind, string(UseSignature)) {
		one.Use, authority = UseSignature, "signature"
	}
	one.CRL = func() ([]byte, error) { return r.set.CRL(authority) }
	if r.own[organism] {
		one.Key = c.KeyPEM
	}
	return one, nil
}

// Certificate finds one by its print. It returns ErrNotThere.
func (d *Directory) Certificate(print string) (Issued, error) {
	all, err := d.Certificates()
	if err != nil {
		return Issued{}, err
	}
	i := slices.IndexFunc(all, func(one Issued) bool { return one.Print == print })
	if i < 0 {
		return Issued{}, ErrNotThere
	}
	return all[i], nil
}

// Roots are the authorities to load in a gateway, in PEM: those of every PKI of the sandbox.
func (d *Directory) Roots() []byte {
	var all []*x509.Certificate
	for _, r := range d.realms() {
		for _, root := range r.set.RootCertificates() {
			if !slices.ContainsFunc(all, root.Equal) {
				all = append(all, root)
			}
		}
	}
	return pki.CertificatesPEM(all)
}

// Rotate makes a certificate anew, for the same subject and names, with a new key: partners present it from the next
// connection on, and sign with it. The former one is revoked, or stays valid. It returns the new one; ErrNotThere,
// ErrReplaced where another has replaced it already, or ErrNotOurs.
func (d *Directory) Rotate(print string, revoke bool) (Issued, error) {
	d.rotating.Lock()
	defer d.rotating.Unlock()
	one, err := d.Certificate(print)
	switch {
	case err != nil:
		return Issued{}, err
	case one.Former:
		return Issued{}, ErrReplaced
	case one.Use == UseAuthority:
		return Issued{}, ErrNotOurs
	}
	_, err = one.realm.set.Rotate(one.Name, pki.Rotation{Now: bench.Wall(), Rand: bench.Entropy(), Revoke: revoke})
	if errors.Is(err, pki.ErrForeignCertificate) {
		return Issued{}, ErrNotOurs
	}
	if err != nil {
		return Issued{}, fmt.Errorf("rotate certificate: %w", err)
	}
	if h := d.health; h != nil && h.List != nil && one.Organism == candidate.WhiteListOrganism {
		if err := h.List.Publish(); err != nil {
			return Issued{}, err
		}
	}
	return one.realm.issued(one.Name)
}
