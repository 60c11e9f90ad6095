package candidate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"etalon/internal/interops"
)

// modes wants at least one mode of each role.
func (l *loading) modes() {
	for _, role := range []Role{RoleProvider, RoleClient} {
		if l.out.Access(role) != nil && len(l.out.Modes(role)) == 0 {
			l.report(trouble{say("au moins un mode : A, P ou R", "at least one mode: A, P or R"),
				say("Ajoutez celui que le candidat sait jouer.", "Add the one that the candidate can play.")}, "roles", string(role))
		}
	}
}

func (l *loading) provider(p *Provider) {
	if p.Backend == "" {
		p.Backend = BackendProbe
	}
	services := map[interops.Mode][]string{}
	if p.A != nil {
		services[interops.ModeA] = l.providerA(p.A, p.Organism)
	}
	if p.P != nil {
		services[interops.ModeP] = l.providerP(p.P, p.Organism, p.Backend)
	}
	if p.R != nil {
		services[interops.ModeR] = l.providerR(p.R, p.Organism, p.Backend)
	}
	l.capabilities(RoleProvider, &p.Access, services)
}

// providerA checks mode A and returns the services reached.
func (l *loading) providerA(a *ProviderA, organism string) []string {
	here := seat{RoleProvider, interops.ModeA, organism}
	l.request(&a.Request, here.at()...)
	l.notOurs(a.Endpoint, here.at("endpoint")...)
	names := slices.Sorted(maps.Keys(a.Services))
	for _, name := range names {
		t := a.Services[name]
		l.request(&t.Request, here.at("services", name)...)
		l.notOurs(t.Endpoint, here.at("services", name, "endpoint")...)
		a.Services[name] = t
	}
	project, ok := l.choice(here, &a.Choice)
	if !ok {
		return nil
	}
	l.soap(&a.SOAP, project, here)
	l.further(here, names)
	return append(names, a.Service)
}

// soap checks and completes the version of SOAP of a mode.
func (l *loading) soap(version *string, project interops.Project, here seat) {
	versions := either(project.SOAP, l.out.Profile.SOAP.Versions)
	if *version == "" {
		*version = versions[0]
	}
	if !slices.Contains(versions, *version) {
		l.report(unknownName(*version, versions), here.at("soap")...)
	}
}

// request reads the bodies of a request.
func (l *loading) request(r *Request, at ...string) {
	if r.Body != "" {
		r.Body, r.body = l.body(r.Body, append(slices.Clip(at), "body")...)
	}
	r.bodies = map[string][]byte{}
	for _, operation := range slices.Sorted(maps.Keys(r.Bodies)) {
		r.Bodies[operation], r.bodies[operation] = l.body(r.Bodies[operation], append(slices.Clip(at), "bodies", operation)...)
	}
}

// providerP checks mode P and returns the services reached.
func (l *loading) providerP(p *ProviderP, organism string, backend Backend) []string {
	here := seat{RoleProvider, interops.ModeP, organism}
	p.Carriage = l.carriage(p.Carriage)
	l.sight(p.Sight, here)
	if p.SecondNode != nil {
		l.face(here, *p.SecondNode, backend, here.at("second_node")...)
	}
	return l.faces(here, p.Face, p.Services, backend, &p.Choice)
}

// carriage completes how a Response travels.
func (l *loading) carriage(c Carriage) Carriage {
	if c.Transport == "" {
		c.Transport = Transport(l.out.Profile.P.Transport)
	}
	if c.Header == "" {
		c.Header = TransportHeader
	}
	return c
}

// sight checks how the harness recognises what is served.
func (l *loading) sight(s Sight, here seat) {
	if s.Identity != nil && s.Identity.Text != "" {
		l.holds(s.Identity.Text, UserPlace, here.at("identity", "text")...)
	}
}

// holds wants a place to be filled in a text.
func (l *loading) holds(text, place string, at ...string) {
	if text != "" && !strings.Contains(text, place) {
		l.report(trouble{say("un texte avec %s", "a text with %s", place),
			say("Ajoutez %[1]s là où la valeur doit venir.", "Add %[1]s where the value is to come.", place)}, at...)
	}
}

