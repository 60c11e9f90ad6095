package provider_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"etalon/internal/bench/benchtest"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/mutation"
	"etalon/internal/soap"
	"etalon/stubs/provider"
)

// A04, A05, A06, X02: an honest call passes once, whole, and leaves a complete trace.
func TestHonestExchange(t *testing.T) {
	for _, at := range mustWorld(t).targets() {
		t.Run(at.service.Name, func(t *testing.T) {
			r := newRig(t, nil)
			m := r.honest(t, at, "bonjour-"+at.service.Name)
			res, raw, err := r.post(r.Link(t, clientName+"/tls"), m)
			if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(raw), "urn:m") {
				t.Fatalf("%v %v %s", err, res, raw)
			}
			sent, _ := soap.BodyDigest(m.raw)
			arrived, err := soap.BodyDigest(r.backend.body(m.name))
			if err != nil || sent != arrived {
				t.Errorf("the Body changed: %v", err)
			}
			if bytes.Contains(r.backend.body(m.name), []byte("Assertion")) {
				t.Error("the application gets the VI")
			}
			if got := res.Header.Get("Date"); got != r.Now.Format(http.TimeFormat) {
				t.Errorf("Date %q does not follow the protocol clock", got)
			}
			if res.Header.Get("X-Request-Id") != m.name {
				t.Errorf("request identifier %q", res.Header.Get("X-Request-Id"))
			}
			checkTrace(t, r, m, at)
			x := r.seen.All()[0]
			if x.Decision != interops.Accepted || x.Status != 200 || x.ConnID == "" || x.TLS == nil || len(x.TLS.PeerCertificates) == 0 ||
				string(x.Body) != string(m.raw) || !x.Judged.Verified || x.Finished.IsZero() || x.Read == 0 {
				t.Errorf("observed %+v", x)
			}
		})
	}
}

// checkTrace checks that every field of the record is there (X03).
func checkTrace(t *testing.T, r *rig, m message, at target) {
	t.Helper()
	got, ok := r.trace(m.name)
	if !ok {
		t.Fatal("no trace")
	}
	fields := map[string]*string{
		"project": got.Project, "convention": got.Convention, "viId": got.VIID, "issuer": got.Issuer, "audience": got.Audience,
		"nameId": got.NameID, "nameIdFormat": got.NameIDFormat, "authnContext": got.AuthnContext, "authnInstant": got.AuthnInstant,
		"notBefore": got.NotBefore, "notOnOrAfter": got.NotOnOrAfter, "tlsPeer": got.TLSPeer,
	}
	if at.project.Name != "historique" { // SAML 1.1 has no Recipient
		fields["recipient"] = got.Recipient
	}
	for name, value := range fields {
		if value == nil || *value == "" {
			t.Errorf("trace without %s", name)
		}
	}
	if *got.VIID != "_"+m.name || *got.Project != at.project.Name || *got.Audience != at.service.Audience {
		t.Errorf("trace %+v", got)
	}
	if got.SignerCertificate == nil || got.SignerCertificate.Serial == "" || len(got.PAGM) != 1 || got.EventID == "" ||
		got.Decision != interops.Accepted || got.FaultCode != "" || !got.Verified || got.Timestamp != r.Now.Format(interops.InstantLayout) {
		t.Errorf("trace %+v", got)
	}
}

