package oidc

import (
	"encoding/json"
	"fmt"
)

// The paths of Pro Santé Connect: those below the realm, and that of the authorization endpoint, which has a host of its
// own there.
const (
	PathRealm         = "/auth/realms/esante-wallet"
	PathAuthorization = "/auth"
	PathWallet        = "/.well-known/wallet-openid-configuration" // the name that Pro Santé Connect uses
	PathDiscovery     = "/.well-known/openid-configuration"        // the name of the standard
	PathToken         = "/protocol/openid-connect/token"
	PathUserInfo      = "/protocol/openid-connect/userinfo"
	PathIntrospection = "/protocol/openid-connect/token/introspect"
	PathJWKS          = "/protocol/openid-connect/certs"
	PathLogout        = "/protocol/openid-connect/logout"
	PathRevocation    = "/protocol/openid-connect/revoke"
	PathCIBA          = "/protocol/openid-connect/ext/ciba/auth"
)

// IssuerProduction is the issuer of the production Pro Santé Connect, which no test token may pass for (TOK-19).
const IssuerProduction = "https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet"

// Discovery is the document of a realm (OIDC Discovery §3), served under both names. base is https://host:port.
type Discovery struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Introspection string `json:"introspection_endpoint"`
	UserInfo      string `json:"userinfo_endpoint"`
	Logout        string `json:"end_session_endpoint"`
	JWKS          string `json:"jwks_uri"`
	Revocation    string `json:"revocation_endpoint"`
	CIBA          string `json:"backchannel_authentication_endpoint"`

	GrantTypes           []string          `json:"grant_types_supported"`
	ResponseTypes        []string          `json:"response_types_supported"`
	ResponseModes        []string          `json:"response_modes_supported"`
	Subjects             []string          `json:"subject_types_supported"`
	IDTokenAlgorithms    []string          `json:"id_token_signing_alg_values_supported"`
	TokenAuth            []string          `json:"token_endpoint_auth_methods_supported"`
	IntrospectionAuth    []string          `json:"introspection_endpoint_auth_methods_supported"`
	RevocationAuth       []string          `json:"revocation_endpoint_auth_methods_supported"`
	Challenges           []string          `json:"code_challenge_methods_supported"`
	Scopes               []string          `json:"scopes_supported"`
	Claims               []string          `json:"claims_supported"`
	Levels               []string          `json:"acr_values_supported"`
	Deliveries           []string          `json:"backchannel_token_delivery_modes_supported"`
	IssuerInResponse     bool              `json:"authorization_response_iss_parameter_supported"`
	BoundTokens          bool              `json:"tls_client_certificate_bound_access_tokens"`
	MutualTLS            map[string]string `json:"mtls_endpoint_aliases"`
	RequestParameter     bool              `json:"request_parameter_supported"`
	RequestURI           bool              `json:"request_uri_parameter_supported"`
	ClaimsParameter      bool              `json:"claims_parameter_supported"`
	ConfirmsCIBAUserCode bool              `json:"backchannel_user_code_parameter_supported"`
}

// The ways by which a client proves who it is (OIDC Core §9, RFC 8705 §2.1).
const (
	AuthBasic = "client_secret_basic"
	AuthPost  = "client_secret_post"
	AuthTLS   = "tls_client_auth"
)

// The grants that are served.
const (
	GrantCode    = "authorization_code"
	GrantRefresh = "refresh_token"
	GrantCIBA    = "urn:openid:params:grant-type:ciba"
)

// NewDiscovery is the document of the realm at a base address. It announces what is served, and no more: no binding of
// tokens to certificates, although the real document claims one that real tokens do not have.
func NewDiscovery(base string) Discovery {
	issuer := base + PathRealm
	auth := []string{AuthBasic, AuthPost, AuthTLS}
	d := Discovery{
		Issuer: issuer, Authorization: base + PathAuthorization, Token: issuer + PathToken, Introspection: issuer + PathIntrospection,
		UserInfo: issuer + PathUserInfo, Logout: issuer + PathLogout, JWKS: issuer + PathJWKS, Revocation: issuer + PathRevocation,
		CIBA:       issuer + PathCIBA,
		GrantTypes: []string{GrantCode, GrantRefresh, GrantCIBA}, ResponseTypes: []string{"code"}, ResponseModes: []string{"query"},
		Subjects: []string{"public"}, IDTokenAlgorithms: []string{"RS256", "ES256", "HS256"},
		TokenAuth: auth, IntrospectionAuth: auth, RevocationAuth: auth, Challenges: []string{ChallengePlain, ChallengeS256},
		Scopes: Scopes(), Claims: []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "preferred_username", "SubjectNameID"},
		Levels: []string{"eidas1", "eidas2", "eidas3"}, Deliveries: []string{"poll"}, IssuerInResponse: true,
	}
	d.MutualTLS = map[string]string{
		"token_endpoint": d.Token, "introspection_endpoint": d.Introspection, "revocation_endpoint": d.Revocation,
		"backchannel_authentication_endpoint": d.CIBA,
	}
	return d
}

// Scopes are those that a client may ask for.
func Scopes() []string {
	return []string{"openid", "profile", "scope_all", "identity", "rpps", "referentiel", "eidas1", "eidas2", "eidas3", "interop"}
}

// Bytes is the document.
func (d Discovery) Bytes() []byte {
	raw, err := json.Marshal(d)
	if err != nil { // texts and booleans
		panic(fmt.Sprintf("write discovery document: %v", err))
	}
	return raw
}
