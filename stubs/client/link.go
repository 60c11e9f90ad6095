package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/soap"
)

// maxAnswer bounds what is read of one answer.
const maxAnswer = 8 << 20

// LinkConfig says who opens a link, and to whom.
type LinkConfig struct {
	Bench    *bench.Bench
	Organism string         // Organism.Name of the client that the link speaks for
	Roots    *x509.CertPool // authorities that the provider's certificate must chain to
	// Timeout bounds one exchange on the wall clock; 20 s when zero.
	Timeout time.Duration
}

// Link is one partner's kept-alive connection to a provider, and that of its users' browsers. It is for one exchange at a time.
type Link struct {
	config LinkConfig
	honest *http.Client
	// bare is the link of a person's browser: without a client certificate.
	bare  *http.Client
	close func()
}

// NewLink prepares a link with the organism's honest TLS certificate; it connects at the first call.
func NewLink(c LinkConfig) (*Link, error) {
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	l := &Link{config: c}
	transport, err := l.transport(mutation.Conduct{})
	if err != nil {
		return nil, err
	}
	bare, err := l.transport(mutation.Conduct{ClientCertificate: mutation.Absent})
	if err != nil {
		return nil, err
	}
	l.honest, l.bare = l.client(transport), l.client(bare)
	l.close = func() {
		transport.CloseIdleConnections()
		bare.CloseIdleConnections()
	}
	return l, nil
}

// Close closes the link's connections.
func (l *Link) Close() { l.close() }

