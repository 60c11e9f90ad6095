package anatomy

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"time"

	"etalon/internal/pki"
)

// MaxChain bounds the certificates of a chain that are shown.
const MaxChain = 10

// Certificate is one of a chain, and who it is.
type Certificate struct {
	Subject string    `json:"subject"`
	Issuer  string    `json:"issuer"`
	Serial  string    `json:"serial"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
	Digest  string    `json:"digest"` // sha256:hex of the whole
	Key     string    `json:"key"`
	Names   []string  `json:"names,omitempty"` // hosts
	// Authority is whose authority issued it, and Troubles why it is not in order, for the end entity alone.
	Authority Authority `json:"authority,omitempty"`
	Troubles  []string  `json:"troubles,omitempty"`
	// Holders are the organisms whose convention lists it. Listed is false where no convention is known.
	Holders []Holder `json:"holders,omitempty"`
	Listed  bool     `json:"listed"`
	// Expired and Early tell that the exchange happened after its end, or before its beginning.
	Expired bool `json:"expired,omitempty"`
	Early   bool `json:"early,omitempty"`
}

// Authority is whose authority issued a certificate.
type Authority string

// The authorities.
const (
	AuthorityTest    Authority = "test"    // those of the sandbox
	AuthorityOwn     Authority = "own"     // the candidate's, which the sandbox recognises
	AuthorityUnknown Authority = "unknown" // any other
)

// Holder is an organism of a convention, and for what it lists a certificate: "tls" or "signature".
type Holder struct {
	Organism string `json:"organism"`
	Title    string `json:"title"`
	For      string `json:"for"`
}

// Certificates reads a chain in PEM, the leaf first; what cannot be read ends it.
func Certificates(raw []byte) []*x509.Certificate {
	var chain []*x509.Certificate
	for len(chain) < MaxChain {
		block, rest := pem.Decode(raw)
		if block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			break
		}
		chain, raw = append(chain, cert), rest
	}
	return chain
}

// Chain says who each certificate of a chain is, at the instant of the exchange by the clock of certificates and by that of
// the protocol. usage is what the leaf was presented for.
func (k Knowledge) Chain(chain []*x509.Certificate, usage pki.Usage, wall, now time.Time) []Certificate {
	var all []Certificate
	for i, c := range chain {
		sum := sha256.Sum256(c.Raw)
		shown := Certificate{
			Subject: pki.Subject(c), Issuer: c.Issuer.String(), Serial: c.SerialNumber.String(), From: c.NotBefore.UTC(), Until: c.NotAfter.UTC(),
			Digest: "sha256:" + hex.EncodeToString(sum[:]), Key: keyOf(c), Expired: wall.After(c.NotAfter), Early: wall.Before(c.NotBefore),
		}
		for _, name := range c.DNSNames[:min(len(c.DNSNames), MaxChain)] {
			shown.Names = append(shown.Names, short(name))
		}
		if i == 0 && len(k.Roots)+len(k.Recognised) > 0 {
			shown.Authority, shown.Troubles = k.authority(chain, usage, wall)
		}
		if k.Convention != nil && i == 0 {
			shown.Listed, shown.Holders = true, k.Holders(c, now)
		}
		all = append(all, shown)
	}
	return all
}

// Holders are the organisms whose convention lists a certificate.
func (k Knowledge) Holders(c *x509.Certificate, now time.Time) []Holder {
	var all []Holder
	if k.Convention == nil {
		return nil
	}
	for _, o := range k.Convention.Organisms {
		if pki.Listed(o.TLS, c, now) {
			all = append(all, Holder{o.Name, o.Title(), "tls"})
		}
		if pki.Listed(o.Signature, c, now) {
			all = append(all, Holder{o.Name, o.Title(), "signature"})
		}
	}
	return all
}

// authority says whose authority issued the leaf, and what is wrong with it.
func (k Knowledge) authority(chain []*x509.Certificate, usage pki.Usage, wall time.Time) (Authority, []string) {
	var troubles []pki.PathError
	for _, known := range []struct {
		roots []*x509.Certificate
		whose Authority
	}{{k.Roots, AuthorityTest}, {k.Recognised, AuthorityOwn}} {
		troubles = (&pki.Trust{Roots: known.roots}).Verify(chain, usage, wall)
		if !slices.ContainsFunc(troubles, func(e pki.PathError) bool {
			return e.Kind == pki.PathUnknownAuthority || e.Kind == pki.PathSelfSigned
		}) {
			return known.whose, words(troubles)
		}
	}
	return AuthorityUnknown, words(troubles)
}

func words(troubles []pki.PathError) []string {
	var all []string
	for _, e := range troubles {
		all = append(all, short(e.Error()))
	}
	return all
}

func keyOf(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Params().Name
	}
	return c.PublicKeyAlgorithm.String()
}
