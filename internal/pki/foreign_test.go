package pki_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/pki"

	"golang.org/x/crypto/ocsp"
)

// party is an authority or end entity of another PKI than ours, made without package pki.
type party struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// issue makes a party under another, or a root; shape departs from a plain certificate.
func issue(t *testing.T, name string, by *party, shape func(*x509.Certificate)) party {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return issueFor(t, key, name, by, shape)
}

func issueFor(t *testing.T, key *ecdsa.PrivateKey, name string, by *party, shape func(*x509.Certificate)) party {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(name)) + 1000), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), BasicConstraintsValid: true,
	}
	if shape != nil {
		shape(template)
	}
	parent, signer := template, crypto.Signer(key)
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return party{key, cert}
}

func authority(c *x509.Certificate) {
	c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
}

func chainOf(parties ...party) []*x509.Certificate {
	var out []*x509.Certificate
	for _, p := range parties {
		out = append(out, p.cert)
	}
	return out
}

func TestVerifyKnowsTheConstraintsOfOtherAuthorities(t *testing.T) {
	root := issue(t, "root", nil, authority)
	for name, c := range map[string]struct {
		ca, leaf func(*x509.Certificate)
		want     []pki.PathKind
	}{
		"plain":           {authority, nil, nil},
		"name constraint": {func(c *x509.Certificate) { authority(c); c.PermittedDNSDomains = []string{"caf.test"} }, func(c *x509.Certificate) { c.DNSNames = []string{"gw.cnav.test"} }, []pki.PathKind{pki.PathMalformed}},
		"critical unknown": {authority, func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
		}, []pki.PathKind{pki.PathMalformed}},
		"not an authority":   {nil, nil, []pki.PathKind{pki.PathUnknownAuthority}},
		"may not sign":       {func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCRLSign }, nil, []pki.PathKind{pki.PathUnknownAuthority}},
		"old authority":      {func(c *x509.Certificate) { authority(c); c.NotAfter = now.Add(-time.Hour) }, nil, []pki.PathKind{pki.PathExpired}},
		"SHA-1 authority":    {func(c *x509.Certificate) { authority(c); c.SignatureAlgorithm = x509.ECDSAWithSHA1 }, nil, []pki.PathKind{pki.PathWeakDigest}},
		"SHA-1 leaf":         {authority, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }, []pki.PathKind{pki.PathWeakDigest}},
		"key usage":          {authority, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }, []pki.PathKind{pki.PathUsage}},
		"any extended usage": {authority, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }, nil},
		"other usage":        {authority, func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3}} }, []pki.PathKind{pki.PathUsage}},
		"two faults": {authority, func(c *x509.Certificate) {
			c.NotAfter = now.Add(-time.Hour)
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}, []pki.PathKind{pki.PathExpired, pki.PathUsage}},
	} {
		ca := issue(t, "ca", &root, c.ca)
		leaf := issue(t, "leaf", &ca, c.leaf)
		got := (&pki.Trust{Roots: chainOf(root)}).Verify(chainOf(leaf, ca), pki.UsageClient, now)
		if !slices.Equal(kinds(got), append([]pki.PathKind{}, c.want...)) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestVerifyHoldsToThePathLength(t *testing.T) {
	root := issue(t, "root", nil, authority)
	upper := issue(t, "upper", &root, func(c *x509.Certificate) { authority(c); c.MaxPathLenZero = true })
	lower := issue(t, "lower", &upper, authority)
	leaf := issue(t, "leaf", &lower, nil)
	got := (&pki.Trust{Roots: chainOf(root)}).Verify(chainOf(leaf, lower, upper), pki.UsageClient, now)
	if !slices.Equal(kinds(got), []pki.PathKind{pki.PathMalformed}) {
		t.Errorf("got %v, want the path refused", got)
	}
}

func TestVerifyRefusesAForgedIssuerName(t *testing.T) {
	root, twin := issue(t, "root", nil, authority), issue(t, "root", nil, authority)
	leaf := issue(t, "leaf", &twin, nil)
	got := (&pki.Trust{Roots: chainOf(root)}).Verify(chainOf(leaf, twin), pki.UsageClient, now)
	if !slices.Equal(kinds(got), []pki.PathKind{pki.PathUnknownAuthority}) {
		t.Errorf("got %v, want the path refused", got)
	}
}

// Authorities that certify each other make a maze; the search must end.
func TestVerifyLeavesAMaze(t *testing.T) {
	root := issue(t, "root", nil, authority)
	first := issue(t, "maze", nil, authority)
	parties := []party{issue(t, "leaf", &first, nil), first}
	for range 8 {
		parties = append(parties, issueFor(t, first.key, "maze", &first, authority))
	}
	got := (&pki.Trust{Roots: chainOf(root)}).Verify(chainOf(parties...), pki.UsageClient, now)
	if !slices.Equal(kinds(got), []pki.PathKind{pki.PathUnknownAuthority}) {
		t.Errorf("got %v, want no path", got)
	}
}

func TestVerifyRefusesSmallCurves(t *testing.T) {
	root := issue(t, "root", nil, authority)
	key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := issueFor(t, key, "leaf", &root, nil)
	got := (&pki.Trust{Roots: chainOf(root)}).Verify(chainOf(leaf), pki.UsageSignature, now)
	if !slices.Equal(kinds(got), []pki.PathKind{pki.PathWeakKey}) {
		t.Errorf("got %v, want a weak key", got)
	}
}

// served answers the same bytes to every request and returns a certificate that names it.
func served(t *testing.T, ca party, body func(leaf party) []byte, crl bool) party {
	t.Helper()
	var leaf party
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(body(leaf)) }))
	t.Cleanup(server.Close)
	leaf = issue(t, "leaf", &ca, func(c *x509.Certificate) {
		if crl {
			c.CRLDistributionPoints = []string{"ldap://127.0.0.1/ignored", server.URL}
		} else {
			c.OCSPServer = []string{server.URL}
		}
	})
	return leaf
}

