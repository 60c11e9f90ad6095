package provider_test

import (
	"maps"
	"net/http"
	"sync"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/soap"
)

var (
	makeMessages sync.Once
	made         map[string][]message
)

// messages are the faults of the catalogue that a message carries, by name, made once.
func messages(t testing.TB, w *world) map[string][]message {
	t.Helper()
	makeMessages.Do(func() { made = allMessages(t, w) })
	return maps.Clone(made)
}

func allMessages(t testing.TB, w *world) map[string][]message {
	t.Helper()
	all := map[string][]message{}
	for _, m := range mutation.Catalogue() {
		if !m.Tests(mutation.Provider) || !m.In(interops.ModeA) {
			continue
		}
		if msgs, ok := w.faulty(t, m); ok {
			all[m.Name] = msgs
		}
	}
	return all
}

func TestHonestProviderRefusesEveryFault(t *testing.T) {
	r := newRig(t, nil)
	all := messages(t, r.world)
	for name, msgs := range all {
		m, _ := mutation.ByName(name)
		t.Run(name, func(t *testing.T) {
			for _, before := range msgs[:len(msgs)-1] {
				if w := r.play(before); w.Code != http.StatusOK {
					t.Fatalf("honest first message: %d %s", w.Code, w.Body)
				}
			}
			last := msgs[len(msgs)-1]
			w := r.play(last)
			x := r.seen.All()[len(r.seen.All())-1]
			rules := ""
			named := false
			for _, f := range x.Judged.Findings {
				rules += " " + f.Rule
				named = named || f.Requirement == m.Violates
			}
			t.Log(m.Violates, m.SameAs, "→", rules)
			if name == "vi-pagm-duplicate" || name == "vi-nameid-comment" {
				named = true // either behaviour is sound
			}
			if r.accepted(last) || w.Code < 400 {
				t.Errorf("accepted: %d %s", w.Code, w.Body)
			}
			if !named && m.Name != "vi-onetimeuse-replayed" && m.Name != "vi-replayed-other-tls-identity" && m.Name != "xml-attribute-10mb" {
				t.Errorf("findings %q do not name %s", rules, m.Violates)
			}
			trace, ok := r.trace(last.name)
			if !ok || trace.Decision != interops.Rejected || trace.FaultCode == "" || trace.Verified {
				t.Errorf("trace of the refusal: %v %+v", ok, trace)
			}
			if _, fs, ok := soap.ReadFault(w.Code, w.Header().Get("Content-Type"), w.Body.Bytes()); !ok || len(fs) > 0 && w.Code == 500 {
				t.Errorf("fault: %v %v %s", ok, fs, w.Body)
			}
		})
	}
	if len(all) < 80 {
		t.Errorf("only %d faults were played", len(all))
	}
}
