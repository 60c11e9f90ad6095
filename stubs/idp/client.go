package idp

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"etalon/internal/bench"
	"etalon/internal/interops"
	"etalon/internal/jws"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// Client is a service that may ask who somebody is: Pro Santé Connect, in each of the ways in which it proves who it is.
type Client struct {
	ID string
	// Secret, Subject (of a certificate, RFC 4514) and Key (of assertions) are its ways; one is set.
	Secret, Subject string
	Key             crypto.PublicKey
	// Signer is the subject of the certificates that assertions may bring; none may when empty.
	Signer string
	// Redirects are the addresses to which a code may be sent, Farewells those after a logout: exact.
	Redirects, Farewells []string
}

// Check refuses a client that could not be served soundly.
func (c Client) Check() error {
	ways := 0
	for _, has := range []bool{c.Secret != "", c.Subject != "", c.Key != nil} {
		if has {
			ways++
		}
	}
	switch {
	case c.ID == "" || ways != 1:
		return fmt.Errorf("read client %q: want a name, and a secret, a subject or a key", c.ID)
	case c.Subject != "" && pki.CheckSubject(c.Subject) != nil:
		return fmt.Errorf("read client %q: %w", c.ID, pki.CheckSubject(c.Subject))
	}
	for _, address := range slices.Concat(c.Redirects, c.Farewells) {
		if !safe(address) {
			return fmt.Errorf("read client %q: address %q: want https, without fragment", c.ID, address)
		}
	}
	return nil
}

// safe tells whether a browser may be sent to an address.
func safe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.Fragment == "" && u.Scheme == "https"
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

// prove finds which client asks, and has it prove who it is in its own way. It refuses with an *oidc.Error.
func (v *visit) prove(form url.Values) (Client, error) {
	if form.Has("client_assertion") || form.Has("client_assertion_type") {
		return v.asserted(form)
	}
	caller, err := oidc.ReadCaller(v.r, form)
	if err != nil {
		return Client{}, err
	}
	c, known := v.find(caller.ID)
	switch {
	case !known:
		return Client{}, errClient
	case c.Subject != "":
		if trouble := v.presents(c); trouble != nil {
			v.config.Log.Warn("certificat refusé", "client", c.ID, "cause", trouble.Error())
			return Client{}, errClient
		}
		return c, nil
	case caller.Method == "" && c.Secret != "" && v.policy.noSecret:
		return c, nil
	case caller.Method == "" || c.Secret == "" || v.policy.basicOnly && caller.Method == oidc.AuthPost:
		return Client{}, errClient
	case !same(c.Secret, caller.Secret) && !v.policy.anySecret:
		return Client{}, errClient
	}
	return c, nil
}

// presents refuses a certificate of the link that is not good, or not that client's (RFC 8705 §2.1).
func (v *visit) presents(c Client) error {
	if v.r.TLS == nil || len(v.r.TLS.PeerCertificates) == 0 {
		return errors.New("no certificate")
	}
	chain := v.r.TLS.PeerCertificates
	if v.policy.noCertificate {
		return errors.New("certificates are not taken")
	}
	if !v.policy.anySubject && !pki.Matches(interops.Identity{Subject: c.Subject}, chain[0], bench.Wall()) {
		return errors.New("another subject")
	}
	return v.pardon(v.trust.Verify(chain, pki.UsageClient, bench.Wall()))
}

// pardon joins the troubles that are not forgiven.
func (v *visit) pardon(troubles []pki.PathError) error {
	var errs []error
	for _, t := range troubles {
		if !v.policy.pardoned[t.Kind] {
			errs = append(errs, t)
		}
	}
	return errors.Join(errs...)
}

// asserted finds the client that signed an assertion (OIDC Core §9). Its signature is that of the key that is registered,
// whatever certificate it brings; a certificate that it brings must be good.
func (v *visit) asserted(form url.Values) (Client, error) {
	if form.Get("client_assertion_type") != oidc.AssertionType || form.Has("client_secret") || v.r.Header.Get("Authorization") != "" {
		return Client{}, oidc.Refuse(oidc.InvalidRequest, "want one proof of the client, a JWT")
	}
	a, err := oidc.ReadAssertion(form.Get("client_assertion"))
	if err == nil {
		err = a.For(v.now(), clientSkew, v.Issuer(), v.url(pathToken))
	}
	c, known := v.find(a.Client)
	if err == nil && known && c.Key != nil && (form.Get("client_id") == "" || form.Get("client_id") == c.ID) {
		err = v.signed(a, c)
	} else if err == nil {
		err = errors.New("no such client")
	}
	if err != nil {
		v.config.Log.Warn("assertion refusée", "client", a.Client, "cause", err.Error())
		return Client{}, errClient
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, again := v.used.Get(c.ID + " " + a.ID); again && !v.policy.replays {
		return Client{}, errClient
	}
	v.used.Put(c.ID+" "+a.ID, true)
	return c, nil
}

// clientSkew is the difference of clocks that is forgiven to a client.
const clientSkew = 5 * time.Second

// signed refuses an assertion that the client's key did not sign, or whose certificate is not good.
func (v *visit) signed(a oidc.Assertion, c Client) error {
	algorithm := jws.ES256
	if _, ok := c.Key.(*rsa.PublicKey); ok {
		algorithm = jws.RS256
	}
	if (a.Text("alg") != algorithm || !a.SignedBy(algorithm, c.Key)) && !v.policy.anySignature {
		return errors.New("another key")
	}
	if len(a.Chain) == 0 {
		return nil
	}
	if c.Signer == "" || !v.policy.anySubject && !pki.Matches(interops.Identity{Subject: c.Signer}, a.Chain[0], bench.Wall()) {
		return errors.New("another subject")
	}
	return v.pardon(v.trust.Verify(a.Chain, pki.UsageSignature, bench.Wall()))
}