// faces checks the services of a receiver and returns those reached.
func (l *loading) faces(here seat, main Face, others map[string]Face, backend Backend, c *Choice) []string {
	project, ok := l.choice(here, c)
	l.face(here, main, backend, here.at()...)
	names := slices.Sorted(maps.Keys(others))
	for _, name := range names {
		l.face(here, others[name], backend, here.at("services", name)...)
	}
	if !ok {
		return nil
	}
	l.operations(here, slices.Sorted(maps.Keys(main.Resources)), []interops.Project{project}, here.at("resources")...)
	l.further(here, names)
	return append(names, c.Service)
}

// face checks the URLs of one service of a receiver.
func (l *loading) face(here seat, f Face, backend Backend, at ...string) {
	l.notOurs(f.ACS, append(slices.Clip(at), "acs")...)
	l.pages(f.Target, "target", f.Resources, backend, at)
}

// pages checks the main page of a service and its others.
func (l *loading) pages(main, key string, resources map[string]string, backend Backend, at []string) {
	l.notOurs(main, append(slices.Clip(at), key)...)
	l.marked(main, backend, append(slices.Clip(at), key)...)
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		l.notOurs(resources[name], append(slices.Clip(at), "resources", name)...)
		l.marked(resources[name], backend, append(slices.Clip(at), "resources", name)...)
	}
}

// providerR checks mode R and returns the services reached.
func (l *loading) providerR(r *ProviderR, organism string, backend Backend) []string {
	here := seat{RoleProvider, interops.ModeR, organism}
	r.Bearing = l.bearing(r.Bearing)
	l.pages(r.Endpoint, "endpoint", r.Resources, backend, here.at())
	names := slices.Sorted(maps.Keys(r.Services))
	for _, name := range names {
		l.pages(r.Services[name].Endpoint, "endpoint", r.Services[name].Resources, backend, here.at("services", name))
	}
	project, ok := l.choice(here, &r.Choice)
	if !ok {
		return nil
	}
	l.operations(here, slices.Sorted(maps.Keys(r.Resources)), []interops.Project{project}, here.at("resources")...)
	l.further(here, names)
	return append(names, r.Service)
}

// bearing completes how the token of mode R travels.
func (l *loading) bearing(b Bearing) Bearing {
	if b.Token == "" {
		b.Token = Token(l.out.Profile.R.Token)
	}
	if b.Header == "" {
		b.Header = BearerHeader
	}
	return b
}

func (l *loading) client(c *Client) {
	if c.Retries == nil {
		one := 1
		c.Retries = &one
	}
	var mains []interops.Project
	services := map[interops.Mode][]string{}
	if c.A != nil {
		services[interops.ModeA] = l.clientA(c.A, c.Organism, &mains)
	}
	if c.P != nil {
		services[interops.ModeP] = l.clientP(c.P, c.Organism, &mains)
	}
	if c.R != nil {
		services[interops.ModeR] = l.clientR(c.R, c.Organism, &mains)
	}
	if len(mains) == 0 {
		return // the organism or its projects are unknown, and noted
	}
	l.users(RoleClient, &c.People, c.Organism, mains)
	l.capabilities(RoleClient, &c.Access, services)
}

// clientA checks mode A and returns the services that the candidate can be made to call.
func (l *loading) clientA(a *ClientA, organism string, mains *[]interops.Project) []string {
	here := seat{RoleClient, interops.ModeA, organism}
	a.Drive = a.Drive.complete("POST", IdentityJSON)
	l.request(&a.Request, here.at()...)
	project, ok := l.choice(here, &a.Choice)
	called := l.called(here, a.Drive, a.Services, ok)
	if !ok {
		return nil
	}
	*mains = append(*mains, project)
	l.soap(&a.SOAP, project, here)
	if a.Drive.HTTP == nil {
		a.callable = called
		return called
	}
	return append(called, a.Service)
}

