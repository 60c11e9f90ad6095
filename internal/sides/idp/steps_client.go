package idp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/pki"
	"etalon/internal/scenario"
	"etalon/internal/verdict"
)

// clientSteps are the sentences about the exchange of the code, and how the client proves who it is.
func clientSteps() []scenario.Step {
	return []scenario.Step{
		stepOf(`Pro Santé Connect échange un code chez le fournisseur d'identité, variante §`, exchangesCode),
		step(`le fournisseur d'identité rend les jetons`, exchangeAccepted),
		step(`le fournisseur d'identité ne rend aucun jeton`, exchangeRefused),
		stepOf(`Pro Santé Connect envoie une requête fautive au fournisseur d'identité, variante §`, sendsBadRequest),
	}
}

// trialOfClient is one way of exchanging a code: as which client the code is asked for, and what is sent.
type trialOfClient struct {
	asker func(s *Side) string // the client of the request; Pro Santé Connect when nil
	proof func(p *part) prove
	// alter changes the exchange; twice makes it once well, before.
	alter func(x *exchange)
	twice bool
	// good is the exchange of the same channel that gives tokens, without which a refusal proves nothing: made before and after
	// (rule 2). Nil where the honest logins around the trial are such exchanges.
	good *trialOfClient
}

// own is how Pro Santé Connect proves who it is.
func own(p *part) prove {
	_, proof := p.side.ownClient(p.door)
	return proof
}

// secretly is Pro Santé Connect with a secret, perhaps another, in one of the two ways.
func secretly(way, secret string) func(*part) prove {
	return func(p *part) prove {
		client := *p.door.of.Client
		if secret != "" {
			client.Secret = secret
		}
		return bySecret(client, way)
	}
}

const otherSecret = "secret-test-qui-n-est-pas-le-bon"

// exchanges are the ways, by the words of the features.
var exchanges = map[string]trialOfClient{
	"deux-fois":                 {proof: own, twice: true},
	"autre-retour":              {proof: own, alter: func(x *exchange) { x.redirect += "/x" }},
	"autre-client":              {proof: secondly, good: &trialOfClient{asker: func(s *Side) string { return s.declared.SecondClient.ID }, proof: secondly}},
	"autre-verificateur":        {proof: own, alter: func(x *exchange) { x.verifier = "autre-verificateur-" + x.verifier[:24] }},
	"sans-verificateur":         {proof: own, alter: func(x *exchange) { x.verifier = "" }},
	"secret-basic":              {proof: secretly(candidate.AuthBasic, "")},
	"secret-post":               {proof: secretly(candidate.AuthPost, "")},
	"autre-secret":              {proof: func(p *part) prove { return secretly(p.door.of.Client.Auth[0], otherSecret)(p) }},
	"autre-secret-post":         {proof: secretly(candidate.AuthPost, otherSecret), good: &trialOfClient{proof: secretly(candidate.AuthPost, "")}},
	"sans-secret":               {proof: func(p *part) prove { return byName(p.door.of.Client.ID) }},
	"certificat":                ofCertificate((*Side).ownCertificate),
	"autre-certificat":          ofCertificate(named(candidate.VendorOrganism + "/tls")).within(goodCertificate),
	"certificat-expire":         ofCertificate(named(candidate.PSCOrganism + "/tls~expired")).within(goodCertificate),
	"certificat-autre-autorite": ofCertificate(named(candidate.PSCOrganism + "/tls~unknown-ca")).within(goodCertificate),
	"certificat-revoque":        ofCertificate(named(candidate.PSCOrganism + "/tls~revoked")).within(goodCertificate),
	"sans-certificat":           ofCertificate(func(*Side) (pki.Credential, error) { return noCertificate, nil }).within(goodCertificate),
	"assertion":                 ofAssertion((*Side).ownKey, nil, false),
	"assertion-autre-cle":       ofAssertion(named(candidate.VendorOrganism+"/tls"), nil, false).within(goodAssertion),
	"assertion-expiree": ofAssertion((*Side).ownKey, func(claims map[string]any) {
		iat, _ := claims["iat"].(int64)
		claims["iat"], claims["exp"] = iat-int64(time.Hour/time.Second), iat-int64(time.Hour/time.Second)+60
	}, false).within(goodAssertion),
	"assertion-autre-public": ofAssertion((*Side).ownKey, func(claims map[string]any) { claims["aud"] = "https://autre.test.invalid/token" }, false).within(goodAssertion),
	"assertion-deux-fois":    ofAssertion((*Side).ownKey, nil, true),
}

// goodCertificate and goodAssertion are the exchanges of those clients that give tokens.
var (
	goodCertificate = ofCertificate((*Side).ownCertificate)
	goodAssertion   = ofAssertion((*Side).ownKey, nil, false)
)

