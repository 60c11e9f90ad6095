package mta_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etalon/internal/bench"
	"etalon/internal/bench/peertest"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/mail"
	"etalon/internal/mail/mailtest"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/sides/mta"
	"etalon/internal/sides/sidetest"
	"etalon/internal/stand"
	"etalon/internal/verdict"
)

// The operator that Postfix plays.
const (
	peerDomain = "operateur.test.invalid"
	peerHost   = "mail." + peerDomain
)

// missed is what a Postfix set with care misses, each with what explains it; docs/peers.md says more.
var missed = map[string]string{
	"MTA-04": "un certificat est connu à son empreinte : le suivant, de même sujet, est refusé",
	"MTA-36": "aucun antivirus (profil)",
}

// wrongs are wrong settings, one at a time, with the requirement by which each is caught.
var wrongs = map[string]string{
	"clear": "MTA-02", "certificate-optional": "MTA-03", "list-unread": "MTA-05", "relay": "MTA-10", "sends-anonymously": "MTA-17", "small": "MTA-26",
	"sends-encrypted": "MTA-20", "sends-if-offered": "MTA-19", "sends-to-named": "MTA-22", "smuggling": "MTA-33",
}

// A real Postfix among operators departs where it is known to, and a wrong setting is caught by the case that aims at it.
func TestMailPeersAmongOperators(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real servers")
	}
	t.Run("honest", func(t *testing.T) {
		t.Parallel()
		run := judgePostfix(t, nil)
		got := failed(run)
		slices.Sort(got)
		want := slices.Sorted(maps.Keys(missed))
		if !slices.Equal(got, want) {
			t.Errorf("missed %v, want %v", got, want)
		}
		counts := map[verdict.Verdict]int{}
		for _, c := range run.Cases {
			counts[c.Verdict]++
			if c.Verdict != verdict.Pass && c.Verdict != verdict.Fail {
				t.Errorf("%s: %s, %s", c.Address, c.Verdict, c.Reason)
			}
		}
		var told []string
		for _, id := range want {
			told = append(told, id+" ("+missed[id]+")")
		}
		t.Logf("TABLE | Postfix | mss-operateur | honnête | %d | %d réussis | %s |", len(run.Cases), counts[verdict.Pass], strings.Join(told, " ; "))
		if t.Failed() {
			showRun(t, run)
		}
	})
	for _, wrong := range slices.Sorted(maps.Keys(wrongs)) {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			run := judgePostfix(t, []string{wrong}, wrongs[wrong], "MTA-01")
			got := failed(run)
			t.Logf("TABLE | Postfix | mss-operateur | %s | %s | pris | %s |", wrong, wrongs[wrong], strings.Join(got, " "))
			if !slices.Equal(got, []string{wrongs[wrong]}) {
				t.Errorf("failed %v, want %s alone", got, wrongs[wrong])
				showRun(t, run)
			}
		})
	}
}

// showRun shows what was judged otherwise than passed.
func showRun(t *testing.T, run *verdict.Run) {
	t.Helper()
	sidetest.Told(t, run)
	for _, n := range run.NotRun {
		t.Logf("not run %s: %s", n.Address, n.Reason)
	}
}

// judgePostfix starts a Postfix, with wrong settings or none, and judges it on some requirements or on all.
func judgePostfix(t *testing.T, wrong []string, rows ...string) *verdict.Run {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "candidate.yaml")
	neighbours, revocation := peertest.Port(t), peertest.Port(t)
	box := "bruno.test-deux@" + peerDomain
	second := "anne.test-un@" + peerDomain
	declared := candidate.StubCandidate{
		Name: "Postfix", Version: "3.7", PKIDir: filepath.Join(dir, "pki"), Ports: candidate.Ports{Revocation: revocation},
		MSSante: &candidate.MSSante{Host: peerHost, TokenCheck: mssante.ByBoth, PSC: candidate.PSC{Listen: "auto"}, Mailboxes: []candidate.Mailbox{
			{Mailbox: mssante.Mailbox{Address: box, Type: mssante.Personal, Holder: "899700000025"}}, {Mailbox: mssante.Mailbox{Address: second, Type: mssante.Personal, Holder: "899700000017"}},
		}},
		MSSOperator: &candidate.MSSOperator{
			Address: "127.0.0.1:1", Mailbox: box, Retry: interops.Duration{Duration: 5 * time.Second}, Lifetime: interops.Duration{Duration: 9 * time.Second},
			Neighbours: candidate.NeighboursAt{Listen: fmt.Sprintf("127.0.0.1:%d", neighbours), DNS: "auto"}, WhiteList: candidate.PublishedList{Listen: "auto"},
		},
	}
	set := peerKeys(t, declared, file, revocation)
	relay := mailtest.StartRelay(t, site(t, set, []string{box, second}, neighbours, wrong))
	desk := peerDesk(t, relay)
	m := declared.MSSOperator
	m.Address = relay.Address
	m.Read = &candidate.Driver{HTTP: &candidate.HTTPCall{URL: desk + "/boites/" + candidate.MailboxPlace, Method: http.MethodGet}}
	m.Send = &candidate.Driver{HTTP: &candidate.HTTPCall{URL: desk + "/envoi"}}
	if err := declared.Write(file); err != nil {
		t.Fatal(err)
	}
	return judgeFile(t, file, filepath.Join(dir, "run"), rows)
}

