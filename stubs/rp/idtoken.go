package rp

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"etalon/internal/jws"
	"etalon/internal/mssante"
	"etalon/internal/oidc"
)

// expected is what the service knows of an ID token before it reads it.
type expected struct {
	nonce  string        // of the request; empty where there is none
	age    time.Duration // of the authentication at most; zero for any
	person mssante.IdNat // who was asked for; empty for anybody
}

// errIDToken refuses an ID token.
var errIDToken = errors.New("le jeton d'identité n'est pas recevable")

// admitted checks the ID token of an answer (OIDC Core §3.1.3.7) and returns the session that it opens.
func (s *Service) admitted(ctx context.Context, p *provider, tokens *oauth2.Token, x expected) (*session, error) {
	raw, _ := tokens.Extra("id_token").(string)
	id, err := s.verified(ctx, p, raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIDToken, err)
	}
	var said struct {
		Level  string        `json:"acr"`
		At     int64         `json:"auth_time"`
		Person mssante.IdNat `json:"preferred_username"`
	}
	if err := id.Claims(&said); err != nil {
		return nil, fmt.Errorf("%w: %w", errIDToken, err)
	}
	at := time.Unix(said.At, 0)
	switch {
	case x.nonce != "" && id.Nonce != x.nonce && !s.policy.anyNonce && !s.policy.noNonce: // PSC-04
		return nil, fmt.Errorf("%w: another nonce", errIDToken)
	case !slices.Contains(mssante.Levels(), said.Level) && !s.policy.anyLevel(said.Level): // PSC-10
		return nil, fmt.Errorf("%w: level %.40q", errIDToken, said.Level)
	case x.age > 0 && s.now().Sub(at) > x.age && !s.policy.anyLogin: // PSC-11
		return nil, fmt.Errorf("%w: authentication of %s", errIDToken, at.UTC().Format(time.RFC3339))
	case x.person != "" && said.Person != x.person && !s.policy.anyPerson: // PSC-26
		return nil, fmt.Errorf("%w: another person", errIDToken)
	case !mssante.IdNat(said.Person).IsPerson():
		return nil, fmt.Errorf("%w: nobody is named", errIDToken)
	}
	opened := &session{subject: id.Subject, person: said.Person}
	opened.keep(tokens, raw, s.now())
	return opened, nil
}

// verified checks the signature, the issuer, the audience and the life of an ID token, but for what the policy lets pass.
func (s *Service) verified(ctx context.Context, p *provider, raw string) (*coreos.IDToken, error) {
	c := &coreos.Config{
		ClientID: s.config.ClientID, SupportedSigningAlgs: []string{jws.RS256, jws.ES256}, Now: s.now,
		SkipIssuerCheck: s.policy.issuer != nil, SkipClientIDCheck: s.policy.anyAudience, SkipExpiryCheck: s.policy.leeway > 0,
	}
	keys := p.keys
	t, err := jws.Parse(raw)
	if err != nil {
		return nil, err
	}
	switch algorithm := t.Text("alg"); {
	case s.config.Sealed:
		c.SupportedSigningAlgs, keys = []string{jws.HS256}, sealed(s.config.Secret)
	case algorithm == jws.HS256 && s.policy.confused != nil:
		c.SupportedSigningAlgs, keys = []string{jws.HS256}, s.policy.confused(ctx, s, p, t.Text("kid"))
	}
	c.InsecureSkipSignatureCheck = s.policy.anySignature || s.policy.unsigned && t.Text("alg") == jws.None
	id, err := coreos.NewVerifier(p.told.Issuer, keys, c).Verify(s.context(ctx), raw)
	if err != nil {
		return nil, err
	}
	if s.policy.issuer != nil && !s.policy.issuer(p.told.Issuer, id.Issuer) {
		return nil, fmt.Errorf("issuer %.200q", id.Issuer)
	}
	if s.policy.leeway > 0 && s.now().After(id.Expiry.Add(s.policy.leeway)) {
		return nil, errors.New("expired")
	}
	return id, nil
}

// sealed are the keys of tokens that a secret seals.
type sealed string

// VerifySignature implements oidc.KeySet.
func (k sealed) VerifySignature(_ context.Context, token string) ([]byte, error) {
	t, err := jws.Parse(token)
	if err != nil || !t.SealedWith([]byte(k)) {
		return nil, errors.New("the seal is another's")
	}
	return t.Payload, nil
}

// publicAsSecret takes the public key for the secret of a seal.
func publicAsSecret(ctx context.Context, s *Service, p *provider, kid string) coreos.KeySet {
	var document json.RawMessage
	if err := s.read(ctx, p.told.JWKS, &document); err != nil {
		return sealed("")
	}
	keys, err := oidc.ReadJWKS(document)
	i := slices.IndexFunc(keys, func(k oidc.PublicKey) bool { return k.ID == kid })
	if err != nil || i < 0 {
		return sealed("")
	}
	der, err := x509.MarshalPKIXPublicKey(keys[i].Key)
	if err != nil {
		return sealed("")
	}
	return sealed(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// sameButSlash tells whether two issuers differ by a slash at most.
func sameButSlash(want, got string) bool {
	return strings.TrimSuffix(want, "/") == strings.TrimSuffix(got, "/")
}
