package stand

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/interops"
	"etalon/internal/letter"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/whitelist"
	"etalon/stubs/mta"
	"etalon/stubs/operator"
)

// The waits of the mock operator among the others.
const (
	mtaRetry    = 300 * time.Millisecond
	mtaLifetime = time.Second
	mtaRefresh  = 2 * time.Second
)

// MTAConfig is that of the sample operator among the others: it finds them by a name server, at a port, and reads the white
// list at an address, https.
func MTAConfig(b *bench.Bench, names, port, list string) (mta.Config, error) {
	signer, err := b.PKI.Credential(candidate.WhiteListOrganism + "/signature")
	if err != nil {
		return mta.Config{}, err
	}
	c := mta.Config{
		Bench: b, Name: candidate.OperatorOrganism, Host: "mail." + OperatorDomain, Domains: []string{OperatorDomain}, Size: candidate.DefaultMessageSize,
		Resolver: names, Port: port, List: mta.Source{URL: "https://" + list + "/" + whitelist.FileName, Signer: pki.Subject(signer.Leaf())},
		Retry: mtaRetry, Lifetime: mtaLifetime,
	}
	for _, box := range Mailboxes() {
		c.Mailboxes = append(c.Mailboxes, box.Address)
	}
	return c, nil
}

// startMTA starts the mock operator among the others: it is pointed at the addresses where the harness will play the
// neighbours, the name server and the white list. Its mailboxes open to mail programs as well.
func (s *Stub) startMTA(o StubOptions, parts stubParts) error {
	ports, err := freePorts(4)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() error { release(ports...); return nil })
	at := func(i int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[i])) }
	c, err := MTAConfig(parts.bench, at(1), strconv.Itoa(ports[0]), at(2))
	if err != nil {
		return err
	}
	c.Flaws, c.Refresh = o.Flaws, mtaRefresh
	provider := at(3)
	started, programs, err := startBoth(c, OperatorConfig(parts.bench, discoveryAt(provider), candidate.SampleOperatorClient()))
	if err != nil {
		return err
	}
	s.closers = append(s.closers, started.Close, programs.Close)
	desk, err := s.serve(mtaDesk(started))
	if err != nil {
		return err
	}
	return s.write(o, candidate.StubCandidate{
		Name: "Souche opérateur parmi les autres",
		MSSante: &candidate.MSSante{
			Host: OperatorHost, TokenCheck: mssante.ByBoth, Mailboxes: declaredMailboxes(), Recipient: Mailboxes()[2].Address, PSC: candidate.PSC{Listen: provider},
			Reach: candidate.Reach{Verbs: map[candidate.Verb]candidate.Driver{candidate.RefreshWhiteList: {HTTP: &candidate.HTTPCall{URL: desk + "/" + string(candidate.RefreshWhiteList)}}}},
		},
		MSSIMAP: &candidate.MSSInterface{Address: programs.IMAPAddress()}, MSSSMTP: &candidate.MSSInterface{Address: programs.SMTPAddress()},
		MSSOperator: &candidate.MSSOperator{
			Address: started.Address(),
			Read:    &candidate.Driver{HTTP: &candidate.HTTPCall{URL: desk + "/boites/" + candidate.MailboxPlace + "?marqueur=" + candidate.MarkerPlace, Method: http.MethodGet}},
			Send:    &candidate.Driver{HTTP: &candidate.HTTPCall{URL: desk + "/envoi"}},
			Retry:   interops.Duration{Duration: mtaRetry}, Lifetime: interops.Duration{Duration: mtaLifetime},
			Neighbours: candidate.NeighboursAt{Listen: at(0), DNS: at(1)}, WhiteList: candidate.PublishedList{Listen: at(2), Period: interops.Duration{Duration: mtaRefresh}},
		},
	})
}

// startBoth starts the two halves of one operator: the one for mail programs has what the one among the others took, and
// hands it what goes to the others.
func startBoth(c mta.Config, programs operator.Config) (*mta.Operator, *operator.Operator, error) {
	var others *mta.Operator
	programs.Size = int64(c.Size)
	programs.Carries = func(domain string) bool { return others.Carries(domain) }
	programs.Sent = func(m operator.Message) {
		for _, to := range m.To {
			if others.Carries(mssante.DomainOf(to)) && !strings.EqualFold(mssante.DomainOf(to), programs.Domain) {
				_ = others.Submit(mta.Message{From: m.From, To: to, Raw: m.Raw})
			}
		}
	}
	var own *operator.Operator
	c.Kept = func(address string, raw []byte) { own.Deliver(address, raw) }
	own, err := operator.Start(programs)
	if err != nil {
		return nil, nil, err
	}
	if others, err = mta.Start(c); err != nil {
		return nil, nil, errors.Join(err, own.Close())
	}
	return others, own, nil
}

// maxSentMessage bounds the message that the mock operator is told to send.
const maxSentMessage = 32 << 20

// mtaDesk is where the mock operator shows its mailboxes, is told to send and to read the white list; from this machine
// only.
func mtaDesk(o *mta.Operator) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /boites/{box}", func(w http.ResponseWriter, r *http.Request) {
		var all [][]byte
		for _, raw := range o.Messages(r.PathValue("box")) {
			if got, err := letter.Read(raw); r.FormValue("marqueur") == "" || err == nil && got.Marked(r.FormValue("marqueur")) {
				all = append(all, raw)
			}
		}
		w.Header().Set("Content-Type", "application/mbox")
		_, _ = w.Write(letter.MailboxFile(all))
	})
	mux.HandleFunc("POST /envoi", func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSentMessage))
		if err == nil {
			err = o.Send(mta.Message{From: r.Header.Get("Mail-From"), To: r.Header.Get("Rcpt-To"), Notify: r.Header.Get("Notify"), Raw: raw})
		}
		answer(w, err)
	})
	mux.HandleFunc("POST /"+string(candidate.RefreshWhiteList), func(w http.ResponseWriter, r *http.Request) { answer(w, o.Refresh(r.Context())) })
	return bench.LocalOnly(mux)
}

// answer tells how a gesture went.
func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, fmt.Sprintf("%v", err), http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
