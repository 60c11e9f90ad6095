package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"

	"etalon/internal/mutation"
	"etalon/internal/rest"
)

// Resource is what a call is in mode R: a request of a resource, with a token in a header.
type Resource struct {
	// At is the resource, asked for by Method, GET when empty, with Body.
	At     *url.URL
	Method string
	Body   []byte
	// Token is the form of the token, rest.TokenSAML when empty; Header the one that carries it, rest.Header when empty.
	Token, Header string
}

// ask makes a call of mode R.
func (l *Link) ask(ctx context.Context, c Call, conduct mutation.Conduct, h mutation.Honest, x Exchange) (Exchange, error) {
	var err error
	if x.Token, err = l.token(c, conduct, h); err != nil {
		return x, err
	}
	if c.Mutation != nil && c.Raw == nil {
		twin := c
		twin.Mutation = nil
		if x.TwinToken, err = l.token(twin, conduct, h); err != nil {
			return x, fmt.Errorf("make honest twin: %w", err)
		}
		if x.TwinToken == x.Token {
			x.TwinToken = ""
		}
	}
	x.Message = []byte(x.Token)
	if xml, err := base64.StdEncoding.DecodeString(x.Token); err == nil {
		x.Message = xml
	}
	request, body, err := c.Resource.request(ctx, c, conduct, x.Token)
	if err != nil {
		return x, err
	}
	x.Request = body
	return l.exchange(request, conduct, x)
}

// token makes the token of a call, faulty when its mutation says so.
func (l *Link) token(c Call, conduct mutation.Conduct, h mutation.Honest) (string, error) {
	if c.Raw != nil {
		return string(c.Raw), nil
	}
	vi, signer, err := l.issued(c, conduct)
	if err != nil {
		return "", err
	}
	b := l.config.Bench
	d := &rest.Draft{
		Token: c.Resource.Token, VI: vi, Signer: signer, Profile: b.Profile, Credential: b.PKI.Credential, Now: c.Now, // no Rand: as for SOAP
	}
	switch {
	case c.Mutation != nil:
		d.Hooks = c.Mutation.TokenHooks(h)
	case c.Form != nil:
		d.Hooks.Form = c.Form
	}
	token, err := d.Build()
	if err != nil && c.Mutation != nil {
		return "", fmt.Errorf("make fault %s: %w", c.Mutation.Name, err)
	}
	return token, err
}

// request makes the HTTP request, with its token where the conduct has it.
func (r *Resource) request(ctx context.Context, c Call, conduct mutation.Conduct, token string) (*http.Request, []byte, error) {
	target, method, body := *r.At, cmp.Or(conduct.Method, r.Method, http.MethodGet), r.Body
	name := http.CanonicalHeaderKey(cmp.Or(r.Header, rest.Header))
	form := cmp.Or(r.Token, rest.TokenSAML)
	header := http.Header{"Accept": {rest.MediaType + ", */*;q=0.5"}}
	if len(body) > 0 {
		header.Set("Content-Type", rest.MediaType)
	}
	value := rest.Value(form, name, token)
	switch {
	case conduct.VIInQuery:
		query := target.Query()
		query.Set(rest.ParameterToken, token)
		target.RawQuery = query.Encode()
	case conduct.Place == mutation.Nowhere:
	case conduct.Place == mutation.Twice:
		header[name] = []string{value, value}
	case conduct.Place == mutation.InBody:
		method, body = http.MethodPost, []byte(url.Values{rest.ParameterToken: {token}}.Encode())
		header.Set("Content-Type", "application/x-www-form-urlencoded")
	default:
		header[name] = []string{value}
	}
	if conduct.Plain {
		target.Scheme = "http"
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, fmt.Errorf("make request: %w", err)
	}
	if c.RequestID != "" {
		header.Set("X-Request-Id", c.RequestID)
	}
	for name, values := range conduct.Header {
		header[name] = values
	}
	request.Header = header
	return request, body, nil
}
