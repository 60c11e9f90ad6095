package idp

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/url"
	"strings"

	"etalon/internal/browser"
)

// asking is an authorization request of Pro Santé Connect (OIDC Core §3.1.2.1).
type asking struct {
	door         *door
	client       string
	state, nonce string
	redirect     string // as asked
	verifier     string // PKCE; empty where none is used
	params       url.Values
	raw          string // the query, when it is not that of params
	until        []string
	neverFills   bool // nobody answers the login page
	oneFormOnly  bool // the person gives up after the first page
	wrongFactor  bool // the person gets the last factor wrong
}

// ask is the honest request of a client for a login by a door.
func (p *part) ask(d *door, client string) *asking {
	a := &asking{door: d, client: client, redirect: p.side.declared.Redirect, state: p.draw(24), nonce: p.draw(24)}
	a.params = url.Values{
		"response_type": {"code"}, "client_id": {client}, "redirect_uri": {a.redirect}, "scope": {p.side.declared.Scope},
		"state": {a.state}, "nonce": {a.nonce},
	}
	if p.side.challenges(d) {
		a.challenge(p.draw(32))
	}
	return a
}

// challenges tells whether PKCE by S256 is announced.
func (s *Side) challenges(d *door) bool {
	for _, method := range d.list("code_challenge_methods_supported") {
		if method == "S256" {
			return true
		}
	}
	return false
}

// challenge asks for PKCE (RFC 7636 §4).
func (a *asking) challenge(verifier string) {
	a.verifier = verifier
	sum := sha256.Sum256([]byte(verifier))
	a.params.Set("code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]))
	a.params.Set("code_challenge_method", "S256")
}

// draw makes a value that nobody else has, of so many octets.
func (p *part) draw(n int) string {
	raw := make([]byte, n)
	_, _ = io.ReadFull(p.Source, raw) // the seed gives as much as is asked
	return base64.RawURLEncoding.EncodeToString(raw)
}

// url is where the browser is sent.
func (a *asking) url() string {
	query := a.raw
	if query == "" {
		query = a.params.Encode()
	}
	address := a.door.text("authorization_endpoint")
	if strings.Contains(address, "?") {
		return address + "&" + query
	}
	return address + "?" + query
}

// stops tells whether a browser is to stop before a request: the way ends at an address of the client.
func (a *asking) stops(own ...string) func(browser.Request) bool {
	return func(r browser.Request) bool {
		for _, address := range append(append([]string{a.redirect}, a.until...), own...) {
			if address != "" && leadsTo(r.URL, address) {
				return true
			}
		}
		return false
	}
}

// leadsTo tells whether an address is another one, with whatever query.
func leadsTo(address, other string) bool {
	to, err := url.Parse(address)
	want, wrong := url.Parse(other)
	return err == nil && wrong == nil && to.Scheme == want.Scheme && strings.EqualFold(to.Host, want.Host) && to.Path == want.Path
}

// containsPlace tells whether an issuer wants the identifier of an establishment.
func containsPlace(issuer string) bool { return strings.Contains(issuer, "{") }
