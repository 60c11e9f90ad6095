package journey_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

// crowd is the traces of a sphere in which n persons log in, rebound twice and leave.
func crowd(t testing.TB, n int) []*party {
	s := newSphere(t)
	for i := range n {
		s.wholeJourney(time.Duration(i)*50*time.Millisecond, fmt.Sprintf("assure-%05d", i))
	}
	return []*party{s.oi, s.oa, s.s1, s.s2}
}

// TestTenThousandLines reads, reconciles and draws the exports of a sphere of more than ten thousand records; putting
// them together costs no more than a few times what reading and hashing them costs, so that it grows with their
// number and not with its square.
func TestTenThousandLines(t *testing.T) {
	parties := crowd(t, 750)
	lines := 0
	var raw [][]byte
	for _, p := range parties {
		lines, raw = lines+len(p.lines), append(raw, p.bytes())
	}
	if lines < 10_000 {
		t.Fatalf("%d lines", lines)
	}
	started := time.Now()
	var all []journey.Export
	for i, p := range parties {
		e, err := journey.Read(p.name+".jsonl", bytes.NewReader(raw[i]), journey.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	reading := time.Since(started)
	started = time.Now()
	r := journey.Reconcile(all, journey.Options{})
	journey.SVG(r.Journeys, "fr")
	r.Tell("fr")
	together := time.Since(started)
	if !r.Sound() || len(r.Journeys) != 750 {
		t.Fatalf("%d journeys, %d remarks", len(r.Journeys), len(r.Remarks))
	}
	t.Logf("%d lines: read in %v, put together in %v", lines, reading, together)
	if together > 5*reading {
		t.Errorf("%d lines are put together in %v, where reading them takes %v", lines, together, reading)
	}
}

// TestOnePersonsCrowd is the worst of the fallback: one person, no identifier that joins, no request.
func TestOnePersonsCrowd(t *testing.T) {
	client, provider := newParty(t, "caisse", journey.Client), newParty(t, "fournisseur", journey.Provider)
	modeA := func(t *interops.Trace) { t.Mode = interops.ModeA }
	const n = 2000
	for i := range n {
		at := time.Duration(i) * time.Second
		client.write(at, interops.Sent, fmt.Sprintf("ici-%d", i), modeA, from("caisse"), to("fournisseur"), of("agent", ""))
		provider.write(at+10*time.Millisecond, interops.Accepted, fmt.Sprintf("la-%d", i), modeA, from("caisse"), to("fournisseur"), of("agent", ""))
	}
	r := reconcile(journey.Options{}, client, provider)
	if r.Matched() != n {
		t.Errorf("%d matched", r.Matched())
	}
	for _, x := range r.Exchanges {
		if d := x.Received.At.Sub(x.Sent.At); d != 10*time.Millisecond {
			t.Fatalf("%s is joined with %s, %v later", *x.Sent.VIID, *x.Received.VIID, d)
		}
	}
}

func BenchmarkReconcile(b *testing.B) {
	var all []journey.Export
	for _, p := range crowd(b, 750) {
		e, err := journey.Read(p.name, bytes.NewReader(p.bytes()), journey.ReadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, e)
	}
	for b.Loop() {
		journey.Reconcile(all, journey.Options{})
	}
}
