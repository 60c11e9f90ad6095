package statement_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/record"
	"etalon/internal/report/reporttest"
	"etalon/internal/seal"
	"etalon/internal/statement"
	"etalon/internal/verdict"
)

// order is a review of a report, an hour after its signature.
func order(of *statement.Report, after *statement.Reviewed, decisions ...candidate.Decision) statement.ReviewOrder {
	return statement.ReviewOrder{
		Report: of, Earlier: after, Catalogue: catalogue, Reviewer: candidate.Reviewer{Name: "Camille Exemple", Function: "responsable sécurité"},
		Decisions: decisions, Signer: signer("relectrice"), Texts: texts(), Lang: "fr", Now: at.Add(time.Hour),
	}
}

// reviewed makes a review and verifies it.
func reviewed(t *testing.T, o statement.ReviewOrder) *statement.Reviewed {
	t.Helper()
	raw, _, err := statement.MakeReview(o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := statement.VerifyReview(raw, o.Report, looking())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// all are decisions on all that waits for a person.
func all(word string) []candidate.Decision {
	return []candidate.Decision{decision("GOV-01", word, "a.txt"), decision("GOV-02", word, "b.txt", "c.txt", "page.html")}
}

func TestReviewConcludes(t *testing.T) {
	of := signed(t, sample())
	if of.Run.Level != (verdict.Levels{}) {
		t.Fatalf("the report concludes %+v before any review", of.Run.Level)
	}
	for name, c := range map[string]struct {
		decisions         []candidate.Decision
		standard, profile verdict.Level
		open              int
	}{
		"all accepted":            {all("accepted"), verdict.Conforme, verdict.Conforme, 0},
		"all refused":             {all("refused"), verdict.NonConformeBloquante, verdict.NonConformeBloquante, 0},
		"one left":                {all("accepted")[:1], verdict.Undetermined, verdict.Undetermined, 2},
		"one case of two":         {[]candidate.Decision{all("accepted")[0], decision("GOV-02-D", "accepted", "b.txt", "c.txt")}, verdict.Undetermined, verdict.Undetermined, 1},
		"major refused, rest too": {[]candidate.Decision{decision("GOV-01-D", "refused", "a.txt"), all("accepted")[1]}, verdict.NonConformeMajeure, verdict.NonConformeMajeure, 0},
		"pending is not decided":  {[]candidate.Decision{all("accepted")[0], {Address: "mss-organisation/-/GOV-02", Decision: "pending"}}, verdict.Undetermined, verdict.Undetermined, 2},
	} {
		r := reviewed(t, order(of, nil, c.decisions...)).Review()
		if r.Level != (verdict.Levels{Standard: c.standard, Profile: c.profile}) || len(r.Open) != c.open {
			t.Errorf("%s: level %+v, open %v", name, r.Level, r.Open)
		}
	}
}

// A run that did not reach its end, or was a part, is never conformant, whatever is decided of it.
func TestReviewOfPartialRun(t *testing.T) {
	run := sample()
	run.Partial = true
	run.Conclude(catalogue)
	if r := reviewed(t, order(signed(t, run), nil, all("accepted")...)).Review(); r.Level != (verdict.Levels{}) {
		t.Errorf("level %+v", r.Level)
	}
}

func TestReviewIsBoundAndRepeatable(t *testing.T) {
	of := signed(t, sample())
	o := order(of, nil, all("accepted")...)
	r := reviewed(t, o)
	again, _, err := statement.MakeReview(o)
	if err != nil || !bytes.Equal(again, r.Raw) {
		t.Errorf("one review gives two archives (%v)", err)
	}
	if seal.KindOf(r.Raw) != statement.KindReview || !statement.Is(seal.KindOf(r.Raw)) || statement.Is(seal.KindOf(of.Raw)) || seal.KindOf([]byte("PK")) != "" {
		t.Error("kinds of archives are confused")
	}
	d := r.Review().Decisions
	if len(d) != 3 || d[1].Address != "mss-organisation/-/GOV-02-D" || len(d[1].Pieces) != 2 || d[1].Pieces[0].Name != "b.txt, 2036-01-31" || len(d[2].Pieces) != 1 {
		t.Errorf("decided %+v", d)
	}
	if trusted, err := statement.VerifyReview(r.Raw, of, looking("opérateur", "relectrice")); err != nil || !trusted.Trusted() {
		t.Errorf("with all roots: %v", err)
	}
	var unsound *seal.Unsound
	if _, err := statement.VerifyReview(r.Raw, of, looking("opérateur")); !errors.As(err, &unsound) || unsound.Part != seal.PartTrust {
		t.Errorf("with the operator's root alone: %v", err)
	}
	other := sample()
	other.Seed = "another"
	_, err = statement.VerifyReview(r.Raw, signed(t, other), looking())
	if err == nil || !strings.Contains(err.Error(), "--of") {
		t.Errorf("with another report: %v", err)
	}
	reporttest.InBoth(t, err)
	for _, want := range []string{"Camille Exemple, responsable sécurité", "acceptée", "lu et accepted", of.Digest(), digest("b.txt")} {
		for _, member := range []string{"review.txt", "review.html"} {
			if !strings.Contains(string(r.Opened.Member(member)), strings.ReplaceAll(want, "'", "&#39;")) {
				t.Errorf("%s does not tell %q", member, want)
			}
		}
	}
}

func TestReviewsFollowEachOther(t *testing.T) {
	of := signed(t, sample())
	first := reviewed(t, order(of, nil, all("accepted")[0]))
	second := order(of, first, all("accepted")[1])
	second.Now, second.Reviewer.Name, second.Signer = at.Add(2*time.Hour), "Dominique Essai", signer("second relecteur")
	two := reviewed(t, second)
	if r := two.Review(); r.Level.Profile != verdict.Conforme || r.Rank != 2 || len(two.All()) != 2 || r.Earlier != record.Digest(first.Raw) {
		t.Errorf("after two reviews: %+v", r)
	}
	third := order(of, two, decision("GOV-01-D", "refused", "a.txt"))
	third.Now = at.Add(3 * time.Hour)
	if _, _, err := statement.MakeReview(third); !wants(err, "replaces") {
		t.Errorf("contradiction by silence: %v", err)
	}
	third.Decisions[0].Replaces = true
	three := reviewed(t, third)
	r := three.Review()
	if r.Level.Profile != verdict.NonConformeMajeure || *r.Decisions[0].Replaces != (statement.Former{Rank: 1, Reviewer: "Camille Exemple", Decision: "accepted"}) {
		t.Errorf("after the third: %+v", r)
	}
	for _, a := range of.Await(three) {
		if a.Decided == nil || a.Case.Requirement == "GOV-01" && a.Decided.Decision != "refused" {
			t.Errorf("%s stands as %+v", a.Case.Address, a.Decided)
		}
	}
	early := order(of, two, third.Decisions...)
	raw, _, err := statement.MakeReview(early)
	if err != nil {
		t.Fatal(err)
	}
	_, err = statement.VerifyReview(raw, of, looking())
	if err == nil || !strings.Contains(err.Error(), "before what it is about was signed") {
		t.Errorf("signed before the review that it follows: %v", err)
	}
	reporttest.InBoth(t, err)
}

// wants tells whether an error is one of decisions that do not fit, at a key.
func wants(err error, key string) bool {
	var misfits statement.Misfits
	return errors.As(err, &misfits) && slices.ContainsFunc(misfits, func(m candidate.Misfit) bool { return m.Key == key && m.Want.FR != "" && m.Remedy.EN != "" })
}

func TestDecisionsThatDoNotFit(t *testing.T) {
	of := signed(t, sample())
	replaces := all("accepted")[0]
	replaces.Replaces = true
	for name, c := range map[string]struct {
		key       string
		decisions []candidate.Decision
	}{
		"unknown case":        {"address", []candidate.Decision{decision("GOV-09-D", "accepted", "a.txt")}},
		"a case that passed":  {"address", []candidate.Decision{decision("MTA-01-D", "refused")}},
		"no digest":           {"files", []candidate.Decision{decision("GOV-01-D", "accepted")}},
		"one document of two": {"files", []candidate.Decision{decision("GOV-02-D", "accepted", "b.txt")}},
		"another document":    {"files", []candidate.Decision{decision("GOV-01-D", "accepted", "a.txt", "b.txt")}},
		"nothing looked at":   {"files", []candidate.Decision{decision("GOV-02-E", "accepted")}},
		"decided twice":       {"address", []candidate.Decision{all("accepted")[1], decision("GOV-02-D", "refused", "b.txt", "c.txt")}},
		"replaces nothing":    {"replaces", []candidate.Decision{replaces}},
		"unknown word":        {"decision", []candidate.Decision{decision("GOV-01-D", "peut-être", "a.txt")}},
		"nothing decided":     {"decision", []candidate.Decision{{Address: "mss-organisation/-/GOV-01", Decision: "pending"}}},
	} {
		if raw, _, err := statement.MakeReview(order(of, nil, c.decisions...)); !wants(err, c.key) || raw != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReviewRefusesAnotherCatalogue(t *testing.T) {
	o := order(signed(t, sample()), nil, all("accepted")...)
	o.Catalogue = catalogue[1:]
	if _, _, err := statement.MakeReview(o); !errors.Is(err, statement.ErrCatalogue) {
		t.Errorf("%v", err)
	}
	o = order(o.Report, nil, all("accepted")...)
	o.Reviewer.Function = " "
	_, _, err := statement.MakeReview(o)
	reporttest.InBoth(t, err)
	o.Reviewer.Function, o.Now = "RSSI", at.AddDate(2, 0, 0)
	_, _, err = statement.MakeReview(o)
	if err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("expired certificate: %v", err)
	}
	reporttest.InBoth(t, err)
}

// Whatever is changed in a review is refused: any byte, and what its signer signs against its own decisions.
func TestAlteredReviews(t *testing.T) {
	of := signed(t, sample())
	first := reviewed(t, order(of, nil, all("accepted")[0]))
	o := order(of, first, all("accepted")[1])
	r := reviewed(t, o)
	for i := 0; i < len(r.Raw); i += 37 {
		changed := bytes.Clone(r.Raw)
		changed[i] ^= 0x20
		_, err := statement.VerifyReview(changed, of, looking())
		if err == nil {
			t.Fatalf("byte %d changed, and nothing is said", i)
		}
		reporttest.InBoth(t, err)
	}
	members := slices.DeleteFunc(slices.Clone(r.Opened.Seal.Members), func(m seal.Member) bool {
		return slices.Contains([]string{"manifest.json", "attestation.dsse.json", "chain.pem"}, m.Name)
	})
	for name, forge := range map[string]func(*statement.Review, *seal.Bundle){
		"another level":      func(s *statement.Review, _ *seal.Bundle) { s.Level.Profile = verdict.NonConformeMajeure },
		"nothing open":       func(s *statement.Review, _ *seal.Bundle) { s.Decisions, s.Open = nil, []string{} },
		"a decision more":    func(s *statement.Review, _ *seal.Bundle) { s.Decisions = append(s.Decisions, s.Decisions[0]) },
		"another document":   func(s *statement.Review, _ *seal.Bundle) { s.Decisions[0].Pieces[0].Digest = digest("a.txt") },
		"another candidate":  func(s *statement.Review, _ *seal.Bundle) { s.Report.Candidate.Version = "2" },
		"earlier left out":   func(_ *statement.Review, b *seal.Bundle) { b.Members = without(b.Members, "earlier.zip") },
		"no catalogue":       func(_ *statement.Review, b *seal.Bundle) { b.Members = without(b.Members, "catalogue.json") },
		"another kind":       func(_ *statement.Review, b *seal.Bundle) { b.Kind = statement.KindHandover },
		"about nothing":      func(_ *statement.Review, b *seal.Bundle) { b.About = nil },
		"about another file": func(_ *statement.Review, b *seal.Bundle) { b.About[0].Digest = digest("a.txt") },
		"an unknown word":    func(s *statement.Review, _ *seal.Bundle) { s.Decisions[0].Decision = "\x1b[31mfine" },
		"no reason":          func(s *statement.Review, _ *seal.Bundle) { s.Decisions[0].Reason = " " },
		"nobody reviewed":    func(s *statement.Review, _ *seal.Bundle) { s.Reviewer.Name = "" },
		"another text":       func(s *statement.Review, _ *seal.Bundle) { s.Reviewer.Function = "autre" },
	} {
		said := *r.Review()
		said.Decisions = slices.Clone(said.Decisions)
		for i := range said.Decisions {
			said.Decisions[i].Pieces = slices.Clone(said.Decisions[i].Pieces)
		}
		b := seal.Bundle{Kind: statement.KindReview, About: slices.Clone(r.Opened.About), Members: slices.Clone(members)}
		forge(&said, &b)
		raw, err := b.Write(&said, o.Signer, o.Now)
		if err != nil {
			t.Fatal(err)
		}
		var unsound *seal.Unsound
		_, err = statement.VerifyReview(raw, of, looking())
		if !errors.As(err, &unsound) {
			t.Errorf("%s: %v", name, err)
		}
		reporttest.InBoth(t, err)
	}
}

func without(members []seal.Member, name string) []seal.Member {
	return slices.DeleteFunc(members, func(m seal.Member) bool { return m.Name == name })
}
