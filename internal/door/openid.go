package door

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"etalon/internal/bench"
	"etalon/internal/candidate"
	"etalon/internal/verdict"
)

// openID signs people in at a provider: the code flow of OpenID Connect, with PKCE (RFC 7636), state, nonce, and the issuer of
// the answer (RFC 9207).
type openID struct {
	candidate.OpenIDLogin
	client *http.Client
	now    func() time.Time

	finding  sync.Mutex
	provider *oidc.Provider // nil until it was found

	mu    sync.Mutex
	begun map[[sha256.Size]byte]journey
}

// journey is a login that began: what its answer must bear, and where the person then goes.
type journey struct {
	state, nonce, verifier, then string
	until                        time.Time
}

// patience is how long the provider may take to answer, away how long a person may be there, and maxJourneys how many may be
// there at once.
const (
	patience    = 10 * time.Second
	away        = 15 * time.Minute
	maxJourneys = 1000
)

func newOpenID(o candidate.OpenIDLogin, now func() time.Time) *openID {
	link := bench.Link{Patience: patience, Kept: 2}
	if len(o.Roots) > 0 {
		link.Roots = x509.NewCertPool()
		for _, root := range o.Roots {
			link.Roots.AddCert(root)
		}
	}
	return &openID{OpenIDLogin: o, client: link.Client(), now: now, begun: map[[sha256.Size]byte]journey{}}
}

// host is the name of the provider for people.
func (o *openID) host() string {
	u, err := url.Parse(o.Issuer)
	if err != nil { // read by candidate.LoadAdmission
		return o.Issuer
	}
	return u.Host
}

// described is what a provider says of itself that go-oidc does not read.
type described struct {
	ClientProofs []string `json:"token_endpoint_auth_methods_supported"`
	TellsIssuer  bool     `json:"authorization_response_iss_parameter_supported"`
}

// find asks the provider, once, where its services are.
func (o *openID) find(ctx context.Context) (*oidc.Provider, described, error) {
	o.finding.Lock()
	defer o.finding.Unlock()
	var d described
	if o.provider == nil {
		provider, err := oidc.NewProvider(oidc.ClientContext(ctx, o.client), o.Issuer)
		if err != nil {
			return nil, d, verdict.Tell("fournisseur d'identité introuvable : %s", "find provider: %s", err)
		}
		o.provider = provider
	}
	return o.provider, d, o.provider.Claims(&d)
}

