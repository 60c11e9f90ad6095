package sso

import (
	"encoding/base64"
	"etalon/internal/xmlsec"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/beevik/etree"
)

// opened is a protocol message out of its binding.
type opened struct {
	binding    Binding
	raw        []byte
	doc        *etree.Document
	root       *etree.Element
	relayState string
	// query is a Redirect as it was signed; algorithm and value are its signature, empty when it has none.
	query, algorithm string
	value            []byte
	departures       []departure
}

// depart adds a departure and tells that the message cannot be read.
func (o *opened) depart(name, want, got string) bool {
	o.departures = append(o.departures, departure{name, want, got})
	return false
}

// unbind takes a protocol message out of whichever binding carried it. What cannot be read has a departure and no
// root.
func unbind(in Incoming, name string) *opened {
	o := &opened{}
	if o.carried(in, name) {
		o.parse()
	}
	return o
}

func (o *opened) carried(in Incoming, name string) bool {
	media, _, _ := mime.ParseMediaType(in.Header.Get("Content-Type"))
	switch {
	case in.Method == http.MethodGet:
		o.binding = BindingRedirect
		return o.redirected(in, name)
	case in.Method != http.MethodPost:
		return o.depart("method-other", "GET | POST", in.Method)
	case len(in.Raw) > MaxBody:
		return o.depart("oversized", "≤ "+strconv.Itoa(MaxBody), strconv.Itoa(len(in.Raw)))
	case media == "text/xml" || media == "application/soap+xml":
		o.binding, o.raw = BindingSOAP, in.Raw
		return true
	}
	o.binding = BindingPOST
	form := in.form()
	v, fault := parameter(form, name)
	if fault != "" {
		return o.depart(fault, name+" ×1", "×"+strconv.Itoa(len(form[name])))
	}
	o.relayState = form.Get(ParameterRelayState)
	if o.raw, fault = unbase64(v); fault != "" {
		return o.depart(fault, "", strconv.Itoa(len(v)))
	}
	return true
}

// redirected reads the query of a Redirect as it was written: its signature is over those very bytes.
func (o *opened) redirected(in Incoming, name string) bool {
	written := in.RawQuery
	if written == "" {
		written = in.Query.Encode()
	}
	if len(written) > MaxBody {
		return o.depart("oversized", "≤ "+strconv.Itoa(MaxBody), strconv.Itoa(len(written)))
	}
	parts := map[string]string{}
	for pair := range strings.SplitSeq(written, "&") {
		key, v, _ := strings.Cut(pair, "=")
		switch key {
		case name, ParameterRelayState, "SigAlg", "Signature":
			if _, there := parts[key]; there {
				return o.depart("parameter-repeated", key+" ×1", "×2")
			}
			parts[key] = v
		}
	}
	encoded, there := parts[name]
	if !there {
		return o.depart("parameter-absent", name, "")
	}
	o.query = name + "=" + encoded
	if relay, there := parts[ParameterRelayState]; there {
		o.query += "&" + ParameterRelayState + "=" + relay
		o.relayState, _ = url.QueryUnescape(relay)
	}
	o.query += "&SigAlg=" + parts["SigAlg"]
	o.algorithm, _ = url.QueryUnescape(parts["SigAlg"])
	signature, _ := url.QueryUnescape(parts["Signature"])
	o.value, _ = base64.StdEncoding.DecodeString(signature)
	return o.inflated(encoded)
}

func (o *opened) inflated(encoded string) bool {
	plain, err := url.QueryUnescape(encoded)
	if err != nil {
		return o.depart("base64-invalid", "", err.Error())
	}
	deflated, fault := unbase64(plain)
	if fault != "" {
		return o.depart(fault, "", strconv.Itoa(len(plain)))
	}
	if o.raw, err = inflate(deflated); err != nil {
		return o.depart("deflate-invalid", "≤ "+strconv.Itoa(MaxMessage), err.Error())
	}
	return true
}

// parse reads the message, out of its envelope where it came in one.
func (o *opened) parse() {
	doc, rule, detail := parse(o.raw)
	if rule != "" {
		o.depart("unreadable", "", rule+": "+detail)
		return
	}
	o.doc = doc
	if o.binding != BindingSOAP {
		o.root = doc.Root()
		return
	}
	body := xmlsec.Child(doc.Root(), namespaceSOAP, "Body")
	if body == nil || len(body.ChildElements()) != 1 || len(xmlsec.Children(doc.Root(), namespaceSOAP, "Body")) != 1 {
		o.depart("unreadable", "Envelope/Body/*", named(doc.Root()))
		return
	}
	o.root = body.ChildElements()[0]
}
