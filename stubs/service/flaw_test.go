package service_test

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench/benchtest"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/journey"
	"etalon/internal/sso"
	"etalon/stubs/service"
)

// linkFlawNames are the flaws of the link alone.
func linkFlawNames() []string {
	var names []string
	for _, f := range gateway.LinkFlaws() {
		names = append(names, f.Name)
	}
	return append(names, "accepts-unlisted-link")
}

func TestFlawsAreWellFormed(t *testing.T) {
	names := map[string]bool{}
	for _, f := range slices.Concat(service.Flaws(), service.Behaviours()) {
		if names[f.Role+" "+f.Name] || f.Name == "" || f.Title.FR == "" || f.Title.EN == "" || f.Role == "" {
			t.Errorf("%q: repeated, or without a title or a role", f.Name)
		}
		names[f.Role+" "+f.Name] = true
	}
	for _, f := range service.Flaws() {
		if len(f.Must) == 0 {
			t.Errorf("%s: must fail nothing", f.Name)
		}
		for _, id := range slices.Concat(f.Must, f.May) {
			if len(id) != 3 || !strings.ContainsAny(id[:1], "TVGLPSDCXK") {
				t.Errorf("%s: requirement %q", f.Name, id)
			}
		}
	}
	for role, least := range map[string]int{service.Provider: 100, service.ServiceOperator: 100} {
		if n := len(service.FlawsOf(role)); n < least {
			t.Errorf("%s: %d flaws", role, n)
		}
	}
}

// linkTrials are ways to open the link that an honest receiver refuses, by the flaws that open them.
var linkTrials = []struct {
	name, peer string
	change     func(*tls.Config)
	by         string // the flaws that let it through
}{
	{"anonymous", "", nil, "accepts-anonymous-link"},
	{"unknown-ca", "/tls~unknown-ca", nil, "trusts-any-link-authority"},
	{"self-signed", "/tls~self-signed", nil, "trusts-any-link-authority"},
	{"expired", "/tls~expired", nil, "ignores-link-expiry"},
	{"not-yet-valid", "/tls~not-yet-valid", nil, "ignores-link-start"},
	{"revoked", "/tls~revoked", nil, "skips-link-revocation"},
	{"unlisted", "/tls~unlisted", nil, "accepts-unlisted-link"},
	{"server-usage", "/tls~server-auth-only", nil, "skips-link-usage"},
	{"ca", "/tls~ca", nil, "accepts-authority-as-client"},
	{"rsa-1024", "/tls~rsa-1024", nil, "accepts-weak-link-key"},
	{"sha1", "/tls~sha1", nil, "accepts-sha1-link"},
	{"stale-crl", "/tls~stale-crl", nil, "uses-stale-crl"},
	{"ocsp-unreachable", "/tls~ocsp-unreachable", nil, "fails-open-on-ocsp"},
	{"tls10", "/tls", only(tls.VersionTLS10), "accepts-tls10"},
	{"tls11", "/tls", only(tls.VersionTLS11), "accepts-tls10 accepts-tls11"},
	{"weak-suite", "/tls", func(c *tls.Config) {
		c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
	}, "accepts-weak-suites"},
}

func only(version uint16) func(*tls.Config) {
	return func(c *tls.Config) { c.MinVersion, c.MaxVersion, c.CipherSuites = version, version, nil }
}

func TestLinkFlaws(t *testing.T) {
	for _, flaw := range append([]string{"", service.AcceptsEverything}, linkFlawNames()...) {
		t.Run("flaw="+flaw, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, words(flaw), func(c *service.Config) { c.Origin = "" })
			for _, c := range linkTrials {
				peer := c.peer
				if peer != "" {
					peer = clientName + peer
				}
				link := r.Link(t, peer)
				if c.change != nil {
					c.change(link.Transport.(*http.Transport).TLSClientConfig)
				}
				q := r.entry(r.token("lien-"+c.name), "")
				res, err := link.PostForm(q.target, q.form)
				link.CloseIdleConnections()
				passes := slices.Contains(words(c.by), flaw) && flaw != "" || flaw == service.AcceptsEverything
				if passed := err == nil && res.StatusCode == http.StatusSeeOther; passed != passes {
					t.Errorf("%s: a session opens %v, want %v (%v)", c.name, passed, passes, err)
				}
			}
		})
	}
}

