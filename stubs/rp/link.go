package rp

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"etalon/internal/bench"
	"etalon/internal/oidc"
	"etalon/internal/pki"
)

// patience is how long Pro Santé Connect may take to answer.
const patience = 10 * time.Second

// maxAnswer bounds what is read of an answer of Pro Santé Connect.
const maxAnswer = 1 << 20

// calls is how the service calls Pro Santé Connect: under its authorities, with its certificate where that is its proof.
func (s *Service) calls(own pki.Credential) *http.Client {
	link := bench.Link{Roots: s.config.Bench.RootPool(), Patience: patience, Kept: 8, Careless: s.policy.anyServer}
	if s.byCertificate() {
		link.Own = own
	}
	client := link.Client()
	if s.policy.secretInAddress {
		client.Transport = addressed{client.Transport}
	}
	return client
}

func (s *Service) byCertificate() bool { return s.config.ByCertificate && !s.policy.noCertificate }

// addressed puts the proof of the client into the address, and not into the form.
type addressed struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (a addressed) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return a.RoundTripper.RoundTrip(r)
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, err
	}
	moved := r.Clone(r.Context())
	query := moved.URL.Query()
	for _, name := range []string{"client_id", "client_secret"} {
		if form.Has(name) {
			query.Set(name, form.Get(name))
			form.Del(name)
		}
	}
	moved.URL.RawQuery = query.Encode()
	body := form.Encode()
	moved.Body, moved.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return a.RoundTripper.RoundTrip(moved)
}

// CloseIdleConnections lets the connections go.
func (a addressed) CloseIdleConnections() {
	if c, ok := a.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// provider is Pro Santé Connect as it describes itself.
type provider struct {
	*coreos.Provider
	told  oidc.Discovery
	keys  coreos.KeySet
	oauth oauth2.Config
}

// context is one in which the libraries call as the service does.
func (s *Service) context(ctx context.Context) context.Context {
	return coreos.ClientContext(ctx, s.link)
}

// provider reads how Pro Santé Connect describes itself, once.
func (s *Service) provider(ctx context.Context) (*provider, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known != nil {
		return s.known, nil
	}
	name := oidc.PathWallet
	if s.policy.plainDiscovery {
		name = oidc.PathDiscovery
	}
	p := &provider{}
	if err := s.read(ctx, s.config.Issuer+name, &p.told); err != nil {
		return nil, fmt.Errorf("read discovery: %w", err)
	}
	if p.told.Issuer != s.config.Issuer {
		return nil, fmt.Errorf("read discovery: issuer %.200q: want %s", p.told.Issuer, s.config.Issuer)
	}
	described := coreos.ProviderConfig{IssuerURL: p.told.Issuer, AuthURL: p.told.Authorization, TokenURL: p.told.Token, UserInfoURL: p.told.UserInfo, JWKSURL: p.told.JWKS}
	p.Provider, p.keys = described.NewProvider(s.context(s.ctx)), coreos.NewRemoteKeySet(s.context(s.ctx), p.told.JWKS)
	p.oauth = oauth2.Config{
		ClientID: s.config.ClientID, ClientSecret: s.config.Secret, RedirectURL: s.URL(PathCallback), Scopes: s.policy.scopes,
		Endpoint: oauth2.Endpoint{AuthURL: p.told.Authorization, TokenURL: p.told.Token, AuthStyle: oauth2.AuthStyleInHeader},
	}
	if s.byCertificate() {
		p.oauth.ClientSecret, p.oauth.Endpoint.AuthStyle = "", oauth2.AuthStyleInParams
	}
	if s.policy.secretInAddress {
		p.oauth.ClientSecret, p.oauth.Endpoint.AuthStyle = s.config.Secret, oauth2.AuthStyleInParams
	}
	p.oauth.RedirectURL += s.policy.redirectSuffix
	s.known = p
	return p, nil
}

// read reads a document of Pro Santé Connect.
func (s *Service) read(ctx context.Context, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := s.link.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	return json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(into)
}
