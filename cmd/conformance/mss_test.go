package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
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
	says(t, stderr, "réussi       mss-imap/-/TOK-01-P", "réussi       mss-smtp/-/TOK-06-N", "réussi       mss-imap/-/TOK-35-N")
	if _, err := os.Stat(filepath.Join(dir, "run", "report.zip")); err != nil {
		t.Error(err)
	}
	if stdout, stderr, status := conformance(t, "run", saved, "mss-imap/-/TOK-01", "--out", filepath.Join(dir, "again")); status != exitOK {
		t.Errorf("from the file: status %d\n%s\n%s", status, stdout, stderr)
	}
}
