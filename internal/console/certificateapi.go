package console

import (
	"net/http"
	"time"

	"etalon/internal/stand"
)

// toldCertificate is a certificate as the API tells it.
type toldCertificate struct {
	Print     string     `json:"sha256"`
	Name      string     `json:"name"`
	Organism  string     `json:"organism,omitempty"`
	Use       stand.Use  `json:"use"`
	Family    string     `json:"family"` // convention or mssante
	Subject   string     `json:"subject"`
	Issuer    string     `json:"issuer"`
	Serial    string     `json:"serial"` // hexadecimal
	NotBefore time.Time  `json:"not_before"`
	NotAfter  time.Time  `json:"not_after"`
	Names     string     `json:"names,omitempty"`
	Key       string     `json:"key"`
	State     string     `json:"state"` // valid, former or revoked
	Revoked   *time.Time `json:"revoked,omitempty"`
	Played    bool       `json:"played"`
	CRL       []string   `json:"crl,omitempty"`
	OCSP      []string   `json:"ocsp,omitempty"`
	PEM       string     `json:"pem"` // with the authorities above it, the root left out
}

// told is a certificate as the API tells it.
func (i issued) told() toldCertificate {
	t := toldCertificate{
		Print: i.Print, Name: i.Name, Organism: i.Organism, Use: i.Use, Family: i.Family, Subject: i.Subject(), Issuer: i.Issuer(), Serial: i.Serial(),
		NotBefore: i.Certificate.NotBefore, NotAfter: i.Certificate.NotAfter, Names: i.Names(), Key: i.Strength(), State: i.State(), Played: i.Played,
		CRL: i.Certificate.CRLDistributionPoints, OCSP: i.Certificate.OCSPServer, PEM: i.PEM(),
	}
	if !i.Revoked.IsZero() {
		t.Revoked = &i.Revoked
	}
	return t
}

// apiCertificates tells the certificates in use.
func (c *Console) apiCertificates(w http.ResponseWriter, r *http.Request) {
	words, ok := wordsOf(w, r)
	if !ok {
		return
	}
	all, err := c.config.Reference.Certificates()
	if err != nil {
		misfit(w, err)
		return
	}
	told := struct {
		Certificates []toldCertificate `json:"certificates"`
		Total        int               `json:"total"`
		Roots        string            `json:"roots"`
	}{[]toldCertificate{}, len(all), string(c.config.Reference.Roots())}
	for _, one := range all {
		if i := (issued{one}); i.bears(words) {
			told.Certificates = append(told.Certificates, i.told())
		}
	}
	answer(w, http.StatusOK, told)
}

// apiCertificate tells one certificate.
func (c *Console) apiCertificate(w http.ResponseWriter, r *http.Request) {
	if one, ok := c.issuedAt(w, r); ok {
		answer(w, http.StatusOK, one.told())
	}
}
