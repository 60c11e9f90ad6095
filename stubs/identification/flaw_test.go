package identification_test

import (
	"bytes"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/stubs/identification"
)

// battery tries an operator in every way that its flaws can show, and keeps the requirements that failed.
type battery struct {
	*rig
	benchtest.Failures
	came []arrival
}

// tried plays every trial on an operator with those flaws, and looks at the traces in the end.
func tried(t testing.TB, flaws ...string) map[string][]string {
	b := &battery{rig: newRig(t, flaws)}
	for _, trial := range []func(){b.ordinary, b.twoPersons, b.nobody, b.members, b.later, b.untraced} {
		trial()
		b.bench.Clock.Freeze(b.Now)
	}
	b.traced()
	return b.Failed()
}

// leaves makes a browser leave for an operator, and judges the token as that operator would.
func (b *battery) leaves(one *browser, operator, who, means string, at time.Time) {
	x, ok := one.get("/identification?operator="+operator).token(b.rig, operator)
	b.Unless(ok, "C02", "no token")
	for _, f := range x.Judged.Findings {
		b.Unless(false, f.Requirement, f.Rule)
	}
	token := x.Judged.Token
	b.Unless(token.NameID.Value == who && token.Method == means && token.Instant.Equal(at), "C02", "not what was established")
	b.came = append(b.came, x)
}

func (b *battery) ordinary() {
	b.leaves(b.person(1, password), second, person(1), password, b.Now)
}

func (b *battery) twoPersons() {
	one, two := b.person(0, card), b.person(3, password)
	b.bench.Clock.Advance(time.Minute)
	b.leaves(one, first, person(0), card, b.Now)
	b.leaves(two, first, person(3), password, b.Now)
	b.leaves(one, second, person(0), card, b.Now)
}

// nobody is who did not identify herself, or not as she must.
func (b *battery) nobody() {
	for _, form := range []url.Values{
		nil,
		{"identifiant": {person(0)}, "secret": {"faux"}},
		{"identifiant": {person(1)}, "secret": {"secret-de-" + person(1)}, "moyen": {card}},
	} {
		one := b.browse()
		if form != nil {
			one.ask("POST", "/login", form.Encode(), nil)
		}
		_, left := one.get("/identification?operator="+first).token(b.rig, first)
		b.Unless(!left, "C02", "identification not performed")
	}
}

func (b *battery) members() {
	one := b.person(0, card)
	_, left := one.get("/identification?operator="+removed).token(b.rig, removed)
	b.Unless(!left, "S15", "removed member")
	_, left = one.get("/identification?operator="+newcomer).token(b.rig, newcomer)
	b.Unless(!left, "K04", "newcomer")
}

// later asks for a second token of the same person and operator.
func (b *battery) later() {
	one := b.person(1, password)
	b.bench.Clock.Advance(10 * time.Minute)
	b.leaves(one, second, person(1), password, b.Now)
}

func (b *battery) untraced() {
	one := b.person(4, card)
	b.gesture("break-traces", "")
	_, left := one.get("/identification?operator="+first).token(b.rig, first)
	b.Unless(!left, "X06", "token left")
	b.gesture("mend-traces", "")
}

// traced looks at all that was traced.
func (b *battery) traced() {
	raw, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	known := map[string]bool{}
	previous := journey.FirstHash
	for i, t := range b.records() {
		b.Unless(t.PreviousHash == previous, "X05", "chain")
		previous, _ = journey.Hash(bytes.Split(raw, []byte("\n"))[i])
		at, err := time.Parse(time.RFC3339Nano, t.Timestamp)
		b.Unless(err == nil, "X03", "timestamp")
		b.Unless(err != nil || at.Sub(b.Now) <= 10*time.Minute, "X10", "order")
		b.Unless(t.VIID != nil && t.Audience != nil && t.Issuer != nil && t.Recipient != nil && t.NameID != nil && t.TLSPeer != nil, "X03", "field")
		if t.VIID != nil && t.Decision == interops.Sent {
			known[*t.VIID] = true
		}
	}
	for _, x := range b.came {
		b.Unless(known[x.Judged.Token.ID], "X10", "hop missing")
	}
	b.Unless(!bytes.Contains(raw, []byte("PRIVATE KEY")), "X08", "key")
}

func TestHonestOperatorFailsNothing(t *testing.T) {
	for requirement, how := range tried(t) {
		t.Errorf("%s: %s", requirement, strings.Join(how, ", "))
	}
}

// TestEachFlawIsASingleNeglect plays the battery to every flaw: it fails what it must, and nothing but what it may.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	for _, f := range identification.Flaws() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			benchtest.SingleNeglect(t, tried(t, f.Name), f.Must, f.May)
		})
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names, covered := map[string]bool{}, map[string]bool{}
	for _, f := range slices.Concat(identification.Flaws(), identification.Behaviours()) {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" || len(f.Must) == 0 {
			t.Errorf("%q: repeated, without a title, or must fail nothing", f.Name)
		}
		names[f.Name] = true
		for _, must := range f.Must {
			covered[must] = true
		}
	}
	for _, id := range strings.Fields("T05 C02 K04 S15 X03 X05 X06 X08 X10") {
		if !covered[id] {
			t.Errorf("no flaw must fail %s", id)
		}
	}
}
