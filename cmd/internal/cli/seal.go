package cli

import (
	"crypto/x509"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/pki"
	"etalon/internal/timestamp"
	"etalon/internal/verdict"
)

// SealFlags say how archives are signed, besides by whom: the same in the two programs.
type SealFlags struct {
	TSA       string `name:"tsa" placeholder:"URL" help:"${tsa}"`
	TSARoots  string `name:"tsa-roots" placeholder:"PEM" help:"${tsaroots}"`
	TSAPolicy string `name:"tsa-policy" placeholder:"OID" help:"${tsapolicy}"`
	Validity  int    `placeholder:"JOURS" default:"365" help:"${validity}"`
}

// sealWords are the sentences of those flags.
var sealWords = Words{
	"tsa":       {"Autorité d'horodatage (RFC 3161) qui atteste l'instant de la signature.", "Time authority (RFC 3161) that attests the instant of the signature."},
	"tsaroots":  {"Autorités auxquelles son certificat doit mener (PEM).", "Authorities that its certificate must lead to (PEM)."},
	"tsapolicy": {"Politique d'horodatage exigée, par son identifiant d'objet.", "Time-stamping policy wanted, by its object identifier."},
	"validity":  {"Jours pendant lesquels l'attestation vaut.", "Days for which the attestation holds."},
}

// maxValidity is ten years, in days.
const maxValidity = 3653

// Authority is the time authority that the flags name, nil where they name none: nothing is asked yet. Wrong flags are an error, with
// what mends them.
func (f SealFlags) Authority() (stamp campaign.Stamper, hint string, err error) {
	if f.Validity < 1 || f.Validity > maxValidity {
		return nil, "--validity 365", verdict.Tell("--validity %d : attendu de 1 à %d jours", "--validity %d: want from 1 to %d days", f.Validity, maxValidity)
	}
	if f.TSA == "" {
		if f.TSARoots != "" || f.TSAPolicy != "" {
			return nil, "--tsa http://127.0.0.1:8550/", verdict.Tell("--tsa-roots et --tsa-policy : de quelle autorité ? il manque --tsa", "--tsa-roots and --tsa-policy: of what authority? --tsa is missing")
		}
		return nil, "", nil
	}
	client := timestamp.Client{URL: f.TSA, Policy: f.TSAPolicy, Random: bench.Entropy(), Now: bench.Wall, HTTP: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if err := client.Check(); err != nil {
		return nil, "--tsa http://127.0.0.1:8550/", err
	}
	if f.TSARoots != "" {
		if client.Roots, err = LoadPool(f.TSARoots); err != nil {
			return nil, "--tsa-roots: PEM", err
		}
	}
	return client.Ask, "", nil
}

// LoadPool reads authorities to trust.
func LoadPool(path string) (*x509.CertPool, error) {
	all, err := pki.LoadCertificates(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, c := range all {
		pool.AddCert(c)
	}
	return pool, nil
}
