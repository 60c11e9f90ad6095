package mutation_test

import (
	"cmp"
	"crypto/tls"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/soap"
	"etalon/internal/verdict"
)

func isHonest(c mutation.Conduct) bool { return reflect.ValueOf(c).IsZero() }

func conducts() []mutation.Mutation {
	return slices.DeleteFunc(mutation.Catalogue(), func(m mutation.Mutation) bool { return m.Moment() != "conduct" })
}

func TestConductsDiffer(t *testing.T) {
	var seen []mutation.Conduct
	for _, m := range conducts() {
		c := m.Behaviour(stageFor(t, m).honest)
		if slices.ContainsFunc(seen, func(other mutation.Conduct) bool { return reflect.DeepEqual(c, other) }) {
			t.Errorf("%s does what another fault does: %+v", m.Name, c)
		}
		seen = append(seen, c)
	}
}

// troubles says what a sound peer finds wrong with the certificates of each requirement.
var troubles = map[string][]pki.PathKind{
	"T01": {pki.PathUnknownAuthority, pki.PathExpired, pki.PathNotYetValid, pki.PathRevoked},
	"T02": {pki.PathSelfSigned, pki.PathUnknownAuthority, pki.PathExpired, pki.PathRevoked, pki.PathName},
	"T04": {pki.PathUsage, pki.PathCA},
	"T05": {pki.PathWeakKey, pki.PathWeakDigest},
	"T08": {pki.PathRevocationStale, pki.PathRevocationUnreachable},
}

// TestCertificatesAreRefused presents every bad certificate of the TLS faults to a sound judge.
func TestCertificatesAreRefused(t *testing.T) {
	for _, m := range conducts() {
		s := stageFor(t, m)
		c := m.Behaviour(s.honest)
		presented, usage, owner := c.ClientCertificate, pki.UsageClient, "client"
		if c.ServerCertificate != "" {
			presented, usage, owner = c.ServerCertificate, pki.UsageServer, "fournisseur"
		}
		if presented == "" || presented == mutation.Absent {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			chain := credential(t, owner+"/"+presented).Chain
			found := trust().Verify(chain, usage, now)
			if usage == pki.UsageServer {
				found = trust().VerifyServer(chain, "localhost", now)
			}
			organism, _ := s.honest.Convention.Organism(owner)
			if m.Name == "tls-client-certificate-unlisted" {
				if len(found) > 0 || pki.Listed(organism.TLS, chain[0], now) {
					t.Errorf("want a trusted certificate that is not listed; troubles %v", found)
				}
				return
			}
			if len(found) != 1 || !slices.Contains(troubles[m.Violates], found[0].Kind) {
				t.Errorf("troubles %v, want one of %v", found, troubles[m.Violates])
			}
			if m.Violates != "T02" && !pki.Listed(organism.TLS, chain[0], now) {
				t.Errorf("%s is not listed: the certificate has two faults", pki.Subject(chain[0]))
			}
		})
	}
}

