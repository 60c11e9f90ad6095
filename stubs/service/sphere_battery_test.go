package service_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/stubs/service"
)

// sphereTrial is something that an honest service operator does not do, and the requirements that forbid it.
type sphereTrial struct {
	name, requirements string
	wrong              func(*sphereRig) bool
	common             bool // a fault of the catalogue
}

// among tells whether a flaw may fail one of the requirements.
func among(requirements string, f service.Flaw) bool {
	return slices.ContainsFunc(words(requirements), func(id string) bool { return slices.Contains(f.Must, id) || slices.Contains(f.May, id) })
}

// opening is the trial of a token that must open nothing.
func opening(name, requirements string, change func(*sphereRig, *token)) sphereTrial {
	return sphereTrial{name: name, requirements: requirements, wrong: func(r *sphereRig) bool {
		k := r.vi("essai-"+name, operatorName, plain)
		change(r, &k)
		return r.opens(k)
	}}
}

// from is the trial of an issuer that may not authenticate.
func from(issuer, requirements string) sphereTrial {
	return opening("de-"+issuer, requirements, func(r *sphereRig, k *token) {
		k.signer, k.vi.Issuer = issuer, organism(r.world, issuer).Issuer
	})
}

func memberTrials() []sphereTrial {
	return []sphereTrial{
		from("organisme-exterieur", "S02"), from("organisme-2", "S02"), from("organisme-retire", "S02 S15"), from("organisme-nouveau", "K04"),
		opening("autre-service", "S04 V10", func(r *sphereRig, k *token) { k.vi.Audiences = [][]string{{r.audience(strict)}} }),
		opening("sous-le-niveau", "S07 V11", func(_ *sphereRig, k *token) { k.vi.AuthnContext = interops.ClassUnspecified }),
		opening("sans-classe", "S07 V11", func(_ *sphereRig, k *token) { k.vi.AuthnContext = "" }),
		opening("sans-assertion", "V01", func(_ *sphereRig, k *token) {
			k.change = func(d *sso.Draft) {
				d.Hooks.Signed = func(f *saml.Form) error { f.Root.RemoveChild(f.VI); return nil }
			}
		}),
		opening("scelle-autour", "G01", func(_ *sphereRig, k *token) {
			k.change = func(d *sso.Draft) {
				signer := d.Signer
				d.ResponseSigner = &signer
				formed(func(f *saml.Form) { f.Recipe = nil })(d)
			}
		}),
		opening("destination", "S04", func(_ *sphereRig, k *token) {
			k.change = func(d *sso.Draft) { d.Destination = "https://ailleurs.test/acs" }
		}),
		opening("sans-destination", "S04", func(_ *sphereRig, k *token) { k.change = func(d *sso.Draft) { d.Destination = "" } }),
		opening("emetteur", "S04", func(_ *sphereRig, k *token) {
			k.change = formed(func(f *saml.Form) { f.Root.FindElement("Issuer").SetText("urn:autre") })
		}),
		opening("statut", "V01", func(_ *sphereRig, k *token) {
			k.change = formed(func(f *saml.Form) { f.Root.FindElement("Status/StatusCode").CreateAttr("Value", sso.StatusResponder) })
		}),
		{name: "rejeu", requirements: "S04 L06", wrong: func(r *sphereRig) bool {
			k := r.vi("essai-rejeu", operatorName, plain)
			r.present(k)
			return r.present(k).session() != nil
		}},
		{name: "redemarrage", requirements: "L06", wrong: func(r *sphereRig) bool {
			k := r.vi("essai-redemarrage", operatorName, plain)
			r.present(k)
			r.service.Restart()
			return r.present(k).session() != nil
		}},
		{name: "second-noeud", requirements: "L06", wrong: func(r *sphereRig) bool {
			second, q := r.start(r.config), r.entry(r.vi("essai-noeud", operatorName, plain), "")
			q.peer = "-"
			r.play(q)
			return r.playAt(second, q).session() != nil
		}},
	}
}

