package stand

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/mssante"
	"etalon/stubs/operator"
)

// startMailOperator starts the mock MSSanté operator, whose two interfaces are one product: it is pointed at the address
// where the harness will play Pro Santé Connect, and a run judges both.
func (s *Stub) startMailOperator(o StubOptions, parts stubParts) error {
	provider := o.PSC
	if provider == "" {
		port, err := FreePort()
		if err != nil {
			return err
		}
		s.closers = append(s.closers, func() error { release(port); return nil })
		provider = fmt.Sprintf("127.0.0.1:%d", port)
	}
	playing := &mailOperator{config: func() operator.Config {
		c := OperatorConfig(parts.bench, discoveryAt(provider), candidate.SampleOperatorClient())
		c.Flaws, c.Guard, c.Size = o.Flaws, operatorGuard, candidate.DefaultMessageSize
		return c
	}}
	if err := playing.start(); err != nil {
		return err
	}
	s.closers = append(s.closers, playing.Close)
	desk, err := s.serve(playing.desk(parts.bench.Clock))
	if err != nil {
		return err
	}
	declared := &candidate.MSSante{
		Host: OperatorHost, TokenCheck: mssante.ByBoth, Mailboxes: declaredMailboxes(), Recipient: Mailboxes()[2].Address,
		PSC:   candidate.PSC{Listen: provider},
		Reach: candidate.Reach{Clock: &candidate.Clock{HTTP: desk + "/clock"}, Verbs: map[candidate.Verb]candidate.Driver{}},
	}
	for _, verb := range candidate.MSSVerbs() {
		declared.Verbs[verb] = candidate.Driver{HTTP: &candidate.HTTPCall{URL: desk + "/" + string(verb)}}
	}
	return s.write(o, candidate.StubCandidate{
		Name: "Souche opérateur MSSanté", MSSante: declared,
		MSSIMAP: &candidate.MSSInterface{Address: playing.imap}, MSSSMTP: &candidate.MSSInterface{Address: playing.smtp},
	})
}

// operatorGuard is the step by which the mock operator slows repeated bad logins down; ten of them at most.
const operatorGuard = 100 * time.Millisecond

// declaredMailboxes are the sample mailboxes as the candidate file declares them.
func declaredMailboxes() []candidate.Mailbox {
	var all []candidate.Mailbox
	for _, b := range Mailboxes() {
		all = append(all, candidate.Mailbox{Mailbox: b.Mailbox, Suspended: b.Suspended, TestIdentity: b.TestIdentity})
	}
	return all
}

// mailOperator is a mock operator that can be started again at its addresses, without what it knew.
type mailOperator struct {
	config func() operator.Config

	mu         sync.Mutex
	runs       *operator.Operator
	imap, smtp string
}

// start starts the operator: at its addresses when it had some.
func (m *mailOperator) start() error {
	c := m.config()
	c.IMAP, c.SMTP = m.imap, m.smtp
	started, err := operator.Start(c)
	if err != nil {
		return err
	}
	m.runs, m.imap, m.smtp = started, started.IMAPAddress(), started.SMTPAddress()
	return nil
}

// restart ends the operator and starts it anew. Its mail is lost, and the delegations are those of the beginning.
func (m *mailOperator) restart() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.runs.Close(); err != nil {
		return err
	}
	return m.start()
}

// Close ends the operator.
func (m *mailOperator) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.runs.Close()
}

// delegation is what the gestures of delegation are told: to whom a mailbox is, or is no more, delegated.
type delegation struct {
	IdNat   mssante.IdNat `json:"idnat"`
	Mailbox string        `json:"mailbox"`
}

// maxDelegation bounds what such a gesture is told.
const maxDelegation = 4 << 10

// desk takes the gestures of the operator, and its clock; from this machine only.
func (m *mailOperator) desk(clock *bench.Clock) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /clock", clock)
	gesture := func(verb candidate.Verb, do func(r *http.Request) error) {
		mux.HandleFunc("POST /"+string(verb), func(w http.ResponseWriter, r *http.Request) {
			if err := do(r); err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
	}
	gesture(candidate.Restart, func(*http.Request) error { return m.restart() })
	gesture(candidate.WithdrawDelegate, m.delegates((*operator.Operator).Withdraw))
	gesture(candidate.GrantDelegate, m.delegates((*operator.Operator).Grant))
	return bench.LocalOnly(mux)
}

// errNoDelegation tells that a gesture has changed nothing.
var errNoDelegation = errors.New("change delegation: want the address of an organisational mailbox, and a professional of whom it is not true already")

// delegates makes a gesture on a delegation.
func (m *mailOperator) delegates(do func(*operator.Operator, string, mssante.IdNat) bool) func(*http.Request) error {
	return func(r *http.Request) error {
		var d delegation
		if err := json.NewDecoder(io.LimitReader(r.Body, maxDelegation)).Decode(&d); err != nil {
			return fmt.Errorf("read delegation: %w", err)
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		if !do(m.runs, d.Mailbox, d.IdNat) {
			return errNoDelegation
		}
		return nil
	}
}
