package provider_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"etalon/internal/inquiry"
	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/internal/verdict"
	"etalon/stubs/provider"
)

// elsewhere are the flaws that no faulty message shows: each has a test of its own.
var elsewhere = func() map[string]bool {
	all := map[string]bool{"loses-accents": true, "reads-first-pagm-only": true, "ignores-direction": true, "logs-vi": true, "continues-untraced": true}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(opened)), slices.Collect(maps.Keys(wrongFaults)),
		slices.Collect(maps.Keys(wrongTraces)), slices.Collect(maps.Keys(wrongEffects))) {
		all[name] = true
	}
	for _, f := range inquiry.Flaws() {
		all[f.Name] = true
	}
	return all
}()

// outcome is what a provider did with a faulty message.
type outcome struct {
	reached bool
	status  int
	fault   soap.Fault
	proper  bool     // it is a SOAP fault
	form    []string // rules of what is wrong with its form
	body    string
}

// playAll plays every faulty message of the catalogue.
func playAll(r *rig, all map[string][]message) map[string]outcome {
	out := map[string]outcome{}
	for i, name := range slices.Sorted(maps.Keys(all)) {
		msgs := all[name]
		if i%20 == 0 {
			r.play(r.honest(r.t, r.targets()[0], fmt.Sprint("entre-", i)))
		}
		for _, before := range msgs[:len(msgs)-1] {
			r.play(before)
		}
		last := msgs[len(msgs)-1]
		w := r.play(last)
		o := outcome{reached: r.accepted(last), status: w.Code}
		var form []verdict.Finding
		o.fault, form, o.proper = soap.ReadFault(w.Code, w.Header().Get("Content-Type"), w.Body.Bytes())
		for _, f := range form {
			o.form = append(o.form, f.Rule)
		}
		o.body = w.Body.String()
		out[name] = o
	}
	return out
}

// TestEachFlawIsASingleNeglect plays every faulty message to every flaw: what reaches the application violates
// only what the flaw says, and each flaw of the message lets through what it must.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	w := mustWorld(t)
	all := messages(t, w)
	for _, f := range provider.Flaws() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, []string{f.Name})
			honest := r.honest(t, r.targets()[0], "temoin")
			r.play(honest)
			if !r.accepted(honest) {
				t.Fatal("the honest message does not pass")
			}
			var through, failed []string
			for name, o := range playAll(r, all) {
				if !o.reached {
					continue
				}
				m, _ := mutation.ByName(name)
				through = append(through, name)
				if !slices.Contains(f.Must, m.Violates) && !slices.Contains(f.May, m.Violates) {
					t.Errorf("%s (%s) reaches the application", name, m.Violates)
				}
				failed = append(failed, m.Violates, m.SameAs)
			}
			t.Log(strings.Join(through, " "))
			if len(through) == 0 && !elsewhere[f.Name] {
				t.Error("nothing faulty reaches the application")
			}
			for _, must := range f.Must {
				if len(through) > 0 && must != "A04" && !slices.Contains(failed, must) {
					t.Errorf("must fail %s, and lets nothing through that violates it", must)
				}
			}
		})
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names := map[string]bool{}
	for _, f := range slices.Concat(provider.Flaws(), provider.Behaviours()) {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" {
			t.Errorf("%q: repeated, or without a title", f.Name)
		}
		names[f.Name] = true
	}
	for _, f := range provider.Flaws() {
		if len(f.Must) == 0 {
			t.Errorf("%s: must fail nothing", f.Name)
		}
		for _, id := range slices.Concat(f.Must, f.May) {
			if len(id) != 3 || !strings.ContainsAny(id[:1], "TVGLAFXK") {
				t.Errorf("%s: requirement %q", f.Name, id)
			}
		}
	}
	if n := len(provider.Flaws()); n < 45 {
		t.Errorf("%d flaws", n)
	}
	_, err := provider.Start(provider.Config{Bench: newRig(t, nil).bench, Organism: providerName, Flaws: []string{"skips-audiance"}})
	if err == nil || !strings.Contains(err.Error(), "skips-audience") {
		t.Errorf("unknown flaw: %v", err)
	}
}
