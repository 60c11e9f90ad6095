package browser

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Request is one request that the person's browser is about to make.
type Request struct {
	Method string
	URL    string
	Form   url.Values // of a POST
	// From is the URL of the page that leads there; "" when the person typed the address.
	From string

	policy string // Referrer-Policy of the page that leads there
	secret string // name of the field that holds a secret
	raw    []byte // body as a real browser wrote it, in place of Form
}

// SAML returns the message that a request carries: the name of its field, and its value as sent; "" when none.
func (r Request) SAML() (field, value string) {
	values := r.Form
	if u, err := url.Parse(r.URL); err == nil && len(values) == 0 {
		values = u.Query()
	}
	for _, name := range messageFields {
		if v := values.Get(name); v != "" {
			return name, v
		}
	}
	return "", ""
}

// messageFields are the fields by which a page passes a message on through the browser.
var messageFields = []string{"SAMLResponse", "SAMLRequest", "ContextToken"}

// Hop is one request and its answer, as they went.
type Hop struct {
	Method        string
	URL           string
	RequestHeader http.Header
	// RequestBody is what was sent, without the secrets that a person typed.
	RequestBody []byte
	Status      int
	Header      http.Header
	Body        []byte // at most the limit
	TLS         *tls.ConnectionState
	Err         error // what kept it from being answered whole
}

// SAML returns the message that the request carried, as Request.SAML does.
func (h Hop) SAML() (field, value string) {
	r := Request{Method: h.Method, URL: h.URL}
	if h.Method == http.MethodPost {
		r.Form, _ = url.ParseQuery(string(h.RequestBody)) // what cannot be read is no form
	}
	return r.SAML()
}

// Page is where a person has come.
type Page struct {
	URL    string
	Status int
	Header http.Header
	Body   []byte
	// Rendered tells that Body is what the scripts of the page have made of it.
	Rendered bool
	// Hops is the way that led there, in order.
	Hops []Hop
	// Held is the request that was held back (Agent.Hold), which would have led on; nil when none was.
	Held *Request
}

// Text tells whether the page holds a text.
func (p Page) Text(s string) bool { return bytes.Contains(p.Body, []byte(s)) }

// Shown tells whether the page shows a form with a password field: a login page.
func (p Page) Shown() bool {
	for _, f := range p.forms() {
		if f.asksSecret {
			return true
		}
	}
	return false
}

// base is the URL against which the page's links are read.
func (p Page) base(d document) *url.URL {
	at, err := url.Parse(p.URL)
	if err != nil {
		return &url.URL{}
	}
	if d.base != "" {
		if u, err := at.Parse(d.base); err == nil {
			return u
		}
	}
	return at
}

func (p Page) document() document {
	kind := p.Header.Get("Content-Type")
	if kind != "" && !strings.Contains(kind, "html") {
		return document{}
	}
	return readDocument(p.Body)
}

func (p Page) forms() []form { return p.document().forms }

// Worded tells whether the page says anything to a person: text outside its head, or scripts that were not run, which may say
// what they like.
func (p Page) Worded() bool {
	if kind := p.Header.Get("Content-Type"); kind != "" && !strings.Contains(kind, "html") {
		return len(bytes.TrimSpace(p.Body)) > 0
	}
	tokens := html.NewTokenizer(bytes.NewReader(p.Body))
	for silent := false; ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken:
			name, _ := tokens.TagName()
			if string(name) == "script" && !p.Rendered {
				return true
			}
			silent = string(name) == "title" || string(name) == "style" || string(name) == "script"
		case html.EndTagToken:
			silent = false
		case html.TextToken:
			if !silent && len(bytes.TrimSpace(tokens.Text())) > 0 {
				return true
			}
		}
	}
}
