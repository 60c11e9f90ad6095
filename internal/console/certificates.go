package console

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"etalon/internal/pki"
	"etalon/internal/stand"
)

// issued is a certificate as pages tell of it.
type issued struct{ stand.Issued }

// Subject and Issuer are names as RFC 4514 writes them.
func (i issued) Subject() string { return pki.Subject(i.Certificate) }
func (i issued) Issuer() string  { return i.Certificate.Issuer.String() }

// Serial is the number, in hexadecimal, as openssl writes it.
func (i issued) Serial() string { return fmt.Sprintf("%X", i.Certificate.SerialNumber) }

// Prints is the SHA-256, as openssl writes it.
func (i issued) Prints() string {
	var pairs []string
	for text := strings.ToUpper(i.Print); len(text) > 1; text = text[2:] {
		pairs = append(pairs, text[:2])
	}
	return strings.Join(pairs, ":")
}

// Short is the beginning of the SHA-256.
func (i issued) Short() string { return i.Prints()[:len("AA:BB:CC:DD:EE:FF")] + "…" }

// State is the key of what the certificate is worth.
func (i issued) State() string {
	switch {
	case !i.Revoked.IsZero():
		return "revoked"
	case i.Former:
		return "former"
	}
	return "valid"
}

// Names are those of the hosts that it is for.
func (i issued) Names() string {
	all := append([]string{}, i.Certificate.DNSNames...)
	for _, ip := range i.Certificate.IPAddresses {
		all = append(all, ip.String())
	}
	return strings.Join(all, ", ")
}

// Strength is the kind and length of its key.
func (i issued) Strength() string {
	switch key := i.Certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return key.Curve.Params().Name
	}
	return "?"
}

// PEM is the certificate, and the authorities above it but the root.
func (i issued) PEM() string {
	return string(pki.CertificatesPEM(append([]*x509.Certificate{i.Certificate}, i.Chain...)))
}

// HasKey tells that its private key is the candidate's own.
func (i issued) HasKey() bool { return i.Key != nil }

// bears tells whether it bears the words; a print may be written with colons.
func (i issued) bears(words string) bool {
	texts := []string{i.Name, i.Organism, i.Subject(), i.Names(), string(i.Use), i.Family, i.Print, i.Serial(), i.Certificate.SerialNumber.String()}
	return bears(words, texts...) || bears(strings.ReplaceAll(words, ":", ""), texts...)
}

// certificatesPage is the page of the certificates.
type certificatesPage struct {
	reference
	Sought                      string
	Authorities, Played, Others []issued
}

// certificateGroup are certificates that stand together on the page.
type certificateGroup struct {
	Name   string
	Leaves []issued
}

// Groups are those of the partners that are played, then the others.
func (p certificatesPage) Groups() []certificateGroup {
	return []certificateGroup{{"played", p.Played}, {"others", p.Others}}
}

// Empty tells that no certificate has the words.
func (p certificatesPage) Empty() bool { return len(p.Authorities)+len(p.Played)+len(p.Others) == 0 }

// certificates shows the certificates in use.
func (c *Console) certificates(w http.ResponseWriter, r *http.Request) {
	words, ok := wordsOf(w, r)
	if !ok {
		return
	}
	all, err := c.config.Reference.Certificates()
	if err != nil {
		misfit(w, err)
		return
	}
	p := certificatesPage{reference: c.reference(r, "certificates"), Sought: words}
	for _, one := range all {
		i := issued{one}
		switch {
		case !i.bears(words):
		case one.Use == stand.UseAuthority:
			p.Authorities = append(p.Authorities, i)
		case one.Played:
			p.Played = append(p.Played, i)
		default:
			p.Others = append(p.Others, i)
		}
	}
	c.show(w, "certificates", http.StatusOK, p)
}

// certificatePage is the page of one certificate.
type certificatePage struct {
	reference
	C issued
	// Trouble is the key of why it was not made anew, empty when nothing was wrong.
	Trouble string
}

// issuedAt is the certificate that an address names; it has answered when there is none.
func (c *Console) issuedAt(w http.ResponseWriter, r *http.Request) (issued, bool) {
	one, err := c.config.Reference.Certificate(chi.URLParam(r, "print"))
	if err != nil {
		misfit(w, err)
	}
	return issued{one}, err == nil
}

// certificate shows one certificate.
func (c *Console) certificate(w http.ResponseWriter, r *http.Request) {
	if one, ok := c.issuedAt(w, r); ok {
		c.show(w, "certificate", http.StatusOK, certificatePage{c.reference(r, "certificates"), one, ""})
	}
}

// roots hands the authorities to load in a gateway over.
func (c *Console) roots(w http.ResponseWriter, _ *http.Request) {
	hand(w, "roots.pem", "application/x-pem-file", c.config.Reference.Roots())
}

// certificateFile hands a certificate over: alone, with its authorities, or what its authority revoked.
func (c *Console) certificateFile(w http.ResponseWriter, r *http.Request) {
	one, ok := c.issuedAt(w, r)
	if !ok {
		return
	}
	name := fileName(one.Name)
	switch chi.URLParam(r, "file") {
	case "certificate.pem":
		hand(w, name+".pem", "application/x-pem-file", pki.CertificatesPEM([]*x509.Certificate{one.Certificate}))
	case "chain.pem":
		hand(w, name+"-chain.pem", "application/x-pem-file", []byte(one.PEM()))
	case "certificate.der":
		hand(w, name+".cer", "application/pkix-cert", one.Certificate.Raw)
	case "list.crl":
		raw, err := one.CRL()
		if err != nil {
			misfit(w, err)
			return
		}
		hand(w, name+".crl", "application/pkix-crl", raw)
	default:
		misfit(w, stand.ErrNotThere)
	}
}

// key hands the private key of the candidate's own organism over.
func (c *Console) key(w http.ResponseWriter, r *http.Request) {
	one, ok := c.issuedAt(w, r)
	if !ok {
		return
	}
	if one.Key == nil {
		misfit(w, stand.ErrNotThere)
		return
	}
	raw, err := one.Key()
	if err != nil {
		misfit(w, err)
		return
	}
	hand(w, fileName(one.Name)+".key", "application/x-pem-file", raw)
}

// fileName makes a name of the PKI one of a file.
func fileName(name string) string { return strings.NewReplacer("/", "-", "~", "-").Replace(name) }
