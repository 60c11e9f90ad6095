package candidate

import (
	"slices"

	"etalon/internal/interops"
)

// capabilities completes those of a role from the convention, as far as the declared services reach,
// and notes those that are declared without anything in the convention to try them on.
func (l *loading) capabilities(role Role, a *Access, services []string) {
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
func (l *loading) agreedTo(role Role, organism string, services []string) map[Capability]bool {
	has := map[Capability]bool{OneTimeUse: true, SecondService: len(services) > 1}
	if c := l.out.Client; role == RoleClient && c.A.Drive.HTTP != nil {
		has[InteropsInfos] = c.A.Drive.HTTP.Identity == IdentityInteropsInfos
	}
	for _, p := range agreed(l.out.Convention, role, organism) {
		for _, s := range p.Services {
			if !slices.Contains(services, s.Name) {
				continue
			}
			has[SAML11] = has[SAML11] || slices.Contains(either(p.SAML, l.out.Profile.SAML.Versions), "1.1")
			has[SOAP12] = has[SOAP12] || slices.Contains(either(p.SOAP, l.out.Profile.SOAP.Versions), "1.2")
			has[MessageSignature] = has[MessageSignature] || p.MessageSignature
			has[ApplicationContext] = has[ApplicationContext] || s.User != interops.UserRequired
		}
	}
	return has
}

// either returns what the project agreed, or the profile's choice where it agreed nothing.
func either(project, profile []string) []string {
	if len(project) > 0 {
		return project
	}
	return profile
}
