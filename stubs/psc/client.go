package psc

import (
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
	"etalon/internal/verdict"
)

// Client is a program that may ask.
type Client struct {
	ID string `json:"id"`
	// Secret and Subject, that of a certificate (RFC 4514), are its means to prove who it is; one of them at least.
	Secret  string `json:"secret,omitempty"`
	Subject string `json:"subject,omitempty"`
	// MutualTLS refuses the secret: the certificate alone will do (PSC-15).
	MutualTLS bool `json:"mutual_tls,omitempty"`
	// Redirects are the addresses to which a code may be sent, Farewells those after a logout: exact, but that those of
	// http on loopback without port go for any (RFC 8252 §7.3).
	Redirects []string `json:"redirects,omitempty"`
	Farewells []string `json:"farewells,omitempty"`
	// Decoupled may ask for the decoupled authentication (CIBA), which is switched on service by service.
	Decoupled bool `json:"decoupled,omitempty"`
	// Sealed signs its ID tokens with HS256 and its secret, instead of a key.
	Sealed bool `json:"sealed,omitempty"`
}

// Check refuses a client that could not be served soundly: without name or means, or with an address that is not safe.
func (c Client) Check() error {
	switch {
	case c.ID == "" || c.Secret == "" && c.Subject == "":
		return verdict.Tell("client « %s » : attendu un nom, et un secret ou le sujet d'un certificat", "read client %q: want a name, and a secret or the subject of a certificate", c.ID)
	case c.MutualTLS && c.Subject == "" || c.Sealed && c.Secret == "":
		return verdict.Tell("client « %s » : le TLS mutuel demande un sujet, un sceau demande un secret", "read client %q: mutual TLS wants a subject, a seal wants a secret", c.ID)
	case c.Subject != "" && pki.CheckSubject(c.Subject) != nil:
		return verdict.Tell("client « %s » : %s", "read client %q: %s", c.ID, pki.CheckSubject(c.Subject))
	}
	for _, address := range slices.Concat(c.Redirects, c.Farewells) {
		if !safe(address) {
			return verdict.Tell("client « %s » : adresse « %s » : attendu https, ou http sur la boucle locale, sans fragment", "read client %q: address %q: want https, or http on loopback, without fragment", c.ID, address)
		}
	}
	return nil
}

// safe tells whether a browser may be sent to an address.
func safe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.Fragment == "" && (u.Scheme == "https" || onLoopback(u))
}

func onLoopback(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// admits tells whether an address is one of those that were registered.
func admits(registered []string, address string) bool {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return false
	}
	return slices.ContainsFunc(registered, func(known string) bool {
		k, err := url.Parse(known)
		if known == address || err != nil || !onLoopback(k) || k.Port() != "" || u.User != nil {
			return known == address
		}
		u := *u
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
		return u.String() == known
	})
}

// find returns the client of that name.
func (s *Stub) find(id string) (Client, bool) {
	i := slices.IndexFunc(s.config.Clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return Client{}, false
	}
	return s.config.Clients[i], true
}

// errClient refuses a client whatever is wrong with it: it is not told what.
var errClient = oidc.Refuse(oidc.InvalidClient, "the client is unknown, or does not prove who it is")

// client finds who asks, and has it proved by a secret or by the certificate of the link. It refuses with an *oidc.Error.
func (v *visit) client(form url.Values) (Client, error) {
	caller, err := oidc.ReadCaller(v.r, form)
	v.entry.Client, v.entry.Auth = caller.ID, caller.Method
	if err != nil {
		return Client{}, err
	}
	c, known := v.find(caller.ID)
	if caller.Method == "" && v.certificate() != nil {
		v.entry.Auth = oidc.AuthTLS
		if trouble := v.presents(c); trouble != nil || !known {
			v.config.Log.Warn("certificat refusé", "client", caller.ID, "cause", fmt.Sprint(trouble))
			return Client{}, errClient
		}
		return c, nil
	}
	if !known || c.MutualTLS || c.Secret == "" || subtle.ConstantTimeCompare([]byte(c.Secret), []byte(caller.Secret)) != 1 {
		return Client{}, errClient
	}
	return c, nil
}

// certificate is that which the caller presents on the link; nil when none.
func (v *visit) certificate() *x509.Certificate {
	if v.r.TLS == nil || len(v.r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return v.r.TLS.PeerCertificates[0]
}

// presents refuses a certificate that is not good, or not that client's (RFC 8705 §2.1).
func (v *visit) presents(c Client) error {
	if c.Subject == "" || !pki.Matches(interops.Identity{Subject: c.Subject}, v.certificate(), bench.Wall()) {
		return errors.New("another subject")
	}
	return v.trust.Decide(pki.UsageClient, bench.Wall)(v.r.TLS.PeerCertificates)
}

// confirmed is the algorithm of a client's ID tokens.
func (c Client) confirmed() string {
	if c.Sealed {
		return jws.HS256
	}
	return jws.RS256
}

// challenge is the header of a refusal of the client (RFC 6749 §5.2).
func challenge(e *oidc.Error) http.Header {
	if e.Code == oidc.InvalidClient {
		return http.Header{"Www-Authenticate": {`Basic realm="esante-wallet"`}}
	}
	if e.Code == oidc.InvalidToken {
		return http.Header{"Www-Authenticate": {`Bearer realm="esante-wallet", error="invalid_token"`}}
	}
	return http.Header{}
}
