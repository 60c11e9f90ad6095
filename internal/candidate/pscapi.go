package candidate

// PSCAPI is a protected API, with the authorization server that takes tokens of Pro Santé Connect in exchange.
type PSCAPI struct {
	// Token is the URL of the token exchange, Resource that of the API.
	Token    string `json:"token"`
	Resource string `json:"resource"`
	Reach
}

// pscAPI checks and completes it.
func (l *loading) pscAPI(a *PSCAPI) {
	l.notOurs(a.Token, "roles", string(RolePSCAPI), "token")
	l.notOurs(a.Resource, "roles", string(RolePSCAPI), "resource")
}
