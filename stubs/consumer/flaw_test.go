package consumer_test

import (
	"bytes"
	"cmp"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/emitter"
	"etalon/internal/inquiry"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/rest"
	"etalon/stubs/consumer"
	"etalon/stubs/resource"
)

// battery tries a gateway in every way that its flaws can show, and keeps the requirements that failed.
type battery struct {
	*rig
	benchtest.Failures
	unkept []string // requests of which no trace could be kept
}

// tried plays every trial on a gateway with those flaws, and looks at the traces in the end.
func tried(t testing.TB, form string, flaws ...string) map[string][]string {
	b := &battery{rig: newRig(t, form, flaws)}
	for _, trial := range []func(*battery){
		(*battery).ordinary, (*battery).twoUsers, (*battery).parallel, (*battery).refusal, (*battery).lives,
		(*battery).untraced, (*battery).unsent, (*battery).records,
	} {
		trial(b)
		b.partner.Disarm()
		b.bench.Clock.Freeze(b.Now)
	}
	return b.Failed()
}

// conforms judges everything that a call made leave.
func (b *battery) conforms(u *interops.User, o outcome) {
	b.Unless(len(o.left) == 1, "R07", "call missing")
	for _, x := range o.left {
		j := emitted(x)
		for _, f := range j.Findings {
			b.Fails(f.Requirement, f.Rule)
			b.Unless(f.Rule != "authninstant-absent" && f.Rule != "pagm-absent" && f.Rule != "pagm-misnamed" && f.Rule != "audience-absent", "V18", f.Rule)
		}
		if j.Raw == nil {
			continue
		}
		b.Unless(j.VI.NameID.Value == u.ID && j.VI.AuthnContext == u.Class, "V20", "session value")
		b.Unless(j.VI.NameID.Value == u.ID || j.VI.NameID.Value == "", "R07", "of another user")
		b.Unless(j.VI.AuthnInstant.IsZero() || j.VI.AuthnInstant.Equal(u.AuthnInstant), "V20", "instant")
		if strings.Contains(b.log.String(), j.Token) {
			b.Fails("L08", "log")
			b.Fails("R07", "log")
		}
	}
}

func (b *battery) ordinary() {
	u := b.login(1)
	b.conforms(u, b.call(demand{user: u, query: "marqueur=m-1"}))
	next := *u
	next.AuthnInstant = u.AuthnInstant.Add(time.Minute)
	b.conforms(&next, b.call(demand{user: &next}))
}

func (b *battery) twoUsers() {
	ids := map[string]string{}
	for i := range 2 {
		u := b.login(2 + i)
		o := b.call(demand{user: u})
		b.conforms(u, o)
		for _, x := range o.left {
			if vi := x.Judged.VI; x.Judged.Token != "" {
				who, met := ids[vi.ID]
				b.Unless(!met || who == vi.NameID.Value, "V02", "repeated")
				ids[vi.ID] = vi.NameID.Value
			}
		}
	}
}

// parallel makes many users call at once.
func (b *battery) parallel() {
	var wait sync.WaitGroup
	before := b.count()
	for i := range 8 {
		u := b.login(10 + i)
		wait.Go(func() { b.call(demand{user: u, query: "marqueur=" + u.ID}) })
	}
	wait.Wait()
	for _, x := range b.since(before) {
		_, marker, _ := strings.Cut(x.URL, "marqueur=")
		marker, _, _ = strings.Cut(marker, "&")
		if got := x.Judged.VI.NameID.Value; got != "" && got != marker {
			b.Fails("R07", "of another")
		}
	}
}

// refusal is of the token: nothing of it comes back.
func (b *battery) refusal() {
	b.arm("answer-fault-invalid-vi")
	o := b.call(demand{user: b.login(20)})
	for _, x := range o.left {
		b.Unless(x.Judged.Token == "" || !bytes.Contains(o.body, []byte(x.Judged.Token)), "L08", "echo")
	}
}

// lives moves the clock past the end of a token.
func (b *battery) lives() {
	u := b.login(21)
	first := b.call(demand{user: u})
	if len(first.left) != 1 || first.left[0].Judged.VI.NotOnOrAfter.IsZero() {
		return
	}
	vi := first.left[0].Judged.VI
	b.bench.Clock.Freeze(vi.NotOnOrAfter.Add(time.Hour))
	for _, x := range b.call(demand{user: u}).left {
		b.Unless(x.Judged.VI.NotOnOrAfter.After(b.bench.Clock.Now()), "R07", "expired")
	}
}

func (b *battery) untraced() {
	u := b.login(22)
	b.call(demand{user: u})
	b.gesture("break-traces", nil)
	for _, user := range []*interops.User{u, b.login(22)} {
		for _, x := range b.call(demand{user: user}).left {
			b.Fails("X06", "left")
			b.unkept = append(b.unkept, x.RequestID)
		}
	}
	b.gesture("mend-traces", nil)
}

// unsent presents a server that is no partner: the token that is made does not leave.
func (b *battery) unsent() {
	b.arm("tls-server-certificate-unknown-ca")
	b.call(demand{user: b.login(23)})
	b.partner.Disarm()
	came := map[string]bool{}
	for _, x := range b.since(0) {
		came[x.RequestID] = true
	}
	sent := map[string]bool{}
	for _, t := range b.rig.records() {
		if t.Decision != interops.Created {
			sent[t.RequestID] = t.Decision == interops.Sent
		}
	}
	for request, told := range sent {
		b.Unless(!told || came[request], "X01", "sending invented")
	}
}

