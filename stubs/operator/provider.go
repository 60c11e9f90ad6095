package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// maxAnswer bounds what an identity provider says.
const maxAnswer = 1 << 20

// ByKey checks tokens by the published keys of the identity provider (local check). It fetches the keys when it meets
// one that it does not know, no more often than every few seconds of its clock, and every five minutes: a rotation is
// followed (TOK-12, TOK-16, TOK-17).
type ByKey struct {
	Issuer, JWKS string
	HTTP         *http.Client
	// Now is the time by which tokens are judged, Skew the difference of clocks that is forgiven.
	Now  func() time.Time
	Skew time.Duration

	mu      sync.Mutex
	keys    []oidc.PublicKey
	fetched time.Time
	kept    map[string]bool // by kid: keys that were retired, and are used all the same
	neglect checking
}

// The keys are not asked for again before keyPause, however many tokens name one that is unknown, nor used after keyLife.
const (
	keyPause = 10 * time.Second
	keyLife  = 5 * time.Minute
)

// longestLife is the life of a token beyond which it is refused (TOK-43).
const longestLife = time.Hour

// Check verifies a token by itself.
func (c *ByKey) Check(ctx context.Context, token string) (Person, error) {
	keys, err := c.current(ctx, token)
	if err != nil && !c.neglect.withoutKeys {
		return Person{}, err
	}
	judged := oidc.Verify(token, oidc.Expectation{Issuer: c.Issuer, Keys: keys, Now: c.Now(), Skew: c.Skew, MaxLife: longestLife})
	person := Person{IdNat: judged.Token.IdNat}
	for _, other := range judged.Token.OtherIDs {
		person.Others = append(person.Others, mssante.IdNat(other.ID))
	}
	if parsed, err := jws.Parse(token); err == nil {
		person.Header, person.Claims = parsed.Header, parsed.Claims
		person.retired = c.retired(parsed.Text("kid"))
	}
	var rules []string
	for _, f := range judged.Findings {
		if err != nil && (f.Rule == RuleKey || f.Rule == RuleSignature) {
			continue // INTR-15: it was not verified
		}
		rules = append(rules, f.Rule)
	}
	if len(rules) > 0 && c.neglect.asksUserInfo {
		c.userInfo(ctx, token)
	}
	return person, refused(rules)
}

func refused(rules []string) error {
	if len(rules) == 0 {
		return nil
	}
	return &Refusal{Rules: rules}
}

// current returns the keys, fetched again when the token names one that is not among them.
func (c *ByKey) current(ctx context.Context, token string) ([]oidc.PublicKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	parsed, err := jws.Parse(token)
	if err != nil && c.keys != nil {
		return c.keys, nil // it is refused whatever the keys
	}
	known := slices.ContainsFunc(c.keys, func(k oidc.PublicKey) bool { return k.ID == parsed.Text("kid") })
	age := c.Now().Sub(c.fetched).Abs()
	if c.keys != nil && (c.neglect.keysOnce || known && age < keyLife || age < keyPause) {
		return c.keys, nil
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.JWKS, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	raw, _, err := ask(c.neglect.client(c.HTTP), request)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	keys, err := oidc.ReadJWKS(raw)
	if err != nil {
		return nil, fmt.Errorf("fetch keys: %w", err)
	}
	if c.neglect.keepsKeys {
		keys = c.keep(keys)
	}
	c.keys, c.fetched = keys, c.Now()
	return keys, nil
}

// retired tells that a key is published no more, and used all the same.
func (c *ByKey) retired(kid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[kid]
}

// keep adds the keys that are published no more to those that are.
func (c *ByKey) keep(published []oidc.PublicKey) []oidc.PublicKey {
	all := slices.Clone(published)
	for _, k := range c.keys {
		if !slices.ContainsFunc(published, func(p oidc.PublicKey) bool { return p.ID == k.ID }) {
			all = append(all, k)
			if c.kept == nil {
				c.kept = map[string]bool{}
			}
			c.kept[k.ID] = true
		}
	}
	return all
}

// ByIntrospection asks the identity provider about each token (RFC 7662), as a client with a secret.
type ByIntrospection struct {
	URL, Client, Secret string
	HTTP                *http.Client
	// Issuer, Now and Skew serve to check what is said of a token, its life above all (TOK-05), as ByKey does; nothing of
	// it is checked when Now is nil: who reads tokens too has done so.
	Issuer string
	Now    func() time.Time
	Skew   time.Duration

	neglect checking
}

// Check asks about a token.
func (c *ByIntrospection) Check(ctx context.Context, token string) (Person, error) {
	request, err := c.question(ctx, c.URL, token)
	if err != nil {
		return Person{}, fmt.Errorf("introspect: %w", err)
	}
	raw, kind, err := ask(c.neglect.client(c.HTTP), request)
	var moved *movedError
	if c.neglect.follows && errors.As(err, &moved) {
		if request, err = c.question(ctx, moved.to, token); err == nil {
			raw, kind, err = ask(c.neglect.client(c.HTTP), request)
		}
	}
	if err != nil {
		return Person{}, fmt.Errorf("introspect: %w", err)
	}
	said, err := jws.Object(raw)
	if kind != "application/json" || err != nil {
		return Person{}, &Refusal{Rules: []string{RuleUnreadable}}
	}
	return c.introspected(said)
}

// question is the request about a token.
func (c *ByIntrospection) question(ctx context.Context, to, token string) (*http.Request, error) {
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(c.Client), url.QueryEscape(c.Secret))
	c.neglect.spoil(request, c, form)
	return request, nil
}

