package mss_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mail/mailtest"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/mss"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// The operator that the real servers play.
const (
	peerDomain = "operateur.test.invalid"
	peerHost   = "mail." + peerDomain
)

// peerBoxes are its mailboxes.
func peerBoxes() []candidate.Mailbox {
	const one, two, three = mssante.IdNat("899700000017"), mssante.IdNat("899700000025"), mssante.IdNat("899700000033")
	box := func(name string, kind mssante.MailboxType, holder mssante.IdNat, delegates ...mssante.IdNat) candidate.Mailbox {
		return candidate.Mailbox{Mailbox: mssante.Mailbox{Address: name + "@" + peerDomain, Type: kind, Holder: holder, Delegates: delegates}}
	}
	boxes := []candidate.Mailbox{
		box("anne.test-un", mssante.Personal, one), box("anne.cabinet", mssante.Personal, one), box("bruno.test-deux", mssante.Personal, two),
		box("secretariat", mssante.Organisational, "300000000000025", one, two),
		box("application", mssante.Application, "300000000000033"), box("suspendue", mssante.Personal, three),
	}
	boxes[0].TestIdentity, boxes[5].Suspended = "ANS20230101000000", true
	return boxes
}

// realPeer is a set-up of real servers as an operator.
type realPeer struct {
	name  string
	check mssante.TokenCheck
	// postfix is the submission of Postfix, which takes no certificate; that of Dovecot otherwise.
	postfix bool
	// roles are those that are judged; both are declared.
	roles []candidate.Role
	// misses are the requirements that the set-up really misses, each with what explains it; docs/peers.md says more.
	misses map[string]string
	// wrongs are wrong settings, one at a time, with the requirements by which each is caught.
	wrongs map[string]string
	// lasts are such settings whose case waits for minutes: they are tried beside the others, over each interface apart.
	lasts map[string]string
}

// running is a set-up that runs, with its candidate file.
type running struct {
	*mailtest.Operator
	file  string
	roles []candidate.Role // that are judged
}

// start starts the servers, with wrong settings or none, and writes the candidate file.
func (p realPeer) start(t *testing.T, wrong ...string) running {
	t.Helper()
	dir := t.TempDir()
	r := running{file: filepath.Join(dir, "candidate.yaml"), roles: p.roles}
	ports := peerPorts(t, 2)
	exact := 0
	declared := &candidate.MSSante{
		Host: peerHost, TokenCheck: p.check, SecondMeans: candidate.MeansExternal, Mailboxes: peerBoxes(),
		PSC:   candidate.PSC{Listen: fmt.Sprintf("127.0.0.1:%d", ports[0]), Client: candidate.SampleOperatorClient()},
		Reach: candidate.Reach{SkewSeconds: &exact},
	}
	if p.postfix {
		declared.SecondMeans = candidate.MeansNone
		declared.Mailboxes = slices.DeleteFunc(declared.Mailboxes, func(m candidate.Mailbox) bool { return m.Type == mssante.Application })
	}
	file := candidate.StubCandidate{
		Name: p.name, Version: "1", PKIDir: filepath.Join(dir, "pki"), MSSante: declared, Ports: candidate.Ports{Revocation: ports[1]},
		MSSIMAP: &candidate.MSSInterface{Address: "127.0.0.1:1"}, // until the servers listen
	}
	set := peerKeys(t, file, r.file, ports[1])
	credential, err := set.Credential(psc.OperatorOrganism + "/tls")
	if err != nil {
		t.Fatal(err)
	}
	site := mailtest.Site{
		Host: peerHost, Domain: peerDomain, Mailboxes: slices.Clone(declared.Mailboxes), Credential: credential, Roots: set.RootsPEM(), Check: p.check,
		PSC: oidc.NewDiscovery("https://" + declared.PSC.Listen), Client: declared.PSC.Client, Vendors: []string{psc.MailClient}, Wrong: wrong,
	}
	if !p.postfix {
		site.Clients = mailtest.Clients(t, set, credential)
	}
	r.Operator = mailtest.Start(t, site)
	declared.Verbs = r.gestures(t)
	file.MSSIMAP = &candidate.MSSInterface{Address: r.IMAP, Implicit: r.IMAPS}
	file.MSSSMTP = &candidate.MSSInterface{Address: r.Submission, Implicit: r.Submissions}
	if p.postfix {
		file.MSSSMTP = &candidate.MSSInterface{Address: r.Postfix, Implicit: r.SMTPS}
	}
	if err := file.Write(r.file); err != nil {
		t.Fatal(err)
	}
	return r
}

// peerKeys writes a candidate file, and the test PKI that it names.
func peerKeys(t *testing.T, file candidate.StubCandidate, path string, revocation int) *pki.Set {
	t.Helper()
	if err := file.Write(path); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	set, err := stand.NewPKI(c.Convention, fmt.Sprintf("http://127.0.0.1:%d", revocation), false, c.Hosts()...)
	if err != nil {
		t.Fatal(err)
	}
	set.SetClock(bench.Wall)
	if err := set.Save(file.PKIDir); err != nil {
		t.Fatal(err)
	}
	return set
}

// peerPorts are ports of this machine that nobody has.
func peerPorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		port, err := stand.FreePort()
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port)
	}
	return ports
}

// judge judges a running set-up by its candidate file, on some requirements or on all; the long cases apart, unless some
// are named.
func (r running) judge(t *testing.T, rows ...string) *verdict.Run {
	t.Helper()
	var selected []string
	for _, role := range r.roles {
		if len(rows) == 0 && len(r.roles) == 1 {
			selected = append(selected, string(role)+"/"+string(candidate.NoMode))
		}
		for _, row := range rows {
			selected = append(selected, fmt.Sprintf("%s/%s/%s", role, candidate.NoMode, row))
		}
	}
	run := sidetest.Rig{
		File: r.file, Apart: true, Only: selected, Long: slices.Contains(rows, "TOK-38") || longPeers() && len(rows) > 0, Patience: 20 * time.Second,
		Domains: []scenario.Domain{mss.Domain()},
	}.Judge(t)
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %v", run.Trouble)
	}
	return run
}

// longPeers tells whether wrong settings are tried that only a long case sees.
func longPeers() bool { return os.Getenv("PEERS_LONG") != "" }

// gestures are the verbs of the operator, at an address of their own.
func (r running) gestures(t *testing.T) map[candidate.Verb]candidate.Driver {
	t.Helper()
	delegation := func(change func(address string, id mssante.IdNat)) http.HandlerFunc {
		return func(w http.ResponseWriter, asked *http.Request) {
			var who struct {
				IdNat   mssante.IdNat `json:"idnat"`
				Mailbox string        `json:"mailbox"`
			}
			if err := json.NewDecoder(asked.Body).Decode(&who); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			change(who.Mailbox, who.IdNat)
		}
	}
	routes := http.NewServeMux()
	routes.HandleFunc("POST /restart", func(http.ResponseWriter, *http.Request) { r.Restart() })
	routes.HandleFunc("POST /withdraw-delegate", delegation(r.Withdraw))
	routes.HandleFunc("POST /grant-delegate", delegation(r.Grant))
	server := httptest.NewServer(routes)
	t.Cleanup(server.Close)
	all := map[candidate.Verb]candidate.Driver{}
	for _, verb := range candidate.MSSVerbs() {
		all[verb] = candidate.Driver{HTTP: &candidate.HTTPCall{URL: server.URL + "/" + string(verb)}}
	}
	return all
}
