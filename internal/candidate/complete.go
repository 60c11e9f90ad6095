package candidate

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"

	"etalon/internal/interops"
)

// listen checks that each port serves once.
func (l *loading) listen(listen *Listen) {
	if listen.Address == "" {
		listen.Address = "127.0.0.1"
	}
	listen.Address = unbracketed(listen.Address)
	once := l.once("port")
	for _, p := range listen.Ports.named() {
		if p.number != 0 {
			once(fmt.Sprint(p.number), "listen", "ports", p.name)
		}
	}
}

func unbracketed(host string) string {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

type namedPort struct {
	name   string
	number int
}

func (p Ports) named() []namedPort {
	return []namedPort{{"provider", p.Provider}, {"client", p.Client}, {"probe", p.Probe}, {"revocation", p.Revocation}}
}

// notOurs notes a URL of the candidate that names a port on which the harness itself will listen.
func (l *loading) notOurs(address string, key ...string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	if host != "localhost" && host != l.out.Listen.Address && (ip == nil || !ip.IsLoopback()) {
		return
	}
	for _, p := range l.out.Listen.Ports.named() {
		if p.number != 0 && u.Port() == fmt.Sprint(p.number) {
			l.report(trouble{say("un port qui ne soit pas celui du banc", "a port that is not the harness's"),
				say("listen.ports.%s le prend déjà : changez l'un des deux.", "listen.ports.%s already takes it: change one of the two.", p.name)}, key...)
			return
		}
	}
}

// choice checks and completes the project and service of a role.
func (l *loading) choice(role Role, organism string, c *Choice) (interops.Project, bool) {
	at := []string{"roles", string(role), "A"}
	projects := agreed(l.out.Convention, role, organism)
	if len(projects) == 0 {
		return interops.Project{}, false // the organism is unknown, and noted
	}
	names := make([]string, len(projects))
	for i, p := range projects {
		names[i] = p.Name
	}
	if c.Project == "" {
		c.Project = names[0]
	}
	i := slices.Index(names, c.Project)
	if i < 0 {
		l.report(unknownName(c.Project, names), append(at, "project")...)
		return interops.Project{}, false
	}
	project := projects[i]
	if c.Service == "" {
		c.Service = project.Services[0].Name
	}
	if _, known := project.Service(c.Service); !known {
		l.report(unknownName(c.Service, serviceNames(project)), append(at, "service")...)
	}
	versions := project.SOAP
	if len(versions) == 0 {
		versions = l.out.Profile.SOAP.Versions
	}
	if c.SOAP == "" {
		c.SOAP = versions[0]
	}
	if !slices.Contains(versions, c.SOAP) {
		l.report(unknownName(c.SOAP, versions), append(at, "soap")...)
	}
	return project, true
}

func serviceNames(projects ...interops.Project) (names []string) {
	for _, p := range projects {
		for _, s := range p.Services {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
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

func (l *loading) provider(p *Provider) {
	at := []string{"roles", string(RoleProvider), "A"}
	if p.Backend == "" {
		p.Backend = BackendProbe
	}
	l.request(&p.A.Request, at...)
	l.notOurs(p.A.Endpoint, append(at, "endpoint")...)
	if _, ok := l.choice(RoleProvider, p.Organism, &p.A.Choice); !ok {
		return
	}
	known := serviceNames(agreed(l.out.Convention, RoleProvider, p.Organism)...)
	for _, name := range slices.Sorted(maps.Keys(p.A.Services)) {
		here := append(slices.Clip(at), "services", name)
		if !slices.Contains(known, name) {
			l.report(unknownName(name, known), here...)
		}
		t := p.A.Services[name]
		l.request(&t.Request, here...)
		l.notOurs(t.Endpoint, append(here, "endpoint")...)
		p.A.Services[name] = t
	}
	reached := slices.Concat([]string{p.A.Service}, slices.Collect(maps.Keys(p.A.Services)))
	l.capabilities(RoleProvider, &p.Access, reached)
}

func (l *loading) client(c *Client) {
	at := []string{"roles", string(RoleClient), "A"}
	if c.Retries == nil {
		one := 1
		c.Retries = &one
	}
	c.A.Drive = c.A.Drive.complete(IdentityJSON)
	if c.A.Drive.HTTP != nil {
		l.notOurs(c.A.Drive.HTTP.URL, append(slices.Clip(at), "drive", "http", "url")...)
	}
	l.request(&c.A.Request, at...)
	project, ok := l.choice(RoleClient, c.Organism, &c.A.Choice)
	if !ok {
		return
	}
	known := serviceNames(agreed(l.out.Convention, RoleClient, c.Organism)...)
	for _, name := range slices.Sorted(maps.Keys(c.A.Services)) {
		here := append(slices.Clip(at), "services", name)
		if !slices.Contains(known, name) {
			l.report(unknownName(name, known), here...)
		}
		l.notOurs(c.A.Services[name], here...)
	}
	l.users(c, project)
	reached := slices.Concat([]string{c.A.Service}, slices.Collect(maps.Keys(c.A.Services)))
	if c.A.Drive.HTTP == nil {
		c.A.callable, reached = known, known
	}
	l.capabilities(RoleClient, &c.Access, reached)
}

// complete sets what the file leaves out of a driver, with a form of identity for its requests.
func (d Driver) complete(identity Identity) Driver {
	if d.HTTP != nil {
		call := *d.HTTP
		if call.Method == "" {
			call.Method = "POST"
		}
		if call.Identity == "" {
			call.Identity = identity
		}
		d.HTTP = &call
	}
	return d
}
