package client_test

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/stubs/client"
)

// battery tries a gateway in every way that its flaws can show, and keeps the requirements that failed.
type battery struct {
	*rig
	benchtest.Failures
}

// emission are the trials that show what is wrong with every VI alike; behaviour are the others.
var (
	emission  = []func(*battery){(*battery).ordinary, (*battery).twoUsers}
	behaviour = []func(*battery){
		(*battery).twoServices, (*battery).lives, (*battery).parallel, (*battery).callers, (*battery).answers,
		(*battery).refusals, (*battery).security, (*battery).withdrawal, (*battery).tokens, (*battery).untraced,
		(*battery).unsent, (*battery).projects,
	}
)

// tried plays trials on a gateway with those flaws, and looks at the traces in the end.
func tried(t testing.TB, trials []func(*battery), flaws ...string) map[string][]string {
	b := &battery{rig: newRig(t, flaws, false, func(c *client.Config) { c.InteropsInfos = true })}
	for _, trial := range trials {
		trial(b)
		b.partner.Disarm()
		b.bench.Clock.Freeze(b.Now)
	}
	b.records()
	return b.Failed()
}

// conforms judges everything that a call made leave.
func (b *battery) conforms(u *interops.User, o outcome) {
	b.Unless(o.status == http.StatusOK && len(o.left) == 1, "A14", "call missing")
	for _, x := range o.left {
		j := emitted(x)
		for _, f := range j.Findings {
			b.Fails(f.Requirement, f.Rule)
			b.Unless(f.Rule != "authninstant-absent", "V18", f.Rule)
		}
		b.Unless(j.VI.NameID.Value == u.ID && j.VI.AuthnContext == u.Class, "V20", "session value")
		b.Unless(j.VI.AuthnInstant.IsZero() || j.VI.AuthnInstant.Equal(u.AuthnInstant), "V20", "instant")
		b.Unless(!strings.Contains(x.URL, "?"), "L08", "address")
		b.Unless(x.Header.Get(client.InteropsInfosHeader) == "", "A15", "header forwarded")
		b.Unless(bodyOf(b.t, []byte(o.asked)) == bodyOf(b.t, x.Body), "A05", "body")
		if log := b.log.String(); strings.Contains(log, "SignatureValue") {
			b.Fails("L08", "log")
		}
	}
}

func (b *battery) ordinary() {
	u := b.login(1)
	o := b.call(demand{user: u})
	b.conforms(u, o)
	if len(o.left) > 0 {
		b.Unless(bodyOf(b.t, o.left[0].Answer) == bodyOf(b.t, o.body), "A06", "answer")
	}
}

func (b *battery) twoUsers() {
	first, second := b.login(2), b.login(3)
	one, two := b.call(demand{user: first}), b.call(demand{user: second})
	if len(one.left) == 0 || len(two.left) == 0 {
		return
	}
	a, z := one.left[0].Judged.VI, two.left[0].Judged.VI
	b.Unless(z.NameID.Value == second.ID || z.NameID.Value == "", "L02", "VI of the other")
	b.Unless(z.NameID.Value == second.ID, "V20", "session value")
	b.Unless(z.AuthnInstant.IsZero() || z.AuthnInstant.Equal(second.AuthnInstant), "V20", "instant")
	if a.NameID != z.NameID {
		b.Unless(a.ID != z.ID, "V02", "repeated")
	}
}

func (b *battery) twoServices() {
	u := b.login(4)
	b.call(demand{user: u})
	o := b.call(demand{user: u, service: "service-b"})
	for _, x := range o.left {
		for _, f := range emitted(x).Findings {
			b.Fails(f.Requirement, f.Rule)
		}
	}
}

