package candidate

// PSCService is a service to which Pro Santé Connect brings its users.
type PSCService struct {
	// Login is the URL at which a browser begins to log in.
	Login string `json:"login"`
	Reach
}

// pscService checks and completes it.
func (l *loading) pscService(s *PSCService) {
	l.notOurs(s.Login, "roles", string(RolePSCService), "login")
}