// A16, §14.12: a refusal leaves the connection open.
func TestRefusalsKeepTheConnection(t *testing.T) {
	r := newRig(t, nil)
	link := r.Link(t, clientName+"/tls")
	all := messages(t, r.world)
	for _, name := range []string{"vi-signature-value-altered", "xml-attribute-10mb", "vi-xml-malformed", "soap-header-absent", "http-method-get"} {
		res, _, err := r.post(link, all[name][0])
		if err != nil || res.StatusCode < 400 {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for i := range 100 {
		m := all["vi-window-expired"][0]
		if res, _, err := r.post(link, m); err != nil || res.StatusCode != 500 {
			t.Fatalf("refusal %d: %v", i, err)
		}
	}
	m := r.honest(t, r.targets()[0], "apres-cent-refus")
	if _, _, err := r.post(link, m); err != nil || !r.accepted(m) {
		t.Errorf("the valid call fails: %v", err)
	}
	first := r.seen.All()[0].ConnID
	for _, x := range r.seen.All() {
		if x.ConnID != first {
			t.Errorf("%s came on connection %s, not %s", x.RequestID, x.ConnID, first)
		}
	}
}

// X06: what cannot be traced does not pass.
func TestTraceStoreDown(t *testing.T) {
	for flaw, passes := range map[string]bool{"": false, "continues-untraced": true} {
		r := newRig(t, words(flaw))
		r.traces.Break(true)
		m := r.honest(t, r.targets()[0], "sans-trace")
		w := r.play(m)
		if r.accepted(m) != passes || (w.Code == http.StatusOK) != passes {
			t.Errorf("flaw %q: %d, reached %v", flaw, w.Code, r.accepted(m))
		}
		refused := messages(t, r.world)["vi-audience-absent"][0]
		if w := r.play(refused); w.Code != 500 {
			t.Errorf("a refusal without trace: %d", w.Code)
		}
		r.traces.Break(false)
		again := r.honest(t, r.targets()[0], "de-nouveau")
		if w := r.play(again); w.Code != http.StatusOK || !r.accepted(again) {
			t.Errorf("once mended: %d", w.Code)
		}
	}
}

// V13, V14: an operation that no PAGM opens is refused by the application's fault, not the VI's.
func TestOperations(t *testing.T) {
	r := newRig(t, nil)
	other := func(d *soap.Draft) { d.Body = bytes.ReplaceAll(d.Body, []byte("m:consulter"), []byte("m:mettreAJour")) }
	m := r.honest(t, r.targets()[0], "hors-droit", other)
	w := r.play(m)
	f, fs, ok := soap.ReadFault(w.Code, w.Header().Get("Content-Type"), w.Body.Bytes())
	if !ok || len(fs) > 0 || f.Code.Local != "DroitsInsuffisants" || f.Code.Space == soap.NamespaceVI || r.accepted(m) {
		t.Errorf("%d %+v %v", w.Code, f, fs)
	}
	if got, _ := r.trace(m.name); got.Decision != interops.Rejected || got.FaultCode != "app:DroitsInsuffisants" {
		t.Errorf("trace %+v", got)
	}
	both := func(d *soap.Draft) { d.VI.PAGM = []string{"PAGM_CONSULTATION", "PAGM_MISE_A_JOUR"} }
	m = r.honest(t, r.targets()[0], "union", other, both)
	if r.play(m); !r.accepted(m) {
		t.Error("two PAGM do not open the union of their operations")
	}
}

func TestApplicationFailures(t *testing.T) {
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	r := newRig(t, nil, func(c *provider.Config) { c.Backend = down.URL })
	w := r.play(r.honest(t, r.targets()[0], "application-absente"))
	f, fs, ok := soap.ReadFault(w.Code, w.Header().Get("Content-Type"), w.Body.Bytes())
	if !ok || len(fs) > 0 || f.Code.Local != "Server" || strings.Contains(w.Body.String(), "127.0.0.1") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestEcho(t *testing.T) {
	r := newRig(t, nil, func(c *provider.Config) { c.Backend = "" })
	w := r.play(r.honest(t, r.targets()[0], "echo"))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "marqueur-echo") || strings.Contains(w.Body.String(), "Assertion") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// T06-N2: what a partner says of identities in its headers goes nowhere.
func TestForwardedHeaders(t *testing.T) {
	r := newRig(t, nil)
	m := r.honest(t, r.targets()[0], "en-tetes")
	for name, value := range map[string]string{
		"X-SSL-Client-S-DN": "CN=autre", "X-Interops-User": "autre", "X-Forwarded-Client-Cert": "autre", "Connection": "X-Saut", "X-Saut": "1", "X-Metier": "gardé",
	} {
		m.header.Set(name, value)
	}
	r.play(m)
	for name, want := range map[string]string{
		"X-Ssl-Client-S-Dn": "", "X-Forwarded-Client-Cert": "", "X-Saut": "", "X-Metier": "gardé", "X-Request-Id": m.name,
		"X-Interops-User": url.PathEscape("agent-zéphyr"), "X-Interops-Pagm": "PAGM_CONSULTATION",
	} {
		if got := r.backend.header(m.name, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestRequestIdentifier(t *testing.T) {
	r := newRig(t, nil)
	for sent, kept := range map[string]bool{"r-1": true, "": false, "deux mots": false, "é": false, strings.Repeat("x", 200): false} {
		m := r.honest(t, r.targets()[0], "identifiant")
		m.header.Set("X-Request-Id", sent)
		got := r.play(m).Header().Get("X-Request-Id")
		if got == "" || (got == sent) != kept {
			t.Errorf("%q becomes %q", sent, got)
		}
		if _, ok := r.trace(got); !ok {
			t.Errorf("no trace of %q", got)
		}
	}
}

func TestUnknownAddresses(t *testing.T) {
	r := newRig(t, nil)
	for _, service := range []string{"", "inconnu", "../service-a", "service-a/"} {
		m := r.honest(t, r.targets()[0], "adresse")
		m.service = service
		if w := r.play(m); w.Code != http.StatusNotFound || r.accepted(m) {
			t.Errorf("%q: %d", service, w.Code)
		}
	}
}

// L08: neither the log nor a fault shows a VI.
func TestLogHoldsNoVI(t *testing.T) {
	for flaw, exposed := range map[string]bool{"": false, "logs-vi": true} {
		var log benchtest.Log
		r := newRig(t, words(flaw), func(c *provider.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
		r.play(r.honest(t, r.targets()[0], "journal"))
		for _, msgs := range messages(t, r.world) {
			r.play(msgs[0])
		}
		if got := strings.Contains(log.String(), "SignatureValue"); got != exposed {
			t.Errorf("flaw %q: VI in the log: %v", flaw, got)
		}
		if !strings.Contains(log.String(), "journal") {
			t.Error("the log says nothing of the call")
		}
	}
}

func TestConcurrentPartners(t *testing.T) {
	r := newRig(t, nil)
	bad := messages(t, r.world)["vi-audience-absent"][0]
	var all sync.WaitGroup
	for p := range 8 {
		link := r.Link(t, []string{clientName + "/tls", clientName + "/tls-2"}[p%2])
		all.Go(func() {
			for i := range 10 {
				m := r.honest(t, r.targets()[0], fmt.Sprintf("p%d-%d", p, i))
				if _, _, err := r.post(link, m); err != nil || !r.accepted(m) {
					t.Errorf("%s: %v", m.name, err)
				}
				if res, _, err := r.post(link, bad); err != nil || res.StatusCode != 500 {
					t.Errorf("%s, faulty: %v", m.name, err)
				}
			}
		})
	}
	all.Wait()
	if n := len(r.records()); n != 160 {
		t.Errorf("%d traces", n)
	}
	previous := journey.FirstHash
	for i, record := range r.records() {
		if i > 0 && record.PreviousHash == previous {
			t.Error("two records have the same predecessor")
		}
		previous = record.PreviousHash
	}
}

func TestStartRefuses(t *testing.T) {
	r := newRig(t, nil)
	for name, change := range map[string]func(*provider.Config){
		"not in convention":    func(c *provider.Config) { c.Organism = "inconnu" },
		"no project of mode A": func(c *provider.Config) { c.Organism = "organisme-sans-projet" },
		"find credential":      func(c *provider.Config) { c.Credential = "inconnu/tls" },
		"backend address":      func(c *provider.Config) { c.Backend = "localhost" },
		"in use":               func(c *provider.Config) { c.Listen = r.provider.Addr() },
	} {
		c := provider.Config{Bench: r.bench, Organism: providerName, Traces: r.traces}
		change(&c)
		p, err := provider.Start(c)
		if err == nil {
			_ = p.Close()
		}
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A closed provider leaves nothing running, whatever its connections were doing.
func TestCloseLeavesNothing(t *testing.T) {
	r := newRig(t, nil)
	b := r.bench
	before := goleak.IgnoreCurrent()
	p, err := provider.Start(provider.Config{Bench: b, Organism: providerName, Traces: r.traces})
	if err != nil {
		t.Fatal(err)
	}
	silent, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	other := &rig{world: r.world, t: t, bench: b, provider: p}
	link := other.Link(t, clientName+"/tls")
	if _, _, err := other.post(link, r.honest(t, r.targets()[0], "dernier")); err != nil {
		t.Fatal(err)
	}
	p.Arm(1, mutation.Conduct{Answer: &mutation.Answer{Delay: time.Hour}})
	done := make(chan error)
	go func() {
		_, _, err := other.post(other.Link(t, clientName+"/tls-2"), r.honest(t, r.targets()[0], "pendant"))
		done <- err
	}()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err == nil {
		t.Error("a closed provider answers")
	}
	link.CloseIdleConnections()
	goleak.VerifyNone(t, before)
}

func TestProtocolClock(t *testing.T) {
	r := newRig(t, nil)
	m := r.honest(t, r.targets()[0], "plus-tard")
	r.bench.Clock.Advance(13 * time.Minute)
	if w := r.play(m); w.Code != 500 || r.accepted(m) {
		t.Errorf("after its end: %d", w.Code)
	}
	r.bench.Clock.Advance(-2 * time.Minute)
	if w := r.play(m); w.Code != 200 {
		t.Errorf("within the skew: %d %s", w.Code, w.Body)
	}
}

// A05: the link is reused by honest calls too, so that a handshake is not paid for each.
func TestKeepAlive(t *testing.T) {
	r := newRig(t, nil)
	link := r.Link(t, clientName+"/tls")
	reused := 0
	for i := range 3 {
		m := r.honest(t, r.targets()[0], fmt.Sprint("suite-", i))
		req, _ := http.NewRequest(m.method, r.provider.URL(m.service), bytes.NewReader(m.raw))
		req.Header = m.header
		req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
			GotConn: func(c httptrace.GotConnInfo) {
				if c.Reused {
					reused++
				}
			},
		}))
		res, err := link.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
	if reused != 2 {
		t.Errorf("connection reused %d times", reused)
	}
}
