package ops

import (
	"slices"
	"time"

	"etalon/internal/candidate"
	"etalon/internal/interops"
)

// alias finds the service that the features call by its place in the trial.
func (s *clientSide) alias(name string) (interops.Service, bool) {
	if name == "principal" {
		return s.home, true
	}
	if s.role == candidate.RoleIdentification {
		return s.operatorPlace(name)
	}
	if s.mode == interops.ModeS {
		at, ok := s.place(name)
		return at.service, ok
	}
	now := s.run.Bench.Clock.Now()
	for _, p := range s.run.Bench.Convention.Projects {
		for _, service := range p.Services {
			if !s.leads(service.Name) || p.Mode != s.mode || p.Client != s.project.Client || service.Name == s.home.Name {
				continue
			}
			over := !p.End.IsZero() && !now.Before(p.End.Time)
			early := now.Before(p.Start.Time)
			switch {
			case name == "second" && p.Name == s.project.Name,
				name == "termine" && over, name == "futur" && early && !over:
				return service, true
			}
		}
	}
	if name == "sans-convention" {
		for _, declared := range s.declared.otherNames() {
			if !slices.ContainsFunc(s.run.Bench.Convention.Projects, func(p interops.Project) bool { _, ok := p.Service(declared); return ok }) {
				return interops.Service{Name: declared}, true
			}
		}
	}
	return interops.Service{}, false
}

// leads tells whether the candidate can be made to call a service.
func (s *clientSide) leads(service string) bool {
	_, ok := s.declared.at(service)
	return ok
}

// exactness is how near to the login the instant of a VI must be: a person's login lasts, and by another clock.
func (s *clientSide) exactness() time.Duration {
	if s.persons() {
		return s.run.profileInForce().Skew() + 5*time.Second
	}
	return time.Second
}

// someone finds the user whom the features call by a part in the trial; nil when the candidate has none.
func (w *World) someone(alias string) *interops.User {
	s := w.client.side
	var list []candidate.User
	rank := 0
	switch alias {
	case "agent-habilite":
		list = s.entitled()
	case "autre-agent":
		list, rank = s.entitled(), 1
	case "agent-sans-droit":
		list = s.declared.Unentitled(s.project.Name)
	case "agent-fort":
		if u, ok := s.strong(); ok {
			list = []candidate.User{u}
		}
	}
	if rank >= len(list) {
		return nil
	}
	u := w.session(list[rank], rank)
	return &u
}

// session is the login of a user, the same for the whole run: a client may keep a VI for as long as it lasts.
func (w *World) session(u candidate.User, rank int) interops.User {
	s := w.client.side
	out := interops.User{ID: u.ID, Class: u.Class, PAGM: firstPAGM(s.project)}
	if s.persons() { // nobody asks for a PAGM: a portal states all those that the person holds
		out.PAGM = u.Rights[s.project.Name]
	}
	out.AuthnInstant = s.began.Add(-time.Duration(30+7*rank) * time.Second).Truncate(time.Millisecond)
	if left, ok := s.left[u.ID]; ok { // a login made before a logout is over: this one came after
		out.AuthnInstant = left
	}
	if out.Class == "" && !s.persons() {
		out.Class = w.run.people.profile.ClassFor(s.home) // the application says how its user logged in; a portal knows by itself
	}
	return out
}

// entitled are the users who may be sent to the main service.
func (s *clientSide) entitled() []candidate.User {
	if s.role == candidate.RoleIdentification {
		return s.identificationUsers()
	}
	return s.declared.Entitled(s.project.Name, firstPAGM(s.project)...)
}

// strong is an entitled user whose login is above the weakest that the service accepts.
func (s *clientSide) strong() (candidate.User, bool) {
	profile := s.run.profileInForce()
	weakest := profile.RankOfClass(s.run.people.profile.ClassFor(s.home))
	if all := s.entitled(); s.role == candidate.RoleIdentification && len(all) > 0 {
		weakest = profile.RankOfClass(all[0].Class)
	}
	for _, u := range s.entitled() {
		if profile.RankOfClass(u.Class) > weakest {
			return u, true
		}
	}
	return candidate.User{}, false
}

// cutOff is the date at which a signature identity of the candidate's ends, if the convention writes one to come.
func (s *clientSide) cutOff() (time.Time, bool) {
	organism, _ := s.run.Bench.Convention.Organism(s.project.Client)
	now := s.run.Bench.Clock.Now()
	for _, id := range organism.Signature {
		if id.Until.After(now) {
			return id.Until.Time, true
		}
	}
	return time.Time{}, false
}
