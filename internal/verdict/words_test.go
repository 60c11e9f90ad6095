package verdict_test

import (
	"encoding"
	"testing"

	"etalon/internal/verdict"
)

// TestWords reads back every word of files, and refuses others.
func TestWords(t *testing.T) {
	var (
		v verdict.Verdict
		s verdict.Severity
		l verdict.Level
	)
	for _, c := range []struct {
		into  encoding.TextUnmarshaler
		word  func() string
		words []string
	}{
		{&v, func() string { return v.String() }, []string{"pass", "fail", "review", "waived", "inconclusive", "not_applicable"}},
		{&s, func() string { return s.String() }, []string{"bloquante", "majeure", "mineure", "observation"}},
		{&l, func() string { return l.String() }, []string{"conforme", "majeure", "bloquante", "indetermine"}},
	} {
		for _, w := range c.words {
			if err := c.into.UnmarshalText([]byte(w)); err != nil || c.word() != w {
				t.Errorf("read %q: %v, then %q", w, err, c.word())
			}
		}
		if err := c.into.UnmarshalText([]byte("PASS")); err == nil {
			t.Errorf("%T reads an unknown word", c.into)
		}
	}
	if verdict.Verdict(99).String() != "inconclusive" || verdict.Level(99).String() != "indetermine" || verdict.Severity(99).String() != "bloquante" {
		t.Error("a value out of range must read as the least favourable")
	}
}

func TestBasisStandard(t *testing.T) {
	for b, want := range map[verdict.Basis]bool{"S": true, "X,P": true, "N, I": true, "N": false, "P": false, "N,P": false, "": false} {
		if b.Standard() != want {
			t.Errorf("Basis(%q).Standard() = %v", b, !want)
		}
	}
}
