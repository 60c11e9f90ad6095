package pki_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/pki"
)

var now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

func day(y, m, d int) interops.Date {
	return interops.Date{Time: time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)}
}

// organisms are two parties; caf has two links and a signature identity that was cut off.
var organisms = []interops.Organism{
	{
		Name: "caf",
		TLS: []interops.Identity{
			{Subject: "CN=*.caf.test,OU=TEST,O=CAF TEST,C=FR"},
			{Subject: "CN=secours.caf.test,O=CAF TEST,C=FR"},
		},
		Signature: []interops.Identity{
			{Subject: "CN=CAF cachet 2024,O=CAF TEST,C=FR", Until: day(2026, 6, 1)},
			{Subject: `CN=CAF cachet,O=CAF\, TEST,C=FR`},
		},
	},
	{
		Name:      "cnav",
		TLS:       []interops.Identity{{Subject: "CN=gw.cnav.test,O=CNAV TEST,C=FR"}},
		Signature: []interops.Identity{{Subject: "CN=CNAV cachet,O=CNAV TEST,C=FR"}},
	},
}

func identities(org, kind string) []interops.Identity {
	for _, o := range organisms {
		if o.Name == org && kind == "tls" {
			return o.TLS
		}
		if o.Name == org {
			return o.Signature
		}
	}
	return nil
}

// newSet makes a Set whose revocation data are served until the test ends.
func newSet(t testing.TB) *pki.Set {
	t.Helper()
	set, _ := newServedSet(t)
	return set
}

func newServedSet(t testing.TB) (*pki.Set, string) {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	set, err := pki.New(pki.Options{Organisms: organisms, Now: now, Revocation: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	handler = set.Handler()
	return set, server.URL
}

func credential(t testing.TB, set *pki.Set, name string) pki.Credential {
	t.Helper()
	c, err := set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func trust(set *pki.Set) *pki.Trust {
	return &pki.Trust{Roots: set.RootCertificates(), Revocation: &pki.Checker{}}
}

func kinds(troubles []pki.PathError) []pki.PathKind {
	out := []pki.PathKind{}
	for _, e := range troubles {
		out = append(out, e.Kind)
	}
	return out
}

func clock() time.Time { return now }

func leafOnly(c pki.Credential) []*x509.Certificate { return c.Chain[:1] }