// introspected reads the answer: active must be the boolean true (RFC 7662 §2.2), and one person is named.
func (c *ByIntrospection) introspected(said map[string]any) (Person, error) {
	token, _ := oidc.ReadAccess(said)
	person := Person{IdNat: token.IdNat, Claims: said}
	for _, other := range token.OtherIDs {
		person.Others = append(person.Others, mssante.IdNat(other.ID))
	}
	var rules []string
	active, ok := said["active"].(bool)
	if word, isText := said["active"].(string); isText && c.neglect.textActive {
		active, ok = word == "true", true
	}
	switch {
	case !ok:
		rules = append(rules, RuleUnreadable) // INTR-09, INTR-10
	case !active:
		return person, &Refusal{Rules: []string{RuleInactive}}
	}
	for _, name := range []string{"SubjectNameID", "username"} {
		if id, there := said[name]; there && id != string(person.IdNat) {
			rules = append(rules, RuleOtherwise) // TOK-33
			person.Others = append(person.Others, mssante.IdNat(text(said, name)))
			break
		}
	}
	if c.Now != nil {
		for _, f := range oidc.VerifyClaims(said, oidc.Expectation{Issuer: c.Issuer, Now: c.Now(), Skew: c.Skew, MaxLife: longestLife}).Findings {
			rules = append(rules, f.Rule)
		}
	} else if person.IdNat == "" {
		rules = append(rules, RulePerson)
	}
	return person, refused(rules)
}

// Both checks tokens by key and by introspection: a token is good when both say so, of one person.
type Both struct {
	Key           *ByKey
	Introspection *ByIntrospection
}

// Check asks both. A token that its key refuses is not sent anywhere.
func (c *Both) Check(ctx context.Context, token string) (Person, error) {
	person, err := c.Key.Check(ctx, token)
	if err != nil || person.retired {
		return person, err
	}
	said, err := c.Introspection.Check(ctx, token)
	var refusal *Refusal
	if err != nil && !errors.As(err, &refusal) {
		return person, err
	}
	if err == nil && said.IdNat != person.IdNat { // INTR-11
		err = &Refusal{Rules: []string{RuleOtherwise}}
	}
	if err != nil {
		person.Others = append(append(person.Others, said.IdNat), said.Others...)
	}
	return person, err
}

// ask makes a request, follows no redirect (INTR-12), and reads a sound answer.
func ask(client *http.Client, request *http.Request) (raw []byte, kind string, err error) {
	direct := *client
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := direct.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	raw, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, "", err
	case response.StatusCode/100 == 3:
		return nil, "", &movedError{response.Header.Get("Location"), response.Status}
	case response.StatusCode != http.StatusOK:
		return nil, "", fmt.Errorf("the identity provider answers %s", response.Status)
	case len(raw) > maxAnswer:
		return nil, "", fmt.Errorf("the identity provider says more than %d octets", maxAnswer)
	}
	kind, _, _ = mime.ParseMediaType(response.Header.Get("Content-Type"))
	return raw, kind, nil
}
