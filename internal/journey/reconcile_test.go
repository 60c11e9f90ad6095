package journey_test

import (
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/journey"
)

// reconcile joins a client's and a provider's traces.
func reconcile(o journey.Options, parties ...*party) *journey.Reconciliation {
	var all []journey.Export
	for _, p := range parties {
		all = append(all, p.export())
	}
	return journey.Reconcile(all, o)
}

// edited returns a party whose records are written anew, changed: a chain that holds, over other content.
func edited(p *party, change func(i int, t *interops.Trace) bool) *party {
	out := newParty(p.t, p.name, p.role)
	for i, r := range p.records {
		if change(i, &r) {
			out.write(0, r.Decision, "", func(t *interops.Trace) { previous := t.PreviousHash; *t = r; t.PreviousHash = previous })
		}
	}
	return out
}

func TestReconcile(t *testing.T) {
	client, provider := twoParties(t, 10)
	keep := func(int, *interops.Trace) bool { return true }
	other := interops.TraceText
	for name, test := range map[string]struct {
		client, provider func(int, *interops.Trace) bool
		rules            string
		matched          int
		by               journey.Join
	}{
		"alike":            {client: keep, provider: keep, matched: 10, by: journey.ByVI},
		"provider forgets": {client: keep, provider: func(i int, _ *interops.Trace) bool { return i != 4 }, rules: "trace-not-received", matched: 9, by: journey.ByVI},
		"client forgets":   {client: func(i int, _ *interops.Trace) bool { return i/2 != 4 }, provider: keep, rules: "trace-not-emitted", matched: 9, by: journey.ByVI},
		"sending not told": {client: func(i int, _ *interops.Trace) bool { return i != 5 }, provider: keep, rules: "trace-fate-missing", matched: 10, by: journey.ByVI},
		"created alone":    {client: func(i int, _ *interops.Trace) bool { return i != 5 }, provider: func(i int, _ *interops.Trace) bool { return i != 2 }, rules: "trace-fate-missing trace-not-received", matched: 9, by: journey.ByVI},
		"discarded": {client: func(i int, t *interops.Trace) bool {
			if i == 5 {
				t.Decision = interops.Discarded
			}
			return true
		}, provider: func(i int, _ *interops.Trace) bool { return i != 2 }, matched: 9, by: journey.ByVI},
		"audience differs": {client: keep, provider: func(i int, t *interops.Trace) bool { t.Audience = other("https://ailleurs.test"); return true }, rules: "trace-value-differs", matched: 10, by: journey.ByVI},
		"refused, unread": {client: keep, provider: func(i int, t *interops.Trace) bool {
			if i == 3 {
				t.Decision, t.Audience, t.NameID, t.NotBefore = interops.Rejected, nil, nil, nil
			}
			return true
		}, matched: 10, by: journey.ByVI},
		"identifier cut": {client: keep, provider: func(i int, t *interops.Trace) bool { t.VIID = other("vi"); return true }, rules: "trace-value-differs", matched: 10, by: journey.ByRequest},
		"unreadable VI": {client: keep, provider: func(i int, t *interops.Trace) bool {
			if i == 3 {
				t.Decision = interops.Rejected
				t.VIID, t.Issuer = nil, nil
			}
			return true
		}, matched: 10},
		"neither id":      {client: keep, provider: func(i int, t *interops.Trace) bool { t.VIID, t.RequestID = other("autre-"+t.EventID), ""; return true }, rules: "trace-value-differs", matched: 10, by: journey.ByPerson},
		"dates, two ways": {client: keep, provider: func(i int, t *interops.Trace) bool { t.AuthnInstant = other("2026-03-02T10:00:00+01:00"); return true }, matched: 10, by: journey.ByVI},
		"nothing in common": {client: keep, provider: func(i int, t *interops.Trace) bool {
			t.VIID, t.RequestID, t.NameID = other("x"+t.EventID), "", nil
			return true
		}, rules: "trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-not-received trace-not-emitted trace-nothing-in-common"},
	} {
		t.Run(name, func(t *testing.T) {
			r := reconcile(journey.Options{}, edited(client, test.client), edited(provider, test.provider))
			if got := rulesOf(r.Remarks); got != test.rules || r.Matched() != test.matched || r.Sound() != (test.rules == "") {
				t.Errorf("%d matched, sound %v, remarks %q; want %d, %q\n%s", r.Matched(), r.Sound(), got, test.matched, test.rules, strings.Join(r.Tell("fr"), "\n"))
			}
			for _, x := range r.Exchanges {
				if test.by != "" && x.By != "" && x.By != test.by {
					t.Errorf("joined by %s, want %s", x.By, test.by)
				}
			}
		})
	}
}

