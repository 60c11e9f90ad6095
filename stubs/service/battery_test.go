package service_test

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/inquiry"
	"etalon/internal/saml"
	"etalon/internal/sso"
	"etalon/internal/xmlsec"
	"etalon/stubs/service"
)

// trial is something that an honest receiver does not do, and the requirement that forbids it.
type trial struct {
	name, requirement string
	also              string // another requirement of which it is a trial
	// wrong plays it and tells whether the receiver did it.
	wrong func(*rig) bool
}

// admitted tells whether a request opens a session that serves a page.
func (r *rig) admitted(q request, marker string) bool {
	in := r.play(q)
	if in.session() == nil {
		return false
	}
	acs, _, _ := strings.Cut(q.target, "?")
	r.play(request{
		method: http.MethodGet, target: strings.TrimSuffix(acs, "/acs") + "/app/dossiers?marqueur=" + url.QueryEscape(marker),
		cookies: []*http.Cookie{in.session()}, peer: q.peer,
	})
	return r.backend.call(marker) != nil
}

// presents is the trial of an entry that must not be admitted.
func presents(name, requirement string, change func(*rig, *token, *request)) trial {
	return trial{name: name, requirement: requirement, wrong: func(r *rig) bool {
		k := r.token("essai-" + name)
		k.kept = true
		change(r, &k, nil)
		q := r.entry(k, "")
		change(r, nil, &q)
		return r.admitted(q, "essai-"+name)
	}}
}

// made by the draft.
func drafted(name, requirement string, change func(*sso.Draft)) trial {
	return presents(name, requirement, func(_ *rig, k *token, _ *request) {
		if k != nil {
			k.change = change
		}
	})
}

// sent by the request.
func sent(name, requirement string, change func(q *request, encoded string)) trial {
	return presents(name, requirement, func(_ *rig, _ *token, q *request) {
		if q != nil {
			change(q, q.form.Get(sso.ParameterResponse))
		}
	})
}

// formed by a hook on the elements.
func formed(change func(*saml.Form)) func(*sso.Draft) {
	return func(d *sso.Draft) {
		d.Hooks.Form = func(f *saml.Form) error { change(f); return nil }
	}
}

func responseTrials() []trial {
	return []trial{
		sent("bare", "P01", func(q *request, encoded string) {
			q.form.Set("SAMLResponse", bare(encoded))
		}),
		drafted("empty", "P01", func(d *sso.Draft) {
			d.Hooks.Signed = func(f *saml.Form) error { f.Root.RemoveChild(f.VI); return nil }
		}),
		drafted("two", "P01", func(d *sso.Draft) {
			d.Hooks.Signed = func(f *saml.Form) error { return addSecond(f, *d) }
		}),
		drafted("status", "P01", formed(func(f *saml.Form) {
			f.Root.FindElement("Status/StatusCode").CreateAttr("Value", sso.StatusResponder)
		})),
		drafted("destination", "P02", func(d *sso.Draft) { d.Destination = "https://ailleurs.test/acs" }),
		drafted("no-destination", "P02", func(d *sso.Draft) { d.Destination = "" }),
		drafted("issuer", "P02", formed(func(f *saml.Form) { f.Root.FindElement("Issuer").SetText("urn:autre") })),
		drafted("in-response-to", "P03", func(d *sso.Draft) { d.InResponseTo = "_inventee" }),
		drafted("sealed-around", "G01", func(d *sso.Draft) {
			signer := d.Signer
			d.ResponseSigner = &signer
			formed(func(f *saml.Form) { f.Recipe = nil })(d)
		}),
		sent("get", "P04", func(q *request, encoded string) {
			q.method, q.form, q.target = "GET", nil, q.target+"?SAMLResponse="+url.QueryEscape(encoded)
		}),
		sent("base64", "P04", func(q *request, encoded string) { q.form.Set("SAMLResponse", "*"+encoded[:40]+"*"+encoded[40:]) }),
		sent("twice", "P04", func(q *request, encoded string) { q.form.Add("SAMLResponse", encoded) }),
		sent("1-mb", "P04", func(q *request, _ string) { q.form.Set("ballast", strings.Repeat("A", 1<<20)) }),
		sent("long-relay", "P05", func(q *request, _ string) { q.form.Set("RelayState", "/app/dossiers?x="+strings.Repeat("x", 80)) }),
		elsewhere("ended", "extranet-termine"), elsewhere("future", "extranet-futur"),
		leads("external", "https://ailleurs.test/app/"), leads("script", "javascript:alert(1)"),
	}
}

// elsewhere is the trial of an honest VI for a service whose project is not in force.
func elsewhere(name, service string) trial {
	return presents(name, "K01", func(r *rig, k *token, _ *request) {
		if k != nil {
			k.service, k.vi.Audiences = service, [][]string{{r.audience(service)}}
		}
	})
}

// bare is the assertion of an encoded Response alone.
func bare(encoded string) string {
	raw, _ := base64.StdEncoding.DecodeString(encoded)
	doc, _ := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	alone, _ := xmlsec.Canonicalize(doc.FindElement("/Response/Assertion"))
	return sso.Encode(alone)
}

