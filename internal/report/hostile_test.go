package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"etalon/internal/bench/benchtest"
	"etalon/internal/report"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/verdict"
)

// nasty is what a partner might write: ends of what XML, SVG, HTML, JSON and Gherkin enclose, characters that XML has not or that
// turn a line around, octets that are no text.
const nasty = "]]> --> -- </svg></text><script>alert(1)</script>\x00\x1b[31m\x08\ufffe\uffff\u202e\u2066\u200b\xff\xc3(\r\n\"\"\"\n| a |\n  Scénario: X, autre\n@tag &#x0; &xxe; %0a {0} [x](javascript:alert(1)) =cmd"

// hostileRun is a record whose every word of a partner's is nasty.
func hostileRun() *verdict.Run {
	run := reporttest.Header()
	run.Complete, run.Finished, run.Seed = true, reporttest.At.Add(60e9), nasty
	run.Candidate = verdict.Candidate{Name: nasty, Vendor: nasty, Version: nasty, Config: nasty, Excludes: []verdict.Exclusion{{Role: nasty, Requirement: nasty, Reason: nasty}}}
	run.Profile = verdict.Profile{Name: nasty, Digest: nasty, Overrides: map[string]string{nasty: nasty}}
	run.Suite.Version, run.Place = nasty, nasty
	why := verdict.Reason{Key: verdict.ReasonTimeout, Args: []string{nasty, nasty}}
	for i, v := range []verdict.Verdict{verdict.Pass, verdict.Fail, verdict.Inconclusive, verdict.Review, verdict.Waived, verdict.NotApplicable} {
		c := verdict.Case{Address: "fournisseur/A/V10-N" + string(rune('1'+i)), Requirement: "V10", Basis: "I", Title: nasty, Fault: nasty, Verdict: v, Why: why, Reason: nasty, Started: reporttest.At, MS: 3,
			Findings:  []verdict.Finding{{Requirement: "V10", Rule: nasty, Want: nasty, Got: nasty}, {Requirement: nasty, Rule: "accepted", Want: nasty, Got: nasty}},
			Steps:     []verdict.Step{{Text: nasty, OK: true, Note: nasty}, {Text: "\"\"\"", Note: nasty}},
			Exchanges: []verdict.Exchange{{Label: "faulty", From: "harness", Marker: nasty, Error: nasty}}}
		run.Cases = append(run.Cases, c)
	}
	run.NotRun = []verdict.NotRun{{Address: "fournisseur/A/T01-N1", Reason: nasty, Why: why}}
	run.Trouble = []verdict.Trouble{{Scope: "fournisseur/A", Reason: why}}
	run.Waivers = []verdict.Waiver{{Case: nasty, Reason: nasty, Owner: nasty, Expires: nasty}, {Requirement: "V10", Role: nasty, Reason: nasty, Owner: nasty, Expires: nasty}}
	run.Items = []verdict.Item{{ID: nasty, Entities: []string{verdict.EntityProvider}, Kind: verdict.KindDeclared, Title: verdict.Text{FR: nasty, EN: nasty}, Requirements: []string{nasty},
		Evidence: []verdict.Document{{Requirement: nasty, File: nasty, Digest: nasty, Date: nasty, Note: nasty}}}}
	run.Conclude(reporttest.Catalogue)
	return run
}

// TestHostileRecord: whatever a partner wrote, each format stays what it is, and the words in it are text that shows what they are.
func TestHostileRecord(t *testing.T) {
	run := hostileRun()
	agree(t, "hostile", run, reporttest.Options(t, t.TempDir(), "fr"))
	for _, o := range []report.Options{reporttest.Options(t, t.TempDir(), "en"), {}} {
		for _, f := range report.Formats {
			raw := render(t, f.Name, run, o)
			if strings.HasPrefix(string(raw), "%PDF") {
				continue // its text is looked at by the tests of its own
			}
			if f.Name != "json" && (!utf8.Valid(raw) || bytes.ContainsAny(raw, "\x00\x1b\x08\u202e\u2066\u200b\ufffe\uffff")) {
				t.Errorf("%s: octets or characters that nobody sees", f.Name)
			}
			switch f.MediaType {
			case "application/xml", "image/svg+xml":
				wellFormed(t, f.Name, raw)
			case "application/json", "application/sarif+json", "application/x-ndjson":
				for d := json.NewDecoder(bytes.NewReader(raw)); ; {
					var v any
					if err := d.Decode(&v); err == io.EOF {
						break
					} else if err != nil {
						t.Fatalf("%s: %v", f.Name, err)
					}
				}
			}
		}
	}
}

// inert are the elements of a badge, none of which runs, loads or leads anywhere.
var inert = map[string]bool{"svg": true, "title": true, "g": true, "rect": true, "text": true}

// wellFormed holds a document to XML 1.0 by two parsers, and a picture to what cannot do anything.
func wellFormed(t *testing.T, name string, raw []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if start, ok := token.(xml.StartElement); ok && name == "badge" {
			for _, a := range start.Attr {
				if !inert[start.Name.Local] || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" || a.Name.Local == "style" {
					t.Errorf("badge: <%s %s>", start.Name.Local, a.Name.Local)
				}
			}
		}
	}
	benchtest.Needs(t, "xmllint")
	path := filepath.Join(t.TempDir(), "hostile.xml")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--noout", "--nonet", path}
	if name == "gitb" {
		args = append([]string{"--schema", "testdata/gitb/gitb_tr.xsd"}, args...)
	}
	if out, err := exec.Command("xmllint", args...).CombinedOutput(); err != nil {
		t.Errorf("%s: %s", name, out)
	}
}

// TestHostileArchive: the signed member is made of it too, and the archive verifies.
func TestHostileArchive(t *testing.T) {
	o := reporttest.Options(t, t.TempDir(), "fr")
	var out bytes.Buffer
	if err := report.WriteArchive(&out, hostileRun(), report.ArchiveOptions{Options: o, Signer: reporttest.Signer(t, "ecdsa"), Now: reporttest.Later}); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Verify(out.Bytes(), seal.VerifyOptions{Now: reporttest.Later}); err != nil {
		t.Error(err)
	}
}
