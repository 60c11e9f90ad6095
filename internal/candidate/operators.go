package candidate

import (
	"maps"
	"slices"

	"etalon/internal/interops"
)

// identification checks and completes the role of identification operator.
func (l *loading) identification(o *IdentificationOperator) {
	here := seat{RoleIdentification, interops.ModeS, o.Organism}
	s := &o.S
	s.Browser = browserOr(s.Browser)
	l.notOurs(s.Identification, here.at("identification")...)
	l.notOurs(s.Metadata, here.at("metadata")...)
	l.recipe(s.Login, here.at("login")...)
	operators := players(l.out.Convention, RoleAuthentication, interops.ModeS)
	if s.Operator == "" {
		// Another organism than the candidate, where there is one: a context token goes from one to the other.
		if i := slices.IndexFunc(operators, func(name string) bool { return name != o.Organism }); i >= 0 {
			s.Operator = operators[i]
		} else if len(operators) > 0 {
			s.Operator = operators[0]
		}
	}
	if !slices.Contains(operators, s.Operator) {
		l.report(unknownName(s.Operator, operators), here.at("operator")...)
	}
	l.users(RoleIdentification, &o.People, o.Organism, nil)
	l.capabilities(RoleIdentification, &o.Access, nil)
}

// authentication checks and completes the role of authentication operator.
func (l *loading) authentication(o *AuthenticationOperator) {
	here := seat{RoleAuthentication, interops.ModeS, o.Organism}
	s := &o.S
	s.Browser, s.Flow = browserOr(s.Browser), l.flow(s.Flow)
	for key, url := range map[string]string{
		"sso": s.SSO, "slo": s.SLO, "soap_slo": s.SOAP, "context": s.Context, "metadata": s.Metadata, "rebond": s.Rebound, "logout": s.Logout,
	} {
		l.notOurs(url, here.at(key)...)
	}
	l.recipe(s.Login, here.at("login")...)
	l.wanted(s.SSO, s.Flow != FlowIdP, "sso", "sp-initiated", here)
	l.wanted(s.Rebound, s.Flow != FlowSP, "rebond", "idp-initiated", here)
	names := slices.Sorted(maps.Keys(s.Services))
	for _, name := range names {
		l.notOurs(s.Services[name], here.at("services", name)...)
	}
	project, ok := l.choice(here, &s.Choice)
	if !ok {
		return
	}
	l.further(here, names)
	l.users(RoleAuthentication, &o.People, o.Organism, []interops.Project{project})
	l.capabilities(RoleAuthentication, &o.Access, map[interops.Mode][]string{interops.ModeS: append(names, s.Service)})
}

// wanted notes a URL that the flow of mode S cannot do without.
func (l *loading) wanted(url string, needed bool, key, flow string, here seat) {
	if needed && url == "" {
		l.report(trouble{say("cette URL, que la cinématique %s demande", "this URL, which flow %s asks for", flow),
			say("Ajoutez la clé « %s », ou choisissez l'autre cinématique avec « flow ».", "Add the key “%s”, or choose the other flow with “flow”.", key)}, here.at(key)...)
	}
}

func browserOr(b Browser) Browser {
	if b == "" {
		return BrowserHTTP
	}
	return b
}

// flow completes who begins a sign-on.
func (l *loading) flow(f Flow) Flow {
	if f == "" {
		return Flow(l.out.Profile.S.Flow)
	}
	return f
}

// service checks and completes the role of service operator.
func (l *loading) service(o *ServiceOperator) {
	here := seat{RoleService, interops.ModeS, o.Organism}
	s := &o.S
	if o.Backend == "" {
		o.Backend = BackendProbe
	}
	s.Browser, s.Flow = browserOr(s.Browser), l.flow(s.Flow)
	for key, url := range map[string]string{
		"slo": s.SLO, "soap_slo": s.SOAP, "metadata": s.Metadata, "discovery": s.Discovery, "logout": s.Logout, "global_logout": s.GlobalLogout,
	} {
		l.notOurs(url, here.at(key)...)
	}
	l.sight(s.Sight, here)
	if s.SecondNode != nil {
		l.face(here, *s.SecondNode, o.Backend, here.at("second_node")...)
	}
	services := l.faces(here, s.Face, s.Services, o.Backend, &s.Choice)
	l.capabilities(RoleService, &o.Access, map[interops.Mode][]string{interops.ModeS: services})
}