// formTrials are how a Response comes.
func formTrials() []sphereTrial {
	sent := func(name, requirements string, change func(q *request, encoded string)) sphereTrial {
		return sphereTrial{name: name, requirements: requirements, wrong: func(r *sphereRig) bool {
			q := r.entry(r.vi("essai-"+name, operatorName, plain), "")
			q.peer = "-"
			change(&q, q.form.Get("SAMLResponse"))
			return r.play(q).session() != nil
		}}
	}
	leads := func(to string) func(*request, string) {
		return func(q *request, _ string) { q.form.Set("RelayState", to) }
	}
	return []sphereTrial{
		sent("get", "V01", func(q *request, encoded string) {
			q.method, q.form, q.target = "GET", nil, q.target+"?SAMLResponse="+url.QueryEscape(encoded)
		}),
		sent("base64", "V01", func(q *request, encoded string) { q.form.Set("SAMLResponse", "*"+encoded[:40]+"*"+encoded[40:]) }),
		sent("double", "V01", func(q *request, encoded string) { q.form.Add("SAMLResponse", encoded) }),
		sent("gros", "V01", func(q *request, _ string) { q.form.Set("ballast", strings.Repeat("A", 1<<20)) }),
		sent("nue", "V01", func(q *request, encoded string) { q.form.Set("SAMLResponse", bare(encoded)) }),
		sent("retour-externe", "S14", leads("https://ailleurs.test/app/")), sent("retour-script", "S14", leads("javascript:alert(1)")),
		sent("retour-long", "S14", leads("/app/page?x="+strings.Repeat("x", 80))),
	}
}

func requestTrials(t testing.TB) []sphereTrial {
	return []sphereTrial{
		opening("inconnue", "S11", func(_ *sphereRig, k *token) { *k = k.answer("_jamais-faite") }),
		{name: "deux-reponses", requirements: "S11", wrong: func(r *sphereRig) bool {
			asked, cookies := r.ask(t, plain, operatorName)
			r.present(r.vi("essai-reponse-1", operatorName, plain).answer(asked.ID), cookies...)
			return r.opens(r.vi("essai-reponse-2", operatorName, plain).answer(asked.ID), cookies...)
		}},
		{name: "perimee", requirements: "S11", wrong: func(r *sphereRig) bool {
			asked, cookies := r.ask(t, plain, operatorName)
			r.bench.Clock.Advance(11 * time.Minute)
			defer r.bench.Clock.Freeze(r.Now)
			k := r.vi("essai-perimee", operatorName, plain).answer(asked.ID)
			now := r.bench.Clock.Now()
			k.vi.IssueInstant, k.vi.NotOnOrAfter, k.vi.Confirmation.NotOnOrAfter = now, now.Add(time.Minute), now.Add(time.Minute)
			before := k.change
			k.change = func(d *sso.Draft) { before(d); d.Now = now }
			return r.opens(k, cookies...)
		}},
		{name: "rebond-authentifie", requirements: "S06", wrong: func(r *sphereRig) bool {
			return strings.Contains(r.present(r.vi("essai-rebond", operatorName, plain)).header.Get("Location"), "SAMLRequest")
		}},
		{name: "rebond-identifie", requirements: "S06", wrong: func(r *sphereRig) bool {
			return strings.Contains(r.present(r.vi("essai-rebond-2", operatorName, plain)).body, "<input")
		}},
		{name: "choix", requirements: "S14", wrong: func(r *sphereRig) bool {
			got := r.visit(r.service.Discovery("") + "?operator=" + url.QueryEscape("https://ailleurs.test/sso"))
			return strings.HasPrefix(got.header.Get("Location"), "https://ailleurs.test")
		}},
		{name: "retour", requirements: "S14", wrong: func(r *sphereRig) bool {
			got := r.visit(r.service.Discovery("") + "?" + url.Values{"operator": {operatorName}, "retour": {"https://ailleurs.test/"}}.Encode())
			return strings.HasPrefix(got.header.Get("Location"), "https://ailleurs.test")
		}},
		{name: "panne", requirements: "S17", wrong: func(r *sphereRig) bool {
			if err := r.service.SetOperator(service.Operator{Organism: otherName, SSO: "https://127.0.0.1:1/sso"}); err != nil {
				t.Error(err)
			}
			got := r.play(request{
				method: "GET", target: r.service.Discovery("") + "?operator=" + otherName, peer: "-", header: http.Header{"X-Request-Id": {"essai-panne"}},
			})
			_, traced := r.trace("essai-panne")
			return got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "Organisme 4") || !traced
		}},
		{name: "contexte", requirements: "C05", wrong: func(r *sphereRig) bool {
			opened := false
			for _, q := range contextRequests(t, r) {
				opened = r.play(q).session() != nil || opened
			}
			return opened
		}},
	}
}

