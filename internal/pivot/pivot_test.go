package pivot_test

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/pivot"
	"etalon/internal/pki"
	"etalon/internal/xmlsec"
)

var at = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

const (
	client   = "urn:interops:1:idp:client:1"
	provider = "urn:interops:2:idp:fournisseur:1"
)

func signer(t *testing.T) pki.Credential {
	t.Helper()
	c, err := signers(t).Credential("organisme-client/signature")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// documents are one of each sort, and the borders of what the schema foresees.
func documents() map[string]pivot.Document {
	until := at.Add(time.Hour)
	return map[string]pivot.Document{
		"demand by VI": {Request: &interops.TraceRequest{
			ID: "_d1", From: client, To: provider, Date: at, Motive: interops.MotiveControl, VIs: []string{"_vi-1", "urn:uuid:2"}, Kind: interops.AllTraces,
		}},
		"demand by person": {Request: &interops.TraceRequest{
			ID: "_d2", From: client, To: provider, Date: at, Motive: interops.MotiveSuspicion, NameID: "agent <Éloïse> & co", Since: at, Until: until, Kind: interops.VerificationTraces,
		}},
		"demand by time": {Request: &interops.TraceRequest{
			ID: "_d3", From: client, To: provider, Date: at, Motive: interops.MotiveSuspicion, Since: at, Until: until, Kind: interops.ApplicationTraces,
		}},
		"answer": {Answer: &interops.TraceAnswer{
			ID: "_r1", RequestID: "_d1", From: provider, To: client, Date: at, Status: interops.TracesPartial,
			Verifications: []interops.VIVerification{{VI: "_vi-1", Date: at, Accepted: true}, {VI: "_vi-1", Date: until, Code: "vi:InvalidAudience"}},
			Applications:  []interops.ApplicationTrace{{VI: "_vi-1", Date: at, Action: "APPEL", Object: "http://service", Result: "TRANSMIS"}},
		}},
		"empty answer": {Answer: &interops.TraceAnswer{ID: "_r2", RequestID: "_d1", From: provider, To: client, Date: at, Status: interops.TracesNone}},
		"declaration": {Report: &interops.SuspicionReport{
			ID: "_s1", From: client, To: provider, Date: at, VIs: []string{"_vi-1", "_vi-2"}, Description: "rejeu\nvu à 9 h 30",
		}},
		"receipt": {Receipt: &interops.SuspicionReceipt{ID: "_a1", ReportID: "_s1", From: provider, To: client, Date: at}},
	}
}

// content is a document without the tree that it was read from.
func content(d pivot.Document) any {
	for _, v := range []any{d.Request, d.Answer, d.Report, d.Receipt} {
		if !reflect.ValueOf(v).IsNil() {
			return v
		}
	}
	return nil
}

func build(t *testing.T, d pivot.Draft) []byte {
	t.Helper()
	raw, err := d.Build()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	key := signer(t)
	for name, d := range documents() {
		raw := build(t, pivot.Draft{Document: d, Signer: key})
		got, err := pivot.Read(raw)
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, raw)
			continue
		}
		if !reflect.DeepEqual(content(got), content(d)) {
			t.Errorf("%s: read %+v, written %+v", name, content(got), content(d))
		}
		chain, err := got.Signer()
		if err != nil || !chain[0].Equal(key.Leaf()) {
			t.Errorf("%s: signer %v, %v", name, chain, err)
		}
		if got.From() == "" || got.From() == got.To() || got.From() != d.From() || got.To() != d.To() {
			t.Errorf("%s: from %q to %q", name, got.From(), got.To())
		}
	}
}

// lint holds a file to the published schema by libxml2; skipped where it is not installed.
func lint(t *testing.T, raw []byte) (valid bool, said string) {
	t.Helper()
	benchtest.Needs(t, "xmllint")
	cmd := exec.Command("xmllint", "--noout", "--nonet", "--schema", filepath.Join("..", "..", "docs", "traces-pivot.xsd"), "-")
	cmd.Stdin = bytes.NewReader(raw)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err != nil && exit.ExitCode() == 5 || strings.Contains(string(out), "failed to compile") {
		t.Fatalf("xmllint refuses the schema: %s", out)
	}
	return err == nil, string(out)
}

// TestSchemaAgrees holds reader and schema together: what one takes the other takes.
func TestSchemaAgrees(t *testing.T) {
	key := signer(t)
	for name, d := range documents() {
		if ok, said := lint(t, build(t, pivot.Draft{Document: d, Signer: key})); !ok {
			t.Errorf("%s: the schema refuses what we write: %s", name, said)
		}
	}
	for _, a := range pivot.Alterations() {
		for _, d := range documents() {
			raw := build(t, pivot.Draft{Document: d, Signer: key})
			if !befalls(a, raw) {
				continue
			}
			altered := build(t, a.Befall(pivot.Draft{Document: d, Signer: key}))
			_, err := pivot.Read(altered)
			ok, said := lint(t, altered)
			if ok != (err == nil) {
				t.Errorf("%s: the reader says %v, the schema %v: %s", a.Name, err, ok, said)
			}
		}
	}
}

func befalls(a pivot.Alteration, raw []byte) bool {
	for _, root := range a.Of {
		if bytes.HasPrefix(raw, []byte("<tp:"+root+" ")) {
			return true
		}
	}
	return false
}

