package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"etalon/internal/candidate"
	"etalon/internal/mail/mailtest"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/stand"
)

// TestMSSJudgesDovecotInOneLine points Dovecot at the harness as conformance mss says, and has it judged: from the one
// line to the signed report, and again from the file that it saves.
func TestMSSJudgesDovecotInOneLine(t *testing.T) {
	const host, box, person = "mail.operateur.test.invalid", "anne.test-un@operateur.test.invalid", "899700000017"
	dir := t.TempDir()
	psc, revocation := fmt.Sprintf("127.0.0.1:%d", freePort(t)), freePort(t)
	keys, saved := filepath.Join(dir, "pki"), filepath.Join(dir, "operateur.yaml")
	set, err := stand.NewPKI(candidate.MSSConvention(), fmt.Sprintf("http://127.0.0.1:%d", revocation), false)
	if err == nil {
		err = set.Save(keys)
	}
	if err != nil {
		t.Fatal(err)
	}
	credential, err := set.Credential(candidate.OperatorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	peer := mailtest.Start(t, mailtest.Site{
		Host: host, Domain: "operateur.test.invalid", Check: mssante.ByIntrospection, Credential: credential, Roots: set.RootsPEM(),
		PSC: oidc.NewDiscovery("https://" + psc), Client: candidate.SampleOperatorClient(),
		Mailboxes: []candidate.Mailbox{{Mailbox: mssante.Mailbox{Address: box, Type: mssante.Personal, Holder: person}}},
	})
	_, imap, err := net.SplitHostPort(peer.IMAP)
	if err != nil {
		t.Fatal(err)
	}
	_, smtp, err := net.SplitHostPort(peer.Submission)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, status := conformance(t, "mss", "--address", "127.0.0.1", "--host", host, "--imap-port", imap, "--smtp-port", smtp,
		"--mailbox", box, "--idnat", person, "--token-check", "introspection", "--psc", psc, "--revocation", fmt.Sprint(revocation), "--pki", keys,
		"--save", saved, "--out", filepath.Join(dir, "run"), "*/-/TOK-01", "*/-/TOK-06", "*/-/TOK-35")
	if status != exitOK {
		t.Fatalf("status %d\n%s\n%s", status, stdout, stderr)
	}
	says(t, stdout, "émetteur (iss) : https://"+psc, "introspection : https://"+psc, "client tf-operateur, secret ", filepath.Join(keys, "roots.pem"), "archive signée : ")
	says(t, stderr, "réussi          mss-imap/-/TOK-01-P", "réussi          mss-smtp/-/TOK-06-N", "réussi          mss-imap/-/TOK-35-N")
	if _, err := os.Stat(filepath.Join(dir, "run", "report.zip")); err != nil {
		t.Error(err)
	}
	if stdout, stderr, status := conformance(t, "run", saved, "mss-imap/-/TOK-01", "--out", filepath.Join(dir, "again")); status != exitOK {
		t.Errorf("from the file: status %d\n%s\n%s", status, stdout, stderr)
	}
}

// TestHostileOperatorsAreToldAndNotWaitedFor points both commands at what is no operator: each tells which key or option to
// change, accuses nobody and ends.
func TestHostileOperatorsAreToldAndNotWaitedFor(t *testing.T) {
	endless := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		says  func(net.Conn) // what the server does, until it is left
		run   bool           // play too: what is silent is waited for longer than here
		field string
	}{
		"silent":           {func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }, false, "n'a rien dit à temps"},
		"endless line":     {func(conn net.Conn) { pour(conn, endless) }, true, "ne parle pas le protocole"},
		"endless greeting": {func(conn net.Conn) { pour(conn, "* OK "+endless[:1000]+"\r\n") }, true, ""},
		"another protocol": {func(conn net.Conn) { _, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, true, "ne parle pas le protocole"},
		"closes":           {func(net.Conn) {}, true, "ne répond pas"},
	} {
		t.Run(name, func(t *testing.T) {
			address, dir := acting(t, c.says), t.TempDir()
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				t.Fatal(err)
			}
			saved := filepath.Join(dir, "operateur.yaml")
			args := []string{"mss", "--address", "localhost:" + port, "--protocol", "imap", "--mailbox", "a@operateur.test.invalid", "--idnat", "899700000017", "--psc",
				fmt.Sprintf("127.0.0.1:%d", freePort(t)), "--revocation", fmt.Sprint(freePort(t)), "--pki", filepath.Join(dir, "pki"), "--save", saved, "--out", filepath.Join(dir, "run"), "mss-imap/-/TOK-01"}
			if !c.run {
				args = append(args[:len(args)-1], "mss-imap/-/NONE") // nothing is played, and the file is there
			}
			stdout, stderr, status := conformance(t, args...)
			if status != exitUsage || c.run && !strings.Contains(stdout, "roles.mss-imap.address") || strings.Contains(stdout+stderr, "ÉCHEC") {
				t.Errorf("status %d\n%s\n%s", status, stdout, stderr)
			}
			stdout, stderr, status = conformance(t, "doctor", saved)
			if status != exitFailed || !strings.Contains(stdout, "roles.mss-imap.address : ") || !strings.Contains(stdout, c.field) {
				t.Errorf("doctor: status %d\n%s\n%s", status, stdout, stderr)
			}
		})
	}
}

// pour writes a text again and again, until whoever reads goes.
func pour(conn net.Conn, text string) {
	for {
		if _, err := conn.Write([]byte(text)); err != nil {
			return
		}
	}
}

// acting serves each connection by an act, on loopback, until the test ends.
func acting(t *testing.T, act func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				act(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	return listener.Addr().String()
}
