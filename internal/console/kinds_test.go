package console_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/anatomy"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/interops"
	"etalon/internal/jws"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
	"etalon/internal/sso"
	"etalon/internal/store"
	"etalon/internal/verdict"
)

// testPKI is made once for the tests of exchanges.
var testPKI = sync.OnceValues(func() (*pki.Set, error) {
	return pki.New(pki.Options{Organisms: candidate.DefaultConvention().Organisms, Now: noon})
})

// sample makes exchanges of every kind, as partners of the default convention have them.
type sample struct {
	testing.TB
	set        *pki.Set
	convention *interops.Convention
	profile    *interops.Profile
}

func newSample(t testing.TB) sample {
	t.Helper()
	set, err := testPKI()
	if err != nil {
		t.Fatal(err)
	}
	return sample{t, set, candidate.DefaultConvention(), candidate.DefaultProfile("current")}
}

// knows gives a console what its partners know, and traces of any VI.
func (s sample) knows(c *console.Config) {
	c.Knowledge = func(string) []anatomy.Knowledge { return []anatomy.Knowledge{{}, s.knowledge()} }
	c.Traces = func(viID string) ([]interops.Trace, error) {
		return []interops.Trace{{Timestamp: "2026-11-22T12:00:00.000Z", Organisation: "organisme-fournisseur", Role: "fournisseur", Direction: interops.Reception,
			VIID: &viID, Decision: interops.Rejected, FaultCode: "vi:InvalidVI", PAGM: []string{"PAGM_<b>"}, RequestID: "req-1"}}, nil
	}
}

func (s sample) knowledge() anatomy.Knowledge {
	return anatomy.Knowledge{Convention: s.convention, Profile: s.profile, Roots: s.set.RootCertificates()}
}