func TestOCSPSignersMustBeEntitled(t *testing.T) {
	ca, stranger := issue(t, "ca", nil, authority), issue(t, "stranger", nil, authority)
	signing := func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning} }
	for name, c := range map[string]struct {
		signer party
		status int
		next   time.Time
		want   pki.PathKind
	}{
		"the issuer":            {ca, ocsp.Good, now.Add(time.Hour), ""},
		"the issuer, revoked":   {ca, ocsp.Revoked, now.Add(time.Hour), pki.PathRevoked},
		"the issuer, unknown":   {ca, ocsp.Unknown, now.Add(time.Hour), pki.PathRevocationUnreachable},
		"the issuer, no end":    {ca, ocsp.Good, time.Time{}, ""},
		"the issuer, stale":     {ca, ocsp.Good, now.Add(-time.Minute), pki.PathRevocationStale},
		"a delegate":            {issue(t, "delegate", &ca, signing), ocsp.Good, now.Add(time.Hour), ""},
		"an old delegate":       {issue(t, "delegate", &ca, func(c *x509.Certificate) { signing(c); c.NotAfter = now.Add(-48 * time.Hour) }), ocsp.Good, now.Add(time.Hour), pki.PathRevocationUnreachable},
		"any customer":          {issue(t, "customer", &ca, nil), ocsp.Good, now.Add(time.Hour), pki.PathRevocationUnreachable},
		"a stranger's delegate": {issue(t, "delegate", &stranger, signing), ocsp.Good, now.Add(time.Hour), pki.PathRevocationUnreachable},
		"a stranger":            {stranger, ocsp.Good, now.Add(time.Hour), pki.PathRevocationUnreachable},
	} {
		leaf := served(t, ca, func(leaf party) []byte {
			response := ocsp.Response{Status: c.status, SerialNumber: leaf.cert.SerialNumber, ThisUpdate: now.Add(-30 * time.Minute), NextUpdate: c.next, RevokedAt: now}
			if c.signer.cert != ca.cert {
				response.Certificate = c.signer.cert
			}
			der, err := ocsp.CreateResponse(ca.cert, c.signer.cert, response, c.signer.key)
			if err != nil {
				t.Error(err)
			}
			return der
		}, false)
		if got := (&pki.Checker{}).Check(leaf.cert, ca.cert, now); kindOf(got) != c.want {
			t.Errorf("%s: got %v, want %q", name, got, c.want)
		}
	}
}

