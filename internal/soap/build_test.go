package soap_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"etalon/internal/interops"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
)

var update = flag.Bool("update", false, "rewrite the files of testdata")

// The forms of testdata are the messages before they are signed, for a person to read.
func TestBuildLaysOutTheEnvelope(t *testing.T) {
	old := draft(t)
	old.VI, old.SOAP = vi11(), soap.V12
	for name, d := range map[string]*soap.Draft{"form-2.0.xml": draft(t), "form-1.1-soap-1.2.xml": old, "form-signed.xml": signedDraft(t)} {
		var got string
		d.Hooks.Form = func(f *saml.Form) (err error) {
			doc := etree.NewDocument()
			doc.SetRoot(f.Root.Copy())
			doc.Indent(2)
			if token := doc.FindElement("//BinarySecurityToken"); token != nil {
				token.SetText("…")
			}
			got, err = doc.WriteToString()
			return err
		}
		build(t, d)
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestHooksRunInOrderAndTheirErrorsStopTheMessage(t *testing.T) {
	var order []string
	d := draft(t)
	d.Hooks = saml.Hooks{
		Content: func(*interops.VI) { order = append(order, "content") },
		Form:    func(*saml.Form) error { order = append(order, "form"); return nil },
		Signed: func(f *saml.Form) error {
			order = append(order, "signed")
			if f.VI.FindElement("./Signature") == nil {
				t.Error("the VI is not signed yet")
			}
			return nil
		},
		Wire: func(raw []byte) ([]byte, error) { order = append(order, "wire"); return append(raw, '!'), nil },
	}
	if raw := build(t, d); raw[len(raw)-1] != '!' || strings.Join(order, " ") != "content form signed wire" {
		t.Errorf("order %v, end %q", order, raw[len(raw)-1])
	}
	refusal := errors.New("non")
	for name, hooks := range map[string]saml.Hooks{
		"form":   {Form: func(*saml.Form) error { return refusal }},
		"signed": {Signed: func(*saml.Form) error { return refusal }},
		"wire":   {Wire: func([]byte) ([]byte, error) { return nil, refusal }},
	} {
		d := draft(t)
		d.Hooks = hooks
		if _, err := d.Build(); !errors.Is(err, refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBuildSaysWhyItCannot(t *testing.T) {
	for name, c := range map[string]struct {
		alter func(*soap.Draft)
		want  string
	}{
		"version of SAML": {func(d *soap.Draft) { d.VI.Version = "3.0" }, "encode VI"},
		"version of SOAP": {func(d *soap.Draft) { d.SOAP = "1.3" }, "build envelope"},
		"body":            {func(d *soap.Draft) { d.Body = []byte("<a>") }, "read application body"},
		"two bodies":      {func(d *soap.Draft) { d.Body = []byte("<a/><b/>") }, "read application body"},
		"no signer":       {func(d *soap.Draft) { d.Signer = pki.Credential{} }, "sign VI"},
		"reference": {func(d *soap.Draft) {
			d.Hooks.Form = func(f *saml.Form) error { f.Recipe.References[0].URI = "#nulle-part"; return nil }
		}, "sign VI"},
		"message signer": {func(d *soap.Draft) { d.MessageSigner = &pki.Credential{} }, "sign message"},
		"message reference": {func(d *soap.Draft) {
			signer := d.Signer
			d.MessageSigner = &signer
			d.Hooks.Form = func(f *saml.Form) error { f.Message.References[0].URI = "#nulle-part"; return nil }
		}, "sign message"},
	} {
		d := draft(t)
		c.alter(d)
		if raw, err := d.Build(); err == nil || !strings.HasPrefix(err.Error(), c.want) || raw != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnsignedAndNamelessVIsCanBeBuilt(t *testing.T) {
	d := draft(t)
	d.Hooks.Form = func(f *saml.Form) error { f.Recipe = nil; return nil }
	if got := rules(soap.Verify(post(build(t, d)), expect(t)).Findings); got != "signature-absent" {
		t.Errorf("unsigned: %s", got)
	}
	d = draft(t)
	d.VI.ID, d.TokenReference = "", false
	if got := rules(soap.Verify(post(build(t, d)), expect(t)).Findings); got != "id-absent signature-reference-empty" {
		t.Errorf("nameless: %s", got)
	}
}

// What a client candidate sent is judged under the client's requirements, envelope included.
func TestEmittedMessages(t *testing.T) {
	x := expect(t)
	x.Emitted = true
	if j := soap.Verify(post(build(t, draft(t))), x); len(j.Findings) > 0 || !j.Verified {
		t.Errorf("honest: %+v", j.Findings)
	}
	d := draft(t)
	d.VI.Attributes = []interops.Attribute{{Name: "NIR", Values: []string{"1"}}}
	if j := soap.Verify(post(build(t, d)), x); len(j.Findings) != 1 || j.Findings[0].Requirement != "V19" {
		t.Errorf("superfluous attribute: %+v", j.Findings)
	}
}
