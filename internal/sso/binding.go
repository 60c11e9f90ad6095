package sso

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"

	"etalon/internal/pki"
	"etalon/internal/saml"
	"etalon/internal/xmlsec"
)

// Binding is how HTTP carries a protocol message.
type Binding string

// The bindings of mode S (SAML bindings §3.2, §3.4, §3.5).
const (
	BindingRedirect Binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	BindingPOST     Binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	BindingSOAP     Binding = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
)

// namespaceSOAP is that of the SOAP 1.1 envelope, which the binding prescribes.
const namespaceSOAP = "http://schemas.xmlsoap.org/soap/envelope/"

// Sending is how a protocol message is made ready to leave.
type Sending struct {
	// Binding is POST when empty.
	Binding    Binding
	RelayState string
	// Signer signs the message; nil leaves it unsigned.
	Signer *pki.Credential
	// Credential serves the hooks; may be nil when they need none.
	Credential func(name string) (pki.Credential, error)
	// Rand serves ECDSA; nil makes the same bytes each time.
	Rand io.Reader
	// Now is for the hooks; the message has its own IssueInstant.
	Now time.Time
	// Hooks alter the message. In their Form, Root is the message, Message its signature and the rest is nil; in the
	// Redirect binding, where the signature stands in the address, Message gives its key and method. Wire has the
	// bytes of the XML, or the query of a Redirect. Content is for VIs and is not called.
	Hooks saml.Hooks
}

// Outgoing is a protocol message ready to leave.
type Outgoing struct {
	Binding Binding
	// Parameter is SAMLRequest or SAMLResponse.
	Parameter, Destination, RelayState string
	// XML is the message; signed within unless the binding is Redirect.
	XML []byte
	// Query is that of a Redirect, with its signature.
	Query string
}

// send makes the message that root is ready to leave.
func (s Sending) send(root *etree.Element, parameter string) (Outgoing, error) {
	out := Outgoing{
		Binding: s.Binding, Parameter: parameter, Destination: xmlsec.Value(root, "Destination"), RelayState: s.RelayState,
	}
	if out.Binding == "" {
		out.Binding = BindingPOST
	}
	f := &saml.Form{Root: root, Credential: s.Credential, Now: s.Now}
	if s.Signer != nil {
		recipe, err := recipeFor(xmlsec.Value(root, "ID"), *s.Signer)
		if err != nil {
			return Outgoing{}, fmt.Errorf("sign %s: %w", root.Tag, err)
		}
		f.Message = recipe
	}
	var err error
	if out.Binding == BindingRedirect {
		out.XML, out.Query, err = s.redirect(f, parameter)
	} else {
		out.XML, err = finish(f, s.Hooks, s.Rand)
	}
	return out, err
}

// redirect writes the query of a Redirect, signed over its own encoding (SAML bindings §3.4.4.1).
func (s Sending) redirect(f *saml.Form, parameter string) (raw []byte, query string, err error) {
	if err := run(s.Hooks.Form, f); err != nil {
		return nil, "", fmt.Errorf("alter form: %w", err)
	}
	signature := f.Message
	f.Message = nil
	if raw, err = seal(f, saml.Hooks{Signed: s.Hooks.Signed}, s.Rand); err != nil {
		return nil, "", err
	}
	deflated, err := deflate(raw)
	if err != nil {
		return nil, "", err
	}
	query = parameter + "=" + url.QueryEscape(Encode(deflated))
	if s.RelayState != "" {
		query += "&" + ParameterRelayState + "=" + url.QueryEscape(s.RelayState)
	}
	if signature != nil {
		if query, err = signed(query, signature, s.Rand); err != nil {
			return nil, "", fmt.Errorf("sign %s: %w", f.Root.Tag, err)
		}
	}
	altered, err := onWire([]byte(query), s.Hooks)
	return raw, string(altered), err
}

func signed(query string, recipe *xmlsec.Recipe, rand io.Reader) (string, error) {
	method, err := recipe.DetachedMethod()
	if err != nil {
		return "", err
	}
	query += "&SigAlg=" + url.QueryEscape(method)
	octets, err := recipe.SignDetached(rand, []byte(query))
	if err != nil {
		return "", err
	}
	return query + "&Signature=" + url.QueryEscape(Encode(octets)), nil
}

// URL is where a Redirect sends the browser.
func (o Outgoing) URL() string {
	separator := "?"
	if strings.Contains(o.Destination, "?") {
		separator = "&"
	}
	return o.Destination + separator + o.Query
}

// Form is what a POST carries.
func (o Outgoing) Form() url.Values {
	form := url.Values{o.Parameter: {Encode(o.XML)}}
	if o.RelayState != "" {
		form.Set(ParameterRelayState, o.RelayState)
	}
	return form
}

// Envelope is the SOAP message of the back channel (SAML bindings §3.2).
func (o Outgoing) Envelope() []byte {
	return fmt.Appendf(nil, `<soap:Envelope xmlns:soap="%s"><soap:Body>%s</soap:Body></soap:Envelope>`, namespaceSOAP, o.XML)
}

// Encode writes a message as POST forms and the response header carry it.
func Encode(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// ResponseForm is the form that carries a Response and its return address by POST.
func ResponseForm(response []byte, relayState string) url.Values {
	return Outgoing{Parameter: ParameterResponse, XML: response, RelayState: relayState}.Form()
}

// ContextForm is the form that carries a context token by POST.
func ContextForm(token []byte, relayState string) url.Values {
	return Outgoing{Parameter: ParameterContext, XML: token, RelayState: relayState}.Form()
}

func deflate(raw []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("deflate message: %w", err)
	}
	if _, err := w.Write(raw); err != nil {
		return nil, fmt.Errorf("deflate message: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("deflate message: %w", err)
	}
	return b.Bytes(), nil
}

// inflate undoes deflate, up to MaxMessage: a few bytes may stand for gigabytes.
func inflate(raw []byte) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), MaxMessage+1))
	if err != nil {
		return nil, fmt.Errorf("inflate message: %w", err)
	}
	if len(out) > MaxMessage {
		return nil, errors.New("inflate message: too long")
	}
	return out, nil
}