func kindOf(e *pki.PathError) pki.PathKind {
	if e == nil {
		return ""
	}
	return e.Kind
}

func TestCRLMustBeWholeAndItsIssuers(t *testing.T) {
	ca, stranger := issue(t, "ca", nil, authority), issue(t, "ca", nil, authority)
	part := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 0}}
	for name, c := range map[string]struct {
		by    party
		shape func(*x509.RevocationList, party)
		want  pki.PathKind
	}{
		"sound":   {ca, func(*x509.RevocationList, party) {}, ""},
		"revoked": {ca, revoke, pki.PathRevoked},
		"stale":   {ca, func(l *x509.RevocationList, _ party) { l.NextUpdate = now.Add(-time.Second) }, pki.PathRevocationStale},
		"from tomorrow": {ca, func(l *x509.RevocationList, _ party) {
			l.ThisUpdate, l.NextUpdate = now.Add(24*time.Hour), now.Add(48*time.Hour)
		}, pki.PathRevocationStale},
		"stale, and revoked even then": {ca, func(l *x509.RevocationList, leaf party) {
			revoke(l, leaf)
			l.NextUpdate = now.Add(-time.Second)
		}, pki.PathRevoked},
		"part of a list": {ca, func(l *x509.RevocationList, _ party) { l.ExtraExtensions = []pkix.Extension{part} }, pki.PathRevocationUnreachable},
		"a namesake's":   {stranger, func(*x509.RevocationList, party) {}, pki.PathRevocationUnreachable},
	} {
		leaf := served(t, ca, func(leaf party) []byte {
			list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
			c.shape(list, leaf)
			der, err := x509.CreateRevocationList(rand.Reader, list, c.by.cert, c.by.key)
			if err != nil {
				t.Error(err)
			}
			return der
		}, true)
		if got := (&pki.Checker{}).Check(leaf.cert, ca.cert, now); kindOf(got) != c.want {
			t.Errorf("%s: got %v, want %q", name, got, c.want)
		}
	}
}

func revoke(l *x509.RevocationList, leaf party) {
	l.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: leaf.cert.SerialNumber, RevocationTime: now.Add(-time.Hour)}}
}

func TestCheckerDoesNotFollowRedirectionsAway(t *testing.T) {
	ca := issue(t, "ca", nil, authority)
	server := httptest.NewServer(http.RedirectHandler("http://169.254.1.1/crl", http.StatusFound))
	defer server.Close()
	leaf := issue(t, "leaf", &ca, func(c *x509.Certificate) { c.CRLDistributionPoints = []string{server.URL} })
	got := (&pki.Checker{}).Check(leaf.cert, ca.cert, now)
	if kindOf(got) != pki.PathRevocationUnreachable || !strings.Contains(got.Detail, "not allowed") {
		t.Errorf("got %v, want the redirection refused", got)
	}
}

// RFC 6960 appendix A.1: the request in the path, in base64.
func TestResponderAnswersGET(t *testing.T) {
	set, base := newServedSet(t)
	chain := credential(t, set, "caf/tls~revoked").Chain
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		request, err := ocsp.CreateRequest(chain[0], chain[1], &ocsp.RequestOptions{Hash: hash})
		if err != nil {
			t.Fatal(err)
		}
		body := get(t, base+"/ocsp/tls/"+url.PathEscape(base64.StdEncoding.EncodeToString(request)))
		response, err := ocsp.ParseResponseForCert(body, chain[0], chain[1])
		if err != nil || response.Status != ocsp.Revoked || response.IssuerHash != hash {
			t.Errorf("%v: got %+v, %v; want revoked", hash, response, err)
		}
	}
}