func (l *Link) client(t *http.Transport) *http.Client {
	return &http.Client{
		Transport: t, Timeout: l.config.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// transport opens connections as the conduct says, one at a time.
func (l *Link) transport(c mutation.Conduct) (*http.Transport, error) {
	config := &tls.Config{RootCAs: l.config.Roots, MinVersion: tls.VersionTLS12, Time: bench.Wall}
	if c.MinTLS != 0 {
		config.MinVersion = c.MinTLS
	}
	config.MaxVersion = c.MaxTLS
	if c.ClientCertificate != mutation.Absent {
		name := l.linkCredential(c)
		if _, err := l.config.Bench.PKI.Credential(name); err != nil {
			return nil, err
		}
		// That of the moment, offered whatever the server's list of authorities says: the candidate must refuse it by itself.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			credential, err := l.config.Bench.PKI.Credential(name)
			certificate := credential.TLS()
			return &certificate, err
		}
	}
	return &http.Transport{
		DialContext: l.config.Bench.Dial, TLSClientConfig: config, MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1, DisableCompression: true,
		TLSHandshakeTimeout: l.config.Timeout, ResponseHeaderTimeout: l.config.Timeout,
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1: what SOAP gateways speak
	}, nil
}

// linkCredential names the TLS credential that the conduct presents.
func (l *Link) linkCredential(c mutation.Conduct) string {
	organism := l.config.Organism
	if c.Organism != "" {
		organism = c.Organism
	}
	if c.LinkOrganism != "" {
		organism = c.LinkOrganism
	}
	if c.ClientCertificate != "" {
		return organism + "/" + c.ClientCertificate
	}
	return organism + "/tls"
}

// Call is one business call to make: a SOAP message, with a Visit a Response and the page that it opens, with a Resource
// a request that bears a token.
type Call struct {
	Endpoint   *url.URL // of the service; of the receiving point of Responses
	Visit      *Visit
	Resource   *Resource
	SOAPAction string
	Project    interops.Project
	Service    interops.Service
	VI         interops.VI // its honest content; see saml.VIFor
	Body       []byte      // one XML element
	SOAP       string      // "1.1" when empty
	// Now is the provider's protocol time, as well as it is known.
	Now            time.Time
	Timestamp      bool
	TokenReference bool
	Signer         string // pki name; the client's signature credential when empty
	Mutation       *mutation.Mutation
	Conduct        *mutation.Conduct      // in place of the mutation's own, for the second part of a replay
	Form           func(*saml.Form) error // an honest variation of form
	Canary         string
	RequestID      string
	// SignResponse signs the whole Response too.
	SignResponse bool
	// Raw is sent as it is in place of a message made from the rest: a replay byte for byte.
	Raw []byte
}

// Exchange is one call as it went over the wire.
type Exchange struct {
	Method, URL    string
	RequestHeader  http.Header
	Request        []byte
	Twin           []byte // the same message without the fault; nil when it is the message
	Status         int
	ResponseHeader http.Header
	Response       []byte
	TLS            *tls.ConnectionState
	Ours           pki.Credential // what the link presented; zero when nothing
	Hello          string         // what a raw ClientHello was answered, when the conduct sent one
	Accepted       bool           // the peer agreed to the raw ClientHello
	Started        time.Time
	Finished       time.Time
	Err            error // why no answer came

	// Message is the Response that a visit took along, decoded, and its Twin; Hops are all requests of the visit, in
	// order, the one told above among them. Served tells that the page was.
	Message []byte
	Hops    []Hop
	Served  bool

	// Token is that of a call of mode R, as it was made, and TwinToken the same without the fault, empty when it is the
	// token; Message is its assertion in XML, or the token itself.
	Token, TwinToken string
}

// Send makes the call, commits its fault, and returns what happened. The error means that the harness could
// not make the message; a peer that does not answer is told in Exchange.Err.
func (l *Link) Send(ctx context.Context, c Call) (Exchange, error) {
	var conduct mutation.Conduct
	honest := l.honestOf(c)
	if c.Mutation != nil {
		conduct = c.Mutation.Behaviour(honest)
	}
	if c.Conduct != nil {
		conduct = *c.Conduct
	}
	x := Exchange{Started: bench.Wall()}
	if conduct.Hello != nil {
		return l.hello(ctx, c, *conduct.Hello, x)
	}
	if c.Visit != nil {
		return l.visit(ctx, c, conduct, honest, x)
	}
	if c.Resource != nil {
		return l.ask(ctx, c, conduct, honest, x)
	}
	var err error
	if x.Request, x.Twin, err = l.build(c, conduct, honest); err != nil {
		return x, err
	}
	return l.post(ctx, c, conduct, x)
}

// honestOf is what the mutation departs from.
func (l *Link) honestOf(c Call) mutation.Honest {
	b := l.config.Bench
	h := mutation.Honest{Now: c.Now, Profile: b.Profile, Convention: b.Convention, Project: c.Project, Service: c.Service, Canary: c.Canary}
	if credential, err := b.PKI.Credential(l.config.Organism + "/tls"); err == nil {
		h.Link = credential.Leaf()
	}
	return h
}

// build makes the message, and its honest twin when it is faulty.
func (l *Link) build(c Call, conduct mutation.Conduct, h mutation.Honest) (raw, twin []byte, err error) {
	if c.Raw != nil {
		return c.Raw, nil, nil
	}
	made := func(hooks *saml.Hooks) ([]byte, error) {
		if c.Visit != nil {
			return l.response(c, conduct, hooks)
		}
		draft, err := l.draft(c, conduct)
		if err != nil {
			return nil, err
		}
		if hooks != nil {
			draft.Hooks = *hooks
		}
		return draft.Build()
	}
	if c.Mutation == nil {
		raw, err = made(nil)
		return raw, nil, err
	}
	if twin, err = made(nil); err != nil {
		return nil, nil, fmt.Errorf("make honest twin: %w", err)
	}
	hooks := c.Mutation.Hooks(h)
	if raw, err = made(&hooks); err != nil {
		return nil, nil, fmt.Errorf("make fault %s: %w", c.Mutation.Name, err)
	}
	return raw, twin, nil
}

// draft is the honest message of the organism that the conduct chooses.
func (l *Link) draft(c Call, conduct mutation.Conduct) (*soap.Draft, error) {
	b := l.config.Bench
	vi, signer, err := l.issued(c, conduct)
	if err != nil {
		return nil, err
	}
	d := &soap.Draft{
		SOAP: c.SOAP, VI: vi, Body: c.Body, TokenReference: c.TokenReference, Signer: signer, Profile: b.Profile,
		Credential: b.PKI.Credential, Now: c.Now, // no Rand: the same content gives the same bytes, whatever the key
	}
	if conduct.SOAP != "" {
		d.SOAP = conduct.SOAP
	}
	if c.Timestamp || c.Project.MessageSignature {
		d.Created, d.Expires = c.Now, c.Now.Add(5*time.Minute)
	}
	if c.Project.MessageSignature {
		d.MessageSigner = &signer
	}
	if c.Form != nil {
		d.Hooks.Form = c.Form
	}
	return d, nil
}

// issued is the VI with who signs it, as the organism that the conduct chooses makes them.
func (l *Link) issued(c Call, conduct mutation.Conduct) (interops.VI, pki.Credential, error) {
	b := l.config.Bench
	organism, vi := l.config.Organism, c.VI
	if conduct.Organism != "" {
		other, ok := b.Convention.Organism(conduct.Organism)
		if !ok {
			return vi, pki.Credential{}, fmt.Errorf("make message: organism %q is not in the convention", conduct.Organism)
		}
		organism, vi.Issuer = other.Name, other.Issuer
	}
	name := c.Signer
	if name == "" || conduct.Organism != "" {
		name = organism + "/signature"
	}
	signer, err := b.PKI.Credential(name)
	return vi, signer, err
}

// post sends the message as the conduct says.
func (l *Link) post(ctx context.Context, c Call, conduct mutation.Conduct, x Exchange) (Exchange, error) {
	request, err := l.request(ctx, c, conduct, x.Request)
	if err != nil {
		return x, err
	}
	return l.exchange(request, conduct, x)
}

// exchange makes a request on the link that the conduct opens, and reads the answer.
func (l *Link) exchange(request *http.Request, conduct mutation.Conduct, x Exchange) (Exchange, error) {
	client, release, err := l.clientFor(conduct)
	if err != nil {
		return x, err
	}
	defer release()
	if conduct.ClientCertificate != mutation.Absent && !conduct.Plain {
		if x.Ours, err = l.config.Bench.PKI.Credential(l.linkCredential(conduct)); err != nil {
			return x, err
		}
	}
	x.Method, x.URL, x.RequestHeader = request.Method, request.URL.String(), request.Header
	answer, err := client.Do(request)
	x.Finished = bench.Wall()
	if err != nil {
		x.Err = err
		return x, nil
	}
	defer answer.Body.Close()
	x.Status, x.ResponseHeader, x.TLS = answer.StatusCode, answer.Header, answer.TLS
	x.Response, x.Err = io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	x.Finished = bench.Wall()
	return x, nil
}

// clientFor is what opens the link as the conduct says, and what closes it when it is not kept.
func (l *Link) clientFor(conduct mutation.Conduct) (*http.Client, func(), error) {
	kept := func() {}
	switch {
	case conduct.MinTLS != 0 || conduct.MaxTLS != 0:
	case conduct.ClientCertificate == mutation.Absent:
		return l.bare, kept, nil
	case l.linkCredential(conduct) == l.config.Organism+"/tls":
		return l.honest, kept, nil
	}
	transport, err := l.transport(conduct)
	if err != nil {
		return nil, kept, err
	}
	return l.client(transport), transport.CloseIdleConnections, nil
}
