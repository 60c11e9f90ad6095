package psc_test

import (
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"etalon/internal/oidc"
	"etalon/stubs/psc"
)

func TestClientsMayProveThemselvesByCertificate(t *testing.T) {
	r := start(t, func(c *psc.Config) {
		c.Clients = psc.Clients()
		c.Clients[0].MutualTLS = true
	})
	token := r.mint(psc.Order{}).Token
	ask := func(credential, id string) int {
		t.Helper()
		request, err := http.NewRequest(http.MethodPost, r.Discovery().Introspection, strings.NewReader(url.Values{"token": {token}, "client_id": {id}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		g, err := r.do(r.browser(credential), request)
		if err != nil {
			t.Fatal(err)
		}
		return g.status
	}
	for _, c := range []struct {
		credential, id string
		want           int
	}{
		{psc.OperatorOrganism + "/tls", psc.OperatorClient, 200},
		{psc.VendorOrganism + "/tls", psc.MailClient, 200},
		{psc.VendorOrganism + "/tls", psc.OperatorClient, 401}, // another's certificate
		{psc.OperatorOrganism + "/tls", "inconnu", 401},
		{psc.OperatorOrganism + "/tls", "", 401},
		{"", psc.OperatorClient, 401},
		{psc.OperatorOrganism + "/tls~expired", psc.OperatorClient, 401},
		{psc.OperatorOrganism + "/tls~revoked", psc.OperatorClient, 401},
		{psc.OperatorOrganism + "/tls~unknown-ca", psc.OperatorClient, 401},
		{psc.OperatorOrganism + "/tls~self-signed", psc.OperatorClient, 401},
		{psc.OperatorOrganism + "/tls~server-auth-only", psc.OperatorClient, 401},
	} {
		if got := ask(c.credential, c.id); got != c.want {
			t.Errorf("%s as %q: %d, want %d", c.credential, c.id, got, c.want)
		}
	}
	if g := r.introspect(token); g.status != 401 {
		t.Errorf("the secret, where mutual TLS is wanted: %d", g.status)
	}
	seen := r.Asked(psc.EndpointIntrospection, token)
	if first, last := seen[0], seen[len(seen)-1]; first.Auth != oidc.AuthTLS || !strings.Contains(first.Certificate, "TEST OPERATEUR MSSANTE") || last.Auth != oidc.AuthBasic || last.Status != 401 {
		t.Errorf("the journal tells of %+v and %+v", first, last)
	}
}

// TestFacesOfTheLink plays the faults of the link, seen by who verifies it and by who does not.
func TestFacesOfTheLink(t *testing.T) {
	r := start(t)
	address := r.Discovery().JWKS
	verifying := func() error {
		config := r.world.Set.Roots()
		transport := &http.Transport{DisableKeepAlives: true}
		transport.TLSClientConfig = tlsOf(config)
		answer, err := (&http.Client{Transport: transport}).Get(address)
		if err == nil {
			answer.Body.Close()
		}
		return err
	}
	if err := verifying(); err != nil {
		t.Fatal(err)
	}
	for variant, noticed := range map[string]func(error) bool{
		"self-signed": func(err error) bool { return errors.As(err, &x509.UnknownAuthorityError{}) },
		"wrong-host":  func(err error) bool { return errors.As(err, &x509.HostnameError{}) },
		"expired": func(err error) bool {
			invalid := x509.CertificateInvalidError{}
			return errors.As(err, &invalid) && invalid.Reason == x509.Expired
		},
	} {
		if err := r.Behave(oidc.Conduct{Link: variant}); err != nil {
			t.Fatal(err)
		}
		if err := verifying(); !noticed(err) {
			t.Errorf("%s: %v", variant, err)
		}
		if g := r.get(address, nil); g.status != 200 {
			t.Errorf("%s, to who does not look: %d", variant, g.status)
		}
	}
	if err := r.Behave(oidc.Conduct{Down: true}); err != nil {
		t.Fatal(err)
	}
	if err := verifying(); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("down: %v", err)
	}
	if err := r.Behave(oidc.Conduct{JWKS: 503}); err != nil {
		t.Fatal(err)
	}
	if g := r.get(address, nil); g.status != 503 || r.introspect("x").status != 200 {
		t.Errorf("keys out of reach: %d", g.status)
	}
	for _, wrong := range []oidc.Conduct{{Link: "autre"}, {JWKS: 200}} {
		if r.Behave(wrong) == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
	if err := r.Recover(); err != nil {
		t.Fatal(err)
	}
	if err := verifying(); err != nil {
		t.Error(err)
	}
}

func TestStartRefuses(t *testing.T) {
	w := shared.World(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	person := psc.Persons()[0]
	broken := errors.New("plus d'entropie")
	for name, change := range map[string]func(*psc.Config){
		"an unknown credential": func(c *psc.Config) { c.Credential = "psc/autre" },
		"a taken address":       func(c *psc.Config) { c.Listen = taken.Addr().String() },
		"a taken desk":          func(c *psc.Config) { c.Manage = taken.Addr().String() },
		"a person twice":        func(c *psc.Config) { c.Persons = []psc.Person{person, person} },
		"a person's secret":     func(c *psc.Config) { c.Persons = []psc.Person{{Professional: person.Professional}} },
		"a client without any":  func(c *psc.Config) { c.Clients = []psc.Client{{ID: "a"}} },
		"mutual TLS of nobody":  func(c *psc.Config) { c.Clients = []psc.Client{{ID: "a", Secret: "s", MutualTLS: true}} },
		"a seal of nothing":     func(c *psc.Config) { c.Clients = []psc.Client{{ID: "a", Subject: "CN=a", Sealed: true}} },
		"a subject":             func(c *psc.Config) { c.Clients = []psc.Client{{ID: "a", Subject: "pas un nom"}} },
		"a client twice":        func(c *psc.Config) { c.Clients = []psc.Client{{ID: "a", Secret: "s"}, {ID: "a", Secret: "s"}} },
		"a clear redirect": func(c *psc.Config) {
			c.Clients = []psc.Client{{ID: "a", Secret: "s", Redirects: []string{"http://lps.test/"}}}
		},
		"a life below zero": func(c *psc.Config) { c.Lifetimes.Code = -1 },
	} {
		c := psc.Config{Bench: w.Bench(t), NewKey: pooled()}
		change(&c)
		if s, err := psc.Start(c); err == nil {
			t.Errorf("%s: started", name)
			_ = s.Close()
		}
	}
	if _, err := psc.Start(psc.Config{Bench: w.Bench(t), NewKey: failing(broken)}); !errors.Is(err, broken) {
		t.Errorf("without keys: %v", err)
	}
}