// within is a trial between good exchanges.
func (t trialOfClient) within(good trialOfClient) trialOfClient {
	t.good = &good
	return t
}

// secondly is the other client.
func secondly(p *part) prove {
	return bySecret(*p.side.declared.SecondClient, p.side.declared.SecondClient.Auth[0])
}

// ofCertificate is the client with a certificate, showing one.
func ofCertificate(shown func(*Side) (pki.Credential, error)) trialOfClient {
	client := func(s *Side) string { return s.declared.CertificateClient.ID }
	return trialOfClient{asker: client, proof: func(p *part) prove { return byCertificate(client(p.side), shown) }}
}

// ofAssertion is the client that signs, with a key; twice sends one assertion for two codes.
func ofAssertion(key func(*Side) (pki.Credential, error), alter func(map[string]any), twice bool) trialOfClient {
	client := func(s *Side) string { return s.declared.KeyClient.ID }
	return trialOfClient{asker: client, twice: twice, proof: func(p *part) prove {
		a := assertion{client: client(p.side), key: key, alter: alter}
		if twice {
			a.kept = new(string)
		}
		return byAssertion(a)
	}}
}

// named is a credential of the test PKI.
func named(name string) func(*Side) (pki.Credential, error) {
	return func(s *Side) (pki.Credential, error) { return s.run.Bench.PKI.Credential(name) }
}

// ownCertificate is that which the client has registered.
func (s *Side) ownCertificate() (pki.Credential, error) {
	switch {
	case s.declared.CertificateClient.Pair != nil:
		return pki.FromTLS(s.declared.CertificateClient.Pair.TLS)
	case s.run.Candidate.PKI.Client != nil:
		return pki.FromTLS(s.run.Candidate.PKI.Client.TLS)
	}
	return s.run.Bench.PKI.Credential(candidate.PSCOrganism + "/tls")
}

// ownKey is the key that the client has registered.
func (s *Side) ownKey() (pki.Credential, error) {
	if s.declared.KeyClient.Pair != nil {
		return pki.FromTLS(s.declared.KeyClient.Pair.TLS)
	}
	return s.run.Bench.PKI.Credential(candidate.PSCOrganism + "/signature")
}

// exchangesCode gets a code by an honest login, and exchanges it in one way.
func exchangesCode(ctx context.Context, p *part, name string) error {
	t, known := exchanges[name]
	if !known {
		return fmt.Errorf("exchange %q: want one of the table of exchanges", name)
	}
	if err := p.channelServes(ctx, t.good, verdict.ReasonControlRefusedBefore); err != nil {
		return err
	}
	if err := p.tries(ctx, t); err != nil {
		return err
	}
	tried, shown := p.answered, p.shown
	err := p.channelServes(ctx, t.good, verdict.ReasonControlRefusedAfter)
	p.answered, p.shown = tried, shown
	if p.Troubled() {
		return nil // said; tokens that were given all the same are proved
	}
	return err
}

// channelServes makes the good exchange of a channel, where there is one.
func (p *part) channelServes(ctx context.Context, good *trialOfClient, key string) error {
	if good == nil {
		return nil
	}
	if err := p.tries(ctx, *good); err != nil {
		return err
	}
	if tokensOf(p.answered).id == "" {
		return p.Cannot(key, p.answered.told())
	}
	return nil
}

// tries gets a code, and exchanges it as a trial wants.
func (p *part) tries(ctx context.Context, t trialOfClient) error {
	proof := t.proof(p)
	x, err := p.coded(ctx, t)
	if err != nil {
		return err
	}
	x.proof = proof
	if t.twice {
		if first := p.exchanges(ctx, x, labelExchange); !tokensOf(first).any() {
			return p.Cannot(verdict.ReasonIDNoToken, first.url, first.told())
		}
	}
	if t.twice && t.asker != nil { // one assertion for two codes
		if x, err = p.coded(ctx, t); err != nil {
			return err
		}
		x.proof = proof
	}
	if t.alter != nil {
		t.alter(&x)
	}
	p.answered = p.exchanges(ctx, x, labelExchange)
	if p.answered.err != nil && p.answered.header == nil {
		return p.answered.err // we could not make the request
	}
	return nil
}

// coded gets a code for the client of a trial.
func (p *part) coded(ctx context.Context, t trialOfClient) (exchange, error) {
	client := p.door.of.Client.ID
	if t.asker != nil {
		client = t.asker(p.side)
	}
	_, who := p.side.of(p.who)
	nav, err := p.sit(ctx, p.side.declared.SignInOf(who))
	if err != nil {
		return exchange{}, err
	}
	w := p.goes(ctx, nav, p.ask(p.door, client), p.who, labelTrial)
	if why := w.why(); why != nil {
		return exchange{}, p.Cannot(why.Key, why.Args...)
	}
	return exchange{door: p.door, client: client, code: w.code(), redirect: w.asked.redirect, verifier: w.asked.verifier}, nil
}

