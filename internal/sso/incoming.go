package sso

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"etalon/internal/xmlsec"
)

// Limits of what a partner may send. A message beyond MaxBody is refused before anything is decoded (P04-N4).
const (
	MaxMessage    = 256 << 10 // decoded XML
	MaxBody       = 512 << 10 // a form, or a header value, that carries it
	MaxRelayState = 80        // bytes, SAML bindings §3.4.3
)

// Read takes a request as it comes in: at most MaxBody and one byte of its body, so that an oversized one is
// recognised and not kept. It fails when the body cannot be read.
func Read(r *http.Request) (Incoming, error) {
	in := Incoming{Method: r.Method, Query: r.URL.Query(), RawQuery: r.URL.RawQuery, Header: r.Header}
	if r.Body == nil {
		return in, nil
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if err != nil {
		return in, err
	}
	in.Raw = raw
	return in, nil
}

// form returns the decoded body, read from the bytes where it has not been yet.
func (in Incoming) form() url.Values {
	if in.Form != nil || len(in.Raw) == 0 || len(in.Raw) > MaxBody {
		return in.Form
	}
	values, err := url.ParseQuery(string(in.Raw))
	if err != nil {
		return nil
	}
	return values
}

// parameter is the one value of a parameter. A departure is told by its rule, without the kind of message before it.
func parameter(values url.Values, name string) (v, departure string) {
	switch found := values[name]; len(found) {
	case 0:
		return "", "parameter-absent"
	case 1:
		return found[0], ""
	default:
		return found[0], "parameter-repeated"
	}
}

// unbase64 undoes the encoding of a message; what is too long is not decoded.
func unbase64(v string) (raw []byte, departure string) {
	if base64.StdEncoding.DecodedLen(len(v)) > MaxMessage+MaxMessage/16 { // line breaks
		return nil, "oversized"
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(v))
	switch {
	case err != nil || len(raw) == 0:
		return nil, "base64-invalid"
	case len(raw) > MaxMessage:
		return nil, "oversized"
	}
	return raw, ""
}

// parseRules names the refusals of the parser, which are the same for every message.
var parseRules = map[xmlsec.ParseKind]string{
	xmlsec.ParseOversized: "xml-oversized",    // G09-N4
	xmlsec.ParseTooDeep:   "xml-too-deep",     // G09
	xmlsec.ParseDTD:       "xml-doctype",      // G09-N1 to N3
	xmlsec.ParseEncoding:  "xml-utf8-invalid", // V17-N1
	xmlsec.ParseMalformed: "xml-malformed",    // V01-N1
}

// parse reads a message; a refusal is told by its rule and detail.
func parse(raw []byte) (doc *etree.Document, rule, detail string) {
	if len(raw) > MaxMessage {
		return nil, "xml-oversized", strconv.Itoa(len(raw))
	}
	doc, err := xmlsec.Parse(raw, xmlsec.DefaultLimits)
	if err == nil {
		return doc, "", ""
	}
	refused := &xmlsec.ParseError{Kind: xmlsec.ParseMalformed, Detail: err.Error()}
	errors.As(err, &refused)
	return nil, parseRules[refused.Kind], refused.Detail
}