// TestEveryAlterationIsRefused wants each fault to change the file and to be refused, by the reader or the signature.
func TestEveryAlterationIsRefused(t *testing.T) {
	key := signer(t)
	met := map[string]string{}
	for _, a := range pivot.Alterations() {
		befell := 0
		for _, d := range documents() {
			honest := build(t, pivot.Draft{Document: d, Signer: key})
			if !befalls(a, honest) {
				continue
			}
			befell++
			altered := build(t, a.Befall(pivot.Draft{Document: d, Signer: key}))
			if bytes.Equal(altered, honest) || met[string(altered)] != "" {
				t.Errorf("%s: the same bytes as %q", a.Name, met[string(altered)])
			}
			met[string(altered)] = a.Name
			read, err := pivot.Read(altered)
			if err == nil {
				_, err = read.Signer()
			}
			if err == nil {
				t.Errorf("%s: nobody sees it\n%s", a.Name, altered)
			}
		}
		if befell == 0 {
			t.Errorf("%s befalls no document", a.Name)
		}
		if again, ok := pivot.AlterationOf(a.Name); !ok || again.Name != a.Name {
			t.Errorf("%s is not found by its name", a.Name)
		}
	}
	if _, ok := pivot.AlterationOf("inventee"); ok {
		t.Error("an invented alteration is found")
	}
}

func TestReaderNamesThePlace(t *testing.T) {
	key := signer(t)
	all := documents()
	for name, test := range map[string]struct {
		of   string
		form func(*etree.Element)
		path string
	}{
		"foreign root":           {"receipt", func(r *etree.Element) { r.Tag = "Accuse" }, "Accuse"},
		"two criteria":           {"demand by VI", func(r *etree.Element) { r.SelectElement("Criteres").CreateElement("tp:NameId").SetText("x") }, "DemandeTraces/Criteres"},
		"identifier with blanks": {"demand by VI", func(r *etree.Element) { r.SelectElement("Emetteur").SetText("a b") }, "DemandeTraces/Emetteur"},
		"text between":           {"demand by VI", func(r *etree.Element) { r.CreateText("bonjour") }, "DemandeTraces"},
		"markup in a text":       {"declaration", func(r *etree.Element) { r.SelectElement("Description").CreateElement("b") }, "DeclarationComportementSuspect/Description"},
		"comment in an id":       {"declaration", func(r *etree.Element) { r.SelectElement("ViId").CreateComment("x") }, "DeclarationComportementSuspect/ViId"},
		"attribute within":       {"answer", func(r *etree.Element) { r.SelectElement("VerificationVI").CreateAttr("n", "1") }, "ReponseTraces/VerificationVI"},
		"result unknown":         {"answer", func(r *etree.Element) { r.FindElement("VerificationVI/Resultat").SetText("OK") }, "ReponseTraces/VerificationVI/Resultat"},
		"date that is none":      {"answer", func(r *etree.Element) { r.FindElement("TraceApplicative/Date").SetText("2026-02-30T00:00:00Z") }, "ReponseTraces/TraceApplicative/Date"},
		"status unknown":         {"answer", func(r *etree.Element) { r.SelectElement("Statut").SetText("REFUSEE") }, "ReponseTraces/Statut"},
		"a hundred and one VIs": {"declaration", func(r *etree.Element) {
			for range 100 {
				e := etree.NewElement("tp:ViId")
				e.SetText("x")
				r.InsertChildAt(3, e)
			}
		}, "DeclarationComportementSuspect"},
	} {
		raw := build(t, pivot.Draft{Document: all[test.of], Signer: key, Form: test.form})
		_, err := pivot.Read(raw)
		var schema *pivot.SchemaError
		if !errors.As(err, &schema) || schema.Path != test.path || schema.Want == "" || schema.Got == "" {
			t.Errorf("%s: %v, want the place %s", name, err, test.path)
		}
		if strings.Contains(name, "comment") {
			continue // stricter than the schema: a reader that stops at the comment would take another identifier
		}
		if ok, _ := lint(t, raw); ok {
			t.Errorf("%s: the schema takes it", name)
		}
	}
}

func TestHostileFiles(t *testing.T) {
	for name, raw := range map[string]string{
		"empty":       "",
		"DTD":         `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>`,
		"not XML":     "DemandeTraces: oui",
		"deep":        strings.Repeat("<a>", 200) + strings.Repeat("</a>", 200),
		"two roots":   "<a/><b/>",
		"no children": `<tp:DemandeTraces xmlns:tp="urn:etalon:traces-pivot:1" xml:id="_a"/>`,
	} {
		if d, err := pivot.Read([]byte(raw)); err == nil {
			t.Errorf("%s: read %+v", name, d)
		}
	}
	var parse *xmlsec.ParseError
	if _, err := pivot.Read([]byte("<a>")); !errors.As(err, &parse) {
		t.Errorf("a file that is no XML: %v", err)
	}
	if _, err := (pivot.Document{}).Signer(); err == nil {
		t.Error("a document that was not read has a signer")
	}
	if _, err := (pivot.Draft{}).Build(); err == nil {
		t.Error("a draft without document is written")
	}
}

func FuzzRead(f *testing.F) {
	for _, d := range documents() {
		if raw, err := (pivot.Draft{Document: d}).Build(); err == nil {
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := pivot.Read(raw)
		if err != nil {
			return
		}
		_, _ = d.Signer()
		again, err := (pivot.Draft{Document: d}).Build()
		if err != nil {
			t.Fatalf("read and not written: %v", err)
		}
		if len(again) == 0 {
			t.Fatal("nothing written")
		}
	})
}
