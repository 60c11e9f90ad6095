package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"etalon/internal/bench"
	"etalon/internal/mutation"
	"etalon/internal/pki"
	"etalon/internal/soap"
	"fmt"
	"net/http"

	"github.com/beevik/etree"
)

// request makes the HTTP request around the message.
func (l *Link) request(ctx context.Context, c Call, conduct mutation.Conduct, raw []byte) (*http.Request, error) {
	target := *c.Endpoint
	if conduct.Plain {
		target.Scheme = "http"
	}
	if conduct.VIInQuery {
		vi, rest, err := detachVI(raw)
		if err != nil {
			return nil, fmt.Errorf("move VI to the address: %w", err)
		}
		query := target.Query()
		query.Set("VI", base64.RawURLEncoding.EncodeToString(vi))
		target.RawQuery, raw = query.Encode(), rest
	}
	method := http.MethodPost
	if conduct.Method != "" {
		method = conduct.Method
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	for name, values := range contentHeaders(c, conduct) {
		request.Header[name] = values
	}
	return request, nil
}

// contentHeaders are the headers of a SOAP call in its version, as the conduct alters them.
func contentHeaders(c Call, conduct mutation.Conduct) http.Header {
	version := c.SOAP
	if conduct.SOAP != "" {
		version = conduct.SOAP
	}
	h := http.Header{}
	if version == soap.V12 {
		h.Set("Content-Type", "application/soap+xml; charset=utf-8")
	} else {
		h.Set("Content-Type", "text/xml; charset=utf-8")
		h["SOAPAction"] = []string{`"` + c.SOAPAction + `"`}
	}
	if conduct.ContentType != "" {
		h.Set("Content-Type", conduct.ContentType)
	}
	if c.RequestID != "" {
		h.Set("X-Request-Id", c.RequestID)
	}
	for name, values := range conduct.Header {
		h[name] = values
	}
	return h
}

// hello sends a ClientHello made by hand and tells the answer.
func (l *Link) hello(ctx context.Context, c Call, h mutation.Hello, x Exchange) (Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, l.config.Timeout)
	defer cancel()
	answer, err := pki.ProbeHello(ctx, l.config.Bench.Dial, c.Endpoint.Host, h.Version, h.Suites)
	x.Method, x.URL, x.Finished = "ClientHello", c.Endpoint.String(), bench.Wall()
	if err != nil {
		x.Err = err
		return x, nil
	}
	x.Hello, x.Accepted = answer.String(), answer.Answer == pki.AnswerHello
	return x, nil
}

// detachVI takes the Security header out of a message and returns its VI apart.
func detachVI(raw []byte) (vi, rest []byte, err error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		return nil, nil, fmt.Errorf("read message: %w", err)
	}
	for _, header := range doc.Root().ChildElements() {
		for _, security := range header.ChildElements() {
			for _, assertion := range security.ChildElements() {
				if assertion.Tag != "Assertion" {
					continue
				}
				header.RemoveChild(security)
				alone := etree.NewDocumentWithRoot(assertion.Copy())
				if vi, err = alone.WriteToBytes(); err != nil {
					return nil, nil, fmt.Errorf("write VI: %w", err)
				}
				rest, err = doc.WriteToBytes()
				return vi, rest, err
			}
		}
	}
	return nil, nil, errors.New("no VI in the Security header")
}