// records looks at all that was traced.
func (b *battery) records() {
	raw, err := os.ReadFile(b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	lines, records := bytes.Split(raw, []byte("\n")), b.rig.records()
	previous, traced := journey.FirstHash, map[string]bool{}
	for i, t := range records {
		b.Unless(t.PreviousHash == previous, "X05", "chain")
		previous, _ = journey.Hash(lines[i])
		at, err := time.Parse(time.RFC3339Nano, t.Timestamp)
		b.Unless(err == nil, "X03", "timestamp")
		b.Unless(err != nil || at.Sub(b.Now) != 20*time.Minute, "X04", "clock")
		b.Unless(t.VIID != nil && t.Audience != nil && t.Issuer != nil && t.NameID != nil && t.Mode == interops.ModeR, "X03", "field")
		traced[t.RequestID] = true
		if t.VIID != nil {
			traced[*t.VIID] = true
		}
	}
	for _, x := range b.since(0) {
		if x.Judged.Token == "" || slices.Contains(b.unkept, x.RequestID) {
			continue
		}
		if !slices.ContainsFunc(records, func(t interops.Trace) bool { return t.RequestID == x.RequestID }) {
			b.Fails("X01", "without trace")
			continue
		}
		b.Unless(x.Judged.VI.ID == "" || traced[x.Judged.VI.ID], "X04", "identifier")
	}
	b.Unless(!bytes.Contains(raw, []byte("PRIVATE KEY")), "X08", "key")
}

// onLink tells the flaws of the link, which TestLinks tries; ofInquiry those of the exchange of traces, which its own
// package tries, and the self-test of the judge.
func onLink(f consumer.Flaw) bool {
	return slices.ContainsFunc(emitter.LinkFlaws(), func(l emitter.Flaw) bool { return l.Name == f.Name })
}

func ofInquiry(f consumer.Flaw) bool {
	return slices.ContainsFunc(inquiry.Flaws(), func(i inquiry.Flaw) bool { return i.Name == f.Name })
}

func TestHonestGatewayFailsNothing(t *testing.T) {
	for _, form := range forms {
		for requirement, how := range tried(t, form) {
			t.Errorf("%s, %s: %s", form, requirement, strings.Join(how, ", "))
		}
	}
}

// TestEachFlawIsASingleNeglect plays the battery to every flaw: it fails what it must, and nothing but what it may.
func TestEachFlawIsASingleNeglect(t *testing.T) {
	for _, f := range consumer.Flaws() {
		if onLink(f) || ofInquiry(f) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			benchtest.SingleNeglect(t, tried(t, cmp.Or(f.Token, rest.TokenSAML), f.Name), f.Must, f.May)
		})
	}
}

func TestFlawsAreWellFormed(t *testing.T) {
	names, covered := map[string]bool{}, map[string]bool{}
	for _, f := range consumer.Flaws() {
		if names[f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" || len(f.Must) == 0 {
			t.Errorf("%q: repeated, without a title, or failing nothing", f.Name)
		}
		if f.Token != "" && !slices.Contains(forms, f.Token) {
			t.Errorf("%s: form %q", f.Name, f.Token)
		}
		names[f.Name] = true
		for _, id := range f.Must {
			covered[id] = true
		}
	}
	for _, id := range strings.Fields("T02 T03 T04 T05 T07 V02 V18 V19 V20 G10 G11 L08 R07 X01 X03 X04 X05 X06 X08 X12 X13 X14") {
		if !covered[id] {
			t.Errorf("no flaw must fail %s", id)
		}
	}
	if n := len(consumer.Flaws()); n < 45 {
		t.Errorf("%d flaws", n)
	}
}

// TestLinks shows that nothing leaves over a link to a bad server, and that only the neglect of one opens it.
func TestLinks(t *testing.T) {
	for flaw, open := range map[string]string{
		"": "", "skips-server-name": "tls-server-certificate-wrong-host", "skips-server-revocation": "tls-server-certificate-revoked",
		"falls-back-to-http": "channel-clear-http", "follows-temporary-redirect": "channel-redirect-https-to-http",
	} {
		t.Run("flaw="+flaw, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, rest.TokenJWT, slices.DeleteFunc([]string{flaw}, func(s string) bool { return s == "" }))
			for _, trial := range []string{
				"tls-server-certificate-self-signed", "tls-server-certificate-wrong-host", "tls-server-certificate-expired",
				"tls-server-certificate-revoked", "tls-version-tls11", "channel-clear-http", "channel-redirect-https-to-http",
			} {
				r.arm(trial)
				o := r.call(demand{user: r.login(1)})
				r.partner.Disarm()
				sent := slices.ContainsFunc(o.left, func(x resource.Exchange) bool { return x.Clear || trial != "channel-redirect-https-to-http" })
				if sent != (trial == open) {
					t.Errorf("%s: sent %t", trial, sent)
				}
				if o := r.call(demand{user: r.login(1)}); o.status != 200 || len(o.left) != 1 {
					t.Fatalf("%s: the honest call after it: %d, %d calls", trial, o.status, len(o.left))
				}
			}
		})
	}
}
