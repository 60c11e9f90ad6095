package console_test

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/console"
	"etalon/internal/interops"
	"etalon/internal/stand"
	"etalon/internal/whitelist"
	"etalon/stubs/psc"
)

// local is where partners of a test listen: at free ports.
var local = candidate.Listen{Address: "127.0.0.1"}

// opened opens a stand on free ports.
func opened(t testing.TB, dir string, convention *interops.Convention) *stand.Stand {
	t.Helper()
	s, err := stand.Open("127.0.0.1:0", dir, convention, candidate.DefaultProfile("current"), bench.NewSeed())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, s) })
	return s
}

func closing(t testing.TB, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// partners plays those of a convention.
func partners(t testing.TB, s *stand.Stand, subject *candidate.Candidate) *stand.Partners {
	t.Helper()
	p, err := stand.OpenPartners(stand.PartnersOptions{Stand: s, Listen: local, Dir: t.TempDir(), Candidate: subject})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, p) })
	return p
}

// healthy plays the parties of MSSanté.
func healthy(t testing.TB) *stand.Health {
	t.Helper()
	h := &stand.Health{Stand: opened(t, "", &interops.Convention{Organisms: psc.Organisms()})}
	var err error
	if h.Provider, err = psc.Start(psc.Config{Bench: h.Stand.Bench}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, h.Provider) })
	if h.Operator, err = stand.StartOperator(h.Stand, h.Provider, "", "", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, h.Operator) })
	if h.List, err = stand.PublishList(h.Stand, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, h.List) })
	return h
}

// directory is a console over partners that play.
type directory struct {
	rig
	partners *stand.Partners
	health   *stand.Health
}

func looking(t testing.TB, health bool) directory {
	t.Helper()
	d := directory{partners: partners(t, opened(t, "", candidate.DefaultConvention()), nil)}
	if health {
		d.health = healthy(t)
	}
	d.rig = startedWith(t, httptest.NewServer, func(c *console.Config) {
		c.Partners, c.Reference = d.partners, stand.NewDirectory(d.partners, d.health)
	})
	return d
}

// object reads what a call answers.
func object[T any](t testing.TB, r rig, path string) (told T) {
	t.Helper()
	status, body, _ := r.get(t, path, "")
	if err := json.Unmarshal([]byte(body), &told); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %v %.200s", path, status, err, body)
	}
	return told
}

// toldCertificate is what the API tells of a certificate.
type toldCertificate struct {
	Print   string `json:"sha256"`
	Name    string `json:"name"`
	Use     string `json:"use"`
	Subject string `json:"subject"`
	Serial  string `json:"serial"`
	State   string `json:"state"`
	Played  bool   `json:"played"`
	PEM     string `json:"pem"`
}

type toldCertificates struct {
	Certificates []toldCertificate `json:"certificates"`
	Total        int               `json:"total"`
}

// byName finds a certificate.
func byName(t testing.TB, r rig, name string) toldCertificate {
	t.Helper()
	all := object[toldCertificates](t, r, "/api/certificates").Certificates
	i := slices.IndexFunc(all, func(c toldCertificate) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no certificate %s", name)
	}
	return all[i]
}

// rotate makes a certificate anew by the API.
func (d directory) rotate(t testing.TB, print string, revoke bool) toldCertificate {
	t.Helper()
	status, body := d.post(t, "/api/rotations", "application/json", fmt.Sprintf(`{"what":"certificate","certificate":%q,"revoke":%v}`, print, revoke))
	var made struct{ Certificate toldCertificate }
	if err := json.Unmarshal([]byte(body), &made); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %v %.300s", status, err, body)
	}
	return made.Certificate
}

