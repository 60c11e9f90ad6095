package gateway_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/gateway"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/verdict"
)

func TestForwardedSaysWhoCallsAndDropsWhatPretends(t *testing.T) {
	h := gateway.Forwarded(http.Header{
		"X-Interops-User": {"autre"}, "X-Ssl-Client-S-Dn": {"CN=autre"}, "X-Forwarded-For": {"x"}, "X-Metier": {"gardé"},
		"Connection": {"X-Saut"}, "X-Saut": {"1"}, "Accept-Encoding": {"gzip"},
	}, "r-1", "urn:émetteur", "agent é", []string{"A", "B"})
	want := http.Header{
		"X-Request-Id": {"r-1"}, "X-Metier": {"gardé"}, gateway.HeaderIssuer: {url.PathEscape("urn:émetteur")},
		gateway.HeaderUser: {"agent%20%C3%A9"}, gateway.HeaderPAGM: {"A%20B"},
	}
	for name, values := range want {
		if !slices.Equal(h[name], values) {
			t.Errorf("%s: %v, want %v", name, h[name], values)
		}
	}
	if len(h) != len(want) {
		t.Errorf("headers %v", h)
	}
}

func TestRequestID(t *testing.T) {
	for sent, kept := range map[string]string{"r-1": "r-1", "": "", "deux mots": "", "é": "", strings.Repeat("x", 129): ""} {
		if got := gateway.RequestID(http.Header{"X-Request-Id": {sent}}); got != kept {
			t.Errorf("%q becomes %q", sent, got)
		}
	}
}

func TestApplication(t *testing.T) {
	long := strings.Repeat("x", 9<<20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			_, _ = io.WriteString(w, long)
		case "/ailleurs":
			http.Redirect(w, r, "/long", http.StatusFound)
		default:
			raw, _ := io.ReadAll(r.Body)
			w.Header().Set("X-Metier", r.Method)
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write(raw)
		}
	}))
	defer server.Close()
	a := gateway.NewApplication()
	defer a.Close()
	got, err := a.Call(t.Context(), "PUT", server.URL+"/x", http.Header{}, []byte("corps"))
	if err != nil || got.Status != http.StatusTeapot || string(got.Body) != "corps" || got.Header.Get("X-Metier") != "PUT" || got.Header.Get("Date") != "" {
		t.Errorf("%v %+v", err, got)
	}
	if got, err := a.Call(t.Context(), "GET", server.URL+"/ailleurs", http.Header{}, nil); err != nil || got.Status != http.StatusFound {
		t.Errorf("a redirection is followed: %v %d", err, got.Status)
	}
	for _, bad := range []string{server.URL + "/long", "http://127.0.0.1:1/", ":"} {
		if _, err := a.Call(t.Context(), "GET", bad, http.Header{}, nil); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
	if gateway.CheckBackend("localhost") == nil || gateway.CheckBackend("http://127.0.0.1:80") != nil {
		t.Error("addresses of applications")
	}
}

func TestWaitEndsWithTheCaller(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if gateway.Wait(ctx, time.Hour) || !gateway.Wait(ctx, 0) || !gateway.Wait(t.Context(), time.Millisecond) {
		t.Error("waits")
	}
}

func TestCarelessReading(t *testing.T) {
	const entities = `<!DOCTYPE a [<!ENTITY b "1&c;"><!ENTITY c "2">]><a>&b;&amp;</a>`
	if got := string(gateway.WithoutDoctype([]byte(entities), "SYSTEM")); got != "<a>12&amp;</a>" {
		t.Errorf("%q", got)
	}
	if gateway.WithoutDoctype([]byte(entities), "[") != nil || gateway.WithoutDoctype([]byte("<a/>"), "[") != nil {
		t.Error("a refused declaration is read")
	}
	bomb := `<!DOCTYPE a [<!ENTITY b "&b;&b;">]><a>&b;</a>`
	if got := gateway.WithoutDoctype([]byte(bomb), "SYSTEM"); len(got) > 1<<20 {
		t.Errorf("%d bytes", len(got))
	}
	if got := gateway.ExternalEntities([]byte(`<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:9/x">]><a/>`)); !slices.Equal(got, []string{"http://127.0.0.1:9/x"}) {
		t.Errorf("%v", got)
	}
	if gateway.ExternalEntities([]byte("<a/>")) != nil {
		t.Error("entities in a message without declaration")
	}
	if got := gateway.WithoutBallast([]byte(`<a b="` + strings.Repeat("x", 70<<10) + `" c="d"/>`)); string(got) != `<a b="" c="d"/>` {
		t.Errorf("%d bytes", len(got))
	}
	vi := interops.VI{NameID: interops.NameID{Value: "agentadmin"}}
	gateway.CutAtComment([]byte("<NameID>agent<!--x-->admin</NameID>"), &vi, []verdict.Finding{{Rule: "text-comment", Want: "agentadmin", Got: "NameID/<!--x-->"}})
	if vi.NameID.Value != "agent" || gateway.ASCII("é1") != "?1" {
		t.Errorf("%q", vi.NameID.Value)
	}
	x := saml.Expectation{Convention: candidate.DefaultConvention(), Provider: "organisme-fournisseur"}
	if !gateway.OwnAudience(x, "http://service-b.fournisseur.test") || gateway.OwnAudience(x, "http://service-retour.servant.test") {
		t.Error("own audiences")
	}
}

