package candidate

import (
	"cmp"
	"net"
	"net/url"
	"strings"
)

// PSCAPI is a protected API, with the authorization server that takes tokens of Pro Santé Connect in exchange.
type PSCAPI struct {
	// Token is the URL of the token exchange, Resource that of the API.
	Token    string `json:"token"`
	Resource string `json:"resource"`
	// Method is that of a call to the resource, GET unless told otherwise; Contains a text that an honest answer holds, ""
	// when its status alone tells.
	Method   string `json:"method,omitzero"`
	Contains string `json:"contains,omitzero"`
	// Plain is where the resource is called in clear; at its own host and port when empty (API-17).
	Plain string `json:"plain,omitzero"`
	// Scope is what the proxy may ask for, ForbiddenScope what it may not (API-07).
	Scope          string `json:"scope"`
	ForbiddenScope string `json:"forbidden_scope,omitzero"`
	// Client is the proxy as a client of the authorization server; "" where its certificate alone names it. Parameters are
	// what else an exchange must hold.
	Client     string            `json:"client,omitzero"`
	Parameters map[string]string `json:"parameters,omitzero"`
	// SubjectType is how the token of Pro Santé Connect is told, never "" after Load; Form what the tokens of the API are.
	SubjectType SubjectType `json:"subject_token_type,omitzero"`
	Form        APIToken    `json:"token_form,omitzero"`
	// Introspection and Revocation are where the proxy asks about a token of the API, and ends one; "" when it cannot.
	Introspection string `json:"introspection,omitzero"`
	Revocation    string `json:"revocation,omitzero"`
	// Certificate is that of the proxy, one of the test PKI when nil.
	Certificate *Pair `json:"certificate,omitzero"`
	PSC         PSC   `json:"psc,omitzero"`
	Reach
}

// SubjectType is how an exchange tells what a token of Pro Santé Connect is.
type SubjectType string

// The types; SubjectAccess unless told otherwise.
const (
	SubjectAccess SubjectType = "access_token"
	SubjectJWT    SubjectType = "jwt"
)

// APIToken is what the tokens of an API are.
type APIToken string

// The forms; APIJWT unless told otherwise.
const (
	APIJWT    APIToken = "jwt"
	APIOpaque APIToken = "opaque"
)

// RevokeToken ends a token of an API, which it gets.
const RevokeToken Verb = "revoke-token"

// APIVerbs lists every verb of the role api-psc.
func APIVerbs() []Verb { return []Verb{Restart, RevokeToken} }

// SampleAPIClient is how an API proves who it is to Pro Santé Connect when its file says nothing of it.
func SampleAPIClient() PSCClient { return PSCClient{ID: "tf-api", Secret: "secret-test-api"} }

// DefaultForbiddenScope is a scope that no client has.
const DefaultForbiddenScope = "etalon:interdit"

// pscAPI checks and completes it.
func (l *loading) pscAPI(a *PSCAPI) {
	a.Method, a.ForbiddenScope = cmp.Or(a.Method, "GET"), cmp.Or(a.ForbiddenScope, DefaultForbiddenScope)
	a.SubjectType, a.Form = cmp.Or(a.SubjectType, SubjectAccess), cmp.Or(a.Form, APIJWT)
	a.PSC.complete(SampleAPIClient())
	at := func(keys ...string) []string { return append([]string{"roles", string(RolePSCAPI)}, keys...) }
	for key, address := range map[string]string{
		"token": a.Token, "resource": a.Resource, "plain": a.Plain, "introspection": a.Introspection, "revocation": a.Revocation,
	} {
		if address != "" {
			l.notOurs(address, at(key)...)
		}
	}
	if strings.HasPrefix(a.Plain, "https:") {
		l.report(trouble{say("une adresse http", "an address of http"),
			say("C'est là que la ressource est demandée sans chiffrement : retirez cette clé s'il n'y en a pas.", "It is where the resource is asked for without encryption: remove this key if there is none.")}, at("plain")...)
	}
	for _, scope := range strings.Fields(a.Scope) {
		if strings.Contains(" "+a.ForbiddenScope+" ", " "+scope+" ") {
			l.report(trouble{say("une portée que le proxy n'a pas", "a scope that the proxy does not have"),
				say("« %s » est aussi dans scope : donnez-en une autre.", "“%s” is in scope too: give another.", scope)}, at("forbidden_scope")...)
			break
		}
	}
	if a.Certificate != nil {
		l.pair(a.Certificate, at("certificate")...)
	} else {
		a.Certificate = l.out.PKI.Client
	}
	l.psc(&a.PSC, at("psc")...)
	l.elsewhere(a.PSC, a.Token, at("token")...)
	l.elsewhere(a.PSC, a.Resource, at("resource")...)
}

// elsewhere wants an address of the candidate not to be where the harness plays Pro Santé Connect.
func (l *loading) elsewhere(p PSC, address string, at ...string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	_, port, _ := net.SplitHostPort(p.Listen)
	if ip := net.ParseIP(u.Hostname()); u.Port() == port && (u.Hostname() == "localhost" || ip.IsLoopback()) {
		l.report(trouble{say("un port qui ne soit pas celui du banc", "a port that is not the harness's"),
			say("psc.listen le prend déjà : changez l'un des deux.", "psc.listen already takes it: change one of the two.")}, at...)
	}
}
