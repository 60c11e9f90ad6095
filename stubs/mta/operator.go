// Package mta is an operator of MSSanté as the other operators see it: SMTP from machine to machine, under TLS in which
// both show a certificate, with the white list to say which certificate speaks for which domain. It is the mock operator,
// honest by default and neglectful by the name of a flaw, and the neighbours that the harness plays around a candidate, of
// which each has one conduct and a journal.
//
// It keeps mail in memory, within limits. It opens no mailbox to anybody, which operator does, and it judges nobody.
package mta

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/pki"
)

// Config is what an operator is started with.
type Config struct {
	Bench *bench.Bench
	// Name is that of its TLS credential in the PKI of the bench: "NAME/tls". Host is how it names itself.
	Name, Host string
	// Domains are those of its mailboxes, which are Mailboxes.
	Domains   []string
	Mailboxes []string
	// Listen is where it takes mail; a free port of 127.0.0.1 when empty.
	Listen string
	// Size is the greatest message; 10 MiB when zero.
	Size int
	// Resolver is the name server, host:port, that tells where mail for a domain goes, and Port the port there.
	Resolver, Port string
	// List is where it reads the white list, now and again each Refresh; never again when zero.
	List    Source
	Refresh time.Duration
	// Kept is given every message that is put into a mailbox, for whoever shows it by other means; nobody when nil.
	Kept func(address string, raw []byte)
	// Retry is how long a message waits that could not be handed over, Lifetime until it is given up. Both have a default.
	Retry, Lifetime time.Duration
	// Flaws are the names of its neglects.
	Flaws []string
}

// The waits of an operator that is told no others, and the size.
const (
	defaultRetry    = time.Second
	defaultLifetime = time.Minute
	defaultSize     = 10 << 20
)

// Operator is a mock operator that runs.
type Operator struct {
	config     Config
	policy     policy
	credential pki.Credential
	trust      *pki.Trust
	inside     *tls.Config
	server     *server

	ended   chan struct{}
	end     sync.Once
	sending sync.WaitGroup

	mu     sync.Mutex
	list   mssante.WhiteList
	boxes  map[string][][]byte // by address, in lower case
	kept   int                 // octets in the boxes
	queued int
	pins   map[string]string // by domain, the digest of the certificate seen first
	made   int               // messages of its own
	links  map[string]link   // kept, by address; nil once it ends
	seen   map[string]bool   // who wrote to whom
}

// Start starts an operator. It refuses a flaw or a credential that it does not know, and an address that is taken. That
// the white list cannot be read yet is no failure: nobody is listed then.
func Start(c Config) (*Operator, error) {
	o := &Operator{config: c, policy: honest(), ended: make(chan struct{}), boxes: map[string][][]byte{}, pins: map[string]string{}, links: map[string]link{}, seen: map[string]bool{}}
	o.policy.size = c.Size
	if c.Size == 0 {
		o.policy.size = defaultSize
	}
	if err := bench.Commit(&o.policy, slices.Concat(Flaws(), Behaviours()), c.Flaws); err != nil {
		return nil, fmt.Errorf("start operator: %w", err)
	}
	var err error
	if o.credential, err = c.Bench.PKI.Credential(c.Name + "/tls"); err != nil {
		return nil, fmt.Errorf("start operator: %w", err)
	}
	o.trust = &pki.Trust{Roots: c.Bench.Roots(), Revocation: &pki.Checker{}}
	o.inside = pki.ServerConfig(o.credential, bench.Wall, nil)
	o.inside.ClientAuth = tls.RequestClientCert
	o.policy.in.settings(o.inside)
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	for _, address := range c.Mailboxes {
		o.boxes[strings.ToLower(address)] = nil
	}
	if o.server, err = serve(c.Listen, c.Host, o); err != nil {
		return nil, fmt.Errorf("start operator: %w", err)
	}
	o.sending.Go(o.refresh)
	return o, nil
}

// Address is where it takes mail, host:port.
func (o *Operator) Address() string { return o.server.port.Addr().String() }

// Close ends it, and forgets what it had not sent.
func (o *Operator) Close() error {
	o.end.Do(func() { close(o.ended) })
	err := o.server.Close()
	o.sending.Wait()
	o.forgets()
	return err
}

// life is a context that ends with the operator, or after a time.
func (o *Operator) life(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	go func() {
		select {
		case <-o.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// waits waits that long; false when the operator ends first.
func (o *Operator) waits(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-o.ended:
		return false
	}
}

// local tells whether a domain is one of the operator's own.
func (o *Operator) local(domain string) bool {
	return slices.ContainsFunc(o.config.Domains, func(d string) bool { return mssante.SameDomain(d, domain) })
}

// has tells whether a mailbox exists.
func (o *Operator) has(address string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, known := o.boxes[strings.ToLower(address)]
	return known
}

// maxKept bounds what all mailboxes hold, in octets.
const maxKept = 256 << 20

// deliver puts a message in a mailbox; false when there is no room.
func (o *Operator) deliver(address string, raw []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept+len(raw) > maxKept {
		return false
	}
	o.kept += len(raw)
	address = strings.ToLower(address)
	o.boxes[address] = append(o.boxes[address], raw)
	if o.config.Kept != nil {
		o.config.Kept(address, raw)
	}
	return true
}

// Messages returns what a mailbox holds; nothing when there is none.
func (o *Operator) Messages(address string) [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.boxes[strings.ToLower(address)])
}

// next counts the messages that the operator makes.
func (o *Operator) next() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.made++
	return o.made
}

// errSender and its like tell why a message is not sent.
var (
	errSender    = errors.New("the sender has no mailbox here")
	errRecipient = errors.New("the recipient is no address")
	errBusy      = errors.New("too many messages wait")
)

// Message is a message to be sent, with its envelope.
type Message struct {
	From, To string
	// Notify is what the sender wants to be told of (RFC 3461): "SUCCESS,FAILURE"; failures when empty.
	Notify string
	Raw    []byte
}

// Send sends a message of a mailbox. It returns when the message waits to be handed over; what becomes of it is told to the
// sender by mail.
func (o *Operator) Send(m Message) error {
	if !o.has(m.From) {
		return fmt.Errorf("send message of %s: %w", m.From, errSender)
	}
	if mssante.DomainOf(m.To) == "" {
		return fmt.Errorf("send message to %q: %w", m.To, errRecipient)
	}
	return o.enqueue(m)
}

// Submit sends a message that somebody submitted with a mail program, as Send does.
func (o *Operator) Submit(m Message) error {
	if o.policy.out.loses {
		return nil
	}
	return o.Send(m)
}

// Carries tells whether mail of a mail program may go to a domain: one of the white list in force.
func (o *Operator) Carries(domain string) bool {
	return !o.policy.out.inside && len(o.entries(domain)) > 0
}

// port of an address, host:port.
func join(host, port string) string { return net.JoinHostPort(strings.TrimSuffix(host, "."), port) }
