package mss_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/scenario"
	"etalon/internal/sides/mss"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/operator"
)

// TestMain makes sure that whatever runs and stubs start is ended with them.
func TestMain(m *testing.M) { sidetest.Main(m) }

const (
	domain = "operateur.test.invalid"

	alix, sacha, noor mssante.IdNat = "899700000017", "899700000025", "ANS20230101120000"

	alixBox  = "alix.exemple@" + domain
	sachaBox = "sacha.exemple@" + domain
	noorBox  = "noor.exemple@" + domain
	service  = "service@" + domain
	closed   = "cloture@" + domain
)

func mailboxes() []operator.Mailbox {
	box := func(address string, kind mssante.MailboxType, holder mssante.IdNat, delegates ...mssante.IdNat) operator.Mailbox {
		return operator.Mailbox{Mailbox: mssante.Mailbox{Address: address, Type: kind, Holder: holder, Delegates: delegates}}
	}
	suspended := box(closed, mssante.Personal, alix)
	suspended.Suspended = true
	return []operator.Mailbox{box(alixBox, mssante.Personal, alix), box(sachaBox, mssante.Personal, sacha), box(noorBox, mssante.Personal, noor), box(service, mssante.Organisational, candidate.OperatorStructure, alix), suspended}
}

// rig is an operator to be judged: the mock one, and what is declared of it.
type rig struct {
	check    mssante.TokenCheck // both when empty
	flaws    []string
	selector []string
	roles    []candidate.Role // both when empty
	long     bool
	noClock  bool
	hasty    bool   // waits are cut short
	implicit string // port with implicit TLS of IMAP
	// issuer is where the operator looks for Pro Santé Connect, when not where the harness plays it; secret that of the
	// operator as a client, when not the right one.
	issuer, secret string
	// imap and smtp are where it is declared to listen, when not where it does.
	imap, smtp string
	// out is the folder of the run; one of the test when empty.
	out string
	// declare changes the declaration, configure the operator, before it starts.
	declare   func(*candidate.MSSante)
	configure func(*operator.Config)
	started   func(*operator.Operator)
}

// judge starts the operator, judges it and ends it.
func (x rig) judge(t testing.TB) *verdict.Run {
	t.Helper()
	s := sidetest.Of(t)
	dir := t.TempDir()
	port, err := stand.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	place := fmt.Sprintf("127.0.0.1:%d", port)
	b, err := bench.New(candidate.MSSConvention(), candidate.DefaultProfile("current"), s.Stand.Bench.PKI, bench.Seed(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	if x.check == "" {
		x.check = mssante.ByBoth
	}
	config := operator.Config{Bench: b, Name: candidate.OperatorOrganism, Domain: domain, Mailboxes: mailboxes(), Checker: x.checker(b, place), Flaws: x.flaws}
	if x.configure != nil {
		x.configure(&config)
	}
	o := benchtest.Started(t, operator.Start, config)
	if x.started != nil {
		x.started(o)
	}
	file := filepath.Join(dir, "candidate.yaml")
	if err := x.file(t, o, b, place).Write(file); err != nil {
		t.Fatal(err)
	}
	if x.out == "" {
		x.out = filepath.Join(dir, "run")
	}
	return x.run(t, file, x.out)
}

// checker is how the mock operator checks tokens.
func (x rig) checker(b *bench.Bench, place string) operator.Checker {
	roots := x509.NewCertPool()
	for _, root := range b.Roots() {
		roots.AddCert(root)
	}
	transport := &http.Transport{TLSClientConfig: clientRoots(roots), MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Second}
	client := &http.Client{Transport: transport, Timeout: 20 * time.Second}
	if x.issuer == "" {
		x.issuer = "https://" + place + oidc.PathRealm
	}
	if x.secret == "" {
		x.secret = candidate.SampleOperatorClient().Secret
	}
	key := &operator.ByKey{Issuer: x.issuer, JWKS: x.issuer + oidc.PathJWKS, HTTP: client, Now: b.Clock.Now}
	asks := &operator.ByIntrospection{URL: x.issuer + oidc.PathIntrospection, Client: candidate.SampleClient, Secret: x.secret, HTTP: client}
	switch x.check {
	case mssante.ByKey:
		return key
	case mssante.ByIntrospection:
		asks.Issuer, asks.Now = x.issuer, b.Clock.Now
		return asks
	}
	return &operator.Both{Key: key, Introspection: asks}
}

// clientRoots are the settings of an operator as a client that recognises some authorities.
func clientRoots(roots *x509.CertPool) *tls.Config {
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
}

// file is what the operator declares.
func (x rig) file(t testing.TB, o *operator.Operator, b *bench.Bench, place string) candidate.StubCandidate {
	t.Helper()
	none := 0
	m := &candidate.MSSante{Host: "localhost", TokenCheck: x.check, PSC: candidate.PSC{Listen: place, Client: candidate.SampleOperatorClient()}}
	m.SkewSeconds = &none
	for _, box := range mailboxes() {
		m.Mailboxes = append(m.Mailboxes, candidate.Mailbox{Mailbox: box.Mailbox, Suspended: box.Suspended})
	}
	if !x.noClock {
		m.Clock = &candidate.Clock{HTTP: clockOf(t, b)}
	}
	if x.declare != nil {
		x.declare(m)
	}
	c := candidate.StubCandidate{Name: "Opérateur d'essai", Version: "1", MSSante: m}
	for _, role := range x.roles {
		switch role {
		case candidate.RoleMSSIMAP:
			c.MSSIMAP = &candidate.MSSInterface{Address: o.IMAPAddress(), Implicit: x.implicit}
		case candidate.RoleMSSSMTP:
			c.MSSSMTP = &candidate.MSSInterface{Address: o.SMTPAddress()}
		}
	}
	if len(x.roles) == 0 {
		c.MSSIMAP, c.MSSSMTP = &candidate.MSSInterface{Address: o.IMAPAddress()}, &candidate.MSSInterface{Address: o.SMTPAddress()}
	}
	if x.imap != "" {
		c.MSSIMAP.Address = x.imap
	}
	if x.smtp != "" {
		c.MSSSMTP.Address = x.smtp
	}
	return c
}

// clockOf serves the setting of a clock.
func clockOf(t testing.TB, b *bench.Bench) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(io.LimitReader(r.Body, 100))
		if len(raw) == 0 {
			b.Clock.Follow()
			return
		}
		at, err := time.Parse(time.RFC3339Nano, string(raw))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.Clock.Set(at)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// run judges the candidate of a file.
func (x rig) run(t testing.TB, file, out string) *verdict.Run {
	t.Helper()
	played := mss.Domain()
	if x.hasty {
		played = mss.Hasty(100 * time.Millisecond)
	}
	return sidetest.Rig{File: file, Only: x.selector, Long: x.long, Domains: []scenario.Domain{played}, Out: out}.Judge(t)
}

// only selects requirements in both roles.
func only(requirements ...string) []string {
	var all []string
	for _, r := range requirements {
		all = append(all, "*/*/"+r)
	}
	return all
}

// group selects the requirements of a group.
func group(run *verdict.Run, prefix string) []verdict.Case {
	var all []verdict.Case
	for _, c := range run.Cases {
		if strings.HasPrefix(c.Requirement, prefix+"-") {
			all = append(all, c)
		}
	}
	return all
}

// secured serves over TLS, by a certificate of the test authority for localhost.
func secured(t testing.TB, h http.Handler) string {
	t.Helper()
	credential, err := sidetest.Of(t).Stand.Bench.PKI.Credential(candidate.OperatorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{credential.TLS()}, MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}
