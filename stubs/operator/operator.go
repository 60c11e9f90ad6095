// Package operator is the mock MSSanté operator: mailboxes behind IMAP and submission, opened by access tokens of Pro
// Santé Connect (XOAUTH2) or by client certificates (EXTERNAL). It is honest by default, and neglects what it is told
// to by the name of a flaw; a vendor of mail software connects to it as to a partner.
//
// It reads no token by itself: whoever starts it says how tokens are checked. It relays nothing, and it keeps mail in
// memory, within limits.
package operator

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"

	"etalon/internal/bench"
	"etalon/internal/mssante"
	"etalon/internal/pki"
	"etalon/internal/redact"
	"etalon/internal/verdict"
)

// Config is what an operator is started with.
type Config struct {
	Bench *bench.Bench
	// Name is that of its TLS credential in the PKI of the bench: "NAME/tls".
	Name string
	// Domain is the domain of its mailboxes; WhiteList the other domains of the trust space, to which mail may be sent.
	Domain    string
	WhiteList []string
	// Carries tells of further domains to which mail may be sent, as they stand; none when nil.
	Carries   func(domain string) bool
	Mailboxes []Mailbox
	// Checker examines access tokens.
	Checker Checker
	// Trust judges client certificates; the roots of the bench, with revocation, when nil.
	Trust *pki.Trust
	// IMAP and SMTP are the addresses to listen on; a free port of 127.0.0.1 when empty.
	IMAP, SMTP string
	// Size is the greatest message; 20 MiB when zero.
	Size int64
	// Guard is by how much each further refusal of the same address is delayed, after five in a row; no guard when zero.
	Guard time.Duration
	// NullSender lets who logged in send with an empty sender too, as the notification of a message must be (RFC 8098 §3).
	NullSender bool
	// Watched keeps what is said on every connection, for Visits.
	Watched bool
	// Observe is told of what is said on every connection, from several goroutines. May be nil.
	Observe func(Part)
	// Flaws are the names of its neglects.
	Flaws []string
	// Sent is told of every message that is accepted for sending; nobody when nil.
	Sent func(Message)
}

// Operator is a mock operator that runs.
type Operator struct {
	config Config
	policy policy
	store  *store
	veil   *redact.Veil // of what is told to who watches
	trust  *pki.Trust
	tls    *tls.Config

	imap     *imapserver.Server
	smtp     *smtp.Server
	imapPort net.Listener
	smtpPort net.Listener
	serving  sync.WaitGroup

	mu      sync.Mutex
	turn    sync.Mutex        // of who logs in one by one
	pins    map[string]string // by mailbox
	known   map[string]Person // tokens once found good
	spent   map[string]bool   // tokens used once
	clients map[string]int    // open sessions of each mailbox
	failing map[string]int    // refusals in a row of each address
	ended   chan struct{}     // closed with the operator
	end     sync.Once
	jammed  time.Time // until when
	reports int
	conduct [smtpLink + 1]Conduct // by protocol
	armed   [smtpLink + 1]armed
	open    []*link
	visits  []*Visit
	said    int // lines, so far
	came    int
}

// Limits of what clients may make the operator keep and wait.
const (
	maxLine       = 12288 + 2 // RFC 4954 §4
	maxRecipients = 100
	readTimeout   = 5 * time.Minute // RFC 5321 §4.5.3.2.7
	checkTimeout  = 30 * time.Second
)

