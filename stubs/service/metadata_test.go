package service_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/pki"
	"etalon/internal/sso"
	"etalon/stubs/service"
)

// S15, S16: signed metadata make an operator known; others change nothing.
func TestSphereMetadata(t *testing.T) {
	r := newSphere(t, nil, func(c *service.Config) { c.Operators = nil })
	for name, raw := range metadataOf(t, r) {
		if name == "honest" {
			continue
		}
		found, err := r.service.Register(raw)
		if err == nil || len(found) == 0 || found[0].Requirement != "S16" {
			t.Errorf("%s: %v %v", name, err, found)
		}
		if got := r.visit(r.service.Discovery("")); got.status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if found, err := r.service.Register(metadataOf(t, r)["honest"]); err != nil {
		t.Fatalf("%v %v", err, found)
	}
	if got := r.visit(r.service.Discovery("") + "?operator=" + operatorName); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), r.operators[operatorName].SSO) {
		t.Errorf("%d %s", got.status, got.header.Get("Location"))
	}
	own := r.visit(gate + "/metadata")
	judged := sso.VerifyMetadata([]byte(own.body), memberName, sso.Circle{
		Convention: r.Convention.Settled(), Profile: r.bench.Profile, Now: r.Now,
		Trust: func(chain []*x509.Certificate, _ time.Time) []pki.PathError {
			return (&pki.Trust{Roots: r.Set.RootCertificates()}).Verify(chain, pki.UsageSignature, bench.Wall())
		},
	})
	if !judged.Trusted || !judged.SP || len(judged.ACS) != 2 || len(judged.SLO) != 3 {
		t.Errorf("%+v", judged.Findings)
	}
}

// metadataOf are the metadata of the operator: honest, unsigned, over, and with the key of an attacker.
func metadataOf(t testing.TB, r *sphereRig) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for name, signer := range map[string]string{"honest": operatorName + "/signature", "unsigned": "", "expired": operatorName + "/signature", "attacker": "organisme-exterieur/signature"} {
		o := r.operators[operatorName]
		m := sso.Metadata{
			ID: "_m-" + name, EntityID: organism(r.world, operatorName).Issuer, ValidUntil: r.Now.Add(time.Hour), IDP: true,
			SSO: []sso.Endpoint{{Binding: sso.BindingRedirect, Location: o.SSO}}, SLO: []sso.Endpoint{{Binding: sso.BindingRedirect, Location: o.Logout}}, Keys: o.Keys,
		}
		if name == "expired" {
			m.ValidUntil = r.Now.Add(-time.Hour)
		}
		s := sso.Sending{Now: r.Now}
		if signer != "" {
			key, err := r.Set.Credential(signer)
			if err != nil {
				t.Fatal(err)
			}
			if s.Signer = &key; name == "attacker" {
				m.Keys = [][]*x509.Certificate{key.Chain}
			}
		}
		raw, err := m.Build(s)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = raw
	}
	return all
}

// S15, S16: a harness in another process brings metadata.
func TestSphereManagement(t *testing.T) {
	r := newSphere(t, nil, func(c *service.Config) { c.Operators = nil })
	all := metadataOf(t, r)
	for _, c := range []struct {
		raw, from string
		status    int
	}{
		{string(all["unsigned"]), "127.0.0.1:1", 422}, {string(all["honest"]), "192.0.2.1:1", 403}, {strings.Repeat("x", 1<<20), "127.0.0.1:1", 422},
		{string(all["honest"]), "127.0.0.1:1", 204},
	} {
		req := httptest.NewRequest("POST", "http://127.0.0.1:9/metadata", strings.NewReader(c.raw))
		req.RemoteAddr = c.from
		w := httptest.NewRecorder()
		if r.service.ManagementHandler().ServeHTTP(w, req); w.Code != c.status {
			t.Errorf("%.20s from %s: %d %s", c.raw, c.from, w.Code, w.Body)
		}
	}
}