func metadataTrials(t testing.TB) []sphereTrial {
	var all []sphereTrial
	for _, name := range []string{"unsigned", "expired", "attacker"} {
		all = append(all, sphereTrial{name: "metadonnees-" + name, requirements: "S16", wrong: func(r *sphereRig) bool {
			_, err := r.service.Register(metadataOf(t, r)[name])
			defer func() { _ = r.service.SetOperator(r.operators[operatorName]) }()
			return err == nil
		}})
	}
	return all
}

func logoutTrials() []sphereTrial {
	requirement := map[string]string{
		"unsigned": "D02", "outside": "D02", "expired": "D02", "unknown-index": "D03", "other-person": "D03",
	}
	var all []sphereTrial
	for name, id := range requirement {
		all = append(all, sphereTrial{name: "fin-" + name, requirements: id, wrong: func(r *sphereRig) bool {
			k := r.vi("essai-fin-"+name, operatorName, plain)
			in := r.present(k).session()
			r.play(r.order(badWishes(r, k)[name]))
			return in != nil && !r.serves(plain, "fin-"+name, in)
		}})
	}
	return append(all,
		sphereTrial{name: "fin-rejouee", requirements: "D02", wrong: func(r *sphereRig) bool {
			k := r.vi("essai-fin-r", operatorName, plain)
			w := r.wish("_fin-r", k)
			r.present(k)
			r.play(r.order(w))
			in := r.present(r.again(k, "essai-fin-r2")).session()
			r.play(r.order(w))
			return in != nil && !r.serves(plain, "fin-r", in)
		}},
		sphereTrial{name: "survit", requirements: "D01", wrong: func(r *sphereRig) bool {
			k := r.vi("essai-survit", operatorName, plain)
			in := r.present(k).session()
			r.play(r.order(r.wish("_survit", k)))
			return r.serves(plain, "survit", in)
		}},
		sphereTrial{name: "tous", requirements: "D01", wrong: func(r *sphereRig) bool {
			k, other := r.vi("essai-tous", operatorName, plain), r.vi("essai-autre", operatorName, plain)
			other.vi.NameID.Value = "assuré-b"
			r.present(k)
			in := r.present(other).session()
			r.play(r.order(r.wish("_tous", k)))
			return in != nil && !r.serves(plain, "tous", in)
		}},
		sphereTrial{name: "non-tracee", requirements: "X11", wrong: func(r *sphereRig) bool {
			k := r.vi("essai-x11", operatorName, plain)
			in := r.present(k).session()
			r.play(r.order(r.wish("_x11", k)))
			_, traced := r.trace("_x11")
			return in != nil && !traced
		}},
		sphereTrial{name: "reponse-inconnue", requirements: "D06", wrong: func(r *sphereRig) bool { return r.conclude("_jamais", "").status == http.StatusOK }},
		sphereTrial{name: "bouton", requirements: "D07", wrong: func(r *sphereRig) bool {
			in := r.present(r.vi("essai-bouton", operatorName, plain)).session()
			r.visit(r.service.Logout(""), in)
			return r.serves(plain, "bouton", in)
		}},
		sphereTrial{name: "sans-trace", requirements: "X06", wrong: func(r *sphereRig) bool {
			r.traces.Break(true)
			defer r.traces.Break(false)
			return r.present(r.vi("essai-x06", operatorName, plain)).session() != nil
		}},
	)
}

