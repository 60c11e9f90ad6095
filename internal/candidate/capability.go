package candidate

import (
	"slices"

	"etalon/internal/interops"
)

// capabilities completes those of a role from the convention, as far as the declared services of each mode reach,
// and notes those that are declared without anything in the convention to try them on.
func (l *loading) capabilities(role Role, a *Access, services map[interops.Mode][]string) {
	agreedTo := l.agreedTo(role, a.Organism, services)
	all := map[Capability]bool{}
	for _, c := range Capabilities() {
		declared, given := a.Capabilities[c]
		all[c] = agreedTo[c]
		if given {
			all[c] = declared
		}
		if declared && !agreedTo[c] {
			l.report(trouble{say("une capacité que la convention et les services déclarés permettent d'éprouver", "a capability that the convention and the declared services allow to test"),
				say("Déclarez un service d'un projet qui la convient, ou écrivez false.", "Declare a service of a project that agrees to it, or write false.")},
				"roles", string(role), "capabilities", string(c))
		}
	}
	a.Capabilities = all
}

// agreedTo tells what the projects of the reachable services, and the way of driving, call for.
func (l *loading) agreedTo(role Role, organism string, services map[interops.Mode][]string) map[Capability]bool {
	has := map[Capability]bool{OneTimeUse: true}
	if c := l.out.Client; role == RoleClient && c.A != nil && c.A.Drive.HTTP != nil {
		has[InteropsInfos] = c.A.Drive.HTTP.Identity == IdentityInteropsInfos
	}
	for mode, names := range services {
		has[SecondService] = has[SecondService] || len(names) > 1
		for _, p := range agreed(l.out.Convention, role, mode, organism) {
			for _, s := range p.Services {
				if slices.Contains(names, s.Name) {
					l.agreedOn(has, p, s)
				}
			}
		}
	}
	return has
}

// agreedOn adds what one reachable service of a project calls for.
func (l *loading) agreedOn(has map[Capability]bool, p interops.Project, s interops.Service) {
	if p.Mode == interops.ModeA || p.Mode == interops.ModeR {
		has[ApplicationContext] = has[ApplicationContext] || s.User != interops.UserRequired
	}
	if p.Mode == interops.ModeA {
		has[SAML11] = has[SAML11] || slices.Contains(either(p.SAML, l.out.Profile.SAML.Versions), "1.1")
		has[SOAP12] = has[SOAP12] || slices.Contains(either(p.SOAP, l.out.Profile.SOAP.Versions), "1.2")
		has[MessageSignature] = has[MessageSignature] || p.MessageSignature
	}
}

// either returns what the project agreed, or the profile's choice where it agreed nothing.
func either(project, profile []string) []string {
	if len(project) > 0 {
		return project
	}
	return profile
}