// openssl runs the independent oracle in a folder.
func openssl(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	benchtest.Needs(t, "openssl")
	c := exec.CommandContext(t.Context(), "openssl", args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	return string(out), err
}

// keep downloads a file into a folder.
func (d directory) keep(t testing.TB, path, dir, name string) {
	t.Helper()
	status, body, header := d.get(t, path, "")
	if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%s: %d %s", path, status, header.Get("Content-Disposition"))
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

// OpenSSL sees the renewed certificate on the wire at the next connection, by the downloaded roots, and the former one in
// the downloaded list when it was revoked.
func TestRotationIsSeenByOpenSSL(t *testing.T) {
	d := looking(t, true)
	dir := t.TempDir()
	d.keep(t, "/certificates/roots.pem", dir, "roots.pem")
	d.keep(t, "/certificates/"+byName(t, d.rig, "tls").Print+"/certificate.pem", dir, "authority.pem")
	portal, err := url.Parse(d.partners.Face(candidate.RoleClient, interops.ModeP))
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := url.Parse(d.partners.Face(candidate.RoleProvider, interops.ModeA))
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := url.Parse(d.health.Provider.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	list, err := url.Parse(d.health.List.Listed().URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, address string
		more          []string
		revoke        bool
	}{
		{"organisme-client/tls", portal.Host, nil, true},
		{"organisme-fournisseur/tls", gateway.Host, nil, false},
		{"psc/tls", issuer.Host, nil, true},
		{"operateur-mss/tls", d.health.Operator.IMAPAddress(), []string{"-starttls", "imap"}, false},
		{"espace-de-confiance/tls", list.Host, nil, false},
	} {
		shown := func() string {
			t.Helper()
			said, _ := openssl(t, dir, append([]string{"s_client", "-connect", c.address, "-CAfile", "roots.pem", "-verify_return_error", "-showcerts"}, c.more...)...)
			block, _ := pem.Decode([]byte(said[max(0, strings.Index(said, "-----BEGIN")):]))
			if block == nil || !strings.Contains(said, "verify return:1") || strings.Contains(said, "verify error") {
				t.Fatalf("%s: %s", c.name, said)
			}
			sum := sha256.Sum256(block.Bytes)
			return hex.EncodeToString(sum[:])
		}
		before := byName(t, d.rig, c.name)
		if got := shown(); got != before.Print {
			t.Errorf("%s: the wire shows %s, the console tells %s", c.name, got, before.Print)
		}
		after := d.rotate(t, before.Print, c.revoke)
		if got := shown(); got != after.Print || got == before.Print {
			t.Errorf("%s: the wire shows %s, made %s", c.name, got, after.Print)
		}
		// The chain as it is handed over, and what the authority says of both.
		for print, name := range map[string]string{before.Print: "before", after.Print: "after"} {
			d.keep(t, "/certificates/"+print+"/certificate.pem", dir, name+".pem")
			d.keep(t, "/certificates/"+print+"/chain.pem", dir, name+"-chain.pem")
			d.keep(t, "/certificates/"+print+"/certificate.der", dir, name+".cer")
			d.keep(t, "/certificates/"+print+"/list.crl", dir, name+".crl")
			if said, err := openssl(t, dir, "crl", "-inform", "DER", "-in", name+".crl", "-out", name+"-crl.pem"); err != nil {
				t.Fatal(said)
			}
			said, err := openssl(t, dir, "verify", "-CAfile", "roots.pem", "-untrusted", name+"-chain.pem", "-crl_check", "-CRLfile", name+"-crl.pem", name+".pem")
			if revoked := name == "before" && c.revoke; (err != nil) != revoked || revoked && !strings.Contains(said, "certificate revoked") {
				t.Errorf("%s, %s: %v %s", c.name, name, err, said)
			}
			if said, err := openssl(t, dir, "x509", "-inform", "DER", "-in", name+".cer", "-noout", "-serial"); err != nil {
				t.Error(said)
			}
		}
		said, err := openssl(t, dir, "crl", "-in", "after-crl.pem", "-noout", "-text")
		if err != nil || strings.Contains(said, before.Serial) != c.revoke || strings.Contains(said, after.Serial) {
			t.Errorf("%s: revoked %v: %v %s", c.name, c.revoke, err, said)
		}
		want := "former"
		if c.revoke {
			want = "revoked"
		}
		if got := object[toldCertificate](t, d.rig, "/api/certificates/"+before.Print); got.State != want || got.Name == c.name {
			t.Errorf("the former one: %s %s, want %s", got.Name, got.State, want)
		}
	}
}

// A signature key that is renewed is in the metadata at once, which it signs.
func TestMetadataFollowRotation(t *testing.T) {
	d := looking(t, true)
	type metadata struct {
		SAML []struct {
			Organism, Certificate, XML string
			EntityID                   string `json:"entity_id"`
			Sends                      bool
			Addresses                  []string
		}
		OIDC struct {
			Discovery struct {
				Issuer string `json:"issuer"`
			}
			JWKS struct {
				Keys []struct{ Kid string }
			}
		}
	}
	before := object[metadata](t, d.rig, "/api/metadata")
	if len(before.SAML) != 2 || before.SAML[0].Sends || !before.SAML[1].Sends || len(before.OIDC.JWKS.Keys) != 2 || before.OIDC.Discovery.Issuer != d.health.Provider.Issuer() {
		t.Fatalf("%+v", before)
	}
	convention := candidate.DefaultConvention()
	for i, e := range before.SAML {
		o, _ := convention.Organism(e.Organism)
		if want := []string{o.Recipient, o.Issuer}[i]; e.EntityID != want || len(e.Addresses) == 0 || !strings.Contains(e.XML, e.Addresses[0]) {
			t.Errorf("%+v: want %s", e, want)
		}
		d.rotate(t, e.Certificate, false)
	}
	if status, body := d.post(t, "/api/rotations", "application/json", `{"what":"token-keys"}`); status != http.StatusCreated || !strings.Contains(body, `"kid"`) {
		t.Errorf("%d %s", status, body)
	}
	after := object[metadata](t, d.rig, "/api/metadata")
	for i, e := range after.SAML {
		c := object[toldCertificate](t, d.rig, "/api/certificates/"+e.Certificate)
		block, _ := pem.Decode([]byte(c.PEM))
		var document struct {
			Keys []string `xml:"Signature>KeyInfo>X509Data>X509Certificate"`
		}
		if err := xml.Unmarshal([]byte(e.XML), &document); err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil || e.Certificate == before.SAML[i].Certificate || !leaf.Equal(mustDecode(t, document.Keys[0])) {
			t.Errorf("%s: signed by another key: %v", e.Organism, err)
		}
	}
	if after.OIDC.JWKS.Keys[1].Kid != before.OIDC.JWKS.Keys[0].Kid || after.OIDC.JWKS.Keys[0].Kid == before.OIDC.JWKS.Keys[0].Kid {
		t.Errorf("keys %v, before %v", after.OIDC.JWKS.Keys, before.OIDC.JWKS.Keys)
	}
}

func mustDecode(t testing.TB, text string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte("-----BEGIN CERTIFICATE-----\n" + strings.TrimSpace(text) + "\n-----END CERTIFICATE-----\n"))
	if block == nil {
		t.Fatal("no certificate in the document")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhiteListIsPublishedAnew(t *testing.T) {
	d := looking(t, true)
	type told struct {
		URL, Generated, Signer, XML string
		Domains                     []struct{ Name, Operator string }
	}
	read := func() told {
		w := object[told](t, d.rig, "/api/whitelist")
		list, err := whitelist.Read([]byte(w.XML))
		if err != nil || len(list.Domains) != len(w.Domains) || len(w.Domains) < 2 || w.Domains[0].Name != stand.OperatorDomain {
			t.Fatalf("%v %+v", err, w)
		}
		served, err := exec.CommandContext(t.Context(), "curl", "-sk", w.URL).Output()
		if err != nil || string(served) != w.XML {
			t.Errorf("served %.80s: %v", served, err)
		}
		return w
	}
	benchtest.Needs(t, "curl")
	before := read()
	if status, _ := d.post(t, "/rotations", "application/x-www-form-urlencoded", "what=white-list"); status != http.StatusOK { // the page, behind the redirect
		t.Errorf("published: %d", status)
	}
	after := read()
	if after.Generated <= before.Generated || after.Signer != before.Signer {
		t.Errorf("generated %s, before %s", after.Generated, before.Generated)
	}
	d.rotate(t, byName(t, d.rig, candidate.WhiteListOrganism+"/signature").Print, true)
	if again := read(); again.Generated <= after.Generated || again.XML == after.XML {
		t.Error("a signer that is renewed publishes the list anew")
	}
}

// The pages of what is not played say so, and the calls refuse.
func TestNotPlayed(t *testing.T) {
	d := looking(t, false)
	for path, want := range map[string]string{"/whitelist": "sandbox serve --mss", "/metadata": "sandbox serve --mss"} {
		if status, body, _ := d.get(t, path, "fr"); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d", path, status)
		}
	}
	for path, want := range map[string]int{
		"/api/whitelist": 404, "/whitelist/" + whitelist.FileName: 404, "/metadata/jwks.json": 404, "/metadata/..%2f..%2fetc": 404,
		"/certificates/absent": 404, "/api/certificates/absent": 404, "/conventions/absent": 404, "/people?q=" + strings.Repeat("a", 2000): 400,
		"/certificates/" + byName(t, d.rig, "organisme-client/tls").Print + "/key.pem": 404, "/certificates/" + byName(t, d.rig, "root").Print + "/absent": 404,
	} {
		if status, body, _ := d.get(t, path, ""); status != want || !strings.HasPrefix(body, `{"error":`) {
			t.Errorf("%.60s: %d %.80s, want %d", path, status, body, want)
		}
	}
	print := byName(t, d.rig, "organisme-client/tls").Print
	d.rotate(t, print, false)
	for body, want := range map[string]int{
		`{"what":"token-keys"}`: 404, `{"what":"white-list"}`: 404, `{"what":"certificate","certificate":"absent"}`: 404, `{"what":"all"}`: 400, `{"other":1}`: 400,
		fmt.Sprintf(`{"what":"certificate","certificate":%q}`, print):                          409, // it was renewed already
		fmt.Sprintf(`{"what":"certificate","certificate":%q}`, byName(t, d.rig, "root").Print): 409,
	} {
		if status, told := d.post(t, "/api/rotations", "application/json", body); status != want {
			t.Errorf("%s: %d %s, want %d", body, status, told, want)
		}
	}
	status, page := d.post(t, "/rotations", "application/x-www-form-urlencoded", "what=certificate&certificate="+print)
	if status != http.StatusConflict || !strings.Contains(page, `role="alert"`) {
		t.Errorf("renewed twice from a page: %d", status)
	}
}

func TestPeople(t *testing.T) {
	d := looking(t, true)
	type people struct {
		People []struct {
			Login, Secret, Name, Level, At string
			Rights                         []struct{ Project, Mode string }
			Mailboxes                      []string
		}
		Total int
	}
	all := object[people](t, d.rig, "/api/people")
	if all.Total != len(all.People) || all.Total < 50 {
		t.Fatalf("%d of %d", len(all.People), all.Total)
	}
	one := object[people](t, d.rig, "/api/people?q=AGENT-0001+consultation").People
	if len(one) != 1 || one[0].Secret == "" || one[0].Level == "" || len(one[0].Rights) != 2 || !strings.HasPrefix(one[0].At, "https://") {
		t.Errorf("%+v", one)
	}
	health := object[people](t, d.rig, "/api/people?q=anne").People
	if len(health) != 1 || health[0].At != d.health.Provider.Issuer() || !slices.Contains(health[0].Mailboxes, "anne.test-un@"+stand.OperatorDomain) {
		t.Errorf("%+v", health)
	}
	for lang, want := range map[string]string{"fr": "1 personnes sur ", "en": "1 persons of "} {
		if _, page, _ := d.get(t, "/people?q=agent-0001", lang); !strings.Contains(page, want) || strings.Contains(page, "agent-0002") {
			t.Errorf("%s: the page does not show who is looked for", lang)
		}
	}
}

func TestConvention(t *testing.T) {
	d := looking(t, false)
	told := object[struct {
		Coherent bool
		Notices  []string
		YAML     string
		Levels   []struct{ Name string }
	}](t, d.rig, "/api/convention")
	if !told.Coherent || told.YAML != string(candidate.ConventionText()) || len(told.Levels) == 0 {
		t.Errorf("%+v", told)
	}
	for file, want := range map[string]string{"convention.yaml": "name: ", "annexes.html": "<!doctype html>", "annexes.odt": "PK"} {
		status, body, header := d.get(t, "/conventions/"+file, "")
		if status != http.StatusOK || !strings.Contains(body, want) || header.Get("Content-Disposition") != "attachment; filename="+file {
			t.Errorf("%s: %d %.60s %v", file, status, body, header["Content-Disposition"])
		}
	}
	if _, page, _ := d.get(t, "/conventions", "fr"); !strings.Contains(page, "convention cohérente") || !strings.Contains(page, "PAGM_CONSULTATION") {
		t.Error("the page does not tell the convention")
	}
}

// A convention in use that is not coherent, or that hostile hands wrote, is told as it is, and inert.
func TestConventionOfACandidate(t *testing.T) {
	c := candidate.DefaultConvention()
	c.Name = hostile
	c.Projects[0].Label = hostile
	subject := &candidate.Candidate{Convention: c, ConventionText: []byte("name: [\n" + hostile)}
	p := partners(t, opened(t, "", c), subject)
	r := startedWith(t, httptest.NewServer, func(o *console.Config) { o.Reference = stand.NewDirectory(p, nil) })
	status, page, _ := r.get(t, "/conventions", "fr")
	if status != http.StatusOK || !strings.Contains(page, "convention incohérente") || strings.Contains(page, "<script>document") || strings.Contains(page, "<img src=x") {
		t.Errorf("%d %.300s", status, page)
	}
	for _, path := range []string{"/sphere", "/conventions/annexes.html"} {
		if _, page, _ := r.get(t, path, "fr"); strings.Contains(page, "<script>document") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s holds what a partner wrote as more than text", path)
		}
	}
}

// Private keys are handed over for the candidate's own organism alone, and only from a folder of the candidate's.
func TestOwnKeys(t *testing.T) {
	dir := t.TempDir()
	c := candidate.DefaultConvention()
	set, err := stand.NewPKI(c, "http://127.0.0.1:1", false)
	if err == nil {
		err = set.Save(filepath.Join(dir, "pki"))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, lasting := range []bool{true, false} {
		subject := &candidate.Candidate{
			Convention: c, ConventionText: candidate.ConventionText(),
			Client: &candidate.Client{A: &candidate.ClientA{Choice: candidate.Choice{Project: "consultation", Service: "service-a"}}},
		}
		if lasting {
			subject.PKI.Dir = filepath.Join(dir, "pki")
		}
		p := partners(t, opened(t, subject.PKI.Dir, c), subject)
		for i := range p.Faces { // a candidate plays the client in its place
			if p.Faces[i].Role == candidate.RoleClient {
				p.Faces[i].Organism = "organisme-tiers"
			}
		}
		d := startedWith(t, httptest.NewServer, func(o *console.Config) { o.Reference = stand.NewDirectory(p, nil) })
		for name, want := range map[string]bool{"organisme-client/tls": lasting, "organisme-client/signature": lasting, "organisme-fournisseur/tls": false, "root": false} {
			at := "/certificates/" + byName(t, d, name).Print
			status, key, _ := d.get(t, at+"/key.pem", "")
			if (status == http.StatusOK) != want || want != strings.Contains(key, "PRIVATE KEY") {
				t.Errorf("lasting %v, %s: %d", lasting, name, status)
			}
			if _, page, _ := d.get(t, at, "fr"); strings.Contains(page, "key.pem") != want {
				t.Errorf("lasting %v, %s: the page offers the key: %v", lasting, name, !want)
			}
		}
	}
}

// Everybody who is known looks things up; operators alone make them anew.
func TestWhoRotates(t *testing.T) {
	p := partners(t, opened(t, "", candidate.DefaultConvention()), nil)
	d := closed(t, nil)
	d.rig = startedWith(t, httptest.NewTLSServer, func(c *console.Config) {
		c.Access, c.Reference = admitting(), stand.NewDirectory(p, nil)
	})
	client := d.browser(t)
	print := ""
	for token, operates := range map[string]bool{auditorToken: false, vendorToken: false, operatorToken: true} {
		for _, path := range []string{"/sphere", "/people", "/conventions", "/certificates", "/metadata", "/whitelist", "/api/people", "/api/certificates"} {
			if a, body := d.ask(t, client, http.MethodGet, path, "", with(token)); a.StatusCode != http.StatusOK {
				t.Errorf("%s %s: %d %.100s", token, path, a.StatusCode, body)
			}
		}
		_, body := d.ask(t, client, http.MethodGet, "/api/certificates?q=organisme-client/signature-ec", "", with(token))
		var told toldCertificates
		if err := json.Unmarshal([]byte(body), &told); err != nil || len(told.Certificates) == 0 {
			t.Fatal(err, body)
		}
		print = told.Certificates[0].Print
		if _, page := d.ask(t, client, http.MethodGet, "/certificates/"+print, "", with(token)); strings.Contains(page, `action="/rotations"`) != operates {
			t.Errorf("%s: the page offers to renew: %v", token, !operates)
		}
		a, body := d.ask(t, client, http.MethodPost, "/api/rotations", fmt.Sprintf(`{"what":"certificate","certificate":%q}`, print), func(r *http.Request) {
			with(token)(r)
			r.Header.Set("Content-Type", objects)
		})
		if (a.StatusCode == http.StatusCreated) != operates || !operates && a.StatusCode != http.StatusForbidden {
			t.Errorf("%s renews: %d %s", token, a.StatusCode, body)
		}
	}
}

// The sphere tells who is played where, and the faults that are armed.
func TestSphere(t *testing.T) {
	d := looking(t, true)
	if err := d.partners.Arm(candidate.RoleProvider, interops.ModeA, "tls-server-certificate-expired", 3); err != nil {
		t.Fatal(err)
	}
	type sphere struct {
		Members []struct {
			Name   string
			Faces  []struct{ Role, URL string }
			Faults []string
		}
		Bonds []struct {
			Kind, From, To, Project, Mode string
			InForce                       bool `json:"in_force"`
		}
	}
	told := object[sphere](t, d.rig, "/api/sphere")
	played := map[string]int{}
	for _, m := range told.Members {
		played[m.Name] = len(m.Faces)
		if len(m.Faults) > 0 != (m.Name == "organisme-fournisseur") {
			t.Errorf("%s is armed with %v", m.Name, m.Faults)
		}
		for _, f := range m.Faces {
			if u, err := url.Parse(f.URL); err != nil || net.ParseIP(u.Hostname()) == nil {
				t.Errorf("%s: %v at %q", m.Name, err, f.URL)
			}
		}
	}
	if played["organisme-client"] != 2 || played["organisme-fournisseur"] != 2 || played["organisme-tiers"] != 0 || played["psc"] != 1 || played["operateur-mss"] != 2 {
		t.Errorf("played %v", played)
	}
	kinds := map[string]int{}
	for _, b := range told.Bonds {
		kinds[b.Kind]++
	}
	if kinds["project"] != len(candidate.DefaultConvention().Opened()) || kinds["tokens"] != 1 || kinds["list"] != 1 {
		t.Error(kinds)
	}
	_, page, _ := d.get(t, "/sphere", "fr")
	_, drawn, header := d.get(t, "/sphere.svg", "fr")
	if strings.Count(page, "<svg ") != 2 || strings.Contains(page, "<style") || !strings.Contains(drawn, "<style>") || header.Get("Content-Type") != "image/svg+xml" {
		t.Error("the page holds two pictures without a style of their own, and hands one over with it")
	}
	for _, text := range []string{page, drawn} {
		if !strings.Contains(text, "faute armée : tls-server-certificate-expired") {
			t.Error("the fault that is armed is not in the picture")
		}
	}
	if err := xml.Unmarshal([]byte(drawn), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}

// A certificate of the candidate's own authority is its owner's to renew.
func TestForeignCertificate(t *testing.T) {
	s := opened(t, "", candidate.DefaultConvention())
	other, err := stand.NewPKI(candidate.DefaultConvention(), "http://127.0.0.1:1", true)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.Credential("organisme-client/tls")
	if err == nil {
		err = s.Bench.PKI.Replace("organisme-client/tls", foreign)
	}
	if err != nil {
		t.Fatal(err)
	}
	directory := stand.NewDirectory(partners(t, s, nil), nil)
	if _, err := directory.Rotate(stand.PrintOf(foreign.Leaf()), true); !errors.Is(err, stand.ErrNotOurs) {
		t.Errorf("%v", err)
	}
}
