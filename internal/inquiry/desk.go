package inquiry

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/pivot"
	"etalon/internal/pki"
)

// DeskConfig says who answers, and from which traces.
type DeskConfig struct {
	Bench *bench.Bench
	// Organism is the Organism.Name of who answers.
	Organism string
	// Role and Mode are those of its traces.
	Role string
	Mode interops.Mode
	// Listen is the address; "127.0.0.1:0" when empty.
	Listen string
	// Traces are those that are told, and that keep the declarations.
	Traces *bench.TraceLog
	// Revocation fetches CRL and OCSP answers; the default client of pki when nil.
	Revocation *http.Client
	// Log is the application's log. Discarded when nil.
	Log *slog.Logger
	// Neglect is what the desk overlooks; the zero value overlooks nothing.
	Neglect Neglect
}

// Desk answers demands of traces until it is closed. The nil desk is that of a party that has none.
type Desk struct {
	party
	config   DeskConfig
	ids      io.Reader
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
}

// path is the address of the exchange.
const path = "/traces"

// Limits of what a caller may take.
const (
	writeTimeout = 30 * time.Second
	maxHeader    = 16 << 10
)

// OpenDesk makes a desk listen and serve until Close. It refuses an organism that the convention does not know or
// that has no keys, an absent trace log, and an address that is taken.
func OpenDesk(c DeskConfig) (*Desk, error) {
	d, err := prepare(c)
	if err != nil {
		return nil, fmt.Errorf("open desk of %q: %w", c.Organism, err)
	}
	credential, err := c.Bench.PKI.Credential(c.Organism + "/tls")
	if err != nil {
		return nil, fmt.Errorf("open desk of %q: %w", c.Organism, err)
	}
	listener, err := bench.Listen(d.config.Listen)
	if err != nil {
		return nil, fmt.Errorf("open desk of %q: %w", c.Organism, err)
	}
	settings := pki.ServerConfig(credential, bench.Wall, d.admit)
	settings.NextProtos = []string{"http/1.1"}
	settings.SessionTicketsDisabled = true // each connection shows its certificate
	d.listener = secure(listener, settings, d.config.Neglect.Clear)
	d.server = bench.NewServer(http.HandlerFunc(d.serve), d.config.Log, bench.Bounds{Write: writeTimeout, Header: maxHeader})
	d.serving.Go(func() { _ = d.server.Serve(d.listener) })
	return d, nil
}

func prepare(c DeskConfig) (*Desk, error) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Traces == nil {
		return nil, errors.New("read traces: none are kept")
	}
	trust := &pki.Trust{
		Roots: c.Bench.Roots(), Revocation: &pki.Checker{HTTP: c.Revocation},
		FailOpen: c.Bench.Profile.TLS.Revocation == "fail-open",
	}
	p, err := newParty(c.Bench, c.Organism, trust)
	if err != nil {
		return nil, err
	}
	return &Desk{party: *p, config: c, ids: c.Bench.Seed.Source("inquiry\x00" + c.Role + "\x00" + c.Organism)}, nil
}

// URL is the address to which demands and declarations are posted; "" when there is none.
func (d *Desk) URL() string {
	if d == nil {
		return ""
	}
	return "https://" + d.listener.Addr().String() + path
}

// Close stops listening and waits for the answers under way.
func (d *Desk) Close() error {
	if d == nil {
		return nil
	}
	err := d.server.Close()
	d.serving.Wait()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close desk of %q: %w", d.organism.Name, err)
	}
	return nil
}

// admit judges the caller's certificate in the handshake: a trusted path, listed by the convention (X14).
func (d *Desk) admit(chain []*x509.Certificate) error {
	if len(chain) == 0 {
		return errors.New("no client certificate")
	}
	if d.config.Neglect.Strangers {
		return nil
	}
	if troubles := d.trust.Verify(chain, pki.UsageClient, bench.Wall()); len(troubles) > 0 {
		return troubles[0]
	}
	if _, listed := d.caller(chain[0]); !listed {
		return fmt.Errorf("the convention lists %q for nobody", pki.Subject(chain[0]))
	}
	return nil
}

