package idp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"

	"etalon/internal/bench"
	"etalon/internal/jws"
	"etalon/internal/oidc"
)

// NewKey makes a key pair for an algorithm, RS256 or ES256, from the system's randomness.
func NewKey(algorithm string) (crypto.Signer, error) {
	if algorithm == jws.ES256 {
		return ecdsa.GenerateKey(elliptic.P256(), bench.Entropy())
	}
	return rsa.GenerateKey(bench.Entropy(), 2048)
}

// makeKeys makes the two keys that are published: one on each kind, the RSA one signs.
func (s *Stub) makeKeys() error {
	for _, algorithm := range []string{jws.RS256, jws.ES256} {
		signer, err := s.config.NewKey(algorithm)
		if algorithm == jws.RS256 && s.policy.bits != 2048 {
			signer, err = rsa.GenerateKey(bench.Entropy(), s.policy.bits)
		}
		if err != nil {
			return fmt.Errorf("make key: %w", err)
		}
		key, err := oidc.NewKey(signer)
		if err != nil {
			return err
		}
		s.keys = append(s.keys, key)
	}
	return nil
}

// jwks publishes the keys (RFC 7517 §5).
func (v *visit) jwks() (answer, error) {
	all := []map[string]any{}
	for _, k := range v.keys {
		object := k.JWK()
		v.policy.jwk(object)
		all = append(all, object)
	}
	return document(map[string]any{"keys": all})
}

// The paths of the services, below the address of the provider.
const (
	pathRealm         = "/identite"
	pathDiscovery     = oidc.PathDiscovery
	pathJWKS          = "/cles"
	pathAuthorization = "/autorisation"
	pathLogin         = "/connexion"
	pathToken         = "/jeton"
	pathUserInfo      = "/utilisateur"
	pathLogout        = "/deconnexion"
	pathIndicators    = "/indicateurs"
)

// discovery publishes what the provider does, and no more (OIDC Discovery §3).
func (v *visit) discovery() (answer, error) {
	d := map[string]any{
		"issuer": v.Issuer(), "authorization_endpoint": v.url(pathAuthorization), "token_endpoint": v.url(pathToken), "userinfo_endpoint": v.url(pathUserInfo),
		"end_session_endpoint": v.url(pathLogout), "jwks_uri": v.url(pathJWKS), "scopes_supported": []string{"openid", "profile", "email"},
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query"}, "grant_types_supported": []string{oidc.GrantCode},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{jws.RS256, jws.ES256},
		"token_endpoint_auth_methods_supported":            []string{oidc.AuthBasic, oidc.AuthPost, oidc.AuthTLS, oidc.AuthKey},
		"token_endpoint_auth_signing_alg_values_supported": []string{jws.RS256, jws.ES256},
		"code_challenge_methods_supported":                 []string{oidc.ChallengeS256}, "acr_values_supported": []string{Code.ACR, Card.ACR},
		"claims_supported":     []string{"iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "acr", "amr", "tid", "sid", "family_name", "given_name", "email"},
		"ui_locales_supported": []string{"fr"}, "prompt_values_supported": []string{oidc.PromptNone, oidc.PromptLogin},
		"authorization_response_iss_parameter_supported": true, "request_parameter_supported": false, "request_uri_parameter_supported": false,
		"claims_parameter_supported": false,
	}
	v.policy.metadata(d)
	return document(d)
}

func document(object any) (answer, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return answer{}, err
	}
	return answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: raw}, nil
}
