package doctor_test

import (
	"context"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/benchtest"
	"etalon/internal/candidate"
	"etalon/internal/doctor"
	"etalon/internal/mail"
	"etalon/stubs/operator"
)

var shared = benchtest.Share(candidate.MSSConvention, time.Second)

func TestMain(m *testing.M) { benchtest.Main(m, shared.Close) }

// declared is a candidate file whose host and boxes are given.
const declared = `candidate: {name: O, vendor: V, version: "1"}
mssante:
  host: HOST
  token_check: both
  mailboxes:
    - {address: anne@operateur.test.invalid, type: PER, holder: "899700000017"}
    - {address: app@operateur.test.invalid, type: APP, holder: "HOLDER"CERTIFICATE}
  psc: {listen: "PSC"NAMED}
roles:
  mss-imap: {address: "IMAP"}
  mss-smtp: {address: "SMTP"}
`

// settings are what a file says, each with what makes a healthy one.
type settings struct{ host, holder, certificate, psc, named, imap, smtp string }

// examine loads a file and returns what is told of it, in French and in English.
func examine(t *testing.T, s settings, roots []*x509.Certificate) []doctor.Symptom {
	t.Helper()
	dir := t.TempDir()
	world := shared.World(t)
	text := strings.NewReplacer("HOST", s.host, "HOLDER", s.holder, "CERTIFICATE", s.certificate, "PSC", s.psc, "NAMED", s.named, "IMAP", s.imap, "SMTP", s.smtp).Replace(declared)
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("candidate.yaml", text)
	if err := world.Bench(t).PKI.Save(filepath.Join(dir, "pki")); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Load(filepath.Join(dir, "candidate.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return doctor.Patient{
		Candidate: c, PKI: world.Bench(t).PKI, Roots: roots, Now: bench.Wall, Limits: mail.Limits{Wait: time.Second},
	}.Examine(context.Background())
}

// start starts an operator with flaws, and returns the settings of a healthy file about it.
func start(t *testing.T, flaws ...string) settings {
	t.Helper()
	o := benchtest.Started(t, operator.Start, operator.Config{
		Bench: shared.World(t).Bench(t), Name: candidate.OperatorOrganism, Domain: "operateur.test.invalid", Checker: &operator.ByKey{}, Flaws: flaws,
	})
	return settings{host: "localhost", holder: "300000000000033", psc: "auto", imap: o.IMAPAddress(), smtp: o.SMTPAddress()}
}

func told(symptoms []doctor.Symptom) string {
	var lines []string
	for _, s := range symptoms {
		lines = append(lines, s.In("fr"))
	}
	return strings.Join(lines, "\n")
}

func TestHealthyOperator(t *testing.T) {
	world := shared.World(t)
	if got := examine(t, start(t), world.Bench(t).Roots()); len(got) != 0 {
		t.Errorf("symptoms of a healthy operator:\n%s", told(got))
	}
	gateway := doctor.Patient{Candidate: &candidate.Candidate{}}
	if got := gateway.Examine(context.Background()); len(got) != 0 {
		t.Errorf("symptoms of a gateway:\n%s", told(got))
	}
}

// TestSymptoms spoils one thing at a time, and wants that one alone to be told.
func TestSymptoms(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	mute := serving(t, "")
	for _, c := range []struct {
		name  string
		flaws []string
		spoil func(*settings)
		roots bool // those of the harness are known
		field string
		says  string
		times int
	}{
		{"another host", nil, func(s *settings) { s.host = "mail.autre.test.invalid" }, true, "mssante.host", "n'est pas au nom mail.autre.test.invalid", 2},
		{"unknown authority", nil, nil, false, "pki.trust", "ne mène à aucune autorité", 2},
		{"self-signed", []string{"presents-self-signed"}, nil, true, "pki.trust", "ne mène à aucune autorité", 2},
		{"expired", []string{"presents-expired"}, nil, true, "roles.", "le certificat vaut du", 2},
		{"no STARTTLS over IMAP", []string{"hides-starttls-imap"}, nil, true, "roles.mss-imap.address", "STARTTLS n'est pas offert", 1},
		{"no STARTTLS for submission", []string{"hides-starttls-smtp"}, nil, true, "roles.mss-smtp.address", "STARTTLS n'est pas offert", 1},
		{"nobody there", nil, func(s *settings) { s.imap = "127.0.0.1:1" }, true, "roles.mss-imap.address", "rien n'écoute à 127.0.0.1:1", 1},
		{"no such host", nil, func(s *settings) { s.smtp = "absent.invalid:587" }, true, "roles.mss-smtp.address", "absent.invalid", 1},
		{"mute", nil, func(s *settings) { s.imap = mute }, true, "roles.mss-imap.address", "n'a rien dit à temps", 1},
		{"the other protocol", nil, func(s *settings) { s.imap, s.smtp = s.smtp, s.imap }, true, "roles.", "ne parle pas le protocole", 2},
		{"port taken", nil, func(s *settings) { s.psc = taken.Addr().String() }, true, "mssante.psc.listen", "est pris", 1},
		{"address of another machine", nil, func(s *settings) { s.psc, s.named = "192.0.2.1:8560", ", host: localhost" }, true, "mssante.psc.listen", "n'est pas une adresse de cette machine", 1},
		{"called by another name", nil, func(s *settings) { s.named = ", host: psc.autre.test.invalid" }, true, "pki.dir", "n'est pas au nom psc.autre.test.invalid", 1},
		{"called by no name", nil, func(s *settings) { s.psc = "0.0.0.0:8560" }, true, "mssante.psc.host", "sous aucun nom", 1},
		{"structure without certificate", nil, func(s *settings) { s.holder = "1750000001" }, true, "pki.dir", "n'a pas de certificat de la structure 1750000001", 1},
		{"certificate of another structure", nil, func(s *settings) {
			s.certificate = ", certificate: {certificate: pki/organisms/operateur-mss/tls.pem, key: pki/organisms/operateur-mss/tls.key}"
		}, true, "mssante.mailboxes[1].certificate", "l'OU de ce certificat est « 300000000000025 »", 1},
		{"certificate expired", nil, func(s *settings) {
			s.certificate = ", certificate: {certificate: pki/organisms/editeur-lps/tls~expired.pem, key: pki/organisms/editeur-lps/tls~expired.key}"
		}, true, "mssante.mailboxes[1].certificate", "ce certificat vaut du", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, c.flaws...)
			if c.spoil != nil {
				c.spoil(&s)
			}
			var roots []*x509.Certificate
			if c.roots {
				roots = shared.World(t).Bench(t).Roots()
			}
			got := examine(t, s, roots)
			if len(got) != c.times {
				t.Fatalf("%d symptoms, want %d:\n%s", len(got), c.times, told(got))
			}
			for _, one := range got {
				if closed := c.field == "mssante.psc.listen" || strings.HasPrefix(c.field, "roles.") && c.name != "expired"; one.Closed != closed {
					t.Errorf("%s: closed %t", one.Field, one.Closed)
				}
				if !strings.HasPrefix(one.Field, c.field) || !strings.Contains(one.In("fr"), c.says) || one.Remedy.EN == "" || !strings.HasPrefix(one.In("en"), one.Field+": ") {
					t.Errorf("told %q, want %q of %s", one.In("fr"), c.says, c.field)
				}
			}
		})
	}
}

// serving listens and says one thing to whoever comes.
func serving(t *testing.T, text string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var open []net.Conn
		for {
			conn, err := listener.Accept()
			if err != nil {
				break
			}
			_, _ = conn.Write([]byte(text))
			open = append(open, conn)
		}
		for _, conn := range open {
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener.Addr().String()
}

// Where the harness plays Pro Santé Connect before an API, the key to change is that of its role.
func TestAPIWithoutPlaceForPSC(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	file := filepath.Join(t.TempDir(), "candidate.yaml")
	text := `candidate: {name: A, vendor: V, version: "1"}
roles: {api-psc: {token: "https://127.0.0.1:1/t", resource: "https://127.0.0.1:1/r", scope: s, psc: {listen: "` + taken.Addr().String() + `"}}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	w := shared.World(t)
	found := doctor.Patient{Candidate: c, PKI: w.Set, Now: time.Now}.Examine(context.Background())
	if len(found) != 2 || found[0].Field != "roles.api-psc.psc.listen" || !found[0].Closed || found[1].Field != "roles.api-psc.token" {
		t.Errorf("symptoms %+v", found)
	}
}
