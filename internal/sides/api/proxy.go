package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/verdict"
	"etalon/stubs/psc"
)

// The labels of exchanges, as the catalogue of texts has them.
const (
	labelBefore  = "honest"
	labelAfter   = "closing"
	labelTrial   = "exchange"
	labelCall    = "resource"
	labelAsked   = "api-asked"
	labelRevoked = "revocation"
)

// maxAnswer bounds what a candidate says.
const maxAnswer = 1 << 20

// unreachable tells that nothing listens, or answers in time: it is no refusal.
type unreachable struct {
	cause error
	// nobody tells that the host refused the connection: nobody listens there.
	nobody bool
}

// Error is that of the cause.
func (u *unreachable) Error() string { return u.cause.Error() }

// reply is an answer to a request, or why there is none.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    error // that of the link: a handshake refused, a connection cut, or *unreachable
	facts  *verdict.TLS
}

// told says the answer in one line.
func (r *reply) told() string {
	if r.err != nil {
		return r.err.Error()
	}
	said, err := jws.Object(r.body)
	if code, ok := said["error"].(string); err == nil && ok {
		return fmt.Sprintf("HTTP %d %s", r.status, code)
	}
	return fmt.Sprintf("HTTP %d", r.status)
}

// send makes one request on a link of its own, under a certificate or none, and follows no redirect.
func (s *Side) send(ctx context.Context, request *http.Request, credential pki.Credential) *reply {
	ctx, cancel := context.WithTimeout(ctx, s.run.Patience)
	defer cancel()
	transport := &http.Transport{DialContext: candidate.Guarded(net.Dialer{}), DisableKeepAlives: true, TLSClientConfig: pki.ClientConfig(credential, bench.Wall, pki.AcceptAny)}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request.WithContext(ctx))
	if err != nil {
		return &reply{err: s.failure(ctx, err)}
	}
	defer func() { _ = answer.Body.Close() }()
	r := &reply{status: answer.StatusCode, header: answer.Header, facts: facts(answer.TLS, credential)}
	if r.body, err = io.ReadAll(io.LimitReader(answer.Body, maxAnswer)); err != nil {
		r.err = s.failure(ctx, err)
	}
	return r
}

func facts(state *tls.ConnectionState, credential pki.Credential) *verdict.TLS {
	return pki.LinkFacts(state, credential)
}

// failure tells a link that was refused from one that could not be had.
func (s *Side) failure(ctx context.Context, err error) error {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" || ctx.Err() != nil {
		return &unreachable{err, ctx.Err() == nil && errors.Is(err, syscall.ECONNREFUSED)}
	}
	var inner *url.Error
	if errors.As(err, &inner) {
		err = inner.Err // without the address, which may hold a token
	}
	return err
}

// asking is an exchange to make: the honest one, changed.
type asking struct {
	label      string
	order      psc.Order
	credential pki.Credential
	change     map[string]string // parameters of the form; "" removes one
}

// honest is the honest exchange.
func (s *Side) honest(label string) asking { return asking{label: label, credential: s.own} }

// exchange is one that was made.
type exchange struct {
	*reply
	asking
	subject psc.Minted
	said    map[string]any
	// careless tells why the answer is no object of JSON as it should be; nil when it is.
	careless error
	token    string // of the API; "" when none was given
}

// subjectTypes are the URN of the declared words.
var subjectTypes = map[candidate.SubjectType]string{candidate.SubjectAccess: oidc.TokenTypeAccess, candidate.SubjectJWT: oidc.TokenTypeJWT}

// form is that of an exchange.
func (s *Side) form(a asking, token string) url.Values {
	form := url.Values{
		"grant_type": {oidc.GrantExchange}, "subject_token": {token}, "subject_token_type": {subjectTypes[s.declared.SubjectType]},
		"scope": {s.declared.Scope},
	}
	if s.declared.Client != "" {
		form.Set("client_id", s.declared.Client)
	}
	for name, value := range s.declared.Parameters {
		form.Set(name, value)
	}
	for name, value := range a.change {
		if form.Set(name, value); value == "" {
			form.Del(name)
		}
	}
	return form
}

// exchange has a token of Pro Santé Connect exchanged.
func (p *part) exchange(ctx context.Context, a asking) (*exchange, error) {
	s := p.side
	minted, err := s.provider.Mint(a.order)
	if err != nil {
		return nil, err
	}
	form := s.form(a, minted.Token)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.declared.Token, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, p.Cannot(verdict.ReasonMisdeclared, p.side.Field("token"), err.Error())
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	e := &exchange{asking: a, subject: minted, reply: s.send(ctx, request, a.credential)}
	e.said, e.careless = readAnswer(e.body, e.header.Get("Content-Type"))
	if e.token, _ = e.said["access_token"].(string); e.careless != nil && e.token == minted.Token {
		e.token = "" // what we sent, told back
	}
	p.Veil.Hide(append(tokensOf(e.said), minted.Token)...)
	p.keep(a.label, "POST "+s.declared.Token+"\n\n"+form.Encode(), e.reply, e.token)
	p.asked(minted.Token)
	return e, nil
}

// visiting is a call of the resource to make.
type visiting struct {
	label, address, token string
	credential            pki.Credential
}

// visit is the honest call with a token.
func (s *Side) visit(label, token string) visiting {
	return visiting{label: label, address: s.declared.Resource, token: token, credential: s.own}
}

// call is one that was made.
type call struct {
	*reply
	visiting
	media     string
	delivered bool // what the resource holds was given
}

// call asks for the resource.
func (p *part) call(ctx context.Context, v visiting) *call {
	s := p.side
	c := &call{visiting: v}
	request, err := http.NewRequestWithContext(ctx, s.declared.Method, v.address, http.NoBody)
	if err != nil {
		c.reply = &reply{err: err}
		return c
	}
	if v.token != "" {
		request.Header.Set("Authorization", "Bearer "+v.token)
	}
	c.reply = s.send(ctx, request, v.credential)
	c.media, _, _ = mime.ParseMediaType(c.header.Get("Content-Type"))
	c.delivered = s.delivers(c)
	p.keep(v.label, s.declared.Method+" "+v.address+"\nAuthorization: Bearer "+v.token, c.reply, v.token)
	return c
}

// delivers tells whether an answer gives what the resource holds: by the declared text, whatever the status; without one, by
// a status 2xx and the type of an honest answer.
func (s *Side) delivers(c *call) bool {
	if text := s.declared.Contains; text != "" {
		return strings.Contains(string(c.body), text)
	}
	return c.status/100 == 2 && (s.media == "" || c.media == s.media)
}
