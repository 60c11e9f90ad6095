package candidate

import (
	"slices"
	"strings"

	"etalon/internal/interops"
)

// seat is a role in a mode of the candidate file being checked.
type seat struct {
	role     Role
	mode     interops.Mode
	organism string
}

// at returns the path of a key of the mode.
func (p seat) at(keys ...string) []string {
	return append([]string{"roles", string(p.role), string(p.mode)}, keys...)
}

// projects are those that the convention opens in the mode, with the organism in the role.
func (l *loading) projects(p seat) []interops.Project {
	return agreed(l.out.Convention, p.role, p.mode, p.organism)
}

// choice checks and completes the project and service of a mode; false when there is nothing to play on.
func (l *loading) choice(p seat, c *Choice) (interops.Project, bool) {
	projects := l.projects(p)
	if len(projects) == 0 {
		if slices.Contains(l.players(p.role), p.organism) { // else the organism is unknown, and noted
			l.report(noProject(p.mode, p.organism), p.at()...)
		}
		return interops.Project{}, false
	}
	names := make([]string, len(projects))
	for i, project := range projects {
		names[i] = project.Name
	}
	if c.Project == "" {
		// In a sphere an operator may be its own partner: another shows more.
		c.Project = names[max(0, slices.IndexFunc(projects, func(p interops.Project) bool { return p.Client != p.Provider }))]
	}
	i := slices.Index(names, c.Project)
	if i < 0 {
		l.report(unknownName(c.Project, names), p.at("project")...)
		return interops.Project{}, false
	}
	project := projects[i]
	if c.Service == "" && len(project.Services) > 0 {
		c.Service = project.Services[0].Name
	}
	if _, known := project.Service(c.Service); !known {
		l.report(unknownName(c.Service, serviceNames(project)), p.at("service")...)
	}
	return project, true
}

// noProject says that the convention does not open a mode to an organism.
func noProject(mode interops.Mode, organism string) trouble {
	remedy := say("Ajoutez-le à la convention (mode: %s), ou retirez ce mode du candidat.", "Add it to the convention (mode: %s), or remove this mode from the candidate.", mode)
	if mode == interops.ModeS {
		remedy = say("Donnez cette qualité à l'organisme dans la sphère de la convention, ou retirez ce rôle.", "Give the organism this quality in the convention's sphere, or remove this role.")
	}
	if organism == "" {
		return trouble{say("une convention qui ouvre le mode %s", "a convention that opens mode %s", mode), remedy}
	}
	return trouble{say("un projet en mode %s où %s tienne ce rôle", "a project of mode %s in which %s has this role", mode, organism), remedy}
}

// players lists the organisms that may play a role in the modes that the candidate declares.
func (l *loading) players(role Role) []string {
	var names []string
	for _, mode := range l.out.Modes(role) {
		for _, name := range players(l.out.Convention, role, mode) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// organism checks which organism the candidate stands for; by default the first that may play the role.
func (l *loading) organism(role Role, a *Access) {
	known := l.players(role)
	if len(known) == 0 {
		for _, mode := range l.out.Modes(role) {
			l.report(noProject(mode, ""), seat{role: role, mode: mode}.at()...)
		}
		return
	}
	if a.Organism == "" {
		a.Organism = known[0]
	}
	if !slices.Contains(known, a.Organism) {
		l.report(unknownName(a.Organism, slices.Sorted(slices.Values(known))), "roles", string(role), "organism")
	}
}

// further checks the names of a mode's further services.
func (l *loading) further(p seat, names []string) {
	known := serviceNames(l.projects(p)...)
	for _, name := range names {
		if !slices.Contains(known, name) {
			l.report(unknownName(name, known), p.at("services", name)...)
		}
	}
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

// marked wants the place of the marker in a URL behind which the probe stands: without it a refusal cannot be
// proved by the marker's absence.
func (l *loading) marked(url string, backend Backend, at ...string) {
	if backend == BackendProbe && url != "" && !strings.Contains(url, MarkerPlace) {
		l.report(trouble{say("une URL avec %s", "a URL with %s", MarkerPlace),
			say("Ajoutez-la, comme dans https://127.0.0.1:8443/app/dossiers?marqueur=%[1]s, ou écrivez backend: none.",
				"Add it, as in https://127.0.0.1:8443/app/dossiers?marqueur=%[1]s, or write backend: none.", MarkerPlace)}, at...)
	}
}

// operations wants resources named after what the project's PAGM open, where they say so.
func (l *loading) operations(p seat, resources []string, projects []interops.Project, at ...string) {
	var known []string
	for _, project := range projects {
		for _, g := range project.PAGM {
			if len(g.Operations) == 0 {
				return // it opens everything
			}
			for _, operation := range g.Operations {
				// "POST gestion" opens a verb of the resource gestion.
				known = append(known, operation[strings.LastIndex(operation, " ")+1:])
			}
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if len(known) == 0 {
		return
	}
	for _, name := range resources {
		if !slices.Contains(known, name) {
			l.report(unknownName(name, known), append(slices.Clip(at), name)...)
		}
	}
}
