package candidate

import (
	"slices"
	"strconv"

	"etalon/internal/interops"
)

// services checks the services of a project or of a member among themselves and against the ladder of levels.
func (c coherence) services(list []interops.Service, at []string) {
	names := c.d.once("name")
	for i, s := range list {
		here := append(slices.Clip(at), "services", strconv.Itoa(i))
		names(s.Name, append(here, "name")...)
		c.level(s, here)
	}
}

// level checks the classes and the minimum level of a service (V11).
func (c coherence) level(s interops.Service, at []string) {
	levels, classes := make([]string, len(c.profile.Levels)), make([]string, len(c.profile.Levels))
	for i, l := range c.profile.Levels {
		levels[i], classes[i] = l.Name, l.Class
	}
	minimum := c.profile.Rank(s.MinimumLevel)
	if s.MinimumLevel != "" && minimum < 0 {
		c.d.report(unknownName(s.MinimumLevel, levels), append(slices.Clip(at), "minimum_level")...)
	}
	highest := -1
	for i, class := range s.Classes {
		rank := c.profile.RankOfClass(class)
		if rank < 0 {
			c.d.report(unknownName(class, classes), append(slices.Clip(at), "classes", strconv.Itoa(i))...)
		}
		highest = max(highest, rank)
	}
	if len(s.Classes) > 0 && highest >= 0 && highest < minimum {
		c.d.report(trouble{say("un niveau qu'une des classes convenues atteint", "a level that one of the agreed classes reaches"),
			say("Personne ne pourrait appeler ce service : abaissez minimum_level, ou ajoutez une classe.", "Nobody could call this service: lower minimum_level, or add a class.")},
			append(slices.Clip(at), "minimum_level")...)
	}
}

// offer is what a provider offers at one place of the file.
type offer struct {
	provider string
	services []interops.Service
	at       []string // of the list's holder
}

// offers lists what the projects and the members of the sphere offer.
func (c coherence) offers() []offer {
	var all []offer
	for i, p := range c.Projects {
		all = append(all, offer{p.Provider, p.Services, []string{"projects", strconv.Itoa(i)}})
	}
	if c.Sphere != nil {
		for i, m := range c.Sphere.Members {
			all = append(all, offer{m.Organism, m.Services, memberAt(i)})
		}
	}
	return all
}

// audiences wants one audience per service of a provider, and one service per audience, in all projects.
func (c coherence) audiences() {
	type key struct{ provider, value string }
	byName, byAudience := map[key]string{}, map[key]string{}
	for _, o := range c.offers() {
		for j, s := range o.services {
			at := append(slices.Clip(o.at), "services", strconv.Itoa(j), "audience")
			if audience, known := byName[key{o.provider, s.Name}]; known && audience != s.Audience {
				c.d.report(trouble{say("l'audience %s, que ce service a dans un autre projet", "audience %s, which this service has in another project", shown(audience)),
					say("Donnez-lui la même, ou un autre nom de service.", "Give it the same, or another name to the service.")}, at...)
				continue
			}
			if name, known := byAudience[key{o.provider, s.Audience}]; known && name != s.Name {
				c.d.report(trouble{say("une audience propre à ce service", "an audience of this service's own"),
					say("Le service %s du même fournisseur l'a déjà : changez l'une des deux.", "Service %s of the same provider already has it: change one of the two.", name)}, at...)
				continue
			}
			byName[key{o.provider, s.Name}], byAudience[key{o.provider, s.Audience}] = s.Audience, s.Name
		}
	}
}

// overlaps wants that a call belong to one project: no two with one mode, one direction, one service
// and a common period, amendments counted (K02).
func (c coherence) overlaps() {
	for i, p := range c.settled.Projects {
		for _, earlier := range c.settled.Projects[:i] {
			if p.Mode != earlier.Mode || p.Client != earlier.Client || p.Provider != earlier.Provider || !together(p, earlier) {
				continue
			}
			for j, s := range p.Services {
				if slices.ContainsFunc(earlier.Services, func(o interops.Service) bool { return o.Audience == s.Audience }) {
					c.d.report(trouble{say("un service d'un seul projet à la fois, dans ce sens et ce mode", "a service of one project at a time, in this direction and mode"),
						say("Le projet %s l'a déjà à la même période : réunissez-les, ou séparez leurs dates.", "Project %s already has it in the same period: merge them, or part their dates.", earlier.Name)},
						"projects", strconv.Itoa(i), "services", strconv.Itoa(j), "name")
				}
			}
		}
	}
}

// together tells whether two projects are ever in force at the same time.
func together(a, b interops.Project) bool {
	return lives(a) && lives(b) && (a.End.IsZero() || b.Start.Before(a.End.Time)) && (b.End.IsZero() || a.Start.Before(b.End.Time))
}

// lives tells whether a project is ever in force.
func lives(p interops.Project) bool { return p.End.IsZero() || p.Start.Before(p.End.Time) }
