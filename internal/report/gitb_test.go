package report_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/bench/benchtest"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/xmlsec"
)

// TestGITBFollowsItsSchema holds each sample to the schema of the test reporting language, by libxml2; what is in it twice or
// leads nowhere is refused.
func TestGITBFollowsItsSchema(t *testing.T) {
	benchtest.Needs(t, "xmllint")
	valid := func(document []byte) bool {
		path := filepath.Join(t.TempDir(), "report.xml")
		if err := os.WriteFile(path, document, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("xmllint", "--noout", "--nonet", "--schema", "testdata/gitb/gitb_tr.xsd", path).CombinedOutput()
		t.Logf("%s", out)
		return err == nil
	}
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		if !valid(render(t, "gitb", run, reporttest.Options(t, dir, "fr"))) {
			t.Errorf("%s: not valid", s.Name)
		}
	}
	dir, run := reporttest.Recorded(t, "mixed")
	honest := render(t, "gitb", run, reporttest.Options(t, dir, "fr"))
	for name, change := range map[string][2]string{
		"a result that is none":         {"<result>FAILURE", "<result>FAILED"},
		"a case told nowhere":           {`ref="fournisseur/A/V10-N1"`, `ref="fournisseur/A/V10-N9"`},
		"an actor without statement":    {`statement="statement-2"`, `statement="statement-3"`},
		"an assertion outside its form": {"<assertionID>V10", "<assertion>V10</assertion><assertionID>V10"},
	} {
		changed := bytes.Replace(honest, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, honest) || valid(changed) {
			t.Errorf("the schema takes %s", name)
		}
	}
	run.Scope, run.Cases, run.NotRun, run.Requirements = nil, nil, nil, nil
	if !valid(render(t, "gitb", run, report.Options{})) {
		t.Error("a record of nothing is not valid")
	}
}

// signedGITB is the member report.xml of the archive of a sample.
func signedGITB(t *testing.T, name, key string) []byte {
	t.Helper()
	for _, f := range reporttest.Unpack(t, reporttest.Archive(t, name, reporttest.Signer(t, key))) {
		if f.Name == "report.xml" {
			return f.Bytes
		}
	}
	t.Fatal("the archive holds no report.xml")
	return nil
}

// TestGITBIsSigned has xmlsec1 verify the member of the archive with RSA and ECDSA, under the root alone; one changed byte,
// in the report or in what is signed of the signature, is refused.
func TestGITBIsSigned(t *testing.T) {
	benchtest.Needs(t, "xmlsec1")
	verifies := func(document []byte, root string) bool {
		path := filepath.Join(t.TempDir(), "report.xml")
		if err := os.WriteFile(path, document, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("xmlsec1", "--verify", "--id-attr:Id", xmlsec.NamespaceXAdES+":SignedProperties", "--trusted-pem",
			"testdata/keys/"+root+".pem", "--verification-time", reporttest.Later.Format("2006-01-02 15:04:05"), path).CombinedOutput()
		t.Logf("%s", out)
		return err == nil
	}
	for _, key := range []string{"rsa", "ecdsa"} {
		document := signedGITB(t, "mixed", key)
		if !verifies(document, "root") {
			t.Errorf("%s: xmlsec1 refuses", key)
		}
		if verifies(document, "other-root") {
			t.Errorf("%s: xmlsec1 trusts it under another root", key)
		}
		for _, change := range [][2]string{
			{"<result>FAILURE</result>", "<result>SUCCESS</result>"}, {"2036-03-10T09:32:00Z</xades:SigningTime>", "2036-03-10T09:33:00Z</xades:SigningTime>"},
			{"<failed>2<", "<failed>1<"},
		} {
			changed := bytes.Replace(document, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(changed, document) || verifies(changed, "root") {
				t.Errorf("%s: %s passes for %s", key, change[1], change[0])
			}
		}
	}
}

// TestGITBSignatureIsOfTheReport: the member is the report itself, with one signature at its end that covers all of it, for
// every key; Ed25519, which xmlsec1 does not know before 1.3, is verified here by our own verifier.
func TestGITBSignatureIsOfTheReport(t *testing.T) {
	dir, run := reporttest.Recorded(t, "all-pass")
	o := reporttest.Options(t, dir, "fr")
	o.TestKey = true
	want := canonical(t, render(t, "gitb", run, o))
	for _, key := range []string{"rsa", "ecdsa", "ed25519"} {
		doc, err := xmlsec.Parse(signedGITB(t, "all-pass", key), xmlsec.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		children := doc.Root().ChildElements()
		sig := children[len(children)-1]
		policy := xmlsec.CurrentPolicy
		policy.AllowEmptyURI = true
		policy.Methods = append([]string{xmlsec.MethodEd25519}, policy.Methods...)
		checked := xmlsec.Verify(sig, policy, reporttest.Signer(t, key).Chain[0].PublicKey)
		for _, f := range checked.Faults {
			if f.Kind != xmlsec.FaultObject { // the properties stand in one
				t.Errorf("%s: %v", key, f)
			}
		}
		if len(checked.References) != 2 || checked.References[0].Element != doc.Root() || !checked.References[0].OK {
			t.Errorf("%s: the signature covers %v", key, checked.References)
		}
		doc.Root().RemoveChild(sig)
		raw, err := xmlsec.Serialize(doc)
		if err != nil || !bytes.Equal(canonical(t, raw), want) {
			t.Errorf("%s: what is signed is not the report (%v)", key, err)
		}
	}
}

func canonical(t *testing.T, raw []byte) []byte {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		t.Fatal(err)
	}
	out, err := xmlsec.Canonicalize(doc.Root())
	if err != nil {
		t.Fatal(err)
	}
	return out
}