func (s sample) credential(name string) pki.Credential {
	s.Helper()
	c, err := s.set.Credential(name)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// must is the result of what cannot fail here.
func (s sample) must(raw []byte, err error) []byte {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	return raw
}

// project is the first of a mode, with the VI of an agent.
func (s sample) project(mode interops.Mode) (interops.Project, interops.VI) {
	s.Helper()
	for _, p := range s.convention.Projects {
		if p.Mode == mode {
			user := interops.User{ID: "agent-0042", Format: interops.FormatUnspecified, AuthnInstant: noon.Add(-5 * time.Minute), Class: interops.ClassPPT, PAGM: []string{p.PAGM[0].Name}}
			return p, saml.VIFor(s.profile, s.convention, p, p.Services[0], user, "_vi-1", noon)
		}
	}
	s.Fatalf("no project of mode %s", mode)
	return interops.Project{}, interops.VI{}
}

// linked puts the certificates of a link on an exchange.
func (s sample) linked(x store.Exchange, peer, ours string) store.Exchange {
	x.At, x.Now, x.MS, x.Outcome, x.World = noon, noon, 12.5, store.Accepted, s.knowledge().World()
	x.TLS = &verdict.TLS{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: "partenaire.test", Peer: []string{"CN=pair"}, Ours: []string{"CN=nous"}}
	for to, name := range map[**store.Message]string{&x.PeerChain: peer, &x.OurChain: ours} {
		*to = &store.Message{Media: "application/pem-certificate-chain", Raw: pki.CertificatesPEM(s.credential(name).Chain)}
	}
	return x
}

// envelope is a message of mode A; fault changes it.
func (s sample) envelope(fault string) []byte {
	s.Helper()
	p, vi := s.project(interops.ModeA)
	d := soap.Draft{VI: vi, Profile: s.profile, Now: noon, Signer: s.credential(p.Client + "/signature"), Credential: s.set.Credential,
		Created: noon, Expires: noon.Add(5 * time.Minute), Body: []byte(`<m:Lire xmlns:m="urn:etalon:test:metier"><m:marque>0001</m:marque></m:Lire>`)}
	if m, known := mutation.ByName(fault); known {
		d.Hooks = m.Hooks(mutation.Honest{Now: noon, Profile: s.profile, Convention: s.convention, Project: p, Service: p.Services[0], Link: s.credential(p.Client + "/tls").Leaf()})
	}
	return s.must(d.Build())
}

// sent is a call that the partner made with a fault, beside its honest twin, and the fault of SOAP that answered it.
func (s sample) sent(fault string) store.Exchange {
	p, _ := s.project(interops.ModeA)
	x := s.linked(store.Exchange{
		Protocol: "SOAP", Role: "client", Mode: "A", Partner: p.Client, From: "partner", Peer: "CN=passerelle", Method: http.MethodPost, Target: "https://passerelle.test/service", Status: 500,
		Fault: fault, Request: &store.Message{Media: "text/xml", Head: "POST https://passerelle.test/service\nContent-Type: text/xml", Raw: s.envelope(fault)},
	}, p.Provider+"/tls", p.Client+"/tls")
	x.Outcome = store.Refused
	x.Twin = &store.Message{Media: "text/xml", Head: x.Request.Head, Raw: s.envelope("")}
	refused := soap.FaultFor([]verdict.Finding{{Requirement: "V10", Rule: "audience-other"}})
	x.Response = &store.Message{Media: "text/xml", Head: "Content-Type: text/xml", Raw: refused.Bytes()}
	return x
}

// posted is a Response that came in a form.
func (s sample) posted() store.Exchange {
	p, vi := s.project(interops.ModeP)
	d := sso.Draft{VI: vi, ID: "_r", Destination: "https://service.test/acs", Signer: s.credential(p.Client + "/signature"), Profile: s.profile, Now: noon, Credential: s.set.Credential}
	form := sso.ResponseForm(s.must(d.Build()), "https://service.test/app")
	return s.linked(store.Exchange{
		Protocol: "HTTP", Role: "fournisseur", Mode: "P", Partner: p.Provider, From: "peer", Peer: "CN=portail", Method: http.MethodPost, Target: "/acs", Status: 303,
		Request:  &store.Message{Media: "application/x-www-form-urlencoded", Head: "POST /acs\nContent-Type: application/x-www-form-urlencoded", Raw: []byte(form.Encode())},
		Response: &store.Message{Media: "text/html", Raw: []byte("<!doctype html><title>ok</title><script>alert(1)</script>")},
	}, p.Client+"/tls", p.Provider+"/tls")
}

// redirected is a request for a login in an address, which asks to be compressed.
func (s sample) redirected() store.Exchange {
	signer := s.credential("organisme-fournisseur/signature")
	out, err := sso.AuthnRequest{ID: "_q", Issuer: "urn:service", Destination: "https://oa.test/sso", ACS: "https://service.test/acs", IssueInstant: noon}.Send(
		sso.Sending{Binding: sso.BindingRedirect, RelayState: "/app", Signer: &signer})
	if err != nil {
		s.Fatal(err)
	}
	u := strings.TrimPrefix(out.URL(), "https://oa.test")
	return s.linked(store.Exchange{
		Protocol: "HTTP", Role: "operateur-service", Mode: "S", Partner: "organisme-fournisseur", From: "peer", Peer: "127.0.0.1", Method: http.MethodGet, Target: u, Status: 200,
		Request: &store.Message{Head: "GET " + u},
	}, "organisme-client/tls", "organisme-fournisseur/tls")
}

// tokens is an answer in JSON that bears tokens, the first signed by the certificate that it brings along.
func (s sample) tokens() store.Exchange {
	signer := s.credential("organisme-client/signature")
	claims := s.must(json.Marshal(map[string]any{"iss": "https://psc.test", "exp": noon.Add(2 * time.Minute).Unix(), "iat": noon.Unix(), "sub": "<b>agent</b>"}))
	write := func(header map[string]any, sign jws.Sign) string {
		token, err := jws.Compact(header, claims, sign)
		if err != nil {
			s.Fatal(err)
		}
		return token
	}
	x5c := []string{base64.StdEncoding.EncodeToString(signer.Leaf().Raw)}
	body := s.must(json.Marshal(map[string]any{
		"access_token": write(map[string]any{"alg": "RS256", "x5c": x5c}, jws.ByRSA(signer.Key)),
		"id_token":     write(map[string]any{"alg": "none"}, jws.Unsigned),
	}))
	return s.linked(store.Exchange{
		Protocol: "HTTP", Role: "service-psc", Mode: "-", Partner: "Pro Santé Connect", From: "peer", Peer: "CN=service", Method: http.MethodPost, Target: "/token", Status: 200,
		Request:  &store.Message{Media: "application/x-www-form-urlencoded", Head: "POST /token", Raw: []byte("grant_type=authorization_code&code=%3Cscript%3E")},
		Response: &store.Message{Media: "application/json", Raw: body},
	}, "organisme-client/tls", "organisme-fournisseur/tls")
}

// spoken is a dialogue of a mail program.
func (s sample) spoken() store.Exchange {
	return s.linked(store.Exchange{
		Protocol: "IMAP", Role: "mss-imap", Mode: "-", Partner: "operateur", From: "peer", Peer: "lps", Method: "", Target: "", Status: 0,
		Request: &store.Message{Media: "text/plain", Raw: []byte("S: * OK bonjour\r\nC: A1 STARTTLS\r\nS: A1 OK\r\nC*: A2 AUTHENTICATE XOAUTH2\r\nS*: A2 NO <script>\r\n")},
	}, "organisme-client/tls", "organisme-fournisseur/tls")
}
