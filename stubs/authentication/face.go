package authentication

import (
	"errors"
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pki"
)

// errNoCertificate tells that a partner called on the back channel without showing who it is.
var errNoCertificate = errors.New("open back channel: no client certificate")

// partner judges who opened a back channel: the certificate is sound, and the convention lists it for the organism that
// the message names (T01, T06).
func (o *Operator) partner(r *http.Request, organism interops.Organism) error {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return errNoCertificate
	}
	chain := r.TLS.PeerCertificates
	var errs []error
	for _, trouble := range o.trust.Verify(chain, pki.UsageClient, bench.Wall()) {
		errs = append(errs, trouble)
	}
	if !pki.Listed(organism.TLS, chain[0], o.now()) {
		errs = append(errs, fmt.Errorf("open back channel: %q is not listed for %s", pki.Subject(chain[0]), organism.Name))
	}
	return errors.Join(errs...)
}
