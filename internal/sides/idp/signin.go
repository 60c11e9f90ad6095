package idp

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// noCertificate shows none.
var noCertificate pki.Credential

// prove is how a client proves who it is in a request to the token endpoint: it completes the request.
type prove func(p *part, c *call, d *door) error

// bySecret sends a client's secret in one of the two ways (RFC 6749 §2.3.1).
func bySecret(client candidate.IDClient, way string) prove {
	return func(_ *part, c *call, _ *door) error {
		if way == candidate.AuthPost {
			c.form.Set("client_id", client.ID)
			c.form.Set("client_secret", client.Secret)
			return nil
		}
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(url.QueryEscape(client.ID), url.QueryEscape(client.Secret))
		c.header = r.Header
		return nil
	}
}

// byName says a client's name and proves nothing.
func byName(client string) prove {
	return func(_ *part, c *call, _ *door) error {
		c.form.Set("client_id", client)
		return nil
	}
}

// byCertificate shows a certificate on the link (RFC 8705 §2).
func byCertificate(client string, shown func(*Side) (pki.Credential, error)) prove {
	return func(p *part, c *call, d *door) (err error) {
		c.form.Set("client_id", client)
		c.url = d.endpoint("token_endpoint", true)
		c.ours, err = shown(p.side)
		return err
	}
}

// assertion is how a client signs its assertion.
type assertion struct {
	client string
	key    func(*Side) (pki.Credential, error)
	alter  func(claims map[string]any)
	// kept makes one assertion serve for all requests.
	kept *string
}

// byAssertion signs a JWT (RFC 7523 §2.2, OIDC Core §9).
func byAssertion(a assertion) prove {
	return func(p *part, c *call, d *door) error {
		c.form.Set("client_assertion_type", oidc.AssertionType)
		c.form.Set("client_id", a.client)
		if a.kept != nil && *a.kept != "" {
			c.form.Set("client_assertion", *a.kept)
			return nil
		}
		signed, err := p.sign(a, d)
		if err != nil {
			return err
		}
		if a.kept != nil {
			*a.kept = signed
		}
		c.form.Set("client_assertion", signed)
		return nil
	}
}

