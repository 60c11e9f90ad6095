package portal_test

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
	"etalon/internal/sso"
)

// battery tries a portal in every way that its flaws can show, and keeps the requirements that failed.
type battery struct {
	*rig
	benchtest.Failures
	// unkept are the Responses that left while no trace could be kept: X06 tells them.
	unkept map[string]bool
}

// emission are the trials that show what is wrong with every VI alike; behaviour are the others.
var (
	emission  = []func(*battery){(*battery).ordinary, (*battery).twoAgents}
	behaviour = []func(*battery){
		(*battery).twoServices, (*battery).lives, (*battery).parallel, (*battery).nobody, (*battery).expired, (*battery).secrets,
		(*battery).change, (*battery).goodbye, (*battery).withdrawal, (*battery).expulsion, (*battery).refused, (*battery).untraced,
		(*battery).unsent, (*battery).projects,
	}
)

// tried plays trials on a portal with those flaws, and looks at the traces and the log in the end.
func tried(t testing.TB, trials []func(*battery), flaws ...string) map[string][]string {
	b := &battery{rig: newRig(t, sso.TransportProxyPost, flaws), unkept: map[string]bool{}}
	for _, trial := range trials {
		trial(b)
		b.receiver.arm("")
		b.bench.Clock.Freeze(b.Now)
	}
	b.traced()
	b.Unless(!strings.Contains(b.log.String(), "SignatureValue"), "L08", "log")
	return b.Failed()
}

// conforms judges everything that an exit of an agent, logged in at that instant, made leave.
func (b *battery) conforms(i int, login time.Time, p page) {
	carrying := responses(p.left)
	b.Unless(len(carrying) == 1, "X", "no Response")
	class := interops.ClassPassword
	if i%2 == 1 {
		class = interops.ClassSmartcard
	}
	for _, x := range carrying {
		vi := x.Judged.VI
		for _, f := range x.Judged.Findings {
			b.Fails(f.Requirement, f.Rule)
			b.Unless(f.Rule != "authninstant-absent", "V18", f.Rule)
		}
		b.Unless(vi.NameID.Value == agent(i) && vi.AuthnContext == class, "V20", "session value")
		b.Unless(vi.AuthnInstant.IsZero() || vi.AuthnInstant.Equal(login), "V20", "instant")
		b.Unless(!strings.Contains(x.URL, sso.ParameterResponse), "L08", "address")
	}
}

func (b *battery) ordinary() {
	b.conforms(1, b.Now, b.agent(1).get("/sortie/extranet?marqueur=m"))
}

func (b *battery) twoAgents() {
	b.bench.Clock.Advance(time.Second)
	second := b.agent(2)
	p := b.agent(3).get("/sortie/extranet")
	b.bench.Clock.Advance(time.Second)
	q := second.get("/sortie/extranet")
	if len(responses(p.left)) == 0 || len(responses(q.left)) == 0 {
		return
	}
	a, z := responses(p.left)[0].Judged.VI, responses(q.left)[0].Judged.VI
	b.Unless(z.NameID.Value == agent(2) || z.NameID.Value == "", "L02", "VI of the other")
	b.Unless(z.NameID.Value == agent(2), "V20", "session value")
	b.Unless(z.AuthnInstant.IsZero() || z.AuthnInstant.Equal(b.Now.Add(time.Second)), "V20", "instant")
	b.Unless(a.ID != z.ID || a.NameID == z.NameID && a.NameID.Value == "", "V02", "repeated")
}

func (b *battery) twoServices() {
	one := b.agent(4)
	one.get("/sortie/extranet")
	b.conforms(4, b.Now, one.get("/sortie/extranet-annexe"))
}