// parallel makes many users call at once.
func (b *battery) parallel() {
	var wait sync.WaitGroup
	before := b.count()
	users := map[string]string{} // marker to user
	for i := range 6 {
		u, marker := b.login(10+i), "parallele-"+userID(i)
		users[marker] = u.ID
		wait.Go(func() {
			b.call(demand{user: u, body: envelope("", "<m:consulter xmlns:m='urn:m'>"+marker+"</m:consulter>")})
		})
	}
	wait.Wait()
	traced := map[string]bool{}
	for _, t := range b.rig.records() {
		if t.VIID != nil {
			traced[*t.VIID] = true
		}
		traced[t.RequestID] = true
	}
	for _, x := range b.since(before) {
		id := x.Judged.VI.ID
		b.Unless(traced[id] || traced[x.RequestID], "X01", "VI without trace")
		for marker, user := range users {
			if got := x.Judged.VI.NameID.Value; bytes.Contains(x.Body, []byte(marker)) && got != user && got != "" {
				b.Fails("L02", "VI of another")
			}
		}
	}
}

// callers are those for whom nothing may leave.
func (b *battery) callers() {
	b.call(demand{user: b.login(50)})
	broken := http.Header{client.InteropsInfosHeader: {"<InteropsInfos><SubjectId>agent-glisse"}}
	b.Unless(len(b.call(demand{header: broken}).left) == 0, "A15", "header malformed")
	if len(b.call(demand{}).left) > 0 {
		b.Fails("A12", "no user")
		b.Fails("A15", "header absent")
	}
	stranger := b.login(50)
	stranger.ID = "agent-sans-droit"
	b.Unless(len(b.call(demand{user: stranger}).left) == 0, "A12", "no right")
}

// arm makes the partner commit a fault of the catalogue.
func (b *battery) arm(name string) {
	m, ok := mutation.ByName(name)
	if !ok {
		b.t.Fatalf("no fault %s", name)
	}
	project, _ := b.Convention.Project("consultation")
	b.partner.Arm(-1, m.Behaviour(mutation.Honest{Now: b.Now, Profile: b.bench.Profile, Convention: b.Convention, Project: project, Service: project.Services[0]}))
}

// answers are those that the application must get as they are, without what is not its own.
func (b *battery) answers() {
	for _, name := range []string{"answer-business-fault", "answer-http-status", "answer-with-vi", "answer-interops-infos"} {
		b.arm(name)
		o := b.call(demand{user: b.login(51)})
		if len(o.left) != 1 {
			continue
		}
		b.Unless(bodyOf(b.t, o.left[0].Answer) == bodyOf(b.t, o.body), "A06", name)
		b.Unless(o.status == o.left[0].Status, "A06", name+" status")
		b.Unless(!soap.CarriesVI(o.body), "A06", name+" VI")
		b.Unless(o.header.Get(client.InteropsInfosHeader) == "", "A15", name)
	}
}

// refusals are technical: one renewal at most, and nothing of it for the application.
func (b *battery) refusals() {
	for _, name := range []string{"answer-fault-invalid-vi", "answer-fault-failed-check", "answer-closed"} {
		b.arm(name)
		o := b.call(demand{user: b.login(52)})
		b.Unless(len(o.left) <= 2, "A13", name+" retried")
		ids := map[string]bool{}
		for _, x := range o.left {
			b.Unless(soap.CarriesVI(x.Body), "A13", name+" without VI")
			b.Unless(!ids[x.Judged.VI.ID], "A13", name+" same VI")
			ids[x.Judged.VI.ID] = true
		}
		fault, _, _ := soap.ReadFault(o.status, o.header.Get("Content-Type"), o.body)
		b.Unless(!strings.Contains(fault.Code.Space, "vi:faultcodes") && !strings.Contains(fault.Code.Space, "wss"), "A13", name+" shown")
		b.Unless(!bytes.Contains(o.body, []byte("SignatureValue")), "L08", name)
	}
}

func (b *battery) security() {
	planted := `<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><w:UsernameToken><w:Username>glisse</w:Username></w:UsernameToken></w:Security>`
	for _, x := range b.call(demand{user: b.login(53), body: envelope(planted, "<m:consulter xmlns:m='urn:m'/>")}).left {
		b.Unless(!bytes.Contains(x.Body, []byte("glisse")), "A14", "Security forwarded")
	}
}

