package portal

import "etalon/internal/emitter"

// gestures are the verbs of a candidate file that the portal makes when asked, by name.
func (p *Portal) gestures() emitter.Gestures {
	return emitter.Gestures{
		"logout": func(s emitter.Subject) {
			for _, one := range p.sessions.of(s.User) {
				p.close(p.policy.expels(p, one))
			}
		},
		"withdraw-right": func(s emitter.Subject) {
			p.rights.Withdraw(s.User, s.Project, s.PAGM)
			p.close(p.policy.withdrawn(p, s.User, s.Project))
		},
		"grant-right": func(s emitter.Subject) { p.rights.Grant(s.User, s.Project, s.PAGM) },
		"restart":     func(emitter.Subject) { p.close(p.sessions.end(func(*session) bool { return true })) },
	}
}