// called checks the application URLs of a client and returns the further services that they call: every one of the
// organism's projects where a command or a person is told which.
func (l *loading) called(here seat, drive Driver, services map[string]string, known bool) []string {
	if drive.HTTP != nil {
		l.notOurs(drive.HTTP.URL, here.at("drive", "http", "url")...)
	}
	names := slices.Sorted(maps.Keys(services))
	for _, name := range names {
		l.notOurs(services[name], here.at("services", name)...)
	}
	if known {
		l.further(here, names)
	}
	if drive.HTTP == nil {
		return serviceNames(l.projects(here)...)
	}
	return names
}

// clientP checks mode P and returns the services to which the portal leads.
func (l *loading) clientP(p *ClientP, organism string, mains *[]interops.Project) []string {
	here := seat{RoleClient, interops.ModeP, organism}
	p.Carriage = l.carriage(p.Carriage)
	if p.Browser == "" {
		p.Browser = BrowserHTTP
	}
	if (p.Login == nil) == (len(p.Headers) == 0) {
		l.report(trouble{say("login ou headers, l'un des deux", "login or headers, one of the two"),
			say("Donnez la recette de connexion, ou les en-têtes qui désignent la personne.", "Give the login recipe, or the headers that name the person.")}, here.at()...)
	}
	if p.Login != nil {
		l.recipe(*p.Login, here.at("login")...)
	}
	l.notOurs(p.Link, here.at("link")...)
	l.notOurs(p.Logout, here.at("logout")...)
	names := slices.Sorted(maps.Keys(p.Services))
	for _, name := range names {
		l.notOurs(p.Services[name], here.at("services", name)...)
	}
	project, ok := l.choice(here, &p.Choice)
	if !ok {
		return nil
	}
	*mains = append(*mains, project)
	l.further(here, names)
	return append(names, p.Service)
}

// recipe checks a login recipe.
func (l *loading) recipe(r Recipe, at ...string) {
	l.notOurs(r.URL, append(slices.Clip(at), "url")...)
	for _, field := range []string{r.Form.User, r.Form.Password} {
		if _, twice := r.Form.Extra[field]; twice {
			l.report(trouble{say("un champ rempli une seule fois", "a field filled once only"),
				say("user ou password le remplit déjà : retirez-le d'ici.", "user or password already fills it: remove it from here.")}, append(slices.Clip(at), "form", "extra", field)...)
		}
	}
}

// clientR checks mode R and returns the services that the candidate can be made to call.
func (l *loading) clientR(r *ClientR, organism string, mains *[]interops.Project) []string {
	here := seat{RoleClient, interops.ModeR, organism}
	r.Drive = r.Drive.complete("GET", IdentityJSON)
	r.Bearing = l.bearing(r.Bearing)
	project, ok := l.choice(here, &r.Choice)
	called := l.called(here, r.Drive, r.Services, ok)
	if !ok {
		return nil
	}
	*mains = append(*mains, project)
	if r.Drive.HTTP == nil {
		r.callable = called
		return called
	}
	return append(called, r.Service)
}

// complete sets what the file leaves out of a driver, with the method and the form of identity of its requests.
func (d Driver) complete(method string, identity Identity) Driver {
	if d.HTTP != nil {
		call := *d.HTTP
		if call.Method == "" {
			call.Method = method
		}
		if call.Identity == "" {
			call.Identity = identity
		}
		d.HTTP = &call
	}
	return d
}

// access checks and completes what every role has.
func (l *loading) access(role Role, a *Access) {
	at := []string{"roles", string(role)}
	l.organism(role, a)
	if a.SkewSeconds == nil {
		seconds := l.out.Profile.Time.SkewSeconds
		a.SkewSeconds = &seconds
	}
	for i, log := range a.Logs {
		a.Logs[i], _ = l.resolve(log, append(slices.Clip(at), "logs", fmt.Sprint(i))...)
	}
	if a.Traces != nil {
		l.traces(a.Traces, append(slices.Clip(at), "traces"))
	}
	l.excludes(a.Excludes, append(slices.Clip(at), "excludes"))
	for verb, driver := range a.Verbs {
		a.Verbs[verb] = driver.complete("POST", IdentityNone)
	}
}