// peerKeys writes a candidate file, and the test PKI that it names.
func peerKeys(t *testing.T, declared candidate.StubCandidate, file string, revocation int) *pki.Set {
	t.Helper()
	if err := declared.Write(file); err != nil {
		t.Fatal(err)
	}
	c, err := candidate.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	set, err := stand.NewPKI(c.Convention, fmt.Sprintf("http://127.0.0.1:%d", revocation), false, c.Hosts()...)
	if err == nil {
		set.SetClock(bench.Wall)
		err = set.Save(declared.PKIDir)
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// site is what Postfix is told: the neighbours that the white list has, each known by the fingerprint of the listed
// certificate.
func site(t *testing.T, set *pki.Set, boxes []string, port int, wrong []string) mailtest.RelaySite {
	t.Helper()
	credential := func(name string) pki.Credential {
		c, err := set.Credential(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	s := mailtest.RelaySite{
		Host: peerHost, Domain: peerDomain, Mailboxes: boxes, Credential: credential(candidate.OperatorOrganism + "/tls"), Roots: set.RootsPEM(),
		Size: candidate.DefaultMessageSize, Wrong: wrong,
	}
	at := netip.MustParseAddrPort(fmt.Sprintf("127.0.0.1:%d", port))
	for _, n := range candidate.Neighbours() {
		if n.Listed != "" {
			s.Peers = append(s.Peers, mailtest.RelayPeer{
				Domain: n.Domain(), NextHop: fmt.Sprintf("[%s]:%d", at.Addr(), at.Port()), Server: n.Host(), Listed: credential(n.Listed + "/tls").Leaf(),
			})
		}
		at = candidate.NeighboursAt{}.Behind(at)
	}
	return s
}

// peerDesk shows the mailboxes of Postfix, and hands it what its users send.
func peerDesk(t *testing.T, relay *mailtest.Relay) string {
	t.Helper()
	routes := http.NewServeMux()
	routes.HandleFunc("GET /boites/{box}", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(relay.Mailbox(r.PathValue("box"))) })
	routes.HandleFunc("POST /envoi", func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err == nil {
			err = submit(r, relay.Local, raw)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
	server := httptest.NewServer(routes)
	t.Cleanup(server.Close)
	return server.URL
}

// submit hands a message to Postfix as one of its users does.
func submit(r *http.Request, address string, raw []byte) error {
	c, err := mail.DialSMTP(r.Context(), mail.Target{Address: address})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, _, err := c.Hello(r.Context()); err != nil {
		return err
	}
	posted := c.Post(r.Context(), mail.Posting{Sender: r.Header.Get("Mail-From"), Recipient: r.Header.Get("Rcpt-To"), Message: raw})
	if !posted.Taken() {
		return fmt.Errorf("submit message: %s", posted.Told())
	}
	_, err = c.Quit(r.Context())
	return err
}

// judgeFile judges the candidate of a file, on some requirements or on all.
func judgeFile(t *testing.T, file, out string, rows []string) *verdict.Run {
	t.Helper()
	if len(rows) == 0 {
		rows = ofMailRows()
	}
	run := sidetest.Rig{File: file, Apart: true, Only: rows, Patience: 15 * time.Second, Domains: []scenario.Domain{mta.Domain()}, Out: out}.Judge(t)
	if len(run.Trouble) > 0 {
		t.Fatalf("trouble %+v", run.Trouble)
	}
	return run
}

// ofMailRows selects the requirements on mail between operators: Postfix reads no white list by itself.
func ofMailRows() []string {
	var all []string
	for i := 1; i <= 36; i++ {
		all = append(all, fmt.Sprintf("MTA-%02d", i))
	}
	return all
}