// lives moves the clock to the end of a VI's life, then past that of the next.
func (b *battery) lives() {
	one := b.agent(5)
	for _, from := range []time.Duration{-time.Minute, time.Hour} {
		first := responses(one.get("/sortie/extranet").left)
		if len(first) != 1 || first[0].Judged.VI.NotOnOrAfter.IsZero() {
			return
		}
		vi := first[0].Judged.VI
		b.bench.Clock.Freeze(vi.NotOnOrAfter.Add(from))
		if from > 0 {
			one.login(agent(5))
		}
		for _, x := range responses(one.get("/sortie/extranet").left) {
			b.Unless(x.Judged.VI.ID != vi.ID, "L01", "VI sent again")
		}
	}
}

// parallel makes many agents leave at once.
func (b *battery) parallel() {
	var wait sync.WaitGroup
	before := b.receiver.count()
	start := make(chan struct{})
	for i := range 20 {
		one := b.agent(40 + i)
		wait.Go(func() {
			<-start
			one.get("/sortie/extranet/dossiers?marqueur=de-" + agent(40+i))
		})
	}
	close(start)
	wait.Wait()
	for _, x := range b.receiver.since(before) {
		if _, user, asked := strings.Cut(x.URL, "marqueur=de-"); asked && !x.Carries {
			b.Unless(x.User == user || x.User == "personne", "L02", "session of another")
		}
	}
}

// nobody is who has no home session, or no right.
func (b *battery) nobody() {
	b.agent(20).get("/sortie/extranet")
	for _, address := range []string{"/sortie/extranet", "/sortie/extranet/dossiers"} {
		b.Unless(len(b.browse().get(address).left) == 0, "P12", "no session")
		stranger := b.browse()
		stranger.login("agent-sans-droit")
		b.Unless(len(stranger.get(address).left) == 0, "P12", "no right")
	}
}

func (b *battery) expired() {
	one := b.agent(21)
	b.bench.Clock.Advance(9 * time.Hour)
	b.Unless(len(one.get("/sortie/extranet").left) == 0, "P12", "session over")
}

// secrets looks for what the agent's browser and the house must keep.
func (b *battery) secrets() {
	one := b.agent(22)
	host := strings.TrimPrefix(b.portal.URL(""), "https://")
	header := http.Header{"X-Forwarded-Server": {"interne.organisme-client.test"}, sso.HeaderResponse: {"PGE+"}}
	pages := []page{
		one.ask(http.MethodGet, "/sortie/extranet", "", header), one.ask(http.MethodGet, "/sortie/extranet/dossiers", "", header),
		one.get("/sortie/extranet/dossiers?SAMLResponse=PGE%2B"), one.ask(http.MethodPost, "/sortie/extranet/gestion", "SAMLResponse=PGE%2B", nil),
	}
	for _, p := range pages {
		for _, x := range p.left {
			for name, values := range x.Header {
				all := strings.Join(values, " ")
				b.Unless(!strings.Contains(all, "portail=") && !strings.Contains(all, host) && !strings.Contains(all, "interne"), "P13", name)
			}
			b.Unless(x.Header.Get(sso.HeaderResponse) == "" && !strings.Contains(x.URL+x.Body, "PGE%2B"), "P13", "VI of the agent's own")
		}
	}
}

// change gives a browser to another agent.
func (b *battery) change() {
	one := b.agent(23)
	one.get("/sortie/extranet")
	one.login(agent(25))
	p := one.get("/sortie/extranet")
	carrying := responses(p.left)
	b.Unless(len(carrying) == 1, "P14", "no VI of her own")
	for _, x := range carrying {
		b.Unless(x.Judged.VI.NameID.Value != agent(23), "P14", "VI of the agent before")
	}
	b.Unless(!strings.Contains(p.body, agent(23)), "P14", "session of the agent before")
}

func (b *battery) goodbye() {
	one := b.agent(24)
	one.get("/sortie/extranet")
	one.get("/logout")
	for _, address := range []string{"/sortie/extranet", "/sortie/extranet/dossiers"} {
		p := one.get(address)
		b.Unless(!strings.Contains(p.body, "page de"), "P15", "page served")
		b.Unless(len(responses(p.left)) == 0, "L04", "VI after the logout")
	}
}

