package sso_test

import (
	"encoding/pem"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	schema "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/sso"
)

// xmlsec1 verifies the signature of an element, by namespace and name, with the signer's key, and tells whether it
// holds.
func xmlsec1(t *testing.T, raw []byte, signer pki.Credential, space, name string) bool {
	t.Helper()
	benchtest.Needs(t, "xmlsec1")
	message, certificate := filepath.Join(t.TempDir(), "m.xml"), filepath.Join(t.TempDir(), "c.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signer.Leaf().Raw})
	for path, content := range map[string][]byte{message: raw, certificate: block} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("xmlsec1", "--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", certificate,
		"--id-attr:ID", space+":"+name, "--node-xpath", "//*[local-name()='"+name+"']/*[local-name()='Signature']", message).CombinedOutput()
	t.Logf("xmlsec1: %s", out)
	return err == nil
}

func TestXmlsec1AgreesOnEveryMessage(t *testing.T) {
	sent := func(o sso.Outgoing, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return o.XML
	}
	for _, kind := range []string{"signature", "signature-ec"} {
		msa, caf, cnav := "msa/"+kind, "caf/"+kind, "cnav/"+kind
		response := signedDraft(t)
		response.Signer = credential(t, msa)
		signer := credential(t, msa)
		response.ResponseSigner = &signer
		both := build(t, response)
		described, err := metadata(t).Build(sending(t, "", msa))
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			raw                 []byte
			signer, space, root string
			from, to            string
		}{
			"VI":             {both, msa, saml.Namespace20, "Assertion", "agent-0042", "agent-0043"},
			"Response":       {both, msa, sso.NamespaceProtocol, "Response", acs, acs + "2"},
			"AuthnRequest":   {sent(authnRequest().Send(sending(t, sso.BindingPOST, caf))), caf, sso.NamespaceProtocol, "AuthnRequest", acs, acs + "2"},
			"LogoutRequest":  {sent(logoutRequest().Send(sending(t, sso.BindingSOAP, caf))), caf, sso.NamespaceProtocol, "LogoutRequest", "agent-0042", "agent-0043"},
			"LogoutResponse": {sent(logoutResponse().Send(sending(t, sso.BindingPOST, msa))), msa, sso.NamespaceProtocol, "LogoutResponse", "PartialLogout", "Success"},
			"metadata":       {described, msa, sso.NamespaceMetadata, "EntityDescriptor", sloURL, sloURL + "2"},
			"context token":  {buildContext(t, contextDraft(t, cnav)), cnav, saml.Namespace20, "Assertion", "assuré-7", "assuré-8"},
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				key := credential(t, c.signer)
				if !xmlsec1(t, c.raw, key, c.space, c.root) {
					t.Errorf("xmlsec1 refuses\n%s", c.raw)
				}
				altered := strings.Replace(string(c.raw), c.from, c.to, 1)
				if altered == string(c.raw) || xmlsec1(t, []byte(altered), key, c.space, c.root) {
					t.Error("xmlsec1 accepts an altered message")
				}
			})
		}
	}
}

// crewjamAt stops the clocks of crewjam and goxmldsig for a test.
func crewjamAt(t *testing.T, at time.Time) {
	t.Helper()
	wall, clock := schema.TimeNow, schema.Clock
	schema.TimeNow, schema.Clock = func() time.Time { return at }, dsig.NewFakeClockAt(at)
	t.Cleanup(func() { schema.TimeNow, schema.Clock = wall, clock })
}