// catalogueTrials are the faults of the catalogue that a VI of a sphere commits.
func catalogueTrials(r *sphereRig) []sphereTrial {
	var all []sphereTrial
	project := interops.Project{}
	for _, p := range r.Convention.Opened() {
		if p.Client == operatorName && p.Provider == memberName {
			project = p
		}
	}
	at, _ := project.Service(plain)
	h := mutation.Honest{Now: r.Now, Profile: mustProfile(), Convention: r.Convention, Project: project, Service: at}
	for _, m := range mutation.Catalogue() {
		plays := m.Tests(mutation.Provider) && m.In(interops.ModeS) && len(m.Unmet(h)) == 0
		if !plays || m.Conduct != nil || !strings.Contains(sphereFaults, m.Violates) || strings.Contains(m.Name, "pagm") {
			continue
		}
		fault := opening("faute-"+m.Name, m.Violates+" "+m.SameAs, func(_ *sphereRig, k *token) {
			k.vi.Attributes = []interops.Attribute{{Name: "commune", Values: []string{"essai"}}} // which some faults alter
			k.kept, k.change = true, func(d *sso.Draft) {
				d.Hooks = m.Hooks(h)
				if sealed := d.Signer; slices.Contains(m.Needs, mutation.SignedResponse) {
					d.ResponseSigner = &sealed
				}
			}
		})
		fault.common = true
		all = append(all, fault)
	}
	return all
}

// sphereFaults are the requirements of the faults that mode S has in common with the others.
const sphereFaults = "V01 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12 V16 V17 G01 G02 G03 G04 G05 G06 G07 G08 G09 L07 T05"

// apartInSphere are the flaws of a service operator that no trial of the battery shows.
func apartInSphere() []string {
	return slices.Concat(slices.Collect(maps.Keys(wrongTraces)), words(`accepts-tls10 accepts-tls11 accepts-weak-suites
		answers-clear-http logs-vi demands-login-everywhere loses-accents`))
}

// TestEachOperatorFlawIsASingleNeglect plays every trial to every flaw of a service operator.
func TestEachOperatorFlawIsASingleNeglect(t *testing.T) {
	all := slices.Concat(memberTrials(), formTrials(), requestTrials(t), metadataTrials(t), logoutTrials(), catalogueTrials(newSphere(t, nil)))
	for _, f := range append([]service.Flaw{{}}, service.FlawsOf(service.ServiceOperator)...) {
		t.Run("flaw="+f.Name, func(t *testing.T) {
			t.Parallel()
			r := newSphere(t, words(f.Name), withMemory(t))
			asked, cookies := r.ask(t, plain, operatorName)
			if !r.opens(r.vi("temoin", operatorName, plain).answer(asked.ID), cookies...) {
				t.Fatal("the honest journey opens no session that serves a page")
			}
			var gone, failed []string
			for _, c := range all {
				if c.common && f.Name != "" && !among(c.requirements, f) {
					continue // the same neglect was played against it in mode P
				}
				if !c.wrong(r) || c.name == "faute-vi-pagm-duplicate" {
					continue
				}
				gone = append(gone, c.name)
				failed = append(failed, words(c.requirements)...)
				if !among(c.requirements, f) {
					t.Errorf("%s (%s) goes wrong", c.name, c.requirements)
				}
			}
			t.Log(strings.Join(gone, " "))
			if slices.Contains(apartInSphere(), f.Name) {
				return
			}
			for _, must := range f.Must {
				if !slices.Contains(failed, must) {
					t.Errorf("must fail %s, and nothing goes wrong that violates it", must)
				}
			}
		})
	}
}
