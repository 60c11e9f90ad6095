package whitelist_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/internal/whitelist"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

const publisher = "CN=Espace de confiance d'essai,OU=312345678900011,O=TEST Étalon,ST=Paris (75),C=FR"

var bench = sync.OnceValues(func() (*pki.Set, error) {
	return pki.New(pki.Options{Now: now, Organisms: []interops.Organism{{
		Name: "espace", TLS: []interops.Identity{{Subject: "CN=liste,O=TEST,C=FR"}}, Signature: []interops.Identity{{Subject: publisher}},
	}}})
})

func credential(t testing.TB, name string) pki.Credential {
	t.Helper()
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	c, err := set.Credential(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func domain(name, operator string) mssante.ListedDomain {
	return mssante.ListedDomain{
		Name: name, Description: "Opérateur d'essai & voisins <TEST>", Operator: "CN=" + operator + ",OU=312345678900011,O=TEST,ST=Paris (75),C=FR",
		Responsible: "responsable@" + operator, Support: "support@" + operator, Updated: now.Add(-time.Hour),
	}
}

func list() mssante.WhiteList {
	return mssante.WhiteList{Generated: now.Add(-time.Hour), Domains: []mssante.ListedDomain{
		domain("operateur.test.invalid", "mail.operateur.test.invalid"), domain("voisin.test.invalid", "mail.voisin.test.invalid"),
	}}
}

func honest(t testing.TB) whitelist.Honest {
	return whitelist.Honest{
		List: list(), Now: now, Signer: credential(t, "espace/signature"),
		Variant: func(name string) (pki.Credential, error) {
			set, err := bench()
			if err != nil {
				return pki.Credential{}, err
			}
			return set.Credential("espace/signature~" + name)
		},
		Intruder: domain("intrus.test.invalid", "mail.voisin.test.invalid"), Trap: "http://127.0.0.1:9/piege",
	}
}

func expectation(t testing.TB) whitelist.Expectation {
	t.Helper()
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	return whitelist.Expectation{Signer: publisher, Trust: pki.Trust{Roots: set.RootCertificates()}, Now: now, Since: list().Generated}
}

func rules(found []verdict.Finding) []string {
	var all []string
	for _, f := range found {
		if !slices.Contains(all, f.Rule) {
			all = append(all, f.Rule)
		}
	}
	return all
}

func build(t testing.TB, d whitelist.Draft) []byte {
	t.Helper()
	raw, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestHonestListsVerifyClean(t *testing.T) {
	for _, byID := range []bool{false, true} {
		d := honest(t).Draft()
		d.ByID = byID
		got := whitelist.Verify(build(t, d), expectation(t))
		if len(got.Findings) != 0 {
			t.Errorf("by identifier %t: %v", byID, got.Findings)
		}
		if !got.List.Generated.Equal(now) || !slices.Equal(got.List.Domains, d.List.Domains) {
			t.Errorf("by identifier %t: read %+v", byID, got.List)
		}
	}
	read, err := whitelist.Read(build(t, whitelist.Draft{List: list()}))
	if err != nil || len(read.Domains) != 2 {
		t.Errorf("an unsigned list, read alone: %v, %v", read, err)
	}
	if _, err := whitelist.Read([]byte("<a/>")); err == nil {
		t.Error("another file is read as a list")
	}
}

// TestXmlsec1VerifiesOurs and the next hold the signature to an independent oracle.
func TestXmlsec1VerifiesOurs(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	roots := write(t, "roots.pem", set.RootsPEM())
	for _, byID := range []bool{false, true} {
		d := honest(t).Draft()
		d.ByID = byID
		raw := build(t, d)
		if said, err := xmlsec1("--verify", "--trusted-pem", roots, "--verification-time", now.Format(time.DateTime), write(t, "list.xml", raw)); err != nil {
			t.Errorf("by identifier %t: xmlsec1: %v\n%s", byID, err, said)
		}
		altered := []byte(strings.Replace(string(raw), "voisin.test.invalid</Nom>", "voisine.test.invalid</Nom>", 1))
		if _, err := xmlsec1("--verify", "--trusted-pem", roots, "--verification-time", now.Format(time.DateTime), write(t, "list.xml", altered)); err == nil {
			t.Errorf("by identifier %t: xmlsec1 accepts an altered list", byID)
		}
	}
}

// TestFaultsFoolASoundVerifier: what a plain verifier of signatures finds right, a reader must refuse for another reason.
func TestFaultsFoolASoundVerifier(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	roots := write(t, "roots.pem", set.RootsPEM())
	for name, want := range map[string]bool{
		"whitelist-wrapping-identifier": true, "whitelist-wrapping-object": true, "whitelist-older": true, "whitelist-no-domain": true,
		"whitelist-signer-other": true, "whitelist-entity-parameter": true,
		"whitelist-domain-renamed": false, "whitelist-domain-added": false, "whitelist-signature-flipped": false,
		"whitelist-signer-self-signed": false, "whitelist-signer-foreign-authority": false, "whitelist-signer-expired": false,
	} {
		f, _ := whitelist.FaultByName(name)
		raw, err := f.Make(honest(t))
		if err != nil {
			t.Fatal(err)
		}
		said, err := xmlsec1("--verify", "--trusted-pem", roots, "--verification-time", now.Format(time.DateTime), write(t, "list.xml", raw))
		if (err == nil) != want {
			t.Errorf("%s: xmlsec1 accepts %t, want %t\n%s", name, err == nil, want, said)
		}
	}
}

// template is a signature for xmlsec1 to fill in.
const template = `<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo>
<SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo></Signature>`

func TestWeVerifyXmlsec1(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	set, err := bench()
	if err != nil {
		t.Fatal(err)
	}
	credential(t, "espace/signature")
	dir := filepath.Join(t.TempDir(), "pki")
	if err := set.Save(dir); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "organisms", "espace", "signature.*"))
	if len(files) == 0 {
		t.Fatal("the saved credential is not found")
	}
	base := filepath.Join(dir, "organisms", "espace", "signature")
	unsigned := strings.Replace(string(build(t, whitelist.Draft{List: list()})), "</ListeBlanche>", template+"</ListeBlanche>", 1)
	out := filepath.Join(t.TempDir(), "signed.xml")
	if said, err := xmlsec1("--sign", "--privkey-pem", base+".key,"+base+".pem", "--output", out, write(t, "in.xml", []byte(unsigned))); err != nil {
		t.Fatalf("xmlsec1: %v\n%s\n%v", err, said, files)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	x := expectation(t)
	if leaf := credential(t, "espace/signature"); len(leaf.Chain) > 1 {
		x.Trust.Roots = append(x.Trust.Roots, leaf.Chain[1:]...) // xmlsec1 writes the leaf alone
	}
	if got := whitelist.Verify(raw, x); len(got.Findings) != 0 || len(got.List.Domains) != 2 {
		t.Errorf("a list signed by xmlsec1: %v", got.Findings)
	}
}

func xmlsec1(args ...string) (string, error) {
	out, err := exec.Command("xmlsec1", args...).CombinedOutput()
	return string(out), err
}

func write(t *testing.T, name string, raw []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestFaults is the generic test of the catalogue: the faulty file differs from the honest one and from every other
// fault's, the verifier names the requirement, and the difference is a file that a person can read.
func TestFaults(t *testing.T) {
	h := honest(t)
	honestRaw := build(t, h.Draft())
	seen := map[string]string{string(honestRaw): "the honest list"}
	titles := map[string]bool{}
	for _, f := range whitelist.Faults() {
		raw, err := f.Make(h)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		if other, twice := seen[string(raw)]; twice {
			t.Errorf("%s: the file is that of %s", f.Name, other)
		}
		seen[string(raw)] = f.Name
		if again, _ := f.Make(h); string(again) != string(raw) {
			t.Errorf("%s: two makings differ", f.Name)
		}
		got := whitelist.Verify(raw, expectation(t))
		if names := rules(got.Findings); !slices.Contains(names, f.Caught) || whitelist.Rules[f.Caught] != f.Violates {
			t.Errorf("%s: found %v, want %s of %s", f.Name, names, f.Caught, f.Violates)
		}
		for _, title := range []string{f.Title.FR, f.Title.EN} {
			if len(title) < 15 || titles[title] {
				t.Errorf("%s: title %q", f.Name, title)
			}
			titles[title] = true
		}
		if found, ok := whitelist.FaultByName(f.Name); !ok || found.Violates != f.Violates || f.Effect == "" {
			t.Errorf("%s is not found by its name, or has no effect", f.Name)
		}
		golden(t, f, got.Findings, honestRaw, raw)
	}
	if _, ok := whitelist.FaultByName("whitelist-parfaite"); ok {
		t.Error("a fault that does not exist is found")
	}
}

// companions are the other rules that a fault cannot but break.
var companions = map[string][]string{
	"whitelist-signer-bare-key": {"whitelist-signer-other"},
	"whitelist-page":            {"whitelist-empty", "whitelist-unsigned"},
}

func TestFaultsDepartInOneWay(t *testing.T) {
	for _, f := range whitelist.Faults() {
		raw, err := f.Make(honest(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range rules(whitelist.Verify(raw, expectation(t)).Findings) {
			if rule != f.Caught && !slices.Contains(companions[f.Name], rule) {
				t.Errorf("%s breaks %s as well", f.Name, rule)
			}
		}
	}
}

// TestFaultsThatCarryTheIntruder: who falls for a fault whose effect is that the list is loaded finds the intruder in it.
func TestFaultsThatCarryTheIntruder(t *testing.T) {
	for _, f := range whitelist.Faults() {
		raw, err := f.Make(honest(t))
		if err != nil {
			t.Fatal(err)
		}
		carries := strings.Contains(string(raw), "<Nom>intrus.test.invalid</Nom>")
		if f.Effect == whitelist.Loaded && !carries || f.Effect == whitelist.Lost && f.Name != "whitelist-truncated" && carries {
			t.Errorf("%s (%s): names the intruder: %t", f.Name, f.Effect, carries)
		}
	}
}

func TestEveryRuleIsBroken(t *testing.T) {
	broken := map[string]bool{}
	for _, f := range whitelist.Faults() {
		raw, err := f.Make(honest(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range rules(whitelist.Verify(raw, expectation(t)).Findings) {
			broken[rule] = true
		}
	}
	deep := strings.Repeat("<a>", 30) + strings.Repeat("</a>", 30)
	for _, rule := range rules(whitelist.Verify([]byte(deep), expectation(t)).Findings) {
		broken[rule] = true
	}
	for rule := range whitelist.Rules {
		if !broken[rule] {
			t.Errorf("nothing breaks %s: the rule cannot fail", rule)
		}
	}
}

// golden holds the difference that a fault makes.
func golden(t *testing.T, f whitelist.Fault, found []verdict.Finding, honest, faulty []byte) {
	t.Helper()
	page := fmt.Sprintf("%s (%s): %s\nviolates %s; the verifier names:\n", f.Name, f.Effect, f.Title.FR, f.Violates)
	for _, rule := range rules(found) {
		page += "  " + rule + "\n"
	}
	page += "\n" + difference(lines(honest), lines(faulty))
	file := filepath.Join("testdata", f.Name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, err := os.ReadFile(file); err != nil || string(want) != page {
		t.Errorf("%s differs (%v; go test -update rewrites it):\n%s", file, err, page)
	}
}

func lines(raw []byte) []string {
	return strings.Split(strings.ReplaceAll(string(raw), "><", ">\n<"), "\n")
}

// difference shows the lines that one has and the other has not, in order.
func difference(a, b []string) string {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	var out strings.Builder
	show := func(mark, line string) {
		if len(line) > 160 {
			line = fmt.Sprintf("%s … (%d bytes)", strings.ToValidUTF8(line[:160], ""), len(line))
		}
		out.WriteString(strings.TrimRight(mark+line, " ") + "\n")
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || length[i+1][j] >= length[i][j+1]):
			show("- ", a[i])
			i++
		default:
			show("+ ", b[j])
			j++
		}
	}
	return out.String()
}

func TestGoldensHaveTheirFault(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, ok := whitelist.FaultByName(strings.TrimSuffix(filepath.Base(file), ".golden")); !ok {
			t.Errorf("%s belongs to no fault", file)
		}
	}
}

func TestDraftsThatCannotBeWritten(t *testing.T) {
	h := honest(t)
	h.List.Domains = nil
	d := h.Draft()
	d.Signer.Chain = nil
	if _, err := d.Build(); err == nil {
		t.Error("a signature without certificate is made")
	}
	broken := h
	broken.Variant = func(string) (pki.Credential, error) { return pki.Credential{}, os.ErrNotExist }
	broken.Signer = pki.Credential{}
	broken.List.Domains = []mssante.ListedDomain{{Name: "a.invalid", Description: whitelist.TrapText}}
	for _, name := range []string{"whitelist-signer-other", "whitelist-wrapping-object", "whitelist-signature-flipped", "whitelist-entity-external"} {
		f, _ := whitelist.FaultByName(name)
		if _, err := f.Make(broken); err == nil {
			t.Errorf("%s is committed without what it needs", name)
		}
	}
}

func TestLargeListIsRead(t *testing.T) {
	d := honest(t).Draft()
	for i := range 9000 {
		d.List.Domains = append(d.List.Domains, domain(fmt.Sprintf("d%d.test.invalid", i), "mail.operateur.test.invalid"))
	}
	raw := build(t, d)
	if got := whitelist.Verify(raw, expectation(t)); len(got.Findings) != 0 || len(got.List.Domains) != 9003 {
		t.Errorf("%d octets, %d domains: %v", len(raw), len(got.List.Domains), got.Findings)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add(string(build(f, honest(f).Draft())))
	f.Add(`<ListeBlanche xmlns="` + whitelist.Namespace + `"><DateDeGeneration>x</DateDeGeneration><Domaine/></ListeBlanche>`)
	x := expectation(f)
	sound := string(build(f, honest(f).Draft()))
	f.Fuzz(func(t *testing.T, text string) {
		got := whitelist.Verify([]byte(text), x)
		if len(got.Findings) == 0 && strings.TrimSpace(text) != strings.TrimSpace(sound) && len(got.List.Domains) != 3 {
			t.Errorf("%q is accepted", text)
		}
	})
}