// exchangeAccepted wants tokens (FI-16, FI-19); a link broken off by an alert refuses them.
func exchangeAccepted(_ context.Context, p *part) error {
	c := p.answered
	switch {
	case c == nil:
		return p.Cannot(verdict.ReasonNoMessage, "token_endpoint")
	case !c.alerted() && p.unanswered("token_endpoint", c):
		return nil
	}
	p.Checked()
	if tokensOf(c).id == "" {
		p.Finds(p.Own("id-exchange-refused", "HTTP 200, id_token", c.told(), proof(p.shown)...))
	}
	return nil
}

// exchangeRefused wants no token, whatever the status; the code of the refusal is a matter of form (FI-50). A link that is
// refused, or broken because of the certificate, refuses too; any other trouble on the way proves nothing.
func exchangeRefused(_ context.Context, p *part) error {
	c := p.answered
	switch {
	case c == nil:
		return p.Cannot(verdict.ReasonNoMessage, "token_endpoint")
	case c.barred() != nil:
		return p.cannotFor(barredBy("token_endpoint", c.barred()))
	case c.timedOut():
		return p.Cannot(verdict.ReasonTimeout, c.url, c.told())
	}
	if c.err != nil && !tokensOf(c).any() && !c.linkRefused() {
		return p.Cannot(verdict.ReasonIDNoToken, c.url, c.told())
	}
	p.Checked()
	if tokensOf(c).any() || c.err == nil && c.status == http.StatusOK && jsonHas(c.body, "access_token") {
		p.Sees(p.Own("id-tokens-given", "HTTP 400, 401", c.told(), proof(p.shown)...))
		return nil
	}
	p.refusalForm(c)
	return nil
}

// linkRefused tells that the other side refused the link: by an alert of TLS, or by ending it without an answer where a
// certificate was shown, which is the one thing that the good exchanges around it had otherwise.
func (c *call) linkRefused() bool {
	var link *net.OpError
	alerted := errors.As(c.err, &link) && link.Op == "remote error"
	ended := errors.Is(c.err, io.EOF) || errors.Is(c.err, io.ErrUnexpectedEOF) || errors.Is(c.err, syscall.ECONNRESET) || errors.Is(c.err, syscall.EPIPE)
	return c.status == 0 && (alerted || ended && len(c.ours.Chain) > 0)
}

// refusalForm looks at the form of a refusal of the token endpoint (RFC 6749 §5.2).
func (p *part) refusalForm(c *call) {
	if c.err != nil {
		return // of the link
	}
	said, err := jws.Object(c.body)
	code, _ := said["error"].(string)
	if err != nil || code == "" || c.status < 400 || c.status >= 500 {
		p.Finds(verdict.Finding{Requirement: "FI-50", Rule: "id-refusal-form", Want: "HTTP 400, 401 ; {\"error\": …}", Got: c.told(), Evidence: proof(p.shown)})
	}
}

func jsonHas(raw []byte, name string) bool {
	said, err := jws.Object(raw)
	_, there := said[name]
	return err == nil && there
}

// badRequests are requests to the token endpoint that nobody could serve (FI-50).
var badRequests = map[string]url.Values{
	"autre-octroi": {"grant_type": {"urn:test:inconnu"}},
	"sans-octroi":  {},
	"code-invente": {"grant_type": {"authorization_code"}, "code": {"inconnu"}, "redirect_uri": {"https://127.0.0.1:8570/callback"}},
}

func sendsBadRequest(ctx context.Context, p *part, name string) error {
	form, known := badRequests[name]
	if !known {
		return fmt.Errorf("bad request %q: want one of the table of bad requests", name)
	}
	c := &call{method: http.MethodPost, url: p.door.text("token_endpoint"), form: url.Values{}}
	for key, values := range form {
		c.form[key] = values
	}
	if err := own(p)(p, c, p.door); err != nil {
		return err
	}
	p.side.wire.make(ctx, c)
	p.shown = p.keep(labelExchange, c)
	p.answered = c
	return nil
}

// answerIsClean wants a refusal of the standard from the token endpoint (FI-50).
func (p *part) answerIsClean(c *call) error {
	if p.unanswered("token_endpoint", c) {
		return nil
	}
	p.Checked()
	if traced.Match(c.body) {
		p.Sees(p.Own("id-inside-shown", "—", string(traced.Find(c.body)), proof(p.shown)...))
	}
	if tokensOf(c).any() {
		p.Sees(p.Own("id-error-missing", "error", c.told(), proof(p.shown)...))
		return nil
	}
	p.refusalForm(c)
	return nil
}
