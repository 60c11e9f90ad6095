package statement_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/pdfsig"
	"etalon/internal/record"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// handover hands the sample on, two hours after its signature.
func handover(of *statement.Report) statement.HandoverOrder {
	return statement.HandoverOrder{
		Report: of, Operator: statement.Operator{Name: "Opérateur B", ID: "999", Domain: "b.test.invalid", Version: "1.2"},
		Configuration: []statement.Setting{{Key: "introspection", Value: "oui"}}, Signer: signer("second opérateur"), Texts: texts(), Lang: "fr", Now: at.Add(2 * time.Hour),
	}
}

// alone is where no report stands beside a handover.
func alone() ([]byte, error) { return nil, errors.New("no report beside it") }

func TestHandover(t *testing.T) {
	of := signed(t, sample())
	beside := func() ([]byte, error) { return of.Raw, nil }
	for _, include := range []bool{false, true} {
		o := handover(of)
		o.Include = include
		raw, _, err := statement.MakeHandover(o)
		if err != nil {
			t.Fatal(err)
		}
		if again, _, err := statement.MakeHandover(o); err != nil || !bytes.Equal(raw, again) {
			t.Errorf("one handover gives two archives (%v)", err)
		}
		h, err := statement.VerifyHandover(raw, beside, looking("opérateur", "second opérateur"))
		if err != nil || !h.Trusted() || h.Handover().Operator.Domain != "b.test.invalid" || h.Report.Digest() != of.Digest() {
			t.Errorf("include %v: %+v, %v", include, h, err)
		}
		if _, err := statement.VerifyHandover(raw, alone, looking()); (err == nil) != include {
			t.Errorf("include %v, and no report beside it: %v", include, err)
		}
		if _, err := statement.VerifyHandover(raw, beside, looking("second opérateur")); err == nil {
			t.Error("trusted without the root of the report's signer")
		}
		if text := string(h.Opened.Member("handover.txt")); !strings.Contains(text, "introspection") || !strings.Contains(text, of.Digest()) {
			t.Errorf("handover.txt says\n%s", text)
		}
	}
	other := sample()
	other.Seed = "another"
	raw, _, err := statement.MakeHandover(handover(of))
	if err != nil {
		t.Fatal(err)
	}
	otherRaw := archive(t, other, signer("opérateur"))
	if _, err := statement.VerifyHandover(raw, func() ([]byte, error) { return otherRaw, nil }, looking()); err == nil || !strings.Contains(err.Error(), "--of") {
		t.Errorf("with another report: %v", err)
	}
}

func TestAlteredHandovers(t *testing.T) {
	of := signed(t, sample())
	o := handover(of)
	raw, _, err := statement.MakeHandover(o)
	if err != nil {
		t.Fatal(err)
	}
	beside := func() ([]byte, error) { return of.Raw, nil }
	for i := 0; i < len(raw); i += 97 {
		changed := bytes.Clone(raw)
		changed[i] ^= 1
		_, err := statement.VerifyHandover(changed, beside, looking())
		if err == nil {
			t.Fatalf("byte %d changed, and nothing is said", i)
		}
		reporttest.InBoth(t, err)
	}
	h, err := statement.VerifyHandover(raw, beside, looking())
	if err != nil {
		t.Fatal(err)
	}
	members := slices.DeleteFunc(slices.Clone(h.Opened.Seal.Members), func(m seal.Member) bool {
		return slices.Contains([]string{"manifest.json", "attestation.dsse.json", "chain.pem"}, m.Name)
	})
	for name, forge := range map[string]func(*statement.Handover, *seal.Bundle){
		"another version": func(s *statement.Handover, _ *seal.Bundle) { s.Operator.Version = "2" },
		"another level":   func(s *statement.Handover, _ *seal.Bundle) { s.Report.Level.Standard = verdict.Conforme },
		"not what people read": func(s *statement.Handover, _ *seal.Bundle) {
			s.Configuration = []statement.Setting{{Key: "introspection", Value: "non"}}
		},
		"says it is included": func(s *statement.Handover, _ *seal.Bundle) { s.Included = true },
		"about another file":  func(_ *statement.Handover, b *seal.Bundle) { b.About[0].Digest = digest("a.txt") },
		"a review":            func(_ *statement.Handover, b *seal.Bundle) { b.Kind = statement.KindReview },
		"another schema":      func(s *statement.Handover, _ *seal.Bundle) { s.Schema = "etalon/handover/2" },
	} {
		said := *h.Handover()
		b := seal.Bundle{Kind: statement.KindHandover, About: slices.Clone(h.Opened.About), Members: members}
		forge(&said, &b)
		forged, err := b.Write(&said, o.Signer, o.Now)
		if err != nil {
			t.Fatal(err)
		}
		_, err = statement.VerifyHandover(forged, beside, looking())
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		reporttest.InBoth(t, err)
	}
	b := seal.Bundle{Kind: statement.KindHandover, About: h.Opened.About, Members: members}
	early, err := b.Write(h.Handover(), o.Signer, at)
	if err != nil {
		t.Fatal(err)
	}
	var unsound *seal.Unsound
	if _, err := statement.VerifyHandover(early, beside, looking()); !errors.As(err, &unsound) || unsound.Part != seal.PartTime {
		t.Errorf("signed before the report: %v", err)
	}
}