// TestReplayIsReceivedAndNeverEmitted: one VI sent once and received twice.
func TestReplayIsReceivedAndNeverEmitted(t *testing.T) {
	client, provider := twoParties(t, 2)
	provider.write(time.Minute, interops.Accepted, "vi-0001", from("caisse"), to("fournisseur"), func(t *interops.Trace) { t.Mode = interops.ModeA })
	r := reconcile(journey.Options{}, client, provider)
	if got := rulesOf(r.Remarks); got != "trace-not-emitted" || r.Matched() != 2 {
		t.Errorf("%d matched, remarks %q", r.Matched(), got)
	}
	if at := r.Remarks[0].At; len(at) != 1 || at[0].File != "fournisseur.jsonl" || at[0].Line != 3 {
		t.Errorf("the replay is at %v", at)
	}
}

// TestReuse joins each sending of one VI with its reception.
func TestReuse(t *testing.T) {
	client, provider := newParty(t, "caisse", journey.Client), newParty(t, "fournisseur", journey.Provider)
	client.write(0, interops.Created, "vi", from("caisse"), to("fournisseur"))
	for i, request := range []string{"a", "b", "c"} {
		at := func(t *interops.Trace) { t.RequestID = request }
		client.write(time.Duration(i)*time.Second, interops.Sent, "vi", from("caisse"), to("fournisseur"), at)
	}
	for i, request := range []string{"c", "a", "b"} { // as they arrived
		at := func(t *interops.Trace) { t.RequestID = request }
		provider.write(time.Duration(4+i)*time.Second, interops.Accepted, "vi", from("caisse"), to("fournisseur"), at)
	}
	r := reconcile(journey.Options{}, client, provider)
	if r.Matched() != 3 || !r.Sound() {
		t.Fatalf("%d matched, %q", r.Matched(), rulesOf(r.Remarks))
	}
	for _, x := range r.Exchanges {
		if x.Sent.RequestID != x.Received.RequestID {
			t.Errorf("request %s joined with %s", x.Sent.RequestID, x.Received.RequestID)
		}
	}
}

func TestThirdPartiesAreNotMissed(t *testing.T) {
	client, provider := twoParties(t, 3)
	modeA := func(t *interops.Trace) { t.Mode = interops.ModeA }
	client.write(time.Minute, interops.Sent, "vi-ailleurs", from("caisse"), to("ailleurs"), modeA)
	provider.write(time.Minute, interops.Accepted, "vi-inconnu", from("inconnu"), to("fournisseur"), modeA)
	r := reconcile(journey.Options{}, client, provider)
	outside := 0
	for _, x := range r.Exchanges {
		if x.Outside {
			outside++
		}
	}
	if outside != 2 || !r.Sound() {
		t.Errorf("%d outside, remarks %q", outside, rulesOf(r.Remarks))
	}
	// The convention knows better: "ailleurs" is the provider under another name.
	convention := &interops.Convention{Organisms: []interops.Organism{
		{Name: "caisse", Issuer: "urn:caisse"}, {Name: "fournisseur", Recipient: "urn:ailleurs"},
	}}
	r = reconcile(journey.Options{Convention: convention}, client, provider)
	if got := rulesOf(r.Remarks); got != "trace-not-received" {
		t.Errorf("with the convention: remarks %q", got)
	}
}

func TestPseudonyms(t *testing.T) {
	client, provider := twoParties(t, 3)
	key := []byte("clé de test")
	hidden := edited(provider, func(_ int, t *interops.Trace) bool {
		t.NameID = interops.TraceText(journey.Pseudonym(key, *t.NameID))
		return true
	})
	if r := reconcile(journey.Options{}, client, hidden); rulesOf(r.Remarks) != "trace-value-differs" {
		t.Errorf("without the key: %q", rulesOf(r.Remarks))
	}
	if r := reconcile(journey.Options{Key: key}, client, hidden); !r.Sound() {
		t.Errorf("with the key: %q", rulesOf(r.Remarks))
	}
}

func TestClockOffset(t *testing.T) {
	for _, ahead := range []time.Duration{0, 90 * time.Second, -90 * time.Second, 20 * time.Minute, -20 * time.Minute} {
		client, provider := twoParties(t, 0)
		provider.ahead = ahead
		modeA := func(t *interops.Trace) { t.Mode = interops.ModeA }
		for i := range 9 {
			at, id := time.Duration(i)*time.Second, string(rune('a'+i))
			client.write(at, interops.Sent, id, modeA, from("caisse"), to("fournisseur"))
			late := 10 * time.Millisecond
			if i == 0 {
				late = 30 * time.Second // one slow exchange does not move a median
			}
			provider.write(at+late, interops.Accepted, id, modeA, from("caisse"), to("fournisseur"))
		}
		r := reconcile(journey.Options{}, client, provider)
		if len(r.Offsets) != 1 || r.Offsets[0].Median != ahead+10*time.Millisecond || r.Offsets[0].Count != 9 || r.Offsets[0].Most != ahead+30*time.Second {
			t.Errorf("%s ahead: offsets %+v", ahead, r.Offsets)
		}
		want := ""
		if ahead.Abs() > journey.DefaultSkew {
			want = "trace-clock-offset"
		}
		if got := rulesOf(r.Remarks); got != want {
			t.Errorf("%s ahead: remarks %q, want %q", ahead, got, want)
		}
	}
}
