package provider_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/soap"
	"etalon/stubs/provider"
)

const businessFault = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode xmlns:app="urn:m">app:DossierInconnu</faultcode><faultstring>Inconnu</faultstring></s:Fault></s:Body></s:Envelope>`

// effect is what an honest call, or a business fault, gave.
type effect struct {
	sameBody, fault, status, withoutVI, plainCall, afterBurst, afterBurstElsewhere bool
}

func effectsOf(t *testing.T, flaw string) effect {
	t.Helper()
	r := newRig(t, words(flaw))
	var e effect
	link := r.Link(t, clientName+"/tls")
	m := r.honest(t, r.targets()[0], "effet")
	_, raw, err := r.post(link, m)
	if err != nil {
		t.Fatal(err)
	}
	sent, _ := soap.BodyDigest(m.raw)
	arrived, _ := soap.BodyDigest(r.backend.body(m.name))
	e.sameBody, e.withoutVI = sent == arrived, !strings.Contains(string(raw), "Assertion")

	r.backend.answers(func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, businessFault)
	})
	_, raw, err = r.post(link, r.honest(t, r.targets()[0], "effet-fault"))
	e.fault = err == nil && strings.Contains(string(raw), "DossierInconnu")
	r.backend.answers(func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) })
	res, _, err := r.post(link, r.honest(t, r.targets()[0], "effet-statut"))
	e.status = err == nil && res.StatusCode == http.StatusServiceUnavailable
	r.backend.answers(nil)

	plain := r.honest(t, r.targets()[1], "effet-sans-usager")
	_, _, _ = r.post(link, plain)
	e.plainCall = r.accepted(plain)
	bad := messages(t, r.world)["vi-window-expired"][0]
	burst := func(name string, by *http.Client) bool {
		for range 100 {
			if _, _, err := r.post(by, bad); err != nil {
				t.Fatal(err)
			}
		}
		last := r.honest(t, r.targets()[0], name)
		_, _, _ = r.post(link, last)
		return r.accepted(last)
	}
	e.afterBurst = burst("effet-rafale", link)
	e.afterBurstElsewhere = burst("effet-rafale-ailleurs", r.Link(t, clientName+"/tls-2"))
	return e
}

// wrongEffects are the flaws of the effects, each with what an honest provider does not do.
var wrongEffects = map[string]effect{
	"":                            {true, true, true, true, true, true, true},
	"rewrites-body":               {false, true, true, true, true, true, true},
	"replaces-business-fault":     {true, false, true, true, true, true, true},
	"changes-status":              {true, true, false, true, true, true, true},
	"returns-vi":                  {true, true, true, false, true, true, true},
	"refuses-application-context": {true, true, true, true, false, true, true},
	"wears-out-connections":       {true, true, true, true, true, false, true},
	"fails-after-burst":           {true, true, true, true, true, false, true},
}

func TestEffects(t *testing.T) {
	for name, want := range wrongEffects {
		t.Run("flaw="+name, func(t *testing.T) {
			t.Parallel()
			if got := effectsOf(t, name); got != want {
				t.Errorf("%+v\nwant %+v", got, want)
			}
		})
	}
}

// V17, V14: what a provider reads of a VI it keeps whole.
func TestWhatIsRead(t *testing.T) {
	two := func(d *soap.Draft) {
		d.VI.PAGM = []string{"PAGM_CONSULTATION", "PAGM_MISE_A_JOUR"}
		d.Body = []byte(strings.ReplaceAll(string(d.Body), "m:consulter", "m:mettreAJour"))
	}
	for flaw, want := range map[string]struct {
		user  string
		union bool
	}{
		"":                      {"agent-zéphyr", true},
		"loses-accents":         {"agent-z?phyr", true},
		"reads-first-pagm-only": {"agent-zéphyr", false},
	} {
		r := newRig(t, words(flaw))
		m := r.honest(t, r.targets()[0], "lecture")
		r.play(m)
		if got, _ := r.trace(m.name); got.NameID == nil || *got.NameID != want.user {
			t.Errorf("flaw %q: user %v", flaw, got.NameID)
		}
		union := r.honest(t, r.targets()[0], "lecture-union", two)
		if r.play(union); r.accepted(union) != want.union {
			t.Errorf("flaw %q: union %v", flaw, !want.union)
		}
	}
}

// K02: the partner of a project of the other direction may not call.
func TestReversedDirection(t *testing.T) {
	w := mustWorld(t)
	convention := candidate.DefaultConvention()
	reversed, _ := convention.Project("consultation")
	reversed.Name, reversed.Client, reversed.Provider = "inverse", providerName, "organisme-sans-projet"
	reversed.Services = []interops.Service{{Name: "service-inverse", Audience: "http://inverse.test"}}
	convention.Projects = append(convention.Projects, reversed)
	at := w.targets()[0]
	at.project.Client = "organisme-sans-projet"
	for flaw, passes := range map[string]bool{"": false, "ignores-direction": true, "skips-project-of-issuer": false} {
		r := newRig(t, words(flaw), func(c *provider.Config) {
			b := *c.Bench
			b.Convention = convention
			c.Bench = &b
		})
		m := r.honest(t, at, "inverse")
		if r.play(m); r.accepted(m) != passes {
			t.Errorf("flaw %q: reached the application: %v", flaw, !passes)
		}
	}
}

func TestBehaviours(t *testing.T) {
	all := messages(t, mustWorld(t))
	for _, b := range provider.Behaviours() {
		t.Run(b.Name, func(t *testing.T) {
			r := newRig(t, []string{b.Name})
			honest := r.honest(t, r.targets()[0], "conduite")
			first := r.play(honest)
			reached := 0
			for _, o := range playAll(r, all) {
				if o.reached {
					reached++
				}
			}
			late := r.honest(t, r.targets()[0], "conduite-tard")
			last := r.play(late)
			switch b.Name {
			case provider.RefusesEverything:
				if r.accepted(honest) || reached > 0 || first.Code != 500 || !strings.Contains(first.Body.String(), "Fault") {
					t.Errorf("%d reached, first %d %s", reached, first.Code, first.Body)
				}
			case provider.AnswersServerError:
				if r.accepted(honest) || reached > 0 || first.Code != 500 || strings.Contains(first.Body.String(), "Fault") {
					t.Errorf("%d reached, first %d %s", reached, first.Code, first.Body)
				}
			case provider.AcceptsEverything:
				if !r.accepted(honest) || reached != len(all) {
					t.Errorf("%d of %d reached", reached, len(all))
				}
			case provider.LocksOutAfterTen:
				if !r.accepted(honest) || r.accepted(late) || last.Code != 500 {
					t.Errorf("before %v, after %v", r.accepted(honest), r.accepted(late))
				}
			}
		})
	}
}