// Nobody hands on, or commits to, a report that says too little or that a test key signed; a draft says what it is.
func TestReportsThatAreNotFinal(t *testing.T) {
	partial, incomplete, test := sample(), sample(), signer("opérateur")
	partial.Partial, incomplete.Complete, test.Test = true, false, true
	partial.Conclude(catalogue)
	incomplete.Conclude(catalogue)
	tested := reread(t, archive(t, sample(), test))
	lapsed := signed(t, sample())
	lapsed.Lapsed = true
	for name, c := range map[string]struct {
		of    *statement.Report
		draft bool
		final bool
	}{
		"whole": {signed(t, sample()), false, true}, "partial": {signed(t, partial), true, false}, "incomplete": {signed(t, incomplete), true, false},
		"no longer in force": {lapsed, true, false},
		"test key":           {tested, false, false}, "test key, as a draft": {tested, true, true},
	} {
		o := handover(c.of)
		o.Draft, o.Signer.Test = c.draft, c.draft
		raw, _, err := statement.MakeHandover(o)
		if (err == nil) != c.final || err != nil && !errors.Is(err, statement.ErrNotFinal) {
			t.Errorf("%s: handover: %v", name, err)
		}
		e := engagement(c.of)
		e.Draft = c.draft
		text, err := e.Text()
		if (err == nil) != c.final || err != nil && !errors.Is(err, statement.ErrNotFinal) {
			t.Errorf("%s: engagement: %v", name, err)
		}
		if err != nil {
			reporttest.InBoth(t, err)
		}
		if c.final && (strings.Contains(text, "ÉPREUVE") != c.draft || bytes.Contains(raw, []byte("ÉPREUVE")) != c.draft) {
			t.Errorf("%s: it is not told whether it is a draft", name)
		}
	}
	o := handover(tested)
	o.Operator.Version, o.Draft = "1.3", true
	_, _, err := statement.MakeHandover(o)
	if !errors.Is(err, statement.ErrOtherVersion) {
		t.Errorf("another version: %v", err)
	}
	reporttest.InBoth(t, err)
	o.Operator.Name = " "
	_, _, err = statement.MakeHandover(o)
	reporttest.InBoth(t, err)
}

// engagement is that of an operator on the sample.
func engagement(of *statement.Report) statement.Engagement {
	return statement.Engagement{Report: of, Operator: "Opérateur A", Catalogue: catalogue, Texts: texts(), Lang: "fr", Now: at.Add(3 * time.Hour)}
}

func TestEngagement(t *testing.T) {
	run := sample()
	run.Candidate.Excludes = []verdict.Exclusion{{Role: "mss-organisation", Requirement: "GOV-07", Reason: "sans objet ici"}}
	of := signed(t, run)
	e := engagement(of)
	pdf, err := e.PDF()
	if err != nil || pdfsig.Ails(pdf) != "" {
		t.Fatalf("%v, %s", err, pdfsig.Ails(pdf))
	}
	if again, err := e.PDF(); err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("one engagement gives two documents (%v)", err)
	}
	told := func(e statement.Engagement) string {
		text, err := e.Text()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, want := range []string{"Opérateur A déclare exploiter Opérateur d'essai, version 1.2", of.Digest(), "Titre de GOV-01", "mss-organisation GOV-07", "sans objet ici", "Lieu et date : ____"} {
		if !strings.Contains(told(e), want) {
			t.Errorf("%q is not told", want)
		}
	}
	if strings.Contains(told(e), "V10") || strings.Count(told(e), "GOV-02") != 4 { // to meet, and open, each with its title
		t.Errorf("requirements:\n%s", told(e))
	}
	e.Review, e.Representative, e.Lang = reviewed(t, order(of, nil, all("accepted")...)), "Camille Exemple", "en"
	for _, want := range []string{"Level after review, on the standard", "Conformant", "Name : Camille Exemple", record.Digest(e.Review.Raw)} {
		if !strings.Contains(told(e), want) {
			t.Errorf("%q is not told after a review", want)
		}
	}
	if strings.Count(told(e), "GOV-02") != 2 {
		t.Errorf("what was accepted is still open:\n%s", told(e))
	}
	e.Catalogue = catalogue[1:]
	if _, err := e.PDF(); !errors.Is(err, statement.ErrCatalogue) {
		t.Errorf("another catalogue: %v", err)
	}
	e.Operator = ""
	if _, err := e.PDF(); err == nil {
		t.Error("an operator without name")
	}
}

func TestSettings(t *testing.T) {
	all, err := statement.Settings([]string{"a = 1", "b=x=y", "c="})
	if err != nil || !slices.Equal(all, []statement.Setting{{Key: "a", Value: "1"}, {Key: "b", Value: "x=y"}, {Key: "c"}}) {
		t.Errorf("%v, %v", all, err)
	}
	for _, wrong := range [][]string{{"a"}, {"=1"}, {"a=1", "a=2"}, {"a=1\nb"}} {
		_, err := statement.Settings(wrong)
		reporttest.InBoth(t, err)
	}
}