// Start starts an operator. It refuses a flaw or a credential that it does not know, and an address that is taken.
func Start(c Config) (*Operator, error) {
	o := &Operator{config: c, policy: honest(), trust: c.Trust, veil: redact.NewVeil(c.Bench.Redactor), known: map[string]Person{}, pins: map[string]string{}, spent: map[string]bool{}, clients: map[string]int{}, failing: map[string]int{}, ended: make(chan struct{})}
	o.veil.HideTokens()
	if c.Size > 0 {
		o.policy.mailSize = c.Size
	}
	if err := bench.Commit(&o.policy, Flaws(), c.Flaws); err != nil {
		return nil, verdict.Tell("démarrage de l'opérateur : %s", "start operator: %s", err)
	}
	if n, ok := c.Checker.(neglectful); ok {
		n.commit(o.policy.checking)
	}
	if o.trust == nil {
		o.trust = &pki.Trust{Roots: c.Bench.Roots(), Revocation: &pki.Checker{}}
	}
	shown := func() (pki.Credential, error) { return c.Bench.PKI.Credential(c.Name + "/tls" + o.policy.certificate) }
	credential, err := shown()
	if err != nil {
		return nil, verdict.Tell("démarrage de l'opérateur : %s", "start operator: %s", err)
	}
	o.tls = pki.ServerConfig(credential, bench.Wall, nil)
	pki.Following(o.tls, shown)
	o.tls.ClientAuth = tls.RequestClientCert
	o.policy.tls(o.tls)
	if o.store, err = newStore(c); err != nil {
		return nil, verdict.Tell("démarrage de l'opérateur : %s", "start operator: %s", err)
	}
	if o.imapPort, err = listen(c.Bench, c.IMAP); err != nil {
		return nil, verdict.Tell("démarrage de l'opérateur : %s", "start operator: %s", err)
	}
	if o.smtpPort, err = listen(c.Bench, c.SMTP); err != nil {
		return nil, errors.Join(verdict.Tell("démarrage de l'opérateur : %s", "start operator: %s", err), o.imapPort.Close())
	}
	o.serve()
	return o, nil
}

func listen(b *bench.Bench, address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	return b.Listen(address)
}

// serve starts both servers, each behind links that hold the line.
func (o *Operator) serve() {
	quiet := log.New(io.Discard, "", 0)
	o.imap = imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &imapSession{operator: o, link: c.NetConn().(*link)}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapNamespace: {}, imap.CapMove: {}, imap.CapListStatus: {}, imap.CapSpecialUse: {},
		},
		Logger: quiet, InsecureAuth: true, // the link holds the clear phase
	})
	o.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &smtpSession{operator: o, link: c.Conn().(*link)}, nil
	}))
	o.smtp.Domain, o.smtp.ErrorLog, o.smtp.EnableDSN, o.smtp.AllowInsecureAuth = o.config.Domain, quiet, true, true
	o.smtp.MaxLineLength, o.smtp.MaxRecipients, o.smtp.ReadTimeout = o.policy.smtpLine, maxRecipients, bench.Patience(readTimeout)
	o.serving.Go(func() { _ = o.imap.Serve(links{o.imapPort, o, imapLink}) })
	o.serving.Go(func() { _ = o.smtp.Serve(links{o.smtpPort, o, smtpLink}) })
}

// IMAPAddress is where it listens for IMAP, host:port.
func (o *Operator) IMAPAddress() string { return o.imapPort.Addr().String() }

// SMTPAddress is where it listens for submission, host:port.
func (o *Operator) SMTPAddress() string { return o.smtpPort.Addr().String() }

// Close ends all connections. Its addresses are free again when it returns.
func (o *Operator) Close() error {
	o.end.Do(func() { close(o.ended) })
	err := errors.Join(o.imap.Close(), o.smtp.Close())
	// A server that had not begun to serve would serve for ever.
	for _, port := range []net.Listener{o.imapPort, o.smtpPort} {
		if e := port.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	o.serving.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	if e := o.smtp.Shutdown(ctx); e != nil && !errors.Is(e, smtp.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// Withdraw takes an organisational mailbox from a delegate, at once. It returns false where he was none.
func (o *Operator) Withdraw(address string, id mssante.IdNat) bool {
	return o.store.change(address, func(m *Mailbox) bool {
		i := slices.Index(m.Delegates, id)
		if i >= 0 {
			m.Delegates = slices.Delete(slices.Clone(m.Delegates), i, i+1)
		}
		return i >= 0
	})
}

// Grant delegates an organisational mailbox, at once. It returns false where that is so already, and for another mailbox.
func (o *Operator) Grant(address string, id mssante.IdNat) bool {
	return o.store.change(address, func(m *Mailbox) bool {
		changed := *m
		changed.Delegates = append(slices.Clone(m.Delegates), id)
		if slices.Contains(m.Delegates, id) || changed.Check() != nil {
			return false
		}
		*m = changed
		return true
	})
}

// Suspend closes a mailbox to everybody, as one that is about to be removed (MSS 14), or opens it again.
func (o *Operator) Suspend(address string, suspended bool) bool {
	return o.store.change(address, func(m *Mailbox) bool {
		m.Suspended = suspended
		return true
	})
}