// oauth is how the console asks the provider; the way back is the address by which its own browser called it.
func (o *openID) oauth(r *http.Request, p *oidc.Provider, d described) *oauth2.Config {
	endpoint, scheme := p.Endpoint(), "http"
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // the default of OpenID Connect Discovery §3
	if o.Secret == "" || len(d.ClientProofs) > 0 && !slices.Contains(d.ClientProofs, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	if r.TLS != nil {
		scheme = "https"
	}
	return &oauth2.Config{ClientID: o.ClientID, ClientSecret: o.Secret, Endpoint: endpoint, Scopes: o.Scopes, RedirectURL: scheme + "://" + r.Host + "/login/return"}
}

// begin keeps a login that begins, and returns the secret that its browser is to keep.
func (o *openID) begin(then string) (secret string, j journey) {
	now := o.now()
	j = journey{state: bench.NewSecret(), nonce: bench.NewSecret(), verifier: bench.NewSecret(), then: then, until: now.Add(away)}
	secret = bench.NewSecret()
	o.mu.Lock()
	defer o.mu.Unlock()
	oldest := sha256.Sum256(nil)
	for key, one := range o.begun {
		if !now.Before(one.until) {
			delete(o.begun, key)
		} else if first, known := o.begun[oldest]; !known || one.until.Before(first.until) {
			oldest = key
		}
	}
	if len(o.begun) >= maxJourneys {
		delete(o.begun, oldest)
	}
	o.begun[sha256.Sum256([]byte(secret))] = j
	return secret, j
}

// end returns the login that a browser began, once.
func (o *openID) end(secret string) (journey, bool) {
	key := sha256.Sum256([]byte(secret))
	o.mu.Lock()
	defer o.mu.Unlock()
	j, known := o.begun[key]
	delete(o.begun, key)
	return j, known && o.now().Before(j.until)
}

// Leave sends a browser to the provider.
func (d *Door) Leave(w http.ResponseWriter, r *http.Request) {
	if d.openID == nil {
		d.config.Refuse(w, http.StatusNotFound, "unknown-address", r.URL.Path)
		return
	}
	o, then := d.openID, wanted(r.URL.Query().Get("back"))
	if d.often(w, r, then) {
		return
	}
	provider, told, err := o.find(r.Context())
	if err != nil {
		d.refused(w, r, "provider", then, err)
		return
	}
	secret, j := o.begin(then)
	keep(w, r, loginCookie, secret)
	http.Redirect(w, r, o.oauth(r, provider, told).AuthCodeURL(j.state, oidc.Nonce(j.nonce), oauth2.S256ChallengeOption(j.verifier)), http.StatusSeeOther)
}

// Return takes what the provider answered by the browser.
func (d *Door) Return(w http.ResponseWriter, r *http.Request) {
	if d.openID == nil {
		d.config.Refuse(w, http.StatusNotFound, "unknown-address", r.URL.Path)
		return
	}
	o, q := d.openID, r.URL.Query()
	if d.often(w, r, "") {
		return
	}
	j, known := o.end(kept(r, loginCookie))
	keep(w, r, loginCookie, "")
	if !known || subtle.ConstantTimeCompare([]byte(j.state), []byte(q.Get("state"))) != 1 {
		d.refused(w, r, "stale", "", nil)
		return
	}
	p, err := o.answered(r, j)
	if err != nil {
		word := "provider"
		for _, known := range []error{errDenied, errNoRank, errNoName} {
			if errors.Is(err, known) {
				word = known.Error()
			}
		}
		d.refused(w, r, word, j.then, err)
		return
	}
	d.enters(w, r, p, time.Time{}, j.then)
}

// Why a provider's answer lets nobody in, by the words of Page.Trouble.
var (
	errDenied = errors.New("denied")
	errNoRank = errors.New("norank")
	errNoName = errors.New("noname")
)

// answered is the person that the provider vouches for.
func (o *openID) answered(r *http.Request, j journey) (Person, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(r.Context(), o.client), 3*patience)
	defer cancel()
	provider, d, err := o.find(ctx)
	if err != nil {
		return Person{}, err
	}
	q := r.URL.Query()
	if iss := q.Get("iss"); iss != o.Issuer && (iss != "" || d.TellsIssuer) {
		return Person{}, errors.New("the answer is of another issuer")
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return Person{}, errDenied
	}
	tokens, err := o.oauth(r, provider, d).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(j.verifier))
	if err != nil {
		return Person{}, fmt.Errorf("exchange code: %w", err)
	}
	claims, err := o.claims(ctx, provider, tokens, j.nonce)
	if err != nil {
		return Person{}, err
	}
	return o.person(claims)
}

// claims are what the ID token says, once it is verified, and what UserInfo adds to it.
func (o *openID) claims(ctx context.Context, provider *oidc.Provider, tokens *oauth2.Token, nonce string) (map[string]any, error) {
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: o.ClientID, Now: o.now}).Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("verify ID token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1 {
		return nil, errors.New("verify ID token: it answers another login")
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(tokens.AccessToken); err != nil {
			return nil, fmt.Errorf("verify access token: %w", err)
		}
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return nil, fmt.Errorf("read ID token: %w", err)
	}
	if azp, told := claims["azp"].(string); told && azp != o.ClientID || !told && len(token.Audience) > 1 {
		return nil, errors.New("verify ID token: it was made for another")
	}
	if claim(claims, o.Name) != nil && claim(claims, o.Rank) != nil || provider.UserInfoEndpoint() == "" {
		return claims, nil
	}
	told, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return nil, fmt.Errorf("ask UserInfo: %w", err)
	}
	more := map[string]any{}
	if err := told.Claims(&more); err != nil || told.Subject != token.Subject {
		return nil, errors.Join(errors.New("read UserInfo: it is of another person"), err)
	}
	for name, value := range more {
		if _, known := claims[name]; !known {
			claims[name] = value
		}
	}
	return claims, nil
}
