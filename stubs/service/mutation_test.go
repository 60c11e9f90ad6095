package service_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/sso"
)

// faulty is a message of the catalogue: the request that presents it, and those that come before.
type faulty struct {
	mutation mutation.Mutation
	before   []func(*rig) request
	last     func(*rig) request
}

var faultyOnce = sync.OnceValue(func() map[string]mutation.Mutation {
	all := map[string]mutation.Mutation{}
	for _, m := range mutation.Catalogue() {
		if m.Tests(mutation.Provider) && m.In(interops.ModeP) && m.Violates != "P11" { // of browsers alone
			all[m.Name] = m
		}
	}
	return all
})

// namedOtherwise are faults of which either treatment is sound, or that meet another limit first, or whose requirement is
// one of mode A.
var namedOtherwise = words("xml-attribute-10mb vi-in-query-string vi-pagm-duplicate vi-nameid-comment vi11-on-20-service vi-in-saml-response")

// faults are the faults of the catalogue that a Response carries, by name.
func faults(t testing.TB, w *world) map[string]faulty {
	t.Helper()
	all := map[string]faulty{}
	for name, m := range maps.Clone(faultyOnce()) {
		if f, ok := w.faulty(t, m); ok {
			all[name] = f
		}
	}
	return all
}

// faulty makes the requests of a mutation; false for a conduct of the link, and where its needs are not met.
func (w *world) faulty(t testing.TB, m mutation.Mutation) (faulty, bool) {
	t.Helper()
	project, _ := w.Convention.Project(home)
	at, _ := project.Service(home)
	h := mutation.Honest{Now: w.Now, Profile: mustProfile(), Convention: w.Convention, Project: project, Service: at}
	link, err := w.Set.Credential(clientName + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	if h.Link = link.Leaf(); len(m.Unmet(h)) > 0 {
		return faulty{}, false
	}
	c := m.Behaviour(h)
	if c.Hello != nil || c.MinTLS != 0 || c.Plain || c.ClientCertificate != "" {
		return faulty{}, false
	}
	k := w.token(m.Name)
	k.kept = true
	k.service = endpoint(m.Name)
	k.vi.Audiences = [][]string{{w.audience(k.service)}}
	signer := clientName
	if c.Organism != "" {
		other, _ := w.Convention.Organism(c.Organism)
		signer, k.vi.Issuer = c.Organism, other.Issuer
	}
	k.change = func(d *sso.Draft) {
		d.Hooks = m.Hooks(h)
		d.Rand = nil
		if credential, err := w.Set.Credential(signer + "/signature"); err == nil {
			d.Signer = credential
		}
		if slices.Contains(m.Needs, mutation.SignedResponse) {
			sealed := d.Signer
			d.ResponseSigner = &sealed
		}
	}
	f := faulty{mutation: m, last: func(r *rig) request { return r.conducted(k, c, signer) }}
	if c.Replay != nil {
		k.change = nil
		k.vi.OneTimeUse = c.Replay.OneTimeUse
		f.before = []func(*rig) request{func(r *rig) request { return r.entry(k, "") }}
	}
	return f, true
}

// endpoint is the service of a mutation: that of another project for those that call upon one.
func endpoint(name string) string {
	switch name {
	case "project-ended":
		return "extranet-termine"
	case "project-future":
		return "extranet-futur"
	}
	return home
}

// conducted presents a token as a conduct says.
func (r *rig) conducted(k token, c mutation.Conduct, signer string) request {
	q := r.entry(k, "")
	q.peer = signer + "/tls"
	if c.LinkOrganism != "" {
		q.peer = c.LinkOrganism + "/tls"
	}
	if c.Method != "" {
		q.method = c.Method
	}
	for name, values := range c.Header {
		q.header[name] = values
	}
	if c.VIInQuery {
		q.target, q.form = q.target+"?"+q.form.Encode(), nil
	}
	if c.Delivery != nil {
		deliver(*c.Delivery, q.form)
	}
	return q
}

// deliver brings a form otherwise than agreed.
func deliver(d mutation.Delivery, form url.Values) {
	encoded := form.Get(sso.ParameterResponse)
	switch {
	case d.RelayState != "":
		form.Set(sso.ParameterRelayState, strings.NewReplacer("%s", "/app/dossiers", "%h", "gate.test").Replace(d.RelayState))
	case d.Garbled:
		form.Set(sso.ParameterResponse, encoded[:len(encoded)/2]+"*"+encoded[len(encoded)/2:])
	case d.Twice:
		form.Add(sso.ParameterResponse, encoded)
	case d.Ballast > 0:
		form.Set("lest", strings.Repeat("a", d.Ballast))
	}
}

func TestHonestReceiverRefusesEveryFault(t *testing.T) {
	r := newRig(t, nil)
	all := faults(t, r.world)
	for name, f := range all {
		t.Run(name, func(t *testing.T) {
			for _, before := range f.before {
				if got := r.play(before(r)); got.status != http.StatusSeeOther {
					t.Fatalf("honest first message: %d %s", got.status, got.body)
				}
			}
			got := r.play(f.last(r))
			x := r.seen.All()[len(r.seen.All())-1]
			rules, named := "", f.before != nil || slices.Contains(namedOtherwise, name)
			for _, finding := range x.Judged.Findings {
				rules += " " + finding.Rule
				named = named || finding.Requirement == f.mutation.Violates
			}
			t.Log(f.mutation.Violates, "→", rules)
			if got.status < 400 || got.session() != nil || len(got.cookies) > 0 {
				t.Errorf("accepted: %d %s", got.status, got.body)
			}
			if !named {
				t.Errorf("findings %q do not name %s", rules, f.mutation.Violates)
			}
			trace, ok := r.trace(name)
			if !ok || trace.Decision != interops.Rejected || trace.FaultCode == "" || trace.Verified {
				t.Errorf("trace of the refusal: %v %+v", ok, trace)
			}
			clean(t, got)
		})
	}
	if len(all) < 80 {
		t.Errorf("only %d faults were played", len(all))
	}
}