// withdrawal takes a right, then ends a session.
func (b *battery) withdrawal() {
	u := b.login(54)
	b.call(demand{user: u})
	b.gesture("withdraw-right", u)
	b.Unless(len(b.call(demand{user: u}).left) == 0, "L04", "right withdrawn")
	b.gesture("grant-right", u)
	b.Unless(len(b.call(demand{user: u}).left) == 1, "A14", "right given back")
	b.gesture("logout", u)
	b.Unless(len(b.call(demand{user: u}).left) == 0, "L04", "logged out")
	b.Unless(len(b.call(demand{user: b.login(54)}).left) == 1, "A14", "new login")
}

func (b *battery) tokens() {
	b.gesture("break-tokens", nil)
	b.Unless(len(b.call(demand{user: b.login(55)}).left) == 0, "A14", "left without VI")
	b.gesture("mend-tokens", nil)
}

func (b *battery) untraced() {
	u := b.login(56)
	b.call(demand{user: u})
	b.gesture("break-traces", nil)
	b.Unless(len(b.call(demand{user: u}).left) == 0, "X06", "kept VI left")
	b.Unless(len(b.call(demand{user: b.login(56)}).left) == 0, "X06", "new VI left")
	b.gesture("mend-traces", nil)
}

// unsent presents a server that is no partner: the VI that is made does not leave.
func (b *battery) unsent() {
	b.arm("tls-server-certificate-unknown-ca")
	b.call(demand{user: b.login(57)})
	b.partner.Disarm()
	came := map[string]bool{}
	for _, x := range b.since(0) {
		came[x.Judged.VI.ID] = true
	}
	sent := map[string]bool{}
	for _, t := range b.rig.records() {
		if t.VIID != nil && t.Decision != interops.Created {
			sent[*t.VIID] = t.Decision == interops.Sent
		}
	}
	for id, told := range sent {
		b.Unless(!told || came[id], "X01", "sending invented")
	}
}

// lives moves the clock to the end of a VI's life: a minute before it, and an hour past the end of the next.
func (b *battery) lives() {
	u := b.login(58)
	for _, from := range []time.Duration{-time.Minute, time.Hour} {
		first := b.call(demand{user: u})
		if len(first.left) != 1 || first.left[0].Judged.VI.NotOnOrAfter.IsZero() {
			return
		}
		vi := first.left[0].Judged.VI
		b.bench.Clock.Freeze(vi.NotOnOrAfter.Add(from))
		if o := b.call(demand{user: u}); len(o.left) == 1 {
			b.Unless(o.left[0].Judged.VI.ID != vi.ID, "L01", "VI reused")
		}
	}
}

func (b *battery) projects() {
	for _, service := range []string{"service-termine", "service-futur", "service-inconnu"} {
		b.Unless(len(b.call(demand{user: b.login(59), service: service}).left) == 0, "K01", service)
	}
}

// records looks at all that was traced.
func (b *battery) records() {
	raw, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	came := map[string][]interops.VI{} // by request
	for _, x := range b.since(0) {
		came[x.RequestID] = append(came[x.RequestID], x.Judged.VI)
	}
	previous := journey.FirstHash
	for i, t := range b.rig.records() {
		b.Unless(t.PreviousHash == previous, "X05", "chain")
		previous, _ = journey.Hash(bytes.Split(raw, []byte("\n"))[i])
		at, err := time.Parse(time.RFC3339Nano, t.Timestamp)
		b.Unless(err == nil, "X03", "timestamp")
		b.Unless(err != nil || at.Sub(b.Now) != 20*time.Minute, "X04", "clock")
		b.Unless(t.VIID != nil && t.Audience != nil && t.Issuer != nil && t.Recipient != nil && t.NameID != nil && t.TLSPeer != nil, "X03", "field")
		if vis := came[t.RequestID]; len(vis) == 1 && t.VIID != nil && t.Issuer != nil && t.Decision == interops.Sent {
			b.Unless(vis[0].ID == *t.VIID && vis[0].Issuer == *t.Issuer, "X04", "identifier")
		}
	}
	b.Unless(!bytes.Contains(raw, []byte("PRIVATE KEY")), "X08", "key")
}
