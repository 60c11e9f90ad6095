// Package lps is the mock mail program of a professional: it signs in at Pro Santé Connect, opens a mailbox of an operator
// by IMAP and submission, sends messages with documents, and does what a person asks of it. It is honest by default, and
// neglects what it is told to by the name of a flaw.
//
// It shows nothing: its gestures are asked for by HTTP. Its documents and its patients are synthetic.
package lps

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mail"
	"etalon/internal/pki"
)

// Config is what a program is started with.
type Config struct {
	// Bench gives the clock, the seed and the authorities.
	Bench *bench.Bench
	// Client and Secret are by which Pro Santé Connect knows it.
	Client, Secret string
	// NIL is the reference of the product, Author the display name of the mailbox that it opens.
	NIL, Author string
	// Log is the file of what it did, none when empty.
	Log string
	// Flaws are the names of its neglects, and of its behaviours.
	Flaws []string
	// Patience bounds one exchange; ten seconds when zero.
	Patience time.Duration
}

// Program is a mock mail program that runs.
type Program struct {
	config Config
	policy policy
	ids    io.Reader

	mu      sync.Mutex // one gesture at a time
	trust   *pki.Trust
	session *session
	imap    *mail.IMAP
	known   map[string]received // messages that were read, by Message-ID
	broken  bool                // nothing works any more
	hung    []io.Closer         // links that wait behind an error challenge
	jobs    sync.WaitGroup      // what is done in the background
	ended   chan struct{}
}

// Limits of a mock program.
const (
	usualPatience = 10 * time.Second
	maxGesture    = 1 << 20
	maxReceived   = 64 << 20
)

// Start starts a program. It refuses a flaw that it does not know.
func Start(c Config) (*Program, error) {
	p := &Program{config: c, ids: c.Bench.Seed.Source("lps"), known: map[string]received{}, ended: make(chan struct{})}
	if err := bench.Commit(&p.policy, slices.Concat(Flaws(), Behaviours()), c.Flaws); err != nil {
		return nil, fmt.Errorf("start mail program: %w", err)
	}
	if p.config.Patience == 0 {
		p.config.Patience = usualPatience
	}
	p.trust = p.newTrust()
	p.log("démarrage")
	return p, nil
}

// newTrust is what servers are judged by, on the first day.
func (p *Program) newTrust() *pki.Trust {
	return &pki.Trust{Roots: p.config.Bench.Roots(), Revocation: &pki.Checker{}}
}

// Close ends the program.
func (p *Program) Close() error {
	close(p.ended)
	p.jobs.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hangUp()
	return nil
}

// Handler takes gestures: POST of a Gesture gives an Answer, with status 200 when it is done and 409 when it is not; and
// the orders of its clock at /clock.
func (p *Program) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/clock", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.config.Bench.Clock.ServeHTTP(w, r)
		p.tick(context.WithoutCancel(r.Context()))
	}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var g Gesture
		if err := json.NewDecoder(io.LimitReader(r.Body, maxGesture)).Decode(&g); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		a := p.Do(r.Context(), g)
		w.Header().Set("Content-Type", "application/json")
		if a.Error != "" && !p.policy.hidesErrors {
			w.WriteHeader(http.StatusConflict)
		}
		if p.policy.hidesErrors {
			a = Answer{Messages: a.Messages}
		}
		_ = json.NewEncoder(w).Encode(a) // a caller that is gone reads nothing
	})
	return bench.LocalOnly(mux)
}

// Do does a gesture.
func (p *Program) Do(ctx context.Context, g Gesture) Answer {
	p.jobs.Wait() // the person waits for what is under way
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken && g.Gesture != Restart {
		return Answer{Error: "le logiciel ne répond plus"}
	}
	do := map[string]func(context.Context, Gesture) (Answer, error){
		Connect: p.connect, Send: p.send, Fetch: p.fetch, Receipt: p.receipt, Logout: p.leave, Elsewhere: p.elsewhere,
		Forget: func(context.Context, Gesture) (Answer, error) {
			p.trust = p.newTrust()
			return Answer{}, nil
		},
		Restart: func(context.Context, Gesture) (Answer, error) {
			p.hangUp()
			p.session, p.broken = nil, false
			return Answer{}, nil
		},
	}[g.Gesture]
	if do == nil {
		return Answer{Error: fmt.Sprintf("geste %q inconnu", g.Gesture)}
	}
	a, err := do(ctx, g)
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

// elsewhere is what needs no mail.
func (p *Program) elsewhere(context.Context, Gesture) (Answer, error) {
	if p.policy.hangsWithMail && p.imap == nil {
		return Answer{}, fmt.Errorf("le dossier ne s'affiche pas")
	}
	return Answer{}, nil
}

// log keeps a line of what it did.
func (p *Program) log(line string) {
	if p.config.Log == "" {
		return
	}
	f, err := os.OpenFile(p.config.Log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return // a program goes on without its log
	}
	defer f.Close()
	_, _ = fmt.Fprintln(f, line)
}

// hangUp ends the connection to the mailbox.
func (p *Program) hangUp() {
	for _, c := range p.hung {
		_ = c.Close()
	}
	p.hung = nil
	if p.imap != nil {
		_ = p.imap.Close()
		p.imap = nil
	}
}
