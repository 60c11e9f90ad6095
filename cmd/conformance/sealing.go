package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"etalon/internal/bench"
	"etalon/internal/campaign"
	"etalon/internal/pki"
	"etalon/internal/seal"
	"etalon/internal/timestamp"
)

// sealFlags say how an archive is signed, besides by whom.
type sealFlags struct {
	TSA       string `name:"tsa" placeholder:"URL" help:"${tsa}"`
	TSARoots  string `name:"tsa-roots" placeholder:"PEM" help:"${tsaroots}"`
	TSAPolicy string `name:"tsa-policy" placeholder:"OID" help:"${tsapolicy}"`
	Validity  int    `placeholder:"JOURS" default:"365" help:"${validity}"`
}

// maxValidity is ten years, in days.
const maxValidity = 3653

// sealing is how the archive of a run will be signed; wrong flags are refused before anything is played.
func (f sealFlags) sealing(ctx context.Context, signer seal.Signer) (campaign.Sealing, error) {
	sealing := campaign.Sealing{Signer: signer, Validity: f.Validity}
	if f.Validity < 1 || f.Validity > maxValidity {
		return sealing, hinted{fmt.Errorf("--validity %d: want from 1 to %d days", f.Validity, maxValidity), "--validity 365", exitUsage}
	}
	if f.TSA == "" {
		if f.TSARoots != "" || f.TSAPolicy != "" {
			return sealing, hinted{fmt.Errorf("--tsa-roots and --tsa-policy: of what authority? --tsa is missing"), "--tsa http://127.0.0.1:8550/", exitUsage}
		}
		return sealing, nil
	}
	client := timestamp.Client{URL: f.TSA, Policy: f.TSAPolicy, Random: bench.Entropy(), Now: time.Now, HTTP: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if err := client.Check(); err != nil {
		return sealing, hinted{err, "--tsa http://127.0.0.1:8550/", exitUsage}
	}
	if f.TSARoots != "" {
		roots, err := loadPool(f.TSARoots)
		if err != nil {
			return sealing, hinted{err, "--tsa-roots: PEM", exitUsage}
		}
		client.Roots = roots
	}
	sealing.Stamp = func(envelope []byte) ([]byte, error) { return client.Ask(ctx, envelope) }
	return sealing, nil
}

// again is the command that makes the archive of a finished run that has none.
func (f sealFlags) again(place, signKey string) string {
	line := "conformance resume " + place
	for _, o := range [][2]string{{"--sign-key", signKey}, {"--tsa", f.TSA}, {"--tsa-roots", f.TSARoots}} {
		if o[1] != "" {
			line += " " + o[0] + " " + o[1]
		}
	}
	return line
}

// loadPool reads authorities to trust.
func loadPool(path string) (*x509.CertPool, error) {
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