// addSecond adds another signed assertion after the first.
func addSecond(f *saml.Form, d sso.Draft) error {
	d.Hooks = saml.Hooks{}
	d.VI.ID, d.VI.NameID.Value = d.VI.ID+"-2", "agent-second"
	raw, err := d.Build()
	if err != nil {
		return err
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		return err
	}
	f.Root.AddChild(doc.FindElement("/Response/Assertion").Copy())
	return nil
}

// leads is the trial of a return address that must not be followed.
func leads(name, to string) trial {
	return trial{name: "relay-" + name, requirement: "P05", wrong: func(r *rig) bool {
		return r.enter(r.token("essai-relay-"+name), to).header.Get("Location") == to
	}}
}

// cookieTrial looks at the honest cookie.
func cookieTrial(name string, wrong func(*http.Cookie) bool) trial {
	return trial{name: name, requirement: "P06", wrong: func(r *rig) bool { return wrong(r.enter(r.token("essai-"+name), "").session()) }}
}

// served tells whether a page of a path comes for a method.
func (r *rig) served(method, resource, marker string, k *http.Cookie) bool {
	got := r.play(request{method: method, target: r.service.Target("", resource) + "?marqueur=" + marker, cookies: []*http.Cookie{k}})
	return got.status == http.StatusOK && r.backend.call(marker) != nil
}

// after tells whether a session is alive after some steps of time.
func after(name string, end time.Duration, steps ...time.Duration) trial {
	return trial{name: name, requirement: "P08", wrong: func(r *rig) bool {
		defer r.bench.Clock.Freeze(r.Now)
		k := r.token("essai-" + name)
		if end > 0 {
			k.vi.SessionNotOnOrAfter = r.Now.Add(end)
		}
		cookie := r.enter(k, "").session()
		for i, step := range steps {
			r.bench.Clock.Advance(step)
			if alive := r.works(name+string(rune('a'+i)), cookie); !alive || i == len(steps)-1 {
				return alive
			}
		}
		return false
	}}
}

func sessionTrials() []trial {
	return []trial{
		{name: "fixation", requirement: "P06", wrong: func(r *rig) bool {
			fixed := &http.Cookie{Name: "session", Value: "choisi"}
			return r.enter(r.token("essai-fixation"), "", fixed).session().Value == fixed.Value
		}},
		cookieTrial("secure", func(k *http.Cookie) bool { return !k.Secure }),
		cookieTrial("httponly", func(k *http.Cookie) bool { return !k.HttpOnly }),
		cookieTrial("samesite", func(k *http.Cookie) bool { return k.SameSite != http.SameSiteLaxMode }),
		{name: "refused", requirement: "P06", wrong: func(r *rig) bool {
			k := r.token("essai-refused")
			k.vi.NotOnOrAfter = r.Now.Add(-time.Hour)
			return r.admitted(r.entry(k, ""), "refused")
		}},
		{name: "direct", requirement: "P07", wrong: func(r *rig) bool { return r.works("direct") }},
		{name: "forged", requirement: "P07", wrong: func(r *rig) bool { return r.works("forged", &http.Cookie{Name: "session", Value: "AAAA"}) }},
		{name: "other-link", requirement: "P07", wrong: func(r *rig) bool {
			k := r.enter(r.token("essai-lien"), "").session()
			got := r.play(request{method: "GET", target: r.service.Target("", "dossiers"), cookies: []*http.Cookie{k}, peer: clientName + "/tls-2"})
			return got.status == http.StatusOK
		}},
		after("end", 10*time.Minute, 11*time.Minute),
		after("idle", 0, 31*time.Minute),
		after("absolute", 0, slices.Repeat([]time.Duration{25 * time.Minute}, 20)...),
		after("at-once", 0, 8*time.Hour+time.Minute),
	}
}

func rightTrials() []trial {
	enter := func(r *rig, name string, pagm ...string) *http.Cookie {
		return r.enter(r.token(name).of("agent-"+name, pagm...), "").session()
	}
	return []trial{
		{name: "resource", requirement: "P09", wrong: func(r *rig) bool { return r.served("GET", "gestion", "r1", enter(r, "p9-r")) }},
		{name: "verb", requirement: "P09", wrong: func(r *rig) bool { return r.served("POST", "dossiers", "r2", enter(r, "p9-v")) }},
		{name: "first-identity", requirement: "P10", wrong: func(r *rig) bool {
			second := r.enter(r.token("p10-b").of("agent-b"), "", enter(r, "p10-a")).session()
			r.works("i1", second)
			return r.backend.user("i1") != "agent-b"
		}},
		{name: "first-rights", requirement: "P10", wrong: func(r *rig) bool {
			second := r.enter(r.token("p10-d").of("agent-d", "PAGM_GESTION"), "", enter(r, "p10-c")).session()
			return r.served("GET", "dossiers", "i2", second)
		}},
		{name: "union", requirement: "V14", wrong: func(r *rig) bool {
			return !r.served("GET", "gestion", "i3", enter(r, "v14", "PAGM_CONSULTATION", "PAGM_GESTION"))
		}},
		{name: "accents", requirement: "V17", wrong: func(r *rig) bool {
			r.works("i4", r.enter(r.token("v17"), "").session())
			return r.backend.user("i4") != "agent-zéphyr"
		}},
		{name: "cached", requirement: "P16", wrong: func(r *rig) bool {
			return r.get("dossiers", "c", enter(r, "p16")).header.Get("Cache-Control") != "no-store"
		}},
		{name: "stack", requirement: "P17", wrong: func(r *rig) bool { return strings.Contains(r.refusedPage("p17-s").body, ".java:") }},
		{name: "shown", requirement: "P17", wrong: func(r *rig) bool { return strings.Contains(r.refusedPage("p17-v").body, "Signature") }},
	}
}