// refusal is why a file is not answered.
type refusal struct {
	status int
	why    string
}

// serve takes one file and answers it, or tells in a line why not: nothing of the traces goes with a refusal.
func (d *Desk) serve(w http.ResponseWriter, r *http.Request) {
	raw, no := d.take(w, r)
	var out *pivot.Document
	if no == nil {
		out, no = d.reply(r, raw)
	}
	if no != nil {
		d.config.Log.Info("échange de traces refusé", "cause", no.why)
		http.Error(w, no.why, no.status)
		return
	}
	if out == nil { // a neglect: nothing is acknowledged
		w.WriteHeader(http.StatusOK)
		return
	}
	signer, err := d.signer()
	if err == nil && d.config.Neglect.Unsigned {
		signer.Key = nil
	}
	var file []byte
	if err == nil {
		file, err = pivot.Draft{Document: *out, Signer: signer}.Build()
	}
	if err != nil {
		d.config.Log.Error("réponse impossible", "cause", err.Error())
		http.Error(w, "réponse impossible", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", pivot.ContentType)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(file)
}

// take reads the body.
func (d *Desk) take(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	switch {
	case r.URL.Path != path:
		return nil, &refusal{http.StatusNotFound, "adresse inconnue"}
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return nil, &refusal{http.StatusMethodNotAllowed, "méthode refusée : POST"}
	case r.TLS == nil && !d.config.Neglect.Clear:
		return nil, &refusal{http.StatusForbidden, "canal sans protection"}
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, pivot.MaxBytes))
	if err != nil {
		return nil, &refusal{http.StatusRequestEntityTooLarge, "fichier trop long"}
	}
	return raw, nil
}

// reply judges a file and makes the document that answers it.
func (d *Desk) reply(r *http.Request, raw []byte) (*pivot.Document, *refusal) {
	in, err := pivot.Read(raw)
	lax := false
	if err != nil {
		if in, lax = d.config.Neglect.loosely(raw); !lax {
			return nil, &refusal{http.StatusBadRequest, "fichier invalide : " + err.Error()}
		}
	}
	asker, no := d.asker(r, in, lax)
	if no != nil {
		return nil, no
	}
	switch {
	case in.Request != nil:
		return d.answer(in.Request, asker)
	case in.Report != nil:
		return d.acknowledge(in.Report, asker, r.Header.Get("X-Request-Id"))
	}
	return nil, &refusal{http.StatusBadRequest, "ni demande ni déclaration"}
}

// asker judges who sends a file: the organism of the link is that of the file and of its signature, the file is for
// us, and a project in force binds us (X12-N2).
func (d *Desk) asker(r *http.Request, in pivot.Document, lax bool) (interops.Organism, *refusal) {
	author, known := d.convention().OrganismByIssuer(in.From())
	neglect := d.config.Neglect
	if neglect.Strangers {
		author.Issuer = in.From()
		return author, nil
	}
	if !known {
		return author, &refusal{http.StatusForbidden, "émetteur inconnu de la convention"}
	}
	if r.TLS != nil {
		if caller, _ := d.caller(r.TLS.PeerCertificates[0]); caller.Name != author.Name {
			return author, &refusal{http.StatusForbidden, "l'émetteur n'est pas l'organisme de la liaison"}
		}
	}
	if in.To() != d.organism.Issuer && !lax {
		return author, &refusal{http.StatusForbidden, "le fichier est destiné à un autre"}
	}
	if err := d.judge(in, author); err != nil && !neglect.Unverified && !lax {
		return author, &refusal{http.StatusForbidden, "signature refusée : " + err.Error()}
	}
	if !d.bound(author) {
		return author, &refusal{http.StatusForbidden, "aucun projet en vigueur ne nous lie"}
	}
	return author, nil
}
