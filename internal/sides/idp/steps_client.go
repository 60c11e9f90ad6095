package idp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
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
	"deux-fois":    {proof: own, twice: true},
	"autre-retour": {proof: own, alter: func(x *exchange) { x.redirect += "/x" }},
	"autre-client": {proof: func(p *part) prove {
		return bySecret(*p.side.declared.SecondClient, p.side.declared.SecondClient.Auth[0])
	}},
	"autre-verificateur":        {proof: own, alter: func(x *exchange) { x.verifier = "autre-verificateur-" + x.verifier[:24] }},
	"sans-verificateur":         {proof: own, alter: func(x *exchange) { x.verifier = "" }},
	"secret-basic":              {proof: secretly(candidate.AuthBasic, "")},
	"secret-post":               {proof: secretly(candidate.AuthPost, "")},
	"autre-secret":              {proof: func(p *part) prove { return secretly(p.door.of.Client.Auth[0], otherSecret)(p) }},
	"autre-secret-post":         {proof: secretly(candidate.AuthPost, otherSecret)},
	"sans-secret":               {proof: func(p *part) prove { return byName(p.door.of.Client.ID) }},
	"certificat":                ofCertificate((*Side).ownCertificate),
	"autre-certificat":          ofCertificate(named(candidate.VendorOrganism + "/tls")),
	"certificat-expire":         ofCertificate(named(candidate.PSCOrganism + "/tls~expired")),
	"certificat-autre-autorite": ofCertificate(named(candidate.PSCOrganism + "/tls~unknown-ca")),
	"certificat-revoque":        ofCertificate(named(candidate.PSCOrganism + "/tls~revoked")),
	"sans-certificat":           ofCertificate(func(*Side) (pki.Credential, error) { return noCertificate, nil }),
	"assertion":                 ofAssertion((*Side).ownKey, nil, false),
	"assertion-autre-cle":       ofAssertion(named(candidate.VendorOrganism+"/tls"), nil, false),
	"assertion-expiree": ofAssertion((*Side).ownKey, func(claims map[string]any) {
		iat, _ := claims["iat"].(int64)
		claims["iat"], claims["exp"] = iat-int64(time.Hour/time.Second), iat-int64(time.Hour/time.Second)+60
	}, false),
	"assertion-autre-public": ofAssertion((*Side).ownKey, func(claims map[string]any) { claims["aud"] = "https://autre.test.invalid/token" }, false),
	"assertion-deux-fois":    ofAssertion((*Side).ownKey, nil, true),
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
// refused, or broken before the request is out, refuses too.
func exchangeRefused(_ context.Context, p *part) error {
	c := p.answered
	switch {
	case c == nil:
		return p.Cannot(verdict.ReasonNoMessage, "token_endpoint")
	case c.timedOut():
		return p.Cannot(verdict.ReasonTimeout, c.url, c.told())
	}
	p.Checked()
	if tokensOf(c).any() || c.err == nil && c.status == http.StatusOK && jsonHas(c.body, "access_token") {
		p.Sees(p.Own("id-tokens-given", "HTTP 400, 401", c.told(), proof(p.shown)...))
		return nil
	}
	p.refusalForm(c)
	return nil
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