// entity reads our metadata as crewjam does.
func entity(t *testing.T, m sso.Metadata, signer string) *schema.EntityDescriptor {
	t.Helper()
	raw, err := m.Build(sending(t, "", signer))
	if err != nil {
		t.Fatal(err)
	}
	out := &schema.EntityDescriptor{}
	if err := xml.Unmarshal(raw, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// crewjamService is caf as crewjam plays a service provider.
func crewjamService(t *testing.T) *schema.ServiceProvider {
	t.Helper()
	m := metadata(t)
	m.SP, m.ACS = false, nil
	address, err := url.Parse(acs)
	if err != nil {
		t.Fatal(err)
	}
	key := credential(t, "caf/signature")
	return &schema.ServiceProvider{
		EntityID: audience, AcsURL: *address, IDPMetadata: entity(t, m, "msa/signature"), AllowIDPInitiated: true,
		Key: key.Key, Certificate: key.Leaf(), Intermediates: key.Chain[1:], SignatureMethod: dsig.RSASHA256SignatureMethod,
	}
}

func TestCrewjamReadsOurResponse(t *testing.T) {
	crewjamAt(t, now)
	sp := crewjamService(t)
	for name, d := range map[string]*sso.Draft{"VI signed": draft(t), "both signed": signedDraft(t)} {
		d.VI.Confirmation.Recipient = acs // crewjam knows no other name of a receiver
		r := httptest.NewRequest(http.MethodPost, acs, strings.NewReader(sso.ResponseForm(build(t, d), "").Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := r.ParseForm(); err != nil {
			t.Fatal(err)
		}
		got, err := sp.ParseResponse(r, nil)
		if err != nil {
			t.Fatalf("%s: %v, %v", name, err, err.(*schema.InvalidResponseError).PrivateErr)
		}
		if got.Subject.NameID.Value != "agent-0042" || got.AuthnStatements[0].SessionIndex != "_s1" ||
			!got.AuthnStatements[0].SessionNotOnOrAfter.Equal(d.VI.SessionNotOnOrAfter) {
			t.Errorf("%s: crewjam reads %+v", name, got)
		}
	}
	d := draft(t)
	d.VI.Confirmation.Recipient, d.InResponseTo, d.VI.Confirmation.InResponseTo = acs, "_q1", "_q1"
	sp.AllowIDPInitiated = false
	address, _ := url.Parse(acs)
	if _, err := sp.ParseXMLResponse(build(t, d), []string{"_q1"}, *address); err != nil {
		t.Errorf("solicited: %v", err.(*schema.InvalidResponseError).PrivateErr)
	}
}

func TestWeReadCrewjamsRequest(t *testing.T) {
	crewjamAt(t, now)
	sp := crewjamService(t)
	x := sso.RequestExpectation{Circle: circle(t, "msa"), Destination: ssoURL, Registered: registered()}
	redirect, err := sp.MakeRedirectAuthenticationRequest("jeton")
	if err != nil {
		t.Fatal(err)
	}
	page, err := sp.MakePostAuthenticationRequest("jeton")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{sso.ParameterRequest: {hidden(t, string(page), sso.ParameterRequest)}, sso.ParameterRelayState: {"jeton"}}
	for name, in := range map[string]sso.Incoming{
		"redirect": {Method: "GET", RawQuery: redirect.RawQuery}, "post": posted(form),
	} {
		j := sso.VerifyRequest(in, x)
		if len(j.Findings) > 0 || !j.Verified || j.Service.Name != "droits" || j.Return.ACS != acs || j.ID == "" || j.RelayState != "jeton" {
			t.Errorf("%s: %+v, %+v", name, j.AuthnRequest, j.Findings)
		}
	}
}

// hidden reads a hidden input of a page.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no %s in %s", name, page)
	}
	return strings.NewReplacer("&#43;", "+", "&#x2b;", "+", "&#x3D;", "=", "&#61;", "=").Replace(m[1])
}

// authenticated is a person who has logged in at crewjam's operator.
type authenticated struct{}

func (authenticated) GetSession(http.ResponseWriter, *http.Request, *schema.IdpAuthnRequest) *schema.Session {
	return &schema.Session{
		ID: "s", Index: "_s1", NameID: "agent-0042", NameIDFormat: interops.FormatUnspecified, CreateTime: now, ExpireTime: now.Add(time.Hour),
		CustomAttributes: []schema.Attribute{{Name: "PAGM", Values: []schema.AttributeValue{{Value: "PAGM_CONSULTATION"}}}},
	}
}

// services gives crewjam's operator the metadata of caf.
type services struct{ caf *schema.EntityDescriptor }

func (s services) GetServiceProvider(_ *http.Request, id string) (*schema.EntityDescriptor, error) {
	if id != audience {
		return nil, os.ErrNotExist
	}
	return s.caf, nil
}

func TestCrewjamsOperatorUnderstandsUsAndWeIt(t *testing.T) {
	crewjamAt(t, now)
	m := sso.Metadata{
		ID: "_m2", EntityID: audience, ValidUntil: now.Add(time.Hour), SP: true, ACS: []sso.Endpoint{{Binding: sso.BindingPOST, Location: acs}},
	}
	key := credential(t, "msa/signature")
	at := func(path string) url.URL { return url.URL{Scheme: "https", Host: "oa.msa.test", Path: path} }
	idp := schema.IdentityProvider{
		Key: key.Key, Signer: key.Key, Certificate: key.Leaf(), Intermediates: key.Chain[1:], MetadataURL: at("/metadata"), SSOURL: at("/sso"),
		SignatureMethod: dsig.RSASHA256SignatureMethod, SessionProvider: authenticated{}, ServiceProviderProvider: services{entity(t, m, "caf/signature")},
	}
	out, err := authnRequest().Send(sending(t, sso.BindingRedirect, "caf/signature"))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	idp.ServeSSO(w, httptest.NewRequest(http.MethodGet, out.URL(), nil))
	if w.Code != http.StatusOK {
		t.Fatalf("crewjam refuses our request: %d %s", w.Code, w.Body)
	}
	x := expect(t, interops.ModeS)
	x.Convention.Organisms[0].Issuer = idp.MetadataURL.String()
	x.Convention.Organisms[1].Recipient = acs
	x.Profile.Levels = append(x.Profile.Levels, interops.Level{Name: "code", Class: interops.ClassPPT})
	x.Request, x.RelayState = &sso.AuthnRequest{ID: "_q1"}, nil
	form := url.Values{}
	for _, name := range []string{sso.ParameterResponse, sso.ParameterRelayState} {
		form.Set(name, hidden(t, w.Body.String(), name))
	}
	j := sso.Verify(posted(form), x)
	if len(j.Findings) > 0 || !j.Verified || j.VI.NameID.Value != "agent-0042" || j.VI.SessionIndex != "_s1" || j.RelayState != "jeton" {
		t.Errorf("verified %t, %+v", j.Verified, j.Findings)
	}
}