// refusedPage is the page of a Response that aims elsewhere.
func (r *rig) refusedPage(name string) page {
	k := r.token("essai-" + name)
	k.change = func(d *sso.Draft) { d.Hooks.Wire = func(raw []byte) ([]byte, error) { return append(raw, '<'), nil } }
	return r.enter(k, "")
}

func lifeTrials() []trial {
	return []trial{
		{name: "again", requirement: "L06", wrong: func(r *rig) bool {
			q := r.entry(r.token("l06-a"), "")
			r.play(q)
			return r.admitted(q, "l1")
		}},
		{name: "restart", requirement: "L06", wrong: func(r *rig) bool {
			q := r.entry(r.token("l06-b"), "")
			r.play(q)
			r.service.Restart()
			return r.admitted(q, "l2")
		}},
		{name: "node", requirement: "L06", wrong: func(r *rig) bool {
			second := r.start(r.config)
			q := r.entry(r.token("l06-c"), "")
			r.play(q)
			return r.playAt(second, q).session() != nil
		}},
		{name: "untraced", requirement: "X06", wrong: func(r *rig) bool {
			r.traces.Break(true)
			defer r.traces.Break(false)
			return r.admitted(r.entry(r.token("x06"), ""), "x1")
		}},
	}
}

// trials are all those of mode P over a proxy, the faults of the catalogue among them.
func trials(t testing.TB, w *world) []trial {
	all := slices.Concat(responseTrials(), sessionTrials(), rightTrials(), lifeTrials())
	known := faults(t, w)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		f := known[name]
		requirement := f.mutation.Violates
		switch requirement { // those of mode A, as mode P has them
		case "L05":
			requirement = "L06"
		case "V15":
			requirement = "V01"
		case "A01":
			requirement = "P01"
		}
		all = append(all, trial{name: name, requirement: requirement, also: f.mutation.SameAs, wrong: func(r *rig) bool {
			for _, before := range f.before {
				r.play(before(r))
			}
			return r.admitted(f.last(r), "faute-"+name)
		}})
	}
	return all
}

// withMemory makes the nodes of a test share their memory.
func withMemory(t testing.TB) func(*service.Config) {
	folder := t.TempDir()
	return func(c *service.Config) { c.Memory = folder }
}

// apart are the flaws that no trial of the battery shows: each has a test of its own.
func apart() []string {
	return slices.Concat(words("answers-clear-http switches-silently logs-vi notes-message-in-trace breaks-trace-chain ignores-direction"),
		words("forgets-refused forgets-unreadable drops-trace-field traces-local-time truncates-vi-id traces-with-wrong-clock"), linkFlawNames(), inquiryFlawNames())
}

// inquiryFlawNames are the flaws of the exchange of traces.
func inquiryFlawNames() []string {
	var names []string
	for _, f := range inquiry.Flaws() {
		names = append(names, f.Name)
	}
	return names
}

// sound are trials whose outcome proves nothing against a receiver: either treatment is sound.
var sound = words("vi-pagm-duplicate")

// TestEachFlawIsASingleNeglect plays every trial to every flaw: what goes wrong violates only what the flaw says, and
// each flaw does what it must.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	all := trials(t, mustWorld(t))
	for _, f := range append([]service.Flaw{{}}, service.FlawsOf(service.Provider)...) {
		t.Run("flaw="+f.Name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, words(f.Name), withMemory(t))
			if !r.admitted(r.entry(r.token("temoin"), ""), "temoin") {
				t.Fatal("the honest VI opens no session that serves a page")
			}
			var gone, failed []string
			for _, c := range all {
				if testing.Short() && strings.HasPrefix(c.name, "vi-") && !among(c.requirement+" "+c.also, f) {
					continue
				}
				if !c.wrong(r) || slices.Contains(sound, c.name) {
					continue
				}
				gone, failed = append(gone, c.name), append(failed, c.requirement, c.also)
				if !slices.Contains(f.Must, c.requirement) && !slices.Contains(f.May, c.requirement) {
					t.Errorf("%s (%s) goes wrong", c.name, c.requirement)
				}
			}
			t.Log(strings.Join(gone, " "))
			if slices.Contains(apart(), f.Name) {
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