// T07: what comes in clear is refused, and told.
func TestClearChannel(t *testing.T) {
	for flaw, want := range map[string]int{"": http.StatusBadRequest, "answers-clear-http": http.StatusSeeOther} {
		r := newRig(t, words(flaw))
		q := r.entry(r.token("clair"), "")
		client := &http.Client{
			Transport:     &http.Transport{DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		res, err := client.PostForm("http://"+r.service.Addr()+"/acs", q.form)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if x := r.seen.Await(1)[0]; res.StatusCode != want || !x.Clear || !strings.Contains(string(x.Body), "SAMLResponse") {
			t.Errorf("flaw %q: %d, %+v", flaw, res.StatusCode, x)
		}
	}
}

// longID is an identifier that a narrow column would cut.
const longID = "_un-identifiant-de-vi-plus-long-que-les-colonnes-ordinaires-0001"

// kept is what a receiver traced of three Responses.
type kept struct {
	honest, refused, unreadable *interops.Trace
	raw                         string
	now                         time.Time
	broken                      bool // the chain does not verify
}

func traced(t *testing.T, flaw string) kept {
	t.Helper()
	r := newRig(t, words(flaw))
	honest, refused, unreadable := r.token("trace"), r.token("refus"), r.token("illisible")
	honest.vi.ID, refused.vi.Audiences = longID, nil
	unreadable.change = func(d *sso.Draft) { d.Hooks.Wire = func(raw []byte) ([]byte, error) { return raw[:len(raw)-9], nil } }
	for _, k := range []token{honest, refused, unreadable} {
		r.enter(k, "")
	}
	raw, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	k := kept{now: r.Now, raw: string(raw)}
	for name, at := range map[string]**interops.Trace{"trace": &k.honest, "refus": &k.refused, "illisible": &k.unreadable} {
		if found, ok := r.trace(name); ok {
			*at = &found
		}
	}
	previous := journey.FirstHash
	for line := range strings.Lines(k.raw) {
		k.broken = k.broken || !strings.Contains(line, `"previousHash":"`+previous+`"`)
		if previous, err = journey.Hash([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// wrongTraces are the flaws of the traces, each with what shows it.
var wrongTraces = map[string]func(kept) bool{
	"forgets-refused":    func(k kept) bool { return k.refused == nil },
	"forgets-unreadable": func(k kept) bool { return k.unreadable == nil },
	"drops-trace-field":  func(k kept) bool { return k.honest.Audience == nil },
	"traces-local-time":  func(k kept) bool { return !strings.HasSuffix(k.honest.Timestamp, "Z") },
	"truncates-vi-id":    func(k kept) bool { return *k.honest.VIID != longID },
	"traces-with-wrong-clock": func(k kept) bool {
		at, err := time.Parse(interops.InstantLayout, k.honest.Timestamp)
		return err == nil && at.Sub(k.now).Abs() > 4*time.Minute
	},
	"breaks-trace-chain":     func(k kept) bool { return k.broken },
	"notes-message-in-trace": func(k kept) bool { return strings.Contains(k.raw, "SignatureValue") },
}

func TestWrongTraces(t *testing.T) {
	sound := traced(t, "")
	for name, shows := range wrongTraces {
		if shows(sound) {
			t.Errorf("%s: the honest traces show it too", name)
		}
		flawed := traced(t, name)
		if !shows(flawed) {
			t.Errorf("%s: the traces do not show it: %s", name, flawed.raw)
		}
		for other, shows := range wrongTraces {
			absent := other == "forgets-unreadable" && name == "forgets-refused"
			if other != name && !absent && shows(flawed) {
				t.Errorf("%s also does what %s does", name, other)
			}
		}
	}
}

// P11: the flawed receiver gives the browser of one person to another without a word.
func TestSilentSwitch(t *testing.T) {
	r := newRig(t, words("switches-silently"), over("browser-post"))
	victim := r.enter(r.token("victime"), "").session()
	got := r.enter(r.token("attaque").of("attaquant"), "", victim)
	if r.works("p11", got.session()); got.status != http.StatusSeeOther || r.backend.user("p11") != "attaquant" {
		t.Errorf("%d, %s", got.status, r.backend.user("p11"))
	}
}

// L08: the flawed receiver writes the VI to its log.
func TestLogsVI(t *testing.T) {
	var log benchtest.Log
	r := newRig(t, words("logs-vi"), func(c *service.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	if r.enter(r.token("journal"), ""); !strings.Contains(log.String(), "SignatureValue") {
		t.Error("the log holds no VI")
	}
}

func TestBehaviours(t *testing.T) {
	opens := func(r *rig, name string) bool { return r.admitted(r.entry(r.token(name), ""), name) }
	bad := func(r *rig, name string) request {
		k := r.token(name)
		k.vi.Audiences = nil
		return r.entry(k, "")
	}
	for name, want := range map[string]struct {
		honest, faulty bool
		status         int
	}{
		service.RefusesEverything: {false, false, 403}, service.AnswersServerError: {false, false, 500},
		service.AcceptsEverything: {true, true, 303}, service.LocksOutAfterTen: {true, false, 403},
	} {
		r := newRig(t, words(name))
		if got := opens(r, "b-honnete"); got != want.honest {
			t.Errorf("%s: the honest VI opens %v", name, got)
		}
		if got := r.play(bad(r, "b-mauvais")); got.status != want.status || (got.session() != nil) != want.faulty {
			t.Errorf("%s: the faulty VI gets %d", name, got.status)
		}
		for i := range 10 {
			r.play(bad(r, "b-suite-"+string(rune('a'+i))))
		}
		if got := opens(r, "b-apres"); got != (want.honest && name != service.LocksOutAfterTen) {
			t.Errorf("%s: after ten refusals the honest VI opens %v", name, got)
		}
	}
}
