package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/journey"
	"etalon/internal/stand"
)

// readFile returns what the command wrote.
func readFile(t *testing.T, path ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// count counts the elements of a name in a well-formed document.
func count(t *testing.T, document, name string) int {
	t.Helper()
	n := 0
	for d := xml.NewDecoder(strings.NewReader(document)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == name {
			n++
		}
	}
}

func TestSphereCommand(t *testing.T) {
	for lang, want := range map[string]string{"fr": "2 parcours rebâti(s)", "en": "2 journey(s) rebuilt"} {
		dir := filepath.Join(t.TempDir(), "sphere")
		var out, problems bytes.Buffer
		if status := run(t.Context(), []string{"sphere", "--persons", "2", "--out", dir, "--lang", lang}, streams{out: &out, err: &problems}); status != 0 {
			t.Fatalf("exit status %d\n%s", status, problems.String())
		}
		page := filepath.Join(dir, "parcours.html")
		if told := out.String(); !strings.Contains(told, want) || !strings.HasSuffix(strings.TrimSpace(told), page) || strings.Count(told, "\n  organisme-") != 7 {
			t.Errorf("%s: want seven steps, %q and the path of the report:\n%s", lang, want, told)
		}
		drawing := readFile(t, dir, "parcours.svg")
		// Four organisms; an arrow for the identification, each of four VIs, and the logout at the operator and four services.
		if boxes := strings.Count(drawing, `class="b"`); boxes != 4 || strings.Count(drawing, `class="a"`) != 10 {
			t.Errorf("%s: the diagram has %d organisms, %d arrows", lang, boxes, strings.Count(drawing, `class="a"`))
		}
		if count(t, drawing, "svg") != 1 {
			t.Errorf("%s: want one drawing", lang)
		}
		html := readFile(t, page)
		if !strings.Contains(html, drawing) || !strings.Contains(drawing, "personne-0000") || strings.Count(html, `<section class="organism">`) != 4 || strings.Count(html, "<tr><td>") < 14 {
			t.Errorf("%s: the page lacks the diagram, an organism or a step", lang)
		}
		if found := regexp.MustCompile(`<script|(src|href)=|url\(|@import`).FindString(html); found != "" {
			t.Errorf("%s: the page reaches out with %q", lang, found)
		}
		for _, organism := range []string{"organisme-1", "organisme-2", "organisme-3", "organisme-4"} {
			if traces := readFile(t, dir, "traces", organism+".jsonl"); strings.Count(traces, "\n") < 2 || !strings.Contains(traces, `"`+organism+`"`) {
				t.Errorf("%s: the traces of %s do not tell two persons", lang, organism)
			}
		}
		if status := run(t.Context(), []string{"sphere", "--out", dir, "--lang", lang}, streams{out: &out, err: &problems}); status != 2 {
			t.Errorf("%s: a folder with traces: exit status %d, want 2", lang, status)
		}
	}
}

// TestSphereCommandTellsWhatFails plays neglects of the parties: exit status 1, a page that says what failed.
func TestSphereCommandTellsWhatFails(t *testing.T) {
	for name, c := range map[string]struct {
		flaws stand.SphereOptions
		want  error
	}{
		"session": {stand.SphereOptions{ServiceFlaws: []string{"survives-logout"}}, stand.ErrSessionSurvives},
		"chain":   {stand.SphereOptions{ServiceFlaws: []string{"breaks-trace-chain"}}, stand.ErrJourneyLost},
		"nobody":  {stand.SphereOptions{ServiceFlaws: []string{"refuses-everything"}}, stand.ErrOtherPerson},
	} {
		t.Run(name, func(t *testing.T) {
			var out, problems bytes.Buffer
			s := &streams{out: &out, err: &problems, lang: "fr"}
			command := sphereCommand{Persons: 2, Out: t.TempDir(), flaws: c.flaws}
			err := command.Run(t.Context(), s)
			if status := s.fail(err); status != 1 || !errors.Is(err, c.want) || !strings.Contains(problems.String(), "personne-0000") && name != "chain" {
				t.Errorf("exit status %d, want 1 for %v, named:\n%s", status, c.want, problems.String())
			}
			if html := readFile(t, command.Out, "parcours.html"); !strings.Contains(html, `class="failures"`) || !strings.Contains(html, c.want.Error()) {
				t.Errorf("the page does not tell %v", c.want)
			}
		})
	}
}

// TestSpherePageEscapes wants nothing of a trace or of a convention to become part of the page.
func TestSpherePageEscapes(t *testing.T) {
	hostile := `<img src=x onerror=alert(1)>"'&`
	convention := candidate.SphereConvention()
	convention.Name, convention.Organisms[0].Label = hostile, hostile
	convention.Sphere.Members[0].Services[0].Name = hostile
	at := &journey.Record{At: bench.Wall()}
	at.Organisation = hostile
	way := &journey.Journey{Person: hostile, Steps: []journey.Step{{Kind: journey.Logout, Logouts: []*journey.Record{at}}}}
	raw, err := spherePage{
		Convention: convention, At: bench.Wall(), Person: hostile, Failed: errors.New(hostile), Diagram: journey.SVG([]*journey.Journey{way}, "fr"),
		Told: &journey.Reconciliation{Journeys: []*journey.Journey{way}, Exports: []journey.Export{{File: hostile}}},
	}.render()
	if err != nil {
		t.Fatal(err)
	}
	if html := string(raw); strings.Contains(html, "<img") || strings.Count(html, "&lt;img") < 5 {
		t.Errorf("a text became part of the page, or is not shown:\n%s", html)
	}
}

func TestSphereCommandRefusesPersons(t *testing.T) {
	for _, persons := range []string{"0", "1001"} {
		var out, problems bytes.Buffer
		if status := run(t.Context(), []string{"sphere", "--persons", persons, "--lang", "en"}, streams{out: &out, err: &problems}); status != 2 || !strings.Contains(problems.String(), "want 1 to 1000") {
			t.Errorf("--persons %s: exit status %d, %s", persons, status, problems.String())
		}
	}
}
