package ops

import (
	"maps"
	"slices"

	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// emitting is what a candidate file says of a role that makes VIs, in one mode: a client, or an authentication
// operator. One of A, P and R is set: P in modes P and S, for persons come to an authentication operator as to a portal.
type emitting struct {
	candidate.People
	candidate.Access
	Retries *int
	A       *candidate.ClientA
	P       *candidate.ClientP
	R       *candidate.ClientR
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
	e := &emitting{People: c.Client.People, Access: c.Client.Access, Retries: c.Client.Retries}
	switch mode {
	case interops.ModeA:
		e.A = c.Client.A
	case interops.ModeR:
		e.R = c.Client.R
	default:
		e.P = c.Client.P
	}
	return e
}

// at tells whether the candidate can be made to call a service, and by which address if it has one.
func (e *emitting) at(service string) (string, bool) {
	switch {
	case e.A != nil:
		return e.A.At(service)
	case e.R != nil:
		return e.R.At(service)
	}
	return e.P.At(service)
}

// others are the services that the candidate declares beside the main one, by name, with their addresses.
func (e *emitting) others() map[string]string {
	switch {
	case e.A != nil:
		return e.A.Services
	case e.R != nil:
		return e.R.Services
	}
	return e.P.Services
}

// drive is how an application is made to call; the zero driver where persons make the calls.
func (e *emitting) drive() candidate.Driver {
	switch {
	case e.A != nil:
		return e.A.Drive
	case e.R != nil:
		return e.R.Drive
	}
	return candidate.Driver{}
}

// otherNames are the names of others, sorted.
func (e *emitting) otherNames() []string { return slices.Sorted(maps.Keys(e.others())) }

// persons tells that persons come with browsers, rather than an application with calls.
func (s *clientSide) persons() bool { return s.mode != interops.ModeA && s.mode != interops.ModeR }

// scope is the role and mode that the side plays around, as addresses write them.
func (s *clientSide) scope() string { return string(s.role) + "/" + string(s.mode) }

// roleMode is the place of the mode in the candidate file.
func (s *clientSide) roleMode() string { return "roles." + string(s.role) + "." + string(s.mode) }
