package oidc

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"etalon/internal/jws"
)

// AuthKey is the way by which a client proves who it is with a JWT that it signs (OIDC Core §9, RFC 7523 §2.2).
const AuthKey = "private_key_jwt"

// AssertionType is the client_assertion_type of such a JWT.
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// Bounds of an assertion: how long one may live, and how many certificates it may bring.
const (
	MaxAssertionLife = 10 * time.Minute
	maxChain         = 5
)

// AssertionClaims are those of an assertion of a client, for one audience; it lives a minute.
func AssertionClaims(client, audience, id string, now time.Time) map[string]any {
	return map[string]any{
		"iss": client, "sub": client, "aud": audience, "jti": id, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
}

// ChainHeader is the value of the header x5c for a chain, leaf first (RFC 7515 §4.1.6).
func ChainHeader(chain []*x509.Certificate) []string {
	all := make([]string, len(chain))
	for i, c := range chain {
		all[i] = base64.StdEncoding.EncodeToString(c.Raw)
	}
	return all
}

// Assertion is a client's JWT, whatever its signature is worth.
type Assertion struct {
	jws.Token
	Client, ID string
	// Expires and Issued bound its life; Issued is zero where it does not say.
	Expires, Issued time.Time
	// Chain are the certificates that it brings, leaf first; none is nil.
	Chain []*x509.Certificate

	audience []string
}

// ReadAssertion reads what an assertion says. It refuses what is no JWT, one that does not say in one voice whose it is, and
// one without audience, name or end of life.
func ReadAssertion(compact string) (Assertion, error) {
	if len(compact) > MaxToken {
		return Assertion{}, fmt.Errorf("read assertion: want %d octets at most", MaxToken)
	}
	t, err := jws.Parse(compact)
	if err != nil {
		return Assertion{}, fmt.Errorf("read assertion: %w", err)
	}
	r := reader{claims: t.Claims}
	a := Assertion{Token: t, Client: r.text("iss"), ID: r.text("jti"), Expires: r.instant("exp"), Issued: r.instant("iat"), audience: r.texts("aud")}
	switch {
	case len(r.malformed) > 0:
		return Assertion{}, fmt.Errorf("read assertion: claims %v are not of their type", r.malformed)
	case a.Client == "" || r.text("sub") != a.Client:
		return Assertion{}, fmt.Errorf("read assertion: want the client in iss and in sub")
	case a.ID == "" || a.Expires.IsZero() || len(a.audience) == 0:
		return Assertion{}, fmt.Errorf("read assertion: want jti, exp and aud")
	}
	a.Chain, err = chain(t.Header)
	return a, err
}

// For refuses an assertion that is not for one of the names of who reads it, or out of its life.
func (a Assertion) For(now time.Time, skew time.Duration, names ...string) error {
	switch {
	case !slices.ContainsFunc(a.audience, func(n string) bool { return slices.Contains(names, n) }):
		return fmt.Errorf("check assertion: it is for %.80q", a.audience)
	case !now.Before(a.Expires.Add(skew)) || a.Expires.Sub(now) > MaxAssertionLife+skew:
		return fmt.Errorf("check assertion: it ends at %s", stamp(a.Expires))
	case a.Issued.After(now.Add(skew)):
		return fmt.Errorf("check assertion: it is of %s", stamp(a.Issued))
	}
	return nil
}

// chain reads the certificates of a header.
func chain(header map[string]any) ([]*x509.Certificate, error) {
	said, there := header["x5c"]
	if !there {
		return nil, nil
	}
	items, ok := said.([]any)
	if !ok || len(items) == 0 || len(items) > maxChain {
		return nil, fmt.Errorf("read x5c: want 1 to %d certificates", maxChain)
	}
	var all []*x509.Certificate
	for _, item := range items {
		text, _ := item.(string)
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("read x5c: %w", err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("read x5c: %w", err)
		}
		all = append(all, c)
	}
	return all, nil
}