// Every blindness overlooks a rule that exists, and no finding of another.
func TestBlindnessesAreOfKnownRules(t *testing.T) {
	all := slices.Concat(gateway.ContentFlaws(), gateway.TimeFlaws(), gateway.AudienceFlaws(), gateway.RightFlaws(),
		gateway.ConventionFlaws(), gateway.SignatureFlaws(), gateway.CertificateFlaws(), gateway.WrappingFlaws())
	for _, b := range all {
		seen := 0
		var n gateway.Neglect
		b.Neglect(&n)
		overlooks := func(f verdict.Finding, all []verdict.Finding) bool {
			return n.Overlooks(f, gateway.Arrival{Findings: all})
		}
		for rule := range saml.Rules {
			f := verdict.Finding{Rule: rule, Want: "http://a.test", Got: "http://a.test/sha1 md5 hmac Extension Advice Object"}
			around := []verdict.Finding{f, {Rule: "assertion-hidden", Got: f.Got}, {Rule: "assertion-sibling"}, {Rule: "assertion-version-unknown"}}
			folded := verdict.Finding{Rule: rule, Want: "http://a.test", Got: "HTTP://A.TEST"}
			slashed := verdict.Finding{Rule: rule, Want: "http://a.test", Got: "http://a.test/"}
			if overlooks(f, around) || overlooks(folded, around) || overlooks(slashed, around) {
				seen++
			}
		}
		if seen == 0 || len(b.Must) == 0 || b.Title.FR == "" || b.Title.EN == "" {
			t.Errorf("%s: overlooks %d rules, must fail %v", b.Name, seen, b.Must)
		}
		if overlooks(verdict.Finding{Rule: "no-such-rule"}, nil) {
			t.Errorf("%s overlooks a rule of nobody", b.Name)
		}
	}
}

func TestReceipt(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	r := gateway.Receipt{
		Organisation: "o", Role: "fournisseur", Mode: interops.ModeP, Convention: "c", Now: now, Decision: interops.Rejected, FaultCode: "vi:InvalidVI",
		RequestID: "r", Judged: saml.Judged{Verified: true, VI: interops.VI{ID: "_1", Issuer: "urn:a"}},
	}
	got := r.Trace("e")
	if got.Verified || got.EventID != "e" || *got.VIID != "_1" || got.Project != nil || got.TLSPeer != nil || got.Timestamp != "2026-11-21T10:00:00.000Z" {
		t.Errorf("%+v", got)
	}
	r.Decision, r.FaultCode = interops.Accepted, ""
	if !r.Trace("e").Verified {
		t.Error("an accepted VI reads as a claim")
	}
}

// A door tells of the connections that bring nothing, and shows what a conduct wants.
func TestDoor(t *testing.T) {
	convention := candidate.DefaultConvention()
	now := bench.Wall()
	set, err := pki.New(pki.Options{Organisms: convention.Organisms, Now: now, Rand: bench.Entropy()})
	if err != nil {
		t.Fatal(err)
	}
	a := &gateway.Admission{
		Convention: convention, Profile: candidate.DefaultProfile("current"), PKI: set, Organism: "organisme-fournisseur",
		Credential: "organisme-fournisseur/tls", Trust: &pki.Trust{Roots: set.RootCertificates()}, Wall: bench.Wall, Now: bench.Wall,
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	knocks := make(chan gateway.Knock, 8)
	door := gateway.OpenDoor(listener, gateway.DoorConfig{
		Settings: a.Settings, Broken: func(k gateway.Knock) { knocks <- k }, Wall: bench.Wall, Log: slog.New(slog.DiscardHandler),
	})
	server := &http.Server{ConnContext: gateway.WithLink, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := gateway.LinkOf(r.Context())
		door.Busy(l, true)
		defer door.Busy(l, false)
		_, _ = io.WriteString(w, l.ID+" "+l.Ours.Name)
	})}
	go func() { _ = server.Serve(door) }()
	defer func() { _ = server.Close(); door.Shut() }()
	call := func(peer string) (string, error) {
		cred, err := set.Credential(peer)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: pki.ClientConfig(cred, bench.Wall, pki.AcceptAny), DisableKeepAlives: true}}
		res, err := client.Get("https://" + door.Addr().String())
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		raw, err := io.ReadAll(res.Body)
		return string(raw), err
	}
	if got, err := call("organisme-client/tls"); err != nil || !strings.HasSuffix(got, " organisme-fournisseur/tls") {
		t.Errorf("%q %v", got, err)
	}
	if _, err := call("organisme-client/tls~unlisted"); err == nil {
		t.Error("an unlisted certificate opens")
	}
	if k := <-knocks; k.Err == nil || k.Read == 0 || k.Ours.Name != "organisme-fournisseur/tls" {
		t.Errorf("%+v", k)
	}
	door.Arm(1, mutation.Conduct{ServerCertificate: "tls~expired"})
	if got, err := call("organisme-client/tls"); err != nil || !strings.HasSuffix(got, "tls~expired") {
		t.Errorf("armed: %q %v", got, err)
	}
	if _, _, armed := door.Answer(); armed {
		t.Error("a conduct of TLS is an answer")
	}
	a.Browser, a.Partners = true, true
	settings, _, err := a.Settings(mutation.Conduct{MaxTLS: tls.VersionTLS12})
	if err != nil || settings.ClientAuth != tls.RequestClientCert || settings.MaxVersion != tls.VersionTLS12 {
		t.Errorf("%v %+v", err, settings)
	}
	if _, _, err := a.Settings(mutation.Conduct{ServerCertificate: "inconnu"}); err == nil {
		t.Error("an unknown certificate is shown")
	}
}