func (b *battery) withdrawal() {
	one := b.agent(26)
	one.get("/sortie/extranet")
	b.gesture("withdraw-right", agent(26), right)
	b.Unless(len(one.get("/sortie/extranet").left) == 0, "L04", "right withdrawn")
	b.Unless(len(one.get("/sortie/extranet/dossiers").left) == 0, "L04", "right withdrawn, page")
}

func (b *battery) expulsion() {
	one := b.agent(28)
	one.get("/sortie/extranet")
	b.gesture("logout", agent(28))
	b.Unless(len(one.get("/sortie/extranet").left) == 0, "L04", "logged out")
}

func (b *battery) refused() {
	b.receiver.refuse()
	p := b.agent(30).get("/sortie/extranet")
	b.Unless(len(p.body) < 2000 && !strings.Contains(p.body, "PD94"), "L08", "page")
}

func (b *battery) untraced() {
	one := b.agent(32)
	one.get("/sortie/extranet")
	b.gesture("break-traces", "")
	for _, x := range responses(one.get("/sortie/extranet").left) {
		b.Fails("X06", "VI left")
		b.unkept[x.Header.Get("X-Request-Id")] = true
	}
	b.gesture("mend-traces", "")
}

// unsent presents a server that is no partner: the VI that is made does not leave.
func (b *battery) unsent() {
	b.receiver.arm("tls-server-certificate-unknown-ca")
	b.agent(34).get("/sortie/extranet")
	b.receiver.arm("")
	came := map[string]bool{}
	for _, x := range b.receiver.since(0) {
		came[x.Judged.VI.ID] = true
	}
	sent := map[string]bool{}
	for _, t := range b.records() {
		if t.VIID != nil && t.Decision != interops.Created {
			sent[*t.VIID] = t.Decision == interops.Sent
		}
	}
	for id, told := range sent {
		b.Unless(!told || came[id], "X01", "sending invented")
	}
}

func (b *battery) projects() {
	for _, service := range []string{"extranet-termine", "extranet-futur", "extranet-inconnu"} {
		b.Unless(len(b.agent(36).get("/sortie/"+service).left) == 0, "K01", service)
	}
}

// traced looks at all that was traced.
func (b *battery) traced() {
	raw, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	known := map[string]bool{}
	came := map[string]arrival{} // by request
	for _, x := range b.receiver.since(0) {
		if x.Carries && x.Judged.VI.ID != "" {
			came[x.Header.Get("X-Request-Id")] = x
		}
	}
	previous := journey.FirstHash
	for i, t := range b.records() {
		b.Unless(t.PreviousHash == previous, "X05", "chain")
		previous, _ = journey.Hash(bytes.Split(raw, []byte("\n"))[i])
		at, err := time.Parse(time.RFC3339Nano, t.Timestamp)
		b.Unless(err == nil, "X03", "timestamp")
		b.Unless(err != nil || at.Sub(b.Now) != 20*time.Minute, "X04", "clock")
		b.Unless(t.VIID != nil && t.Audience != nil && t.Issuer != nil && t.Recipient != nil && t.NameID != nil && t.TLSPeer != nil, "X03", "field")
		if x, ok := came[t.RequestID]; ok && t.VIID != nil && t.Issuer != nil && t.Decision == interops.Sent {
			b.Unless(x.Judged.VI.ID == *t.VIID && (x.Judged.VI.Issuer == "" || x.Judged.VI.Issuer == *t.Issuer), "X04", "identifier")
		}
		known[t.RequestID] = true
	}
	for id := range came {
		b.Unless(known[id] || b.unkept[id], "X01", "VI without trace")
	}
	b.Unless(!bytes.Contains(raw, []byte("PRIVATE KEY")), "X08", "key")
}
