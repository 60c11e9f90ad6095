package journey_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/journey"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// wellFormed reads a diagram to its end.
func wellFormed(t *testing.T, raw []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the diagram is no XML: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "image" || e.Name.Local == "a") {
			t.Fatalf("the diagram holds an element %s", e.Name.Local)
		}
	}
}

// drawn is a journey with every sort of arrow.
func drawn(t *testing.T) *journey.Reconciliation {
	s := newSphere(t)
	s.wholeJourney(0, "assure-1")
	s.enter(time.Minute, interops.Sent, "assure-2", s.s1)
	fill := []func(*interops.Trace){from("portail"), to("sante"), of("assure-2", "session-assure-2")}
	s.oa.write(70*time.Second, interops.Rebounded, "vi-refused-by-sante", fill...)
	s.s2.write(70*time.Second+3*time.Millisecond, interops.Rejected, "vi-refused-by-sante", append(fill, func(t *interops.Trace) { t.FaultCode = "vi:InvalidAudience" })...)
	s.oa.write(80*time.Second, interops.Rebounded, "vi-lost-on-the-way", fill...)
	s.oa.write(90*time.Second, interops.LoggedOut, "", of("assure-2", "session-assure-2"), from("portail"))
	for _, p := range []*party{s.oi, s.oa, s.s1, s.s2} {
		golden(t, p.name+".jsonl", p.bytes())
	}
	return journey.Reconcile(s.exports(), journey.Options{})
}

func TestDiagram(t *testing.T) {
	r := drawn(t)
	for lang, words := range map[string][]string{
		"fr": {"Parcours d'après les traces", "déconnexion", "refusé vi:InvalidAudience", "réception sans trace", "accueil", "retraite", "09:00:02.001", "…"},
		"en": {"Journey from the traces", "logout", "refused vi:InvalidAudience", "reception not traced", "prefers-color-scheme:dark"},
	} {
		raw := journey.SVG(r.Journeys, lang)
		wellFormed(t, raw)
		var read strings.Builder
		for d := xml.NewDecoder(bytes.NewReader(raw)); ; {
			token, err := d.Token()
			if err != nil {
				break
			}
			if c, ok := token.(xml.CharData); ok {
				read.Write(c)
			}
		}
		for _, w := range words {
			if !strings.Contains(read.String(), w) {
				t.Errorf("%s: the diagram does not say %q", lang, w)
			}
		}
		golden(t, "journey-"+lang+".svg", raw)
	}
	golden(t, "journey-fr.txt", []byte(strings.Join(r.Tell("fr"), "\n")+"\n"))
	golden(t, "journey-en.txt", []byte(strings.Join(r.Tell("en"), "\n")+"\n"))
	raw, err := json.MarshalIndent(r.Machine(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "journey.json", append(raw, '\n'))
}

// golden compares with a file of testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; -update rewrites it, got:\n%s", path, got)
	}
}

// TestDiagramIsNoDoor draws names that attack whoever opens it.
func TestDiagramIsNoDoor(t *testing.T) {
	evil := `</text><script>alert(1)</script>` + "\u202e\x00\x1b[2J" + `&"'`
	s := newSphere(t)
	s.oa.name, s.s1.name = "portail"+evil, "retraite"+evil
	s.oa.write(0, interops.Sent, evil, from("portail"), to("x"), of(evil, evil))
	s.s1.write(time.Second, interops.Rejected, evil, from("portail"), to("x"), of(evil, evil), func(t *interops.Trace) { t.FaultCode = evil })
	r := journey.Reconcile(s.exports(), journey.Options{})
	raw := journey.SVG(r.Journeys, "fr")
	wellFormed(t, raw)
	text := string(raw) + strings.Join(r.Tell("fr"), "\n")
	for _, bad := range []string{"<script", "\u202e", "\x1b", "\x00"} {
		if strings.Contains(string(raw), bad) {
			t.Errorf("the diagram holds %q", bad)
		}
		if bad != "<script" && strings.Contains(text, bad) {
			t.Errorf("the words hold %q", bad)
		}
	}
}

// TestDiagramIsBounded draws a part of what would make a page of a mile.
func TestDiagramIsBounded(t *testing.T) {
	client, provider := twoParties(t, 1000)
	r := reconcile(journey.Options{}, client, provider)
	raw := journey.SVG(r.Journeys, "en")
	wellFormed(t, raw)
	if n := bytes.Count(raw, []byte(`<line class="a"`)); n != 400 || !strings.Contains(string(raw), "600 more exchanges") {
		t.Errorf("%d arrows drawn of 1000", n)
	}
	wellFormed(t, journey.SVG(nil, "fr"))
}

// TestDiagramOpensElsewhere lets another reader of XML judge it.
func TestDiagramOpensElsewhere(t *testing.T) {
	benchtest.Needs(t, "xmllint")
	cmd := exec.Command("xmllint", "--noout", "--nonet", "-")
	cmd.Stdin = bytes.NewReader(journey.SVG(drawn(t).Journeys, "fr"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v: %s", err, out)
	}
}