// sign makes an assertion.
func (p *part) sign(a assertion, d *door) (string, error) {
	credential, err := a.key(p.side)
	if err != nil {
		return "", err
	}
	key, err := oidc.NewKey(credential.Key)
	if err != nil {
		return "", err
	}
	now, _ := p.side.theirs(p.Run.Bench.Clock.Now())
	claims := oidc.AssertionClaims(a.client, p.side.audience(d), p.draw(18), now)
	if a.alter != nil {
		a.alter(claims)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	print := sha256.Sum256(credential.Leaf().Raw)
	header := map[string]any{"alg": key.Algorithm, "typ": "JWT", "x5t#S256": base64.RawURLEncoding.EncodeToString(print[:])}
	if p.side.declared.KeyClient != nil && p.side.declared.KeyClient.KID != "" {
		header["kid"] = p.side.declared.KeyClient.KID
	}
	return jws.Compact(header, payload, key.Sign(bench.Entropy()))
}

// audience is for whom an assertion is: the token endpoint, or the issuer where that is declared (RFC 7523 §3).
func (s *Side) audience(d *door) string {
	if k := s.declared.KeyClient; k != nil && k.Audience == candidate.AudienceIssuer {
		return cmp.Or(d.text("issuer"), d.of.Issuer)
	}
	return d.text("token_endpoint")
}

// exchange asks for tokens with a code (RFC 6749 §4.1.3).
type exchange struct {
	door                     *door
	client                   string // of whom the ID token is to be
	proof                    prove
	code, redirect, verifier string
}

// exchanges makes the request, and keeps it.
func (p *part) exchanges(ctx context.Context, x exchange, label string) *call {
	c := &call{method: http.MethodPost, url: x.door.text("token_endpoint"), form: url.Values{"grant_type": {"authorization_code"}, "code": {x.code}}}
	if x.redirect != "" {
		c.form.Set("redirect_uri", x.redirect)
	}
	if x.verifier != "" {
		c.form.Set("code_verifier", x.verifier)
	}
	if err := x.proof(p, c, x.door); err != nil {
		c.err = err
		return c
	}
	p.side.wire.make(ctx, c)
	p.side.hears(c.answer, c.read)
	p.Veil.Hide(c.form.Get("client_assertion"), c.form.Get("client_secret"))
	t := tokensOf(c)
	p.Veil.Hide(t.id, t.access, t.refresh)
	p.shown = p.keep(label, c)
	return c
}

// tokens are what an answer of the token endpoint gives.
type tokens struct{ id, access, refresh string }

func tokensOf(c *call) tokens {
	var given struct {
		ID      string `json:"id_token"`
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if c.err != nil || json.Unmarshal(c.body, &given) != nil {
		return tokens{}
	}
	return tokens{given.ID, given.Access, given.Refresh}
}

// any tells whether tokens were given.
func (t tokens) any() bool { return t.id != "" || t.access != "" || t.refresh != "" }

// signIn is a login and what Pro Santé Connect got of it.
type signIn struct {
	one    someone
	door   *door
	way    *way
	answer *call // of the token endpoint; nil when there was no code
	tokens tokens
	token  oidc.IDToken
	found  []verdict.Finding
	proof  []string
	info   map[string]any // of the userinfo endpoint; nil when not asked, or not answered
	asked  *call          // of it
}

// done tells whether an ID token came that can be read.
func (l *signIn) done() bool { return l.token.Claims != nil }

// why tells what kept the login from going through; nil when nothing did.
func (l *signIn) why() *verdict.Reason {
	switch {
	case l.way == nil:
		return &verdict.Reason{Key: verdict.ReasonHarnessError, Args: []string{"—"}}
	case l.way.why() != nil:
		return l.way.why()
	case l.answer != nil && l.answer.barred() != nil:
		why := barredBy("token_endpoint", l.answer.barred())
		return &why
	case l.answer == nil || !l.done():
		told := "—"
		if l.answer != nil {
			told = l.answer.told()
		}
		if len(l.found) > 0 {
			told = l.found[0].Rule + " : " + l.found[0].Got
		}
		return &verdict.Reason{Key: verdict.ReasonIDNoToken, Args: []string{l.door.text("token_endpoint"), told}}
	}
	return nil
}

// told says in a word what came of the login.
func (l *signIn) told() string {
	if l.answer != nil {
		return l.answer.told()
	}
	return l.way.told()
}

// The life and the age that an ID token may have (FI-48).
const (
	idTokenLife = time.Hour
	idTokenAge  = time.Minute
)

// redeems exchanges the code of a way, and reads the ID token.
func (p *part) redeems(ctx context.Context, w *way, one someone, proof prove, label string) *signIn {
	l := &signIn{one: one, door: w.asked.door, way: w}
	if w.code() == "" {
		return l
	}
	l.answer = p.exchanges(ctx, exchange{door: l.door, client: w.asked.client, proof: proof, code: w.code(), redirect: w.asked.redirect, verifier: w.asked.verifier}, label)
	p.reads(ctx, l)
	p.completes(ctx, l)
	return l
}

// reads reads the ID token of an answer.
func (p *part) reads(ctx context.Context, l *signIn) {
	if l.answer.err != nil || l.answer.status >= 300 || !json.Valid(l.answer.body) && !l.answer.large {
		return
	}
	l.tokens = tokensOf(l.answer)
	if l.answer.large {
		l.found = []verdict.Finding{{Requirement: "FI-05", Rule: "id-answer-oversized", Want: "≤ 1 Mio", Got: l.answer.told()[:20]}}
		return
	}
	var plain struct {
		Type string `json:"token_type"`
	}
	untyped := json.Unmarshal(l.answer.body, &plain) != nil || !strings.EqualFold(plain.Type, "Bearer")
	l.proof = proof(p.shown)
	p.verifies(l)
	if l.rotated() {
		if renewed := p.renews(ctx, l.door); renewed != nil {
			l.door = renewed
			p.verifies(l)
		}
	}
	if untyped { // RFC 6749 §5.1
		l.found = append(l.found, verdict.Finding{Requirement: "FI-05", Rule: "id-token-type-missing", Want: "token_type: Bearer", Got: plain.Type})
	}
	for i := range l.found {
		l.found[i].Evidence = l.proof
	}
}

// verifies checks the ID token by the keys of the door.
func (p *part) verifies(l *signIn) {
	now, known := p.side.theirs(l.answer.read)
	l.token, l.found = oidc.VerifyIDToken(l.tokens.id, oidc.IDExpectation{
		Issuer: l.issuer(), Client: l.way.asked.client, Nonce: l.way.asked.nonce,
		JWKS: l.door.jwks, Now: now, Life: idTokenLife, Age: idTokenAge, AccessToken: l.tokens.access,
	})
	if !known { // nothing says what time it is there
		l.found = slices.DeleteFunc(l.found, func(f verdict.Finding) bool {
			return f.Rule == "idtoken-issued-elsewhen" || f.Rule == "idtoken-expired" && f.Got != ""
		})
	}
}

// rotated tells whether the key of a token may be one that was published since the keys were read (OIDC Core §10.1.1).
func (l *signIn) rotated() bool {
	return slices.ContainsFunc(l.found, func(f verdict.Finding) bool {
		return f.Rule == "idtoken-key-unknown" || f.Rule == "idtoken-signature-wrong" && l.token.KeyID == ""
	})
}

// renews reads the keys of a door anew; nil when none can be read.
func (p *part) renews(ctx context.Context, d *door) *door {
	renewed := *d
	renewed.jwks, renewed.wrongKeys = nil, nil
	renewed.keys, renewed.wentKeys = p.side.wire.document(ctx, d.text("jwks_uri"))
	renewed.readKeys()
	p.keep(labelKeys, renewed.keys)
	if renewed.jwks == nil {
		return nil
	}
	return &renewed
}

// issuer is the one that the ID token of a login must name: that which the document gives, its place for the establishment
// filled.
func (l *signIn) issuer() string {
	said := l.door.text("issuer")
	if l.door.of.Issuer != "" && (said == "" || said != l.door.of.Issuer && containsPlace(said)) {
		return l.door.of.Issuer
	}
	return cmp.Or(said, l.door.of.Issuer)
}

// ownClient is Pro Santé Connect as the client of a door, and how it proves who it is.
func (s *Side) ownClient(d *door) (string, prove) {
	client := *d.of.Client
	return client.ID, bySecret(client, client.Auth[0])
}

// logsIn logs a person in with a browser, and exchanges the code; alter changes the request.
func (p *part) logsIn(ctx context.Context, nav navigator, one someone, label string, alter func(*asking)) *signIn {
	d, _ := p.side.of(one)
	client, proof := p.side.ownClient(d)
	a := p.ask(d, client)
	if alter != nil {
		alter(a)
	}
	return p.redeems(ctx, p.goes(ctx, nav, a, one, label), one, proof, labelExchange)
}

// newcomer logs a person in with a browser of its own.
func (p *part) newcomer(ctx context.Context, one someone, label string, alter func(*asking)) (*signIn, navigator, error) {
	_, who := p.side.of(one)
	nav, err := p.sit(ctx, p.side.declared.SignInOf(who))
	if err != nil {
		return nil, nil, err
	}
	return p.logsIn(ctx, nav, one, label, alter), nav, nil
}

// honest is the login of the controls.
func (p *part) honest(ctx context.Context, label string) *signIn {
	l, _, err := p.newcomer(ctx, p.side.usual(), label, nil)
	if err != nil {
		return &signIn{door: p.door, way: &way{asked: &asking{door: p.door}, err: err}}
	}
	p.side.Standing.Note(l.done())
	return l
}

// control makes the honest login without which what is around it proves nothing (rule 2).
func (p *part) control(ctx context.Context, label, key string) bool {
	l := p.honest(ctx, label)
	if l.done() {
		return true
	}
	if why := l.why(); why.Key == verdict.ReasonBarred {
		_ = p.cannotFor(*why)
		return false
	}
	_ = p.Cannot(key, l.told())
	return false
}
