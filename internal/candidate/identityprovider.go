package candidate

// IdentityProvider is an identity provider to which Pro Santé Connect delegates the login of an establishment's users.
type IdentityProvider struct {
	// Issuer is the https URL that its tokens name as their issuer.
	Issuer string `json:"issuer"`
	Reach
}

// identityProvider checks and completes it.
func (l *loading) identityProvider(p *IdentityProvider) {
	l.notOurs(p.Issuer, "roles", string(RoleIdentityProvider), "issuer")
}