// TestImpostorsAreWhoTheyShouldBe checks the organisms that play another's part.
func TestImpostorsAreWhoTheyShouldBe(t *testing.T) {
	tests := map[string]mutation.Conduct{
		"vi-issuer-without-project":      {Organism: "oisif"},
		"project-reversed":               {Organism: "partenaire"},
		"vi-issuer-member-without-role":  {Organism: "membre"},
		"vi-issuer-former-member":        {Organism: "ancien"},
		"vi-issuer-pending-member":       {Organism: "attente"},
		"tls-identity-of-other-organism": {LinkOrganism: "tiers", Header: http.Header{}},
		"vi-onetimeuse-replayed":         {Replay: &mutation.Replay{OneTimeUse: true}},
		"vi-replayed-other-tls-identity": {Replay: &mutation.Replay{ClientCertificate: "tls-2"}},
	}
	for name, want := range tests {
		m, ok := mutation.ByName(name)
		if !ok {
			t.Fatalf("no fault %s", name)
		}
		want.Fault = name
		if got := m.Behaviour(stageFor(t, m).honest); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	second := credential(t, "client/tls-2")
	client, _ := convention().Organism("client")
	if !pki.Listed(client.TLS, second.Leaf(), now) || len(trust().Verify(second.Chain, pki.UsageClient, now)) > 0 {
		t.Error("the second TLS identity must be a good one: the replay alone is the fault")
	}
}

// TestConductsAreNoticed has the verifier judge what a conduct makes of an exchange, where it can tell.
func TestConductsAreNoticed(t *testing.T) {
	noticed := []string{
		"vi-issuer-without-project", "project-reversed", "tls-identity-of-other-organism", "tls-identity-spoofed-header",
		"vi-in-query-string", "http-method-get", "http-content-type-wrong", "soap-version-12",
	}
	for _, name := range noticed {
		t.Run(name, func(t *testing.T) {
			m, _ := mutation.ByName(name)
			s := stageFor(t, m)
			c := m.Behaviour(s.honest)
			findings := soap.Verify(s.play(t, c), s.expect).Findings
			if !slices.ContainsFunc(findings, func(f verdict.Finding) bool { return f.Requirement == m.Violates }) {
				t.Errorf("the verifier names %v, want %s among them", named(findings), m.Violates)
			}
		})
	}
}

// play makes the exchange as the client of the conduct would, and tells the stage who opened the link.
func (s *stage) play(t *testing.T, c mutation.Conduct) soap.Incoming {
	t.Helper()
	s.draft.SOAP = c.SOAP
	player := cmp.Or(c.Organism, "client")
	organism, _ := s.honest.Convention.Organism(player)
	s.draft.VI.Issuer, s.draft.Signer = organism.Issuer, credential(t, player+"/signature")
	s.expect.TLSPeer = credential(t, cmp.Or(c.LinkOrganism, player)+"/tls").Leaf()
	in := soap.Incoming{
		Method: cmp.Or(c.Method, http.MethodPost), ContentType: cmp.Or(c.ContentType, "text/xml; charset=utf-8"), Raw: s.honestBytes(t),
	}
	if c.VIInQuery {
		in.Query = url.Values{"VI": {base64.RawURLEncoding.EncodeToString(alone(t, in.Raw))}}
	}
	return in
}

// TestSpoofedHeadersNameTheClient checks that every usual header is tried, alone and with the others.
func TestSpoofedHeadersNameTheClient(t *testing.T) {
	usual := []string{
		"X-SSL-Client-S-DN", "X-SSL-Client-DN", "X-SSL-Client-Cert", "X-SSL-Client-Verify", "SSL_CLIENT_S_DN", "X-Forwarded-Client-Cert",
	}
	m, _ := mutation.ByName("tls-identity-spoofed-header")
	s := stageFor(t, m)
	all := m.Behaviour(s.honest)
	if all.LinkOrganism != "tiers" || len(all.Header) != len(usual) {
		t.Errorf("%+v: want the third organism with %d headers", all, len(usual))
	}
	for _, header := range usual {
		name := "tls-identity-spoofed-" + strings.ToLower(strings.ReplaceAll(header, "_", "-"))
		one, ok := mutation.ByName(name)
		if !ok {
			t.Errorf("no fault %s", name)
			continue
		}
		c := one.Behaviour(s.honest)
		if !reflect.DeepEqual(c.Header[header], all.Header[header]) || len(c.Header) != 1 || len(c.Header[header]) != 1 {
			t.Errorf("%s: headers %v, want %s alone, as in %v", name, c.Header, header, all.Header)
		}
		if value := c.Header[header][0]; header != "X-SSL-Client-Verify" && !strings.Contains(value, "CERTIFICATE") && !strings.Contains(value, "CN=lien") {
			t.Errorf("%s: %q does not name the client", name, value)
		}
	}
	s.honest.Link = nil
	if c := m.Behaviour(s.honest); strings.Join(map[string][]string(c.Header)["X-SSL-Client-S-DN"], "") != "CN=lien,O=TEST client,C=FR" {
		t.Errorf("without a certificate, the header says %q", strings.Join(map[string][]string(c.Header)["X-SSL-Client-S-DN"], ""))
	}
}

// TestOldVersionsAndSuites checks that nothing sound is offered beside what must be refused.
func TestOldVersionsAndSuites(t *testing.T) {
	for _, m := range conducts() {
		if m.Violates != "T03" {
			continue
		}
		c := m.Behaviour(stageFor(t, m).honest)
		sound := slices.ContainsFunc(tls.CipherSuites(), func(s *tls.CipherSuite) bool {
			return slices.Contains(c.Suites, s.ID) || c.Hello != nil && c.Hello.Version == tls.VersionTLS12 && slices.Contains(c.Hello.Suites, s.ID)
		})
		if sound {
			t.Errorf("%s offers a sound suite: %+v", m.Name, c)
		}
		if c.Hello == nil {
			if c.MaxTLS == 0 || c.MaxTLS >= tls.VersionTLS12 || c.MinTLS != c.MaxTLS {
				t.Errorf("%s speaks TLS %#x to %#x", m.Name, c.MinTLS, c.MaxTLS)
			}
			continue
		}
		if len(c.Hello.Suites) == 0 || c.Hello.Version > tls.VersionTLS12 {
			t.Errorf("%s says hello with %+v", m.Name, *c.Hello)
		}
	}
}

// TestWeakSuitesAreServed checks that crypto/tls still agrees on the suites that a faulty provider must offer.
func TestWeakSuitesAreServed(t *testing.T) {
	m, _ := mutation.ByName("tls-suite-weak")
	c := m.Behaviour(stageFor(t, m).honest)
	server, client := net.Pipe()
	defer server.Close()
	defer client.Close()
	go tls.Server(server, &tls.Config{
		Certificates: []tls.Certificate{credential(t, "fournisseur/tls").TLS()},
		MinVersion:   c.MinTLS, MaxVersion: c.MaxTLS, CipherSuites: c.Suites,
	}).Handshake()
	lax := tls.Client(client, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: c.Suites})
	if err := lax.Handshake(); err != nil {
		t.Fatalf("a lax client cannot connect: %v", err)
	}
	if suite := lax.ConnectionState().CipherSuite; !slices.Contains(c.Suites, suite) {
		t.Errorf("suite %s", tls.CipherSuiteName(suite))
	}
}

// TestAnswersSayOneThing checks the answers of a faulty provider.
func TestAnswersSayOneThing(t *testing.T) {
	for _, m := range conducts() {
		a := m.Behaviour(stageFor(t, m).honest).Answer
		if a == nil {
			continue
		}
		if !slices.Equal(m.Roles, []string{mutation.Client}) {
			t.Errorf("%s is an answer and tests %v", m.Name, m.Roles)
		}
		said := 0
		for _, set := range []bool{a.Fault.Local != "", a.Business, a.Body != nil, a.Redirect, a.Close} {
			if set {
				said++
			}
		}
		if said > 1 {
			t.Errorf("%s says %d things at once", m.Name, said)
		}
		if (a.Fault.Local == "") != (a.FaultText == "") || (a.Fault.Local == "") != (a.Fault.Space == "") {
			t.Errorf("%s: fault %v, text %q", m.Name, a.Fault, a.FaultText)
		}
		if a.Redirect && (a.Status < 300 || a.Status > 399) {
			t.Errorf("%s redirects with status %d", m.Name, a.Status)
		}
	}
}
