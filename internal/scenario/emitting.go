package scenario

import (
	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// emitting is what a candidate file says of a role that makes VIs, in one mode: a client, or an authentication
// operator. A is nil but in mode A; P is nil in mode A, for persons come to an authentication operator as to a portal.
type emitting struct {
	candidate.People
	candidate.Access
	Retries *int
	A       *candidate.ClientA
	P       *candidate.ClientP
	S       *candidate.AuthenticationS // nil but in mode S
}

// emittingOf reads a role in a mode.
func emittingOf(c *candidate.Candidate, role candidate.Role, mode interops.Mode) *emitting {
	switch role {
	case candidate.RoleIdentification:
		return identifying(c)
	case candidate.RoleAuthentication:
		s := &c.Authentication.S
		return &emitting{People: c.Authentication.People, Access: c.Authentication.Access, S: s, P: &candidate.ClientP{
			Login: &s.Login, Link: s.Rebound, Services: s.Services, Logout: s.Logout, Browser: s.Browser,
			Carriage: candidate.Carriage{Transport: candidate.BrowserPost}, Choice: s.Choice,
		}}
	}
	e := &emitting{People: c.Client.People, Access: c.Client.Access, Retries: c.Client.Retries, A: c.Client.A, P: c.Client.P}
	if mode == interops.ModeA {
		e.P = nil
	}
	return e
}

// persons tells that persons come with browsers, rather than an application with calls.
func (s *clientSide) persons() bool { return s.mode != interops.ModeA }

// scope is the role and mode that the side plays around, as addresses write them.
func (s *clientSide) scope() string { return string(s.role) + "/" + string(s.mode) }

// roleMode is the place of the mode in the candidate file.
func (s *clientSide) roleMode() string { return "roles." + string(s.role) + "." + string(s.mode) }
