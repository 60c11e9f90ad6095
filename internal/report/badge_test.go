package report_test

import (
	"encoding/xml"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"etalon/internal/record"
	"etalon/internal/seal"

	"etalon/internal/report/reporttest"
)

// picture is what the tests read of a badge.
type picture struct {
	Run   string `xml:"data-run,attr"`
	Lang  string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	Title string `xml:"title"`
	Rects []struct {
		Fill string `xml:"fill,attr"`
	} `xml:"g>rect"`
	Texts []struct {
		Text string `xml:",chardata"`
	} `xml:"g>text"`
}

// TestBadgeNamesItsRun: the digest of a badge is that of run.json in the archive; what a reader must know before the level
// stands on it.
func TestBadgeNamesItsRun(t *testing.T) {
	dir, run := reporttest.Recorded(t, "mixed")
	for lang, mark := range map[string]string{"fr": "CLÉ DE TEST", "en": "TEST KEY"} {
		o := reporttest.Options(t, dir, lang)
		o.TestKey = true
		var p picture
		if err := xml.Unmarshal(render(t, "badge", run, o), &p); err != nil {
			t.Fatal(err)
		}
		files := reporttest.Unpack(t, reporttest.Archive(t, "mixed", reporttest.Signer(t, "ecdsa")))
		i := slices.IndexFunc(files, func(f seal.Member) bool { return f.Name == "run.json" })
		if p.Run != record.Digest(files[i].Bytes) {
			t.Errorf("%s: digest %s is not that of run.json", lang, p.Run)
		}
		var all []string
		for _, x := range p.Texts {
			all = append(all, x.Text)
		}
		if said := strings.Join(all, "\n"); p.Lang != lang || !strings.Contains(said, p.Run) || !strings.Contains(said, mark) || !strings.Contains(p.Title, "Passerelle Exemple 2.3.1") {
			t.Errorf("%s: the badge, in %s, says %q under %q", lang, p.Lang, said, p.Title)
		}
	}
}

// TestBadgeIsReadable holds every ground to a contrast of 4.5 with white (WCAG 2.2 §1.4.3).
func TestBadgeIsReadable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range reporttest.Samples {
		dir, run := reporttest.Recorded(t, s.Name)
		var p picture
		if err := xml.Unmarshal(render(t, "badge", run, reporttest.Options(t, dir, "fr")), &p); err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rects {
			seen[r.Fill] = true
			if c := 1.05 / (luminance(t, r.Fill) + 0.05); c < 4.5 {
				t.Errorf("%s: white on %s has a contrast of %.1f", s.Name, r.Fill, c)
			}
		}
	}
	if len(seen) < 4 {
		t.Errorf("grounds %v: want one for each level that the samples have, and that of the rest", seen)
	}
}

// luminance is that of a colour #rrggbb (WCAG 2.2, relative luminance).
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(v uint64) float64 {
		x := float64(v&0xff) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
